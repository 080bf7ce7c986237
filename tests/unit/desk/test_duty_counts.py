"""The number beside Today counts the very things that Today lists."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Flask
from sqlalchemy import ColumnElement, select

from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, stage_of
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_decision, make_interview, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.desk.duties import NAMED
from tracker.desk.waiting import count_waiting, load_waiting
from tracker.pipeline.contacts import add_contact
from tracker.pipeline.operations import move_application
from tracker.pipeline.states import ContactChannel, ContactDirection
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import set_team
from tracker.requisitions.states import RequisitionState, StageKind, TeamPart
from tracker.vetting.states import EntryState
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
    assert counted(count_waiting, recruiter) == 2
    assert counted(count_waiting, make_user(Role.RECRUITER)) == 0


def test_people_of_a_confidential_requisition_count_for_its_team_only(app: Flask) -> None:
    recruiter, other = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    requisition = make_requisition(recruiter=recruiter, confidential=True)
    make_late(requisition, recruiter, 1)
    assert len(load_waiting(recruiter, clock.now()).duties) == counted(count_waiting, recruiter) == 1
    with transaction():
        set_team(requisition, {TeamPart.RECRUITER: [other]}, expected=None, actor=other)
    # They are still in the recruiter's name, who may not know of them any more.
    assert load_waiting(recruiter, clock.now()).duties == []
    assert counted(count_waiting, recruiter) == 0


def test_everybody_decided_on_is_listed_by_name_with_what_comes_next(app: Flask) -> None:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER, name="Rolf Weiss")
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    people = [make_vetted(requisition, name=name) for name in ("Ada Lind", "Ben Okafor", "Cleo Ng")]
    for person in people:
        make_scorecard(person)
    shortlist = make_shortlist(*people)
    assert counted(count_waiting, recruiter) == 0
    states = (EntryState.APPROVED, EntryState.DECLINED, EntryState.MORE_WANTED)
    for entry, state in zip(shortlist.entries, states, strict=True):
        make_decision(entry, state, comment="In my words.")
    with app.test_request_context():
        waiting = load_waiting(recruiter, clock.now())
    found = {duty.title: (duty.detail, duty.step.label) for duty in waiting.duties}
    assert found == {
        "Ada Lind": ("Rolf Weiss approved them", "Move to Preparing offer"),
        "Ben Okafor": ("Rolf Weiss declined them; say what becomes of them", "Reject…"),
        "Cleo Ng": ("Rolf Weiss wants to know more", "Plan an interview"),
    }
    assert {duty.words for duty in waiting.duties} == {"In my words."}
    assert waiting.piles == []
    assert waiting.count == counted(count_waiting, recruiter) == 3
    with transaction():
        move_application(people[0], stage_of(requisition, StageKind.PREPARING_OFFER), actor=recruiter, expected=None)
    # Who was moved since is in another stage, and no news.
    assert counted(count_waiting, recruiter) == 2


def test_all_things_together_are_what_is_listed_and_what_is_counted(app: Flask) -> None:
    user = make_user(Role.RECRUITER, Role.HIRING_MANAGER, Role.INTERVIEWER)
    requisition = make_requisition(recruiter=user, hiring_manager=user, interviewers=[user])
    make_late(requisition, user, 2)
    answered = make_application(requisition, stage=StageKind.CONTACTED, days_ago=1, actor=user)
    with transaction():
        add_contact(answered, direction=ContactDirection.IN, channel=ContactChannel.EMAIL, at=clock.now(), actor=user)
    # In their hands, and neither late nor news.
    make_application(requisition, stage=StageKind.APPLIED, days_ago=0, actor=user)
    make_interview(make_vetted(requisition), user)
    make_shortlist(make_vetted(requisition), submitter=make_user(Role.RECRUITER), decider=user)
    make_requisition(hiring_manager=user, state=RequisitionState.PENDING_APPROVAL)
    with app.test_request_context():
        waiting = load_waiting(user, clock.now())
    assert len(waiting.duties) == waiting.count == counted(count_waiting, user)
    assert [duty.since for duty in waiting.duties] == sorted(duty.since for duty in waiting.duties)
    assert sum(pile.people for pile in waiting.piles) >= 1


def test_only_so_many_are_listed_and_all_are_counted(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    make_late(make_requisition(recruiter=recruiter), recruiter, NAMED + 4)
    with app.test_request_context():
        waiting = load_waiting(recruiter, clock.now())
    assert (len(waiting.duties), waiting.further) == (NAMED, 4)
    assert waiting.count == counted(count_waiting, recruiter) == NAMED + 4


def test_shortlists_count_once_however_many_people_wait(app: Flask) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(hiring_manager=manager)
    make_shortlist(make_vetted(requisition), make_vetted(requisition))
    make_shortlist(make_vetted(requisition))
    assert counted(count_waiting, manager) == len(decisions_waiting_on(manager)) == 2


def test_approvals_that_are_asked_for_count(app: Flask) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    make_requisition(hiring_manager=manager, state=RequisitionState.PENDING_APPROVAL)
    assert counted(count_waiting, manager) == 1


def test_scorecards_count_from_when_they_can_be_written(app: Flask) -> None:
    assessor = make_user(Role.INTERVIEWER)
    requisition = make_requisition(interviewers=[assessor])
    make_interview(make_vetted(requisition), assessor)
    make_interview(make_vetted(requisition), assessor, starts_at=clock.now() + timedelta(days=3))
    assert len(scorecards_owed_by(assessor)) == 2
    assert counted(count_owed_scorecards, assessor) == len(scorecards_owed_by(assessor, ready_only=True)) == 1
    assert counted(count_waiting, assessor) == 1
