"""Who may open a view, and who may change it."""

from sqlalchemy import ColumnElement, and_, or_, select

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.registry import Registry
from tracker.requisitions.models import Requisition
from tracker.requisitions.policy import visible_requisitions
from tracker.saved_views.models import SavedView


def visible_views(user: User) -> ColumnElement[bool]:
    """A predicate over views: one's own, and shared ones that are not about a requisition the user may not know of."""
    known = select(Requisition.id).where(visible_requisitions(user))
    about = or_(SavedView.requisition_id.is_(None), SavedView.requisition_id.in_(known))
    return or_(SavedView.owner_id == user.id, and_(SavedView.shared, about))


def changes(user: User, view: SavedView) -> bool:
    """Whoever saved it; admins tidy up what is shared."""
    return view.owner_id == user.id or (view.shared and user.has(Role.ADMIN))


def register(registry: Registry) -> None:
    """This domain's permissions."""
    registry.add_permission("saved_view.change", changes, who="who saved the view, and for shared ones admins")
