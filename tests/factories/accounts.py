"""Users."""

from itertools import count

from tracker.accounts.models import User, UserRole
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction

_numbers = count(1)


def make_user(*roles: Role, name: str = "", email: str = "", timezone: str = "Europe/Berlin") -> User:
    """A user with those roles, who can sign in through `client.sign_in(user)`."""
    number = next(_numbers)
    with transaction():
        user = User(
            name=name or f"User Number{number}",
            email=email or f"user{number}@example.com",
            session_key=f"session-{number}",
            timezone=timezone,
            created_at=clock.now(),
            role_rows=[UserRole(role=role) for role in roles],
        )
        db.session.add(user)
    return user
