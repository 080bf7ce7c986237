"""What happened on a requisition, and the way back where there is one."""

from collections.abc import Iterable

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.permissions import can, guarded, me
from tracker.core import clock
from tracker.core.db import db
from tracker.core.paging import whole_number
from tracker.desk.blueprint import bp
from tracker.desk.views_person import mark_of
from tracker.history.queries import TimelineEntry, timeline
from tracker.pipeline.models import StageChange
from tracker.pipeline.states import UNDO_WITHIN, UNDOABLE
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import requisition_or_404

PAGE = 50


@bp.get("/requisitions/<number>/history")
@guarded("requisition.view", load=requisition_or_404)
def history(requisition: Requisition) -> ResponseReturnValue:
    """Everything that happened, newest first."""
    before = whole_number(request.args.get("before"))
    # Interviewers see the people whose interviews they sit on, and nobody by this page.
    people = can(me(), "requisition.edit", requisition)
    entries = timeline(requisition_id=requisition.id, people=people, before=before, limit=PAGE + 1)
    shown = entries[:PAGE]
    return render_template(
        "desk/history.html",
        requisition=requisition,
        entries=shown,
        undoable=_undoable(shown),
        mark_of=mark_of,
        cursor=shown[-1].event.id if len(entries) > PAGE else None,
        before=before,
    )


def _undoable(entries: Iterable[TimelineEntry]) -> dict[int, StageChange]:
    """Of the changes that these lines tell of, by id, those that can still be taken back: nobody went on since."""
    told = {entry.event.data.get("change_id") for entry in entries} - {None}
    later = aliased(StageChange)
    found = db.session.scalars(
        select(StageChange)
        .where(
            StageChange.id.in_(told),
            StageChange.kind.in_(UNDOABLE),
            StageChange.recorded_at >= clock.now() - UNDO_WITHIN,
            ~exists().where(later.application_id == StageChange.application_id, later.seq > StageChange.seq),
        )
        .options(joinedload(StageChange.application))
    )
    return {change.id: change for change in found}
