"""Reading views."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import contains_eager

from tracker.accounts.models import User
from tracker.accounts.permissions import me
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RoleProfileKey
from tracker.saved_views.models import DefaultView, SavedView
from tracker.saved_views.policy import visible_views
from tracker.saved_views.states import Reach, ViewKind


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
    def reaches(self) -> tuple[Reach, ...]:
        """Where views of this board can be offered, the nearest first."""
        near = [Reach.REQUISITION] if self.requisition_id is not None else []
        return (*near, *([Reach.ROLE] if self.role is not None else []), Reach.EVERYWHERE)

    def shows(self, view: SavedView) -> bool:
        """Whether a view is of a kind that it has pages for: boards across requisitions have no list."""
        return self.requisition_id is not None or view.kind is ViewKind.BOARD

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
    values = {"reader": reader.id, "board": board.key, "requisition": board.requisition_id, "role": board.role}
    rows = db.session.execute(_VIEWS, values)
    return [Offered(view, default=view_id is not None) for view, view_id in rows if board.shows(view)]


#: A board without a requisition or role gives none, which equals nothing.
_REACHES_HERE = or_(
    and_(SavedView.requisition_id.is_(None), SavedView.role.is_(None)),
    SavedView.requisition_id == bindparam("requisition", type_=SavedView.requisition_id.type),
    SavedView.role == bindparam("role", type_=SavedView.role.type),
)
_OWN = SavedView.owner_id == bindparam("reader")
_DEFAULT = and_(
    DefaultView.view_id == SavedView.id,
    DefaultView.user_id == bindparam("reader"),
    DefaultView.board == bindparam("board"),
)
_VIEWS = (
    select(SavedView, DefaultView.view_id)
    .join(User, User.id == SavedView.owner_id)
    .outerjoin(DefaultView, _DEFAULT)
    .where(_REACHES_HERE, or_(_OWN, SavedView.shared))
    .order_by(_OWN.desc(), SavedView.key, SavedView.id)
    .options(contains_eager(SavedView.owner))
)


def view_or_404(view_id: int) -> SavedView:
    """The view, when it is mine or shared with me; raises NotVisible."""
    found = db.session.scalar(select(SavedView).where(SavedView.id == view_id, visible_views(me())))
    if found is None:
        raise NotVisible
    return found


def view_on_or_404(board: Board, view_id: int) -> SavedView:
    """The view, when this board offers it to me; raises NotVisible."""
    found = next((offered.view for offered in views_on(board, me()) if offered.view.id == view_id), None)
    if found is None:
        raise NotVisible
    return found


def names_of_own(user: User) -> Sequence[str]:
    """The names under which somebody saved views."""
    return db.session.scalars(select(SavedView.name).where(SavedView.owner_id == user.id).order_by(SavedView.key)).all()
