"""The weekly mail."""

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.registry import MailKind, Registry, RenderedMail
from tracker.mail.models import OutboxMessage
from tracker.mail.rendering import render_mail
from tracker.summaries.models import Summary
from tracker.summaries.operations import KIND
from tracker.summaries.reading import read


def register_mails(registry: Registry) -> None:
    """The kind of mail of this domain."""
    registry.add_mail_kind(MailKind(KIND, render, still_true))


def still_true(message: OutboxMessage) -> bool:
    """Whether the summary is still there, and its reader still wants one."""
    summary, user = db.session.get(Summary, message.facts["summary_id"]), db.session.get(User, message.user_id)
    return summary is not None and user is not None and user.wants_summary


def render(message: OutboxMessage) -> RenderedMail:
    """The summary as it was when it was due, in the words of now."""
    summary = db.session.get_one(Summary, message.facts["summary_id"])
    recipient = db.session.get_one(User, message.user_id)
    return render_mail("summaries/weekly", recipient=recipient, summary=summary, reading=read(summary, recipient))
