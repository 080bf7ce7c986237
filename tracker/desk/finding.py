"""What the search of the top bar finds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.candidates import queries as candidates
from tracker.candidates.models import Candidate
from tracker.core.db import db
from tracker.pipeline.models import Application
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
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
    people = candidates.search(reader, text, limit=PEOPLE)
    places = _places([person.id for person in people], reader)
    return Found(
        people=[FoundPerson(person, places.get(person.id, [])) for person in people],
        requisitions=_requisitions(text, reader),
    )


def _places(candidate_ids: list[int], reader: User) -> dict[int, list[str]]:
    if not candidate_ids:
        return {}
    rows = db.session.scalars(
        select(Application)
        .where(
            Application.candidate_id.in_(candidate_ids),
            Application.status == ApplicationStatus.ACTIVE,
            visible_applications(reader),
        )
        .options(joinedload(Application.requisition), joinedload(Application.stage))
    )
    found: dict[int, list[str]] = {}
    for application in rows:
        place = f"{application.requisition.number}, {application.stage.name}"
        found.setdefault(application.candidate_id, []).append(place)
    return found


def _requisitions(text: str, reader: User) -> Sequence[Requisition]:
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return db.session.scalars(
        select(Requisition)
        .where(
            visible_requisitions(reader),
            or_(
                func.lower(Requisition.number).like(f"{escaped}%", escape="\\"),
                func.lower(Requisition.title).like(f"%{escaped}%", escape="\\"),
            ),
        )
        .order_by(Requisition.closed_at.is_not(None), Requisition.id.desc())
        .limit(REQUISITIONS)
    ).all()
