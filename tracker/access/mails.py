"""The mails that carry a link."""

import re

from flask import url_for

from tracker.access.models import AccessLink, LinkPurpose
from tracker.access.operations import MAIL_KINDS, still_good
from tracker.access.tokens import token_of
from tracker.accounts.models import User
from tracker.accounts.queries import find_user
from tracker.core.db import db
from tracker.core.registry import MailKind, Registry, RenderedMail
from tracker.mail.models import OutboxMessage
from tracker.mail.rendering import render_mail

#: The token in an address, behind whatever stands before it.
TOKEN = re.compile(r"(?<=/set-password/)[A-Za-z0-9_.~-]+")


def register(registry: Registry) -> None:
    """Register both kinds."""
    registry.add_mail_kind(MailKind(MAIL_KINDS[LinkPurpose.INVITATION], _invitation, _still_true, secret=TOKEN))
    registry.add_mail_kind(MailKind(MAIL_KINDS[LinkPurpose.RESET], _reset, _still_true, secret=TOKEN))


def _still_true(message: OutboxMessage) -> bool:
    link = db.session.get(AccessLink, message.facts["link_id"])
    return link is not None and still_good(link) and _recipient(message).is_active


def _invitation(message: OutboxMessage) -> RenderedMail:
    return _render("access/invitation", message)


def _reset(message: OutboxMessage) -> RenderedMail:
    return _render("access/reset", message)


def _render(name: str, message: OutboxMessage) -> RenderedMail:
    link = db.session.get_one(AccessLink, message.facts["link_id"])
    inviter_id = message.facts["inviter_id"]
    return render_mail(
        name,
        recipient=_recipient(message),
        # The worker renders it outside any request, where addresses come out whole unless told otherwise.
        path=url_for("access.choose_password", token=token_of(link), _external=False),
        expires_at=link.expires_at,
        inviter=find_user(inviter_id) if inviter_id else None,
    )


def _recipient(message: OutboxMessage) -> User:
    return db.session.get_one(User, message.user_id)
