"""What Flask-Login needs from us: who a session belongs to, and the answer to somebody who is not signed in."""

from datetime import timedelta

from flask import Flask, current_app, flash, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.core.guard import PUBLIC, permission_of
from tracker.core.http import answer_error, asked_by_dialog, sign_in_address, wants_fragment, wants_json

REMEMBERED_FOR = timedelta(days=30)
#: Every request begins with this, and asks for the roles soon: one statement reads both.
_USER = select(User).where(User.session_key == bindparam("session_key")).options(joinedload(User.role_rows))


class SignedOut(TrackerError):
    """Nobody is signed in (401)."""

    status = 401


def prepare(app: Flask, login_manager: LoginManager) -> None:
    """Tell Flask-Login how to load a user, and what to answer without one."""
    login_manager.session_protection = "basic"
    login_manager.user_loader(load_user)
    login_manager.unauthorized_handler(ask_to_sign_in)
    app.config["REMEMBER_COOKIE_DURATION"] = REMEMBERED_FOR
    # The session lives as long as the longest sign-in, and with it the token in every form; without "keep me signed
    # in" its cookie ends with the browser.
    app.permanent_session_lifetime = REMEMBERED_FOR
    login_manager.init_app(app)
    app.register_error_handler(CSRFError, _answer_forged)


def load_user(session_key: str) -> User | None:
    """The user whose session this is; None for a key that was replaced, or a disabled user."""
    user = db.session.scalars(_USER, {"session_key": session_key}).unique().one_or_none()
    return user if user is not None and user.is_active else None


def begin_session(user: User, *, keep: bool) -> None:
    """Sign `user` in, in a session of its own: nothing of what was there before goes along."""
    session.clear()
    session.permanent = keep
    login_user(user, remember=keep, duration=REMEMBERED_FOR)


def end_session() -> None:
    """Sign out on this device."""
    logout_user()
    # Flask-Login leaves a note in the session that the remembering cookie is to be taken back; all else goes.
    note = session.pop("_remember", None)
    session.clear()
    if note is not None:
        session["_remember"] = note


def stays_signed_in() -> bool:
    """Whether the reader asked to be kept signed in on this device."""
    return session.permanent


def ask_to_sign_in() -> ResponseReturnValue:
    """Pages go to the sign-in page; scripts get 401, so that what was typed stays on the page."""
    if wants_fragment() or wants_json() or asked_by_dialog():
        return answer_error(
            SignedOut("Your sign-in has ended. Sign in again in another tab; what you typed stays here.")
        )
    flash("Sign in to go on.", "info")
    return make_response(redirect(sign_in_address(), 303))


def _answer_forged(_error: CSRFError) -> ResponseReturnValue:
    """A form without a valid token: the sign-in has ended, or the page is older than it."""
    view = current_app.view_functions.get(request.endpoint or "")
    if permission_of(view) != PUBLIC and not current_user.is_authenticated:
        return ask_to_sign_in()
    stale = TrackerError("This page is older than your sign-in. Load it again, then repeat what you did.")
    stale.status = 400
    return answer_error(stale)
