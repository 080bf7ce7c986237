"""The mark that every view carries: the permission it asks for. What asks is tracker.accounts.permissions."""

from collections.abc import Callable
from typing import Any

#: Names for routes that need no permission of their own; anything else must stand in the registry.
PUBLIC = "public"
SIGNED_IN = "signed_in"
UNGUARDED = frozenset({PUBLIC, SIGNED_IN})

_MARK = "__permission__"


def mark(view: Callable[..., Any], permission: str) -> None:
    """Note on a view which permission guards it."""
    setattr(view, _MARK, permission)


def permission_of(view: Callable[..., Any] | None) -> str | None:
    """The permission that guards a view; None for one that nothing guards."""
    permission: str | None = getattr(view, _MARK, None)
    return permission
