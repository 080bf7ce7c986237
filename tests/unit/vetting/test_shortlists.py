"""Putting people forward."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_decision, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.approvals.policy import may_decide
from tracker.approvals.queries import pending_approvals
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.history.queries import timeline
from tracker.mail.models import OutboxMessage
from tracker.pipeline.models import StageChange
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind, WaitReason
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import set_team
from tracker.requisitions.queries import stage_of_kind
from tracker.requisitions.states import RequisitionState, StageKind, TeamPart
from tracker.vetting import policy
from tracker.vetting.models import EvidenceSnapshot, Shortlist
from tracker.vetting.operations.shortlists import change_decider, submit_shortlist
from tracker.vetting.queries import default_opens_stage, shortlist_stages
from tracker.vetting.states import EntryState, SnapshotMoment
from tracker.vetting.waiting import decisions_waiting_on


@pytest.fixture
def team(app: Flask) -> dict[str, User]:
    """A hiring team."""
    return {
        "recruiter": make_user(Role.RECRUITER, name="Tara Kessler"),
        "manager": make_user(Role.HIRING_MANAGER, name="Maya Lindqvist"),
        "deputy": make_user(Role.HIRING_MANAGER, name="Dev Anand"),
    }


@pytest.fixture
def requisition(team: dict[str, User]) -> Requisition:
    """Their requisition."""
    return make_requisition(recruiter=team["recruiter"], hiring_manager=team["manager"], deputies=[team["deputy"]])


def submit(requisition: Requisition, *applications: Any, **changes: Any) -> Shortlist:
    """submit_shortlist() with what a form would give."""
    with transaction():
        facts: dict[str, Any] = {
            "opens_stage": default_opens_stage(requisition),
            "decider": next(member.user for member in requisition.team_members if member.part == "hiring_manager"),
            "note": "",
            "entry_notes": {},
            "actor": next(member.user for member in requisition.team_members if member.part == "recruiter"),
        }
        return submit_shortlist(requisition, applications, **(facts | changes))


def test_several_people_in_one_transaction_with_their_moves(requisition: Requisition, team: dict[str, User]) -> None:
    people = [make_vetted(requisition, stage=kind) for kind in (StageKind.SCREENING, StageKind.INTERVIEW)]
    shortlisted = stage_of_kind(requisition, StageKind.SHORTLISTED)
    shortlist = submit(
        requisition,
        *people,
        note=" Both are free from March. ",
        entry_notes={people[0].id: "Two data scientists named her."},
        move_to=shortlisted,
    )
    assert shortlist.note == "Both are free from March."
    assert [entry.note for entry in shortlist.entries] == ["Two data scientists named her.", ""]
    assert {person.stage.kind for person in people} == {StageKind.SHORTLISTED}
    assert shortlisted is not None
    moves = db.session.scalars(select(StageChange).where(StageChange.to_stage_id == shortlisted.id)).all()
    assert len({move.batch for move in moves}) == 1
    assert moves[0].batch
    assert {person.card.waits_on for person in people} == {WaitReason.HIRING_MANAGER}
    assert {person.card.waits_on_user_id for person in people} == {team["manager"].id}
    assert {row.moment for row in db.session.scalars(select(EvidenceSnapshot))} == {SnapshotMoment.SUBMITTED}


def test_nobody_is_moved_back_to_shortlisted(requisition: Requisition) -> None:
    person = make_vetted(requisition, stage=StageKind.PREPARING_OFFER)
    submit(requisition, person, move_to=stage_of_kind(requisition, StageKind.SHORTLISTED))
    assert person.stage.kind is StageKind.PREPARING_OFFER


def test_the_hiring_manager_and_deputies_hear_of_it(requisition: Requisition, team: dict[str, User]) -> None:
    submit(requisition, make_vetted(requisition))
    mails = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.user_id)).all()
    assert [mail.kind for mail in mails] == ["vetting/shortlist_submitted"] * 2
    assert {mail.user_id for mail in mails} == {team["manager"].id, team["deputy"].id}
    assert [len(decisions_waiting_on(user)) for user in team.values()] == [0, 1, 0]


def test_whoever_waits_on_a_shortlist_is_not_put_forward_twice(requisition: Requisition) -> None:
    person, other = make_vetted(requisition, name="Ada Lind"), make_vetted(requisition)
    first = submit(requisition, person)
    with pytest.raises(Conflict, match="Ada Lind waits for Maya Lindqvist on a shortlist already") as conflict:
        submit(requisition, person, other)
    assert conflict.value.who == "Tara Kessler"
    assert len(db.session.scalars(select(Shortlist)).all()) == 1
    make_decision(first.entries[0], EntryState.DECLINED)
    submit(requisition, person, other)


@pytest.mark.parametrize("state", [RequisitionState.CANCELLED, RequisitionState.DRAFT])
def test_a_requisition_that_is_not_live_takes_no_shortlist(app: Flask, state: RequisitionState) -> None:
    requisition = make_requisition()
    person = make_vetted(requisition)
    with transaction():
        closed = requisition.created_at if state is RequisitionState.CANCELLED else None
        requisition.state, requisition.closed_at = state, closed
    with pytest.raises(Refused, match=state.label):
        submit(requisition, person)


def test_what_does_not_fit_is_refused(requisition: Requisition, team: dict[str, User]) -> None:
    person, stranger = make_vetted(requisition), make_vetted()
    outsider = make_user(Role.HIRING_MANAGER)
    with pytest.raises(Refused) as refusal:
        submit(requisition)
    assert "applications" in refusal.value.fields
    with pytest.raises(Refused, match="not in the pipeline"):
        submit(requisition, person, stranger)
    with pytest.raises(Refused) as refusal:
        submit(requisition, person, decider=outsider)
    assert "decider" in refusal.value.fields
    with pytest.raises(Refused) as refusal:
        submit(requisition, person, opens_stage=stage_of_kind(requisition, StageKind.SCREENING))
    assert "opens_stage" in refusal.value.fields
    with transaction():
        end_application(person, ChangeKind.REJECT, actor=team["recruiter"], expected=None, reason="skills")
    with pytest.raises(Refused, match="is rejected"):
        submit(requisition, person)


def test_the_stages_that_a_shortlist_opens(requisition: Requisition) -> None:
    assert [stage.name for stage in shortlist_stages(requisition)] == ["Preparing offer"]
    with transaction():
        stage = stage_of_kind(requisition, StageKind.ASSESSMENT)
        assert stage is not None
        stage.requires_approval = True
    assert [stage.name for stage in shortlist_stages(requisition)] == ["Technical assessment", "Preparing offer"]
    default = default_opens_stage(requisition)
    assert default is not None
    assert default.name == "Preparing offer"


def test_another_decider(requisition: Requisition, team: dict[str, User]) -> None:
    person = make_vetted(requisition)
    shortlist = submit(requisition, person)
    with pytest.raises(Refused), transaction():
        change_decider(shortlist, team["recruiter"], actor=team["recruiter"])
    with transaction():
        change_decider(shortlist, team["deputy"], actor=team["recruiter"])
    assert person.card.waits_on_user_id == team["deputy"].id


def test_a_disabled_decider_leaves_it_to_the_successor(requisition: Requisition, team: dict[str, User]) -> None:
    person = make_vetted(requisition)
    submit(requisition, person)
    with transaction():
        disable_user(team["manager"], team["deputy"], actor=team["recruiter"])
    assert person.card.waits_on_user_id == team["deputy"].id
    assert [len(decisions_waiting_on(user)) for user in team.values()] == [0, 0, 1]
    sentences = [entry.sentence for entry in timeline(requisition_id=requisition.id)]
    assert f"asked {team['deputy'].name} to decide" in sentences


def test_waiting_on_the_recruiter_after_the_decision(requisition: Requisition) -> None:
    person = make_vetted(requisition)
    make_scorecard(person)
    entry = make_shortlist(person).entries[0]
    make_decision(entry, EntryState.DECLINED)
    assert person.card.waits_on is WaitReason.RECRUITER


def test_whoever_leaves_those_who_decide_is_asked_no_more(app: Flask) -> None:
    maya, dev = (make_user(Role.HIRING_MANAGER, name=name) for name in ("Maya Lindqvist", "Dev Anand"))
    tara = make_user(Role.RECRUITER)
    requisition = make_requisition(recruiter=tara, hiring_manager=maya)
    application = make_vetted(requisition)
    shortlist = make_shortlist(application)
    assert shortlist.decider_id == maya.id
    with transaction():
        set_team(requisition, {TeamPart.HIRING_MANAGER: [dev]}, expected=None, actor=tara)
    assert shortlist.decider_id == dev.id
    assert application.card.waits_on_user_id == dev.id
    assert not policy.may_decide(maya, shortlist.entries[0])
    told = db.session.scalars(select(OutboxMessage.user_id).where(OutboxMessage.kind == "vetting/shortlist_submitted"))
    assert dev.id in set(told)


def test_an_approval_goes_to_who_decides_now(app: Flask) -> None:
    maya, dev = (make_user(Role.HIRING_MANAGER, name=name) for name in ("Maya Lindqvist", "Dev Anand"))
    tara = make_user(Role.RECRUITER)
    requisition = make_requisition(recruiter=tara, hiring_manager=maya, state=RequisitionState.PENDING_APPROVAL)
    [approval] = pending_approvals(requisition.id)
    assert approval.approver_id == maya.id
    with transaction():
        set_team(requisition, {TeamPart.HIRING_MANAGER: [dev]}, expected=None, actor=tara)
    assert approval.approver_id == dev.id
    assert not may_decide(maya, approval)
