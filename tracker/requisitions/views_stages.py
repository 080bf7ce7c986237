"""The stages of a requisition, and of the organisation's template for each role."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import can, guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.templating import listing, plural, say
from tracker.history.queries import timeline
from tracker.requisitions import operations_stages
from tracker.requisitions.blueprint import bp
from tracker.requisitions.forms import NewStageForm, StageForm
from tracker.requisitions.models import Requisition, StageTemplate
from tracker.requisitions.overviews import NOBODY, figures_of
from tracker.requisitions.queries import changeable, requisition_or_404
from tracker.requisitions.stage_comparison import compare, take_over
from tracker.requisitions.stage_owners import AnyStage, Owner, stage_of, stages_in
from tracker.requisitions.stage_pages import Pages, retired_of, rows_of
from tracker.requisitions.stage_rules import addable
from tracker.requisitions.stage_templates import ensure_templates, find_template
from tracker.requisitions.states import Phase, RoleProfileKey, StageKind
from tracker.requisitions.views import shown_version
from tracker.requisitions.views_parts import STEPS, place

TEMPLATE_HISTORY = 12


def template_or_404(role: str) -> StageTemplate:
    """The organisation's template for a role; raises NotVisible for no role."""
    if role not in set(RoleProfileKey):
        raise NotVisible
    template = find_template(RoleProfileKey(role))
    if template is None:
        # The first look at it on a new installation; the first requisition would write the same.
        with transaction():
            ensure_templates()
        template = find_template(RoleProfileKey(role))
    if template is None:
        raise NotVisible
    return template


# --- of a requisition -------------------------------------------------------------------------------------------------


@bp.get("/requisitions/<number>/stages")
@guarded("requisition.edit", load=requisition_or_404)
def stages(requisition: Requisition) -> ResponseReturnValue:
    """The stages by phase, with their limits."""
    people = figures_of([requisition.id], me()).get(requisition.id, NOBODY).active
    return render_template(
        "requisitions/stages.html",
        requisition=requisition,
        pages=Pages(requisition),
        phases=rows_of(requisition, people),
        retired=[(stage, people.get(stage.id, 0)) for stage in retired_of(requisition)],
        version=requisition.version,
        differing=sum(bool(entry.changes) for entry in compare(requisition)),
        at=request.args.get("at", ""),
        may_edit=changeable(requisition) and can(me(), "requisition.stages", requisition),
    )


@bp.route("/requisitions/<number>/stages/new", methods=["GET", "POST"])
@guarded("requisition.stages", load=requisition_or_404)
def new_stage(requisition: Requisition) -> ResponseReturnValue:
    """Add a stage."""
    return _new_stage(requisition)


@bp.route("/requisitions/<number>/stages/<int:stage_id>", methods=["GET", "POST"])
@guarded("requisition.stages", load=requisition_or_404)
def edit_stage(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """Rename a stage, set its limit and what entering it asks for."""
    return _edit_stage(requisition, stage_id)


@bp.post("/requisitions/<number>/stages/<int:stage_id>/position")
@guarded("requisition.stages", load=requisition_or_404)
def place_stage(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """Move a stage up or down, at the end of its phase into the next one."""
    return _place_stage(requisition, stage_id)


@bp.post("/requisitions/<number>/stages/order")
@guarded("requisition.stages", load=requisition_or_404)
def order_stages(requisition: Requisition) -> ResponseReturnValue:
    """Put the stages in the order that somebody dragged them into."""
    return _order_stages(requisition)


@bp.post("/requisitions/<number>/stages/<int:stage_id>/restoration")
@guarded("requisition.stages", load=requisition_or_404)
def restore_stage(requisition: Requisition, stage_id: int) -> ResponseReturnValue:
    """Bring a retired stage back."""
    return _restore_stage(requisition, stage_id)


@bp.route("/requisitions/<number>/stages/comparison", methods=["GET", "POST"])
@guarded("requisition.stages", load=requisition_or_404)
def compare_stages(requisition: Requisition) -> ResponseReturnValue:
    """The stages beside the organisation's template, and taking over what is chosen."""
    errors: list[str] = []
    chosen = request.form.getlist("key")
    if request.method == "POST":
        try:
            if not chosen:
                raise Refused("Choose what to take over.")
            with transaction():
                names = take_over(requisition, set(chosen), actor=me())
        except Refused as refused:
            errors = [refused.message, *refused.needed]
        else:
            say(f"{listing(names)} as in the template." if names else "Nothing was different.")
            return see_other(url_for("requisitions.stages", number=requisition.number))
    page = render_template(
        "requisitions/stage_comparison.html",
        requisition=requisition,
        entries=compare(requisition),
        chosen=chosen,
        errors=errors,
        changeable=changeable(requisition),
    )
    return page, 422 if errors else 200


# --- of the organisation ----------------------------------------------------------------------------------------------


@bp.get("/stage-templates")
@guarded("stage_template.edit")
def templates() -> ResponseReturnValue:
    """The templates; one leads to the other."""
    return redirect(url_for("requisitions.template_stages", role=next(iter(RoleProfileKey)).value))


@bp.get("/stage-templates/<role>")
@guarded("stage_template.edit", load=template_or_404)
def template_stages(template: StageTemplate) -> ResponseReturnValue:
    """The organisation's stages for a role."""
    return render_template(
        "requisitions/template.html",
        template=template,
        pages=Pages(template),
        phases=rows_of(template, {}),
        retired=[(stage, 0) for stage in retired_of(template)],
        version=template.version,
        roles=list(RoleProfileKey),
        history=timeline(subject=(StageTemplate.__tablename__, template.id), limit=TEMPLATE_HISTORY),
        at=request.args.get("at", ""),
        may_edit=True,
    )


@bp.route("/stage-templates/<role>/stages/new", methods=["GET", "POST"])
@guarded("stage_template.edit", load=template_or_404)
def template_new_stage(template: StageTemplate) -> ResponseReturnValue:
    """Add a stage to the template."""
    return _new_stage(template)


@bp.route("/stage-templates/<role>/stages/<int:stage_id>", methods=["GET", "POST"])
@guarded("stage_template.edit", load=template_or_404)
def template_edit_stage(template: StageTemplate, stage_id: int) -> ResponseReturnValue:
    """Change a stage of the template."""
    return _edit_stage(template, stage_id)


@bp.post("/stage-templates/<role>/stages/<int:stage_id>/position")
@guarded("stage_template.edit", load=template_or_404)
def template_place_stage(template: StageTemplate, stage_id: int) -> ResponseReturnValue:
    """Move a stage of the template up or down."""
    return _place_stage(template, stage_id)


@bp.post("/stage-templates/<role>/stages/order")
@guarded("stage_template.edit", load=template_or_404)
def template_order_stages(template: StageTemplate) -> ResponseReturnValue:
    """Put the template's stages in the order that somebody dragged them into."""
    return _order_stages(template)


@bp.post("/stage-templates/<role>/stages/<int:stage_id>/retirement")
@guarded("stage_template.edit", load=template_or_404)
def template_retire_stage(template: StageTemplate, stage_id: int) -> ResponseReturnValue:
    """Leave a stage out of new requisitions."""
    with transaction():
        stage = stage_of(template, stage_id)
        name = stage.name
        operations_stages.retire_stage(stage, actor=me())
    say(f"New requisitions begin without {name}. Existing ones keep theirs.")
    return see_other(Pages(template).url("stages"))


@bp.post("/stage-templates/<role>/stages/<int:stage_id>/restoration")
@guarded("stage_template.edit", load=template_or_404)
def template_restore_stage(template: StageTemplate, stage_id: int) -> ResponseReturnValue:
    """Bring a stage of the template back."""
    return _restore_stage(template, stage_id)


# --- what both share --------------------------------------------------------------------------------------------------


def _new_stage(owner: Owner) -> ResponseReturnValue:
    pages = Pages(owner)
    wanted = request.form.get("phase") or request.args.get("phase", "")
    phase = Phase(wanted) if wanted in set(Phase) else Phase.VETTING
    form = NewStageForm(
        phase=phase.value, kind=StageKind.OTHER.value, limit_days=5, requires_approval=phase is Phase.OFFER
    )
    form.offer([kind for kind in StageKind if any(kind in addable(stages_in(owner), each) for each in Phase)])
    if form.validate_on_submit():
        try:
            with transaction():
                stage = operations_stages.add_stage(
                    owner,
                    actor=me(),
                    name=form.name.data,
                    phase=phase,
                    kind=StageKind(form.kind.data),
                    limit_days=form.limit_days.data,
                    requires_approval=form.requires_approval.data,
                )
                stage_id = stage.id
            return see_other(pages.url("stages", **place("stage", stage_id, "")))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template("requisitions/stage.html", pages=pages, form=form, stage=None, **_subject(owner))
    return page, form.answer_status


def _edit_stage(owner: Owner, stage_id: int) -> ResponseReturnValue:
    pages, stage = Pages(owner), stage_of(owner, stage_id)
    if request.method == "POST":
        form = StageForm()
    else:
        form = StageForm(
            formdata=None,
            name=stage.name,
            limit_days=stage.limit_days,
            requires_approval=stage.requires_approval,
            version=stage.version,
        )
    if form.validate_on_submit():
        try:
            with transaction():
                operations_stages.change_stage(
                    stage,
                    expected=shown_version(form.version.data),
                    actor=me(),
                    name=form.name.data,
                    limit_days=form.limit_days.data,
                    requires_approval=form.requires_approval.data,
                )
            return see_other(pages.url("stages", **place("stage", stage_id, "")))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    theirs = {}
    if form.conflict:
        form.look_at(version=stage.version)
        theirs = _theirs(form, stage)
    page = render_template(
        "requisitions/stage.html", pages=pages, form=form, stage=stage, theirs=theirs, **_subject(owner)
    )
    return page, form.answer_status


def _theirs(form: StageForm, stage: AnyStage) -> dict[str, str]:
    """What the stage says now, by the form's fields that say something else."""
    now = {"name": stage.name, "limit_days": stage.limit_days, "requires_approval": stage.requires_approval}
    words = {
        "name": stage.name,
        "limit_days": plural(stage.limit_days, "working day") if stage.limit_days else "no limit",
        "requires_approval": "yes" if stage.requires_approval else "no",
    }
    return {name: words[name] for name, value in now.items() if form[name].data != value}


def _place_stage(owner: Owner, stage_id: int) -> ResponseReturnValue:
    step = request.form.get("step", "")
    with transaction():
        operations_stages.move_stage(stage_of(owner, stage_id), STEPS.get(step, 0), actor=me())
    return see_other(Pages(owner).url("stages", **place("stage", stage_id, step)))


def _order_stages(owner: Owner) -> ResponseReturnValue:
    order = {phase: [whole_number(item) or 0 for item in request.form.getlist(phase.value)] for phase in Phase}
    with transaction():
        operations_stages.order_stages(owner, order, expected=shown_version(request.form.get("version")), actor=me())
    return see_other(Pages(owner).url("stages"))


def _restore_stage(owner: Owner, stage_id: int) -> ResponseReturnValue:
    with transaction():
        stage = stage_of(owner, stage_id)
        operations_stages.restore_stage(stage, actor=me())
    say(f"{stage.name} is back.")
    return see_other(Pages(owner).url("stages", **place("stage", stage_id, "")))


def _subject(owner: Owner) -> dict[str, Requisition | StageTemplate]:
    """What the frame of the owner's pages is about."""
    return {"requisition": owner} if isinstance(owner, Requisition) else {"template": owner}
