"""The one evaluator of permissions, and the guard that every route stands behind."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.models import User
from tracker.accounts.signing_in import ask_to_sign_in
from tracker.core.errors import Forbidden, NotVisible
from tracker.core.guard import PUBLIC, SIGNED_IN, UNGUARDED, mark
from tracker.core.registry import RegistryError, get_registry

__all__ = ["PUBLIC", "SIGNED_IN", "UNGUARDED", "can", "guarded", "me", "reader_can", "require"]


def me() -> User:
    """The signed-in user; raises Forbidden when nobody is."""
    user = current_user._get_current_object()  # noqa: SLF001 - Flask-Login offers no other way to the real object
    if not isinstance(user, User):
        raise Forbidden("Sign in to go on.")
    return user


def can(user: User, permission: str, subject: Any = None) -> bool:
    """Whether `user` may do `permission` to `subject`: views, templates and e-mails all ask here.

    Raises RegistryError for a permission that nobody registered.
    """
    try:
        entry = get_registry().permissions[permission]
    except KeyError:
        raise RegistryError(f"{permission!r} is in no domain's policy.") from None
    return user.is_active and entry.allows(user, subject)


def reader_can(permission: str, subject: Any = None) -> bool:
    """`can` as templates ask it, for whoever reads the page; nobody signed in may nothing."""
    return current_user.is_authenticated and can(me(), permission, subject)


def require(user: User, permission: str, subject: Any = None) -> None:
    """Raise Forbidden, saying who may, unless `user` may do `permission` to `subject`."""
    if not can(user, permission, subject):
        who = get_registry().permissions[permission].who
        raise Forbidden(f"This is for {who}.", who=who)


def guarded(
    permission: str, *, load: Callable[..., Any] | None = None
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Stand before a view: sign-in, then what it is about, then the permission.

    `load` takes the address's arguments (by its own parameter names) and gives the subject, or raises NotVisible; the
    view gets the subject as its first argument, and the arguments that `load` did not take. Without `load` the
    permission is asked without a subject.
    """
    taken = frozenset(inspect.signature(load).parameters) if load else frozenset[str]()

    def decorate(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def guarded_view(**arguments: Any) -> ResponseReturnValue:
            if permission != PUBLIC and not current_user.is_authenticated:
                return ask_to_sign_in()
            if permission != PUBLIC:
                g.signed_in = True
            if load is None:
                if permission not in UNGUARDED:
                    require(me(), permission)
                return view(**arguments)
            subject = load(**{name: arguments.pop(name) for name in taken & set(arguments)})
            if subject is None:
                raise NotVisible
            if permission not in UNGUARDED:
                require(me(), permission, subject)
            return view(subject, **arguments)

        mark(guarded_view, permission)
        return guarded_view

    return decorate
