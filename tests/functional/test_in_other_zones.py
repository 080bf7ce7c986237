"""People far from the organisation's zone: their days, their mornings, and the nights when their clocks change."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.pipeline import make_application, make_person
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.operations import create_user
from tracker.accounts.states import Role
from tracker.core import ticks
from tracker.core.db import db, transaction
from tracker.mail.models import OutboxMessage
from tracker.pipeline.models import Contact
from tracker.requisitions.states import StageKind
from tracker.vetting.models import Interview

LOS_ANGELES, KOLKATA = "America/Los_Angeles", "Asia/Kolkata"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def somebody(zone: str, *roles: Role) -> User:
    """An account made through the operation, so that its Monday is planned."""
    with transaction():
        return create_user(
            "Lena Ortiz", "lena@example.com", roles or [Role.RECRUITER, Role.ADMIN], timezone=zone, actor=None
        )


@pytest.mark.parametrize("zone", [LOS_ANGELES, KOLKATA])
@pytest.mark.parametrize(
    "now",
    [
        # Late on Sunday in one zone, early on Monday in the other; the nights in which clocks change.
        "2026-11-22T23:30",
        "2026-03-08T09:59",
        "2026-03-08T10:01",
        "2026-11-01T08:30",
        "2026-11-01T09:30",
        "2026-12-31T23:59",
        "2024-02-29T00:00",
    ],
)
def test_every_page_of_theirs_is_there(client: Client, app: Flask, zone: str, now: str) -> None:
    with time_machine.travel(at(now), tick=False):
        lena = somebody(zone)
        requisition = make_requisition(recruiter=lena)
        application = make_application(requisition, stage=StageKind.SCREENING, days_ago=9)
        interview = make_interview(application, lena, starts_at=at(now))
        client.sign_in(lena)
        number, person = requisition.number, application.candidate_id
        for page in (
            "/",
            "/account",
            "/interviews",
            "/summaries",
            f"/requisitions/{number}",
            f"/requisitions/{number}/board",
            f"/requisitions/{number}/list",
            f"/requisitions/{number}/history",
            f"/candidates/{person}",
            f"/interviews/{interview.id}",
            f"/interviews/{interview.id}/edit",
            f"/applications/{application.id}/move",
            f"/applications/{application.id}/contacts",
        ):
            assert client.get(page).status_code == 200, page


@pytest.mark.parametrize(
    ("zone", "shown"),
    [(LOS_ANGELES, "Sun 22 Nov, 15:30 PST"), (KOLKATA, "Mon 23 Nov, 05:00 IST"), ("Europe/Berlin", "00:30 CET")],
)
def test_an_instant_is_shown_by_their_clock(client: Client, app: Flask, zone: str, shown: str) -> None:
    with time_machine.travel(at("2026-11-22T23:30"), tick=False):
        lena = somebody(zone)
        application = make_application(make_requisition(recruiter=lena), stage=StageKind.SCREENING)
        interview = make_interview(application, lena, starts_at=at("2026-11-22T23:30"))
        assert shown in client.sign_in(lena).get(f"/interviews/{interview.id}").text


@pytest.mark.parametrize(
    ("zone", "typed", "meant"),
    [
        # 02:30 is skipped in spring: the first instant that exists. 01:30 comes twice in autumn: the first of both.
        (LOS_ANGELES, "2026-03-08T02:30", "2026-03-08T10:00"),
        (LOS_ANGELES, "2026-11-01T01:30", "2026-11-01T08:30"),
        (LOS_ANGELES, "2026-11-01T02:30", "2026-11-01T10:30"),
        (KOLKATA, "2026-03-08T02:30", "2026-03-07T21:00"),
    ],
)
def test_what_they_type_is_their_clock(client: Client, app: Flask, zone: str, typed: str, meant: str) -> None:
    with time_machine.travel(at("2026-11-02T12:00"), tick=False):
        lena = somebody(zone)
        application = make_application(make_requisition(recruiter=lena), stage=StageKind.SCREENING, days_ago=300)
        client.sign_in(lena)
        values = {"direction": "in", "channel": "email", "at": typed}
        answer = client.post(f"/applications/{application.id}/contacts", data=values)
        assert answer.status_code == 303, answer.text
        assert db.session.scalars(select(Contact.at)).one() == at(meant)
        values = {"title": "Panel", "starts_at": typed, "assessors": str(lena.id)}
        assert client.post(f"/applications/{application.id}/interviews/new", data=values).status_code == 303
        assert db.session.scalars(select(Interview.starts_at)).one() == at(meant)


def mails(kind: str, user: User) -> int:
    found = select(OutboxMessage.id).where(OutboxMessage.kind == kind, OutboxMessage.user_id == user.id)
    return len(list(db.session.scalars(found)))


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (KOLKATA, "2026-11-23T02:25", "2026-11-23T02:35"),
        (LOS_ANGELES, "2026-11-23T15:55", "2026-11-23T16:05"),
        # The Monday after the clocks went forward on 8 March: eight o'clock is an hour earlier.
        (LOS_ANGELES, "2026-03-09T14:55", "2026-03-09T15:05"),
        # And after they went back on 1 November.
        (LOS_ANGELES, "2026-11-02T15:55", "2026-11-02T16:05"),
    ],
)
def test_monday_at_eight_of_their_clock(app: Flask, zone: str, before: str, after: str) -> None:
    with time_machine.travel(at(before), tick=False) as clock:
        lena = somebody(zone)
        requisition = make_requisition(recruiter=lena)
        make_application(requisition, candidate=make_person(), stage=StageKind.SCREENING, days_ago=20)
        for tick in ("summaries", "reminders"):
            ticks.run(tick)
        assert (mails("summary", lena), mails("reminders", lena)) == (0, 0)
        clock.move_to(at(after), tick=False)
        for tick in ("summaries", "reminders", "summaries", "reminders"):
            ticks.run(tick)
        assert (mails("summary", lena), mails("reminders", lena)) == (1, 1)


def test_no_reminder_on_their_sunday_though_it_is_monday_elsewhere(app: Flask) -> None:
    """Monday 01:00 in Kolkata is Sunday noon in Los Angeles."""
    with time_machine.travel(at("2026-11-22T20:00"), tick=False):
        lena = somebody(LOS_ANGELES)
        make_application(
            make_requisition(recruiter=lena), candidate=make_person(), stage=StageKind.SCREENING, days_ago=20
        )
        ticks.run("reminders")
        assert mails("reminders", lena) == 0
