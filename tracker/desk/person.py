"""A person as their page shows them: the applications that the reader may see, and the whole history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.calendar import day_count
from tracker.core.db import db
from tracker.desk.cards import holder_words, names_of, source_words
from tracker.desk.finding import places_of
from tracker.history.models import Event
from tracker.history.queries import TimelineEntry, timeline
from tracker.offers.events import HireRecorded, said_by_approvals, speaks_of_offers
from tracker.offers.models import Hire
from tracker.offers.queries import hires_by_application
from tracker.pipeline.changes import order_of
from tracker.pipeline.limits import organisation_zone
from tracker.pipeline.models import Application, Contact, SetWait, StageChange
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.queries import batch_sizes
from tracker.pipeline.states import ENDED_BY, UNDO_WITHIN, UNDOABLE, ApplicationStatus, WaitReason, reason_label
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import CLOSED, RequisitionState

#: Lines of history on the page, and in each further one.
LINES = 60
#: Lines of history and notes beside the board; the page has the others.
LATEST_LINES = 12
LATEST_NOTES = 3


@dataclass(frozen=True)
class Considered:
    """One application on the person's page."""

    application: Application
    #: Where its requisition is looked at: the board, else the overview; "" for whoever sees neither.
    place: str
    stages: Sequence[Stage]
    next_stage: Stage | None
    waits_on: str
    waits_kind: str
    set_wait: SetWait | None
    contacts: Sequence[Contact]
    #: The change that can be taken back now.
    undoable: StageChange | None
    days_in_stage: int
    late: bool
    source: str
    ending: str

    @property
    def active(self) -> bool:
        """Whether it is under way."""
        return self.application.status is ApplicationStatus.ACTIVE


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    at: datetime
    text: str
    #: What somebody added in words.
    note: str
    #: Said when it was recorded later than it happened.
    happened_at: datetime | None
    kind: str
    requisition: str
    #: The bulk action that it was part of, and how many people were in that; "" when it was none.
    batch: str = ""
    together: int = 0
    #: The change that the line tells of, or the hire, where either can be taken back now.
    undoable: StageChange | None = None
    hire: Hire | None = None


@dataclass(frozen=True)
class Person:
    """All of it."""

    candidate: Candidate
    applications: Sequence[Considered]
    lines: Sequence[Line]
    #: The id that the next lines come before; None when these were the last.
    older: int | None


def load_person(candidate: Candidate, reader: User, *, before: int | None, reads_words: bool) -> Person:
    """The page's facts. `before` pages through the history; `reads_words`: what people wrote is shown as well.

    The number of statements does not depend on how many applications there are.
    """
    applications = list(
        db.session.scalars(
            select(Application)
            .where(Application.candidate_id == candidate.id, visible_applications(reader))
            .options(
                joinedload(Application.requisition).selectinload(Requisition.team_members),
                joinedload(Application.stage),
                joinedload(Application.card),
                joinedload(Application.recruiter),
            )
        )
    )
    applications.sort(key=lambda each: (each.status is not ApplicationStatus.ACTIVE, -each.started_at.timestamp()))
    ids = [application.id for application in applications]
    changes = _changes(ids)
    contacts = _contacts(ids)
    entries = timeline(candidate_id=candidate.id, before=before, limit=LINES)
    considered = _considered(applications, changes, contacts, reader)
    return Person(
        candidate=candidate,
        applications=considered,
        lines=_lines(entries, considered, changes, contacts, reader=reader, reads_words=reads_words),
        older=entries[-1].event.id if len(entries) == LINES else None,
    )


@dataclass(frozen=True)
class Beside:
    """What is shown of one application beside the board it stands on."""

    considered: Considered
    lines: Sequence[Line]
    #: Whether there is more of the history.
    more: bool
    #: Where else they are considered.
    elsewhere: Sequence[str]


def load_beside(application: Application, reader: User, *, reads_words: bool) -> Beside:
    """The facts of one application, with the latest of its history; a constant number of statements."""
    changes, contacts = _changes([application.id]), _contacts([application.id])
    entries = timeline(application_id=application.id, limit=LATEST_LINES + 1)
    (considered,) = _considered([application], changes, contacts, reader)
    places = places_of([application.candidate_id], reader).get(application.candidate_id, [])
    here = f"{application.requisition.number}, "
    return Beside(
        considered=considered,
        lines=_lines(entries[:LATEST_LINES], [considered], changes, contacts, reader=reader, reads_words=reads_words),
        more=len(entries) > LATEST_LINES,
        elsewhere=[place for place in places if not place.startswith(here)],
    )


def _changes(ids: Sequence[int]) -> dict[int, StageChange]:
    rows = db.session.scalars(
        select(StageChange)
        .where(StageChange.application_id.in_(ids))
        .order_by(StageChange.application_id, StageChange.seq)
    )
    return {change.id: change for change in rows}


def _contacts(ids: Sequence[int]) -> dict[int, Contact]:
    rows = db.session.scalars(
        select(Contact)
        .where(Contact.application_id.in_(ids))
        .order_by(Contact.at.desc(), Contact.id.desc())
        .options(joinedload(Contact.actor))
    )
    return {contact.id: contact for contact in rows}


def _considered(
    applications: Sequence[Application],
    changes: Mapping[int, StageChange],
    contacts: Mapping[int, Contact],
    reader: User,
) -> list[Considered]:
    now, zone = clock.now(), organisation_zone()
    stages = _stages({application.requisition_id for application in applications})
    waits = {
        wait.application_id: wait
        for wait in db.session.scalars(
            select(SetWait).where(
                SetWait.application_id.in_([each.id for each in applications]), SetWait.lifted_at.is_(None)
            )
        )
    }
    names = names_of(each.card.waits_on_user_id for each in applications if each.card)
    last = {change.application_id: change for change in changes.values()}
    found = []
    for each in applications:
        own = stages.get(each.requisition_id, [])
        wait = waits.get(each.id)
        said, kind = _waits_on(each, wait, reader, names)
        change = last.get(each.id)
        fresh = change is not None and change.kind in UNDOABLE and now - change.recorded_at <= UNDO_WITHIN
        live = each.status is ApplicationStatus.ACTIVE
        held = each.requisition.state is RequisitionState.ON_HOLD
        found.append(
            Considered(
                application=each,
                place=_place(each.requisition, reader),
                stages=own,
                next_stage=_next(each, own) if live and each.requisition.state not in CLOSED else None,
                waits_on=said,
                waits_kind=kind,
                set_wait=wait,
                contacts=[contact for contact in contacts.values() if contact.application_id == each.id],
                undoable=change if fresh else None,
                days_in_stage=day_count(each.stage_entered_at, now, zone),
                late=bool(live and not held and each.card and each.card.late_from and each.card.late_from <= now),
                source=source_words(each.source_kind, each.source),
                ending=reason_label(ENDED_BY[each.status], each.end_reason) if each.status in ENDED_BY else "",
            )
        )
    return found


def _place(requisition: Requisition, reader: User) -> str:
    if not can(reader, "requisition.view", requisition):
        # They sit on an interview, and know nothing else of it.
        return ""
    board = can(reader, "pipeline.view", requisition)
    return url_for("desk.board" if board else "requisitions.show", number=requisition.number)


def _stages(requisition_ids: set[int]) -> dict[int, list[Stage]]:
    rows = db.session.scalars(
        select(Stage).where(Stage.requisition_id.in_(requisition_ids), Stage.retired_at.is_(None))
    )
    found: dict[int, list[Stage]] = {}
    for stage in sorted(rows, key=order_of):
        found.setdefault(stage.requisition_id, []).append(stage)
    return found


def _next(application: Application, stages: Sequence[Stage]) -> Stage | None:
    return next((stage for stage in stages if order_of(stage) > order_of(application.stage)), None)


def _waits_on(
    application: Application, wait: SetWait | None, reader: User, names: Mapping[int, str]
) -> tuple[str, str]:
    card = application.card
    if card is None or card.waits_on is None:
        return "", ""
    if card.waits_on is WaitReason.SCHEDULED:
        return "an interview is set", "ok"
    if card.waits_on is WaitReason.PERSON_SET and wait is not None:
        return wait.note, ""
    mine = card.waits_on_user_id == reader.id
    return f"waits on {holder_words(card.waits_on, card.waits_on_user_id, reader, names)}", "me" if mine else ""


def _lines(
    entries: Sequence[TimelineEntry],
    considered: Sequence[Considered],
    changes: Mapping[int, StageChange],
    contacts: Mapping[int, Contact],
    *,
    reader: User,
    reads_words: bool,
) -> list[Line]:
    """What the reader may know of the history: nothing of applications and offers that are not theirs to see."""
    applications = [each.application for each in considered]
    with_offers = {each.id for each in applications if can(reader, "offer.view", each)}
    seen = {application.id for application in applications}
    numbers = {application.requisition_id: application.requisition.number for application in applications}
    # What was done to many is taken back for all of them, by those who could have done it.
    marks = {_mark(entry.event, changes) for entry in entries} if can(reader, "batch.start") else set()
    sizes = batch_sizes(marks - {""})
    undoable = {each.undoable.id: each.undoable for each in considered if each.undoable}
    hires = hires_by_application([each.id for each in applications if each.status is ApplicationStatus.HIRED])
    lines = []
    for entry in entries:
        event = entry.event
        if event.application_id is not None and event.application_id not in seen:
            continue
        if event.requisition_id is not None and event.requisition_id not in numbers:
            continue
        # One line for one deed: of an approval it is the one that says whom.
        if said_by_approvals(event):
            continue
        if speaks_of_offers(event) and event.application_id not in with_offers:
            continue
        change = changes.get(event.data.get("change_id") or 0)
        contact = contacts.get(event.data.get("contact_id") or 0)
        batch = _mark(event, changes)
        hire = hires.get(event.application_id or 0)
        words = change.comment if change else contact.note if contact else ""
        happened = change.happened_at if change else contact.at if contact else None
        backdated = happened is not None and (entry.at - happened).total_seconds() > 3600
        lines.append(
            Line(
                at=entry.at,
                text=f"{entry.actor_name} {entry.sentence}",
                note=words if reads_words else "",
                happened_at=happened if backdated else None,
                kind=event.kind,
                requisition=numbers.get(event.requisition_id or 0, "") if len(numbers) > 1 else "",
                batch=batch if batch in sizes else "",
                together=sizes.get(batch, 0),
                # Undoing it tells of the same change, and is none that can be undone.
                undoable=undoable.get(change.id) if change else None,
                hire=hire if hire and event.kind == HireRecorded.kind and event.subject_id == hire.id else None,
            )
        )
    return lines


def _mark(event: Event, changes: Mapping[int, StageChange]) -> str:
    """The mark of the bulk action that an event was part of: on its change, or its own where there is none; else ""."""
    change = changes.get(event.data.get("change_id") or 0)
    return (change.batch if change else event.data.get("batch")) or ""
