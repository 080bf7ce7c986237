"""Shortlists: put forward, put forward again, taken back, lapsed, handed to another decider."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.registry import Ending
from tracker.history.operations import Subject, record
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.pipeline.queries import lock_application
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ApplicationStatus, ChangeKind
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.queries import all_deciders, whom_to_ask
from tracker.requisitions.states import LIVE
from tracker.vetting import events, mails, policy
from tracker.vetting.evidence import live_evidence
from tracker.vetting.models import Shortlist, ShortlistEntry
from tracker.vetting.queries import shortlist_stages
from tracker.vetting.snapshots import take_snapshot
from tracker.vetting.states import ENTRY_TRANSITIONS, EntryState, SnapshotMoment


def submit_shortlist(
    requisition: Requisition,
    applications: Sequence[Application],
    *,
    opens_stage: Stage,
    decider: User,
    note: str,
    entry_notes: Mapping[int, str],
    actor: User,
    move_to: Stage | None = None,
    happened_at: datetime | None = None,
) -> Shortlist:
    """Put applications of one requisition forward for a decision by `decider`, and tell those who decide.

    `opens_stage` is what an approval opens; `entry_notes` are words on each person, by application id. With `move_to`
    those who stand before that stage are moved there, in one batch. What is known of each is frozen. Raises Refused for
    what does not fit, Conflict when somebody is on a shortlist that waits already.
    """
    requisition = lock_requisition(requisition.id)
    if requisition.state not in LIVE:
        raise Refused(f"{requisition.number} is {requisition.state.label}.", needed=["Open the requisition first."])
    applications = _lock_all(requisition, applications)
    _check_stage(requisition, opens_stage)
    _check_decider(requisition, decider, actor)
    _check_free(applications)
    now = happened_at or clock.now()
    shortlist = Shortlist(
        requisition=requisition,
        opens_stage=opens_stage,
        submitted_by=actor,
        submitted_at=now,
        decider=decider,
        note=note.strip(),
        entries=[
            ShortlistEntry(
                application=application,
                note=entry_notes.get(application.id, "").strip(),
                pending_since=now,
                put_forward_by=actor,
            )
            for application in applications
        ],
    )
    db.session.add(shortlist)
    # Snapshots, events and mails name the new rows.
    db.session.flush()
    _freeze_and_record(shortlist, shortlist.entries, actor)
    if move_to is not None:
        _move_up(applications, move_to, actor, happened_at)
    mails.ask_for_decisions(shortlist, shortlist.entries, at=now)
    refresh(applications, at=now)
    return shortlist


def resubmit_entry(
    entry: ShortlistEntry, *, note: str, actor: User, expected_round: int, happened_at: datetime | None = None
) -> ShortlistEntry:
    """Put somebody forward again, in a new round, after more was wanted or the entry had lapsed.

    `note` replaces the words on the person. Raises Conflict when somebody did it already, Refused when it cannot be.
    """
    entry = lock_entry(entry.id)
    application, shortlist = entry.application, entry.shortlist
    if entry.round != expected_round:
        raise Conflict(
            f"{entry.put_forward_by.name} put {application.candidate.name} forward again already.",
            who=entry.put_forward_by.name,
            when=entry.pending_since,
        )
    if EntryState.PENDING not in ENTRY_TRANSITIONS[entry.state]:
        raise Refused(
            f"{application.candidate.name} is {entry.state.label} on this shortlist.",
            needed=["Put them on a new shortlist."] if entry.state.is_decision else (),
        )
    if shortlist.requisition.state not in LIVE:
        raise Refused(f"{shortlist.requisition.number} is {shortlist.requisition.state.label}.")
    _check_active([application])
    _check_free([application])
    now = happened_at or clock.now()
    _wait(entry)
    entry.round += 1
    entry.pending_since = now
    entry.put_forward_by = actor
    entry.preference = None
    entry.note = note.strip() or entry.note
    db.session.flush()
    _freeze_and_record(shortlist, [entry], actor)
    # Whoever is asked may have put them forward again, and not be the one to decide then.
    hand_on_decisions(shortlist.requisition, actor)
    mails.ask_for_decisions(shortlist, [entry], at=now)
    refresh([application], at=now)
    return entry


def take_back_entry(entry: ShortlistEntry, *, actor: User, expected_round: int) -> ShortlistEntry:
    """Take somebody off a shortlist before it is decided. Raises Conflict when it was decided meanwhile."""
    entry = lock_entry(entry.id)
    if entry.round != expected_round or entry.state is not EntryState.PENDING:
        raise already_settled(entry)
    _lapse([entry], actor=actor, why="taken_back")
    refresh([entry.application])
    return entry


def change_decider(shortlist: Shortlist, decider: User, *, actor: User | None) -> Shortlist:
    """Ask somebody else to decide what still waits on a shortlist; they are told. Raises Refused for who may not."""
    requisition = lock_requisition(shortlist.requisition_id)
    shortlist = _reload(shortlist.id)
    if shortlist.decider_id == decider.id:
        return shortlist
    _check_decider(requisition, decider, shortlist.submitted_by)
    _ask_instead(shortlist, decider, actor)
    return shortlist


def on_ending(endings: Sequence[Ending]) -> None:
    """Applications ended: entries of them that wait lapse. Approved ones stand, should the ending be taken back."""
    by_application = {ending.application.id: ending for ending in endings}
    for entry in _pending(ShortlistEntry.application_id.in_(by_application)):
        ending = by_application[entry.application_id]
        why = "hired" if ending.change.kind is ChangeKind.HIRE else "ending"
        _lapse([entry], actor=ending.actor, why=why, at=ending.change.recorded_at)


def on_ending_undone(endings: Sequence[Ending]) -> None:
    """Endings were taken back: the entries that lapsed with them wait again, unless the requisition is over by now."""
    live = {ending.application.id: ending for ending in endings if ending.application.requisition.state in LIVE}
    for entry in db.session.scalars(
        select(ShortlistEntry).where(ShortlistEntry.application_id.in_(live), ShortlistEntry.lapsed_at.is_not(None))
    ):
        ending = live[entry.application_id]
        if entry.lapsed_at != ending.change.recorded_at:
            continue
        _wait(entry)
        record(
            events.EntryRestored(shortlist_id=entry.shortlist_id, entry_id=entry.id),
            events.about(ending.application, "shortlist_entries", entry.id),
            actor=ending.actor,
        )


def on_requisition_closed(requisition: Requisition, actor: User | None) -> None:
    """The requisition was filled or cancelled: what waits for a decision lapses; the people stay where they are."""
    entries = _pending(Shortlist.requisition_id == requisition.id)
    _lapse(entries, actor=actor, why="requisition_closed")
    refresh([entry.application for entry in entries])


def hand_over_decisions(user: User, successor: User, actor: User | None) -> None:
    """Let the successor of a disabled user decide what waits on them."""
    waiting = db.session.scalars(
        select(Shortlist)
        .where(Shortlist.decider_id == user.id, Shortlist.entries.any(ShortlistEntry.state == EntryState.PENDING))
        .order_by(Shortlist.requisition_id, Shortlist.id)
        .options(joinedload(Shortlist.requisition))
    ).all()
    for shortlist in waiting:
        requisition = lock_requisition(shortlist.requisition_id)
        if successor in whom_to_ask(requisition, policy.submitters(shortlist)):
            _ask_instead(shortlist, successor, actor)


def hand_on_decisions(requisition: Requisition | None, actor: User | None) -> None:
    """Who may decide changed, in one requisition or in any: what waits for somebody who may not goes to who may.

    Where nobody may, whoever decides but put people forward is asked: an admin at the least, who can mend that.
    """
    waiting = select(Shortlist).where(policy.asked_in_vain())
    if requisition is not None:
        waiting = waiting.where(Shortlist.requisition_id == requisition.id)
    for shortlist in db.session.scalars(waiting.order_by(Shortlist.requisition_id, Shortlist.id)).all():
        here = lock_requisition(shortlist.requisition_id)
        people = whom_to_ask(here, policy.submitters(shortlist)) or all_deciders(here)
        if people and shortlist.decider not in people:
            _ask_instead(shortlist, people[0], actor)


def _ask_instead(shortlist: Shortlist, decider: User, actor: User | None) -> None:
    shortlist.decider = decider
    _record_decider(shortlist, actor)
    pending = [entry for entry in shortlist.entries if entry.state is EntryState.PENDING]
    mails.ask_for_decisions(shortlist, pending, at=clock.now())
    refresh([entry.application for entry in pending])


def lock_entry(entry_id: int) -> ShortlistEntry:
    """The entry as it is now, behind the locks of its requisition, application and shortlist."""
    row = db.session.execute(
        select(ShortlistEntry.application_id, ShortlistEntry.shortlist_id).where(ShortlistEntry.id == entry_id)
    ).one_or_none()
    if row is None:
        raise NotVisible
    lock_application(row.application_id)
    db.session.execute(select(Shortlist.id).where(Shortlist.id == row.shortlist_id).with_for_update(key_share=True))
    return db.session.scalars(
        select(ShortlistEntry)
        .where(ShortlistEntry.id == entry_id)
        .options(
            joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.requisition),
            joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.opens_stage),
            joinedload(ShortlistEntry.put_forward_by),
        )
        .execution_options(populate_existing=True)
    ).one()


def already_settled(entry: ShortlistEntry) -> Conflict:
    """Somebody was faster with this entry: who, what and when."""
    name = entry.application.candidate.name
    if entry.state is EntryState.PENDING:
        return Conflict(
            f"{entry.put_forward_by.name} put {name} forward again since you opened this page.",
            who=entry.put_forward_by.name,
            when=entry.pending_since,
        )
    last = entry.decisions[-1] if entry.decisions else None
    if entry.state is EntryState.LAPSED or last is None:
        return Conflict(f"{name} does not wait for a decision any more.")
    words = {
        EntryState.APPROVED: f"approved {name}",
        EntryState.DECLINED: f"declined {name}",
        EntryState.MORE_WANTED: f"asked for more about {name}",
    }
    return Conflict(
        f"{last.decided_by.name} {words[last.state]} already.", who=last.decided_by.name, when=last.decided_at
    )


def _lock_all(requisition: Requisition, applications: Sequence[Application]) -> list[Application]:
    wanted = sorted({application.id for application in applications})
    if not wanted:
        raise Refused("Nobody is on this shortlist yet.", fields={"applications": "Choose at least one person."})
    locked = db.session.scalars(
        select(Application)
        .where(Application.id.in_(wanted), Application.requisition_id == requisition.id)
        .order_by(Application.id)
        .with_for_update(key_share=True, of=Application)
        .options(joinedload(Application.candidate), joinedload(Application.stage))
        .execution_options(populate_existing=True)
    ).all()
    if len(locked) != len(wanted):
        raise Refused(f"Somebody chosen is not in the pipeline of {requisition.number}.")
    _check_active(locked)
    return list(locked)


def _check_active(applications: Iterable[Application]) -> None:
    for application in applications:
        if application.status is not ApplicationStatus.ACTIVE:
            raise Refused(
                f"The application of {application.candidate.name} is {application.status.value}.",
                needed=["Reopen it first."],
            )


def _check_free(applications: Sequence[Application]) -> None:
    taken = _pending(ShortlistEntry.application_id.in_([application.id for application in applications]))
    if taken:
        first = taken[0]
        raise Conflict(
            f"{first.application.candidate.name} waits for {first.shortlist.decider.name} on a shortlist already.",
            who=first.put_forward_by.name,
            when=first.pending_since,
        )


def _check_stage(requisition: Requisition, stage: Stage) -> None:
    if stage.id not in {each.id for each in shortlist_stages(requisition)}:
        raise Refused(
            f"No shortlist opens {stage.name}.",
            fields={"opens_stage": "Choose a stage that asks for an approval, or the first of the offer phase."},
        )


def _check_decider(requisition: Requisition, decider: User, submitter: User) -> None:
    refusal = policy.why_not_decider(decider, requisition, submitter=submitter)
    if refusal:
        raise Refused(refusal, fields={"decider": refusal})


def _freeze_and_record(shortlist: Shortlist, entries: Sequence[ShortlistEntry], actor: User) -> None:
    evidence = live_evidence([entry.application for entry in entries], entries=entries)
    for entry in entries:
        take_snapshot(entry, SnapshotMoment.SUBMITTED, evidence[entry.application_id])
        record(
            events.EntrySubmitted(
                shortlist_id=shortlist.id,
                entry_id=entry.id,
                round=entry.round,
                opens_stage_id=shortlist.opens_stage_id,
                decider_id=shortlist.decider_id,
            ),
            events.about(entry.application, "shortlist_entries", entry.id),
            actor=actor,
        )


def _move_up(applications: Sequence[Application], stage: Stage, actor: User, happened_at: datetime | None) -> None:
    batch = token_hex(8)
    for application in applications:
        here = (application.stage.phase.position, application.stage.position)
        if here < (stage.phase.position, stage.position):
            move_application(application, stage, actor=actor, expected=None, happened_at=happened_at, batch=batch)


def _pending(condition: object) -> list[ShortlistEntry]:
    return list(
        db.session.scalars(
            select(ShortlistEntry)
            .join(ShortlistEntry.shortlist)
            .where(ShortlistEntry.state == EntryState.PENDING, condition)  # type: ignore[arg-type]
            .order_by(ShortlistEntry.id)
            .options(
                joinedload(ShortlistEntry.application).joinedload(Application.candidate),
                joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.decider),
                joinedload(ShortlistEntry.put_forward_by),
            )
        )
    )


def _record_decider(shortlist: Shortlist, actor: User | None) -> None:
    record(
        events.DeciderChanged(shortlist_id=shortlist.id, decider_id=shortlist.decider.id),
        Subject(requisition_id=shortlist.requisition_id, table="shortlists", id=shortlist.id),
        actor=actor,
    )


def _wait(entry: ShortlistEntry) -> None:
    entry.state, entry.lapsed_at = EntryState.PENDING, None


def _lapse(entries: Sequence[ShortlistEntry], *, actor: User | None, why: str, at: datetime | None = None) -> None:
    for entry in entries:
        entry.state, entry.lapsed_at = EntryState.LAPSED, at or clock.now()
        record(
            events.EntryLapsed(shortlist_id=entry.shortlist_id, entry_id=entry.id, why=why),
            events.about(entry.application, "shortlist_entries", entry.id),
            actor=actor,
        )


def _reload(shortlist_id: int) -> Shortlist:
    return db.session.scalars(
        select(Shortlist).where(Shortlist.id == shortlist_id).execution_options(populate_existing=True)
    ).one()
