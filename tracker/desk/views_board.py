"""The board, its columns, and the fragments that moves answer with."""

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.addresses import url_for
from tracker.core.errors import NotVisible
from tracker.core.http import wants_fragment
from tracker.core.paging import Cursor
from tracker.desk.blueprint import bp
from tracker.desk.board import load_board, load_column
from tracker.desk.drawing import drawing
from tracker.desk.filter_bar import bar_of_board
from tracker.desk.filters import Filter
from tracker.desk.live import live_board
from tracker.desk.saved import Shelf, menu_of
from tracker.desk.scopes import OneRequisition, figures
from tracker.pipeline.states import ChangeKind, requisition_allows
from tracker.requisitions.models import Requisition
from tracker.requisitions.overviews import head
from tracker.requisitions.queries import requisition_or_404
from tracker.saved_views.states import ViewKind


@bp.get("/requisitions/<number>/board")
@guarded("pipeline.view", load=requisition_or_404)
def board(requisition: Requisition) -> ResponseReturnValue:
    """The pipeline as columns; a board that is open asks for them alone, `since` the pulse it knows."""
    scope, fragment = OneRequisition(requisition, me()), wants_fragment()
    pulse_url = url_for("desk.pulse", number=requisition.number)
    since = request.args.get("since", "") if fragment else ""
    live = live_board(requisition.number, pulse_url, [requisition.id], scope.reader, since=since)
    chosen = Filter.read(request.args)
    views = None if fragment else menu_of(Shelf.of(requisition), ViewKind.BOARD, chosen.arguments, scope.reader)
    if views is not None and views.default is not None and not request.args:
        return redirect(views.default.url)
    shown = load_board(scope, chosen, request.args.get("shown", "") if fragment else "")
    if views is None:
        return render_template("desk/_columns.html", shown=shown, live=live, draw=drawing())
    return render_template(
        "desk/board.html",
        requisition=requisition,
        head=head(requisition, scope.reader, figures(shown.everybody)),
        shown=shown,
        live=live,
        bar=bar_of_board(requisition, chosen, views.plain),
        views=views,
        may_add=scope.may_move and requisition_allows(requisition.state, ChangeKind.START),
        draw=drawing(),
    )


@bp.get("/requisitions/<number>/columns/<int:stage_id>")
@guarded("pipeline.view", load=requisition_or_404)
def column(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """The next cards of one column: a fragment for the board, a page of their own without a script."""
    scope = OneRequisition(requisition, me())
    chosen = Filter.read(request.args)
    after, fragment = Cursor.read(request.args.get("after")), wants_fragment()
    found = load_column(scope, stage_id, after, chosen, counting=not fragment)
    if found is None:
        raise NotVisible
    first: dict[str, Any] = {"number": requisition.number, "stage_id": stage_id, **chosen.arguments}
    return render_template(
        "desk/_cards.html" if fragment else "desk/column.html",
        column=found,
        board=f"{requisition.number} {requisition.title}",
        board_url=scope.address(chosen),
        first_url=url_for("desk.column", **first),
        everybody_url=scope.address(Filter()),
        draw=drawing(),
    )
