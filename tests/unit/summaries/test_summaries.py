"""The weekly summary through the database: to whom, when, once, and what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_person
from tests.factories.requisitions import make_requisition
from tests.unit.summaries.week import MONDAY, Week, a_week, on
from tracker.accounts.models import User
from tracker.accounts.operations import create_user, disable_user, enable_user
from tracker.accounts.states import Role
from tracker.core import clock, ticks
from tracker.core.db import db, transaction
from tracker.core.registry import RenderedMail, get_registry
from tracker.mail.models import OutboxMessage
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.states import StageKind, TeamPart
from tracker.summaries import operations
from tracker.summaries.facts import SummaryFacts, WaitKind, from_document, to_document
from tracker.summaries.models import Summary, SummarySchedule
from tracker.summaries.reading import Reading, period_words, read


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def week(app: Flask) -> Week:
    week = a_week()
    # The worker was there on Tuesday: everybody waits for the ninth.
    with time_machine.travel(on(3), tick=False):
        assert ticks.run("summaries") == 0
    return week


def tick(text: str) -> int:
    """Run the tick as it would run at that instant (UTC, in 2026)."""
    done = ticks.run("summaries", at=datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC))
    assert done is not None
    return done


def summaries(user: User) -> list[Summary]:
    return list(db.session.scalars(select(Summary).where(Summary.user_id == user.id).order_by(Summary.as_of)))


def only(user: User) -> Summary:
    [summary] = summaries(user)
    return summary


def facts_of(user: User) -> SummaryFacts:
    return from_document(SummaryFacts, only(user).facts)


def reading_of(user: User) -> Reading:
    with clock.due_at(only(user).as_of):
        return read(only(user), db.session.get_one(User, user.id))


def mail_to(user: User) -> RenderedMail:
    message = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.user_id == user.id, OutboxMessage.kind == "summary")
    ).one()
    return get_registry().mail_kinds["summary"].render(message)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_the_four_numbers_and_the_phases(week: Week) -> None:
    assert tick("03-09T07:00") == 3, "Maya, Tara and Rahel; Jon is still asleep"
    facts = facts_of(week.maya)
    together = facts.together
    assert (together.active, together.new, together.moved, together.lost) == (6, 1, 4, 2)
    assert (together.rejected, together.withdrawn, together.closed) == (1, 1, 0)
    assert [hired.days for hired in together.hired] == [10]
    flows = {phase.phase.value: (phase.active, phase.came_in, phase.went_on, phase.lost) for phase in together.phases}
    assert flows == {"sourcing": (2, 1, 1, 1), "vetting": (3, 1, 0, 1), "offer": (1, 0, 1, 0)}
    [requisition] = facts.requisitions
    assert requisition.figures == together
    assert requisition.open_for
    assert (requisition.open_for.gross, requisition.open_for.target) == (17, 45)
    assert (requisition.filled, requisition.openings) == (1, 2)
    assert (facts.days_to_hire.n, facts.days_to_hire.values) == (1, (10,))


def test_names(week: Week) -> None:
    tick("03-09T07:00")
    [section] = reading_of(week.maya).sections
    assert [(group.stage, [str(person) for person in group.people]) for group in section.moved] == [
        ("Offer extended", ["Amina Yusuf"]),
        ("Shortlisted", ["Ingrid Solheim"]),
        ("Screening", ["Lukas Brandt"]),
    ]
    assert [(str(line.person), line.words) for line in section.stuck] == [
        ("Hugo Marchetti", "12 days in Panel interview, waits on Rahel Weiss"),
        ("Priya Nair", "5 days in Applied, waits on Tara Nkemelu"),
    ]
    assert [(str(person), days) for person, days in section.hired] == [("Ada Hired", 10)]
    assert [str(offer.person) for offer in section.offers] == ["Amina Yusuf"]
    assert [(one.title, str(one.person)) for one in section.coming] == [("First call", "Lukas Brandt")]
    assert section.lost == "2 lost: 1 rejected, 1 withdrew."
    assert section.standing == "17 days open, target 45 · 1 of 2 filled"


def test_what_waits_on_the_reader(week: Week) -> None:
    tick("03-09T02:30")
    tick("03-09T07:00")
    maya, rahel = reading_of(week.maya), reading_of(week.rahel)
    assert (maya.greeting, maya.headline) == ("Good morning, Maya.", "One person waits on you.")
    [line] = maya.waiting
    assert line.headline == f"Shortlist for {week.requisition.number}, Berlin platform"
    assert line.detail == "Ingrid Solheim waits for your decision, for 4 days. One opening is left."
    assert line.path.startswith("/shortlists/")
    [line] = rahel.waiting
    assert line.headline == "Your scorecard on Hugo Marchetti"
    assert line.detail.endswith("It was due 2 days ago.")
    assert rahel.sections == ()
    assert rahel.numbers == ()


def test_recruiters_are_told_of_people_who_wait_on_them(week: Week) -> None:
    """Priya applied on Wednesday; two working days were her limit, so she is late on the Monday after."""
    tick("03-09T07:00")
    assert [(one.kind, len(one.application_ids)) for one in facts_of(week.tara).waiting] == [(WaitKind.LATE, 1)]
    assert reading_of(week.tara).waiting[0].headline == "Priya Nair is late in Applied"


def test_the_year_counts_closed_requisitions_too(week: Week) -> None:
    with transaction():
        requisition = db.session.get_one(Requisition, week.requisition.id)
        requisition.state, requisition.closed_at = type(requisition.state).CANCELLED, on(8)
    tick("03-09T07:00")
    tick("03-16T07:00")
    last = from_document(SummaryFacts, summaries(week.maya)[-1].facts)
    assert last.days_to_hire.n == 1
    assert last.requisitions == (), "nothing happened in it, and it is closed"


def test_windows_follow_each_other(week: Week) -> None:
    tick("03-09T07:00")
    tick("03-16T07:00")
    first, second = summaries(week.maya)
    assert (first.window_from, first.as_of) == (on(2, 7), on(9, 7))
    assert (second.window_from, second.as_of) == (on(9, 7), on(16, 7))
    assert from_document(SummaryFacts, second.facts).together.moved == 0


# --- to whom ----------------------------------------------------------------------------------------------------------


def test_managers_and_recruiters_get_theirs_and_admins_all(week: Week) -> None:
    other = make_requisition(opened_at=MONDAY - timedelta(days=40), title="Another one")
    tick("03-09T12:00")
    assert [one.requisition_id for one in facts_of(week.maya).requisitions] == [week.requisition.id]
    assert {one.requisition_id for one in facts_of(week.admin).requisitions} == {week.requisition.id, other.id}
    assert facts_of(week.admin).whole
    assert reading_of(week.admin).together_title == "All requisitions together, 2 of them"


def test_an_interviewer_on_whom_nothing_waits_gets_none(week: Week) -> None:
    idle = make_user(Role.INTERVIEWER)
    ticks.run("summaries")
    tick("03-09T12:00")
    assert summaries(idle) == []
    schedule = db.session.get_one(SummarySchedule, idle.id)
    assert schedule.next_due_at == on(16, 7)


def test_who_does_not_want_it_or_is_disabled_gets_none(week: Week) -> None:
    with transaction():
        db.session.get_one(User, week.maya.id).wants_summary = False
        db.session.get_one(User, week.tara.id).disabled_at = MONDAY
    tick("03-09T12:00")
    assert (summaries(week.maya), summaries(week.tara)) == ([], [])


def test_a_mail_that_is_unwanted_by_then_is_not_sent(week: Week) -> None:
    tick("03-09T07:00")
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.user_id == week.maya.id)).all()[-1]
    kind = get_registry().mail_kinds["summary"]
    assert kind.still_true(message)
    with transaction():
        db.session.get_one(User, week.maya.id).wants_summary = False
    assert not kind.still_true(message)


# --- when, and once ---------------------------------------------------------------------------------------------------


def test_once_and_not_before_eight(week: Week) -> None:
    assert [tick(text) for text in ("03-09T06:59", "03-09T07:00", "03-09T07:05", "03-10T07:00")] == [1, 2, 0, 1]
    for user in (week.tara, week.maya, week.rahel, week.admin):
        assert [summary.iso_week for summary in summaries(user)] == ["2026-W11"]
    keys = set(db.session.scalars(select(OutboxMessage.dedupe_key).where(OutboxMessage.kind == "summary")))
    assert keys == {f"summary:{user.id}:2026-W11" for user in (week.tara, week.maya, week.rahel, week.admin)}


@pytest.mark.parametrize(
    ("zone", "before", "at"),
    [
        ("Europe/Berlin", "03-30T05:59", "03-30T06:00"),
        ("America/Sao_Paulo", "03-30T10:59", "03-30T11:00"),
        ("Asia/Kolkata", "03-30T02:29", "03-30T02:30"),
        ("Pacific/Apia", "03-29T18:59", "03-29T19:00"),
        ("America/New_York", "03-30T11:59", "03-30T12:00"),
    ],
)
def test_eight_o_clock_of_the_reader(app: Flask, zone: str, before: str, at: str) -> None:
    """30 March is the Monday after Berlin's clocks went forward, three weeks after those of New York."""
    reader = make_user(Role.ADMIN, timezone=zone)
    make_requisition(opened_at=MONDAY)
    with time_machine.travel(on(24), tick=False):
        ticks.run("summaries")
    tick(before)
    assert summaries(reader) == []
    tick(at)
    assert only(reader).iso_week == "2026-W14"
    assert mail_to(reader).text.count("08:00") >= 2


def test_missed_weeks_are_covered_by_one_mail(week: Week) -> None:
    tick("03-09T07:00")
    assert tick("04-01T12:00") == 4
    first, second = summaries(week.maya)
    assert (second.window_from, second.as_of, second.iso_week) == (
        first.as_of, datetime(2026, 3, 30, 6, tzinfo=UTC), "2026-W14",
    )  # fmt: skip
    assert tick("04-06T06:00") == 3


def test_a_summary_that_is_late_on_a_weekend_is_left_to_the_monday(week: Week) -> None:
    assert tick("03-14T18:00") == 0
    assert tick("03-16T07:00") == 3
    summary = only(week.maya)
    assert (summary.window_from, summary.iso_week) == (on(9, 7), "2026-W12")


def test_a_change_of_zone_moves_eight_o_clock_and_no_week_gets_two(week: Week) -> None:
    with transaction():
        db.session.get_one(User, week.maya.id).timezone = "America/New_York"
    tick("03-09T11:59")
    assert summaries(week.maya) == []
    tick("03-09T12:00")
    assert only(week.maya).as_of == on(9, 12)
    with transaction():
        db.session.get_one(User, week.maya.id).timezone = "Pacific/Apia"
    tick("03-09T20:00")
    assert only(week.maya)
    tick("03-15T19:00")
    assert [summary.iso_week for summary in summaries(week.maya)] == ["2026-W11", "2026-W12"]


def test_two_workers_at_once_write_one(week: Week) -> None:
    """Both have seen that it is due; who moves the schedule on writes it."""
    assert operations.summarise(week.maya.id, on(9, 7))
    with transaction():
        db.session.get_one(SummarySchedule, week.maya.id).next_due_at = on(9, 7)
    assert not operations.summarise(week.maya.id, on(9, 7)), "not even with the schedule put back"
    assert len(summaries(week.maya)) == 1


def test_one_persons_failure_keeps_nobody_else_from_theirs(week: Week) -> None:
    with transaction():
        db.session.get_one(SummarySchedule, week.maya.id).timezone = "Europe/Berlin"
        db.session.get_one(User, week.maya.id).timezone = "Europe/Atlantis"
        db.session.get_one(SummarySchedule, week.maya.id).timezone = "Europe/Atlantis"
    with pytest.raises(Exception, match="Atlantis"):
        tick("03-09T07:00")
    assert len(summaries(week.tara)) == 1


# --- reading it -------------------------------------------------------------------------------------------------------


def test_facts_survive_the_database(week: Week) -> None:
    tick("03-09T07:00")
    document = only(week.maya).facts
    assert to_document(from_document(SummaryFacts, document)) == document
    assert "Solheim" not in str(document), "names are looked up when it is read"


def test_an_erased_person_is_not_named(week: Week) -> None:
    tick("03-09T07:00")
    with transaction():
        for application in week.people.values():
            application.candidate.erased_at = on(9)
    mail = mail_to(week.maya)
    assert all(name not in mail.text + mail.html + mail.subject for name in week.people)
    assert "Somebody whose data was erased waits for your decision" in mail.text


def test_a_requisition_that_the_reader_may_not_see_any_more_is_left_out(week: Week) -> None:
    tick("03-09T07:00")
    with transaction():
        requisition = db.session.get_one(Requisition, week.requisition.id)
        requisition.team_members = [member for member in requisition.team_members if member.user_id != week.maya.id]
    reading = reading_of(week.maya)
    assert reading.sections == ()


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (on(2, 7), on(9, 7), "Week of 2 to 8 March 2026"),
        (datetime(2026, 2, 23, 7, tzinfo=UTC), on(2, 7), "Week of 23 February to 1 March 2026"),
        (on(9, 7), datetime(2026, 3, 30, 6, tzinfo=UTC), "9 to 29 March 2026, 3 weeks"),
        (
            datetime(2025, 12, 29, 7, tzinfo=UTC),
            datetime(2026, 1, 5, 7, tzinfo=UTC),
            "Week of 29 December 2025 to 4 January 2026",
        ),
    ],
)
def test_the_period_in_words(since: datetime, until: datetime, words: str) -> None:
    assert period_words(since, until, ZoneInfo("Europe/Berlin")) == words


def test_statements_do_not_grow_with_what_there_is_to_say(week: Week, statements: list[str]) -> None:
    def cost(monday: str) -> int:
        statements.clear()
        tick(monday)
        db.session.expire_all()
        read(summaries(week.maya)[-1], db.session.get_one(User, week.maya.id))
        return len(statements)

    cost("03-09T07:00")
    few = cost("03-16T07:00")
    with time_machine.travel(on(16, 12), tick=False):
        for _ in range(4):
            requisition = make_requisition(recruiter=week.tara, hiring_manager=week.maya, opened_at=MONDAY)
            for stage in (StageKind.SCREENING, StageKind.APPLIED, StageKind.INTERVIEW):
                make_application(requisition, candidate=make_person(), stage=stage, days_ago=9)
        with transaction():
            db.session.add(TeamMember(requisition_id=requisition.id, user_id=week.rahel.id, part=TeamPart.INTERVIEWER))
    assert cost("03-23T07:00") == few
    assert len(from_document(SummaryFacts, summaries(week.maya)[-1].facts).requisitions) == 5


def test_what_its_reader_may_not_see_any_more_is_left_out(week: Week) -> None:
    """A summary stays on its page; whoever has left the hiring team since finds nobody's name there."""
    assert tick("03-09T07:05") > 0
    maya = week.maya
    assert reading_of(maya).sections
    with transaction():
        for member in list(week.requisition.team_members):
            if member.user_id == maya.id:
                week.requisition.team_members.remove(member)
    reading = reading_of(maya)
    assert reading.sections == ()
    decisions = [one for one in facts_of(maya).waiting if one.kind is WaitKind.DECISION]
    assert len(reading.waiting) == len(decisions), "who is asked by name decides, on the hiring team or not"


# --- who is new -------------------------------------------------------------------------------------------------------


def test_somebody_added_minutes_before_eight_has_that_mondays_summary(week: Week) -> None:
    """The worker comes round after eight; the account was made before."""
    with time_machine.travel(on(9, 6) + timedelta(minutes=55), tick=False), transaction():
        new = create_user("Noor Haddad", "noor@example.com", [Role.ADMIN], timezone="Europe/Berlin", actor=week.admin)
    assert db.session.get_one(SummarySchedule, new.id).next_due_at == on(9, 7)
    tick("03-09T07:05")
    assert len(summaries(new)) == 1


def test_somebody_added_minutes_after_eight_waits_for_the_next_monday(week: Week) -> None:
    with time_machine.travel(on(9, 7) + timedelta(minutes=1), tick=False), transaction():
        new = create_user("Noor Haddad", "noor@example.com", [Role.ADMIN], timezone="Europe/Berlin", actor=week.admin)
    tick("03-09T07:05")
    assert summaries(new) == []
    assert db.session.get_one(SummarySchedule, new.id).next_due_at == on(16, 7)


def test_whoever_comes_back_has_a_plan_at_once_and_whoever_leaves_has_none(week: Week) -> None:
    with time_machine.travel(on(4), tick=False), transaction():
        disable_user(week.maya, week.admin, actor=week.admin)
    assert db.session.get(SummarySchedule, week.maya.id) is None
    with time_machine.travel(on(9, 6), tick=False), transaction():
        enable_user(week.maya, actor=week.admin)
    assert db.session.get_one(SummarySchedule, week.maya.id).next_due_at == on(9, 7)
