"""Reading views."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from tracker.accounts.models import User
from tracker.accounts.permissions import me
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RoleProfileKey
from tracker.saved_views.models import DefaultView, SavedView
from tracker.saved_views.policy import visible_views


@dataclass(frozen=True)
class Board:
    """A board that views are offered on: of a requisition, of a role, or (neither) of all that waits on the reader."""

    requisition_id: int | None = None
    role: RoleProfileKey | None = None

    @classmethod
    def of(cls, requisition: Requisition) -> "Board":
        """The board of a requisition: views of its role are offered there too."""
        return cls(requisition.id, requisition.role)

    @property
    def key(self) -> str:
        """What it is called where defaults are kept."""
        if self.requisition_id is not None:
            return f"requisition/{self.requisition_id}"
        return f"role/{self.role.value}" if self.role else "mine"


@dataclass(frozen=True)
class Offered:
    """A view as a board offers it to somebody."""

    view: SavedView
    #: The board opens with it.
    default: bool


def views_on(board: Board, reader: User) -> list[Offered]:
    """The views that a board offers to somebody who may see the board: their own first, then by name. One statement."""
    reach = [and_(SavedView.requisition_id.is_(None), SavedView.role.is_(None))]
    if board.requisition_id is not None:
        reach.append(SavedView.requisition_id == board.requisition_id)
    if board.role is not None:
        reach.append(SavedView.role == board.role)
    chosen = and_(DefaultView.view_id == SavedView.id, DefaultView.user_id == reader.id, DefaultView.board == board.key)
    rows = db.session.execute(
        select(SavedView, DefaultView.view_id)
        .join(User, User.id == SavedView.owner_id)
        .outerjoin(DefaultView, chosen)
        .where(or_(*reach), or_(SavedView.owner_id == reader.id, SavedView.shared))
        .order_by((SavedView.owner_id == reader.id).desc(), SavedView.key, SavedView.id)
        .options(contains_eager(SavedView.owner))
    )
    return [Offered(view, default=view_id is not None) for view, view_id in rows]


def view_or_404(view_id: int) -> SavedView:
    """The view, when it is mine or shared with me; raises NotVisible."""
    found = db.session.scalar(select(SavedView).where(SavedView.id == view_id, visible_views(me())))
    if found is None:
        raise NotVisible
    return found


def names_of_own(user: User) -> Sequence[str]:
    """The names under which somebody saved views."""
    return db.session.scalars(select(SavedView.name).where(SavedView.owner_id == user.id).order_by(SavedView.key)).all()
