"""Users and the organisation's settings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask_login import UserMixin
from sqlalchemy import BindParameter, CheckConstraint, ForeignKey, bindparam
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.states import DecideOwn, Role
from tracker.core.db import Base
from tracker.core.types import PrimaryKey, enum_type


def short_name(name: str) -> str:
    """A name as it fits in a line: "J. Okoye"."""
    first, _, rest = name.partition(" ")
    return f"{first[:1]}. {rest}" if rest else first


class Onlooker(Protocol):
    """Whoever something is shown to, as predicates in SQL ask: a user, or Anybody with the same roles."""

    @property
    def id(self) -> Any:
        """The user's id, or the parameter that stands for it."""

    @property
    def is_active(self) -> bool:
        """Whether the account is in use."""

    def has(self, *roles: Role) -> bool:
        """Whether the user holds any of the roles."""


@dataclass(frozen=True)
class Anybody:
    """Stands for every user with these roles, so that a statement is built once for all of them: building one takes
    longer than the database takes to answer it. Whoever sends it gives the user's id as `reader`."""

    roles: frozenset[Role]
    is_active: bool = True

    @property
    def id(self) -> BindParameter[int]:
        """The parameter `reader`."""
        return bindparam("reader")

    def has(self, *roles: Role) -> bool:
        """Whether these users hold any of the roles."""
        return not self.roles.isdisjoint(roles)


class User(UserMixin, Base):  # type: ignore[misc]  # Flask-Login ships no types
    """Somebody with an account."""

    __tablename__ = "users"

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    #: Kept in lower case; it is the name to sign in with.
    email: Mapped[str] = mapped_column(unique=True)
    #: argon2id; None until an invitation is taken up.
    password_hash: Mapped[str | None]
    #: What the session cookie names instead of the id: a new one ends all sessions.
    session_key: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str] = mapped_column(default="UTC")
    created_at: Mapped[datetime]
    last_signed_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    #: Who takes over what waits on a disabled user.
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    wants_summary: Mapped[bool] = mapped_column(default=True)
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    #: Single keys do things on pages; who speaks to the computer, or hits keys by accident, turns them off.
    wants_shortcuts: Mapped[bool] = mapped_column(default=True)

    role_rows: Mapped[list["UserRole"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    preference_rows: Mapped[list["UserPreference"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The set of roles."""
        return frozenset(row.role for row in self.role_rows)

    @property
    def role_labels(self) -> list[str]:
        """The roles in words, in the order in which they are always named."""
        return [role.label for role in Role if role in self.roles]

    def has(self, *roles: Role) -> bool:
        """Whether the user holds any of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_active(self) -> bool:
        """A disabled user is signed out at the next request."""
        return self.disabled_at is None

    @property
    def zone(self) -> ZoneInfo:
        """The user's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def short_name(self) -> str:
        """The name as it fits in a line: "J. Okoye"."""
        return short_name(self.name)

    def get_id(self) -> str:
        """What Flask-Login keeps in the session."""
        return self.session_key


class UserRole(Base):
    """One role of one user."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"), primary_key=True)

    user: Mapped[User] = relationship(back_populates="role_rows")


class UserPreference(Base):
    """How somebody likes a page; a kind that is not there is as it is for everybody."""

    __tablename__ = "user_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

    user: Mapped[User] = relationship(back_populates="preference_rows")


class OrganisationSettings(Base):
    """The one row of settings that admins change on a page. Name and zone come from the environment."""

    __tablename__ = "organisation_settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decide_own: Mapped[DecideOwn] = mapped_column(enum_type(DecideOwn, "decide_own"), default=DecideOwn.BY_ANOTHER)
    #: Set by `demo load`, so that `demo remove` knows what it may delete.
    demo_loaded_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
