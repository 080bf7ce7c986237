"""Retiring a stage of a requisition, with what becomes of the people who are in it."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.forms import SelectChoice
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.templating import plural, say
from tracker.pipeline.blueprint import bp
from tracker.pipeline.retiring import Retired, retire_with_people
from tracker.requisitions.forms import RetireForm
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.queries import requisition_or_404, stages_of
from tracker.requisitions.stage_owners import people_in, stage_of

#: The choice that leaves people where they are.
STAY = "stay"


@bp.route("/requisitions/<number>/stages/<int:stage_id>/retirement", methods=["GET", "POST"])
@guarded("requisition.stages", load=requisition_or_404)
def retire_stage(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """How many people are in the stage, and where they go; nobody is moved without a choice."""
    stage = stage_of(requisition, stage_id)
    if not isinstance(stage, Stage) or stage.retired_at is not None:
        raise NotVisible("This stage is retired already.")
    people = people_in(stage)
    others = [other for other in stages_of(requisition) if other is not stage]
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
                    retired = retire_with_people(stage, target, seen=whole_number(form.seen.data), actor=me())
            except (Refused, Conflict) as refused:
                form.refuse(refused)
            else:
                return _done(requisition, stage, target, retired)
    if form.conflict:
        people = people_in(stage)
        form.look_at(seen=people)
    page = render_template("pipeline/retire_stage.html", requisition=requisition, stage=stage, people=people, form=form)
    return page, form.answer_status


def _done(requisition: Requisition, stage: Stage, target: Stage | None, retired: Retired) -> ResponseReturnValue:
    text = f"{stage.name} is retired."
    if target is not None and retired.moved:
        text += f" {plural(retired.moved, 'person', 'people')} moved to {target.name}."
    if retired.left:
        names = "; ".join(f"{name}: {why}" for name, why in retired.left)
        text += f" {plural(len(retired.left), 'person stays', 'people stay')} in it. {names}"
    say(text, kind="warn" if retired.left else "ok")
    return see_other(url_for("requisitions.stages", number=requisition.number))
