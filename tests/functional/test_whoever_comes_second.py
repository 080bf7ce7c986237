"""Whoever comes second is told who did what and when, and finds every word they typed still in the form."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.offers import make_hire, make_offer
from tests.factories.pipeline import make_application, make_open_requisition, stage_of
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import (
    digest_of,
    items_of,
    make_decision,
    make_interview,
    make_scorecard,
    make_shortlist,
    make_vetted,
)
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.approvals.operations import decide
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind
from tracker.core.db import db, transaction
from tracker.offers.hiring import undo_hire
from tracker.offers.operations import decline_offer
from tracker.offers.states import OfferState
from tracker.pipeline.details import update_details
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import update_requisition
from tracker.requisitions.states import RequisitionState, StageKind
from tracker.vetting.models import ShortlistEntry
from tracker.vetting.operations.decisions import waive_item
from tracker.vetting.operations.interviews import change_interview
from tracker.vetting.operations.scorecards import save_scorecard
from tracker.vetting.operations.shortlists import resubmit_entry
from tracker.vetting.states import EntryState, Rating

#: What was typed, at length, before somebody else was faster.
WORDS = "Words that took an hour, and that nobody else has."


class Case(NamedTuple):
    """A form, what is sent with it, by whom, and what somebody else does first."""

    reader: User
    address: str
    values: dict[str, Any]
    other: Callable[[], Any]
    who: str


@pytest.fixture
def people(people: dict[str, User]) -> dict[str, User]:
    """Who takes part, and a second recruiter."""
    return {**people, "omar": make_user(Role.RECRUITER, name="Omar Fadel")}


@pytest.fixture
def requisition(people: dict[str, User]) -> Requisition:
    """Their requisition, with two who decide."""
    return make_requisition(
        recruiter=people["tara"], hiring_manager=people["maya"], deputies=[people["dev"]], openings=2
    )


def shortlisted(requisition: Requisition) -> ShortlistEntry:
    application = make_vetted(requisition, name="Ingrid Solheim")
    make_scorecard(application, make_user(Role.INTERVIEWER))
    return make_shortlist(application).entries[0]


def a_decision(people: dict[str, User], requisition: Requisition) -> Case:
    entry = shortlisted(requisition)
    values = {"state": "declined", "round": "1", "digest": digest_of(entry), "comment": WORDS}
    return Case(
        people["maya"],
        f"/entries/{entry.id}/decision",
        values,
        lambda: make_decision(entry, EntryState.APPROVED, decider=people["dev"]),
        "Dev Anand approved Ingrid Solheim already",
    )


def a_decision_on_evidence_that_changed(people: dict[str, User], requisition: Requisition) -> Case:
    entry = shortlisted(requisition)
    values = {"state": "declined", "round": "1", "digest": digest_of(entry), "comment": WORDS}
    return Case(
        people["maya"],
        f"/entries/{entry.id}/decision",
        values,
        lambda: make_scorecard(entry.application, people["joan"]),
        "J. Okoye submitted a scorecard",
    )


def a_waiver(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_vetted(requisition, name="Ingrid Solheim")
    entry = make_shortlist(application).entries[0]
    item = items_of(requisition)["scalability"]

    def waive() -> None:
        with transaction():
            waive_item(entry, item, reason="Small for now.", actor=people["dev"])

    address = f"/entries/{entry.id}/waivers/{item.id}"
    return Case(people["maya"], address, {"reason": WORDS}, waive, "Dev Anand waived")


def another_round(people: dict[str, User], requisition: Requisition) -> Case:
    entry = shortlisted(requisition)
    make_decision(entry, EntryState.MORE_WANTED)

    def again() -> None:
        with transaction():
            resubmit_entry(entry, note="Done.", actor=people["omar"], expected_round=1)

    address = f"/entries/{entry.id}/resubmission"
    return Case(people["tara"], address, {"round": "1", "note": WORDS}, again, "Omar Fadel put Ingrid Solheim forward")


def a_shortlist(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_vetted(requisition, name="Ingrid Solheim")
    values = {
        "applications": [application.id],
        "opens_stage": stage_of(requisition, StageKind.PREPARING_OFFER).id,
        "decider": people["maya"].id,
        "note": WORDS,
    }
    address = f"/requisitions/{requisition.number}/shortlists/new"
    return Case(
        people["tara"], address, values, lambda: make_shortlist(application, submitter=people["omar"]), "Omar Fadel"
    )


def an_interview(people: dict[str, User], requisition: Requisition) -> Case:
    interview = make_interview(make_vetted(requisition), people["joan"])
    values = {"version": interview.version, "title": WORDS, "assessors": [people["joan"].id]}

    def change() -> None:
        with transaction():
            change_interview(
                interview,
                expected=interview.version,
                title="Panel, moved",
                starts_at=None,
                assessors=[db.session.get_one(User, people["joan"].id)],
                scorecard_due_at=None,
                actor=people["omar"],
            )

    return Case(people["tara"], f"/interviews/{interview.id}/edit", values, change, "Omar Fadel")


def a_scorecard(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_vetted(requisition)
    seat = make_interview(application, people["joan"]).seats[0]

    def save() -> Any:
        with transaction():
            return save_scorecard(
                application,
                seat=seat,
                card=seat.scorecard,
                ratings={},
                recommendation=None,
                summary="",
                expected=None,
                actor=people["joan"],
            )

    card = save()
    item = items_of(requisition)["scalability"]
    values = {
        "version": card.version,
        f"rating_{item.id}": Rating.YES.value,
        f"words_{item.id}": WORDS,
        "summary": "In short, yes.",
        "keep": "1",
    }

    def again() -> None:
        with transaction():
            save_scorecard(
                application,
                seat=seat,
                card=card,
                ratings={},
                recommendation=None,
                summary="From the other window.",
                expected=None,
                actor=people["joan"],
            )

    return Case(people["joan"], f"/scorecards/{card.id}", values, again, "in another window")


def offer_terms(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_offerable(requisition)
    address = f"/applications/{application.id}/offers/new"
    values = {"salary": "90000", "currency": "EUR", "period": "year", "text": WORDS}
    return Case(
        people["tara"],
        address,
        values,
        lambda: make_offer(
            application, recruiter=people["omar"], hiring_manager=people["maya"], state=OfferState.DRAFT
        ),
        "Omar Fadel",
    )


def what_the_candidate_answered(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_offerable(requisition)
    version = make_offer(application, recruiter=people["tara"], hiring_manager=people["maya"])

    def decline() -> None:
        with transaction():
            decline_offer(version, actor=people["omar"], reason="Another offer.")

    return Case(people["tara"], f"/offer-versions/{version.id}/decline", {"reason": WORDS}, decline, "Omar Fadel")


def taking_an_offer_back(people: dict[str, User], requisition: Requisition) -> Case:
    answered = what_the_candidate_answered(people, requisition)
    return answered._replace(address=answered.address.replace("decline", "rescission"))


def taking_a_hire_back(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_offerable(requisition)
    hire = make_hire(application, recruiter=people["tara"], hiring_manager=people["maya"])

    def undo() -> None:
        with transaction():
            undo_hire(hire, actor=people["omar"], reason="By mistake.")

    return Case(people["tara"], f"/hires/{hire.id}/undo", {"reason": WORDS}, undo, "Omar Fadel")


def a_move(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_application(requisition, stage=StageKind.APPLIED)
    values = {
        "version": application.version,
        "stage": stage_of(requisition, StageKind.SCREENING).id,
        "reason": WORDS,
    }
    other = moved_by(application, people["omar"])
    return Case(people["tara"], f"/applications/{application.id}/moves", values, other, "Omar Fadel moved")


def an_ending(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_application(requisition, stage=StageKind.APPLIED)
    values = {"version": application.version, "reason": "skills", "comment": WORDS}
    other = moved_by(application, people["omar"])
    return Case(people["tara"], f"/applications/{application.id}/rejection", values, other, "Omar Fadel moved")


def a_transfer(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_application(requisition, stage=StageKind.APPLIED)
    elsewhere = make_open_requisition(people["tara"])
    values = {"version": application.version, "requisition": elsewhere.id, "comment": WORDS}
    other = moved_by(application, people["omar"])
    return Case(people["tara"], f"/applications/{application.id}/transfer", values, other, "Omar Fadel moved")


def details(people: dict[str, User], requisition: Requisition) -> Case:
    application = make_application(requisition, stage=StageKind.APPLIED)
    values = {"version": application.version, "notice": WORDS, "recruiter": "0"}

    def change() -> None:
        with transaction():
            update_details(application, actor=people["omar"], expected=None, notice="3 months")

    return Case(people["tara"], f"/applications/{application.id}/details", values, change, "3 months")


def an_approval(people: dict[str, User], requisition: Requisition) -> Case:
    pending = make_requisition(
        recruiter=people["tara"],
        hiring_manager=people["maya"],
        deputies=[people["dev"]],
        state=RequisitionState.PENDING_APPROVAL,
    )
    approval = pending_approval(ApprovalKind.REQUISITION, requisition_id=pending.id)
    assert approval is not None

    def approve() -> None:
        with transaction():
            decide(approval, actor=people["dev"], approved=True)

    values = {"decision": "declined", "comment": WORDS}
    return Case(
        people["maya"], f"/approvals/{approval.id}/decision", values, approve, "Dev Anand approved this already"
    )


def facts_of_a_requisition(people: dict[str, User], requisition: Requisition) -> Case:
    values = {
        "version": requisition.version,
        "title": "MLOps Engineer",
        "team": WORDS,
        "workplace": "remote",
        "engagement": "employee",
        "currency": "EUR",
        "target_days": "45",
    }

    def change() -> None:
        with transaction():
            update_requisition(requisition, expected=None, actor=people["omar"], team="Serving")

    return Case(people["tara"], f"/requisitions/{requisition.number}/edit", values, change, "Omar Fadel")


def an_item_of_the_checklist(people: dict[str, User], requisition: Requisition) -> Case:
    item = items_of(requisition)["scalability"]
    values = {"version": requisition.version, "title": "Scale", "description": WORDS, "need": "must_have"}
    other = facts_of_a_requisition(people, requisition).other
    address = f"/requisitions/{requisition.number}/checklist/items/{item.id}"
    return Case(people["tara"], address, values, other, "Omar Fadel")


def make_offerable(requisition: Requisition) -> Application:
    entry = shortlisted(requisition)
    make_decision(entry)
    return entry.application


def moved_by(application: Application, user: User) -> Callable[[], None]:
    def move() -> None:
        with transaction():
            contacted = stage_of(application.requisition, StageKind.CONTACTED)
            move_application(application, contacted, actor=user, expected=None)

    return move


CASES = (
    a_decision,
    a_decision_on_evidence_that_changed,
    a_waiver,
    another_round,
    a_shortlist,
    an_interview,
    a_scorecard,
    offer_terms,
    what_the_candidate_answered,
    taking_an_offer_back,
    taking_a_hire_back,
    a_move,
    an_ending,
    a_transfer,
    details,
    an_approval,
    facts_of_a_requisition,
    an_item_of_the_checklist,
)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_no_word_is_lost_and_the_page_says_who_was_faster(
    client: Client, people: dict[str, User], requisition: Requisition, make: Callable[..., Case]
) -> None:
    case = make(people, requisition)
    case.other()
    answer = client.sign_in(case.reader).post(case.address, data=case.values)
    assert answer.status_code == 409
    assert WORDS in answer.text
    assert case.who in answer.text
