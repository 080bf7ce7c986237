"""From a draft to a hire and back, through the pages."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.offers import make_hire, make_offer
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.offers.queries import live_version, offer_of
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.states import RequisitionState, StageKind, TeamPart


@dataclass
class Case:
    recruiter: User
    manager: User
    requisition: Requisition
    application: Application


@pytest.fixture
def case(app: Flask) -> Case:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(
        recruiter=recruiter, hiring_manager=manager, salary_from=85_000, salary_to=115_000, currency="EUR"
    )
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    person = make_candidate("Ingrid Solheim", actor=recruiter)
    application = make_application(
        requisition, candidate=person, stage=StageKind.SHORTLISTED, days_ago=5, actor=recruiter
    )
    return Case(recruiter, manager, requisition, application)


def in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


def test_the_whole_way_to_a_hire(case: Case, client: Client) -> None:
    client.sign_in(case.recruiter)
    page = client.get(f"/applications/{case.application.id}/offers/new")
    assert "85,000–115,000" in page.text
    made = client.post(
        f"/applications/{case.application.id}/offers/new",
        data={"salary": "98000", "currency": "EUR", "period": "year", "expires_on": in_days(9), "text": "Bonus 5 %"},
    )
    assert made.status_code == 303
    offer = offer_of(case.application.id)
    assert offer is not None
    version = live_version(offer)
    assert version is not None
    assert "Bonus 5 %" in client.get(made.location).text
    assert client.post(f"/offer-versions/{version.id}/submission").status_code == 303

    approval = pending_approval(ApprovalKind.OFFER, offer_version_id=version.id)
    assert approval is not None
    client.sign_in(case.manager)
    assert "98,000" in client.get(f"/approvals/{approval.id}/decision").text
    client.post(f"/approvals/{approval.id}/decision", data={"decision": "approved"})

    client.sign_in(case.recruiter)
    client.post(f"/offer-versions/{version.id}/extension", data={"expires_on": in_days(7)})
    assert "has the offer" in client.get(f"/offers/{offer.id}").text
    accepted = client.post(f"/offer-versions/{version.id}/acceptance", data={})
    assert accepted.location.endswith(f"/requisitions/{case.requisition.number}/remaining")
    assert case.requisition.state is RequisitionState.FILLED
    assert case.application.status is ApplicationStatus.HIRED
    history = client.get(f"/candidates/{case.application.candidate_id}").text
    assert "hired into opening 1" in history
    # One line for one deed, the one that says whom.
    assert history.count(f"asked {case.manager.name} to approve the offer") == 1
    assert history.count(f"{case.manager.name} approved the offer") == 1
    assert "approval of offer 1" not in history
    assert "approved offer 1" not in history


def test_the_page_names_who_is_asked_and_says_why_it_was_declined(case: Case, client: Client) -> None:
    version = make_offer(
        case.application, recruiter=case.recruiter, hiring_manager=case.manager, state=OfferState.DRAFT
    )
    page = f"/offers/{version.offer_id}"
    client.sign_in(case.recruiter)
    client.post(f"/offer-versions/{version.id}/submission")
    assert f"Waits for the approval of {case.manager.name}" in client.get(page).text
    approval = pending_approval(ApprovalKind.OFFER, offer_version_id=version.id)
    assert approval is not None

    client.sign_in(case.manager)
    assert "Waits for your approval" in client.get(page).text
    client.post(f"/approvals/{approval.id}/decision", data={"decision": "declined", "comment": "Above the range."})

    client.sign_in(case.recruiter)
    declined = client.get(page).text
    assert f"{case.manager.name} declined it" in declined
    assert "Above the range." in declined
    client.post(f"/offer-versions/{version.id}/submission")
    assert "Above the range." not in client.get(page).text


def test_what_is_wrong_stands_beside_its_field_and_the_input_stays(case: Case, client: Client) -> None:
    client.sign_in(case.recruiter)
    answer = client.post(
        f"/applications/{case.application.id}/offers/new",
        data={"salary": "many", "currency": "euro", "period": "year", "text": "Kept " * 10},
    )
    assert answer.status_code == 422
    assert "Kept Kept" in answer.text
    assert offer_of(case.application.id) is None
    long = client.post(
        f"/applications/{case.application.id}/offers/new",
        data={"salary": "1", "currency": "EUR", "period": "year", "text": "x" * 40_000},
    )
    assert long.status_code == 422
    assert "4,000 characters" in long.text


def test_terms_that_somebody_else_replaced_are_not_overwritten_unseen(case: Case, client: Client) -> None:
    version = make_offer(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    address = f"/offers/{version.offer_id}/versions/new"
    terms = {"salary": "101000", "currency": "EUR", "period": "year", "text": "Mine", "number": "1"}
    client.sign_in(case.recruiter)
    assert 'name="number" type="hidden" value="1"' in client.get(address).text
    assert client.post(address, data=terms).status_code == 303
    stale = client.post(address, data=terms)
    assert stale.status_code == 409
    assert "Offer 2 has taken its place." in stale.text
    assert "Mine" in stale.text
    assert 'name="number" type="hidden" value="2"' in stale.text
    assert "Pay: it says" not in stale.text
    assert "Offer 2, 101,000\N{NO-BREAK SPACE}EUR per year, is draft. Ingrid Solheim is in " in stale.text
    other = client.post(address, data=terms | {"salary": "99000", "text": ""})
    assert "Pay: it says <b>101000</b>" in other.text
    assert "Further terms: it says <b>Mine</b>" in other.text
    assert client.post(address, data=terms | {"number": "2"}).status_code == 303


def test_a_second_offer_beside_one_under_way_is_told_so(case: Case, client: Client) -> None:
    make_offer(case.application, recruiter=case.recruiter, hiring_manager=case.manager, state=OfferState.DRAFT)
    address = f"/applications/{case.application.id}/offers/new"
    client.sign_in(case.recruiter)
    assert client.get(address).status_code == 303
    late = client.post(address, data={"salary": "1", "currency": "EUR", "period": "year", "text": "Kept"})
    assert late.status_code == 409
    assert "Kept" in late.text


def test_a_second_answer_is_told_what_the_first_was(case: Case, client: Client) -> None:
    version = make_offer(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    client.sign_in(case.recruiter)
    assert client.post(f"/offer-versions/{version.id}/decline", data={"reason": "Elsewhere"}).status_code == 303
    again = client.post(f"/offer-versions/{version.id}/acceptance", data={}, headers={"Accept": "application/json"})
    assert again.status_code == 409
    assert again.json is not None
    assert again.json["who"] == case.recruiter.name
    assert client.get(f"/offer-versions/{version.id}/acceptance").status_code == 409
    form = client.post(f"/offer-versions/{version.id}/rescission", data={"reason": "The budget is gone."})
    assert form.status_code == 409
    assert f"Offer 1 is declined already. It was {case.recruiter.name}, " in form.text
    assert "The budget is gone." in form.text
    assert re.search(r"Show how it is now.*Offer 1, [\d,]+.EUR per year, is declined\.", form.text, re.DOTALL)


def test_one_more_offer_than_openings_asks_for_a_reason(case: Case, client: Client) -> None:
    make_offer(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    other = make_application(case.requisition, stage=StageKind.SHORTLISTED, days_ago=5, actor=case.recruiter)
    version = make_offer(other, recruiter=case.recruiter, hiring_manager=case.manager, state=OfferState.APPROVED)
    client.sign_in(case.recruiter)
    assert "needs a reason" in client.get(f"/offer-versions/{version.id}/extension").text
    refused = client.post(f"/offer-versions/{version.id}/extension", data={"expires_on": in_days(5)})
    assert refused.status_code == 422
    extended = client.post(
        f"/offer-versions/{version.id}/extension",
        data={"expires_on": in_days(5), "overcommit_reason": "The first is wavering"},
    )
    assert extended.status_code == 303


def test_a_hire_is_taken_back_with_a_reason(case: Case, client: Client) -> None:
    hire = make_hire(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    client.sign_in(case.manager)
    assert client.post(f"/hires/{hire.id}/undo", data={"reason": " "}).status_code == 422
    assert client.post(f"/hires/{hire.id}/undo", data={"reason": "Never started"}).status_code == 303
    assert case.requisition.state is RequisitionState.OPEN
    assert client.post(f"/hires/{hire.id}/undo", data={"reason": "Again"}).status_code == 409


def test_interviewers_see_no_terms(case: Case, client: Client) -> None:
    version = make_offer(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    client.sign_in(make_user(Role.INTERVIEWER))
    assert client.get(f"/offers/{version.offer_id}").status_code == 404


def test_the_list_of_offers_takes_as_many_statements_for_one_as_for_three(
    case: Case, client: Client, statements: list[str]
) -> None:
    make_offer(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    client.sign_in(case.recruiter)
    address = f"/requisitions/{case.requisition.number}/offers"
    client.get(address)
    statements.clear()
    client.get(address)
    for_one = len(statements)
    for _ in range(2):
        other = make_application(case.requisition, stage=StageKind.SHORTLISTED, days_ago=5, actor=case.recruiter)
        make_offer(other, recruiter=case.recruiter, hiring_manager=case.manager, overcommit_reason="They are wavering")
    db.session.rollback()
    statements.clear()
    client.get(address)
    assert len(statements) == for_one


def test_everybody_who_is_left_gets_what_was_chosen(case: Case, client: Client) -> None:
    others = [
        make_application(case.requisition, stage=kind, days_ago=5, actor=case.recruiter)
        for kind in (StageKind.CONTACTED, StageKind.SCREENING, StageKind.INTERVIEW)
    ]
    client.sign_in(case.recruiter)
    address = f"/requisitions/{case.requisition.number}/remaining"
    assert client.get(address).status_code == 422, "it is open: people end one by one"
    make_hire(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    assert "3 people are still in the pipeline" in client.get(address).text
    first, second, third = others
    answer = client.post(
        address,
        data={
            f"fate-{first.id}": "close",
            f"version-{first.id}": str(first.version),
            f"fate-{second.id}": "skills",
            f"version-{second.id}": str(second.version - 1),
            f"fate-{third.id}": "later",
            f"version-{third.id}": str(third.version),
            "fate-others": "close",
        },
    )
    assert answer.status_code == 409, "one of them was changed meanwhile, and is named"
    assert second.candidate.name in answer.text
    assert (first.status, first.end_reason) == (ApplicationStatus.CLOSED, "filled")
    assert [second.status, third.status] == [ApplicationStatus.ACTIVE] * 2
    rest = client.post(
        address,
        data={
            f"version-{second.id}": str(second.version),
            f"version-{third.id}": str(third.version),
            "fate-others": "other_preferred",
            "told": "1",
        },
    )
    assert rest.status_code == 303
    assert [second.status, third.status] == [ApplicationStatus.REJECTED] * 2
    assert third.told_at is not None
    assert "Nobody is left" in client.get(address).text


def test_the_persons_page_leads_to_the_offer_as_the_next_step(case: Case, client: Client) -> None:
    client.sign_in(case.recruiter)
    page = f"/candidates/{case.application.candidate_id}"
    assert "Prepare the offer" not in client.get(page).text
    preparing = next(stage for stage in case.requisition.stages if stage.kind is StageKind.PREPARING_OFFER)
    with transaction():
        move_application(case.application, preparing, actor=case.recruiter, expected=None)
    assert f'href="/applications/{case.application.id}/offers/new"' in client.get(page).text
    version = make_offer(case.application, recruiter=case.recruiter, hiring_manager=case.manager)
    assert f'href="/offers/{version.offer_id}"' in client.get(page).text
    assert "Prepare the offer" not in client.get(page).text


def test_who_sees_no_offers_reads_nothing_of_them_in_the_history(case: Case, client: Client) -> None:
    interviewer = make_user(Role.INTERVIEWER)
    with transaction():
        case.requisition.team_members.append(TeamMember(user_id=interviewer.id, part=TeamPart.INTERVIEWER))
    make_interview(case.application, interviewer)
    make_offer(
        case.application, recruiter=case.recruiter, hiring_manager=case.manager, state=OfferState.PENDING_APPROVAL
    )
    pages = (f"/requisitions/{case.requisition.number}/history", f"/candidates/{case.application.candidate_id}")
    asked = f"asked {case.manager.name} to approve the offer"
    client.sign_in(case.recruiter)
    assert [asked in client.get(page).text for page in pages] == [True, True]
    client.sign_in(interviewer)
    told = [client.get(page) for page in pages]
    assert [page.status_code for page in told] == [200, 200]
    assert not any(asked in page.text or "prepared the offer" in page.text for page in told)
