"""Leading a requisition through its states: approval, holds, the end, reopening; and its openings."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.accounts.queries import find_user
from tracker.approvals.operations import decide
from tracker.core.db import transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.forms import SelectChoice
from tracker.core.http import see_other
from tracker.core.templating import say
from tracker.requisitions import operations_life, operations_openings
from tracker.requisitions.blueprint import bp
from tracker.requisitions.forms import CloseForm, HoldForm, ReopenForm, ResumeForm, SubmitForm
from tracker.requisitions.models import Opening, Requisition
from tracker.requisitions.overviews import NOBODY, figures_of
from tracker.requisitions.queries import deciders, is_filled, last_spell, openings_of, requisition_or_404
from tracker.requisitions.states import CLOSED, LIVE, RequisitionState

#: "All that the cancellation closed", among the openings to choose from.
ALL_OPENINGS = 0


@bp.route("/requisitions/<number>/opening-approval", methods=["GET", "POST"])
@guarded("requisition.edit", load=requisition_or_404)
def submission(requisition: Requisition) -> ResponseReturnValue:
    """Submit a draft for approval; who is to approve it themselves opens it at once, where that is allowed."""
    form = SubmitForm()
    people = operations_life.approver_choices(requisition, me())
    form.offer(people)
    if form.validate_on_submit():
        try:
            with transaction():
                approval = operations_life.submit_for_approval(
                    requisition, actor=me(), approver=find_user(form.approver.data)
                )
                own = approval.approver_id == me().id
                if own:
                    decide(approval, actor=me(), approved=True)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            approver = find_user(form.approver.data)
            if own:
                say(f"{requisition.number} is open.")
            else:
                say(f"{approver.name if approver else 'The approver'} is asked to approve {requisition.number}.")
            return see_other(url_for("requisitions.show", number=requisition.number))
    page = render_template(
        "requisitions/submission.html",
        requisition=requisition,
        form=form,
        people=people,
        deciders=deciders(requisition),
        reader=me(),
        refusal=_why_not(requisition, RequisitionState.PENDING_APPROVAL),
    )
    return page, form.answer_status


@bp.post("/requisitions/<number>/opening-approval/withdrawal")
@guarded("requisition.edit", load=requisition_or_404)
def take_back(requisition: Requisition) -> ResponseReturnValue:
    """Make what waits for approval a draft again."""
    with transaction():
        operations_life.take_back(requisition, actor=me())
    say(f"{requisition.number} is a draft again.")
    return see_other(url_for("requisitions.show", number=requisition.number))


@bp.route("/requisitions/<number>/holds", methods=["GET", "POST"])
@guarded("requisition.hold", load=requisition_or_404)
def hold(requisition: Requisition) -> ResponseReturnValue:
    """Put it on hold."""
    form = HoldForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations_life.hold_requisition(
                    requisition, actor=me(), reason=form.reason.data, happened_at=form.happened_at.data
                )
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say(f"{requisition.number} is on hold.")
            return see_other(url_for("requisitions.show", number=requisition.number))
    refusal = _why_not(requisition, RequisitionState.ON_HOLD)
    page = render_template("requisitions/hold.html", requisition=requisition, form=form, refusal=refusal)
    return page, form.answer_status


@bp.route("/requisitions/<number>/resumption", methods=["GET", "POST"])
@guarded("requisition.hold", load=requisition_or_404)
def resume(requisition: Requisition) -> ResponseReturnValue:
    """Go on after a hold."""
    form = ResumeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations_life.resume_requisition(requisition, actor=me(), happened_at=form.happened_at.data)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say(f"{requisition.number} is open again.")
            return see_other(url_for("requisitions.show", number=requisition.number))
    page = render_template("requisitions/resume.html", requisition=requisition, form=form, states=RequisitionState)
    return page, form.answer_status


@bp.route("/requisitions/<number>/closure", methods=["GET", "POST"])
@guarded("requisition.close", load=requisition_or_404)
def close(requisition: Requisition) -> ResponseReturnValue:
    """Cancel it, or call it filled with the people it has."""
    hired = any(is_filled(opening) for opening in openings_of(requisition))
    form = CloseForm(outcome="filled" if hired and requisition.state in LIVE else "cancelled")
    if form.validate_on_submit():
        try:
            with transaction():
                operations_life.close_requisition(
                    requisition, actor=me(), cancelled=form.outcome.data == "cancelled", reason=form.reason.data
                )
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say(f"{requisition.number} is {requisition.state.label}.")
            return see_other(url_for("requisitions.show", number=requisition.number))
    page = render_template(
        "requisitions/close.html",
        requisition=requisition,
        form=form,
        hired=hired,
        over=requisition.state in CLOSED,
        people=figures_of([requisition.id], me()).get(requisition.id, NOBODY).people,
    )
    return page, form.answer_status


@bp.route("/requisitions/<number>/reopening", methods=["GET", "POST"])
@guarded("requisition.reopen", load=requisition_or_404)
def reopen(requisition: Requisition) -> ResponseReturnValue:
    """Reopen a filled or cancelled requisition."""
    ended = operations_life.openings_by_last_end(requisition)
    choices = [SelectChoice(opening.id, _ended_words(opening)) for opening in ended]
    if requisition.state is RequisitionState.CANCELLED and len(ended) > 1:
        choices.insert(0, SelectChoice(ALL_OPENINGS, "All that the cancellation closed"))
    form = ReopenForm(opening=choices[0].value if choices else None)
    form.opening.choices = choices
    if form.is_submitted() and (not choices or form.validate()):
        try:
            with transaction():
                opening = next((entry for entry in openings_of(requisition) if entry.id == form.opening.data), None)
                operations_life.reopen_requisition(requisition, actor=me(), opening=opening)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say(f"{requisition.number} is {requisition.state.label} again.")
            return see_other(url_for("requisitions.show", number=requisition.number))
    page = render_template(
        "requisitions/reopen.html", requisition=requisition, form=form, over=requisition.state in CLOSED
    )
    return page, form.answer_status


@bp.get("/requisitions/<number>/openings")
@guarded("requisition.edit", load=requisition_or_404)
def openings(requisition: Requisition) -> ResponseReturnValue:
    """The openings and every stretch in which each was open."""
    return render_template(
        "requisitions/openings.html",
        requisition=requisition,
        openings=openings_of(requisition),
        changeable=requisition.state is RequisitionState.DRAFT or requisition.state in LIVE,
    )


@bp.post("/requisitions/<number>/openings")
@guarded("requisition.edit", load=requisition_or_404)
def add_opening(requisition: Requisition) -> ResponseReturnValue:
    """Add one seat."""
    with transaction():
        operations_openings.add_opening(requisition, actor=me())
    say("One more opening.")
    return see_other(url_for("requisitions.openings", number=requisition.number))


@bp.post("/requisitions/<number>/openings/<int:opening_id>/cancellation")
@guarded("requisition.edit", load=requisition_or_404)
def cancel_opening(requisition: Requisition, opening_id: int) -> ResponseReturnValue:
    """Give one seat up."""
    with transaction():
        operations_openings.cancel_opening(_opening(requisition, opening_id), actor=me())
    filled = requisition.state is RequisitionState.FILLED
    say(f"{requisition.number} is filled with that." if filled else "The opening is given up.")
    return see_other(url_for("requisitions.openings", number=requisition.number))


def _opening(requisition: Requisition, opening_id: int) -> Opening:
    for opening in requisition.openings:
        if opening.id == opening_id:
            return opening
    raise NotVisible


def _why_not(requisition: Requisition, state: RequisitionState) -> Refused | None:
    """What the page says instead of its form, where the step cannot be taken."""
    try:
        operations_life.check_transition(requisition, state)
    except Refused as refused:
        return refused
    return None


def _ended_words(opening: Opening) -> str:
    last = last_spell(opening)
    how = last.end.value if last is not None and last.end is not None else "never opened"
    return f"Opening {opening.position}, {how}"
