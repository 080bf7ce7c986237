"""Retiring a stage of a requisition, with what becomes of the people who are in it."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.forms import SelectChoice
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.registry import get_registry
from tracker.core.templating import plural, say
from tracker.pipeline.blueprint import bp
from tracker.pipeline.bulk import work_off
from tracker.pipeline.changes import order_of
from tracker.pipeline.queries import batch_counts
from tracker.pipeline.retiring import retire_with_people
from tracker.pipeline.states import BatchOutcome
from tracker.requisitions.forms import RetireForm
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.queries import requisition_or_404, stages_of
from tracker.requisitions.stage_owners import people_in, stage_of

#: The choice that leaves people where they are.
STAY = "stay"
#: So many chunks of people are moved within the request; the page of the bulk action goes on with the rest.
CHUNKS = 5


@bp.route("/requisitions/<number>/stages/<int:stage_id>/retirement", methods=["GET", "POST"])
@guarded("requisition.stages", load=requisition_or_404)
def retire_stage(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """How many people are in the stage, and where they go; nobody is moved without a choice."""
    stage = stage_of(requisition, stage_id)
    if not isinstance(stage, Stage) or stage.retired_at is not None:
        raise NotVisible("This stage is retired already.")
    people = people_in(stage)
    # Stages further on that open a form of their own take nobody in a bulk action.
    forms = get_registry().stage_forms
    others = [
        other
        for other in stages_of(requisition)
        if other is not stage and (other.kind not in forms or order_of(other) < order_of(stage))
    ]
    form = RetireForm(seen=people)
    form.people.choices = [
        *(SelectChoice(str(other.id), f"Move them to {other.name}") for other in others),
        SelectChoice(STAY, "They stay until they move on; nobody else comes in"),
    ]
    if form.is_submitted():
        if not people:
            # There is nothing to choose; somebody who comes in meanwhile is a conflict.
            form.people.data, form.seen.data = STAY, "0"
        if not people or form.validate():
            target = next((other for other in others if str(other.id) == form.people.data), None)
            try:
                with transaction():
                    batch = retire_with_people(stage, target, seen=whole_number(form.seen.data), actor=me())
                    begun = (batch.id, batch.mark) if batch else None
            except (Refused, Conflict) as refused:
                form.refuse(refused)
            else:
                return _done(requisition, stage, begun)
    if form.conflict:
        people = people_in(stage)
        form.look_at(seen=people)
    page = render_template("pipeline/retire_stage.html", requisition=requisition, stage=stage, people=people, form=form)
    return page, form.answer_status


def _done(requisition: Requisition, stage: Stage, begun: tuple[int, str] | None) -> ResponseReturnValue:
    """Move the people, and go back; to the page of the bulk action where it names who was left, or has more to do."""
    back = url_for("requisitions.stages", number=requisition.number)
    if begun is None:
        say(f"{stage.name} is retired. Its history stays.")
        return see_other(back)
    batch_id, mark = begun
    left = work_off(batch_id, chunks=CHUNKS)
    counts = batch_counts(batch_id)
    if left or counts.get(BatchOutcome.REFUSED):
        return see_other(url_for("desk.show_batch", mark=mark, back=back))
    moved = plural(counts.get(BatchOutcome.DONE, 0), "person was", "people were")
    say(f"{stage.name} is retired, and {moved} moved.", undo_url=url_for("desk.undo_batch", mark=mark))
    return see_other(back)
