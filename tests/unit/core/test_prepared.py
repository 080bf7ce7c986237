"""What is sent as text says the same as what SQLAlchemy sends, in whatever order values stand there."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, literal, or_, select

from tests.factories.accounts import make_user
from tracker.accounts.models import User, UserRole
from tracker.accounts.states import Role
from tracker.core.db import db, read_rows
from tracker.core.prepared import MOST_TEXTS
from tracker.core.types import when_sent

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_AMONG = select(User.id, User.name).where(User.id.in_(bindparam("users", expanding=True))).order_by(User.id)


def test_rows_have_the_names_of_their_columns(app: Flask) -> None:
    user = make_user(Role.RECRUITER, name="Ingrid Solheim")
    statement = select(User.name, func.count().label("times"), User.id + 1).group_by(User.id)
    [row] = read_rows(statement, {})
    assert (row.name, row.times, row[2]) == ("Ingrid Solheim", 1, user.id + 1)


def test_values_are_put_wherever_they_are_named(app: Flask) -> None:
    user = make_user(Role.RECRUITER)
    make_user(Role.RECRUITER)
    named = User.id == bindparam("user")
    statement = select(User.id, literal(7)).where(named, or_(User.name == bindparam("name"), named))
    for name in ("nobody", user.name):
        assert read_rows(statement, {"name": name, "user": user.id}) == [(user.id, 7)]
    assert read_rows(statement, {"name": user.name, "user": 0}) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_a_list_is_as_long_as_it_is_each_time(app: Flask, order: tuple[int, ...]) -> None:
    users = [make_user(Role.RECRUITER).id for _ in range(3)]
    for length in order:
        assert [row.id for row in read_rows(_AMONG, {"users": users[:length]})] == users[:length]


def test_more_lengths_than_are_kept_are_answered(app: Flask) -> None:
    user = make_user(Role.RECRUITER).id
    for length in [*range(MOST_TEXTS + 2), 1]:
        assert [row.id for row in read_rows(_AMONG, {"users": [user] * length})] == [user] * min(1, length)


def test_values_of_the_statement_itself_stay(app: Flask) -> None:
    user = make_user(Role.RECRUITER)
    statement = select(UserRole.role).where(
        UserRole.role.in_([Role.RECRUITER, Role.ADMIN]), UserRole.user_id == bindparam("user"), literal("50%") == "50%"
    )
    for _ in range(2):
        assert read_rows(statement, {"user": user.id}) == [(Role.RECRUITER,)]


def test_the_instant_is_asked_for_each_time(app: Flask) -> None:
    make_user(Role.RECRUITER)
    instants = [NOON]
    asked = select(when_sent(lambda: instants[-1]) > bindparam("then", NOON, type_=User.created_at.type))
    assert not read_rows(asked, {})[0][0]
    instants.append(NOON + timedelta(days=1))
    assert read_rows(asked, {})[0][0]


def test_a_value_that_lacks_is_said(app: Flask) -> None:
    statement = select(User.id).where(User.id == bindparam("user"), User.name == bindparam("name"))
    assert read_rows(statement, {"user": 1, "name": ""}) == []
    with pytest.raises(KeyError, match="name"):
        read_rows(statement, {"user": 1})


def test_a_statement_whose_text_holds_a_value_is_refused(app: Flask) -> None:
    with pytest.raises(TypeError):
        read_rows(select(bindparam("shown", literal_execute=True)), {"shown": 1})


def test_what_the_session_holds_back_is_not_seen(app: Flask) -> None:
    user = make_user(Role.RECRUITER)
    with db.session.no_autoflush:
        user.name = "Somebody Else"
        assert read_rows(_AMONG, {"users": [user.id]})[0].name != "Somebody Else"
    db.session.rollback()
