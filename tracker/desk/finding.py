"""What the search of the top bar finds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.candidates import queries as candidates
from tracker.candidates.keys import query_words
from tracker.candidates.models import Candidate
from tracker.core.db import db
from tracker.pipeline.models import Application
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.policy import visible_requisitions

PEOPLE = 30
REQUISITIONS = 10


@dataclass(frozen=True)
class FoundPerson:
    """Somebody, and where they are considered now."""

    candidate: Candidate
    places: Sequence[str]


@dataclass(frozen=True)
class Found:
    """What there is of both."""

    people: Sequence[FoundPerson]
    requisitions: Sequence[Requisition]

    @property
    def cut(self) -> bool:
        """Whether there may be more people than are shown."""
        return len(self.people) >= PEOPLE


def find(text: str, reader: User) -> Found:
    """People by the beginnings of their words, requisitions by number or title, as far as the reader may see them."""
    if not text:
        return Found((), ())
    return Found(find_people(text, reader, limit=PEOPLE), find_requisitions(text.split(), reader, limit=REQUISITIONS))


def find_people(text: str, reader: User, *, limit: int) -> list[FoundPerson]:
    """`limit` people in whom each word of `text` begins a word, those who are called so first. Two statements."""
    folded = [f" {word}" for word in query_words(text)]
    people = sorted(
        candidates.search(reader, text, limit=max(limit, PEOPLE)),
        key=lambda person: not all(word in f" {person.search_name}" for word in folded),
    )[:limit]
    places = places_of([person.id for person in people], reader)
    return [FoundPerson(person, places.get(person.id, [])) for person in people]


def places_of(candidate_ids: Sequence[int], reader: User) -> dict[int, list[str]]:
    """Where these people are considered now, as far as the reader may know: "MLE-3, Screening"."""
    if not candidate_ids:
        return {}
    rows = db.session.execute(
        select(Application.candidate_id, Requisition.number, Stage.name)
        .join(Application.requisition)
        .join(Application.stage)
        .where(
            Application.candidate_id.in_(candidate_ids),
            Application.status == ApplicationStatus.ACTIVE,
            visible_applications(reader),
        )
        .order_by(Application.id)
    )
    found: dict[int, list[str]] = {}
    for candidate_id, number, stage in rows:
        found.setdefault(candidate_id, []).append(f"{number}, {stage}")
    return found


def find_requisitions(words: Sequence[str], reader: User, *, limit: int) -> Sequence[Requisition]:
    """Requisitions whose number or a word of whose title begins with each of `words`; live ones first.

    Their hiring teams are loaded. One statement.
    """
    return (
        db.session.scalars(
            select(Requisition)
            .where(visible_requisitions(reader), *(_has_word(word) for word in words))
            .order_by(Requisition.closed_at.is_not(None), Requisition.id.desc())
            .limit(limit)
            .options(joinedload(Requisition.team_members))
        )
        .unique()
        .all()
    )


def _has_word(word: str) -> ColumnElement[bool]:
    escaped = word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(
        func.lower(Requisition.number).like(f"{escaped}%", escape="\\"),
        func.lower(" " + Requisition.title).like(f"% {escaped}%", escape="\\"),
    )
