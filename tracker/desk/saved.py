"""The menu of saved views above a board or list, and where each leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core.addresses import url_for
from tracker.desk.across import NAMES, title_of
from tracker.desk.filters import ANY, Filter
from tracker.desk.listing import Choice
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RoleProfileKey
from tracker.roles.profiles import PROFILES
from tracker.saved_views.models import SavedView
from tracker.saved_views.queries import Board, Offered, views_on
from tracker.saved_views.states import Reach, ViewKind

#: The argument that says "everybody", where a board would open with a view by itself.
EVERYBODY = {"all": "1"}


@dataclass(frozen=True)
class Shelf:
    """Where views are at hand: the board and list of a requisition, or a board across requisitions."""

    board: Board
    title: str
    #: What its addresses are made of.
    named: Mapping[str, str]
    #: The pages: where each kind is looked at, where views are saved, and where the default is chosen.
    pages: Mapping[ViewKind, str]
    save: str
    choose: str
    #: Whoever reads no tags, as interviewers do not, learns none by asking who has them.
    reads_tags: bool = True

    @classmethod
    def of(cls, requisition: Requisition) -> "Shelf":
        """That of a requisition."""
        return cls(
            board=Board.of(requisition),
            title=f"{requisition.number} {requisition.title}",
            named={"number": requisition.number},
            pages={ViewKind.BOARD: "desk.board", ViewKind.LIST: "desk.list_view"},
            save="desk.save_view",
            choose="desk.choose_default",
        )

    @classmethod
    def across(cls, name: str, reader: User) -> "Shelf":
        """That of the board across requisitions which is called so, a key of NAMES."""
        return cls(
            board=Board(role=NAMES[name]),
            title=title_of(name),
            named={"name": name},
            pages={ViewKind.BOARD: "desk.across"},
            save="desk.save_across_view",
            choose="desk.choose_across_default",
            reads_tags=can(reader, "candidate.filter_by_tag"),
        )

    def address(self, endpoint: str, arguments: Mapping[str, str] | None = None) -> str:
        """The address of one of its pages."""
        values = {**(arguments or {}), **self.named}
        return url_for(endpoint, **values)

    def view_address(self, view: SavedView) -> str:
        """Where a view is looked at."""
        return self.address(self.pages[view.kind], self.meant(view.kind, view.arguments) or EVERYBODY)

    def meant(self, kind: ViewKind, arguments: Mapping[str, str]) -> dict[str, str]:
        """The arguments as the page writes them itself; what means nothing on it is gone."""
        if kind is ViewKind.LIST:
            return Choice.read(arguments).arguments()
        return dict(self.filter_of(arguments).arguments)

    def filter_of(self, arguments: Mapping[str, str]) -> Filter:
        """The filter of an address, as far as it means something here: a board across requisitions knows no item of a
        single checklist, and where everybody waits on the reader, that narrows nothing."""
        chosen = Filter.read(arguments)
        if self.board.requisition_id is not None:
            return chosen
        if not self.reads_tags:
            chosen = replace(chosen, tags=(), all_tags=False)
        missing = chosen.missing if chosen.missing == ANY else ""
        return replace(chosen, missing=missing, mine=chosen.mine and self.board.role is not None)

    @property
    def choose_url(self) -> str:
        """Where is said which view the board opens with."""
        return self.address(self.choose)

    def reach_words(self, reach: Reach) -> str:
        """Where a view is offered, in words."""
        if reach is Reach.REQUISITION:
            return f"{self.named['number']} only"
        if reach is Reach.EVERYWHERE:
            return "Everywhere"
        # Only boards of a role are asked.
        role: RoleProfileKey = self.board.role  # type: ignore[assignment]
        return f"Everywhere for {PROFILES[role].name}s"


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
    #: Where the view is chosen that the board opens with.
    choose_url: str
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


def menu_of(shelf: Shelf, kind: ViewKind, arguments: Mapping[str, str], reader: User) -> Menu:
    """The menu above a page whose address says `arguments`. One statement."""
    # A view that narrows nothing here is no view of this board.
    offered = [
        each
        for each in views_on(shelf.board, reader)
        if not each.view.arguments or shelf.meant(each.view.kind, each.view.arguments)
    ]
    return Menu(
        entries=[_entry(each, shelf, kind, arguments, reader) for each in offered],
        save_url=shelf.address(shelf.save, {"view": kind.value, **arguments}) if arguments else "",
        choose_url=shelf.choose_url,
        plain=EVERYBODY if any(each.default for each in offered) else {},
    )


def _entry(offered: Offered, shelf: Shelf, kind: ViewKind, arguments: Mapping[str, str], reader: User) -> Entry:
    view = offered.view
    return Entry(
        view=view,
        url=shelf.view_address(view),
        current=view.kind is kind and shelf.meant(kind, view.arguments) == dict(arguments),
        default=offered.default,
        own=view.owner_id == reader.id,
        edit_url=shelf.address("desk.change_view", {"view_id": str(view.id)})
        if can(reader, "saved_view.change", view)
        else "",
    )
