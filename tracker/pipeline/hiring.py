"""The hire of an application, and taking it back; the offers call both, and keep the openings in the same commit."""

from datetime import datetime

from tracker.accounts.models import User
from tracker.history.operations import record
from tracker.pipeline import events
from tracker.pipeline.changes import check_requisition, end_what_hangs_on, plan, write
from tracker.pipeline.judging import active_elsewhere, check_only_one, moment, standings
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.queries import enterable_stages, lock_application
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.states import StageKind


def hire_application(application: Application, *, actor: User, happened_at: datetime) -> StageChange:
    """Record that the offer was accepted at `happened_at`; nobody decides on or interviews a person who is hired.

    Called by the offers, which fill the opening in the same transaction. Raises Refused unless it is active.
    """
    application = lock_application(application)
    standing = standings([application])[application.id]
    check_requisition(application.requisition, ChangeKind.HIRE)
    at = moment(standing, happened_at)
    change = write(
        plan(
            application,
            standing.last.seq,
            ChangeKind.HIRE,
            to_stage=application.stage,
            happened_at=at,
            actor=actor,
        )
    )
    end_what_hangs_on([change], actor)
    record(
        events.ApplicationHired(change_id=change.id, happened_at=at.isoformat()),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application], at=at)
    return change


def unhire_application(application: Application, *, actor: User, reason: str) -> StageChange:
    """Take a hire back: active again, a new visit to Offer extended. `reason` is kept as words.

    Called by the offers, which give the opening a new spell in the same transaction. Raises Refused unless hired.
    """
    application = lock_application(application)
    standing = standings([application])[application.id]
    check_requisition(application.requisition, ChangeKind.UNHIRE)
    check_only_one(application, active_elsewhere([application]))
    stages = enterable_stages(application.requisition_id)
    back_in = next((stage for stage in stages if stage.kind is StageKind.OFFER_EXTENDED), application.stage)
    at = moment(standing, None)
    change = write(
        plan(
            application,
            standing.last.seq,
            ChangeKind.UNHIRE,
            to_stage=back_in,
            happened_at=at,
            actor=actor,
            comment=reason.strip(),
        )
    )
    record(
        events.ApplicationUnhired(change_id=change.id, stage_id=back_in.id),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application], at=at)
    return change
