"""Reminders through the database: who is reminded of what, when, how often, and when no more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from tests.factories.accounts import make_user
from tests.factories.offers import make_offer, make_terms
from tests.factories.pipeline import give_to, make_application, make_person, stage_of
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_decision, make_interview, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.core import clock, ticks
from tracker.core.db import db, transaction
from tracker.core.registry import RenderedMail, get_registry
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState
from tracker.pipeline.contacts import set_wait
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.reminders import operations, queries
from tracker.reminders.models import ReminderOccurrence, ReminderRule
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations_life import close_requisition, hold_requisition
from tracker.requisitions.states import StageKind
from tracker.vetting.states import EntryState, InterviewState

#: A Monday, 10:00 in Berlin.
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


class World:
    """A requisition with its people."""

    def __init__(self, **facts: Any) -> None:
        self.tara = make_user(Role.RECRUITER, name="Tara Nkemelu")
        self.maya = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
        self.rahel = make_user(Role.INTERVIEWER, name="Rahel Weiss", timezone="America/Sao_Paulo")
        self.requisition = make_requisition(
            recruiter=self.tara, hiring_manager=self.maya, opened_at=MONDAY - timedelta(days=10), **facts
        )

    def person(self, stage: StageKind, *, name: str = "", days_ago: float = 0) -> Application:
        return make_application(self.requisition, candidate=make_person(name), stage=stage, days_ago=days_ago)


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def remind(text: str) -> int:
    """Run the tick as it would run at that instant (UTC, in 2026)."""
    done = ticks.run("reminders", at=at(f"2026-{text}"))
    assert done is not None
    return done


def mails(user: User) -> list[OutboxMessage]:
    return list(
        db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.user_id == user.id, OutboxMessage.kind == "reminders")
        )
    )


def dates(user: User) -> list[str]:
    return [message.facts["date"][5:] for message in mails(user)]


def rendered(message: OutboxMessage, text: str) -> RenderedMail:
    with clock.due_at(at(f"2026-{text}")):
        return get_registry().mail_kinds["reminders"].render(message)


def still_true(message: OutboxMessage, text: str) -> bool:
    with clock.due_at(at(f"2026-{text}")):
        return get_registry().mail_kinds["reminders"].still_true(message)


def every_morning(until_march: int, *more_often: str) -> None:
    """The tick as it runs at 08:05 in Berlin, and at these further times (UTC), day after day."""
    for day in range(2, until_march + 1):
        for hour in sorted(["07:05", *more_often]):
            remind(f"03-{day:02}T{hour}")


# --- the rules --------------------------------------------------------------------------------------------------------


def test_a_shortlist_that_waits(world: World) -> None:
    make_shortlist(make_vetted(world.requisition, name="Ingrid Solheim"))
    every_morning(13, "06:30", "12:00", "18:00")
    assert dates(world.maya) == ["03-04", "03-06", "03-10", "03-12"]
    assert [row.n for row in db.session.scalars(select(ReminderOccurrence))] == [1, 2, 3, 4]
    mail = rendered(mails(world.maya)[0], "03-04T07:05")
    assert mail.subject == "Ingrid Solheim waits for your decision"
    assert "for 2 days." in mail.text
    assert "http://localhost:8000/shortlists/" in mail.text


def test_what_is_written_for_a_later_day_is_read_as_of_it(world: World) -> None:
    person = world.person(StageKind.SCREENING, name="Karolina Wójcik")
    assert remind("03-09T07:05") == 1
    [message] = mails(world.tara)
    # A worker sends it at once, days before that instant.
    assert get_registry().mail_kinds["reminders"].still_true(message)
    mail = get_registry().mail_kinds["reminders"].render(message)
    assert mail.subject == rendered(message, "03-09T07:05").subject
    assert person.candidate.name in mail.subject


def test_a_decision_settles_it(world: World) -> None:
    shortlist = make_shortlist(make_vetted(world.requisition))
    assert remind("03-04T07:05") == 1
    [message] = mails(world.maya)
    assert still_true(message, "03-04T07:06")
    make_decision(shortlist.entries[0], EntryState.DECLINED)
    assert not still_true(message, "03-04T07:06")
    every_morning(until_march=13)
    assert len(mails(world.maya)) == 1


def test_a_scorecard_that_is_due(world: World) -> None:
    application = make_vetted(world.requisition, name="Hugo Marchetti")
    interview = make_interview(application, world.rahel, due_in=timedelta(days=1))
    # 08:00 in São Paulo is 11:00 UTC.
    assert remind("03-03T10:59") == 0
    assert remind("03-03T11:00") == 1
    mail = rendered(mails(world.rahel)[0], "03-03T11:00")
    assert mail.subject == "Your scorecard on Hugo Marchetti is due today"
    assert remind("03-04T11:00") == 1
    assert "was due 1 day ago" in rendered(mails(world.rahel)[1], "03-04T11:00").text
    with time_machine.travel(MONDAY + timedelta(days=2, hours=3), tick=False):
        make_scorecard(application, world.rahel, seat=interview.seats[0])
    remind("03-05T11:00")
    assert len(mails(world.rahel)) == 2
    assert not still_true(mails(world.rahel)[1], "03-05T11:00")


@pytest.mark.parametrize("state", [InterviewState.PLANNED, InterviewState.CANCELLED])
def test_no_scorecard_is_asked_for_an_interview_that_did_not_take_place(world: World, state: InterviewState) -> None:
    interview = make_interview(
        make_vetted(world.requisition), world.rahel, starts_at=MONDAY + timedelta(days=2), due_in=timedelta(hours=1)
    )
    if state is InterviewState.CANCELLED:
        with transaction():
            interview.state, interview.cancelled_at = state, MONDAY
        remind("03-09T12:00")
    # The morning of the day: it is planned for the evening.
    with clock.due_at(MONDAY + timedelta(days=2, minutes=-1)):
        assert queries.claims(clock.due_now(), only={ReminderRule.SCORECARD_DUE: [interview.seats[0].id]}) == {}
    assert mails(world.rahel) == []


def test_somebody_who_is_late_in_a_stage(world: World) -> None:
    """Screening has a limit of four working days: entered on 2 March, late from 9 March on."""
    application = world.person(StageKind.SCREENING, name="Karolina Wójcik")
    every_morning(until_march=20)
    assert dates(world.tara) == ["03-09", "03-16"]
    mail = rendered(mails(world.tara)[0], "03-09T07:05")
    assert mail.subject == "Karolina Wójcik has been in Screening for 7 days"
    assert "Waits on you." in mail.text
    with time_machine.travel(MONDAY + timedelta(days=18), tick=False), transaction():
        move_application(
            application, stage_of(world.requisition, StageKind.ASSESSMENT), actor=world.tara, expected=None
        )
    assert not still_true(mails(world.tara)[1], "03-20T07:05")
    assert remind("03-23T07:05") == 0


def test_nobody_in_identified(world: World) -> None:
    world.person(StageKind.IDENTIFIED)
    every_morning(until_march=31)
    assert mails(world.tara) == []


def test_somebody_who_waits_by_agreement(world: World) -> None:
    application = world.person(StageKind.SCREENING)
    with transaction():
        set_wait(application, note="take-home", ends_at=MONDAY + timedelta(days=20), user=None, actor=world.tara)
    every_morning(until_march=20)
    assert mails(world.tara) == []


def test_whom_a_late_one_waits_on(world: World) -> None:
    application = world.person(StageKind.SCREENING, name="Karolina Wójcik")
    with transaction():
        set_wait(application, note="asks about the budget", ends_at=None, user=world.maya, actor=world.tara)
    assert remind("03-09T07:05") == 1
    assert (len(mails(world.maya)), len(mails(world.tara))) == (1, 0)


def test_nobody_is_reminded_of_whom_they_may_not_see(world: World) -> None:
    """Somebody left the hiring team of what is confidential, with people in their care: the team is told instead."""
    finn = make_user(Role.RECRUITER, name="Finn Aalto")
    cared_for, waiting = (world.person(StageKind.SCREENING, name=name) for name in ("Karolina Wójcik", "Amina Yusuf"))
    with transaction():
        give_to(cared_for, finn, actor=world.tara)
        set_wait(waiting, note="asks about the budget", ends_at=None, user=finn, actor=world.tara)
    with transaction():
        world.requisition.confidential = True
    assert remind("03-09T07:05") == 1
    [message] = mails(world.tara)
    assert mails(finn) == []
    assert rendered(message, "03-09T07:05").subject == "Reminder: 2 late candidates"


def test_what_somebody_may_not_see_any_more_when_the_mail_leaves_is_left_out(world: World) -> None:
    finn = make_user(Role.RECRUITER, name="Finn Aalto")
    application = world.person(StageKind.SCREENING, name="Karolina Wójcik")
    with transaction():
        give_to(application, finn, actor=world.tara)
    assert remind("03-09T07:05") == 1
    [message] = mails(finn)
    assert still_true(message, "03-09T07:06")
    with transaction():
        world.requisition.confidential = True
    assert not still_true(message, "03-09T07:06")


def test_who_is_asked_for_a_decision_is_not_told_of_the_stage_as_well(world: World) -> None:
    make_shortlist(make_vetted(world.requisition), move=True)
    every_morning(until_march=13)
    rules = set(db.session.scalars(select(ReminderOccurrence.rule)))
    assert rules == {ReminderRule.SHORTLIST_WAITING}


def test_an_offer_that_is_about_to_expire(world: World) -> None:
    """Ten days from Monday 2 March is Thursday 12 March: three working days before is Monday 9, one is Wednesday 11."""
    application = world.person(StageKind.PREPARING_OFFER, name="Amina Yusuf")
    make_offer(application, recruiter=world.tara, hiring_manager=world.maya, terms=make_terms(days=10))
    every_morning(until_march=13)
    expiring = [
        row.local_date.day
        for row in db.session.scalars(
            select(ReminderOccurrence).where(ReminderOccurrence.rule == ReminderRule.OFFER_EXPIRING)
        )
    ]
    assert expiring == [9, 11]
    mail = rendered(mails(world.tara)[0], "03-09T07:05")
    assert "Amina Yusuf has not answered the offer" in mail.text
    assert "Open until Thu 12 Mar, 10:00 CET." in mail.text


def test_a_requisition_that_is_past_its_target(app: Flask) -> None:
    """Opened on 20 February with a target of 14 days: past it from Saturday 7 March on, so from Monday."""
    world = World(target_days=14)
    every_morning(until_march=17)
    assert dates(world.tara) == dates(world.maya) == ["03-09", "03-16"]
    mail = rendered(mails(world.maya)[0], "03-09T07:05")
    assert mail.subject.endswith("is 3 days past its target")
    assert "17 days open, target 14." in mail.text


# --- one mail ---------------------------------------------------------------------------------------------------------


def test_one_mail_carries_all_most_urgent_first(app: Flask) -> None:
    world = World(target_days=14)
    world.person(StageKind.SCREENING, name="Karolina Wójcik")
    offered = world.person(StageKind.PREPARING_OFFER, name="Amina Yusuf")
    make_offer(offered, recruiter=world.tara, hiring_manager=world.maya, terms=make_terms(days=10))
    assert remind("03-09T07:05") == 2
    [message] = mails(world.tara)
    assert message.dedupe_key == f"reminders:{world.tara.id}:2026-03-09"
    mail = rendered(message, "03-09T07:05")
    assert mail.subject == "Reminder: 1 offer, 1 late candidate and 1 requisition past its target"
    places = [mail.text.index(words) for words in ("Amina Yusuf", "Karolina Wójcik", "past its target")]
    assert places == sorted(places)
    assert mail.text.count("http://localhost:8000/") == 4
    for words in ("Amina Yusuf", "Karolina Wójcik", "/offers/", "/candidates/", "/requisitions/"):
        assert words in mail.html


def test_weeks_of_downtime_lead_to_one_mail(world: World) -> None:
    make_shortlist(make_vetted(world.requisition))
    for moment in ("03-04T07:05", "04-15T07:05", "04-15T07:10", "04-16T07:05", "04-17T07:05"):
        remind(moment)
    assert dates(world.maya) == ["03-04", "04-15", "04-17"], "the schedule goes on from the day it was taken up"


def test_two_workers_at_once_write_one_mail(world: World) -> None:
    """Both have read that nothing is written yet; the unique key decides."""
    make_shortlist(make_vetted(world.requisition))
    instant = at("2026-03-04T07:05")
    claims = queries.claims(instant)[world.maya.id]
    today = instant.date()
    with transaction():
        assert operations._remind(world.maya, today, instant, claims)
        db.session.execute(delete(ReminderOccurrence))
        assert not operations._remind(world.maya, today, instant, claims)
    assert len(mails(world.maya)) == 1


def test_what_comes_up_during_the_day_waits_for_the_next_mail(app: Flask) -> None:
    world = World(target_days=14)
    assert remind("03-09T07:05") == 2
    application = world.person(StageKind.PREPARING_OFFER)
    make_offer(application, recruiter=world.tara, hiring_manager=world.maya, terms=make_terms(days=10))
    assert remind("03-09T13:00") == 0
    assert remind("03-10T07:05") == 1


def test_settled_lines_are_dropped_when_the_mail_leaves(world: World) -> None:
    shortlist = make_shortlist(
        make_vetted(world.requisition, name="Ada One"), make_vetted(world.requisition, name="Ben Two")
    )
    remind("03-04T07:05")
    [message] = mails(world.maya)
    assert "2 decisions" in rendered(message, "03-04T07:06").subject
    with transaction():
        entry = next(entry for entry in shortlist.entries if entry.application.candidate.name == "Ada One")
        close_application(entry.application)
    mail = rendered(message, "03-04T07:06")
    assert mail.subject == "Ben Two waits for your decision"
    assert "Ada One" not in mail.text + mail.html


def close_application(application: Application) -> None:
    """Over, as far as reminders look."""
    application.ended_at, application.status = clock.now(), type(application.status).CLOSED


def test_mail_that_is_settled_is_cancelled_by_the_sender(world: World) -> None:
    make_shortlist(make_vetted(world.requisition))
    remind("03-04T07:05")
    with transaction():
        hold_requisition(
            db.session.get_one(Requisition, world.requisition.id),
            actor=world.tara,
            reason="The budget is being decided.",
        )
    ticks.run("outbox", at=at("2026-03-04T07:06"))
    db.session.expire_all()
    [message] = mails(world.maya)
    assert message.state is MailState.CANCELLED


# --- whom not ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ended", ["hold", "cancelled"])
def test_nothing_of_held_or_closed_requisitions(app: Flask, ended: str) -> None:
    world = World(target_days=14)
    world.person(StageKind.SCREENING)
    with transaction():
        requisition = db.session.get_one(Requisition, world.requisition.id)
        if ended == "hold":
            hold_requisition(requisition, actor=world.tara, reason="The budget is being decided.")
        else:
            close_requisition(requisition, actor=world.tara, cancelled=True, reason="The project ended.")
    every_morning(until_march=20)
    assert mails(world.tara) == []


def test_not_on_a_weekend_and_not_before_eight(world: World) -> None:
    make_shortlist(make_vetted(world.requisition))
    assert [remind(text) for text in ("03-07T10:00", "03-08T10:00", "03-09T06:59", "03-09T07:00")] == [0, 0, 0, 1]


def test_eight_o_clock_is_that_of_the_reader(world: World) -> None:
    """It is Monday in Apia while it is Sunday in Berlin: one has a working day, the other has not."""
    apia = make_user(Role.HIRING_MANAGER, name="Sina Tuala", timezone="Pacific/Apia")
    make_shortlist(make_vetted(make_requisition(hiring_manager=apia)))
    # 08:00 in Apia (UTC+13).
    assert [remind(text) for text in ("03-08T18:59", "03-08T19:00")] == [0, 1]
    assert dates(apia) == ["03-09"]


def test_who_does_not_want_reminders_gets_none(world: World) -> None:
    make_shortlist(make_vetted(world.requisition))
    remind("03-04T07:05")
    with transaction():
        db.session.get_one(User, world.maya.id).wants_reminders = False
    assert not still_true(mails(world.maya)[0], "03-04T07:06")
    assert remind("03-06T07:05") == 0


def test_a_successor_is_reminded_instead(world: World) -> None:
    make_shortlist(make_vetted(world.requisition))
    remind("03-04T07:05")
    heir, admin = make_user(Role.HIRING_MANAGER, name="Jon Okoye"), make_user(Role.ADMIN)
    with transaction():
        disable_user(db.session.get_one(User, world.maya.id), heir, actor=admin)
    assert remind("03-06T07:05") == 1
    assert (len(mails(world.maya)), len(mails(heir))) == (1, 1)


def test_successors_hand_on_and_never_run_in_a_circle() -> None:
    assert queries._acting(1, {}) == 1
    assert queries._acting(1, {1: 2, 2: 3}) == 3
    assert queries._acting(1, {1: None}) is None
    assert queries._acting(1, {1: 2, 2: 1}) is None


def test_an_erased_person_is_not_named(world: World) -> None:
    application = make_vetted(world.requisition, name="Ingrid Solheim")
    make_shortlist(application)
    remind("03-04T07:05")
    with transaction():
        application.candidate.erased_at = clock.now()
    mail = rendered(mails(world.maya)[0], "03-04T07:06")
    assert "Ingrid" not in mail.subject + mail.text + mail.html


# --- cost -------------------------------------------------------------------------------------------------------------


def test_statements_do_not_depend_on_how_much_waits(world: World, statements: list[str]) -> None:
    def cost(day: str) -> int:
        statements.clear()
        assert remind(day) == 1
        db.session.expire_all()
        rendered(mails(world.tara)[-1], day)
        return len(statements)

    world.person(StageKind.SCREENING)
    cost("03-09T07:05")
    few = cost("03-16T07:05")
    for _ in range(10):
        world.person(StageKind.SCREENING)
    assert cost("03-23T07:05") == few


def test_a_long_list_is_cut_and_says_so(world: World) -> None:
    for _ in range(27):
        world.person(StageKind.SCREENING)
    remind("03-09T07:05")
    mail = rendered(mails(world.tara)[0], "03-09T07:05")
    assert mail.subject == "Reminder: 27 late candidates"
    assert mail.text.count("/candidates/") == 25
    assert "And 2 more: http://localhost:8000/" in mail.text
