"""Whoever was asked to decide and has lost the right meanwhile, on the pages that the mail leads to."""

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.operations import change_roles
from tracker.accounts.states import Role
from tracker.approvals.queries import pending_approvals
from tracker.approvals.states import ApprovalState
from tracker.core.db import transaction
from tracker.requisitions.operations_life import submit_for_approval
from tracker.requisitions.states import RequisitionState
from tracker.vetting.states import EntryState


@pytest.fixture
def ada(app: Flask) -> User:
    """An admin who stays one."""
    return make_user(Role.ADMIN, name="Ada Admin")


@pytest.mark.parametrize(("roles", "answer"), [([Role.RECRUITER], 403), ([Role.INTERVIEWER], 404)])
def test_an_approval(client: Client, ada: User, roles: list[Role], answer: int) -> None:
    former, tara = make_user(Role.ADMIN), make_user(Role.RECRUITER)
    requisition = make_requisition(state=RequisitionState.DRAFT, recruiter=tara)
    with transaction():
        approval = submit_for_approval(requisition, actor=tara, approver=former)
    address = f"/approvals/{approval.id}/decision"
    client.sign_in(former)
    assert "Your decision" in client.get(address).text
    with transaction():
        change_roles(former, roles, actor=ada)
    page = client.get(address)
    assert "Your decision" not in page.text
    assert client.post(address, data={"decision": "approved"}).status_code == answer
    assert (approval.state, requisition.state) == (ApprovalState.PENDING, RequisitionState.PENDING_APPROVAL)


@pytest.mark.parametrize(("roles", "answer"), [([Role.RECRUITER], 403), ([Role.INTERVIEWER], 404)])
def test_a_shortlist(client: Client, ada: User, roles: list[Role], answer: int) -> None:
    former = make_user(Role.ADMIN)
    requisition = make_requisition()
    shortlist = make_shortlist(make_vetted(requisition), decider=former)
    entry = shortlist.entries[0]
    client.sign_in(former)
    assert 'value="approved"' in client.get(f"/shortlists/{shortlist.id}").text
    with transaction():
        change_roles(former, roles, actor=ada)
    assert 'value="approved"' not in client.get(f"/shortlists/{shortlist.id}").text
    sent = {"state": "declined", "comment": "No.", "round": "1", "digest": ""}
    assert client.post(f"/entries/{entry.id}/decision", data=sent).status_code == answer
    assert entry.state is EntryState.PENDING


def test_what_nobody_may_decide_says_so_and_who_mends_it(client: Client, ada: User) -> None:
    former = make_user(Role.ADMIN)
    draft = make_requisition(state=RequisitionState.DRAFT, recruiter=ada, hiring_manager=ada)
    requisition = make_requisition(recruiter=ada, hiring_manager=ada)
    shortlist = make_shortlist(make_vetted(requisition), decider=former)
    with transaction():
        submit_for_approval(draft, actor=ada, approver=former)
    [approval] = pending_approvals(draft.id)
    pages = (f"/approvals/{approval.id}/decision", f"/requisitions/{draft.number}", f"/shortlists/{shortlist.id}")
    client.sign_in(ada)
    assert [("Nobody can decide this now" in client.get(page).text) for page in pages] == [False] * 3
    with transaction():
        change_roles(former, [Role.INTERVIEWER], actor=ada)
    for page in pages:
        text = client.get(page).text
        assert "Nobody can decide this now" in text
        assert "an admin (Ada Admin)" in text
        for promise in ("Decide on it", "your approval", "your decision", "Ask somebody else"):
            assert promise not in text
