"""Bulk actions: the preview, the action, what became of it, and taking it back. All of it works without a script."""

from dataclasses import dataclass

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import can, guarded, me
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.core.errors import Refused, TrackerError
from tracker.core.forms import trimmed
from tracker.core.http import asked_by_board, local_address, see_other
from tracker.core.paging import whole_number
from tracker.core.templating import say
from tracker.desk.blueprint import bp
from tracker.desk.bulk_forms import BulkForm
from tracker.desk.bulk_words import WORDS, people, result, undo_result
from tracker.desk.selection import Selection, read_board, read_filter, read_people
from tracker.pipeline.bulk import CHUNK, check_order, start_batch, work_off
from tracker.pipeline.bulk_judging import Judged, Order, judge_all, sentence, stages_by_requisition
from tracker.pipeline.bulk_undo import begin_undo, last_moment, work_off_undo
from tracker.pipeline.changes import order_of
from tracker.pipeline.models import Application, Batch
from tracker.pipeline.queries import batch_counts, batch_or_404, batch_people, batch_stage
from tracker.pipeline.returning import came_from
from tracker.pipeline.states import BatchKind, BatchOutcome
from tracker.requisitions.models import Stage
from tracker.requisitions.queries import requisition_or_404

#: So many chunks are worked off within one request; what is left goes on from the page of the result.
CHUNKS = 5
#: So many names are shown of those it is about, and of those for whom it cannot be done.
NAMES, REFUSALS = 10, 50
ACTIONS = ",".join(BatchKind)


@dataclass(frozen=True)
class _Preview:
    """What would become of everybody."""

    selection: Selection
    stages: list[Stage]
    #: None until enough was said to judge.
    judged: Judged | None
    #: How many there were when they were chosen, if that is another number by now.
    counted: int | None = None

    @property
    def able(self) -> int:
        """For how many it can be done."""
        return len(self.selection) if self.judged is None else len(self.judged.allowed)

    @property
    def names(self) -> list[str]:
        """The first of those it is about."""
        chosen = self.selection.applications if self.judged is None else self.judged.allowed
        return [each.candidate.name for each in chosen[:NAMES]]

    @property
    def refused(self) -> list[tuple[Application, str]]:
        """Those for whom it cannot be done, with the reason."""
        return [(each, sentence(error)) for each, error in self.judged.refused] if self.judged else []


@bp.post(f"/bulk/<any({ACTIONS}):action>")
@guarded("batch.start")
def preview_bulk(action: str) -> ResponseReturnValue:
    """Who it would be about, and for whom it cannot be done.

    `pick` (or `people`) names them; with `all` it is everybody whom the address `filter` of the requisition `number`
    or of the board called `board` leaves, `count` of whom were there when that was chosen.
    """
    kind = BatchKind(action)
    form = BulkForm()
    counted = None
    if request.form.get("all"):
        query, board = request.form.get("filter", ""), request.form.get("board", "")
        if board:
            selection = read_board(board, query, me())
        else:
            selection = read_filter(requisition_or_404(trimmed(request.form.get("number"))), query, me())
        counted = whole_number(request.form.get("count"))
    else:
        selection = read_people([*request.form.getlist("pick"), form.people.data or ""], me())
    if not len(selection):
        raise Refused("Nobody is chosen.", needed=["Tick the people first."])
    if not form.mark.data:
        form.begin()
    form.back.data = local_address(came_from(""), "")
    preview = _preview(form, kind, selection, counted if counted != len(selection) else None)
    return _page(form, kind, preview)


@bp.post("/batches")
@guarded("batch.start")
def start_bulk() -> ResponseReturnValue:
    """Do it: `action`, its own fields, `people` with the versions that were seen, and the form's `mark`."""
    given = request.form.get("action", "")
    if given not in set(BatchKind):
        raise Refused("Choose what is to be done.", needed=["Go back, and choose the people again."])
    kind, form = BatchKind(given), BulkForm()
    selection = read_people([form.people.data or ""], me())
    preview = _preview(form, kind, selection, None)
    if not form.validate():
        return _page(form, kind, preview), form.answer_status
    try:
        with transaction():
            batch = start_batch(form.mark.data or "", form.order(kind), selection.seen, actor=me())
            batch_id, mark = batch.id, batch.mark
    except Refused as refused:
        form.refuse(refused)
        # Nothing was begun: sent again, it is an action of its own.
        form.begin()
        return _page(
            form, kind, _preview(form, kind, read_people([form.people.data or ""], me()), None)
        ), form.answer_status
    work_off(batch_id, chunks=CHUNKS)
    return _told(mark, local_address(form.back.data or "", ""))


@bp.get("/batches/<mark>")
@guarded("batch.view", load=batch_or_404)
def show_batch(batch: Batch) -> ResponseReturnValue:
    """What became of everybody, by name and reason, and the undo of all."""
    counts, reader = batch_counts(batch.id), me()
    waiting = counts.get(BatchOutcome.WAITING, 0)
    undoing = batch.undone_at is not None and counts.get(BatchOutcome.DONE, 0)
    total = sum(counts.values())
    return render_template(
        "desk/batch.html",
        batch=batch,
        total=total,
        left=waiting or undoing,
        title=_title(batch, counts),
        undone=undo_result(counts) if batch.undone_at is not None else "",
        counts={outcome.value: count for outcome, count in counts.items()},
        refused=batch_people(batch, reader, BatchOutcome.REFUSED, limit=total),
        kept=batch_people(batch, reader, BatchOutcome.KEPT, limit=total),
        done=batch_people(batch, reader, BatchOutcome.DONE, BatchOutcome.UNDONE, limit=CHUNK),
        may_undo=_undoable(batch, counts) and can(reader, "batch.undo", batch),
        until=last_moment(batch),
        back=local_address(request.args.get("back", ""), url_for("desk.today")),
    )


@bp.post("/batches/<mark>/work")
@guarded("batch.view", load=batch_or_404)
def go_on_with_batch(batch: Batch) -> ResponseReturnValue:
    """Go on with what is not finished, the action or its undo: everybody in it is judged as they are now."""
    mark, batch_id, undoing = batch.mark, batch.id, batch.undone_at is not None
    if undoing:
        work_off_undo(batch_id, chunks=CHUNKS)
    else:
        work_off(batch_id, chunks=CHUNKS)
    back = local_address(request.form.get("back", ""), "")
    return see_other(url_for("desk.show_batch", mark=mark, back=back or None))


@bp.post("/batches/<mark>/undo")
@guarded("batch.undo", load=batch_or_404)
def undo_batch(batch: Batch) -> ResponseReturnValue:
    """Take all back that can be; what somebody went on with is named on the page of the result."""
    mark, batch_id, actor = batch.mark, batch.id, me()
    with transaction():
        begin_undo(batch_id, actor=actor)
    left = work_off_undo(batch_id, chunks=CHUNKS)
    counts = batch_counts(batch_id)
    if left or counts.get(BatchOutcome.KEPT):
        return see_other(url_for("desk.show_batch", mark=mark, back=came_from("") or None))
    return _said(f"Undone. {undo_result(counts)}", came_from(url_for("desk.show_batch", mark=mark)))


def _told(mark: str, back: str) -> ResponseReturnValue:
    """All is done: back to where it began, with a message; else to the page that names who was left."""
    batch = batch_or_404(mark)
    counts = batch_counts(batch.id)
    if batch.finished_at is None or counts.get(BatchOutcome.REFUSED) or not back:
        return see_other(url_for("desk.show_batch", mark=mark, back=back or None))
    return _said(_title(batch, counts), back, undo_url=url_for("desk.undo_batch", mark=mark))


def _said(text: str, back: str, *, undo_url: str | None = None) -> ResponseReturnValue:
    """A board says it itself, and goes on where its reader is; any other page is loaded anew, and says it then."""
    if asked_by_board():
        return jsonify(say=text, undo=undo_url or "")
    say(text, undo_url=undo_url)
    return see_other(back)


def _title(batch: Batch, counts: dict[BatchOutcome, int]) -> str:
    return result(batch, counts, batch_stage(batch))


def _undoable(batch: Batch, counts: dict[BatchOutcome, int]) -> bool:
    return batch.finished_at is not None and batch.undone_at is None and bool(counts.get(BatchOutcome.DONE))


def _preview(form: BulkForm, kind: BatchKind, selection: Selection, counted: int | None) -> _Preview:
    by_requisition = stages_by_requisition({each.requisition_id for each in selection.applications})
    by_key: dict[str, Stage] = {}
    for stage in (stage for own in by_requisition.values() for stage in own):
        by_key.setdefault(stage.key, stage)
    stages = sorted(by_key.values(), key=order_of)
    form.offer(kind, stages, active_users(Role.RECRUITER))
    return _Preview(selection, stages, _judge(form.order(kind), selection), counted)


def _judge(order: Order, selection: Selection) -> Judged | None:
    if order.kind in {BatchKind.MOVE, BatchKind.TAG}:
        try:
            check_order(order)
        except TrackerError:
            return None
    # Which reason is given changes nothing about who can be ended.
    if order.kind.ending is not None and not order.reason:
        order = Order(kind=order.kind, reason="other", happened_at=order.happened_at)
    return judge_all(order, selection.applications, selection.seen, actor=me())


def _page(form: BulkForm, kind: BatchKind, preview: _Preview) -> str:
    words, able = WORDS[kind], preview.able
    form.people.data = preview.selection.people
    return render_template(
        "desk/bulk.html",
        form=form,
        kind=kind,
        preview=preview,
        title=words.title.format(people=people(len(preview.selection))),
        button=words.button.format(people=people(able)) if able else "",
        cannot=words.cannot,
        refused=preview.refused[:REFUSALS],
        more_refused=len(preview.refused) - REFUSALS,
        back=form.back.data or url_for("desk.today"),
    )
