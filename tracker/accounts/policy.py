"""Who may do what with accounts and settings."""

from typing import Any

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.registry import Registry

#: The part of the sidebar that only admins see.
ADMINISTRATION = "Administration"


def register(registry: Registry) -> None:
    """Name this domain's permissions."""
    registry.add_permission("users.manage", is_admin, who="admins")
    registry.add_permission("settings.change", is_admin, who="admins")
    registry.add_permission("permissions.view", anybody, who="everybody with an account")


def is_admin(user: User, _subject: Any) -> bool:
    """Admins, whatever it is about."""
    return administers(user)


def administers(user: User) -> bool:
    """Whether the pages for admins are this user's."""
    return user.has(Role.ADMIN)


def anybody(_user: User, _subject: Any) -> bool:
    """Everybody who is signed in."""
    return True
