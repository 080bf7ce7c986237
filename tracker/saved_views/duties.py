"""What becomes of somebody's views when their account is disabled: shared ones stay, in the successor's name."""

from collections.abc import Iterator, Sequence
from itertools import count

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.templating import plural
from tracker.saved_views.models import SavedView
from tracker.saved_views.operations import LONGEST_NAME


def held_by(user: User) -> list[str]:
    """A line when others use views of theirs."""
    shared = len(_shared(user))
    return [f"{plural(shared, 'view')} that they share with everybody"] if shared else []


def hand_over(user: User, successor: User, _actor: User | None) -> None:
    """The successor keeps the shared ones; a name they use already gets a number behind it. Private ones rest."""
    taken = set(db.session.scalars(select(SavedView.key).where(SavedView.owner_id == successor.id)))
    for view in _shared(user):
        name = next(name for name in _names(view.name) if name.casefold() not in taken)
        view.name, view.key, view.owner_id = name, name.casefold(), successor.id
        taken.add(view.key)


def _names(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name[: LONGEST_NAME - 5]} {number}"


def _shared(user: User) -> Sequence[SavedView]:
    return db.session.scalars(
        select(SavedView).where(SavedView.owner_id == user.id, SavedView.shared).order_by(SavedView.id)
    ).all()
