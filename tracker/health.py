"""What monitoring asks: does the process answer, and can the installation do its work."""

from datetime import datetime
from functools import cache

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from tracker import migrations
from tracker.accounts.permissions import PUBLIC, guarded
from tracker.config import Settings
from tracker.core import broker, clock
from tracker.core.db import db
from tracker.core.disk import takes_more
from tracker.core.ticks import TickRun
from tracker.mail.models import OutboxMessage
from tracker.mail.queries import put_off
from tracker.mail.states import MailState

UNSENT = (MailState.QUEUED, MailState.SENDING, MailState.UNCERTAIN)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@guarded(PUBLIC)
def healthz() -> ResponseReturnValue:
    """This process answers; nothing else is asked."""
    return "ok\n", {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
@guarded(PUBLIC)
def readyz() -> ResponseReturnValue:
    """200 "ready", or "degraded" without a broker, with a disk that takes little more, with mail that cannot leave, or
    when periodic work fails; 503 without a database or with pending migrations.

    Ages are in seconds.
    """
    settings: Settings = current_app.extensions["settings"]
    facts: dict[str, object] = {"database": False, "migrated": False, "broker": broker.answers(settings)}
    facts["disk"] = takes_more(settings.data_dir)
    try:
        facts["migrated"] = migrations.current_revision(db.session.connection()) == _newest_revision()
        facts["database"] = True
        if facts["migrated"]:
            facts |= _work()
    except SQLAlchemyError:
        db.session.rollback()
        facts["database"] = False
    ready = facts["database"] and facts["migrated"]
    whole = facts["broker"] and facts["disk"] and not facts.get("mail_put_off") and not facts.get("failing_ticks")
    status = "unavailable" if not ready else "ready" if whole else "degraded"
    return jsonify({"status": status, **facts}), 200 if ready else 503


def _work() -> dict[str, object]:
    """How the work is getting on: how long the oldest mail is overdue, and how long ago each tick ended."""
    oldest = db.session.scalar(select(func.min(OutboxMessage.due_at)).where(OutboxMessage.state.in_(UNSENT)))
    runs = db.session.execute(select(TickRun.name, TickRun.finished_at, TickRun.error).order_by(TickRun.name)).all()
    return {
        "oldest_unsent_mail": max(0, _age(oldest) or 0),
        "mail_put_off": put_off().count,
        "ticks": {name: _age(finished) for name, finished, _error in runs},
        "failing_ticks": [name for name, _finished, error in runs if error],
    }


@cache
def _newest_revision() -> str | None:
    return migrations.newest_revision()


def _age(instant: datetime | None) -> int | None:
    return None if instant is None else round((clock.now() - instant).total_seconds())
