"""Saving views, changing them, and choosing one. No events: how somebody looks at a board happens to nobody."""

from collections.abc import Mapping

from sqlalchemy import delete, func, select

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db, insert_or
from tracker.core.errors import Refused
from tracker.saved_views.models import DefaultView, SavedView
from tracker.saved_views.queries import Board
from tracker.saved_views.states import Reach, ViewKind

LONGEST_NAME = 60
#: So many views somebody may keep.
MOST_VIEWS = 100


def save_view(
    name: str,
    arguments: Mapping[str, str],
    *,
    kind: ViewKind,
    reach: Reach,
    board: Board,
    shared: bool,
    replace: bool = False,
    actor: User,
) -> SavedView:
    """Save the filter and order of a page under a name; `board` is the one whose page it is.

    Raises Refused, by field, for a name that cannot be used or is taken (`replace`: then that view becomes this one),
    and for a reach that such a board does not have.
    """
    if reach not in board.reaches:
        raise Refused("It cannot be offered there.", fields={"reach": "Choose one of these."})
    name, key = _clean(name)
    view = _own(actor, key)
    if view is not None and not replace:
        taken = f"You have a view called {view.name} already."
        raise Refused(taken, fields={"name": f"{taken} Give another name, or tick to put this in its place."})
    if view is None:
        count = db.session.scalar(select(func.count()).where(SavedView.owner_id == actor.id)) or 0
        if count >= MOST_VIEWS:
            raise Refused(f"You keep {MOST_VIEWS} views, which is as many as there can be. Delete one first.")
        view = SavedView(owner_id=actor.id, name=name, key=key, created_at=clock.now())
    view.requisition_id = board.requisition_id if reach is Reach.REQUISITION else None
    view.role = board.role if reach is Reach.ROLE else None
    view.kind, view.arguments, view.shared = kind, dict(arguments), shared
    db.session.add(view)
    # The id is needed for whoever makes it their default.
    db.session.flush()
    return view


def change_view(view: SavedView, *, name: str, shared: bool) -> None:
    """Rename a view, and share it or keep it to its owner. Raises Refused, by field, for a name that is taken."""
    name, key = _clean(name)
    other = db.session.scalar(select(SavedView).where(SavedView.owner_id == view.owner_id, SavedView.key == key))
    if other is not None and other.id != view.id:
        raise Refused("That name is taken.", fields={"name": f"There is a view called {other.name} already."})
    view.name, view.key, view.shared = name, key, shared


def delete_view(view: SavedView) -> None:
    """Delete a view; boards that opened with it show everybody again."""
    db.session.execute(delete(DefaultView).where(DefaultView.view_id == view.id))
    db.session.delete(view)


def choose_default(board: Board, view: SavedView | None, *, actor: User) -> None:
    """Let a board open with a view for this person; None: with everybody."""
    if view is None:
        gone = delete(DefaultView).where(DefaultView.user_id == actor.id, DefaultView.board == board.key)
        db.session.execute(gone)
        return
    chosen = insert_or(DefaultView).values(user_id=actor.id, board=board.key, view_id=view.id)
    db.session.execute(chosen.on_conflict_do_update(index_elements=["user_id", "board"], set_={"view_id": view.id}))


def _clean(name: str) -> tuple[str, str]:
    line = " ".join(name.split())
    if not line:
        raise Refused("The view needs a name.", fields={"name": "Give the view a name."})
    if len(line) > LONGEST_NAME:
        raise Refused("The name is too long.", fields={"name": f"A name holds {LONGEST_NAME} characters at most."})
    return line, line.casefold()


def _own(owner: User, key: str) -> SavedView | None:
    return db.session.scalar(select(SavedView).where(SavedView.owner_id == owner.id, SavedView.key == key))
