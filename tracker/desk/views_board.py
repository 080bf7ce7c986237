"""The board, its columns, the list, and the fragments that moves answer with."""

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import can, guarded, me
from tracker.core import clock
from tracker.core.errors import NotVisible
from tracker.core.http import wants_fragment
from tracker.core.paging import Cursor
from tracker.core.templating import toast_header
from tracker.desk.blueprint import bp
from tracker.desk.board import all_stages, count, load_board, load_card, load_column
from tracker.desk.filters import Filter, Limits
from tracker.desk.listing import SORTS, STATUSES, Choice, load_people
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.views import undo_address
from tracker.requisitions.models import Requisition
from tracker.requisitions.overviews import head
from tracker.requisitions.queries import requisition_or_404


@bp.get("/requisitions/<number>/board")
@guarded("pipeline.view", load=requisition_or_404)
def board(requisition: Requisition) -> ResponseReturnValue:
    """The pipeline as columns."""
    reader = me()
    shown = load_board(requisition, Filter.read(request.args), reader)
    return render_template(
        "desk/board.html",
        requisition=requisition,
        head=head(requisition, reader, None if shown.filter else shown.counts.figures),
        shown=shown,
        may_move=can(reader, "pipeline.work", requisition),
        addresses=_addresses(),
    )


@bp.get("/requisitions/<number>/columns/<int:stage_id>")
@guarded("pipeline.view", load=requisition_or_404)
def column(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """The next cards of one column: a fragment for the board, a page of their own without a script."""
    reader = me()
    chosen = Filter.read(request.args)
    after, fragment = Cursor.read(request.args.get("after")), wants_fragment()
    found = load_column(requisition, stage_id, after, chosen, reader, counting=not fragment)
    if found is None:
        raise NotVisible
    return render_template(
        "desk/_cards.html" if fragment else "desk/column.html",
        requisition=requisition,
        column=found,
        chosen=chosen,
        may_move=can(reader, "pipeline.work", requisition),
        addresses=_addresses(),
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
    reader, requisition = me(), application.requisition
    stages = all_stages(requisition)
    limits = Limits.of(requisition, stages, clock.now())
    counts = count(requisition, stages, limits, Filter(), reader)
    page = render_template(
        "desk/_moved.html",
        requisition=requisition,
        card=load_card(application.id, stages, limits, reader),
        stages=stages,
        counts=counts,
        phases=counts.by_phase(stages),
        may_move=can(reader, "pipeline.work", requisition),
        addresses=_addresses(),
    )
    response = make_response(page)
    response.headers.update(toast_header(text, undo_url=undo_address(change)))
    return response


def _addresses() -> dict[str, str]:
    """The beginnings of what cards link to: building an address for each card would cost more than the card."""
    application = url_for("pipeline.move", application_id=0).removesuffix("0/moves")
    return {"person": url_for("desk.candidate", candidate_id=0).removesuffix("0"), "application": application}
