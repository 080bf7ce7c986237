"""What happened on a requisition, and the way back where there is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.permissions import can, guarded, me
from tracker.core import clock
from tracker.core.db import db
from tracker.core.paging import whole_number
from tracker.desk.blueprint import bp
from tracker.desk.news import Deed, deeds_in, said_of_many
from tracker.desk.views_person import mark_of
from tracker.history.queries import TimelineEntry, timeline
from tracker.pipeline.models import StageChange
from tracker.pipeline.states import UNDO_WITHIN, UNDOABLE
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import requisition_or_404

PAGE = 50
#: Of what was done to many at once so many are named; the page of the bulk action names all.
NAMED = 50
#: What is done to many at once is one line.
TOGETHER = (
    "application.started",
    "application.moved",
    "application.ended",
    "application.reopened",
    "application.change_undone",
)


@dataclass(frozen=True)
class _Line:
    """One line: "{actor} {said}", about one person, or about the many of a deed."""

    entry: TimelineEntry
    actor: str
    said: str
    deed: Deed | None = None

    @property
    def people(self) -> Sequence[str]:
        """Of many, those who are named."""
        return self.deed.names[:NAMED] if self.deed else ()

    @property
    def further(self) -> int:
        """How many more there are."""
        return self.deed.count - len(self.people) if self.deed else 0


@bp.get("/requisitions/<number>/history")
@guarded("requisition.view", load=requisition_or_404)
def history(requisition: Requisition) -> ResponseReturnValue:
    """Everything that happened, newest first."""
    before = whole_number(request.args.get("before"))
    # Interviewers see the people whose interviews they sit on, and nobody by this page.
    people = can(me(), "requisition.edit", requisition)
    entries = timeline(requisition_id=requisition.id, people=people, before=before, limit=PAGE + 1, together=TOGETHER)
    shown = entries[:PAGE]
    lines = _lines(shown)
    return render_template(
        "desk/history.html",
        requisition=requisition,
        lines=lines,
        undoable=_undoable(line.entry for line in lines if line.deed is None),
        mark_of=mark_of,
        cursor=shown[-1].event.id if len(entries) > PAGE else None,
        before=before,
    )


def _lines(entries: Sequence[TimelineEntry]) -> list[_Line]:
    """The shares in which a large bulk action was done stand in one line, that of the latest."""
    deeds = deeds_in([entry for entry in entries if entry.event.kind in TOGETHER], names=NAMED)
    lines = []
    for entry in entries:
        deed = deeds.get(entry.event.id)
        if deed is None:
            lines.append(_Line(entry, entry.actor_name, entry.sentence))
        elif deed.told_by == entry.event.id:
            said = said_of_many(entry, deed)
            verb = said.removeprefix(f"{entry.actor_name} ")
            lines.append(_Line(entry, "" if verb == said else entry.actor_name, verb, deed))
    return lines


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
