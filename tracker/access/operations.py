"""Links that let somebody set a password: made, sent, used up."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update

from tracker.access.events import LinkMade, LinkUsed
from tracker.access.models import AccessLink, LinkPurpose
from tracker.accounts.models import User
from tracker.accounts.operations import create_user, set_password
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.history.operations import Subject, record
from tracker.mail.operations import queue_mail

GOOD_FOR = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=2)}
MAIL_KINDS = {LinkPurpose.INVITATION: "access.invitation", LinkPurpose.RESET: "access.reset"}
OVER = "This link has been used or has run out. Ask for a new one."


def invite_user(name: str, email: str, roles: Iterable[Role], *, timezone: str, actor: User) -> User:
    """Make an account without a password, and send its owner a link to choose one.

    Raises Refused as create_user() does.
    """
    user = create_user(name, email, roles, timezone=timezone, actor=actor)
    send_link(user, actor=actor)
    return user


def send_link(user: User, *, actor: User | None) -> AccessLink:
    """Make a link and mail it: an invitation while there is no password yet, otherwise one to choose another.

    Raises Refused for a disabled user.
    """
    if not user.is_active:
        raise Refused(f"{user.name} is disabled and cannot sign in.")
    purpose = LinkPurpose.INVITATION if user.password_hash is None else LinkPurpose.RESET
    now = clock.now()
    link = AccessLink(
        user_id=user.id,
        purpose=purpose,
        created_at=now,
        expires_at=now + GOOD_FOR[purpose],
        made_by_id=actor.id if actor else None,
    )
    db.session.add(link)
    # The mail names the link by its id.
    db.session.flush()
    facts = {"link_id": link.id, "inviter_id": actor.id if actor else None}
    queue_mail(MAIL_KINDS[purpose], dedupe_key=f"access:{link.id}", user=user, facts=facts)
    record(LinkMade(purpose=purpose), Subject(table="users", id=user.id), actor=actor)
    return link


def use_link(link: AccessLink, password: str, *, timezone: str | None = None) -> User:
    """Set the password that a link was made for; the link and all others of the user are over.

    `timezone` (an IANA name) becomes the user's. Raises Refused for a link that is over, and as set_password() does.
    """
    fresh = db.session.scalars(
        select(AccessLink).where(AccessLink.id == link.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    user = db.session.get_one(User, fresh.user_id)
    if not still_good(fresh) or not user.is_active:
        raise Refused(OVER)
    set_password(user, password, actor=user)
    if timezone:
        user.timezone = timezone
    record(LinkUsed(purpose=fresh.purpose), Subject(table="users", id=user.id), actor=user)
    return user


def end_links(user: User) -> None:
    """All links of a user are over: their password has been set, by one of them or in another way."""
    # A user who is being made has none, and no id to look them up by.
    db.session.flush()
    db.session.execute(
        update(AccessLink)
        .where(AccessLink.user_id == user.id, AccessLink.used_at.is_(None))
        .values(used_at=clock.now())
    )


def still_good(link: AccessLink) -> bool:
    """Whether the link has neither been used nor run out."""
    return link.used_at is None and link.expires_at > clock.now()
