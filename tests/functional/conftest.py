"""Fixtures for walks through the client."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.limits import limiter
from tracker.requisitions.models import Requisition


@pytest.fixture(autouse=True)
def _no_tries_yet(app: Flask) -> None:
    """Tries of other tests do not count; without a broker they are counted in this process."""
    limiter._fallback_storage.reset()


@pytest.fixture
def tara(app: Flask) -> User:
    """A recruiter who works here."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(tara: User) -> Requisition:
    """One of hers, open."""
    return make_open_requisition(tara)


@pytest.fixture
def people(tara: User) -> dict[str, User]:
    """Who takes part where people are put forward and decided on."""
    return {
        "tara": tara,
        "maya": make_user(Role.HIRING_MANAGER, name="Maya Lindqvist"),
        "dev": make_user(Role.HIRING_MANAGER, name="Dev Anand"),
        "joan": make_user(Role.INTERVIEWER, name="Joan Okoye"),
    }
