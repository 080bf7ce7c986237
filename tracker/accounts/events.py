"""What the history keeps of accounts."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.accounts.states import DecideOwn
from tracker.history.operations import EventData


@dataclass(frozen=True, kw_only=True)
class UserCreated(EventData):
    """An account was made; `roles` are Role values."""

    kind: ClassVar[str] = "accounts.user_created"
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(EventData):
    """Somebody changed what they say about themselves; `fields` names what."""

    kind: ClassVar[str] = "accounts.profile_changed"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(EventData):
    """A user's roles became others; Role values."""

    kind: ClassVar[str] = "accounts.roles_changed"
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class UserDisabled(EventData):
    """A user may no longer sign in; the successor took over what waited on them."""

    kind: ClassVar[str] = "accounts.user_disabled"
    successor_id: int | None


@dataclass(frozen=True, kw_only=True)
class UserEnabled(EventData):
    """A disabled user may sign in again."""

    kind: ClassVar[str] = "accounts.user_enabled"


@dataclass(frozen=True, kw_only=True)
class PasswordSet(EventData):
    """A user's password was set; all their sign-ins ended."""

    kind: ClassVar[str] = "accounts.password_set"


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(EventData):
    """The organisation's settings became others."""

    kind: ClassVar[str] = "accounts.settings_changed"
    decide_own: DecideOwn
