"""How events read. Each domain says so for its kinds, by add(), in its register()."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import inspect, select

from tracker.core.db import Base, db
from tracker.history.models import Event

Sentence = Callable[[Event], str]


@dataclass(frozen=True)
class _Reading:
    sentence: Sentence
    refers_to: Mapping[str, type[Base]] = field(default_factory=dict)

    @property
    def origin(self) -> tuple[str, str]:
        return self.sentence.__module__, self.sentence.__qualname__


_readings: dict[str, _Reading] = {}


def add(kind: str, sentence: Sentence, *, refers_to: Mapping[str, type[Base]] | None = None) -> None:
    """Say how events of a kind read.

    `sentence` takes the event and gives what its actor did, to follow the actor's name: "moved Ada Okafor to
    Screening". `refers_to` names the models whose ids stand in `event.data` by field (and `subject_id`,
    `candidate_id`, `application_id`, `requisition_id` for the event's own columns): they are loaded for a whole page at
    once, so that `db.session.get(Stage, event.data["to_stage_id"])` in the sentence costs no statement. Raises
    ValueError when somebody else has said it already.
    """
    reading = _Reading(sentence, refers_to or {})
    known = _readings.get(kind)
    # Each application of a process registers anew; only another function for the same kind is a fault.
    if known is not None and known.origin != reading.origin:
        raise ValueError(f"How {kind!r} reads is said twice.")
    _readings[kind] = reading


def known_kinds() -> frozenset[str]:
    """The kinds that have a sentence."""
    return frozenset(_readings)


def describe(event: Event) -> str:
    """What the event's actor did, to follow their name. A kind that nobody described reads as its name."""
    reading = _readings.get(event.kind)
    return reading.sentence(event) if reading else event.kind.rpartition(".")[2].replace("_", " ")


def load_subjects(events: Iterable[Event]) -> list[Base]:
    """Load what the sentences of these events refer to, one statement per model.

    The session holds loaded objects only as long as somebody does: keep the list while the sentences are made.
    """
    wanted: defaultdict[type[Base], set[int]] = defaultdict(set)
    for event in events:
        reading = _readings.get(event.kind)
        for name, model in reading.refers_to.items() if reading else ():
            value = getattr(event, name) if hasattr(Event, name) else event.data.get(name)
            wanted[model].update(value if isinstance(value, list) else () if value is None else (value,))
    held: list[Base] = []
    for model, ids in wanted.items():
        key = inspect(model).primary_key[0]
        held.extend(db.session.scalars(select(model).where(key.in_(ids))))
    return held
