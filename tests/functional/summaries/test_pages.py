"""Summaries as pages: one's own, with the numbers of the mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.pipeline import make_application, make_person
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.core import clock, ticks
from tracker.core.db import db
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind
from tracker.summaries.models import Summary


@pytest.fixture
def requisition(client: Client) -> Requisition:
    return make_requisition(title="Berlin platform")


def on_monday(requisition: Requisition) -> list[User]:
    """Let the worker write the summaries of next Monday; the people of the hiring team."""
    ticks.run("summaries")
    ticks.run("summaries", at=clock.now() + timedelta(days=8))
    return [member.user for member in requisition.team_members]


def test_the_page_says_what_the_mail_says(client: Client, requisition: Requisition) -> None:
    make_application(requisition, candidate=make_person("Karolina Wójcik"), stage=StageKind.SCREENING, days_ago=20)
    for user in on_monday(requisition):
        summary = db.session.scalars(select(Summary).where(Summary.user_id == user.id)).one()
        summary_id, number = summary.id, requisition.number
        listed = client.sign_in(user).get("/summaries").text
        assert f'href="/summaries/{summary_id}"' in listed
        page = client.get(f"/summaries/{summary_id}").text
        for words in (
            "Karolina Wójcik",
            f"{number}, Berlin platform",
            "days open, target 45",
            "in Screening, waits on",
        ):
            assert words in page


def test_a_summary_of_somebody_else_is_not_there(client: Client, requisition: Requisition) -> None:
    recruiter, manager = on_monday(requisition)[:2]
    summary_id = db.session.scalars(select(Summary.id).where(Summary.user_id == recruiter.id)).one()
    assert client.sign_in(recruiter).get(f"/summaries/{summary_id}").status_code == 200
    assert client.sign_in(manager).get(f"/summaries/{summary_id}").status_code == 404


def test_before_the_first_monday_the_page_says_when_it_comes(client: Client, requisition: Requisition) -> None:
    page = client.sign_in(requisition.team_members[0].user).get("/summaries").text
    assert "No summary yet" in page
    assert "08:00" in page
