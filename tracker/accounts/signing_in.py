"""What Flask-Login needs from us: who a session belongs to, and the answer to somebody who is not signed in."""

from datetime import timedelta

from flask import Flask, current_app, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from tracker.accounts.forms import SignInForm
from tracker.accounts.kept import keep_form, read_kept
from tracker.accounts.models import User
from tracker.accounts.queries import nobody_yet
from tracker.core import clock
from tracker.core.db import db, stays_as_read
from tracker.core.errors import TrackerError
from tracker.core.guard import PUBLIC, permission_of
from tracker.core.http import (
    answer_error,
    asked_by_dialog,
    home_address,
    referring_page,
    sign_in_address,
    wants_fragment,
    wants_json,
)
from tracker.core.signing import PatientSigner
from tracker.core.templating import plural

REMEMBERED_FOR = timedelta(days=30)
#: A sign-in that is not kept ends with the browser, and so long after the last page that was opened or form that was
#: sent: a browser that is never closed, on a machine that others use, is nobody's for longer than a working day.
IDLE_FOR = timedelta(hours=8)
#: The session's cookie is written anew no more often than that.
_NOTED_EVERY = timedelta(minutes=10)
_SEEN = "seen"
#: Every request begins with this, and asks for the roles soon: one statement reads both.
_USER = select(User).where(User.session_key == bindparam("session_key")).options(joinedload(User.role_rows))


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies, which a clock that is set back does not end."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The library's, with a signer that is patient."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PatientSigner
        return serializer


class SignedOut(TrackerError):
    """Nobody is signed in (401)."""

    status = 401


def prepare(app: Flask, login_manager: LoginManager) -> None:
    """Tell Flask-Login how to load a user, and what to answer without one."""
    app.session_interface = Sessions()
    login_manager.session_protection = "basic"
    login_manager.user_loader(load_user)
    login_manager.unauthorized_handler(ask_to_sign_in)
    app.config["REMEMBER_COOKIE_DURATION"] = REMEMBERED_FOR
    # The session lives as long as the longest sign-in, and with it the token in every form; without "keep me signed
    # in" its cookie ends with the browser.
    app.permanent_session_lifetime = REMEMBERED_FOR
    login_manager.init_app(app)
    app.register_error_handler(CSRFError, _answer_forged)
    app.before_request(_end_when_idle)


def load_user(session_key: str) -> User | None:
    """The user whose session this is; None for a key that was replaced, or a disabled user."""
    user = db.session.scalars(_USER, {"session_key": session_key}).unique().one_or_none()
    if user is None or not user.is_active:
        return None
    stays_as_read(user)
    return user


def begin_session(user: User, *, keep: bool) -> None:
    """Sign `user` in, in a session of its own: nothing of what was there before goes along."""
    session.clear()
    # A page that answers this very request needs a token of the new session.
    g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    session.permanent = keep
    if not keep:
        session[_SEEN] = _seconds()
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
    return session.permanent or current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies


def _end_when_idle() -> None:
    """End a sign-in that is not kept when its owner has been away for long."""
    if "_user_id" not in session or stays_signed_in() or request.endpoint == "static":
        return
    now = _seconds()
    away = now - int(session.get(_SEEN, now))
    if away > IDLE_FOR.total_seconds():
        end_session()
        flash(f"You were away for more than {plural(IDLE_FOR // timedelta(hours=1), 'hour')}, so you were signed out.")
        return
    # What an open page asks by itself, like a board for its pulse, says nothing of whether somebody sits before it.
    by_itself = request.method == "GET" and (wants_fragment() or wants_json())
    # Seen in the future is before the clock was set back: from now on it counts anew.
    if not by_itself and (_SEEN not in session or away < 0 or away > _NOTED_EVERY.total_seconds()):
        session[_SEEN] = now


def _seconds() -> int:
    return int(clock.now().timestamp())


def ask_to_sign_in() -> ResponseReturnValue:
    """Pages go to the sign-in page; scripts get 401, so that what was typed stays on the page.

    A form that the browser sent itself is answered with the sign-in page at once (401), which takes it along.
    """
    if _asked_by_script():
        return answer_error(
            SignedOut("Your sign-in has ended. Sign in again in another tab; what you typed stays here.")
        )
    kept = keep_form()
    if kept:
        form = SignInForm(formdata=None, next=referring_page(), kept=kept)
        return render_template("accounts/sign_in.html", form=form), SignedOut.status
    if nobody_yet():
        return make_response(redirect(url_for("accounts.set_up"), 303))
    flash("Sign in to go on.", "info")
    return make_response(redirect(sign_in_address(), 303))


def _asked_by_script() -> bool:
    """Whether what was typed stays on the page that asked."""
    return wants_fragment() or wants_json() or asked_by_dialog()


def _answer_forged(_error: CSRFError) -> ResponseReturnValue:
    """A form without a valid token: the sign-in has ended, or the page is older than it."""
    view = current_app.view_functions.get(request.endpoint or "")
    if permission_of(view) != PUBLIC and not current_user.is_authenticated:
        return ask_to_sign_in()
    kept = read_kept(keep_form()) if not _asked_by_script() else None
    if kept is not None:
        back = referring_page() or home_address()
        return render_template("accounts/send_again.html", kept=kept, back=back), 400
    stale = TrackerError("This page is older than your sign-in. Load it again, then repeat what you did.")
    stale.status = 400
    return answer_error(stale)
