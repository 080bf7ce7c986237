"""transaction() is the only commit, and keeps its rules."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import TransactionError, after_commit, db, transaction


def test_what_happens_in_the_block_is_kept(app: Flask) -> None:
    user = make_user(Role.RECRUITER, name="Tara Kessler")
    db.session.rollback()
    assert db.session.scalar(select(User.name).where(User.id == user.id)) == "Tara Kessler"
    assert user.roles == {Role.RECRUITER}


def test_objects_stay_as_the_transaction_left_them_only_where_that_is_asked_for(
    app: Flask, statements: list[str]
) -> None:
    user = make_user(Role.RECRUITER, name="Before")
    for keeping, asked in ((True, 0), (False, 1)):
        with transaction(keeping=keeping):
            user.name = f"Kept: {keeping}"
        statements.clear()
        assert user.name == f"Kept: {keeping}"
        assert sum(each.lstrip().startswith("SELECT") for each in statements) == asked


def test_an_error_takes_all_of_it_back(app: Flask) -> None:
    user = make_user(Role.RECRUITER, name="Before")
    with pytest.raises(ValueError, match="no"), transaction():
        user.name = "After"
        db.session.flush()
        raise ValueError("no")
    assert user.name == "Before"


def test_a_session_with_changes_is_refused(app: Flask) -> None:
    user = make_user(Role.RECRUITER)
    user.name = "Changed outside"
    with pytest.raises(TransactionError, match="outside"), transaction():
        raise AssertionError("not reached")
    db.session.rollback()


def test_nesting_is_refused(app: Flask) -> None:
    with transaction(), pytest.raises(TransactionError, match="already open"), transaction():
        raise AssertionError("not reached")


def test_callbacks_run_after_a_commit_only(app: Flask) -> None:
    heard: list[str] = []
    with transaction():
        after_commit(lambda: heard.append("committed"))
        assert heard == []
    assert heard == ["committed"]
    with pytest.raises(ValueError, match="no"), transaction():
        after_commit(lambda: heard.append("rolled back"))
        raise ValueError("no")
    assert heard == ["committed"]
