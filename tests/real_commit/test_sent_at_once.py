"""The same form arriving twice at the same time: one does the work, both are led to the same page."""

import contextvars
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.real_commit.conftest import AtOnce
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import CandidateNote
from tracker.core.db import db


def sends(app: Flask, user: User, address: str, key: str) -> Callable[[], str]:
    signed_in = user.get_id()

    def act() -> str:
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = signed_in
            session["_fresh"] = True
        answer = contextvars.Context().run(client.post, address, data={"body": "Knows Go.", "once": key})
        return f"{answer.status_code} {answer.headers['Location']}"

    return act


def test_a_form_that_arrives_twice_at_once_acts_once(committing: Flask, at_once: AtOnce) -> None:
    committing.config.update(WTF_CSRF_ENABLED=False)
    tara = make_user(Role.RECRUITER)
    candidate_id = make_candidate("Noor Haddad").id
    for n in range(5):
        act = sends(committing, tara, f"/candidates/{candidate_id}/notes", f"key-{n}")
        assert at_once([act, act]) == [f"303 /candidates/{candidate_id}#notes"] * 2
        assert db.session.scalar(select(func.count()).select_from(CandidateNote)) == n + 1
