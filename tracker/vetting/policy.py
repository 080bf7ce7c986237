"""Who may do what in vetting, and who sees a person because they sit on an interview."""

from sqlalchemy import ColumnElement, and_, or_, select

from tracker.accounts.models import Onlooker, User
from tracker.accounts.permissions import can
from tracker.accounts.states import Role
from tracker.approvals.policy import own_allowed
from tracker.core.registry import Registry
from tracker.pipeline.models import Application
from tracker.pipeline.policy import SEEING_PARTS, STAFF, visible_pipelines
from tracker.requisitions.models import Requisition
from tracker.requisitions.policy import decides, deciding, on_team, works
from tracker.vetting.models import Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry, Waiver
from tracker.vetting.states import EntryState, InterviewState

DECIDERS = "hiring managers of the requisition and admins, other than whoever submitted it"
PLANNERS = "recruiters and hiring managers of the requisition and admins"
WORKERS = "recruiters of the requisition and admins"
READERS = "recruiters, hiring managers of the requisition and admins"


def register(registry: Registry) -> None:
    """Name this domain's permissions, and what sitting on an interview makes visible."""
    registry.application_visibility.append(sits_on)
    registry.add_permission("interview.plan", _may_plan, who=PLANNERS)
    registry.add_permission("interview.view", _may_view_interview, who="whoever may see the application")
    registry.add_permission("interview.edit", _may_edit_interview, who=PLANNERS)
    registry.add_permission(
        "interview.hold",
        _may_hold,
        who="assessors on the interview, recruiters and hiring managers of the requisition and admins",
    )
    registry.add_permission("interview.list", _reads, who=READERS)
    registry.add_permission("scorecard.write", _may_write, who="whoever may see the application")
    registry.add_permission("scorecard.fill_in", _is_assessor, who="assessors, for what is asked of them")
    registry.add_permission(
        "scorecard.view", _may_view_card, who="assessors, and once it is submitted whoever may see the application"
    )
    registry.add_permission("scorecard.withdraw", _may_withdraw, who="assessors, of their own, and admins")
    registry.add_permission("shortlist.list", _reads, who=READERS)
    registry.add_permission("shortlist.view", _sees_shortlist, who=READERS)
    registry.add_permission("shortlist.submit", works, who=WORKERS)
    registry.add_permission("shortlist.resubmit", _works_on_entry, who=WORKERS)
    registry.add_permission("shortlist.decide", _may_decide, who=DECIDERS)
    registry.add_permission("shortlist.hand_over", _may_hand_over, who=PLANNERS)
    registry.add_permission("shortlist.ask_assessment", _may_ask_assessment, who=PLANNERS)


def sits_on(user: Onlooker) -> ColumnElement[bool]:
    """A predicate over Application: those on whose interviews the user sits, or whom they assessed."""
    return or_(
        Application.id.in_(
            select(Interview.application_id)
            .join(InterviewSeat, InterviewSeat.interview_id == Interview.id)
            .where(InterviewSeat.user_id == user.id, Interview.state != InterviewState.CANCELLED)
        ),
        Application.id.in_(
            select(Scorecard.application_id).where(
                Scorecard.assessor_id == user.id, Scorecard.submitted_at.is_not(None)
            )
        ),
    )


def visible_shortlists(user: User) -> ColumnElement[bool]:
    """A predicate over Shortlist: those of requisitions whose pipeline the user sees; who decides for one does."""
    return Shortlist.requisition_id.in_(_seen_requisitions(user))


def visible_interviews(user: User) -> ColumnElement[bool]:
    """A predicate over Application: those whose interviews and scorecards the user sees."""
    return or_(Application.requisition_id.in_(_seen_requisitions(user)), sits_on(user))


def may_decide(user: User, entry: ShortlistEntry) -> bool:
    """Whoever decides for the requisition now, except on what they put forward (unless that is allowed).

    Having been asked by name gives no right: it is lost with the part in the hiring team, or the role.
    """
    return decides(user, entry.shortlist.requisition) and (not is_own(user, entry) or own_allowed())


def submitters(shortlist: Shortlist) -> set[int]:
    """Whose it is: the ids of who submitted it and of who put forward those who wait."""
    waiting = [entry for entry in shortlist.entries if entry.state is EntryState.PENDING]
    return {shortlist.submitted_by_id, *(entry.put_forward_by_id for entry in waiting)}


def asked_in_vain() -> ColumnElement[bool]:
    """A predicate over Shortlist: those that wait for somebody who may not decide, or not on all who wait."""
    waits = ShortlistEntry.state == EntryState.PENDING
    wrong = ~deciding(Shortlist.decider_id, Shortlist.requisition_id)
    if not own_allowed():
        own = Shortlist.entries.any(and_(waits, ShortlistEntry.put_forward_by_id == Shortlist.decider_id))
        wrong = or_(wrong, own, Shortlist.decider_id == Shortlist.submitted_by_id)
    return and_(Shortlist.entries.any(waits), wrong)


def is_own(user: User, entry: ShortlistEntry) -> bool:
    """Whether the user submitted the shortlist or put this round forward."""
    return user.id in {entry.shortlist.submitted_by_id, entry.put_forward_by_id}


def why_not_decider(decider: User, requisition: Requisition, *, submitter: User) -> str:
    """Why this person cannot be asked to decide on what `submitter` puts forward; empty when they can."""
    if not decider.is_active:
        return f"{decider.name} has no active account."
    if not decides(decider, requisition):
        return f"{decider.name} does not decide for {requisition.number}."
    if decider.id == submitter.id and not own_allowed():
        return "Somebody else decides on what you submit."
    return ""


def _seen_requisitions(user: User) -> ColumnElement[int]:
    return select(Requisition.id).where(visible_pipelines(user)).scalar_subquery()


def reads_shortlists(user: User) -> bool:
    """Whether there may be a shortlist that the user has to do with."""
    return user.has(Role.ADMIN, Role.RECRUITER, Role.HIRING_MANAGER)


def _reads(user: User, requisition: Requisition | None) -> bool:
    if requisition is None:
        return reads_shortlists(user)
    return user.has(*STAFF) or on_team(user, requisition, *SEEING_PARTS)


def _may_plan(user: User, application: Application) -> bool:
    return works(user, application.requisition) or decides(user, application.requisition)


def _may_edit_interview(user: User, interview: Interview) -> bool:
    return _may_plan(user, interview.application)


def _may_view_interview(user: User, interview: Interview) -> bool:
    return can(user, "application.view", interview.application)


def _may_hold(user: User, interview: Interview) -> bool:
    return any(seat.user_id == user.id for seat in interview.seats) or _may_plan(user, interview.application)


def _may_write(user: User, application: Application) -> bool:
    return can(user, "application.view", application)


def _is_assessor(user: User, subject: Scorecard | InterviewSeat) -> bool:
    return user.id == (subject.assessor_id if isinstance(subject, Scorecard) else subject.user_id)


def _may_view_card(user: User, card: Scorecard) -> bool:
    # A draft opens no door: whoever may not see the person any more does not assess them either.
    own = card.assessor_id == user.id
    return (own or card.submitted_at is not None) and can(user, "application.view", card.application)


def _may_withdraw(user: User, card: Scorecard) -> bool:
    return card.assessor_id == user.id or user.has(Role.ADMIN)


def _sees_shortlist(user: User, shortlist: Shortlist) -> bool:
    return _reads(user, shortlist.requisition)


def _may_decide(user: User, subject: ShortlistEntry | Waiver) -> bool:
    return may_decide(user, subject.entry if isinstance(subject, Waiver) else subject)


def _works_on_entry(user: User, entry: ShortlistEntry) -> bool:
    return works(user, entry.shortlist.requisition)


def _may_hand_over(user: User, shortlist: Shortlist) -> bool:
    return works(user, shortlist.requisition) or decides(user, shortlist.requisition)


def _may_ask_assessment(user: User, entry: ShortlistEntry) -> bool:
    return _may_hand_over(user, entry.shortlist)
