"""What Flask-Login needs from us: who a session belongs to, and the answer to somebody who is not signed in."""

from datetime import timedelta

from flask import flash, make_response, redirect
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.core.http import answer_error, asked_by_dialog, sign_in_address, wants_fragment, wants_json

REMEMBERED_FOR = timedelta(days=30)


class SignedOut(TrackerError):
    """Nobody is signed in (401)."""

    status = 401


def prepare(login_manager: LoginManager) -> None:
    """Tell Flask-Login how to load a user, and what to answer without one."""
    login_manager.session_protection = "basic"
    login_manager.user_loader(load_user)
    login_manager.unauthorized_handler(ask_to_sign_in)


def load_user(session_key: str) -> User | None:
    """The user whose session this is; None for a key that was replaced, or a disabled user."""
    user = db.session.scalar(select(User).where(User.session_key == session_key))
    return user if user is not None and user.is_active else None


def ask_to_sign_in() -> ResponseReturnValue:
    """Pages go to the sign-in page; scripts get 401, so that what was typed stays on the page."""
    if wants_fragment() or wants_json() or asked_by_dialog():
        return answer_error(
            SignedOut("Your sign-in has ended. Sign in again in another tab; what you typed stays here.")
        )
    flash("Sign in to go on.", "info")
    return make_response(redirect(sign_in_address(), 303))
