"""Interviews, scorecards and shortlists."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_person
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.requisitions.models import ChecklistItem, Requisition
from tracker.requisitions.queries import checklist_of, deciders, recruiters
from tracker.requisitions.states import StageKind
from tracker.vetting.evidence import live_evidence
from tracker.vetting.models import EntryDecision, Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.operations.decisions import decide_entry
from tracker.vetting.operations.interviews import plan_interview
from tracker.vetting.operations.scorecards import Given, submit_scorecard
from tracker.vetting.operations.shortlists import submit_shortlist
from tracker.vetting.queries import default_opens_stage
from tracker.vetting.states import EntryState, Rating, Recommendation


def make_vetted(
    requisition: Requisition | None = None, *, name: str = "", stage: StageKind = StageKind.INTERVIEW
) -> Application:
    """An active application in the vetting phase of a requisition with the checklist of an MLOps Engineer."""
    requisition = requisition or make_requisition()
    return make_application(requisition, candidate=make_person(name), stage=stage, days_ago=5)


def make_interview(
    application: Application,
    *assessors: User,
    title: str = "Panel interview",
    starts_at: datetime | None = None,
    due_in: timedelta | None = timedelta(days=2),
    actor: User | None = None,
) -> Interview:
    """An interview by the assessors (one is made when none is given); without a time unless given."""
    people = assessors or (make_user(Role.INTERVIEWER),)
    due = (starts_at or clock.now()) + due_in if due_in is not None else None
    with transaction():
        return plan_interview(
            application,
            title=title,
            starts_at=starts_at,
            assessors=[db.session.get_one(User, person.id) for person in people],
            scorecard_due_at=due,
            actor=actor,
        )


def make_scorecard(
    application: Application,
    assessor: User | None = None,
    *,
    seat: InterviewSeat | None = None,
    ratings: Mapping[str, Rating | tuple[Rating, str]] | Rating = Rating.YES,
    recommendation: Recommendation = Recommendation.YES,
    summary: str = "",
) -> Scorecard:
    """A submitted scorecard. `ratings` by the item's key, or one for all items."""
    assessor = assessor or make_user(Role.INTERVIEWER)
    with transaction():
        items = items_of(application.requisition)
        if isinstance(ratings, Rating):
            given = {item.id: Given(ratings, "As we saw.") for item in items.values()}
        else:
            given = {
                items[key].id: Given(*said) if isinstance(said, tuple) else Given(said) for key, said in ratings.items()
            }
        return submit_scorecard(
            application,
            seat=seat,
            ratings=given,
            recommendation=recommendation,
            summary=summary,
            actor=db.session.get_one(User, assessor.id),
        )


def make_shortlist(
    *applications: Application,
    submitter: User | None = None,
    decider: User | None = None,
    note: str = "",
    notes: Sequence[str] = (),
    move: bool = False,
) -> Shortlist:
    """A shortlist for the offer phase, submitted by the requisition's recruiter to its hiring manager."""
    with transaction():
        requisition = applications[0].requisition
        opens = default_opens_stage(requisition)
        assert opens is not None
        return submit_shortlist(
            requisition,
            applications,
            opens_stage=opens,
            decider=decider or deciders(requisition)[0],
            note=note,
            entry_notes=dict(zip([application.id for application in applications], notes, strict=False)),
            actor=submitter or recruiters(requisition)[0],
            move_to=next(stage for stage in requisition.stages if stage.kind is StageKind.SHORTLISTED)
            if move
            else None,
        )


def make_decision(
    entry: ShortlistEntry,
    state: EntryState = EntryState.APPROVED,
    *,
    decider: User | None = None,
    comment: str = "As discussed.",
    preference: int | None = None,
) -> EntryDecision:
    """A decision on what is known now."""
    with transaction():
        return decide_entry(
            entry,
            state,
            actor=decider or entry.shortlist.decider,
            expected_round=entry.round,
            expected_digest=digest_of(entry),
            comment=comment,
            preference=preference,
        )


def digest_of(entry: ShortlistEntry) -> str:
    """The digest that a page would show for this entry now."""
    return live_evidence([entry.application], entries=[entry])[entry.application_id].digest


def items_of(requisition: Requisition) -> dict[str, ChecklistItem]:
    """The items on the checklist by key."""
    return {item.key: item for item in checklist_of(requisition)}
