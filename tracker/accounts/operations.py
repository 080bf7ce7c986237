"""What can be done to accounts. Each runs within transaction() and writes its event."""

import re
import secrets
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from tracker.accounts.events import (
    PasswordSet,
    ProfileChanged,
    RolesChanged,
    SettingsChanged,
    UserCreated,
    UserDisabled,
    UserEnabled,
)
from tracker.accounts.models import OrganisationSettings, User, UserPreference, UserRole
from tracker.accounts.passwords import hash_password, is_outdated, password_problem
from tracker.accounts.queries import find_user_by_email, nobody_yet, normal_email, organisation
from tracker.accounts.states import DecideOwn, Role
from tracker.core import clock
from tracker.core.db import db, insert_or, insert_or_ignore
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import get_registry
from tracker.core.signs import readable
from tracker.history.operations import Subject, record

LONGEST_NAME = 120
#: An address as every mail server takes it: something, an @, a host; what is beyond that only a delivery can tell.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
LAST_ADMIN = "This is the only admin. Make somebody else an admin first."


def tidy_name(name: str) -> str:
    """A name on one line, without what cannot be seen and misleads."""
    return " ".join(readable(name).split())


def create_user(
    name: str,
    email: str,
    roles: Iterable[Role],
    *,
    timezone: str,
    password: str | None = None,
    actor: User | None,
) -> User:
    """Make an account; without a password it waits for one to be set by link. `timezone` is an IANA name.

    Raises Refused with errors by field (name, email, roles, timezone, password) for what cannot be used.
    """
    wanted = frozenset(roles)
    address = normal_email(email)
    problems = _problems(name, timezone)
    if not ADDRESS.fullmatch(address) or len(address) > 254:
        problems["email"] = "Give an address like maya@example.com."
    elif find_user_by_email(address) is not None:
        problems["email"] = "Somebody with this address has an account already."
    if not wanted:
        problems["roles"] = "Choose at least one role."
    if password is not None and (problem := password_problem(password, name=name, email=address)):
        problems["password"] = problem
    _refuse(problems)
    user = User(
        name=tidy_name(name),
        email=address,
        password_hash=None if password is None else hash_password(password),
        session_key=_new_session_key(),
        timezone=timezone,
        created_at=clock.now(),
        role_rows=[UserRole(role=role) for role in sorted(wanted)],
    )
    db.session.add(user)
    # The event names the user by id, which the database gives.
    db.session.flush()
    record(UserCreated(roles=_values(wanted)), _subject(user), actor=actor or user)
    _announce(user)
    _hand_decisions_on(actor)
    return user


def change_profile(
    user: User,
    *,
    name: str,
    timezone: str,
    wants_summary: bool,
    wants_reminders: bool,
    wants_shortcuts: bool,
    actor: User,
) -> None:
    """Change what a user says about themselves. Raises Refused with errors by field (name, timezone)."""
    _refuse(_problems(name, timezone))
    wanted = {
        "name": tidy_name(name),
        "timezone": timezone,
        "wants_summary": wants_summary,
        "wants_reminders": wants_reminders,
        "wants_shortcuts": wants_shortcuts,
    }
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, wanted[field])
    if changed:
        record(ProfileChanged(fields=changed), _subject(user), actor=actor)
        _announce(user)


def set_preference(user: User, key: str, value: str) -> None:
    """Keep how a user likes a page. Raises Refused for a key that nobody registered, or a value it does not take.

    No event: the history tells what happened to people and requisitions, not how somebody arranges a page.
    """
    kind = get_registry().preference_kinds.get(key)
    if kind is None or not kind.accepts(value):
        raise Refused("This cannot be chosen. Load the page again.")
    # Two tabs may choose at once: a row that is there already is written over.
    chosen = insert_or(UserPreference).values(user_id=user.id, key=key, value=value)
    db.session.execute(chosen.on_conflict_do_update(index_elements=["user_id", "key"], set_={"value": value}))
    db.session.expire(user, ["preference_rows"])


def change_roles(user: User, roles: Iterable[Role], *, actor: User | None) -> None:
    """Give a user another set of roles. Raises Refused for an empty set, and for taking away the last admin's role."""
    wanted = frozenset(roles)
    if not wanted:
        raise Refused("Choose at least one role.", fields={"roles": "Choose at least one role."})
    before = user.roles
    if wanted == before:
        return
    if Role.ADMIN in before - wanted:
        _keep_an_admin(user)
    user.role_rows = [row for row in user.role_rows if row.role in wanted] + [
        UserRole(role=role) for role in sorted(wanted - before)
    ]
    record(RolesChanged(before=_values(before), after=_values(wanted)), _subject(user), actor=actor)
    _hand_decisions_on(actor)


def set_password(user: User, password: str, *, actor: User | None) -> None:
    """Set a password; every sign-in of the user ends, and every link to choose another one.

    Raises Refused (field password) for one that is too weak.
    """
    if problem := password_problem(password, name=user.name, email=user.email):
        raise Refused(problem, fields={"password": problem})
    user.password_hash = hash_password(password)
    end_sessions(user)
    for callback in get_registry().on_password_set:
        callback(user)
    record(PasswordSet(), _subject(user), actor=actor)


def end_sessions(user: User) -> None:
    """Sign the user out everywhere."""
    user.session_key = _new_session_key()


def create_first_admin(name: str, email: str, *, timezone: str, password: str) -> User:
    """Make the first account of an installation, an admin's.

    Raises Refused as create_user() does, and Conflict when somebody else has made it in the meantime.
    """
    # The settings' row is locked, so that of two who are first at once the second sees the first's account.
    own_settings()
    if not nobody_yet():
        raise Conflict("Somebody else has just set up this installation. Ask them for an account.")
    return create_user(name, email, [Role.ADMIN], timezone=timezone, password=password, actor=None)


def note_sign_in(user: User, password: str, *, seen_hash: str | None) -> None:
    """Keep when somebody signed in; renew a hash of older costs while the password is at hand.

    `seen_hash` is what the password was checked against, outside this transaction: Raises Refused when the password
    was changed, or the account disabled, since.
    """
    if user.password_hash is None or user.password_hash != seen_hash or not user.is_active:
        raise Refused("This account has changed just now. Sign in again.")
    user.last_signed_in_at = clock.now()
    if is_outdated(user.password_hash):
        user.password_hash = hash_password(password)


def disable_user(user: User, successor: User | None, *, actor: User | None) -> None:
    """End a user's access; the successor takes over what waits on them.

    Raises Refused when nothing is left to disable, for the last admin, for oneself, for a successor who cannot be
    one, and when something waits on the user and no successor is named (field successor).
    """
    if not user.is_active:
        raise Refused(f"{user.name} has been disabled already.")
    if actor is not None and actor.id == user.id:
        raise Refused("You cannot disable your own account. Ask another admin.")
    if Role.ADMIN in user.roles:
        _keep_an_admin(user)
    duties = duties_of(user)
    if successor is None and duties:
        raise Refused(
            f"Something waits on {user.name}. Say who takes it over.",
            needed=duties,
            fields={"successor": "Choose who takes over."},
        )
    if successor is not None and (successor.id == user.id or not successor.is_active):
        raise Refused(
            "The successor must be somebody else whose account is active.",
            fields={"successor": "Choose somebody else whose account is active."},
        )
    user.disabled_at = clock.now()
    user.successor_id = successor.id if successor else None
    end_sessions(user)
    if successor is not None:
        for entry in get_registry().duties:
            entry.hand_over(user, successor, actor)
    record(UserDisabled(successor_id=user.successor_id), _subject(user), actor=actor)
    _announce(user)
    _hand_decisions_on(actor)


def enable_user(user: User, *, actor: User | None) -> None:
    """Let a disabled user sign in again; what was handed over stays where it is. Raises Refused for an active one."""
    if user.is_active:
        raise Refused(f"{user.name} is not disabled.")
    user.disabled_at = None
    user.successor_id = None
    record(UserEnabled(), _subject(user), actor=actor)
    _announce(user)
    _hand_decisions_on(actor)


def duties_of(user: User) -> tuple[str, ...]:
    """What waits on a user, a line each, as the domains say it."""
    return tuple(line for entry in get_registry().duties for line in entry.held_by(user))


def change_settings(*, decide_own: DecideOwn, actor: User | None) -> None:
    """Change the organisation's settings."""
    settings = own_settings()
    if settings.decide_own is decide_own:
        return
    settings.decide_own = decide_own
    record(SettingsChanged(decide_own=decide_own), Subject(table="organisation_settings", id=1), actor=actor)
    _hand_decisions_on(actor)


def own_settings() -> OrganisationSettings:
    """The settings' row, made when there is none yet, and locked."""
    db.session.execute(insert_or_ignore(OrganisationSettings).values(id=1, decide_own=organisation().decide_own))
    return db.session.scalars(select(OrganisationSettings).with_for_update()).one()


def _keep_an_admin(user: User) -> None:
    """Raise Refused if `user` is the last active admin. Locks the settings' row, so that two cannot leave at once."""
    own_settings()
    others = (
        select(User.id)
        .join(UserRole)
        .where(UserRole.role == Role.ADMIN, User.disabled_at.is_(None), User.id != user.id)
        .limit(1)
    )
    if db.session.scalar(others) is None:
        raise Refused(LAST_ADMIN, fields={"roles": LAST_ADMIN})


def _announce(user: User) -> None:
    for callback in get_registry().on_account:
        callback(user)


def _hand_decisions_on(actor: User | None) -> None:
    """Who may decide changed: what waits for somebody who may not any more is handed on."""
    # They ask by statements what was changed in memory.
    db.session.flush()
    for callback in get_registry().on_deciders_changed:
        callback(None, actor)


def _problems(name: str, timezone: str) -> dict[str, str]:
    problems = {}
    if not tidy_name(name):
        problems["name"] = "Give the name."
    elif len(tidy_name(name)) > LONGEST_NAME:
        problems["name"] = f"Use at most {LONGEST_NAME} characters."
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems["timezone"] = "Choose a time zone from the list, such as Europe/Berlin."
    return problems


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise Refused("Some of this cannot be used yet.", fields=problems)


def _new_session_key() -> str:
    return secrets.token_urlsafe(32)


def _subject(user: User) -> Subject:
    return Subject(table="users", id=user.id)


def _values(roles: Iterable[Role]) -> tuple[str, ...]:
    return tuple(sorted(role.value for role in roles))
