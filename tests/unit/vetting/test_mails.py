"""The mails of vetting, word for word."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import items_of, make_decision, make_interview, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.core.registry import RenderedMail, get_registry
from tracker.mail.models import OutboxMessage
from tracker.pipeline.models import Application
from tracker.vetting.operations.interviews import cancel_interview, change_interview
from tracker.vetting.operations.shortlists import resubmit_entry, take_back_entry
from tracker.vetting.states import EntryState, Rating, Recommendation

#: A Friday morning; every row of these tests is made then.
NOW = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
SNAPSHOTS = Path(__file__).parent / "mails"


@pytest.fixture
def people(app: Flask) -> dict[str, User]:
    """Who writes and reads; Maya reads in a zone of her own."""
    return {
        "tara": make_user(Role.RECRUITER, name="Tara Kessler"),
        "maya": make_user(Role.HIRING_MANAGER, name="Maya Lindqvist", timezone="America/New_York"),
        "dev": make_user(Role.HIRING_MANAGER, name="Dev Anand"),
        "joan": make_user(Role.INTERVIEWER, name="Joan Okoye", timezone="Asia/Kolkata"),
        "petr": make_user(Role.INTERVIEWER, name="Petr Novák"),
    }


@pytest.fixture
def ingrid(people: dict[str, User]) -> Application:
    """Somebody in Panel interview."""
    requisition = make_requisition(
        recruiter=people["tara"],
        hiring_manager=people["maya"],
        deputies=[people["dev"]],
        title="Berlin platform",
    )
    application = make_vetted(requisition, name="Ingrid Solheim")
    with transaction():
        application.candidate.title = "Senior MLOps Engineer"
        application.candidate.company = "Nordavis"
    return application


def last_to(user: User, kind: str) -> OutboxMessage:
    """The newest mail of that kind to somebody."""
    found = (
        db.session.query(OutboxMessage)
        .filter_by(user_id=user.id, kind=f"vetting/{kind}")
        .order_by(OutboxMessage.id.desc())
        .first()
    )
    assert found is not None, kind
    return found


def check(name: str, message: OutboxMessage) -> RenderedMail:
    """Compare subject and text with the snapshot (numbers in addresses left out); the HTML holds the same links."""
    kind = get_registry().mail_kinds[message.kind]
    assert kind.still_true(message)
    mail = kind.render(message)
    said = re.sub(r"(?<=[/=])\d+(?=[/?\s]|$)", "N", f"Subject: {mail.subject}\n\n{mail.text}")
    assert said == (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8")
    links = re.findall(r"http://localhost:8000/\S+", mail.text)
    html = mail.html.replace("&amp;", "&")
    assert [link for link in links if f'href="{link}"' not in html] == []
    return mail


@time_machine.travel(NOW, tick=False)
def test_an_invitation_and_what_becomes_of_it(people: dict[str, User], ingrid: Application) -> None:
    start = NOW + timedelta(days=3)
    interview = make_interview(ingrid, people["joan"], people["petr"], starts_at=start, actor=people["tara"])
    check("interview_planned", last_to(people["joan"], "interview_planned"))
    with transaction():
        change_interview(
            interview,
            expected=interview.version,
            title=interview.title,
            starts_at=start + timedelta(hours=2),
            minutes=90,
            place="Room Ada",
            assessors=[db.session.get_one(User, people[name].id) for name in ("joan", "petr")],
            scorecard_due_at=start + timedelta(days=2),
            actor=people["tara"],
        )
    check("interview_changed", last_to(people["joan"], "interview_changed"))
    with transaction():
        cancel_interview(interview, reason="She is ill.", actor=people["tara"])
    check("interview_cancelled", last_to(people["joan"], "interview_cancelled"))


@time_machine.travel(NOW, tick=False)
def test_work_without_a_time(people: dict[str, User], ingrid: Application) -> None:
    make_interview(ingrid, people["petr"], title="Take-home", due_in=None, actor=people["tara"])
    check("interview_planned_without_time", last_to(people["petr"], "interview_planned"))


@time_machine.travel(NOW, tick=False)
def test_a_shortlist_from_submission_to_decision(people: dict[str, User], ingrid: Application) -> None:
    tomas = make_vetted(ingrid.requisition, name="Tomás Etxeberria")
    make_scorecard(ingrid, people["joan"], recommendation=Recommendation.STRONG_YES)
    skills = [key for key in items_of(tomas.requisition) if key != "scalability"]
    make_scorecard(tomas, people["petr"], ratings=dict.fromkeys(skills, Rating.YES))
    shortlist = make_shortlist(
        ingrid, tomas, note="Both could start in the new year.", notes=["Two data scientists named her."]
    )
    first, second = shortlist.entries
    check("shortlist_submitted", last_to(people["maya"], "shortlist_submitted"))
    deputy = check("shortlist_submitted_deputy", last_to(people["dev"], "shortlist_submitted"))
    assert "Maya Lindqvist is asked first" in deputy.html

    make_decision(first, EntryState.APPROVED, preference=1, comment="Yes, please.")
    check("entry_approved", last_to(people["tara"], "entry_decided"))
    make_decision(second, EntryState.MORE_WANTED, comment="How large were his clusters?")
    check("entry_more_wanted", last_to(people["tara"], "entry_decided"))
    with transaction():
        resubmit_entry(second, note="Four hundred nodes.", actor=people["tara"], expected_round=1)
    check("shortlist_again", last_to(people["maya"], "shortlist_submitted"))
    make_decision(second, EntryState.DECLINED, comment="Not this time.")
    check("entry_declined", last_to(people["tara"], "entry_decided"))


def test_one_mail_per_decision_and_none_that_is_overtaken(people: dict[str, User], ingrid: Application) -> None:
    make_scorecard(ingrid)
    shortlist = make_shortlist(ingrid)
    asked = last_to(people["maya"], "shortlist_submitted")
    kind = get_registry().mail_kinds["vetting/shortlist_submitted"]
    assert kind.still_true(asked)
    with transaction():
        take_back_entry(shortlist.entries[0], actor=people["tara"], expected_round=1)
    assert not kind.still_true(asked)
    with transaction():
        resubmit_entry(shortlist.entries[0], note="", actor=people["tara"], expected_round=1)
    # The first mail speaks of another round.
    assert not kind.still_true(asked)
    make_decision(shortlist.entries[0], EntryState.APPROVED)
    assert db.session.query(OutboxMessage).filter_by(kind="vetting/entry_decided").count() == 1
