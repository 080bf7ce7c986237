"""The number beside Today counts the very things that Today lists."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Flask
from sqlalchemy import ColumnElement, select

from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_interview, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.desk.today import count_duties, load_today
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import set_team
from tracker.requisitions.states import RequisitionState, StageKind, TeamPart
from tracker.vetting.waiting import count_owed_scorecards, decisions_waiting_on, scorecards_owed_by


def counted(count: Callable[[User], ColumnElement[int]], user: User) -> int:
    """The number itself."""
    return db.session.execute(select(count(user))).scalar_one()


def make_late(requisition: Requisition, recruiter: User, people: int) -> Sequence[int]:
    """So many people who were not screened in time."""
    return [
        make_application(requisition, stage=StageKind.SCREENING, days_ago=25, actor=recruiter).id for _ in range(people)
    ]


def test_late_people_of_open_requisitions_count_for_their_recruiter(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    make_late(make_requisition(recruiter=recruiter), recruiter, 2)
    make_application(make_requisition(recruiter=recruiter), stage=StageKind.SCREENING, days_ago=0, actor=recruiter)
    assert counted(count_duties, recruiter) == 2
    assert counted(count_duties, make_user(Role.RECRUITER)) == 0


def test_people_of_a_confidential_requisition_count_for_its_team_only(app: Flask) -> None:
    recruiter, other = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    requisition = make_requisition(recruiter=recruiter, confidential=True)
    make_late(requisition, recruiter, 1)
    assert len(load_today(recruiter).duties) == counted(count_duties, recruiter) == 1
    with transaction():
        set_team(requisition, {TeamPart.RECRUITER: [other]}, expected=None, actor=other)
    # They are still in the recruiter's name, who may not know of them any more.
    assert load_today(recruiter).duties == []
    assert counted(count_duties, recruiter) == 0


def test_shortlists_count_once_however_many_people_wait(app: Flask) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(hiring_manager=manager)
    make_shortlist(make_vetted(requisition), make_vetted(requisition))
    make_shortlist(make_vetted(requisition))
    assert counted(count_duties, manager) == len(decisions_waiting_on(manager)) == 2


def test_approvals_that_are_asked_for_count(app: Flask) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    make_requisition(hiring_manager=manager, state=RequisitionState.PENDING_APPROVAL)
    assert counted(count_duties, manager) == 1


def test_scorecards_count_from_when_they_can_be_written(app: Flask) -> None:
    assessor = make_user(Role.INTERVIEWER)
    requisition = make_requisition(interviewers=[assessor])
    make_interview(make_vetted(requisition), assessor)
    make_interview(make_vetted(requisition), assessor, starts_at=clock.now() + timedelta(days=3))
    assert len(scorecards_owed_by(assessor)) == 2
    assert counted(count_owed_scorecards, assessor) == len(scorecards_owed_by(assessor, ready_only=True)) == 1
    assert counted(count_duties, assessor) == 1
