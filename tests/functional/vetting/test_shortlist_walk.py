"""From the form that puts people forward to the decision, through the real pages."""

import re
from typing import Any

import pytest

from tests.conftest import Client
from tests.factories.accounts import make_user
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
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind
from tracker.vetting.models import EntryDecision, Interview, ShortlistEntry
from tracker.vetting.states import EntryState, Rating, Recommendation


@pytest.fixture
def requisition(people: dict[str, User]) -> Requisition:
    """Their requisition."""
    return make_requisition(
        recruiter=people["tara"],
        hiring_manager=people["maya"],
        deputies=[people["dev"]],
        interviewers=[people["joan"]],
        salary_from=85000,
        salary_to=105000,
        currency="EUR",
    )


def assessed(requisition: Requisition, name: str, *, but: str = "", **facts: Any) -> Application:
    """Somebody whose skills are assessed, all `but` one."""
    application = make_vetted(requisition, name=name)
    make_scorecard(
        application,
        make_user(Role.INTERVIEWER, name="Petr Novák"),
        ratings={
            key: (Rating.STRONG_YES, "" if key == "collaboration" else f"Words on {key}.")
            for key in items_of(requisition)
            if key != but
        },
        recommendation=Recommendation.YES,
        summary="She explains trade-offs.",
    )
    with transaction():
        for key, value in facts.items():
            setattr(application, key, value)
    return application


def text_of(body: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def hidden(body: str, name: str) -> str:
    """The value of the first hidden field of that name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', body)
    assert found, name
    return found[1]


def test_put_forward_compared_and_decided(client: Client, people: dict[str, User], requisition: Requisition) -> None:
    ingrid = assessed(requisition, "Ingrid Solheim", salary_wish=98000, salary_currency="EUR", notice="3 months")
    tomas = assessed(requisition, "Tomás Etxeberria", but="scalability", salary_wish=112000, salary_currency="EUR")
    number, gap = requisition.number, items_of(requisition)["scalability"].id

    client.sign_in(people["tara"])
    form = client.get(f"/requisitions/{number}/shortlists/new?application={ingrid.id}").text
    assert f'value="{ingrid.id}" checked' in form
    answer = client.post(
        f"/requisitions/{number}/shortlists/new",
        data={
            "applications": [ingrid.id, tomas.id],
            "opens_stage": next(stage.id for stage in requisition.stages if stage.kind is StageKind.PREPARING_OFFER),
            "decider": people["maya"].id,
            "note": "Both could start in the new year.",
            f"note_{ingrid.id}": "Two data scientists named her.",
            "move": "y",
        },
    )
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert ingrid.stage.kind is StageKind.SHORTLISTED

    # Whoever submitted it is not offered a decision.
    own = client.get(page).text
    assert 'value="approved"' not in own
    assert "waits on Maya Lindqvist" in own

    client.sign_in(people["maya"])
    shown = client.get(page).text
    words = text_of(shown)
    assert "2 people wait for your decision" in words
    assert "Both could start in the new year." in words
    assert "Two data scientists named her." in words
    assert "98,000 EUR within the range" in words
    assert "7,000 EUR above the range" in words
    assert "Tomás Etxeberria can be approved once Scalability and Efficiency is assessed" in words
    assert "Strong yes P. Novák" in words
    assert "No words given" in words
    assert f"/entries/{entry_of(tomas).id}/waivers/{gap}" in shown

    approve = f"/entries/{entry_of(ingrid).id}/decision"
    answer = client.post(
        approve,
        data={"state": "approved", "round": "1", "digest": hidden(shown, "digest"), "preference": "1"},
    )
    assert answer.status_code == 303
    assert (entry_of(ingrid).state, entry_of(ingrid).preference) == (EntryState.APPROVED, 1)

    # With a gap it says what is needed.
    decide = f"/entries/{entry_of(tomas).id}/decision"
    answer = client.post(decide, data={"state": "approved", "round": "1", "digest": digest_of(entry_of(tomas))})
    assert answer.status_code == 422
    assert "Scalability and Efficiency: ask for an assessment, or waive it with a reason." in answer.text
    answer = client.post(f"/entries/{entry_of(tomas).id}/waivers/{gap}", data={"reason": ""})
    assert answer.status_code == 422
    assert "Say why." in answer.text
    answer = client.post(f"/entries/{entry_of(tomas).id}/waivers/{gap}", data={"reason": "Small scale for now."})
    assert answer.status_code == 303
    assert "Small scale for now." in client.get(page).text
    answer = client.post(decide, data={"state": "declined", "round": "1", "digest": digest_of(entry_of(tomas))})
    assert answer.status_code == 422
    assert "Say why, so that the recruiter can tell them." in answer.text
    answer = client.post(
        decide,
        data={"state": "declined", "round": "1", "digest": digest_of(entry_of(tomas)), "comment": "Not yet."},
    )
    assert answer.status_code == 303
    assert entry_of(tomas).state is EntryState.DECLINED
    assert tomas.status.value == "active"


def entry_of(application: Application) -> ShortlistEntry:
    """The application's latest entry."""
    return (
        db.session.query(ShortlistEntry)
        .filter_by(application_id=application.id)
        .order_by(ShortlistEntry.id.desc())
        .populate_existing()
        .first()
    ) or pytest.fail("no entry")


def test_whoever_comes_second_sees_who_was_first_and_what_is_true_now(
    client: Client, people: dict[str, User], requisition: Requisition
) -> None:
    application = assessed(requisition, "Ingrid Solheim")
    entry = make_shortlist(application).entries[0]
    digest = digest_of(entry)
    make_decision(entry, EntryState.DECLINED, decider=people["dev"], comment="Too far away.")
    client.sign_in(people["maya"])
    answer = client.post(f"/entries/{entry.id}/decision", data={"state": "approved", "round": "1", "digest": digest})
    assert answer.status_code == 409
    assert "Dev Anand declined Ingrid Solheim already." in answer.text
    assert "Too far away." in answer.text
    assert db.session.query(EntryDecision).count() == 1


def test_new_evidence_is_named_and_the_page_shown_anew(
    client: Client, people: dict[str, User], requisition: Requisition
) -> None:
    application = assessed(requisition, "Ingrid Solheim")
    entry = make_shortlist(application).entries[0]
    client.sign_in(people["maya"])
    seen = hidden(client.get(f"/shortlists/{entry.shortlist_id}").text, "digest")
    make_scorecard(application, people["joan"], ratings=Rating.NO, recommendation=Recommendation.NO)
    decision = {"state": "approved", "round": "1", "digest": seen}
    answer = client.post(f"/entries/{entry.id}/decision", data=decision)
    assert answer.status_code == 409
    assert "J. Okoye submitted a scorecard." in answer.text
    assert entry_of(application).state is EntryState.PENDING
    # The page that answered carries what is true now.
    decision["digest"] = hidden(answer.text, "digest")
    assert client.post(f"/entries/{entry.id}/decision", data=decision).status_code == 303


def test_more_wanted_comes_back_in_a_new_round(
    client: Client, people: dict[str, User], requisition: Requisition
) -> None:
    entry = make_shortlist(assessed(requisition, "Ingrid Solheim")).entries[0]
    make_decision(entry, EntryState.MORE_WANTED, comment="Has she led people?")
    client.sign_in(people["tara"])
    form = client.get(f"/entries/{entry.id}/resubmission").text
    assert "Has she led people?" in form
    answer = client.post(
        f"/entries/{entry.id}/resubmission", data={"round": "1", "note": "A team of four, for two years."}
    )
    assert answer.status_code == 303
    client.sign_in(people["maya"])
    shown = text_of(client.get(f"/shortlists/{entry.shortlist_id}").text)
    assert "A team of four, for two years." in shown
    assert "M. Lindqvist asked for more" in shown
    assert "Has she led people?" in shown


def test_a_gap_is_asked_about_from_the_comparison(
    client: Client, people: dict[str, User], requisition: Requisition
) -> None:
    application = assessed(requisition, "Tomás Etxeberria", but="scalability")
    entry = make_shortlist(application).entries[0]
    item = items_of(requisition)["scalability"].id
    client.sign_in(people["maya"])
    address = f"/entries/{entry.id}/assessments/{item}"
    assert "Joan Okoye" in client.get(address).text
    assert client.post(address, data={"assessor": "0"}).status_code == 422
    answer = client.post(address, data={"assessor": people["joan"].id, "scorecard_due_at": "2099-01-04T18:00"})
    assert answer.status_code == 303
    interview = db.session.query(Interview).one()
    assert interview.title == "Assessment: Scalability and Efficiency"
    assert "J. Okoye is asked, due" in text_of(client.get(f"/shortlists/{entry.shortlist_id}").text)
    client.sign_in(people["joan"])
    assert "Tomás Etxeberria" in client.get("/interviews").text


def test_the_lists_show_whom_each_shortlist_waits_for(
    client: Client, people: dict[str, User], requisition: Requisition
) -> None:
    waiting = make_shortlist(assessed(requisition, "Ingrid Solheim"))
    settled = make_shortlist(assessed(requisition, "Hugo Marchetti"))
    make_decision(settled.entries[0], EntryState.APPROVED)
    for reader, said in (("maya", "Wait for your decision"), ("dev", "Wait for somebody else"), ("tara", "waits on")):
        client.sign_in(people[reader])
        page = client.get("/shortlists").text
        assert said in page
        assert "Ingrid Solheim" in page
        assert "Hugo Marchetti" in page
    tab = client.get(f"/requisitions/{requisition.number}/shortlists").text
    assert "waits on M. Lindqvist" in tab
    assert "Approved" in tab
    client.sign_in(people["joan"])
    assert client.get("/shortlists").status_code == 403
    assert client.get(f"/shortlists/{waiting.id}").status_code == 404


def test_what_was_decided_is_shown_as_it_was_known_then(
    client: Client, people: dict[str, User], requisition: Requisition
) -> None:
    application = assessed(requisition, "Ingrid Solheim")
    entry = make_shortlist(application).entries[0]
    make_decision(entry, EntryState.APPROVED)
    make_scorecard(application, people["joan"], ratings=Rating.NO, summary="A late doubt.")
    client.sign_in(people["maya"])
    page = client.get(f"/shortlists/{entry.shortlist_id}").text
    assert "Shown as it was known then." in page
    assert "A late doubt." not in page


@pytest.mark.parametrize("size", [2, 6])
def test_the_comparison_costs_the_same_statements_for_any_number_of_people(
    client: Client, people: dict[str, User], requisition: Requisition, statements: list[str], size: int
) -> None:
    shortlist = make_shortlist(*(assessed(requisition, f"Person {n}", but="scalability") for n in range(size)))
    make_decision(shortlist.entries[0], EntryState.DECLINED)
    make_interview(shortlist.entries[1].application, people["joan"])
    address = f"/shortlists/{shortlist.id}"
    client.sign_in(people["maya"])
    client.get(address)
    statements.clear()
    assert client.get(address).status_code == 200
    assert len(statements) <= STATEMENTS, "\n".join(statements)


#: What the whole page sends, with its frame; the same for two people and for six.
STATEMENTS = 40
