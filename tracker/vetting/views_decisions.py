"""Deciding on entries, and what leads there: waivers, assessments that are asked for, another round."""

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.models import User
from tracker.accounts.permissions import guarded, me
from tracker.accounts.queries import active_users
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.templating import say
from tracker.pipeline.now import as_it_is_now
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import members
from tracker.requisitions.states import TeamPart
from tracker.vetting import queries
from tracker.vetting.blueprint import bp
from tracker.vetting.comparison import Person, compare
from tracker.vetting.forms import AssessmentForm, DecisionForm, ReasonForm, ResubmitForm, number, usual_due
from tracker.vetting.models import ShortlistEntry, Waiver
from tracker.vetting.operations import decisions, interviews, shortlists
from tracker.vetting.states import EntryState
from tracker.vetting.views_shortlists import comparison_page

SAID = {
    EntryState.APPROVED: "{name} is approved for {stage}. {recruiter} is told by mail.",
    EntryState.DECLINED: "{name} is declined. {recruiter} is told by mail, and ends the application.",
    EntryState.MORE_WANTED: "{recruiter} is told what you would like to know about {name}.",
}


@bp.route("/entries/<int:entry_id>/decision", methods=["GET", "POST"])
@guarded("shortlist.decide", load=queries.entry_or_404)
def decide(entry: ShortlistEntry) -> ResponseReturnValue:
    """Approve, ask for more, or decline."""
    form = DecisionForm()
    if entry.state is not EntryState.PENDING and not form.is_submitted():
        return see_other(_page_of(entry))
    person = _person(entry)
    form.offer(person.places)
    if not form.is_submitted():
        wanted = request.args.get("state", "")
        form.state.data = wanted if wanted in set(EntryState) else EntryState.APPROVED.value
        form.round.data = str(entry.round)
        form.digest.data = person.evidence.digest
    if form.validate_on_submit():
        state = EntryState(form.state.data)
        try:
            with transaction():
                decisions.decide_entry(
                    entry,
                    state,
                    actor=me(),
                    expected_round=number(form.round.data),
                    expected_digest=form.digest.data or "",
                    comment=form.comment.data,
                    preference=form.place,
                )
            say(
                SAID[state].format(
                    name=entry.application.candidate.name,
                    stage=entry.shortlist.opens_stage.name,
                    recruiter=entry.put_forward_by.name,
                )
            )
            return see_other(_page_of(entry))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        if not form.comment.data:
            return comparison_page(queries.shortlist_or_404(entry.shortlist_id), form.conflict)
        # Nothing that was typed is lost; deciding again rests on what is known now.
        person = _person(entry)
        form.look_at(round=entry.round, digest=person.evidence.digest)
        form.now = as_it_is_now(entry.application)
    page = render_template("vetting/decision_form.html", form=form, entry=entry, person=person, states=EntryState)
    return page, form.answer_status


@bp.route("/entries/<int:entry_id>/waivers/<int:item_id>", methods=["GET", "POST"])
@guarded("shortlist.decide", load=queries.entry_or_404)
def waive(entry: ShortlistEntry, item_id: int) -> ResponseReturnValue:
    """Say that a must-have need not be assessed, and why."""
    item = queries.item_of(entry, item_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                decisions.waive_item(entry, item, reason=form.reason.data, actor=me())
            say(f"{item.title} is waived for {entry.application.candidate.name}.")
            return see_other(_page_of(entry))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.now = as_it_is_now(entry.application)
    page = render_template("vetting/waiver_form.html", form=form, entry=entry, item=item)
    return page, form.answer_status


@bp.post("/waivers/<int:waiver_id>/removal")
@guarded("shortlist.decide", load=queries.waiver_or_404)
def take_back_waiver(waiver: Waiver) -> ResponseReturnValue:
    """Ask for the assessment after all."""
    entry = waiver.entry
    with transaction():
        decisions.take_back_waiver(waiver, actor=me())
    say("The waiver is taken back.")
    return see_other(_page_of(entry))


@bp.route("/entries/<int:entry_id>/assessments/<int:item_id>", methods=["GET", "POST"])
@guarded("shortlist.ask_assessment", load=queries.entry_or_404)
def ask_assessment(entry: ShortlistEntry, item_id: int) -> ResponseReturnValue:
    """Ask somebody to assess a gap: a scorecard without an interview."""
    item = queries.item_of(entry, item_id)
    form = AssessmentForm()
    people = _assessors(entry.shortlist.requisition)
    form.offer(people)
    if not form.is_submitted():
        form.scorecard_due_at.data = usual_due()
    if form.validate_on_submit():
        assessor = next(user for user in people if user.id == form.assessor.data)
        try:
            with transaction():
                interviews.plan_interview(
                    entry.application,
                    title=f"Assessment: {item.title}",
                    starts_at=None,
                    assessors=[assessor],
                    scorecard_due_at=form.scorecard_due_at.data,
                    actor=me(),
                )
            say(f"{assessor.name} is asked, and told by mail.")
            return see_other(_page_of(entry))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template("vetting/assessment_form.html", form=form, entry=entry, item=item)
    return page, form.answer_status


@bp.route("/entries/<int:entry_id>/resubmission", methods=["GET", "POST"])
@guarded("shortlist.resubmit", load=queries.entry_or_404)
def resubmit(entry: ShortlistEntry) -> ResponseReturnValue:
    """Put somebody forward again."""
    form = ResubmitForm()
    if not form.is_submitted():
        form.round.data = str(entry.round)
        form.note.data = entry.note
    if form.validate_on_submit():
        try:
            with transaction():
                shortlists.resubmit_entry(
                    entry, note=form.note.data, actor=me(), expected_round=number(form.round.data)
                )
            say(f"{entry.application.candidate.name} is put forward again. {entry.shortlist.decider.name} is told.")
            return see_other(_page_of(entry))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.look_at(round=entry.round)
        form.now = as_it_is_now(entry.application)
    page = render_template("vetting/resubmit_form.html", form=form, entry=entry, decision=queries.decision_of(entry))
    return page, form.answer_status


@bp.post("/entries/<int:entry_id>/taking-back")
@guarded("shortlist.resubmit", load=queries.entry_or_404)
def take_back(entry: ShortlistEntry) -> ResponseReturnValue:
    """Take somebody off the shortlist before it is decided."""
    with transaction():
        shortlists.take_back_entry(entry, actor=me(), expected_round=number(request.form.get("round")))
    say(f"{entry.application.candidate.name} is off the shortlist.")
    return see_other(_page_of(entry))


def _person(entry: ShortlistEntry) -> Person:
    """Whom the entry is about, as the reader sees them in the comparison."""
    return next(each for each in compare(entry.shortlist, me()).people if each.entry.id == entry.id)


def _page_of(entry: ShortlistEntry) -> str:
    return url_for("vetting.shortlist", shortlist_id=entry.shortlist_id, person=entry.id)


def _assessors(requisition: Requisition) -> Sequence[User]:
    """The interviewers of the hiring team first, then the rest of it, then everybody else."""
    people = [*members(requisition, TeamPart.INTERVIEWER), *members(requisition), *active_users()]
    return list({person.id: person for person in people}.values())
