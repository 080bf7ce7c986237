"""Who may look into the outbox."""

from typing import Any

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.registry import Registry


def is_admin(user: User, _subject: Any) -> bool:
    """Mail holds what others were told; only admins read it."""
    return user.has(Role.ADMIN)


def register(registry: Registry) -> None:
    """Fill in the permissions."""
    registry.add_permission("mail.read", is_admin, who="admins")
    registry.add_permission("mail.resend", is_admin, who="admins")
