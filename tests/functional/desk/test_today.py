"""The home page: each reader's own pipelines, and nothing of what they may not see."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.offers import make_hire, make_offer
from tests.factories.pipeline import make_application, stage_of
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_decision, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.desk.duties import NAMED
from tracker.desk.news import load_news
from tracker.metrics.operations import compute_missing
from tracker.offers.operations import decline_offer
from tracker.offers.rules import expire_due_offers
from tracker.pipeline.bulk import start_batch, work_off
from tracker.pipeline.bulk_judging import Order
from tracker.pipeline.contacts import add_contact
from tracker.pipeline.models import StageChange
from tracker.pipeline.operations import move_application
from tracker.pipeline.states import BatchKind, ContactChannel, ContactDirection
from tracker.pipeline.taking_back import undo_change
from tracker.requisitions.states import StageKind


def test_who_only_interviews_sees_neither_pipelines_nor_whom_they_hired(app: Flask, client: Client) -> None:
    recruiter, manager, assessor = (
        make_user(Role.RECRUITER),
        make_user(Role.HIRING_MANAGER, Role.INTERVIEWER),
        make_user(Role.INTERVIEWER),
    )
    requisition = make_requisition(
        recruiter=recruiter, hiring_manager=manager, interviewers=[assessor], openings=2, title="Edge devices"
    )
    person = make_candidate("Ada Lind", email="ada@example.org")
    application = make_application(requisition, candidate=person, stage=StageKind.SHORTLISTED, actor=recruiter)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    make_hire(application, recruiter=recruiter, hiring_manager=manager)
    compute_missing()
    for reader, sees in ((recruiter, True), (manager, True), (assessor, False)):
        client.sign_in(reader)
        page = client.get("/").text
        assert ("Ada Lind" in page) is sees
        assert ("Edge devices" in page) is sees
        assert ("people in the pipeline" in page) is sees


def test_the_news_say_whom_they_are_about(app: Flask, client: Client) -> None:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER, name="Rolf Weiss")
    person = make_vetted(make_requisition(recruiter=recruiter, hiring_manager=manager), name="Ada Lind")
    make_scorecard(person)
    make_decision(make_shortlist(person).entries[0])
    client.sign_in(recruiter)
    assert "Ada Lind: Rolf Weiss approved them for Preparing offer" in client.get("/").text


def test_the_headline_and_the_sidebar_count_alike(app: Flask, client: Client) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(hiring_manager=manager)
    make_shortlist(make_vetted(requisition), make_vetted(requisition))
    make_shortlist(make_vetted(requisition))
    client.sign_in(manager)
    page = client.get("/").text
    assert "2 things wait on you" in page
    # Beside Today, and beside Shortlists.
    assert page.count('<span class="n hot">2<span class="sr-only"> waiting on you</span></span>') == 2


def test_it_tells_what_others_did_since_the_last_working_day(app: Flask, client: Client) -> None:
    recruiter, other = make_user(Role.RECRUITER), make_user(Role.RECRUITER, name="Davide Moretti")
    requisition, foreign = make_requisition(recruiter=recruiter), make_requisition(recruiter=other)
    mine, theirs, elsewhere = (
        make_application(which, candidate=make_candidate(name), stage=StageKind.APPLIED, actor=recruiter)
        for which, name in ((requisition, "Ada Lind"), (requisition, "Ben Okafor"), (foreign, "Cleo Ng"))
    )
    for application, actor in ((mine, recruiter), (theirs, other), (elsewhere, other)):
        with transaction():
            move_application(
                application, stage_of(application.requisition, StageKind.SCREENING), actor=actor, expected=None
            )
    client.sign_in(recruiter)
    page = client.get("/").text
    assert "Davide Moretti moved Ben Okafor from Applied to Screening" in page
    assert f'href="/candidates/{theirs.candidate_id}#application-{theirs.id}"' in page
    # Nothing of what they did themselves, nor of where they are not.
    assert "moved Ada Lind" not in page
    assert "moved Cleo Ng" not in page


def test_what_was_taken_back_is_no_news_but_for_who_had_done_it(app: Flask, client: Client) -> None:
    recruiter, other = make_user(Role.RECRUITER, name="Tara Kessler"), make_user(Role.RECRUITER, name="Davide Moretti")
    requisition = make_requisition(recruiter=recruiter)
    for name, mover, undoer in (("Ada Lind", other, other), ("Ben Okafor", recruiter, other)):
        application = make_application(
            requisition, candidate=make_candidate(name), stage=StageKind.APPLIED, actor=recruiter
        )
        with transaction():
            stage = stage_of(application.requisition, StageKind.SCREENING)
            change = move_application(application, stage, actor=mover, expected=None)
        with transaction():
            undo_change(db.session.get_one(StageChange, change.id), actor=undoer)
    client.sign_in(recruiter)
    page = client.get("/").text
    # As if it had never been: nobody is where the news would say.
    assert "moved Ada Lind" not in page
    assert "the move of Ada Lind" not in page
    assert "Davide Moretti undid the move of Ben Okafor, who is back in Applied" in page


def test_offers_are_news_and_so_is_what_the_product_did_with_them(app: Flask, client: Client) -> None:
    recruiter, manager = make_user(Role.RECRUITER, name="Tara Kessler"), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager, openings=2)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    for name, resolve in (("Ada Lind", decline_offer), ("Ben Okafor", None)):
        person = make_application(requisition, candidate=make_candidate(name), stage=StageKind.SHORTLISTED)
        version = make_offer(person, recruiter=recruiter, hiring_manager=manager)
        if resolve:
            with transaction():
                resolve(version, actor=recruiter, reason="Took another offer")
    with time_machine.travel(clock.now() + timedelta(days=11)):
        assert expire_due_offers() == 1
        client.sign_in(manager)
        page = client.get("/").text
    assert "Ben Okafor: Firsthire let offer 1 expire" in page
    client.sign_in(manager)
    page = client.get("/").text
    assert "Ada Lind: Tara Kessler extended offer 1" in page
    assert "Ada Lind: Tara Kessler recorded that offer 1 was declined" in page


def test_who_is_late_after_an_offer_is_a_step_from_it(app: Flask, client: Client) -> None:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    person = make_application(requisition, candidate=make_candidate("Ben Okafor"), stage=StageKind.SHORTLISTED)
    version = make_offer(person, recruiter=recruiter, hiring_manager=manager)
    with time_machine.travel(clock.now() + timedelta(days=40)):
        assert expire_due_offers() == 1
        client.sign_in(recruiter)
        lines = re.findall(r'<li class="duty".*?</li>', client.get("/").text, re.DOTALL)
    [line] = [each for each in lines if "late in Offer extended" in each]
    assert re.findall(r'href="([^"]+)"[^>]*>(Open the offer|Move to…|Reject…)', line) == [
        (f"/applications/{person.id}/move", "Move to…"),
        (f"/offers/{version.offer_id}", "Open the offer"),
    ]


def test_answers_are_news_and_words_to_people_are_not(app: Flask, client: Client) -> None:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    person = make_application(requisition, candidate=make_candidate("Ada Lind"), actor=recruiter)
    for direction in ContactDirection:
        with transaction():
            add_contact(person, direction=direction, channel=ContactChannel.PHONE, at=clock.now(), actor=recruiter)
    client.sign_in(manager)
    page = client.get("/").text
    assert "recorded an answer of Ada Lind" in page
    assert "recorded contact with Ada Lind" not in page


def test_who_leads_no_requisition_as_admin_hears_of_all(app: Flask, client: Client) -> None:
    recruiter = make_user(Role.RECRUITER, name="Tara Kessler")
    make_application(make_requisition(recruiter=recruiter), candidate=make_candidate("Ada Lind"), actor=recruiter)
    client.sign_in(make_user(Role.ADMIN))
    assert "Tara Kessler found Ada Lind for" in client.get("/").text


def test_what_is_not_listed_is_a_step_away_and_the_number_holds(app: Flask, client: Client) -> None:
    recruiter = make_user(Role.RECRUITER)
    requisition = make_requisition(recruiter=recruiter)
    for _ in range(NAMED + 2):
        make_application(requisition, stage=StageKind.SCREENING, days_ago=25, actor=recruiter)
    answered = make_application(requisition, stage=StageKind.CONTACTED, days_ago=1, actor=recruiter)
    with transaction():
        add_contact(
            answered, direction=ContactDirection.IN, channel=ContactChannel.EMAIL, at=clock.now(), actor=recruiter
        )
    client.sign_in(recruiter)
    page = client.get("/").text
    assert f"{NAMED + 3} things wait on you" in page
    assert page.count('id="duty-') == NAMED
    found = re.search(r'And 3 more, not as old. <a class="link" href="([^"#]+)#duty-26">Show them</a>', page)
    assert found is not None
    page = client.get(found[1]).text
    assert page.count('id="duty-') == NAMED + 3
    assert "not as old" not in page


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "yesterday"),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), "Fri 20 Nov"),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), "Fri 20 Nov"),
    ],
)
def test_a_weekend_is_no_yesterday(app: Flask, now: datetime, since: str) -> None:
    recruiter = make_user(Role.RECRUITER)
    assert load_news(recruiter, (), now).since == since


def test_the_statements_do_not_depend_on_how_much_waits(app: Flask, client: Client, statements: list[str]) -> None:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    client.sign_in(recruiter)
    counted = []
    for _ in range(3):
        for _ in range(NAMED):
            make_application(requisition, stage=StageKind.SCREENING, days_ago=25, actor=manager)
        people = [make_vetted(requisition) for _ in range(2)]
        for person in people:
            make_scorecard(person)
        for entry in make_shortlist(*people).entries:
            make_decision(entry)
        client.get("/")
        statements.clear()
        client.get("/")
        counted.append(len(statements))
    assert len(set(counted)) == 1


def test_what_was_done_to_many_at_once_is_one_line_that_names_them(app: Flask, client: Client) -> None:
    recruiter, rita = make_user(Role.RECRUITER), make_user(Role.RECRUITER, name="Rita Blum")
    requisition = make_requisition(recruiter=recruiter)
    people = [
        make_application(requisition, candidate=make_candidate(f"Person {number:02}"), stage=StageKind.APPLIED)
        for number in range(30)
    ]
    before = make_application(requisition, candidate=make_candidate("Ada Lind"), stage=StageKind.APPLIED)
    with transaction():
        move_application(before, stage_of(requisition, StageKind.SCREENING), actor=rita, expected=None)
    order = Order(kind=BatchKind.MOVE, stage_key=stage_of(requisition, StageKind.SCREENING).key)
    with transaction():
        batch = start_batch("m" * 22, order, {each.id: each.version for each in people}, actor=rita)
        batch_id = batch.id
    assert not work_off(batch_id)
    news = load_news(recruiter, [requisition.id], clock.now())
    moves = [item for item in news.items if item.kind == "application.moved"]
    assert [item.text for item in moves] == [
        "Rita Blum moved 30 people to Screening",
        "Rita Blum moved Ada Lind from Applied to Screening",
    ]
    assert list(moves[0].people) == [f"Person {number:02}" for number in range(12)]
    assert moves[0].further == 18
    client.sign_in(recruiter)
    page = client.get("/").text
    assert "Person 00, Person 01" in page
    assert "and 18 more" in page
    undo = client.get(moves[0].url).text
    assert f"/batches/{'m' * 22}/undo" in undo
