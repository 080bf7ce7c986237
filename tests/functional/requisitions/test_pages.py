"""Every page of requisitions, for those who may see it."""

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.states import Role
from tracker.requisitions.states import RequisitionState

PAGES = (
    "", "/edit", "/checklist", "/checklist/items/new", "/team", "/stages", "/stages/new", "/openings", "/history",
    "/opening-approval", "/holds", "/resumption", "/closure", "/reopening",
)  # fmt: skip


@pytest.mark.parametrize("state", [state for state in RequisitionState if state is not RequisitionState.FILLED])
def test_every_page_in_every_state(app: Flask, client: Client, state: RequisitionState) -> None:
    requisition = make_requisition(state=state, openings=2)
    number = requisition.number
    client.sign_in(make_user(Role.ADMIN))
    for page in PAGES:
        answer = client.get(f"/requisitions/{number}{page}")
        assert answer.status_code == 200, page
        assert number in answer.text
