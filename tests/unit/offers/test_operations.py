"""Offers: what follows what, what a hire does, and what is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.offers import make_hire, make_offer, make_terms
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.approvals.models import Approval
from tracker.approvals.operations import decide
from tracker.approvals.states import ApprovalState
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import get_registry
from tracker.history.queries import timeline
from tracker.offers import hiring, operations, rules
from tracker.offers.changes import Terms
from tracker.offers.models import Hire, OfferVersion
from tracker.offers.states import TRANSITIONS, OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application, move_application
from tracker.pipeline.states import ApplicationStatus, ChangeKind, WaitReason
from tracker.pipeline.taking_back import undo_change
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations_life import close_requisition, hold_requisition
from tracker.requisitions.queries import free_openings, stage_of_kind
from tracker.requisitions.states import RequisitionState, SpellEnd, StageKind


@dataclass
class Case:
    recruiter: User
    manager: User
    requisition: Requisition

    def applicant(self) -> Application:
        return make_application(self.requisition, stage=StageKind.SHORTLISTED, days_ago=5, actor=self.recruiter)

    def offer(
        self, application: Application, state: OfferState = OfferState.EXTENDED, overcommit_reason: str = ""
    ) -> OfferVersion:
        return make_offer(
            application,
            recruiter=self.recruiter,
            hiring_manager=self.manager,
            state=state,
            overcommit_reason=overcommit_reason,
        )


def waits_on(application: Application) -> tuple[WaitReason | None, int | None]:
    return application.card.waits_on, application.card.waits_on_user_id


def ungated(requisition: Requisition) -> None:
    """Let people into the offer phase without a shortlist; the gate has tests of its own in vetting."""
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False


@pytest.fixture
def case(app: Flask) -> Case:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    ungated(requisition)
    return Case(recruiter, manager, requisition)


def test_preparing_moves_into_the_offer_phase(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application, OfferState.DRAFT)
    assert version.number == 1
    assert application.stage.kind is StageKind.PREPARING_OFFER


def test_an_offer_waits_on_its_approver_then_on_the_candidate_then_on_the_recruiter(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application, OfferState.PENDING_APPROVAL)
    assert waits_on(application) == (WaitReason.HIRING_MANAGER, case.manager.id)
    approval = db.session.scalars(select(Approval).where(Approval.offer_version_id == version.id)).one()
    with transaction():
        decide(approval, actor=case.manager, approved=True)
    with transaction():
        operations.extend_offer(version, actor=case.recruiter)
    assert application.stage.kind is StageKind.OFFER_EXTENDED
    assert waits_on(application) == (WaitReason.CANDIDATE, None)
    assert application.card.offer_expires_at == version.expires_at
    with transaction():
        operations.decline_offer(version, actor=case.recruiter, reason="Another offer")
    assert application.status is ApplicationStatus.ACTIVE
    assert waits_on(application) == (WaitReason.RECRUITER, case.recruiter.id)
    assert application.card.offer_expires_at is None


def test_a_declined_approval_makes_it_a_draft_again(case: Case) -> None:
    version = case.offer(case.applicant(), OfferState.PENDING_APPROVAL)
    approval = db.session.scalars(select(Approval).where(Approval.offer_version_id == version.id)).one()
    with transaction():
        decide(approval, actor=case.manager, approved=False, comment="Ten percent less, please.")
    assert version.state is OfferState.DRAFT


STEPS: dict[OfferState, Callable[[OfferVersion, User], object]] = {
    OfferState.EXTENDED: lambda version, actor: operations.extend_offer(version, actor=actor),
    OfferState.ACCEPTED: lambda version, actor: hiring.accept_offer(version, actor=actor),
    OfferState.DECLINED: lambda version, actor: operations.decline_offer(version, actor=actor),
    OfferState.EXPIRED: lambda version, actor: operations.expire_offer(version, actor=actor),
    OfferState.RESCINDED: lambda version, actor: operations.rescind_offer(version, actor=actor, reason="Why"),
    OfferState.PENDING_APPROVAL: lambda version, actor: operations.submit_offer(version, actor=actor),
}


@pytest.mark.parametrize(
    "start", [OfferState.DRAFT, OfferState.PENDING_APPROVAL, OfferState.APPROVED, OfferState.EXTENDED]
)
@pytest.mark.parametrize("target", sorted(STEPS))
def test_only_what_the_table_allows_follows(case: Case, start: OfferState, target: OfferState) -> None:
    version = case.offer(case.applicant(), start)
    if target in TRANSITIONS[start]:
        with transaction():
            STEPS[target](version, case.recruiter)
        assert version.state is target
    else:
        with pytest.raises((Refused, Conflict)), transaction():
            STEPS[target](version, case.recruiter)
        db.session.refresh(version)
        assert version.state is start


@pytest.mark.parametrize("target", sorted(STEPS))
def test_what_is_over_stays_over(case: Case, target: OfferState) -> None:
    version = case.offer(case.applicant())
    with transaction():
        operations.decline_offer(version, actor=case.recruiter)
    with pytest.raises(Conflict, match="declined already"), transaction():
        STEPS[target](version, case.manager)


def test_accepting_hires_fills_the_opening_and_with_the_last_one_the_requisition(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application)
    with transaction():
        hire = hiring.accept_offer(version, actor=case.recruiter)
    assert application.status is ApplicationStatus.HIRED
    assert hire.spell.end is SpellEnd.FILLED
    assert hire.spell.ended_at == hire.accepted_at
    assert case.requisition.state is RequisitionState.FILLED


def test_the_last_opening_is_filled_once(case: Case) -> None:
    first, second = case.offer(case.applicant()), case.offer(case.applicant(), overcommit_reason="One will say no")
    with transaction():
        hiring.accept_offer(first, actor=case.recruiter)
    with pytest.raises(Refused), transaction():
        hiring.accept_offer(second, actor=case.recruiter)
    assert len(db.session.scalars(select(Hire)).all()) == 1
    assert second.state is OfferState.EXTENDED


def test_more_offers_than_openings_need_a_reason(case: Case) -> None:
    case.offer(case.applicant())
    second = case.offer(case.applicant(), OfferState.APPROVED)
    with pytest.raises(Refused) as refused, transaction():
        operations.extend_offer(second, actor=case.recruiter)
    assert "overcommit_reason" in refused.value.fields
    with transaction():
        operations.extend_offer(second, actor=case.recruiter, overcommit_reason="The first is wavering")
    assert second.overcommit_reason == "The first is wavering"


def test_on_hold_an_offer_is_prepared_but_not_extended(case: Case) -> None:
    application = case.applicant()
    with transaction():
        hold_requisition(case.requisition, actor=case.recruiter, reason="Budget")
    version = case.offer(application, OfferState.APPROVED)
    with pytest.raises(Refused, match="on hold"), transaction():
        operations.extend_offer(version, actor=case.recruiter)


def test_where_nobody_is_hired_any_more_nothing_is_offered(case: Case) -> None:
    draft, resolved = (case.offer(case.applicant(), OfferState.DRAFT) for _ in range(2))
    with transaction():
        operations.rescind_offer(resolved, actor=case.recruiter, reason="Budget")
    with transaction():
        close_requisition(case.requisition, actor=case.recruiter, cancelled=True, reason="No budget")
    attempts: list[Callable[[], object]] = [
        lambda: operations.prepare_offer(resolved.offer.application, make_terms(), actor=case.recruiter),
        lambda: operations.new_version(draft.offer, make_terms(), actor=case.recruiter),
        lambda: operations.submit_offer(draft, actor=case.recruiter),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="is cancelled"), transaction():
            attempt()
    with transaction():
        operations.rescind_offer(draft, actor=case.recruiter, reason="Cancelled")


def test_nobody_writes_to_somebody_who_is_not_to_be_contacted(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application, OfferState.APPROVED)
    with transaction():
        application.candidate.do_not_contact_at = clock.now()
    with pytest.raises(Refused, match="not to be contacted"), transaction():
        operations.extend_offer(version, actor=case.recruiter)


def test_an_offer_without_an_end_is_not_extended(case: Case) -> None:
    version = make_offer(
        case.applicant(),
        recruiter=case.recruiter,
        hiring_manager=case.manager,
        state=OfferState.APPROVED,
        terms=Terms(salary=95_000, currency="EUR"),
    )
    with pytest.raises(Refused) as refused, transaction():
        operations.extend_offer(version, actor=case.recruiter)
    assert "expires_on" in refused.value.fields


def test_a_new_version_takes_the_place_of_the_one_that_is_out(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application)
    with transaction():
        second = operations.new_version(version.offer, make_terms(99_000), actor=case.recruiter, expected=1)
    assert (version.state, second.state, second.number) == (OfferState.SUPERSEDED, OfferState.DRAFT, 2)
    assert application.stage.kind is StageKind.PREPARING_OFFER
    with pytest.raises(Conflict, match="taken its place"), transaction():
        operations.new_version(version.offer, make_terms(), actor=case.recruiter, expected=1)


def test_a_new_version_voids_the_approval_that_was_asked_for(case: Case) -> None:
    version = case.offer(case.applicant(), OfferState.PENDING_APPROVAL)
    with transaction():
        operations.new_version(version.offer, make_terms(), actor=case.recruiter)
    approval = db.session.scalars(select(Approval).where(Approval.offer_version_id == version.id)).one()
    assert approval.state is ApprovalState.VOID


def test_after_a_decline_another_offer_can_be_made(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application)
    with transaction():
        operations.decline_offer(version, actor=case.recruiter)
    with transaction():
        second = operations.prepare_offer(application, make_terms(), actor=case.recruiter)
    assert second.number == 2
    with pytest.raises(Conflict, match="draft already"), transaction():
        operations.prepare_offer(application, make_terms(), actor=case.recruiter)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(salary=0, currency="EUR"), "salary"),
        (Terms(salary=-5, currency="EUR"), "salary"),
        (Terms(salary=10**9, currency="EUR"), "salary"),
        (Terms(salary=90_000, currency="euro"), "currency"),
        (Terms(salary=90_000, currency="€"), "currency"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_field(case: Case, terms: Terms, field: str) -> None:
    application = case.applicant()
    with pytest.raises(Refused) as refused, transaction():
        operations.prepare_offer(application, terms, actor=case.recruiter)
    assert list(refused.value.fields) == [field]


def test_an_ending_takes_the_offer_back(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application)
    with transaction():
        end_application(application, ChangeKind.WITHDRAW, actor=case.recruiter, expected=None, reason="other_offer")
    assert version.state is OfferState.RESCINDED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OfferState.DRAFT, OfferState.DRAFT),
        (OfferState.PENDING_APPROVAL, OfferState.DRAFT),
        (OfferState.APPROVED, OfferState.APPROVED),
        (OfferState.EXTENDED, OfferState.EXTENDED),
    ],
)
def test_an_ending_taken_back_brings_the_offer_back(case: Case, before: OfferState, after: OfferState) -> None:
    application = case.applicant()
    version = case.offer(application, before)
    with transaction():
        change = end_application(
            application, ChangeKind.WITHDRAW, actor=case.recruiter, expected=None, reason="other_offer"
        )
    with transaction():
        undo_change(change, actor=case.recruiter)
    assert (version.state, version.resolved_at, version.resolved_by_id) == (after, None, None)
    assert waits_on(application)[0] is (WaitReason.CANDIDATE if after is OfferState.EXTENDED else WaitReason.RECRUITER)
    assert f"offer 1 is {after.label} again" in timeline(application_id=application.id)[1].sentence


def test_an_offer_that_was_rescinded_before_the_ending_stays_so(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application)
    with transaction():
        operations.rescind_offer(version, actor=case.recruiter, reason="Budget")
    with transaction():
        change = end_application(application, ChangeKind.REJECT, actor=case.recruiter, expected=None, reason="other")
    with transaction():
        undo_change(change, actor=case.recruiter)
    assert version.state is OfferState.RESCINDED


def test_taking_a_hire_back_opens_the_opening_anew(case: Case) -> None:
    application = case.applicant()
    hire = make_hire(application, recruiter=case.recruiter, hiring_manager=case.manager)
    with pytest.raises(Refused), transaction():
        hiring.undo_hire(hire, actor=case.manager, reason=" ")
    with transaction():
        hiring.undo_hire(hire, actor=case.manager, reason="Never started")
    assert application.status is ApplicationStatus.ACTIVE
    assert application.stage.kind is StageKind.OFFER_EXTENDED
    assert case.requisition.state is RequisitionState.OPEN
    assert len(free_openings(case.requisition)) == 1
    assert hire.spell.end is SpellEnd.VOIDED
    with pytest.raises(Conflict, match="already"), transaction():
        hiring.undo_hire(hire, actor=case.manager, reason="Again")


def test_somebody_whose_hire_was_taken_back_can_be_hired_again(case: Case) -> None:
    application = case.applicant()
    hire = make_hire(application, recruiter=case.recruiter, hiring_manager=case.manager)
    with transaction():
        hiring.undo_hire(hire, actor=case.manager, reason="Moved the start")
    again = make_hire(application, recruiter=case.recruiter, hiring_manager=case.manager)
    assert again.spell_id != hire.spell_id
    assert list(get_registry().checks["hires agree with applications, offers and spells"].faults()) == []


def test_what_happened_is_not_in_the_future_nor_before_the_offer(case: Case) -> None:
    version = case.offer(case.applicant())
    for at in (clock.now() + timedelta(hours=1), clock.now() - timedelta(days=2)):
        with pytest.raises(Refused), transaction():
            hiring.accept_offer(version, actor=case.recruiter, happened_at=at)


def test_the_worker_lets_offers_expire_and_ends_nothing(case: Case) -> None:
    application = case.applicant()
    version = case.offer(application)
    assert rules.expire_due_offers() == 0
    with clock.due_at(clock.now() + timedelta(days=11)):
        assert rules.expire_due_offers() == 1
        assert rules.expire_due_offers() == 0
    assert version.state is OfferState.EXPIRED
    assert application.status is ApplicationStatus.ACTIVE
    assert waits_on(application) == (WaitReason.RECRUITER, case.recruiter.id)


def test_nobody_is_dragged_to_offer_extended_without_an_offer(case: Case) -> None:
    application = case.applicant()
    stage = stage_of_kind(case.requisition, StageKind.OFFER_EXTENDED)
    assert stage is not None
    with pytest.raises(Refused, match="no offer that is out"), transaction():
        move_application(application, stage, actor=case.recruiter, expected=None)


def test_verify_finds_a_hire_that_does_not_agree(case: Case) -> None:
    application = case.applicant()
    make_hire(application, recruiter=case.recruiter, hiring_manager=case.manager)
    faults = get_registry().checks["hires agree with applications, offers and spells"].faults
    assert list(faults()) == []
    with transaction():
        db.session.scalars(select(Hire)).one().voided_at = clock.now()
    assert list(faults()) == [f"Application {application.id} is hired without a hire."]
