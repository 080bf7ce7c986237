"""The list of requisitions, writing one down, its overview, its facts and its history."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.models import User
from tracker.accounts.permissions import can, guarded, me
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.accounts.timezones import zone_names
from tracker.approvals.queries import latest_approval, who_can_mend
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.templating import say
from tracker.requisitions import operations
from tracker.requisitions.blueprint import bp
from tracker.requisitions.facts import CURRENCIES
from tracker.requisitions.forms import EditForm, NewForm
from tracker.requisitions.models import Requisition
from tracker.requisitions.now import requisition_as_it_is_now
from tracker.requisitions.overviews import GROUPS, Filters, figures_of, head, overview, phase_counts
from tracker.requisitions.overviews import NOBODY as NO_PEOPLE
from tracker.requisitions.queries import (
    changeable,
    checklist_of,
    deciders,
    members,
    openings_of,
    requisition_or_404,
)
from tracker.requisitions.states import Need, Phase, RequisitionState, RoleProfileKey, TeamPart
from tracker.roles.profiles import PROFILES


@bp.get("/requisitions")
@guarded("requisition.list")
def index() -> ResponseReturnValue:
    """All requisitions that the reader may see, grouped by state."""
    role, state = request.args.get("role", ""), request.args.get("state", "")
    filters = Filters(
        role=RoleProfileKey(role) if role in set(RoleProfileKey) else None,
        state=RequisitionState(state) if state in set(RequisitionState) else None,
        mine=request.args.get("mine") == "1",
    )
    return render_template(
        "requisitions/index.html",
        overview=overview(me(), filters, before=whole_number(request.args.get("before"))),
        filters=filters,
        roles=list(RoleProfileKey),
        states=GROUPS,
        phases=list(Phase),
    )


@bp.route("/requisitions/new", methods=["GET", "POST"])
@guarded("requisition.create")
def new() -> ResponseReturnValue:
    """Write a requisition down."""
    people = active_users()
    form = NewForm(
        openings=1,
        target_days=45,
        currency="EUR",
        workplace="remote",
        engagement="employee",
        role=request.args.get("role"),
        recruiter=[me().id] if me().has(Role.RECRUITER) else [],
        hiring_manager=me().id if me().has(Role.HIRING_MANAGER) else 0,
    )
    form.offer(people)
    if form.validate_on_submit():
        try:
            with transaction():
                wanted = form.wanted(active_users())
                requisition = operations.create_requisition(
                    role=RoleProfileKey(form.role.data),
                    actor=me(),
                    openings=form.openings.data or 0,
                    hiring_manager=next(iter(wanted[TeamPart.HIRING_MANAGER]), None),
                    recruiters=wanted[TeamPart.RECRUITER],
                    deputies=wanted[TeamPart.DEPUTY],
                    interviewers=wanted[TeamPart.INTERVIEWER],
                    **form.facts(),
                )
                number = requisition.number
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say(f"{number} is written down as a draft. Look over its checklist, then submit it for approval.")
            return see_other(url_for("requisitions.show", number=number))
    page = render_template(
        "requisitions/new.html", form=form, profiles=PROFILES.values(), currencies=CURRENCIES, zones=zone_names()
    )
    return page, form.answer_status


@bp.get("/requisitions/<number>")
@guarded("requisition.view", load=requisition_or_404)
def show(requisition: Requisition) -> ResponseReturnValue:
    """The requisition's overview: what to do next, the pipeline, the checklist, openings, the hiring team."""
    figures = figures_of([requisition.id], me()).get(requisition.id, NO_PEOPLE)
    approval = latest_approval(ApprovalKind.REQUISITION, requisition_id=requisition.id)
    approver = db.session.get(User, approval.approver_id) if approval else None
    menders = who_can_mend(approval)
    decider = db.session.get(User, approval.decided_by_id) if approval and approval.decided_by_id else None
    return render_template(
        "requisitions/show.html",
        requisition=requisition,
        head=head(requisition, figures=figures),
        figures=figures,
        phases=phase_counts(requisition.stages, figures),
        must=checklist_of(requisition, Need.MUST_HAVE),
        nice=checklist_of(requisition, Need.NICE_TO_HAVE),
        openings=openings_of(requisition),
        deciders=deciders(requisition),
        team=[(part, members(requisition, part)) for part in TeamPart],
        approval=approval,
        approver=approver,
        decider=decider,
        asked_of_reader=approver == me(),
        menders=menders,
        declined=approval is not None
        and approval.state is ApprovalState.DECLINED
        and requisition.state is RequisitionState.DRAFT,
        may_decide=approval is not None
        and approval.state is ApprovalState.PENDING
        and not menders
        and can(me(), "approval.decide", approval),
        states=RequisitionState,
        changeable=changeable(requisition),
    )


@bp.route("/requisitions/<number>/edit", methods=["GET", "POST"])
@guarded("requisition.edit", load=requisition_or_404)
def edit(requisition: Requisition) -> ResponseReturnValue:
    """Edit the facts; whoever was slower than somebody else sees both, and decides."""
    form = EditForm() if request.method == "POST" else EditForm.of(requisition)
    if form.validate_on_submit():
        try:
            with transaction():
                changed = operations.update_requisition(
                    requisition, expected=shown_version(form.version.data), actor=me(), **form.facts()
                )
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say(f"{requisition.number} is saved." if changed else "Nothing was different.")
            return see_other(url_for("requisitions.show", number=requisition.number))
    if form.conflict:
        form.look_at(version=requisition.version)
        form.show_beside(EditForm.of(requisition))
        form.now = requisition_as_it_is_now(requisition)
    page = render_template(
        "requisitions/edit.html",
        requisition=requisition,
        form=form,
        currencies=CURRENCIES,
        zones=zone_names(),
    )
    return page, form.answer_status


def shown_version(text: object) -> int:
    """The version that was on the page; one that is missing is never the present one."""
    return whole_number(text) or 0
