"""Two people on one account, at the same time."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.real_commit.conftest import AtOnce
from tracker.access.models import AccessLink
from tracker.access.operations import send_link, use_link
from tracker.accounts.models import User
from tracker.accounts.operations import change_roles, create_first_admin, create_user, disable_user
from tracker.accounts.passwords import password_fits
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused

PASSWORDS = ["seven green bottles", "eight amber lamps", "nine grey doors", "ten blue boats"]


def set_up(number: int) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            create_first_admin(f"First {number}", f"first{number}@example.com", timezone="UTC", password=PASSWORDS[0])
        return "done"

    return act


def test_of_those_who_set_up_at_once_one_becomes_the_admin(committing: Flask, at_once: AtOnce) -> None:
    results = at_once([set_up(number) for number in range(4)])
    assert results.count("done") == 1
    assert sum(isinstance(result, Conflict) for result in results) == 3
    assert len(list(db.session.scalars(select(User)))) == 1


def take_up(link_id: int, password: str) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            use_link(db.session.get_one(AccessLink, link_id), password)
        return password

    return act


def test_a_link_is_used_once(committing: Flask, at_once: AtOnce) -> None:
    user = make_user(Role.RECRUITER)
    with transaction():
        link_id = send_link(user, actor=None).id
        db.session.flush()
    results = at_once([take_up(link_id, password) for password in PASSWORDS])
    (winner,) = [result for result in results if isinstance(result, str)]
    assert sum(isinstance(result, Refused) for result in results) == 3
    assert password_fits(user.password_hash, winner)


def step_down(user_id: int) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            user = db.session.get_one(User, user_id)
            change_roles(user, [Role.RECRUITER], actor=user)
        return "done"

    return act


def leave(user_id: int) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            disable_user(db.session.get_one(User, user_id), None, actor=None)
        return "done"

    return act


@pytest.mark.parametrize("go", [step_down, leave])
def test_two_admins_cannot_both_leave(
    committing: Flask, at_once: AtOnce, go: Callable[[int], Callable[[], str]]
) -> None:
    ids = [make_user(Role.ADMIN).id, make_user(Role.ADMIN).id]
    results = at_once([go(user_id) for user_id in ids])
    assert results.count("done") == 1
    assert len(active_users(Role.ADMIN)) == 1


def add(number: int) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            create_user(f"Maya {number}", "maya@example.com", [Role.RECRUITER], timezone="UTC", actor=None)
        return "done"

    return act


def test_an_address_is_given_to_one_account(committing: Flask, at_once: AtOnce) -> None:
    results = at_once([add(number) for number in range(3)])
    assert results.count("done") == 1
    assert len(list(db.session.scalars(select(User)))) == 1
