"""The pages of interviews: one's own, those of a requisition, planning, changing, holding, cancelling."""

from collections.abc import Sequence
from datetime import timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.models import User
from tracker.accounts.permissions import guarded, me
from tracker.accounts.queries import active_users
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.guard import SIGNED_IN
from tracker.core.http import see_other
from tracker.core.templating import say
from tracker.pipeline.models import Application
from tracker.pipeline.now import as_it_is_now
from tracker.pipeline.queries import application_or_404
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import members, requisition_or_404
from tracker.requisitions.states import StageKind
from tracker.vetting import overviews, queries, waiting
from tracker.vetting.blueprint import bp
from tracker.vetting.forms import HeldForm, InterviewForm, ReasonForm, usual_due
from tracker.vetting.models import Interview
from tracker.vetting.now import interview_as_it_is_now
from tracker.vetting.operations import interviews
from tracker.vetting.states import InterviewState

#: Stages that are named after what is held in them.
HELD_IN = frozenset({StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW})
#: How far back one's own page looks.
RECENT = timedelta(days=60)


@bp.get("/interviews")
@guarded(SIGNED_IN)
def mine() -> ResponseReturnValue:
    """My interviews and scorecards: what I owe, what is coming, what was."""
    user = me()
    owed = waiting.scorecards_owed_by(user)
    # What has no time and asks for a scorecard stands among those already.
    owed_for = {card.interview_id for card in owed if card.ready}
    coming = [
        each for each in queries.interviews_where(queries.sits(user), *overviews.coming()) if each.id not in owed_for
    ]
    past = queries.interviews_where(
        queries.sits(user), *overviews.past(clock.now() - RECENT), newest_first=True, limit=50
    )
    return render_template(
        "vetting/interviews.html",
        owed=[card for card in owed if card.ready],
        coming=coming,
        past=past,
        reader=user,
        owes=overviews.owes,
        recent_days=RECENT.days,
    )


@bp.get("/requisitions/<number>/interviews")
@guarded("interview.list", load=requisition_or_404)
def interviews_of(requisition: Requisition) -> ResponseReturnValue:
    """The interviews of a requisition: waiting for scorecards, coming, and what was."""
    here = Application.requisition_id == requisition.id
    owed = queries.interviews_where(here, *overviews.owing())
    coming = queries.interviews_where(here, *overviews.coming())
    past = queries.interviews_where(here, *overviews.past(), newest_first=True, limit=50)
    named = {each.id for each in owed}
    return render_template(
        "vetting/interviews_of.html",
        requisition=requisition,
        owed=owed,
        coming=[each for each in coming if each.id not in named],
        past=[each for each in past if each.id not in named],
    )


@bp.route("/applications/<int:application_id>/interviews/new", methods=["GET", "POST"])
@guarded("interview.plan", load=application_or_404)
def new_interview(application: Application) -> ResponseReturnValue:
    """Plan an interview."""
    form = InterviewForm()
    team, others = _people(application.requisition)
    form.offer([*team, *others])
    if not form.is_submitted():
        stage = application.stage
        form.title.data = stage.name if stage.kind in HELD_IN else "Interview"
        form.minutes.data = interviews.DEFAULT_MINUTES
        form.scorecard_due_at.data = usual_due()
    if form.validate_on_submit():
        try:
            with transaction():
                interview = interviews.plan_interview(
                    application,
                    title=form.title.data,
                    starts_at=form.starts_at.data,
                    minutes=form.minutes.data,
                    place=form.place.data,
                    assessors=_chosen(form, [*team, *others]),
                    scorecard_due_at=form.scorecard_due_at.data,
                    actor=me(),
                )
            say("Planned; the assessors are told by mail.")
            return see_other(url_for("vetting.interview", interview_id=interview.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.now = as_it_is_now(application)
    page = render_template(
        "vetting/interview_form.html", form=form, application=application, interview=None, team=team, others=others
    )
    return page, form.answer_status


@bp.get("/interviews/<int:interview_id>")
@guarded("interview.view", load=queries.interview_or_404)
def interview(interview: Interview) -> ResponseReturnValue:
    """One interview: when, where, who sits on it, and whose scorecards are there."""
    return render_template(
        "vetting/interview.html",
        interview=interview,
        application=interview.application,
        reader=me(),
        owes=overviews.owes,
        states=InterviewState,
    )


@bp.route("/interviews/<int:interview_id>/edit", methods=["GET", "POST"])
@guarded("interview.edit", load=queries.interview_or_404)
def edit_interview(interview: Interview) -> ResponseReturnValue:
    """Change a planned interview."""
    form = InterviewForm()
    team, others = _people(interview.application.requisition)
    known = {person.id for person in [*team, *others]}
    seated = [seat.user for seat in interview.seats if seat.user_id not in known]
    form.offer([*team, *others, *seated])
    if not form.is_submitted():
        form.show(interview)
    if form.validate_on_submit():
        try:
            with transaction():
                interviews.change_interview(
                    interview,
                    expected=form.expected,
                    title=form.title.data,
                    starts_at=form.starts_at.data,
                    minutes=form.minutes.data,
                    place=form.place.data,
                    assessors=_chosen(form, [*team, *others, *seated]),
                    scorecard_due_at=form.scorecard_due_at.data,
                    actor=me(),
                )
            say("Changed; whom it concerns is told by mail.")
            return see_other(url_for("vetting.interview", interview_id=interview.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.look_at(version=interview.version)
        known = InterviewForm(formdata=None)
        known.offer([*team, *others, *seated])
        known.show(interview)
        form.show_beside(known)
        form.now = interview_as_it_is_now(interview)
    page = render_template(
        "vetting/interview_form.html",
        form=form,
        application=interview.application,
        interview=interview,
        team=team,
        others=[*others, *seated],
    )
    return page, form.answer_status


@bp.post("/interviews/<int:interview_id>/holding")
@guarded("interview.hold", load=queries.interview_or_404)
def hold_interview(interview: Interview) -> ResponseReturnValue:
    """It took place."""
    form = HeldForm()
    with transaction():
        interviews.mark_held(interview, actor=me(), happened_at=form.happened_at.data)
    say("Recorded as held.")
    return see_other(_back_to(interview))


@bp.route("/interviews/<int:interview_id>/cancellation", methods=["GET", "POST"])
@guarded("interview.edit", load=queries.interview_or_404)
def cancel_interview(interview: Interview) -> ResponseReturnValue:
    """It will not take place, and why."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                interviews.cancel_interview(interview, reason=form.reason.data, actor=me())
            say("Cancelled; the assessors are told by mail.")
            return see_other(url_for("vetting.interview", interview_id=interview.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.now = interview_as_it_is_now(interview)
    page = render_template("vetting/cancel_interview.html", form=form, interview=interview)
    return page, form.answer_status


@bp.post("/interviews/<int:interview_id>/resumption")
@guarded("interview.edit", load=queries.interview_or_404)
def resume_interview(interview: Interview) -> ResponseReturnValue:
    """It is planned after all."""
    with transaction():
        interviews.resume_interview(interview, actor=me())
    say("Planned again.")
    return see_other(url_for("vetting.interview", interview_id=interview.id))


def _people(requisition: Requisition) -> tuple[list[User], list[User]]:
    """Who may sit on an interview: the hiring team first, then everybody else."""
    team = members(requisition)
    known = {person.id for person in team}
    return team, [person for person in active_users() if person.id not in known]


def _chosen(form: InterviewForm, people: Sequence[User]) -> list[User]:
    wanted = set(form.assessors.data or ())
    return [person for person in people if person.id in wanted]


def _back_to(interview: Interview) -> str:
    if request.form.get("back") == "mine":
        return url_for("vetting.mine")
    return url_for("vetting.interview", interview_id=interview.id)
