"""Who sees a requisition, and who may do what: the table of roles, parts and permissions."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.accounts.states import Role
from tracker.core.db import db
from tracker.requisitions.models import Requisition
from tracker.requisitions.policy import visible_requisitions

WORK = {"requisition.view", "pipeline.work", "requisition.edit", "requisition.hold", "requisition.close"}
DECIDE = {"requisition.view", "requisition.approve", "requisition.edit", "requisition.hold", "requisition.close"}
EVERYTHING = WORK | DECIDE
SEE = {"requisition.view"}
NOTHING: set[str] = set()

#: Who → what they may do with an ordinary and with a confidential requisition.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "admin": (EVERYTHING, EVERYTHING),
    "its recruiter": (WORK, WORK),
    "another recruiter": (WORK, NOTHING),
    "its hiring manager": (DECIDE, DECIDE),
    "its deputy": (DECIDE, DECIDE),
    "another hiring manager": (NOTHING, NOTHING),
    "its interviewer": (SEE, SEE),
    "another interviewer": (NOTHING, NOTHING),
}


@pytest.fixture
def people(app: Flask) -> dict[str, User]:
    return {
        "admin": make_user(Role.ADMIN),
        "its recruiter": make_user(Role.RECRUITER),
        "another recruiter": make_user(Role.RECRUITER),
        "its hiring manager": make_user(Role.HIRING_MANAGER),
        "its deputy": make_user(Role.HIRING_MANAGER),
        "another hiring manager": make_user(Role.HIRING_MANAGER),
        "its interviewer": make_user(Role.INTERVIEWER),
        "another interviewer": make_user(Role.INTERVIEWER),
    }


@pytest.mark.parametrize("confidential", [False, True])
def test_who_may_what(people: dict[str, User], confidential: bool) -> None:
    requisition = make_requisition(
        recruiter=people["its recruiter"],
        hiring_manager=people["its hiring manager"],
        deputies=[people["its deputy"]],
        interviewers=[people["its interviewer"]],
        confidential=confidential,
    )
    for who, allowed in TABLE.items():
        found = {name for name in EVERYTHING if can(people[who], name, requisition)}
        assert found == allowed[confidential], who
        visible = db.session.scalars(select(Requisition).where(visible_requisitions(people[who]))).all()
        assert (requisition in visible) == ("requisition.view" in found), who


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.ADMIN, True), (Role.RECRUITER, True), (Role.HIRING_MANAGER, True), (Role.INTERVIEWER, False)],
)
def test_who_may_write_one_down(app: Flask, role: Role, may: bool) -> None:
    assert can(make_user(role), "requisition.create") is may
