"""The routes that move, end, reopen and undo. Each has a page that works without a script."""

from typing import NamedTuple

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import can, guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import asked_by_board, see_other, wants_fragment
from tracker.core.registry import get_registry
from tracker.core.templating import say
from tracker.pipeline import operations, taking_back
from tracker.pipeline.blueprint import bp
from tracker.pipeline.forms import EndForm, MoveForm, ReopenForm, stage_token
from tracker.pipeline.gates import has_own_form, refusals
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.now import as_it_is_now
from tracker.pipeline.queries import application_or_404, change_or_404, enterable_stage, enterable_stages
from tracker.pipeline.returning import came_from, page_of
from tracker.pipeline.states import UNDOABLE, ChangeKind
from tracker.requisitions.models import Stage


class _Ending(NamedTuple):
    kind: ChangeKind
    title: str
    button: str
    said: str


ENDINGS = {
    "rejection": _Ending(ChangeKind.REJECT, "Reject {name}", "Reject", "{name} is rejected"),
    "withdrawal": _Ending(ChangeKind.WITHDRAW, "{name} withdrew", "Record the withdrawal", "{name} withdrew"),
    "closing": _Ending(ChangeKind.CLOSE, "Close the application of {name}", "Close it", "The application is closed"),
}


@bp.get("/applications/<int:application_id>/move")
@guarded("application.move", load=application_or_404)
def choose_stage(application: Application) -> ResponseReturnValue:
    """ "Move to…", as a page. With `?stage=` it leads on to that stage's own form where it has one."""
    form = MoveForm(formdata=None)
    chosen = enterable_stage(application.requisition_id, request.args.get("stage", type=stage_token))
    if chosen is not None:
        address = _own_form(application, chosen)
        if address:
            return see_other(address)
        form.stage.data = chosen.id
    form.version.data = str(application.version)
    form.back.data = came_from(page_of(application))
    return _move_page(application, form)


@bp.post("/applications/<int:application_id>/moves")
@guarded("application.move", load=application_or_404)
def move(application: Application) -> ResponseReturnValue:
    """Move to a stage: `stage`, `version`, optional `reason`, `happened_at` and `override_reason`."""
    form = MoveForm()
    chosen = enterable_stage(application.requisition_id, form.stage.data)
    if not form.validate() or chosen is None:
        if wants_fragment():
            number = application.requisition.number
            raise Refused(
                f"{number} has no such stage, or not any more. Choose one of its own.", fields=_first_errors(form)
            )
        return _move_page(application, form), form.answer_status
    address = _own_form(application, chosen)
    if address:
        return see_other(address)
    try:
        with transaction(keeping=True):
            change = operations.move_application(
                application,
                chosen,
                actor=me(),
                expected=form.expected,
                comment=form.reason.data,
                happened_at=form.happened_at.data,
                override_reason=form.override_reason.data,
            )
    except (Refused, Conflict) as refused:
        if wants_fragment():
            raise
        form.refuse(refused)
        if form.conflict:
            form.look_at(version=application.version)
            form.now = as_it_is_now(application)
        return _move_page(application, form), form.answer_status
    return _answer(application, change, f"{application.candidate.name} moved to {chosen.name}")


@bp.route("/applications/<int:application_id>/<any(rejection,withdrawal,closing):ending>", methods=["GET", "POST"])
@guarded("application.end", load=application_or_404)
def end(application: Application, ending: str) -> ResponseReturnValue:
    """Reject, record a withdrawal, or close."""
    words = ENDINGS[ending]
    name = application.candidate.name
    form = EndForm()
    form.offer(words.kind)
    if form.validate_on_submit():
        try:
            with transaction(keeping=True):
                change = operations.end_application(
                    application,
                    words.kind,
                    actor=me(),
                    expected=form.expected,
                    reason=form.reason.data,
                    comment=form.comment.data,
                    told=form.told.data,
                    happened_at=form.happened_at.data,
                )
            return _answer(application, change, words.said.format(name=name))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.look_at(version=application.version)
        form.now = as_it_is_now(application)
    if not form.is_submitted():
        form.version.data = str(application.version)
        form.back.data = came_from(page_of(application))
    page = render_template(
        "pipeline/end.html",
        application=application,
        form=form,
        ending=ending,
        title=words.title.format(name=name),
        button=words.button,
        back=came_from(page_of(application)),
    )
    return page, form.answer_status


@bp.post("/applications/<int:application_id>/reopening")
@guarded("application.reopen", load=application_or_404)
def reopen(application: Application) -> ResponseReturnValue:
    """Make an ended application active again."""
    form = ReopenForm()
    if not form.validate():
        raise Refused("Load the page again.", fields=_first_errors(form))
    with transaction(keeping=True):
        change = taking_back.reopen_application(
            application, actor=me(), expected=form.expected, comment=form.comment.data
        )
    return _answer(application, change, f"{application.candidate.name} is back in {application.stage.name}")


@bp.post("/stage-changes/<int:change_id>/undo")
@guarded("application.undo", load=change_or_404)
def undo(change: StageChange) -> ResponseReturnValue:
    """Take the last change of an application back."""
    application = change.application
    with transaction(keeping=True):
        undone = taking_back.undo_change(change, actor=me())
    return _answer(application, undone, f"Undone. {application.candidate.name} is in {application.stage.name}")


def undo_address(change: StageChange) -> str | None:
    """Where a change is taken back; None for what has no undo."""
    return url_for("pipeline.undo", change_id=change.id) if change.kind in UNDOABLE else None


def _answer(application: Application, change: StageChange, text: str) -> ResponseReturnValue:
    """A board gets what it needs to go on; a page is sent back to where its reader came from."""
    if asked_by_board():
        return get_registry().fragments["card"](application, change, text)
    say(text, undo_url=undo_address(change))
    return see_other(came_from(page_of(application)))


def _move_page(application: Application, form: MoveForm) -> str:
    stages = enterable_stages(application.requisition_id)
    form.offer(stages)
    user = me()
    refused = refusals(application, stages, actor=user)
    return render_template(
        "pipeline/move.html",
        application=application,
        form=form,
        stages=stages,
        refused=refused,
        overridable=[stage.id for stage in stages if stage.id in refused and refused[stage.id].overridable],
        may_override=can(user, "application.override_gate", application),
        form_stages={stage.id for stage in stages if _own_form(application, stage)},
        back=came_from(page_of(application)),
    )


def _own_form(application: Application, stage: Stage) -> str:
    """The form that a stage opens instead of a plain move; going back to it needs none."""
    if not has_own_form(application, stage):
        return ""
    return get_registry().stage_forms[stage.kind](application, stage)


def _first_errors(form: MoveForm | ReopenForm) -> dict[str, str]:
    return {name: str(errors[0]) for name, errors in form.errors.items() if name and errors}
