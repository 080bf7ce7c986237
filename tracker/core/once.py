"""Forms that are sent twice do once what they are for: a click that was too quick, a page sent again by its browser.

Each page carries a key of its own in its forms (`once`). The first transaction of a request writes down what was sent,
with that key, beside what it does; the very same sent again meets that row, does nothing, and is led where the first
one was. Other words sent from the same page, after going back to it, are something else and do their work.
"""

import hashlib
import secrets
import time
from datetime import datetime, timedelta

from flask import Flask, Response, g, has_request_context, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Index, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.db import Base, after_commit, at_begin, db, insert_or_ignore, transaction
from tracker.core.errors import TrackerError
from tracker.core.http import home_address, referring_page, see_other

FIELD = "once"
#: Fields that say who sends, and not what.
ASIDE = frozenset({"csrf_token", FIELD})
#: So long after it was sent, the same form from the same page is taken for meant.
KEPT = timedelta(days=1)
#: How long the answer of the first is waited for: it is on its way when the second is looked at.
PATIENCE_SECONDS = 2.0


class SentForm(Base):
    """A form that was sent and did its work; the digest of what was sent is no way back to it."""

    __tablename__ = "sent_forms"

    digest: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
    #: Where its sender was led; None until the answer is made.
    location: Mapped[str | None]

    __table_args__ = (Index("ix_sent_forms_sent_at", "sent_at"),)


class SentAlready(TrackerError):
    """The very same form was sent before, and has done its work."""

    status = 303


def init_app(app: Flask) -> None:
    """Watch over every form of signed-in people, and give pages their keys."""
    app.jinja_env.globals["once_key"] = page_key
    app.register_error_handler(SentAlready, lambda _error: _lead_on())
    app.after_request(_note_location)
    at_begin(_claim)


def page_key() -> str:
    """The key of this page; empty where nobody is signed in, whose forms begin and end sessions."""
    if not has_request_context() or not current_user.is_authenticated:
        return ""
    if FIELD not in g:
        g.once = secrets.token_urlsafe(12)
    return str(g.once)


def forget_old() -> int:
    """Forget forms that were sent long ago; returns how many. The work of a tick."""
    with transaction():
        result = db.session.execute(delete(SentForm).where(SentForm.sent_at < clock.due_now() - KEPT))
        return int(result.rowcount)  # type: ignore[attr-defined]


def _claim() -> None:
    """In the first transaction of a request: write down what was sent. Raises SentAlready when it is there."""
    if not has_request_context() or request.method != "POST" or "sent_form" in g or not request.form.get(FIELD):
        return
    g.sent_form = _digest()
    after_commit(_keep)
    row = insert_or_ignore(SentForm).values(digest=g.sent_form, sent_at=clock.now())
    if db.session.scalar(row.returning(SentForm.digest)) is None:
        raise SentAlready("This was sent already.")


def _keep() -> None:
    g.sent_form_kept = True


def _digest() -> str:
    """What was sent, to where, from which page."""
    parts = [request.path, request.form[FIELD]]
    parts += [f"{name}={value}" for name, value in sorted(request.form.items(multi=True)) if name not in ASIDE]
    digest = hashlib.sha256("\x00".join(parts).encode())
    for name, file in sorted(request.files.items(multi=True)):
        digest.update(f"\x00{name}={file.filename}\x00".encode())
        # A view may have read it already.
        file.stream.seek(0)
        while piece := file.stream.read(1 << 16):
            digest.update(piece)
        file.stream.seek(0)
    return digest.hexdigest()


def _note_location(response: Response) -> Response:
    """Keep where the sender is led, for who sends the same again; what answers otherwise may be sent again."""
    if g.pop("sent_form_kept", False):
        mine = SentForm.digest == g.sent_form
        location = response.headers.get("Location") or response.headers.get("HX-Redirect")
        with transaction():
            db.session.execute(
                update(SentForm).where(mine).values(location=location) if location else delete(SentForm).where(mine)
            )
    return response


def _lead_on() -> ResponseReturnValue:
    """To where the first one led."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        db.session.rollback()
        location = db.session.scalar(select(SentForm.location).where(SentForm.digest == g.sent_form))
        if location or time.monotonic() > ends:
            return see_other(location or referring_page() or home_address())
        time.sleep(0.05)
