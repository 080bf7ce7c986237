"""Taking back what was done to an application: reopening it, and undoing its last change.

Both lock and judge as the other verbs do (pipeline.operations); neither commits.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import aliased

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.history.operations import record
from tracker.mail.operations import cancel_for_changes
from tracker.pipeline import events
from tracker.pipeline.changes import check_requisition, plan, restore_what_hung_on, write
from tracker.pipeline.judging import (
    Past,
    active_elsewhere,
    before_change,
    check_expected,
    check_only_one,
    judge_undo,
    moment,
    standings,
)
from tracker.pipeline.models import Application, StageChange, Wait
from tracker.pipeline.progress import first_answers, forget_contacts
from tracker.pipeline.queries import lock_application, read_stages
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ENDED, ENDINGS, MOVES, ChangeKind


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
    standing = standings([application])[application.id]
    check_expected(application, expected, standing)
    check_requisition(application.requisition, ChangeKind.REOPEN)
    check_only_one(application, active_elsewhere([application]))
    change = write(
        plan(
            application,
            standing.last.seq,
            ChangeKind.REOPEN,
            to_stage=application.stage,
            happened_at=moment(standing, happened_at),
            actor=actor,
            comment=comment.strip(),
        )
    )
    record(
        events.ApplicationReopened(change_id=change.id, stage_id=application.stage_id),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application], at=change.happened_at)
    return change


def undo_change(change: StageChange, *, actor: User) -> StageChange:
    """Take the last change of an application back: stage, status and since when are as before.

    So is what had ended with an ending: interviews, shortlist entries, the offer. Mail that the change queued and that
    has not gone is cancelled. Raises Conflict when somebody went on since, and Refused after 24 hours and for what has
    an undo of its own (a hire) or none (the start).
    """
    application = lock_application(change.application_id)
    # The stage before is one of them.
    read_stages(application.requisition)
    standing = standings([application])[application.id]
    before_change(application, standing, change)
    step = judge_undo(application, standing, standing.last, past_of([(application, standing.last)]), actor=actor)
    undo = write(step)
    settle_undone([standing.last], actor)
    record(events.undone(undo, standing.last), events.subject_of(application), actor=actor)
    refresh([application], at=undo.happened_at)
    return undo


def past_of(undone: Sequence[tuple[Application, StageChange]]) -> Past:
    """What taking these changes back rests on, read at once for all of them."""
    ended_again = [application.id for application, change in undone if change.from_status in ENDED]
    answered = [
        application.id
        for application, change in undone
        if change.kind in MOVES and application.responded_at == change.happened_at
    ]
    made_active = [application for application, change in undone if change.kind in ENDINGS]
    return Past(
        endings=_last_endings(ended_again) if ended_again else {},
        answers=first_answers(answered) if answered else {},
        active_elsewhere=active_elsewhere(made_active) if made_active else frozenset(),
    )


def settle_undone(undone: Sequence[StageChange], actor: User) -> None:
    """What goes with taking changes back: contacts that they noted, waits that they ended, mail that has not gone, what
    ended with them. refresh() follows."""
    forget_contacts(undone)
    _resume_waits(undone)
    cancel_for_changes([change.id for change in undone])
    restore_what_hung_on(undone, actor)


def _resume_waits(undone: Sequence[StageChange]) -> None:
    """Let whom somebody waited on before a change go on being waited on since then: the change never was."""
    changes = {change.application_id: change for change in undone}
    rows = db.session.execute(
        select(Wait.id, Wait.application_id, Wait.until)
        .where(Wait.application_id.in_(changes), Wait.until > Wait.since)
        .order_by(Wait.until)
    )
    ended = {row.application_id: row.id for row in rows if row.until == changes[row.application_id].happened_at}
    if not ended:
        return
    before = aliased(Wait)
    since_then = exists().where(
        before.id.in_(ended.values()), before.application_id == Wait.application_id, before.until <= Wait.since
    )
    db.session.execute(delete(Wait).where(Wait.application_id.in_(ended), since_then))
    db.session.execute(update(Wait).where(Wait.id.in_(ended.values())).values(until=None))


def _last_endings(application_ids: Sequence[int]) -> dict[int, StageChange]:
    endings = db.session.scalars(
        select(StageChange)
        .where(StageChange.application_id.in_(application_ids), StageChange.kind.in_(ENDINGS))
        .order_by(StageChange.seq)
    )
    # The last one is written last.
    return {ending.application_id: ending for ending in endings}
