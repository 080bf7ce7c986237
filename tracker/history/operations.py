"""Writing events."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import insert

from tracker.core import clock
from tracker.core.db import db, table_of, write_rows
from tracker.history.models import Event

if TYPE_CHECKING:
    from tracker.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class EventData:
    """The typed content of a kind of event. A domain declares a subclass per kind, with `kind` and its fields.

    Fields hold ids, numbers, enumerations, dates as ISO text; never names, addresses or what somebody wrote.
    """

    kind: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an event is about: the ids of the requisition, candidate and application that show it."""

    requisition_id: int | None = None
    candidate_id: int | None = None
    application_id: int | None = None
    table: str | None = None
    id: int | None = None


_EVENTS = insert(table_of(Event))


def record(data: EventData, subject: Subject, *, actor: "User | None") -> None:
    """Append one event in the running transaction."""
    record_many([(data, subject)], actor=actor)


def record_many(entries: list[tuple[EventData, Subject]], *, actor: "User | None") -> None:
    """Append many events by one statement, all of one instant: lists can tell them as the one deed that they are."""
    if entries:
        at = clock.now()
        # What they are about is there before them.
        db.session.flush()
        write_rows(_EVENTS, [_row(data, subject, actor, at) for data, subject in entries])


def _row(data: EventData, subject: Subject, actor: "User | None", at: datetime) -> dict[str, Any]:
    return {
        "kind": data.kind,
        "at": at,
        "actor_id": actor.id if actor else None,
        "requisition_id": subject.requisition_id,
        "candidate_id": subject.candidate_id,
        "application_id": subject.application_id,
        "subject_table": subject.table,
        "subject_id": subject.id,
        "data": {key: value.value if isinstance(value, Enum) else value for key, value in asdict(data).items()},
    }
