"""The one writer of stage changes: what every change of an application has in common.

The verbs are in pipeline.operations, taking_back and hiring; nothing else calls this.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import Ending, get_registry
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.progress import note_progress
from tracker.pipeline.queries import active_application, latest_change
from tracker.pipeline.states import (
    ENDED,
    MOVES,
    TRANSITIONS,
    ApplicationStatus,
    ChangeKind,
    SourceKind,
    requisition_allows,
)
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import RequisitionState, StageKind

#: Times are given to the minute; within it the order of recording counts.
MINUTE = timedelta(minutes=1)

_PARTICIPLES = {
    ChangeKind.START: "added {name} in {stage}",
    ChangeKind.REJECT: "rejected {name}",
    ChangeKind.WITHDRAW: "recorded that {name} withdrew",
    ChangeKind.CLOSE: "closed the application of {name}",
    ChangeKind.HIRE: "hired {name}",
    ChangeKind.REOPEN: "reopened the application of {name}, in {stage}",
    ChangeKind.UNHIRE: "undid the hire of {name}",
    ChangeKind.UNDO: "undid the last change of {name}, who is back in {stage}",
}


def describe_change(change: StageChange, name: str) -> str:
    """What a change did, as a sentence to tell somebody who came second: "Tara Kessler moved Ada Lind to Screening"."""
    actor = change.actor.name if change.actor else "An import"
    words = _PARTICIPLES.get(change.kind, "moved {name} to {stage}")
    return f"{actor} {words.format(name=name, stage=change.to_stage.name)}"


def check_expected(application: Application, expected: int | None) -> None:
    """Raise Conflict, saying who did what, when the application is not the one that somebody looked at."""
    if expected is None or application.version == expected:
        return
    change = latest_change(application.id)
    raise conflict_with(application, change)


def conflict_with(application: Application, change: StageChange | None) -> Conflict:
    """The conflict with somebody's change, in words."""
    if change is None:
        return Conflict("Somebody else changed this application in the meantime.")
    return Conflict(
        f"{describe_change(change, application.candidate.name)} in the meantime.",
        who=change.actor.name if change.actor else None,
        when=change.recorded_at,
    )


def check_requisition(requisition: Requisition, kind: ChangeKind) -> None:
    """Raise Refused when the requisition's state does not allow a change of that kind."""
    if requisition_allows(requisition.state, kind):
        return
    if requisition.state in {RequisitionState.FILLED, RequisitionState.CANCELLED}:
        raise Refused(
            f"{requisition.number} is {requisition.state.label}: people can be ended or transferred, not moved.",
            needed=["Reopen the requisition, or transfer the person to another one."],
        )
    raise Refused(
        f"{requisition.number} is not open yet ({requisition.state.label}).", needed=["Open the requisition first."]
    )


def check_only_one(application: Application) -> None:
    """Raise Refused when the person has another active application for the same requisition."""
    other = active_application(application.candidate, application.requisition)
    if other is not None and other.id != application.id:
        raise Refused(
            f"{application.candidate.name} has another active application for {application.requisition.number}."
        )


def moment(application: Application, happened_at: datetime | None) -> datetime:
    """When a change happened: as given, or now. Raises Refused for the future and for before the previous change."""
    now = clock.now()
    previous = db.session.scalar(
        select(func.max(StageChange.happened_at)).where(StageChange.application_id == application.id)
    )
    previous = previous or application.started_at
    if happened_at is None:
        # Another machine's clock may run ahead of ours by a little.
        return max(now, previous)
    if happened_at > now + MINUTE:
        raise Refused("That is in the future.", fields={"happened_at": "Give a time that has passed."})
    if happened_at < previous:
        if previous - happened_at < MINUTE:
            return previous
        raise Refused(
            "That is before the previous change of this application.",
            fields={"happened_at": "Give a time after the previous change."},
        )
    return happened_at


def kind_of_move(application: Application, to_stage: Stage, stages: list[Stage]) -> ChangeKind:
    """Whether going from the application's stage to `to_stage` is a move, a skip or a way back.

    `stages` are those that can be entered, in order. Passing over Applied is no skip for somebody who was sourced.
    """
    here, there = order_of(application.stage), order_of(to_stage)
    if there < here:
        return ChangeKind.BACK
    passed = [stage for stage in stages if here < order_of(stage) < there]
    if application.source_kind is SourceKind.SOURCED:
        passed = [stage for stage in passed if stage.kind is not StageKind.APPLIED]
    return ChangeKind.SKIP if passed else ChangeKind.MOVE


def order_of(stage: Stage) -> tuple[int, int]:
    """A stage's place: its phase, then its position."""
    return stage.phase.position, stage.position


def append_change(
    application: Application,
    kind: ChangeKind,
    *,
    to_stage: Stage,
    happened_at: datetime,
    actor: User | None,
    reason: str = "",
    comment: str = "",
    batch: str | None = None,
) -> StageChange:
    """Make a change: the row, and what it does to the application. Raises Refused for an illegal transition.

    The application is locked and the change was judged. The row gets its id here, because mail and events name it.
    """
    transition = TRANSITIONS[kind]
    if application.status not in transition.before:
        raise Refused(_why_not(application, kind))
    # One flush, so that the version goes up by one.
    with db.session.no_autoflush:
        change = write_row(
            application,
            kind,
            to_stage=to_stage,
            to_status=transition.after,
            happened_at=happened_at,
            actor=actor,
            reason=reason,
            comment=comment,
            batch=batch,
        )
    if kind in MOVES:
        note_progress(application, to_stage, happened_at)
    if transition.after is ApplicationStatus.ACTIVE:
        application.stage = to_stage
        application.stage_entered_at = happened_at
    settle_status(application, transition.after, happened_at=happened_at, reason=reason)
    db.session.flush()
    return change


def write_row(
    application: Application,
    kind: ChangeKind,
    *,
    to_stage: Stage,
    to_status: ApplicationStatus,
    happened_at: datetime,
    actor: User | None,
    reason: str = "",
    comment: str = "",
    batch: str | None = None,
    undoes: StageChange | None = None,
) -> StageChange:
    """Append the row that records a change from how the application stands now."""
    last = db.session.scalar(select(func.max(StageChange.seq)).where(StageChange.application_id == application.id))
    change = StageChange(
        application=application,
        seq=(last or 0) + 1,
        kind=kind,
        from_stage=application.stage,
        to_stage=to_stage,
        from_status=application.status,
        to_status=to_status,
        from_stage_entered_at=application.stage_entered_at,
        happened_at=happened_at,
        recorded_at=clock.now(),
        actor=actor,
        reason=reason,
        comment=comment,
        batch=batch,
        undoes_id=undoes.id if undoes else None,
    )
    db.session.add(change)
    return change


def settle_status(
    application: Application, status: ApplicationStatus, *, happened_at: datetime, reason: str = ""
) -> None:
    """Give the application a status, and the columns that go with it."""
    application.status = status
    application.ended_at = None if status is ApplicationStatus.ACTIVE else happened_at
    application.end_reason = reason if status in ENDED else ""


def end_what_hangs_on_it(change: StageChange, actor: User) -> None:
    """End what other domains hung on the application (interviews, entries, an offer) with the change that ended it."""
    for callback in get_registry().on_ending:
        callback(Ending(change.application, actor, change.happened_at, change))


def _why_not(application: Application, kind: ChangeKind) -> str:
    name = application.candidate.name
    if kind is ChangeKind.REOPEN:
        return f"{name} is {application.status.label}; there is nothing to reopen."
    if kind is ChangeKind.UNHIRE:
        return f"{name} is {application.status.label}, not hired."
    if application.status is ApplicationStatus.HIRED:
        return f"{name} is hired. Undo the hire on the offer's page first."
    return f"The application of {name} is {application.status.label}. Reopen it first."
