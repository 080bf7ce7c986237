"""Instants and enumerations come back from the database as what they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import StatementError

from tests.factories.accounts import make_user
from tracker.accounts.models import User, UserRole
from tracker.accounts.states import Role
from tracker.core.db import db, read_rows


@pytest.mark.parametrize("microsecond", [0, 1, 120_000])
def test_an_instant_comes_back_in_utc(app: Flask, microsecond: int) -> None:
    user = make_user(Role.RECRUITER)
    there = datetime(2026, 3, 29, 4, 30, 5, microsecond, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    db.session.execute(update(User).where(User.id == user.id).values(last_signed_in_at=there))
    [(found, never)] = read_rows(select(User.last_signed_in_at, User.disabled_at), {})
    assert (found, found.tzinfo, never) == (there, UTC, None)
    assert db.session.scalar(select(User.id).where(User.last_signed_in_at == there)) == user.id


def test_an_instant_without_a_zone_is_refused(app: Flask) -> None:
    user = make_user(Role.RECRUITER)
    naive = datetime(2026, 3, 29, 4, 30)  # noqa: DTZ001 - what is refused
    with pytest.raises(StatementError, match="needs a time zone"):
        db.session.execute(update(User).where(User.id == user.id).values(last_signed_in_at=naive))


def test_an_enumeration_is_kept_by_value(app: Flask) -> None:
    make_user(Role.HIRING_MANAGER)
    [(found,)] = read_rows(select(UserRole.role), {})
    assert found is Role.HIRING_MANAGER
    assert db.session.scalar(text("SELECT role FROM user_roles")) == "hiring_manager"


def test_a_value_that_no_member_has_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="nobody"):
        db.session.execute(select(UserRole).where(UserRole.role == "nobody"))
