"""Taking back what was done to an application: reopening it, and undoing its last change.

Both lock and judge as the other verbs do (pipeline.operations); neither commits.
"""

from datetime import datetime

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import Ending, get_registry
from tracker.history.operations import record
from tracker.mail.operations import cancel_for_changes
from tracker.pipeline import events
from tracker.pipeline.changes import (
    append_change,
    check_expected,
    check_only_one,
    check_requisition,
    conflict_with,
    moment,
    settle_status,
    write_row,
)
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.progress import forget_progress
from tracker.pipeline.queries import latest_change, lock_application
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ENDED, ENDINGS, UNDO_WITHIN, UNDOABLE, ApplicationStatus, ChangeKind


def reopen_application(
    application: Application,
    *,
    actor: User,
    expected: int | None,
    comment: str = "",
    happened_at: datetime | None = None,
) -> StageChange:
    """Make an ended application active again, in the stage it was in; its clock goes on.

    Raises Refused when it has not ended, the requisition is closed, or the person has another active application there.
    """
    application = lock_application(application)
    check_expected(application, expected)
    check_requisition(application.requisition, ChangeKind.REOPEN)
    check_only_one(application)
    at = moment(application, happened_at)
    change = append_change(
        application,
        ChangeKind.REOPEN,
        to_stage=application.stage,
        happened_at=at,
        actor=actor,
        comment=comment.strip(),
    )
    record(
        events.ApplicationReopened(change_id=change.id, stage_id=application.stage_id),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application], at=at)
    return change


def undo_change(change: StageChange, *, actor: User) -> StageChange:
    """Take the last change of an application back: stage, status and since when are as before.

    So is what had ended with an ending: interviews, shortlist entries, the offer. Mail that the change queued and that
    has not gone is cancelled. Raises Conflict when somebody went on since, and Refused after 24 hours and for what has
    an undo of its own (a hire) or none (the start).
    """
    application = lock_application(change.application_id)
    last = latest_change(application.id)
    if last is None or last.id != change.id:
        raise conflict_with(application, last)
    change = last
    if change.kind not in UNDOABLE or change.from_stage is None or change.from_status is None:
        raise Refused(_no_undo(change))
    if clock.now() - change.recorded_at > UNDO_WITHIN:
        raise Refused(
            "This change is more than 24 hours old.",
            needed=["Move the person back instead, or reopen the application."],
        )
    if change.from_status is ApplicationStatus.ACTIVE and application.status is not ApplicationStatus.ACTIVE:
        check_only_one(application)
    at = moment(application, None)
    # One flush, so that the version goes up by one.
    with db.session.no_autoflush:
        undo = write_row(
            application,
            ChangeKind.UNDO,
            to_stage=change.from_stage,
            to_status=change.from_status,
            happened_at=at,
            actor=actor,
            undoes=change,
        )
        application.stage = change.from_stage
        application.stage_entered_at = change.from_stage_entered_at or application.stage_entered_at
        if change.from_status in ENDED:
            ending = _last_ending(application)
            settle_status(application, change.from_status, happened_at=ending.happened_at, reason=ending.reason)
        else:
            settle_status(application, change.from_status, happened_at=at)
        forget_progress(application, change)
        if change.kind in ENDINGS and application.told_at == change.happened_at:
            application.told_at = None
    db.session.flush()
    cancel_for_changes([change.id])
    if change.kind in ENDINGS:
        for callback in get_registry().on_ending_undone:
            callback(Ending(application, actor, change.happened_at, change))
    record(
        events.ChangeUndone(
            change_id=undo.id, undoes_id=change.id, undone=change.kind, to_stage_id=application.stage_id
        ),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application])
    return undo


def _last_ending(application: Application) -> StageChange:
    ending = db.session.scalar(
        select(StageChange)
        .where(StageChange.application_id == application.id, StageChange.kind.in_(ENDINGS))
        .order_by(StageChange.seq.desc())
        .limit(1)
    )
    if ending is None:
        raise Conflict("The ending that this reopened is gone.")
    return ending


def _no_undo(change: StageChange) -> str:
    if change.kind is ChangeKind.HIRE:
        return "A hire is undone on the offer's page."
    if change.kind is ChangeKind.UNDO:
        return "This was undone already. Move the person instead."
    if change.kind is ChangeKind.START:
        return "Adding somebody is not undone. Close the application as entered twice instead."
    return "This cannot be undone. Make another offer instead."
