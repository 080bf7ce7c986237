"""Who decides for a requisition, and who is asked once somebody may not any more."""

from itertools import combinations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.offers import make_offer
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.operations import change_roles, change_settings, create_user, disable_user
from tracker.accounts.states import DecideOwn, Role
from tracker.approvals.models import Approval
from tracker.approvals.operations import decide
from tracker.approvals.queries import pending_approvals, who_can_mend
from tracker.core.db import db, transaction
from tracker.core.errors import Forbidden, Refused
from tracker.core.registry import get_registry
from tracker.mail.models import OutboxMessage
from tracker.offers.states import OfferState
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import set_team
from tracker.requisitions.operations_life import submit_for_approval
from tracker.requisitions.policy import decides, deciding
from tracker.requisitions.queries import deciders, whom_to_ask
from tracker.requisitions.states import RequisitionState, TeamPart

R, S = Role, RequisitionState


@pytest.fixture
def ada(app: Flask) -> User:
    """An admin."""
    return make_user(R.ADMIN, name="Ada Admin")


@pytest.fixture
def tara(app: Flask) -> User:
    """A recruiter."""
    return make_user(R.RECRUITER, name="Tara Kessler")


def asked(requisition: Requisition) -> tuple[Approval, str]:
    [approval] = pending_approvals(requisition.id)
    return approval, db.session.get_one(User, approval.approver_id).name


def faults() -> list[str]:
    return [fault for name, check in get_registry().checks.items() if "asked" in name for fault in check.faults()]


def test_the_rule_reads_the_same_in_python_and_in_sql(app: Flask) -> None:
    roles = [each for count in (1, 2, 4) for each in combinations(R, count)]
    requisition = make_requisition()
    people = [make_user(*each) for each in roles for _ in (False, True)]
    gone = set(people[1::2])
    with transaction():
        for user in people:
            for part in (TeamPart.DEPUTY, TeamPart.INTERVIEWER):
                requisition.team_members.append(type(requisition.team_members[0])(user=user, part=part))
        for user in gone:
            user.disabled_at = user.created_at
    people += [make_user(*each) for each in roles]
    here = select(User.id).join(Requisition, Requisition.id == requisition.id)
    found = set(db.session.scalars(here.where(deciding(User.id, Requisition.id))))
    everybody = db.session.scalars(select(User)).all()
    assert found == {user.id for user in everybody if decides(user, requisition)}
    assert not found & {user.id for user in gone}
    assert {user.id for user in deciders(requisition)} <= found


@pytest.mark.parametrize("roles", [[R.RECRUITER], [R.INTERVIEWER]])
def test_an_admin_who_is_none_any_more_is_asked_no_more(ada: User, tara: User, roles: list[Role]) -> None:
    requisition = make_requisition(state=S.DRAFT, recruiter=tara)
    former = make_user(R.ADMIN, name="Finn Former")
    with transaction():
        submit_for_approval(requisition, actor=tara, approver=former)
    with transaction():
        change_roles(former, roles, actor=ada)
    approval, name = asked(requisition)
    assert name == deciders(requisition)[0].name
    with pytest.raises(Forbidden) as forbidden, transaction():
        decide(approval, actor=former, approved=True)
    assert forbidden.value.who == f"{name} or Ada Admin"
    assert not faults()


def test_having_been_asked_by_name_gives_no_right(ada: User, tara: User) -> None:
    requisition = make_requisition(state=S.PENDING_APPROVAL, recruiter=tara)
    approval, _ = asked(requisition)
    with transaction():
        approval.approver_id = tara.id
    assert faults() == [f"{requisition.number} waits for the approval of {tara.name}, who does not decide for it."]
    with pytest.raises(Forbidden), transaction():
        decide(approval, actor=tara, approved=True)


def test_a_hiring_manager_without_the_role_decides_no_more(ada: User, tara: User) -> None:
    maya = make_user(R.HIRING_MANAGER, name="Maya Lindqvist")
    requisition = make_requisition(state=S.PENDING_APPROVAL, recruiter=tara, hiring_manager=maya)
    with transaction():
        change_roles(maya, [R.INTERVIEWER], actor=ada)
    assert (asked(requisition)[1], deciders(requisition)) == ("Ada Admin", [])
    with transaction():
        change_roles(maya, [R.HIRING_MANAGER], actor=ada)
    assert (asked(requisition)[1], deciders(requisition)) == ("Ada Admin", [maya])


def test_who_is_asked_now_is_told_and_the_former_no_more(ada: User, tara: User) -> None:
    former = make_user(R.ADMIN)
    requisition = make_requisition(state=S.DRAFT, recruiter=tara)
    with transaction():
        submit_for_approval(requisition, actor=tara, approver=former)
        change_roles(former, [R.RECRUITER], actor=ada)
    true = get_registry().mail_kinds["approvals/requested"].still_true
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "approvals/requested"))
    assert {message.user_id: true(message) for message in told} == {
        former.id: False,
        deciders(requisition)[0].id: True,
    }


def test_a_successor_who_may_not_decide_leaves_it_to_who_may(ada: User, tara: User) -> None:
    leaving, assessor = make_user(R.ADMIN), make_user(R.INTERVIEWER)
    requisition = make_requisition(state=S.DRAFT, recruiter=tara)
    with transaction():
        submit_for_approval(requisition, actor=tara, approver=leaving)
    with transaction():
        disable_user(leaving, assessor, actor=ada)
    assert asked(requisition)[1] == deciders(requisition)[0].name


def test_cards_say_whom_an_offer_waits_on_once_the_team_changed(ada: User, tara: User) -> None:
    maya, dev = (make_user(R.HIRING_MANAGER, name=name) for name in ("Maya Lindqvist", "Dev Anand"))
    requisition = make_requisition(recruiter=tara, hiring_manager=maya)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    application = make_application(requisition)
    make_offer(application, recruiter=tara, hiring_manager=maya, state=OfferState.PENDING_APPROVAL)
    assert application.card.waits_on_user_id == maya.id
    with transaction():
        set_team(requisition, {TeamPart.HIRING_MANAGER: [dev]}, expected=None, actor=tara)
    assert (asked(requisition)[1], application.card.waits_on_user_id) == ("Dev Anand", dev.id)


def test_what_nobody_may_decide_waits_on_an_admin_until_somebody_may(ada: User) -> None:
    former = make_user(R.ADMIN)
    requisition = make_requisition(state=S.DRAFT, recruiter=ada, hiring_manager=ada)
    with transaction():
        submit_for_approval(requisition, actor=ada, approver=former)
    assert not who_can_mend(asked(requisition)[0])
    with transaction():
        change_roles(former, [R.INTERVIEWER], actor=ada)
    approval, name = asked(requisition)
    assert (name, who_can_mend(approval), whom_to_ask(requisition, [ada.id])) == ("Ada Admin", [ada], [])
    with pytest.raises(Refused, match="yourself") as refused, transaction():
        decide(approval, actor=ada, approved=True)
    assert refused.value.needed[0] == "Add a deputy to the hiring team."
    with transaction():
        create_user("Nora Neu", "nora@example.com", [R.ADMIN], timezone="Europe/Berlin", actor=ada)
    assert (asked(requisition)[1], who_can_mend(approval)) == ("Nora Neu", [])


def test_forbidding_own_decisions_hands_them_on(ada: User, tara: User) -> None:
    with transaction():
        change_settings(decide_own=DecideOwn.OWN_ALLOWED, actor=ada)
    maya = make_user(R.RECRUITER, R.HIRING_MANAGER, name="Maya Lindqvist")
    requisition = make_requisition(state=S.PENDING_APPROVAL, recruiter=maya, hiring_manager=maya)
    assert asked(requisition)[1] == "Maya Lindqvist"
    with transaction():
        change_settings(decide_own=DecideOwn.BY_ANOTHER, actor=ada)
    assert asked(requisition)[1] == "Ada Admin"


def test_shortlists_are_handed_on_alike(ada: User, tara: User) -> None:
    former = make_user(R.ADMIN)
    requisition = make_requisition(recruiter=tara)
    application = make_vetted(requisition)
    shortlist = make_shortlist(application, decider=former)
    with transaction():
        change_roles(former, [R.RECRUITER], actor=ada)
    assert (shortlist.decider, application.card.waits_on_user_id) == (
        deciders(requisition)[0],
        deciders(requisition)[0].id,
    )
    with transaction():
        shortlist.decider = former
    number = requisition.number
    assert faults() == [f"A shortlist of {number} waits for {former.name}, who does not decide for it."]
