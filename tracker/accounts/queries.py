"""Reading users and the organisation's settings."""

from collections.abc import Iterable

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import selectinload

from tracker.accounts.models import OrganisationSettings, User, UserPreference, UserRole
from tracker.accounts.states import DecideOwn, Role
from tracker.core.db import db, read_rows
from tracker.core.errors import NotVisible
from tracker.core.registry import RegistryError, get_registry


def normal_email(address: str) -> str:
    """The form in which addresses are kept and compared: trimmed, in lower case."""
    return address.strip().lower()


def find_user(user_id: int) -> User | None:
    """The user with that id, disabled or not."""
    return db.session.get(User, user_id)


def read_anew(user: User) -> None:
    """Read a user's roles, and whether their account is in use, as they are now: whoever asks stays for their request
    as they were read when it began, and what is decided rests on what is true within its transaction."""
    db.session.refresh(user, ["disabled_at", "role_rows"])


def user_or_404(user_id: int) -> User:
    """The user with that id; raises NotVisible."""
    user = find_user(user_id)
    if user is None:
        raise NotVisible
    return user


def find_user_by_email(address: str) -> User | None:
    """The user who signs in with that address, disabled or not; case and blanks around it do not matter."""
    return db.session.scalar(select(User).where(User.email == normal_email(address)))


def active_users(*roles: Role) -> list[User]:
    """Users who are not disabled and hold any of the roles (none given: all), by name."""
    query = _with_roles().where(User.disabled_at.is_(None)).order_by(func.lower(User.name), User.id)
    if roles:
        query = query.where(exists().where(UserRole.user_id == User.id, UserRole.role.in_(roles)))
    return list(db.session.scalars(query))


def all_users() -> list[User]:
    """Everybody with an account, those who are disabled last, by name."""
    return list(
        db.session.scalars(_with_roles().order_by(User.disabled_at.is_not(None), func.lower(User.name), User.id))
    )


def _with_roles() -> Select[User]:
    return select(User).options(selectinload(User.role_rows))


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Names by user id, in one statement."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}


def preference(user: User, key: str) -> str:
    """How a user likes something, else its default.

    Raises RegistryError for a key that nobody registered.
    """
    try:
        kind = get_registry().preference_kinds[key]
    except KeyError:
        raise RegistryError(f"{key!r} is no registered preference.") from None
    rows = read_rows(_PREFERENCE, {"user": user.id, "key": key})
    chosen = rows[0].value if rows else kind.default
    # A value of an earlier version may mean nothing any more.
    return chosen if kind.accepts(chosen) else kind.default


_PREFERENCE = select(UserPreference.value).where(
    UserPreference.user_id == bindparam("user"), UserPreference.key == bindparam("key")
)


def nobody_yet() -> bool:
    """Whether this installation has no user at all, and so waits for its first admin."""
    return db.session.scalar(select(User.id).limit(1)) is None


def organisation() -> OrganisationSettings:
    """The organisation's settings; the defaults, outside the session, until somebody has changed them."""
    found = db.session.get(OrganisationSettings, 1)
    return found or OrganisationSettings(id=1, decide_own=DecideOwn.BY_ANOTHER)
