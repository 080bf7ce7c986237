"""The menu of saved views above a board or list, and where each leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.desk.filters import Filter
from tracker.desk.listing import Choice
from tracker.requisitions.models import Requisition
from tracker.saved_views.models import SavedView
from tracker.saved_views.queries import Board, Offered, views_on
from tracker.saved_views.states import ViewKind

#: The argument that says "everybody", where a board would open with a view by itself.
EVERYBODY = {"all": "1"}


@dataclass(frozen=True)
class Entry:
    """One view of the menu."""

    view: SavedView
    url: str
    #: What is on the page now is this view.
    current: bool
    default: bool
    own: bool
    #: Where it is renamed, shared and deleted; empty for whoever may not.
    edit_url: str


@dataclass(frozen=True)
class Menu:
    """The views that a page offers."""

    entries: Sequence[Entry]
    #: Where what is on the page now is saved; empty while there is nothing to save.
    save_url: str
    #: What the page's address is without any filter: with a default, it must say so.
    plain: Mapping[str, str]

    @property
    def current(self) -> Entry | None:
        """The view that is on the page."""
        return next((entry for entry in self.entries if entry.current), None)

    @property
    def default(self) -> Entry | None:
        """The view that the board opens with."""
        return next((entry for entry in self.entries if entry.default), None)


def menu_of(requisition: Requisition, kind: ViewKind, arguments: Mapping[str, str], reader: User) -> Menu:
    """The menu above the board or list of a requisition, whose address says `arguments`. One statement."""
    offered = views_on(Board.of(requisition), reader)
    return Menu(
        entries=[_entry(each, requisition, kind, arguments, reader) for each in offered],
        save_url=address_of(requisition, "desk.save_view", {"view": kind.value, **arguments}) if arguments else "",
        plain=EVERYBODY if any(each.default for each in offered) else {},
    )


def canonical(kind: ViewKind, arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments as the page writes them itself; what means nothing is gone."""
    return Filter.read(arguments).arguments if kind is ViewKind.BOARD else Choice.read(arguments).arguments()


def view_address(view: SavedView, requisition: Requisition) -> str:
    """Where the view is looked at, for this requisition."""
    endpoint = "desk.board" if view.kind is ViewKind.BOARD else "desk.list_view"
    return address_of(requisition, endpoint, view.arguments or EVERYBODY)


def address_of(requisition: Requisition, endpoint: str, arguments: Mapping[str, str]) -> str:
    """The address of a page of the requisition with these arguments."""
    values: dict[str, str] = dict(arguments)
    return url_for(endpoint, number=requisition.number, **values)  # type: ignore[arg-type]  # arguments are texts


def _entry(
    offered: Offered, requisition: Requisition, kind: ViewKind, arguments: Mapping[str, str], reader: User
) -> Entry:
    view = offered.view
    return Entry(
        view=view,
        url=view_address(view, requisition),
        current=view.kind is kind and view.arguments == dict(arguments),
        default=offered.default,
        own=view.owner_id == reader.id,
        edit_url=url_for("desk.change_view", view_id=view.id, number=requisition.number)
        if can(reader, "saved_view.change", view)
        else "",
    )
