"""How every board opens and how its columns go on, of one requisition or across requisitions."""

from collections.abc import Callable

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.core.errors import NotVisible
from tracker.core.http import wants_fragment
from tracker.core.paging import Cursor
from tracker.desk.board import Board, load_board, load_column
from tracker.desk.drawing import drawing
from tracker.desk.filters import Filter
from tracker.desk.live import Live
from tracker.desk.saved import Menu, Shelf, menu_of
from tracker.desk.scopes import Scope, Token
from tracker.saved_views.states import ViewKind


def known_pulse() -> str:
    """The pulse that an open board knows, by `since` in its address; "" for a board that is opened."""
    return request.args.get("since", "") if wants_fragment() else ""


def answer_board(
    scope: Scope, chosen: Filter, shelf: Shelf, live: Live, page: Callable[[Board, Menu], str]
) -> ResponseReturnValue:
    """The columns alone for a board that is open; otherwise the view that it opens with, or its whole `page`.

    `live` is asked for before, so that nothing is missed between.
    """
    fragment = wants_fragment()
    views = None if fragment else menu_of(shelf, ViewKind.BOARD, chosen.arguments, scope.reader)
    if views is not None and views.default is not None and not request.args:
        return redirect(views.default.url)
    shown = load_board(scope, chosen, request.args.get("shown", "") if fragment else "")
    if views is None:
        return render_template("desk/_columns.html", shown=shown, live=live, draw=drawing())
    return page(shown, views)


def answer_column(scope: Scope, token: Token, chosen: Filter, *, board: str, first_url: str) -> ResponseReturnValue:
    """The next cards of one column: a fragment for the board, a page of their own without a script.

    `board` is what the board is called, `first_url` where the column begins. Raises NotVisible for what is no column.
    """
    after, fragment = Cursor.read(request.args.get("after")), wants_fragment()
    found = load_column(scope, token, after, chosen, counting=not fragment)
    if found is None:
        raise NotVisible
    return render_template(
        "desk/_cards.html" if fragment else "desk/column.html",
        column=found,
        board=board,
        board_url=scope.address(chosen),
        first_url=first_url,
        everybody_url=scope.address(Filter()),
        draw=drawing(),
    )
