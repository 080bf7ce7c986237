"""The demo organisation: believable, free of contradictions, and gone without a trace."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.approvals.models import Approval
from tracker.approvals.states import ApprovalState
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import Base, db
from tracker.core.errors import Refused
from tracker.core.registry import get_registry
from tracker.demo import cast
from tracker.demo.load import load
from tracker.demo.remove import remove
from tracker.history.models import Event
from tracker.mail.models import OutboxMessage
from tracker.mail.sending import name_of
from tracker.metrics.models import HireFigures
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RequisitionState
from tracker.summaries.facts import SummaryFacts, WaitKind, from_document
from tracker.summaries.models import Summary

#: One that was filled, one that is worked on, and one that waits for its approval: enough to see every page.
FEW = tuple(
    replace(story, people=min(story.people, 2))
    for story in cast.STORIES
    if story.title in {"ML Engineer, fraud detection", "ML Engineer, ranking", "MLOps Engineer, on call at night"}
)


def test_a_replayed_year_agrees_with_itself_and_every_page_shows_it(app: Flask, client: Client) -> None:
    load(FEW)
    states = set(db.session.scalars(select(Requisition.state)))
    assert states == {RequisitionState.FILLED, RequisitionState.OPEN, RequisitionState.PENDING_APPROVAL}
    assert [fault for check in get_registry().checks.values() for fault in check.faults()] == []
    assert db.session.scalar(select(func.count()).select_from(HireFigures)) == 1
    assert all(db.session.scalars(select(Candidate.demo)))

    for player in cast.PLAYERS:
        user = db.session.scalars(select(User).where(User.email == player.email)).one()
        page = client.sign_in(user).get("/")
        assert page.status_code == 200
        assert player.name.split()[0] in page.text


def test_last_weeks_summaries_tell_what_was_so_then(app: Flask) -> None:
    """The requisition that waits for its approval was submitted less than a week ago."""
    with clock.standing_at(datetime(2026, 11, 18, 12, tzinfo=UTC)):
        load(FEW)
    asked = db.session.scalars(select(Approval).where(Approval.state == ApprovalState.PENDING)).one()
    summaries = db.session.scalars(select(Summary).where(Summary.user_id == asked.approver_id))
    waited = {
        summary.iso_week: asked.id
        in {waiting.subject_id for waiting in facts_of(summary).waiting if waiting.kind is WaitKind.APPROVAL}
        for summary in summaries
    }
    assert waited == {"2026-W46": False, "2026-W47": True}


def facts_of(summary: Summary) -> SummaryFacts:
    return from_document(SummaryFacts, summary.facts)


def test_it_goes_without_a_trace(app: Flask) -> None:
    load(FEW)
    folder = app.extensions["settings"].mail_dir
    folder.mkdir(exist_ok=True)
    (folder / "of-somebody-real.eml").touch()
    for message in db.session.scalars(select(OutboxMessage)):
        (folder / f"{name_of(message)}.eml").touch()
    gone = remove()
    assert [path.name for path in folder.iterdir()] == ["of-somebody-real.eml"]
    assert (gone.requisitions, gone.users, gone.kept_users) == (len(FEW), len(cast.PLAYERS), 0)
    left = {
        table.name
        for table in Base.registry.metadata.tables.values()
        if db.session.scalar(select(func.count()).select_from(table))
    }
    # The template stages are the organisation's own; the files' content goes with the next sweep.
    assert left <= {
        "stage_templates",
        "template_stages",
        "organisation_settings",
        "requisition_counters",
        "tick_runs",
        "stored_files",
        "events",
    }
    assert set(db.session.scalars(select(Event.actor_id))) <= {None}
    with pytest.raises(Refused, match="no demo"):
        remove()
    assert make_requisition().number == "MLOPS-1"


def test_what_real_people_made_stays(app: Flask) -> None:
    load(FEW)
    manager = db.session.scalars(select(User).where(User.email == cast.PLAYERS[3].email)).one()
    tara = make_user(Role.RECRUITER, name="Tara Really")
    own = make_requisition(recruiter=tara, hiring_manager=manager).id
    gone = remove()
    assert gone.kept_users == 1
    assert db.session.get(Requisition, own) is not None
    assert [fault for check in get_registry().checks.values() for fault in check.faults()] == []
    assert manager.disabled_at is not None
    assert [user.name for user in db.session.scalars(select(User).where(User.disabled_at.is_(None)))] == [tara.name]


def test_it_is_not_mixed_with_real_people(app: Flask) -> None:
    make_user(Role.ADMIN)
    with pytest.raises(Refused, match="users already"):
        load(FEW)
