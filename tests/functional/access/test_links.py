"""Invitations and forgotten passwords, from the mail to signing in."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.access.models import AccessLink, LinkPurpose
from tracker.access.operations import send_link, use_link
from tracker.access.queries import good_link
from tracker.access.tokens import token_of
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user, set_password
from tracker.accounts.passwords import password_fits
from tracker.accounts.queries import find_user_by_email
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.core.registry import RenderedMail, get_registry
from tracker.mail.models import OutboxMessage

PASSWORD = "seven green bottles"


def mails() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def render(app: Flask, message: OutboxMessage) -> RenderedMail:
    return get_registry().mail_kinds[message.kind].render(message)


def path_in(mail: RenderedMail) -> str:
    found = re.search(r"^http://localhost:8000(/set-password/\S+)$", mail.text, re.MULTILINE)
    assert found
    return found.group(1)


def test_somebody_is_invited_and_comes_in(app: Flask, client: Client) -> None:
    admin = make_user(Role.ADMIN, name="Tara Kessler")
    answer = client.sign_in(admin).post(
        "/users/new",
        data={
            "name": "Maya Lindqvist",
            "email": "maya@example.com",
            "roles": ["hiring_manager", "interviewer"],
            "timezone": "stockholm",
        },
    )
    user = find_user_by_email("maya@example.com")
    assert user is not None
    assert answer.location == f"/users/{user.id}"
    assert user.roles == {Role.HIRING_MANAGER, Role.INTERVIEWER}
    (message,) = mails()
    mail = render(app, message)
    assert mail.subject == "Tara Kessler invites you to Firsthire"
    assert "Hello Maya Lindqvist" in mail.text
    path = path_in(mail)
    assert f'"http://localhost:8000{path}"' in mail.html
    # The admin finds the same address on a page, for when mail does not arrive.
    assert path in client.get(f"/users/{user.id}/links").text

    guest = app.test_client()
    assert isinstance(guest, Client)
    assert "Welcome, Maya Lindqvist" in guest.get(path).text
    weak = guest.post(path, data={"password": "short", "timezone": "Europe/Stockholm"})
    assert weak.status_code == 422
    assert guest.post(path, data={"password": PASSWORD, "timezone": "oslo"}).status_code == 303
    assert user.timezone == "Europe/Oslo"
    assert guest.get("/account").status_code == 200
    over = guest.get(path)
    assert over.status_code == 404
    assert "Ask for a new one" in over.text


def test_a_forgotten_password_is_replaced_and_ends_all_sign_ins(app: Flask, client: Client) -> None:
    user = make_user(Role.RECRUITER, name="Maya Lindqvist", email="maya@example.com")
    with transaction():
        set_password(user, PASSWORD, actor=user)
    elsewhere = app.test_client()
    assert isinstance(elsewhere, Client)
    elsewhere.sign_in(user)
    assert elsewhere.get("/account").status_code == 200
    assert client.post("/forgot", data={"email": " Maya@Example.com"}).location == "/forgot/sent"
    (message,) = mails()
    mail = render(app, message)
    assert mail.subject == "Choose a new password for Firsthire"
    assert client.post(path_in(mail), data={"password": "eight amber lamps"}).status_code == 303
    assert password_fits(user.password_hash, "eight amber lamps")
    assert elsewhere.get("/account").status_code == 303


def test_forgotten_answers_the_same_for_everybody_and_writes_to_nobody_else(client: Client) -> None:
    gone, admin = make_user(Role.RECRUITER, email="gone@example.com"), make_user(Role.ADMIN)
    with transaction():
        disable_user(gone, None, actor=admin)
    for email in ("nobody@example.com", "gone@example.com"):
        answer = client.post("/forgot", data={"email": email})
        assert (answer.status_code, answer.location) == (303, "/forgot/sent")
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == 0
    assert client.post("/forgot", data={"email": ""}).status_code == 422


def test_asking_again_and_again_is_held_back(client: Client) -> None:
    make_user(Role.RECRUITER, email="maya@example.com")
    answers = [client.post("/forgot", data={"email": "maya@example.com"}).status_code for _ in range(5)]
    assert answers == [303, 303, 303, 303, 429]


@pytest.fixture
def invited(app: Flask) -> User:
    return make_user(Role.RECRUITER)


@pytest.fixture
def link(invited: User) -> AccessLink:
    with transaction():
        return send_link(invited, actor=None)


def still_true(message: OutboxMessage) -> bool:
    return get_registry().mail_kinds[message.kind].still_true(message)


def test_a_link_is_for_an_invitation_until_there_is_a_password(invited: User, link: AccessLink) -> None:
    assert link.purpose is LinkPurpose.INVITATION
    assert still_true(mails()[0])
    with transaction():
        use_link(link, PASSWORD, timezone="UTC")
    assert not still_true(mails()[0])
    with transaction():
        second = send_link(invited, actor=None)
    assert second.purpose is LinkPurpose.RESET
    assert second.expires_at - second.created_at == timedelta(hours=2)


def test_using_one_link_ends_the_others(invited: User, link: AccessLink) -> None:
    with transaction():
        other = send_link(invited, actor=None)
    with transaction():
        use_link(link, PASSWORD)
    for each in (link, other):
        with pytest.raises(Refused, match="used or has run out"), transaction():
            use_link(each, "another good password")
    assert password_fits(invited.password_hash, PASSWORD)


def test_a_password_that_is_set_in_another_way_ends_all_links(invited: User, link: AccessLink) -> None:
    """Whoever holds a link that was asked for before has no use of it any more."""
    with transaction():
        set_password(invited, PASSWORD, actor=invited)
    with pytest.raises(Refused), transaction():
        use_link(link, "another seven green bottles")
    assert good_link(token_of(link)) is None


def test_a_link_runs_out(client: Client, link: AccessLink) -> None:
    token = token_of(link)
    with transaction():
        link.expires_at = clock.now() - timedelta(seconds=1)
    assert client.get(f"/set-password/{token}").status_code == 404
    assert client.post(f"/set-password/{token}", data={"password": PASSWORD}).status_code == 404
    assert not still_true(mails()[0])


def test_a_token_that_was_tampered_with_opens_nothing(client: Client, link: AccessLink) -> None:
    token = token_of(link)
    assert client.get(f"/set-password/{token}").status_code == 200
    assert client.get(f"/set-password/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}").status_code == 404
    assert client.get(f"/set-password/{link.id}").status_code == 404


def test_a_disabled_user_gets_no_link(invited: User, link: AccessLink, client: Client) -> None:
    with transaction():
        disable_user(invited, None, actor=None)
    assert client.get(f"/set-password/{token_of(link)}").status_code == 404
    with pytest.raises(Refused, match="disabled"), transaction():
        send_link(invited, actor=None)
