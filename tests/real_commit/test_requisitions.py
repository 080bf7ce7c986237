"""Several people on one requisition, at the same time."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.real_commit.conftest import AtOnce
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.approvals.models import Approval
from tracker.approvals.operations import decide
from tracker.approvals.states import ApprovalState
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.history.models import Event
from tracker.requisitions.models import Requisition, Spell, TemplateStage
from tracker.requisitions.operations import create_requisition, update_requisition
from tracker.requisitions.operations_openings import fill_opening
from tracker.requisitions.states import RequisitionState, RoleProfileKey, SpellEnd


def write_down(user_id: int) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            actor = db.session.get_one(User, user_id)
            return create_requisition(role=RoleProfileKey.ML_ENGINEER, actor=actor, title="ML Engineer").number

    return act


def test_numbers_are_given_once_even_the_very_first(committing: Flask, at_once: AtOnce) -> None:
    user_id = make_user(Role.RECRUITER).id
    numbers = at_once([write_down(user_id) for _ in range(6)])
    assert sorted(map(str, numbers)) == [f"MLE-{number}" for number in range(1, 7)]
    assert db.session.scalar(select(func.count()).select_from(TemplateStage)) == 18


def edit(requisition_id: int, user_id: int, version: int, team: str) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            update_requisition(
                db.session.get_one(Requisition, requisition_id),
                expected=version,
                actor=db.session.get_one(User, user_id),
                team=team,
            )
        return team

    return act


def test_of_two_edits_one_wins_and_the_other_is_told_by_whom(committing: Flask, at_once: AtOnce) -> None:
    requisition = make_requisition()
    people = [make_user(Role.RECRUITER, name=f"Recruiter {number}").id for number in range(4)]
    given = (requisition.id, requisition.version)
    results = at_once([edit(given[0], person, given[1], f"Team {person}") for person in people])
    (winner,) = [result for result in results if isinstance(result, str)]
    assert db.session.get_one(Requisition, given[0]).team == winner
    told = [result for result in results if isinstance(result, Conflict)]
    assert len(told) == 3
    assert {conflict.who for conflict in told} == {f"Recruiter {results.index(winner)}"}


def decision(approval_id: int, user_id: int, approved: bool) -> Callable[[], bool]:
    def act() -> bool:
        with transaction():
            decide(
                db.session.get_one(Approval, approval_id),
                actor=db.session.get_one(User, user_id),
                approved=approved,
                comment="So be it.",
            )
        return approved

    return act


def test_of_two_decisions_one_counts(committing: Flask, at_once: AtOnce) -> None:
    managers = [make_user(Role.HIRING_MANAGER) for _ in range(4)]
    requisition = make_requisition(
        state=RequisitionState.PENDING_APPROVAL, hiring_manager=managers[0], deputies=managers[1:]
    )
    approval = db.session.scalars(select(Approval).where(Approval.requisition_id == requisition.id)).one()
    ids = (requisition.id, approval.id, [manager.id for manager in managers])
    results = at_once([decision(ids[1], person, bool(number % 2)) for number, person in enumerate(ids[2])])
    (counted,) = [result for result in results if isinstance(result, bool)]
    assert sum(isinstance(result, Conflict) for result in results) == 3
    state = db.session.get_one(Requisition, ids[0]).state
    assert state is (RequisitionState.OPEN if counted else RequisitionState.DRAFT)
    approval = db.session.get_one(Approval, ids[1])
    assert approval.state is (ApprovalState.APPROVED if counted else ApprovalState.DECLINED)
    decided = select(func.count()).select_from(Event).where(Event.kind == "approval.decided")
    assert db.session.scalar(decided) == 1


def fill(requisition_id: int, user_id: int) -> Callable[[], int]:
    def act() -> int:
        with transaction():
            requisition = db.session.get_one(Requisition, requisition_id)
            spell = fill_opening(requisition, actor=db.session.get_one(User, user_id), accepted_at=clock.now())
            return spell.opening_id

    return act


def test_the_last_openings_are_filled_once_each_and_the_requisition_with_them(
    committing: Flask, at_once: AtOnce
) -> None:
    requisition = make_requisition(openings=2)
    requisition_id, user_id = requisition.id, make_user(Role.RECRUITER).id
    results = at_once([fill(requisition_id, user_id) for _ in range(5)])
    filled = [result for result in results if isinstance(result, int)]
    assert len(set(filled)) == 2
    assert sum(isinstance(result, Refused) for result in results) == 3
    assert db.session.get_one(Requisition, requisition_id).state is RequisitionState.FILLED
    assert db.session.scalar(select(func.count()).select_from(Spell).where(Spell.end == SpellEnd.FILLED)) == 2
