"""What can be done to accounts, and what is refused."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tracker.accounts.operations import (
    change_profile,
    change_roles,
    change_settings,
    create_user,
    disable_user,
    enable_user,
    set_password,
)
from tracker.accounts.passwords import password_fits
from tracker.accounts.queries import active_users, find_user_by_email, nobody_yet, organisation
from tracker.accounts.states import DecideOwn, Role
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.history.models import Event
from tracker.history.queries import timeline


def kinds() -> list[str]:
    return list(db.session.scalars(select(Event.kind).order_by(Event.id)))


def test_a_user_is_made_with_roles_and_an_event(app: Flask) -> None:
    assert nobody_yet()
    with transaction():
        user = create_user(
            " Maya Lindqvist ",
            " Maya@Example.COM ",
            [Role.ADMIN, Role.RECRUITER],
            timezone="Europe/Stockholm",
            password="correct horse battery",
            actor=None,
        )
    assert (user.name, user.email, user.roles) == (
        "Maya Lindqvist",
        "maya@example.com",
        frozenset({Role.ADMIN, Role.RECRUITER}),
    )
    assert password_fits(user.password_hash, "correct horse battery")
    assert not password_fits(user.password_hash, "correct horse batterx")
    assert find_user_by_email("MAYA@example.com") == user
    event = db.session.scalars(select(Event)).one()
    assert (event.kind, event.actor_id, event.subject_id) == ("accounts.user_created", user.id, user.id)
    assert event.data == {"roles": ["admin", "recruiter"]}
    assert not nobody_yet()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"email": "maya"}, "email"),
        ({"email": "maya@"}, "email"),
        ({"email": "maya lindqvist@example.com"}, "email"),
        ({"email": "maya[@example.com"}, "email"),
        ({"email": "maya..l@example.com"}, "email"),
        ({"email": "mäya@example.com"}, "email"),
        ({"email": "maya@exämple.com"}, "email"),
        ({"email": "Taken@example.com"}, "email"),
        ({"roles": []}, "roles"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"password": "short"}, "password"),
        ({"password": "Password123"}, "password"),
        ({"password": "aaaaaaaaaaaaaaa"}, "password"),
        ({"password": "maya@example.com"}, "password"),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(app: Flask, changes: dict[str, object], field: str) -> None:
    make_user(email="taken@example.com")
    values: dict[str, object] = {
        "name": "Maya Lindqvist",
        "email": "maya@example.com",
        "roles": [Role.RECRUITER],
        "timezone": "Europe/Stockholm",
        "actor": None,
    }
    with pytest.raises(Refused) as refused, transaction():
        create_user(**values | changes)  # type: ignore[arg-type]
    assert set(refused.value.fields) == {field}
    assert find_user_by_email("maya@example.com") is None


def test_a_new_password_ends_all_sign_ins(app: Flask) -> None:
    user = make_user(Role.RECRUITER)
    before = user.session_key
    with transaction():
        set_password(user, "seven green bottles", actor=user)
    assert user.session_key != before
    assert password_fits(user.password_hash, "seven green bottles")
    assert kinds() == ["accounts.password_set"]
    with pytest.raises(Refused), transaction():
        set_password(user, "tiny", actor=user)
    assert password_fits(user.password_hash, "seven green bottles")


def test_roles_change_and_the_last_admin_stays_one(app: Flask) -> None:
    admin, other = make_user(Role.ADMIN), make_user(Role.RECRUITER)
    with transaction():
        change_roles(other, [Role.RECRUITER, Role.INTERVIEWER], actor=admin)
    assert other.roles == {Role.RECRUITER, Role.INTERVIEWER}
    with transaction():
        change_roles(other, [Role.INTERVIEWER, Role.RECRUITER], actor=admin)
    assert kinds() == ["accounts.roles_changed"]
    with pytest.raises(Refused, match="only admin"), transaction():
        change_roles(admin, [Role.RECRUITER], actor=admin)
    with pytest.raises(Refused, match="at least one role"), transaction():
        change_roles(other, [], actor=admin)
    with transaction():
        change_roles(other, [Role.ADMIN], actor=admin)
        change_roles(admin, [Role.RECRUITER], actor=admin)
    assert (admin.roles, other.roles) == (frozenset({Role.RECRUITER}), frozenset({Role.ADMIN}))


def test_disabling_ends_access_and_names_a_successor(app: Flask) -> None:
    admin, leaver, heir = make_user(Role.ADMIN), make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    before = leaver.session_key
    with transaction():
        disable_user(leaver, heir, actor=admin)
    assert not leaver.is_active
    assert leaver.successor_id == heir.id
    assert leaver.session_key != before
    assert active_users(Role.RECRUITER) == [heir]
    with pytest.raises(Refused, match="already"), transaction():
        disable_user(leaver, heir, actor=admin)
    with transaction():
        enable_user(leaver, actor=admin)
    assert leaver.is_active
    assert leaver.successor_id is None
    with pytest.raises(Refused, match="not disabled"), transaction():
        enable_user(leaver, actor=admin)
    assert kinds() == ["accounts.user_disabled", "accounts.user_enabled"]


def test_who_cannot_be_disabled_and_who_cannot_succeed(app: Flask) -> None:
    admin, leaver, gone = make_user(Role.ADMIN), make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    with transaction():
        disable_user(gone, None, actor=admin)
    with pytest.raises(Refused, match="your own account"), transaction():
        disable_user(admin, leaver, actor=admin)
    with pytest.raises(Refused, match="only admin"), transaction():
        disable_user(admin, leaver, actor=None)
    for successor in (leaver, gone):
        with pytest.raises(Refused) as refused, transaction():
            disable_user(leaver, successor, actor=admin)
        assert "successor" in refused.value.fields
    assert leaver.is_active


def test_a_profile_changes(app: Flask) -> None:
    user = make_user(Role.RECRUITER)
    with transaction():
        change_profile(
            user,
            name="Trần Minh Đức",
            timezone="Asia/Ho_Chi_Minh",
            wants_summary=False,
            wants_reminders=True,
            wants_shortcuts=False,
            actor=user,
        )
    assert (user.name, user.timezone) == ("Trần Minh Đức", "Asia/Ho_Chi_Minh")
    assert (user.wants_summary, user.wants_shortcuts) == (False, False)
    assert timeline(subject=("users", user.id))[0].sentence.endswith("and the single keys of their own account")
    with pytest.raises(Refused), transaction():
        change_profile(
            user,
            name="",
            timezone="Mars",
            wants_summary=True,
            wants_reminders=True,
            wants_shortcuts=True,
            actor=user,
        )
    assert user.name == "Trần Minh Đức"


def test_settings_have_defaults_and_change(app: Flask) -> None:
    admin = make_user(Role.ADMIN)
    assert organisation().decide_own is DecideOwn.BY_ANOTHER
    with transaction():
        change_settings(decide_own=DecideOwn.OWN_ALLOWED, actor=admin)
    assert organisation().decide_own is DecideOwn.OWN_ALLOWED
    with transaction():
        change_settings(decide_own=DecideOwn.OWN_ALLOWED, actor=admin)
    assert kinds() == ["accounts.settings_changed"]
