"""The history of another system in ``tests/data/history``, read into records, and the figures known to be true of it.

The files are described by what they hold: final outcomes, every row that enters a stage or an end, one row per
version of an offer, holds, and closures that were taken back. Times are UTC; the organisation is in Europe/Berlin.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.unit.metrics.builders import at, history
from tracker.metrics.records import ApplicationRecord, HoldRecord, OfferRecord, SpellRecord
from tracker.offers.states import OfferState
from tracker.pipeline.states import SourceKind
from tracker.requisitions.states import SpellEnd

FOLDER = Path(__file__).parents[2] / "data" / "history"

KEYS = {
    "Identified": "identified",
    "Contacted": "contacted",
    "Applied": "applied",
    "Screening": "screening",
    "Technical assessment": "assessment",
    "Panel interview": "interview",
    "Shortlisted": "shortlisted",
    "Preparing offer": "preparing_offer",
    "Offer extended": "offer_extended",
}

Row = dict[str, str]


@dataclass(frozen=True)
class History:
    applications: tuple[ApplicationRecord, ...]
    spells: tuple[SpellRecord, ...]
    holds: tuple[HoldRecord, ...]
    roles: dict[int, str]
    targets: dict[int, int]
    truth: dict[str, Any]
    emails: dict[int, str]
    numbers: dict[int, str]

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.truth["as_of"])

    def sections(self) -> Iterator[tuple[str, set[int], dict[str, Any]]]:
        """Each section of the truth: what it is called, the requisitions it is about, and its figures."""
        yield "overall", set(self.numbers), self.truth["overall"]
        for role, figures in self.truth["by_role"].items():
            yield role, {id_ for id_, its_role in self.roles.items() if its_role == role}, figures
        for id_, number in self.numbers.items():
            yield number, {id_}, self.truth["requisitions"][number]


@cache
def read_history() -> History:
    requisitions = _rows("requisitions")
    ids = {row["requisition"]: id_ for id_, row in enumerate(requisitions, start=1)}
    applications = _rows("applications")
    return History(
        applications=_applications(applications, ids),
        spells=tuple(_spells(requisitions, ids)),
        holds=tuple(
            HoldRecord(ids[row["requisition"]], at(row["held_at"]), _maybe(row["resumed_at"])) for row in _rows("holds")
        ),
        roles={ids[row["requisition"]]: row["role"] for row in requisitions},
        targets={ids[row["requisition"]]: int(row["target_days"]) for row in requisitions},
        truth=json.loads((FOLDER / "truth.json").read_text(encoding="utf-8")),
        emails={id_: row["candidate_email"] for id_, row in enumerate(applications, start=1)},
        numbers={id_: number for number, id_ in ids.items()},
    )


def _rows(name: str) -> list[Row]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _maybe(text: str) -> datetime | None:
    return at(text) if text else None


def _person(row: Row) -> tuple[str, str]:
    return row["requisition"], row["candidate_email"]


def _applications(rows: list[Row], ids: dict[str, int]) -> tuple[ApplicationRecord, ...]:
    """One record per row; who applied twice to a requisition has the later rows from the second start on."""
    starts: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in rows:
        starts[_person(row)].append(at(row["started_at"]))

    def of_start(row: Row, instant: datetime) -> tuple[str, str, datetime]:
        return *_person(row), max(start for start in starts[_person(row)] if start <= instant)

    changes = defaultdict(list)
    for row in _rows("stage_changes"):
        name = KEYS.get(row["stage"], row["stage"].lower())
        changes[of_start(row, at(row["at"]))].append((name, at(row["at"])))
    offers = defaultdict(list)
    for row in _rows("offers"):
        offers[of_start(row, at(row["extended_at"]))].append(
            OfferRecord(
                version=int(row["version"]),
                state=OfferState(row["outcome"] or "extended"),
                extended_at=at(row["extended_at"]),
                resolved_at=_maybe(row["resolved_at"]),
                unhired_at=_maybe(row["unhired_at"]),
            )
        )
    records: list[ApplicationRecord] = []
    people: dict[str, int] = {}
    for id_, row in enumerate(rows, start=1):
        start = of_start(row, at(row["started_at"]))
        (first, first_at), *later = changes[start]
        assert first_at == at(row["started_at"])
        records.append(
            ApplicationRecord(
                id=id_,
                requisition_id=ids[row["requisition"]],
                candidate_id=people.setdefault(row["candidate_email"], len(people) + 1),
                source_kind=SourceKind(row["source_kind"]),
                started_at=first_at,
                changes=history(first, first_at, *later),
                offers=tuple(offers[start]),
            )
        )
    return tuple(
        replace(record, transferred_from_id=_transferred_from(record, ids[row["transferred_from"]], records))
        if row["transferred_from"]
        else record
        for record, row in zip(records, rows, strict=True)
    )


def _transferred_from(record: ApplicationRecord, requisition_id: int, records: list[ApplicationRecord]) -> int:
    earlier = [
        other
        for other in records
        if (other.requisition_id, other.candidate_id) == (requisition_id, record.candidate_id)
        and other.started_at < record.started_at
    ]
    return max(earlier, key=lambda other: other.started_at).id


def _spells(requisitions: list[Row], ids: dict[str, int]) -> Iterator[SpellRecord]:
    """Each opening's spells: a fill, a cancellation or an unhire ends one; an unhire or a reopening starts the next."""
    accepted = [row for row in _rows("offers") if row["outcome"] == "accepted"]
    reopenings = _rows("reopenings")
    spell_id = 0
    for row in requisitions:
        number = row["requisition"]
        cancelled_at = [
            (at(closing["closed_at"]), at(closing["reopened_at"]) if "reopened_at" in closing else None)
            for closing in (*[again for again in reopenings if again["requisition"] == number], row)
            if closing["close_reason"] == "cancelled"
        ]
        for opening in range(1, int(row["openings"]) + 1):
            fills = [offer for offer in accepted if offer["requisition"] == number and offer["opening"] == str(opening)]
            opened_at: datetime | None = at(row["opened_at"])
            while opened_at is not None:
                spell_id += 1
                spell = SpellRecord(spell_id, ids[number], ids[number] * 100 + opening, opened_at)
                opened_at = None
                fill = next((offer for offer in fills if at(offer["resolved_at"]) > spell.opened_at), None)
                cancelled = next((closing for closing in cancelled_at if closing[0] > spell.opened_at), None)
                if cancelled and (fill is None or cancelled[0] < at(fill["resolved_at"])):
                    ended_at, opened_at = cancelled
                    spell = replace(spell, ended_at=ended_at, end=SpellEnd.CANCELLED)
                elif fill:
                    ended_at, opened_at = at(fill["resolved_at"]), _maybe(fill["unhired_at"])
                    end = SpellEnd.VOIDED if fill["unhired_at"] else SpellEnd.FILLED
                    spell = replace(spell, ended_at=ended_at, end=end)
                yield spell
