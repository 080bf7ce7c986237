"""Reading links."""

from sqlalchemy import select

from tracker.access.models import AccessLink
from tracker.access.operations import still_good
from tracker.access.tokens import link_id_of
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db


def good_link(token: str) -> AccessLink | None:
    """The link of a token; None when it is over or was never made."""
    link_id = link_id_of(token)
    link = db.session.get(AccessLink, link_id) if link_id is not None else None
    return link if link is not None and still_good(link) and owner(link).is_active else None


def owner(link: AccessLink) -> User:
    """Whose link it is."""
    return db.session.get_one(User, link.user_id)


def links_to_hand_over(user: User, *, asked_by_themselves: bool) -> list[AccessLink]:
    """The links of a user that can still be used, newest first, for an admin to hand over in another way than by mail.

    Those that somebody asked for on the sign-in page are the owner's own: they are left out, unless
    `asked_by_themselves`, as where mail goes nowhere and an admin is the only way.
    """
    query = select(AccessLink).where(
        AccessLink.user_id == user.id, AccessLink.used_at.is_(None), AccessLink.expires_at > clock.now()
    )
    if not asked_by_themselves:
        query = query.where(AccessLink.made_by_id.is_not(None))
    return list(db.session.scalars(query.order_by(AccessLink.id.desc())))
