"""The routes that bring people into a requisition: somebody new, somebody who is here already, a transfer."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.permissions import can, guarded, me
from tracker.candidates.models import Candidate
from tracker.candidates.operations import create_candidate
from tracker.candidates.queries import Duplicate, candidate_or_404, likely_duplicates
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.templating import say
from tracker.pipeline import operations
from tracker.pipeline.blueprint import bp
from tracker.pipeline.forms import AddExistingForm, AddPersonForm, TransferForm
from tracker.pipeline.models import Application
from tracker.pipeline.now import as_it_is_now
from tracker.pipeline.queries import application_or_404, enterable_stages
from tracker.pipeline.returning import came_from, page_of
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.policy import visible_requisitions
from tracker.requisitions.queries import requisition_or_404
from tracker.requisitions.states import LIVE


@bp.route("/requisitions/<number>/applications/new", methods=["GET", "POST"])
@guarded("pipeline.work", load=requisition_or_404)
def add_person(requisition: Requisition) -> ResponseReturnValue:
    """Add somebody by hand to a requisition; who is known by that address is offered instead."""
    stages = enterable_stages(requisition.id)
    form = AddPersonForm()
    form.offer_stages(stages)
    alike: list[Duplicate] = []
    if form.validate_on_submit():
        try:
            alike = likely_duplicates(form.facts(), certain_only=bool(form.somebody_else.data))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.is_submitted() and not (form.errors or form.form_errors or alike):
        try:
            with transaction():
                candidate = create_candidate(actor=me(), demo=False, **form.facts())
                operations.start_application(
                    requisition,
                    candidate,
                    actor=me(),
                    source_kind=SourceKind(form.source_kind.data),
                    source=form.source.data,
                    stage=_stage(stages, form.stage.data),
                    happened_at=form.happened_at.data,
                )
            say(f"{candidate.name} is in the pipeline of {requisition.number}")
            return see_other(url_for("desk.candidate", candidate_id=candidate.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template("pipeline/add_person.html", requisition=requisition, form=form, alike=alike)
    return page, form.answer_status


@bp.route("/candidates/<int:candidate_id>/applications/new", methods=["GET", "POST"])
@guarded("candidate.edit", load=candidate_or_404)
def add_existing(candidate: Candidate) -> ResponseReturnValue:
    """Bring somebody who is here already into a requisition."""
    requisitions = _open_to(me())
    form = AddExistingForm()
    form.offer(requisitions)
    form.offer_stages(())
    if not form.is_submitted():
        wanted = request.args.get("number", "")
        form.requisition.data = next((each.id for each in requisitions if each.number == wanted), None)
    if form.validate_on_submit():
        chosen = next(each for each in requisitions if each.id == form.requisition.data)
        try:
            with transaction():
                application = operations.start_application(
                    chosen,
                    candidate,
                    actor=me(),
                    source_kind=SourceKind(form.source_kind.data),
                    source=form.source.data,
                    happened_at=form.happened_at.data,
                )
            say(f"{candidate.name} is in the pipeline of {chosen.number}")
            return see_other(page_of(application))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template("pipeline/add_existing.html", candidate=candidate, form=form, requisitions=requisitions)
    return page, form.answer_status


@bp.route("/applications/<int:application_id>/transfer", methods=["GET", "POST"])
@guarded("application.move", load=application_or_404)
def transfer(application: Application) -> ResponseReturnValue:
    """Close the application here and start one in another requisition."""
    requisitions = [each for each in _open_to(me()) if each.id != application.requisition_id]
    form = TransferForm()
    form.offer(requisitions)
    if form.validate_on_submit():
        chosen = next(each for each in requisitions if each.id == form.requisition.data)
        try:
            with transaction():
                moved = operations.transfer_application(
                    application, chosen, actor=me(), expected=form.expected, comment=form.comment.data
                )
            say(f"{moved.candidate.name} went on to {chosen.number}")
            return see_other(page_of(moved))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.look_at(version=application.version)
        form.now = as_it_is_now(application)
    back = came_from(page_of(application))
    if not form.is_submitted():
        form.version.data = str(application.version)
        form.back.data = back
    page = render_template(
        "pipeline/transfer.html", application=application, form=form, requisitions=requisitions, back=back
    )
    return page, form.answer_status


def _open_to(user: User) -> list[Requisition]:
    """The requisitions that take people and that this user works on, newest first."""
    found = db.session.scalars(
        select(Requisition)
        .where(Requisition.state.in_(LIVE), visible_requisitions(user))
        .order_by(Requisition.id.desc())
    )
    return [requisition for requisition in found if can(user, "pipeline.work", requisition)]


def _stage(stages: list[Stage], stage_id: int | None) -> Stage | None:
    return next((stage for stage in stages if stage.id == stage_id), None)
