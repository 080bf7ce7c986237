"""What others did since the last working day, on the requisitions that somebody is on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, and_, or_, select

from tracker.accounts.models import User
from tracker.core.calendar import is_working_day, local_date, start_of_day
from tracker.core.db import db
from tracker.core.templating import format_day
from tracker.history.models import Event
from tracker.history.queries import TimelineEntry, recent
from tracker.pipeline.events import ChangeUndone, ContactMade
from tracker.pipeline.models import StageChange
from tracker.pipeline.states import ContactDirection
from tracker.requisitions.models import Requisition

#: So many lines are shown; the history of each requisition has all.
SHOWN = 20
#: What is worth telling: who came, moved, left or answered, decisions, offers and what became of them, hires. Whoever
#: gets these news sees everybody of the requisitions, and with them their offers.
TOLD = (
    "application.ended",
    "application.hired",
    "application.moved",
    "application.reopened",
    "application.started",
    "application.unhired",
    "application.contact",
    "application.change_undone",
    "offer.submitted",
    "offer.extended",
    "offer.resolved",
    "offer.restored",
    "vetting.entry_decided",
    "vetting.entry_submitted",
    "vetting.scorecard_submitted",
    "requisition.state_changed",
)

#: What can be taken back by an undo of the change.
_CHANGES = ("application.ended", "application.moved", "application.reopened")


@dataclass(frozen=True)
class Item:
    """One line: who did what, when, and where to look at it."""

    kind: str
    text: str
    at: datetime
    url: str
    number: str
    role: str


@dataclass(frozen=True)
class News:
    """What others did, the latest first."""

    items: Sequence[Item]
    #: There is more than is shown.
    more: bool
    #: Since when, in words: "yesterday", "Fri 20 Nov".
    since: str


def load_news(reader: User, requisition_ids: Collection[int], now: datetime) -> News:
    """The news on these requisitions, without what the reader did; bounded, in a constant number of statements."""
    today = local_date(now, reader.zone)
    day = today - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    said = "yesterday" if day == today - timedelta(days=1) else format_day(day, reader.zone, today=today)
    if not requisition_ids:
        return News((), more=False, since=said)
    entries = recent(
        requisition_ids,
        *_told(reader),
        since=start_of_day(day, reader.zone),
        kinds=TOLD,
        without=reader.id,
        limit=SHOWN + 1,
    )
    about = {entry.event.requisition_id for entry in entries}
    facts = select(Requisition.id, Requisition.number, Requisition.role).where(Requisition.id.in_(about))
    requisitions = {row.id: row for row in db.session.execute(facts)} if about else {}
    items = []
    for entry in entries[:SHOWN]:
        event = entry.event
        requisition = requisitions[event.requisition_id]
        items.append(
            Item(
                kind=event.kind,
                text=_text(entry),
                at=entry.at,
                url=_address(event, requisition.number),
                number=requisition.number,
                role=requisition.role.value,
            )
        )
    return News(items, more=len(entries) > SHOWN, since=said)


def _told(reader: User) -> tuple[ColumnElement[bool], ...]:
    """Which events of those kinds are news for `reader`."""
    made, undone = Event.data["change_id"].as_integer(), Event.data["undoes_id"].as_integer()
    theirs = select(StageChange.id).where(StageChange.id == undone, StageChange.actor_id == reader.id).exists()
    return (
        # That they answered is news; that somebody wrote to them is a recruiter's every hour.
        or_(Event.kind != ContactMade.kind, Event.data["direction"].as_string() == ContactDirection.IN.value),
        # What was taken back is no news, unless it was the reader's own doing.
        ~and_(Event.kind.in_(_CHANGES), select(StageChange.id).where(StageChange.undoes_id == made).exists()),
        or_(Event.kind != ChangeUndone.kind, theirs),
    )


def _text(entry: TimelineEntry) -> str:
    """Who did what; on a person's own page a sentence need not say whom it is about, here it must."""
    said, person = f"{entry.actor_name} {entry.sentence}", entry.candidate_name
    return f"{person}: {said}" if person and person not in said else said


def _address(event: Event, number: str) -> str:
    if event.candidate_id is None:
        return url_for("requisitions.show", number=number)
    anchor = f"application-{event.application_id}" if event.application_id else None
    return url_for("desk.candidate", candidate_id=event.candidate_id, _anchor=anchor)
