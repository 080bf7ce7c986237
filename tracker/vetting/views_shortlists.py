"""The pages of shortlists: the list, the form that puts people forward, the comparison."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.models import User
from tracker.accounts.permissions import guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.templating import listing, say
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.queries import requisition_or_404, stage_of_kind, whom_to_ask
from tracker.requisitions.states import StageKind
from tracker.vetting import overviews, policy, queries, waiting
from tracker.vetting.blueprint import bp
from tracker.vetting.comparison import compare
from tracker.vetting.forms import DeciderForm, ShortlistForm, notes_from, number
from tracker.vetting.models import Shortlist
from tracker.vetting.operations import shortlists
from tracker.vetting.states import EntryState


@bp.get("/shortlists")
@guarded("shortlist.list")
def index() -> ResponseReturnValue:
    """All shortlists that one may see: those that wait on me, those that wait on others, and what was decided."""
    user = me()
    before = number(request.args.get("before")) or None
    visible = policy.visible_shortlists(user)
    undecided = [] if before else waiting.waiting_shortlists(visible)
    settled = overviews.shortlists_where(visible, ~overviews.is_waiting(), before=before, limit=overviews.PAGE + 1)
    return render_template(
        "vetting/shortlists.html",
        mine=[each for each in undecided if each.decider_id == user.id],
        others=[each for each in undecided if each.decider_id != user.id],
        settled=settled[: overviews.PAGE],
        before=before,
        next_before=settled[overviews.PAGE - 1].id if len(settled) > overviews.PAGE else None,
    )


@bp.get("/requisitions/<number>/shortlists")
@guarded("shortlist.list", load=requisition_or_404)
def shortlists_of(requisition: Requisition) -> ResponseReturnValue:
    """The shortlists of a requisition, newest first."""
    found = overviews.shortlists_where(Shortlist.requisition_id == requisition.id, limit=200)
    return render_template(
        "vetting/shortlists_of.html",
        requisition=requisition,
        waiting=[each for each in found if any(entry.state is EntryState.PENDING for entry in each.entries)],
        settled=[each for each in found if all(entry.state is not EntryState.PENDING for entry in each.entries)],
    )


@bp.route("/requisitions/<number>/shortlists/new", methods=["GET", "POST"])
@guarded("shortlist.submit", load=requisition_or_404)
def new_shortlist(requisition: Requisition) -> ResponseReturnValue:
    """Put people forward for a decision."""
    form = ShortlistForm()
    sent = [number(each) for each in request.form.getlist("applications")]
    named = [number(each) for each in request.values.getlist("application")] + sent
    people = queries.can_be_put_forward(requisition, named, sent=sent)
    stages = queries.shortlist_stages(requisition)
    choices = _decider_choices(requisition)
    form.offer(people, stages, choices)
    shortlisted = stage_of_kind(requisition, StageKind.SHORTLISTED)
    if not form.is_submitted():
        default = queries.default_opens_stage(requisition)
        form.applications.data = [each.id for each in people if each.id in named]
        form.opens_stage.data = default.id if default else None
        form.decider.data = choices[0].id if choices else None
    notes = notes_from(request.form, [each.id for each in people])
    if form.validate_on_submit():
        chosen = [each for each in people if each.id in set(form.applications.data or ())]
        decider = next(user for user in choices if user.id == form.decider.data)
        opens_stage = next(stage for stage in stages if stage.id == form.opens_stage.data)
        try:
            with transaction():
                shortlist = shortlists.submit_shortlist(
                    requisition,
                    chosen,
                    opens_stage=opens_stage,
                    decider=decider,
                    note=form.note.data,
                    entry_notes=notes,
                    actor=me(),
                    move_to=shortlisted if form.move.data else None,
                )
            names = listing(entry.application.candidate.name for entry in shortlist.entries)
            say(f"{names} put forward. {decider.name} is told by mail.")
            return see_other(url_for("vetting.shortlist", shortlist_id=shortlist.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template(
        "vetting/shortlist_form.html",
        form=form,
        requisition=requisition,
        people=people,
        chosen=set(form.applications.data or ()),
        notes=notes,
        shortlisted=shortlisted,
        one_stage=len(stages) == 1,
        nobody_decides=not choices,
    )
    return page, form.answer_status


@bp.get("/shortlists/<int:shortlist_id>")
@guarded("shortlist.view", load=queries.shortlist_or_404)
def shortlist(shortlist: Shortlist) -> ResponseReturnValue:
    """People side by side against the checklist, and the decision on each."""
    return comparison_page(shortlist)


@bp.route("/shortlists/<int:shortlist_id>/decider", methods=["GET", "POST"])
@guarded("shortlist.hand_over", load=queries.shortlist_or_404)
def change_decider(shortlist: Shortlist) -> ResponseReturnValue:
    """Ask somebody else to decide."""
    form = DeciderForm()
    able = whom_to_ask(shortlist.requisition, [shortlist.submitted_by_id])
    choices = [user for user in able if user.id != shortlist.decider_id]
    form.decider.choices = [(user.id, user.name) for user in choices]
    if form.validate_on_submit():
        decider = next(user for user in choices if user.id == form.decider.data)
        try:
            with transaction():
                shortlists.change_decider(shortlist, decider, actor=me())
            say(f"{decider.name} is asked now, and told by mail.")
            return see_other(url_for("vetting.shortlist", shortlist_id=shortlist.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template("vetting/decider_form.html", form=form, shortlist=shortlist, choices=choices)
    return page, form.answer_status


def comparison_page(shortlist: Shortlist, conflict: Conflict | None = None) -> ResponseReturnValue:
    """The comparison; with `conflict` it says what somebody did in the meantime (409), and shows what is true now."""
    page = render_template(
        "vetting/shortlist.html",
        comparison=compare(shortlist, me()),
        shortlist=shortlist,
        requisition=shortlist.requisition,
        current=number(request.args.get("person")),
        conflict=conflict,
        states=EntryState,
    )
    return page, 409 if conflict else 200


def stage_form(application: Application, _stage: Stage) -> str:
    """Where a drop on Shortlisted leads: the form, with that person chosen."""
    return url_for("vetting.new_shortlist", number=application.requisition.number, application=application.id)


def _decider_choices(requisition: Requisition) -> list[User]:
    """Whom to ask: the hiring manager first, then deputies and admins, as far as they may decide on what I submit."""
    return whom_to_ask(requisition, [me().id])
