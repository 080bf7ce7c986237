"""Reading the history."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, desc, exists, func, or_, select, table, union_all
from sqlalchemy.orm import aliased

from tracker.core.db import db
from tracker.history.models import Event
from tracker.history.sentences import describe, load_subjects

#: Which events are told: conditions over Event, or over an alias of it.
Conditions = Callable[[Any], Sequence[ColumnElement[bool]]]
#: What did it when nobody did.
PRODUCT = "Firsthire"

# By name, not by model: the domains of users, of requisitions and of candidates lie above this one.
_users = table("users", column("id"), column("name"))
_requisitions = table("requisitions", column("id"))
_candidates = table("candidates", column("id"), column("name"))


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a timeline: "{actor_name} {sentence}"."""

    event: Event
    actor_name: str
    sentence: str
    at: datetime
    #: Whom it was about, for timelines of more than one person; None when it was about nobody.
    candidate_name: str | None = None


def last_of(table_name: str, row_id: int) -> tuple[str | None, datetime | None]:
    """Who did something last to a row that events speak of, and when; (None, None) when nobody did."""
    row = db.session.execute(
        select(_users.c.name, Event.at)
        .select_from(Event)
        .join(_users, _users.c.id == Event.actor_id, isouter=True)
        .where(Event.subject_table == table_name, Event.subject_id == row_id)
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (None, None)


def timeline(
    *,
    application_id: int | None = None,
    candidate_id: int | None = None,
    requisition_id: int | None = None,
    subject: tuple[str, int] | None = None,
    people: bool = True,
    before: int | None = None,
    limit: int = 50,
    together: Collection[str] = (),
) -> list[TimelineEntry]:
    """The events about an application, candidate or requisition (all given must hold), newest first.

    `subject` is the table and id of another row that events speak of, such as ("users", 7). `people` False leaves out
    what is about candidates. `before` is the id of the last event of the previous page. Of what was done to many at
    once, of the kinds `together`, only the last event is given; done_together() knows of the others.
    """
    query = _with_names().order_by(Event.id.desc()).limit(limit)
    if application_id is not None:
        query = query.where(Event.application_id == application_id)
    if candidate_id is not None:
        query = query.where(Event.candidate_id == candidate_id)
    if requisition_id is not None:
        query = query.where(Event.requisition_id == requisition_id)
    if subject is not None:
        query = query.where(Event.subject_table == subject[0], Event.subject_id == subject[1])
    if not people:
        query = query.where(Event.candidate_id.is_(None))
    if before is not None:
        query = query.where(Event.id < before)
    if together:
        further = aliased(Event)
        query = query.where(or_(Event.kind.not_in(together), _is_last_at_once(further)))
    return _entries(query)


def recent(
    requisition_ids: Collection[int],
    *,
    told: Conditions = lambda _event: (),
    since: datetime,
    kinds: Collection[str],
    without: int,
    limit: int,
) -> list[TimelineEntry]:
    """The latest events of these kinds on these requisitions since an instant, without those of one user.

    Of what was done to many at once only the last event is given; done_together() knows of the others.

    `told` narrows them further. Of each requisition that has some, about as many events are read as
    are given, however many there are of others: first it is found on which something happened last. Two statements.
    """
    # What the product did by itself, as letting an offer expire, was done by nobody.
    others = Event.actor_id.is_distinct_from(without)
    wanted = (Event.at >= since, Event.kind.in_(kinds), others, *told(Event))
    further = aliased(Event)
    last_of_many = _is_last_at_once(further, *told(further))
    last = (
        select(Event.at)
        .where(Event.requisition_id == _requisitions.c.id, *wanted)
        .order_by(Event.at.desc())
        .limit(1)
        .correlate(_requisitions)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(_requisitions.c.id, last.label("at"))
        .where(_requisitions.c.id.in_(requisition_ids))
        .order_by(desc("at").nulls_last())
        .limit(limit)
    )
    # Asking the database for those that have an instant would have it look twice.
    busy = [row.id for row in found if row.at is not None]
    if not busy:
        return []
    parts = [
        select(
            select(Event.id, Event.at)
            .where(Event.requisition_id == requisition_id, *wanted, last_of_many)
            .order_by(Event.at.desc(), Event.id.desc())
            .limit(limit)
            .subquery()
        )
        for requisition_id in busy
    ]
    # Only of those that are given is anything but the index read.
    chosen = union_all(*parts).order_by(desc("at"), desc("id")).limit(limit).subquery()
    return _entries(_with_names().join(chosen, chosen.c.id == Event.id).order_by(Event.at.desc(), Event.id.desc()))


def done_together(
    entries: Collection[TimelineEntry], *, told: Conditions = lambda _event: (), names: int
) -> dict[int, tuple[int, list[str]]]:
    """Of each entry that is one of several done at once, by its event's id: how many, and the names of the first.

    One statement.
    """
    ids = [entry.event.id for entry in entries if entry.event.candidate_id is not None]
    if not ids:
        return {}
    other = aliased(Event)
    place = func.row_number().over(partition_by=Event.id, order_by=other.id)
    count = func.count().over(partition_by=Event.id)
    ranked = (
        select(Event.id.label("event_id"), _candidates.c.name, place.label("place"), count.label("many"))
        .join(other, and_(*_at_once(other, Event)))
        .join(_candidates, _candidates.c.id == other.candidate_id)
        .where(Event.id.in_(ids), *told(other))
        .subquery()
    )
    wanted = (
        select(ranked).where(ranked.c.many > 1, ranked.c.place <= names).order_by(ranked.c.event_id, ranked.c.place)
    )
    found: dict[int, tuple[int, list[str]]] = {}
    for row in db.session.execute(wanted):
        found.setdefault(row.event_id, (row.many, []))[1].append(row.name)
    return found


def _is_last_at_once(further: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an event is the last of what was done to many at once; `further` is an alias of it, for the others."""
    return ~exists().where(further.id > Event.id, *_at_once(further, Event), *conditions)


def _at_once(one: Any, other: Any) -> tuple[ColumnElement[bool], ...]:
    """What two events have in common that were written as one deed: record_many() gives all of them one instant."""
    return (
        one.requisition_id == other.requisition_id,
        one.at == other.at,
        one.kind == other.kind,
        one.actor_id.is_not_distinct_from(other.actor_id),
    )


def _with_names() -> Select[tuple[Event, Any, Any]]:
    return (
        select(Event, _users.c.name, _candidates.c.name)
        .join(_users, _users.c.id == Event.actor_id, isouter=True)
        .join(_candidates, _candidates.c.id == Event.candidate_id, isouter=True)
    )


def _entries(query: Select[tuple[Event, Any, Any]]) -> list[TimelineEntry]:
    rows = [(event, name, person) for event, name, person in db.session.execute(query)]
    held = load_subjects(event for event, _name, _person in rows)
    entries = [TimelineEntry(event, name or PRODUCT, describe(event), event.at, person) for event, name, person in rows]
    held.clear()
    return entries
