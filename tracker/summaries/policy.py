"""Who reads a summary: whom it was written for."""

from typing import Any

from tracker.accounts.models import User
from tracker.core.registry import Registry
from tracker.summaries.models import Summary


def register_permissions(registry: Registry) -> None:
    """Fill in the permissions."""
    registry.add_permission("summary.list", lambda user, _subject: True, who="everybody; each sees their own")
    registry.add_permission("summary.read", is_own, who="everybody; each sees their own")


def is_own(user: User, subject: Any) -> bool:
    """Whether the summary was written for this user."""
    return isinstance(subject, Summary) and subject.user_id == user.id
