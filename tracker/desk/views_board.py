"""The board, its columns, and the fragments that moves answer with."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.addresses import url_for
from tracker.desk.blueprint import bp
from tracker.desk.board import Board
from tracker.desk.drawing import drawing
from tracker.desk.filter_bar import bar_of_board
from tracker.desk.filters import Filter
from tracker.desk.live import live_board
from tracker.desk.opening import answer_board, answer_column, known_pulse
from tracker.desk.saved import Menu, Shelf
from tracker.desk.scopes import OneRequisition, figures
from tracker.pipeline.states import ChangeKind, requisition_allows
from tracker.requisitions.models import Requisition
from tracker.requisitions.overviews import head
from tracker.requisitions.queries import requisition_or_404


@bp.get("/requisitions/<number>/board")
@guarded("pipeline.view", load=requisition_or_404)
def board(requisition: Requisition) -> ResponseReturnValue:
    """The pipeline as columns; a board that is open asks for them alone, `since` the pulse it knows."""
    scope = OneRequisition(requisition, me())
    pulse_url = url_for("desk.pulse", number=requisition.number)
    live = live_board(requisition.number, pulse_url, [requisition.id], scope.reader, since=known_pulse())
    chosen = Filter.read(request.args)

    def page(shown: Board, views: Menu) -> str:
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

    return answer_board(scope, chosen, Shelf.of(requisition), live, page)


@bp.get("/requisitions/<number>/columns/<int:stage_id>")
@guarded("pipeline.view", load=requisition_or_404)
def column(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """The next cards of one column: a fragment for the board, a page of their own without a script."""
    chosen = Filter.read(request.args)
    first: dict[str, Any] = {"number": requisition.number, "stage_id": stage_id, **chosen.arguments}
    return answer_column(
        OneRequisition(requisition, me()),
        stage_id,
        chosen,
        board=f"{requisition.number} {requisition.title}",
        first_url=url_for("desk.column", **first),
    )
