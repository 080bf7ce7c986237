"""What can be done with an application: start, move, end, transfer. Reopening and undoing are in taking_back, the hire
in hiring.

Every operation locks the requisition and then the application, judges what is true now, writes one stage change and
one event, and refreshes the derived facts. None of them commits.
"""

from datetime import datetime

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.registry import Move
from tracker.history.operations import record
from tracker.pipeline import events
from tracker.pipeline.changes import Step, check_requisition, end_what_hangs_on, write
from tracker.pipeline.gates import ask_guards
from tracker.pipeline.judging import (
    check_contactable,
    entered,
    judge_ending,
    judge_move,
    judge_transfer,
    repeated,
    standings,
)
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.progress import note_contacts
from tracker.pipeline.queries import active_application, enterable_stages, lock_application, read_stages
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ENDINGS, MOVES, ApplicationStatus, ChangeKind, SourceKind
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.states import Phase, StageKind

_STARTS_IN = {
    SourceKind.SOURCED: StageKind.IDENTIFIED,
    SourceKind.REFERRED: StageKind.IDENTIFIED,
    SourceKind.APPLIED: StageKind.APPLIED,
}


def start_application(
    requisition: Requisition,
    candidate: Candidate,
    *,
    actor: User | None,
    source_kind: SourceKind,
    source: str = "",
    stage: Stage | None = None,
    happened_at: datetime | None = None,
    recruiter: User | None = None,
    transferred_from: Application | None = None,
) -> Application:
    """Bring a person into a requisition's pipeline, in `stage` or where people of that source begin.

    `actor` is None for imports only. Raises Refused when the requisition is not open, the person must not be contacted
    and did not apply, the stage is not one of the requisition's, or an active application is there already.
    """
    requisition = lock_requisition(requisition.id)
    check_requisition(requisition, ChangeKind.START)
    if candidate.erased_at is not None:
        raise Refused("This person's data were erased.")
    if candidate.do_not_contact_at is not None and source_kind is not SourceKind.APPLIED:
        raise Refused(f"{candidate.name} asked not to be contacted.")
    if active_application(candidate, requisition) is not None:
        raise Refused(f"{candidate.name} is in the pipeline of {requisition.number} already.")
    now = clock.now()
    at = happened_at or now
    if at > now:
        raise Refused("That is in the future.", fields={"happened_at": "Give a time that has passed."})
    stage = entered(requisition, stage) if stage else _first_stage(requisition, source_kind)
    check_contactable(candidate, stage)
    responded = stage.phase is not Phase.SOURCING or stage.kind is StageKind.APPLIED
    applied = source_kind is SourceKind.APPLIED or stage.kind is StageKind.APPLIED
    application = Application(
        requisition=requisition,
        candidate=candidate,
        stage=stage,
        status=ApplicationStatus.ACTIVE,
        started_at=at,
        source_kind=source_kind,
        source=source.strip(),
        applied_at=at if applied else None,
        responded_at=at if responded or applied else None,
        stage_entered_at=at,
        recruiter_id=_recruiter_id(recruiter, actor),
        transferred_from_id=transferred_from.id if transferred_from else None,
    )
    change = StageChange(
        application=application,
        seq=1,
        kind=ChangeKind.START,
        to_stage=stage,
        to_status=ApplicationStatus.ACTIVE,
        happened_at=at,
        recorded_at=now,
        actor=actor,
    )
    db.session.add_all([application, change])
    # The contact, the event and the derived facts name the new rows.
    db.session.flush()
    note_contacts([change])
    record(
        events.ApplicationStarted(
            change_id=change.id,
            stage_id=stage.id,
            source_kind=source_kind,
            happened_at=at.isoformat(),
            transferred_from_id=application.transferred_from_id,
        ),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application], at=at)
    return application


def move_application(
    application: Application,
    to_stage: Stage,
    *,
    actor: User,
    expected: int | None,
    reason: str = "",
    comment: str = "",
    happened_at: datetime | None = None,
    override_reason: str = "",
    batch: str | None = None,
) -> StageChange:
    """Move an active application to another stage of its requisition.

    `expected` is the version that somebody looked at (None: whatever it is now). Raises Conflict when somebody was
    faster, Refused when the requisition or a gate says no; an admin passes a gate with `override_reason`, which stays.
    """
    application = lock_application(application)
    standing = standings([application])[application.id]
    done = repeated(application, expected, standing, actor, MOVES, to_stage=to_stage)
    if done is not None:
        return done
    # Reading all stages reads the one that is entered as well.
    stages = read_stages(application.requisition)
    step = judge_move(
        application,
        standing,
        to_stage,
        stages,
        ask_guards([Move(application, to_stage, actor)])[0],
        actor=actor,
        expected=expected,
        reason=reason,
        comment=comment,
        happened_at=happened_at,
        override_reason=override_reason,
        batch=batch,
    )
    change = write(step)
    note_contacts([change])
    record(events.moved(change), events.subject_of(application), actor=actor)
    refresh([application], at=change.happened_at)
    return change


def end_application(
    application: Application,
    kind: ChangeKind,
    *,
    actor: User,
    expected: int | None,
    reason: str,
    comment: str = "",
    told: bool = False,
    happened_at: datetime | None = None,
) -> StageChange:
    """Reject, withdraw or close an active application; `reason` is a key of that kind's reasons.

    `told`: the candidate knows. What hangs on the application ends with it. Raises Conflict and Refused as moving does.
    """
    if kind not in ENDINGS:
        raise ValueError(f"{kind} ends nothing")
    application = lock_application(application)
    standing = standings([application])[application.id]
    done = repeated(application, expected, standing, actor, frozenset({kind}))
    if done is not None:
        return done
    step = judge_ending(
        application,
        standing,
        kind,
        actor=actor,
        expected=expected,
        reason=reason,
        comment=comment,
        told=told,
        happened_at=happened_at,
    )
    return _end(step, actor, told=told)


def transfer_application(
    application: Application,
    to_requisition: Requisition,
    *,
    actor: User,
    expected: int | None,
    stage: Stage | None = None,
    comment: str = "",
) -> Application:
    """Close the application here and start one in another requisition, which remembers where it came from.

    Raises Refused when the person is there already or that requisition is not open.
    """
    # Two requisitions are locked in the order of their ids, so that two transfers cannot wait for each other.
    for requisition_id in sorted({application.requisition_id, to_requisition.id}):
        lock_requisition(requisition_id)
    if application.requisition_id == to_requisition.id:
        raise Refused("That is the requisition it is in already.", fields={"requisition": "Choose another one."})
    application = lock_application(application)
    standing = standings([application])[application.id]
    _end(judge_transfer(application, standing, actor=actor, expected=expected, comment=comment), actor, told=False)
    return start_application(
        to_requisition,
        application.candidate,
        actor=actor,
        source_kind=application.source_kind,
        source=application.source,
        stage=stage,
        transferred_from=application,
    )


# --- what they share --------------------------------------------------------------------------------------------------


def _end(step: Step, actor: User, *, told: bool) -> StageChange:
    change = write(step)
    end_what_hangs_on([change], actor)
    record(events.ended(change, told=told), events.subject_of(change.application), actor=actor)
    refresh([change.application], at=change.happened_at)
    return change


def _first_stage(requisition: Requisition, source_kind: SourceKind) -> Stage:
    stages = enterable_stages(requisition.id)
    if not stages:
        raise Refused(f"{requisition.number} has no stages.")
    return next((stage for stage in stages if stage.kind is _STARTS_IN[source_kind]), stages[0])


def _recruiter_id(recruiter: User | None, actor: User | None) -> int | None:
    if recruiter is not None:
        return recruiter.id
    return actor.id if actor is not None and actor.has(Role.RECRUITER) else None
