"""The board, its columns, the list, and the fragments that moves answer with."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import can, guarded, me
from tracker.core.errors import NotVisible
from tracker.core.http import wants_fragment
from tracker.core.paging import Cursor
from tracker.core.templating import toast_header
from tracker.desk.blueprint import bp
from tracker.desk.board import load_board, load_column
from tracker.desk.drawing import drawing
from tracker.desk.filters import Filter
from tracker.desk.listing import SORTS, STATUSES, Choice, load_people
from tracker.desk.scopes import OneRequisition, figures
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.views import undo_address
from tracker.requisitions.models import Requisition
from tracker.requisitions.overviews import head
from tracker.requisitions.queries import requisition_or_404


@bp.get("/requisitions/<number>/board")
@guarded("pipeline.view", load=requisition_or_404)
def board(requisition: Requisition) -> ResponseReturnValue:
    """The pipeline as columns."""
    scope = OneRequisition(requisition, me())
    shown = load_board(scope, Filter.read(request.args))
    return render_template(
        "desk/board.html",
        requisition=requisition,
        head=head(requisition, scope.reader, None if shown.filter else figures(shown.counts)),
        shown=shown,
        may_move=scope.may_move,
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
    return render_template(
        "desk/_cards.html" if fragment else "desk/column.html",
        requisition=requisition,
        column=found,
        chosen=chosen,
        draw=drawing(),
    )


@bp.get("/requisitions/<number>/list")
@guarded("pipeline.view", load=requisition_or_404)
def list_view(requisition: Requisition) -> ResponseReturnValue:
    """The pipeline as rows."""
    choice, reader = Choice.read(request.args), me()
    people = load_people(requisition, choice, reader)
    return render_template(
        "desk/list.html",
        requisition=requisition,
        head=head(requisition, reader, people.figures),
        people=people,
        choice=choice,
        sorts=SORTS,
        statuses=STATUSES,
        may_move=can(reader, "pipeline.work", requisition),
    )


def answer_card(application: Application, change: StageChange, text: str) -> Response:
    """What a drop gets: the card as it is now, the counts of all columns, and a message that can be taken back."""
    scope = OneRequisition(application.requisition, me())
    counts = scope.count(Filter())
    page = render_template(
        "desk/_moved.html",
        card=scope.card(application.id),
        stages=scope.lanes,
        counts=counts,
        phases=counts.by_phase(scope.lanes),
        draw=drawing(),
    )
    response = make_response(page)
    response.headers.update(toast_header(text, undo_url=undo_address(change)))
    return response
