"""What others did since the last working day, on the requisitions that somebody is on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, and_, or_, select

from tracker.accounts.models import User
from tracker.core.calendar import is_working_day, local_date, start_of_day
from tracker.core.db import db
from tracker.core.templating import format_day, plural
from tracker.history.models import Event
from tracker.history.queries import Conditions, TimelineEntry, done_together, recent
from tracker.pipeline.events import ApplicationEnded, ApplicationMoved, ChangeUndone, ContactMade
from tracker.pipeline.models import StageChange
from tracker.pipeline.queries import batch_sizes
from tracker.pipeline.states import ChangeKind, ContactDirection, reason_label
from tracker.requisitions.models import Requisition, Stage

#: So many lines are shown; the history of each requisition has all.
SHOWN = 20
#: Of people to whom the same was done at once so many are named; the page of the bulk action names all.
NAMED = 12
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
    #: Of what was done to many at once: the first of them by name, and how many more there are.
    people: Sequence[str] = ()
    further: int = 0


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
    told = _told(reader)
    entries = recent(
        requisition_ids,
        told=told,
        since=start_of_day(day, reader.zone),
        kinds=TOLD,
        without=reader.id,
        limit=SHOWN + 1,
    )
    about = {entry.event.requisition_id for entry in entries}
    facts = select(Requisition.id, Requisition.number, Requisition.role).where(Requisition.id.in_(about))
    requisitions = {row.id: row for row in db.session.execute(facts)} if about else {}
    shown = entries[:SHOWN]
    many = deeds_in(shown, told, names=NAMED)
    items = []
    for entry in shown:
        event, deed = entry.event, many.get(entry.event.id)
        if deed is not None and deed.told_by != event.id:
            continue
        requisition = requisitions[event.requisition_id]
        mark = deed.mark if deed else ""
        items.append(
            Item(
                kind=event.kind,
                text=said_of_many(entry, deed) if deed else _text(entry),
                at=entry.at,
                url=url_for("desk.show_batch", mark=mark) if mark else _address(event, requisition.number),
                number=requisition.number,
                role=requisition.role.value,
                people=deed.names[:NAMED] if deed else (),
                further=deed.count - len(deed.names[:NAMED]) if deed else 0,
            )
        )
    return News(items, more=len(entries) > SHOWN, since=said)


def _told(reader: User) -> Conditions:
    """Which events of those kinds are news for `reader`: conditions over Event, or over an alias of it."""

    def told(event: Any) -> tuple[ColumnElement[bool], ...]:
        made, undone = event.data["change_id"].as_integer(), event.data["undoes_id"].as_integer()
        # As values and not as EXISTS, which PostgreSQL may answer by reading all changes that there are.
        who = select(StageChange.actor_id).where(StageChange.id == undone).scalar_subquery()
        taken_back = select(StageChange.id).where(StageChange.undoes_id == made).limit(1).scalar_subquery()
        return (
            # That they answered is news; that somebody wrote to them is a recruiter's every hour.
            or_(event.kind != ContactMade.kind, event.data["direction"].as_string() == ContactDirection.IN.value),
            # What was taken back is no news, unless it was the reader's own doing.
            ~and_(event.kind.in_(_CHANGES), taken_back.is_not(None)),
            or_(event.kind != ChangeUndone.kind, who == reader.id),
        )

    return told


@dataclass
class Deed:
    """The same thing done to many at once: told by the latest of its events."""

    told_by: int
    count: int
    names: list[str]
    #: The bulk action that it was; empty when it was none.
    mark: str
    #: Where they were moved, if they were.
    stage: str


def deeds_in(entries: Sequence[TimelineEntry], told: Conditions = lambda _event: (), *, names: int) -> dict[int, Deed]:
    """What was done to many, by event; the shares in which a large bulk action was done are one deed.

    Each share gives the `names` of so many. Three statements, none where nothing was.
    """
    together = done_together(entries, told=told, names=names)
    if not together:
        return {}
    events = [entry.event for entry in entries if entry.event.id in together]
    changes = [event.data.get("change_id") or 0 for event in events]
    rows = db.session.execute(
        select(StageChange.id, StageChange.batch, Stage.name)
        .join(Stage, Stage.id == StageChange.to_stage_id)
        .where(StageChange.id.in_(changes))
    )
    known = {row.id: (row.batch or "", row.name) for row in rows}
    # A file that was imported has a mark, too, and no page of its own.
    marks = batch_sizes({mark for mark, _stage in known.values()} - {""})
    deeds: dict[tuple[object, ...], Deed] = {}
    found = {}
    for event in events:
        count, named = together[event.id]
        mark, stage = known.get(event.data.get("change_id") or 0, ("", ""))
        key = (event.requisition_id, event.kind, mark or event.id)
        deed = deeds.setdefault(key, Deed(event.id, 0, [], mark if mark in marks else "", stage))
        deed.count += count
        deed.names += named
        found[event.id] = deed
    return found


def said_of_many(entry: TimelineEntry, deed: Deed) -> str:
    """One sentence for all of them; they may have come from different stages."""
    people, kind, data = plural(deed.count, "person", "people"), entry.event.kind, entry.event.data
    if kind == ApplicationMoved.kind:
        return f"{entry.actor_name} moved {people} to {deed.stage}"
    if kind == ApplicationEnded.kind:
        ending = ChangeKind(data["change"])
        verb = {
            ChangeKind.REJECT: f"rejected {people}",
            ChangeKind.WITHDRAW: f"recorded that {people} withdrew",
            ChangeKind.CLOSE: f"closed the applications of {people}",
        }[ending]
        return f"{entry.actor_name} {verb}: {reason_label(ending, data['reason'])}"
    said, person = _text(entry), entry.candidate_name or ""
    if kind == ChangeUndone.kind:
        # Each of them is back in the stage that was theirs.
        said = said.partition(", who is back in ")[0]
    return said.replace(person, people, 1)


def _text(entry: TimelineEntry) -> str:
    """Who did what; on a person's own page a sentence need not say whom it is about, here it must."""
    said, person = f"{entry.actor_name} {entry.sentence}", entry.candidate_name
    return f"{person}: {said}" if person and person not in said else said


def _address(event: Event, number: str) -> str:
    if event.candidate_id is None:
        return url_for("requisitions.show", number=number)
    anchor = f"application-{event.application_id}" if event.application_id else None
    return url_for("desk.candidate", candidate_id=event.candidate_id, _anchor=anchor)
