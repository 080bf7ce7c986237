"""The pages of scorecards: written, submitted, read, taken back."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.templating import say
from tracker.pipeline.models import Application
from tracker.pipeline.queries import application_or_404
from tracker.requisitions.queries import checklist_of
from tracker.vetting import queries, waiting
from tracker.vetting.blueprint import bp
from tracker.vetting.evidence import owes_scorecard
from tracker.vetting.forms import scorecard_form
from tracker.vetting.models import InterviewSeat, Scorecard
from tracker.vetting.operations import scorecards
from tracker.vetting.states import Rating, Recommendation


@bp.route("/seats/<int:seat_id>/scorecard", methods=["GET", "POST"])
@guarded("scorecard.fill_in", load=queries.seat_or_404)
def seat_scorecard(seat: InterviewSeat) -> ResponseReturnValue:
    """The scorecard that a seat asks for; one that was begun is opened."""
    if seat.scorecard is not None and not request.form:
        return see_other(url_for("vetting.scorecard", scorecard_id=seat.scorecard.id))
    return _write(seat.interview.application, seat=seat, card=seat.scorecard)


@bp.route("/applications/<int:application_id>/scorecards/new", methods=["GET", "POST"])
@guarded("scorecard.write", load=application_or_404)
def new_scorecard(application: Application) -> ResponseReturnValue:
    """A scorecard that nobody asked for. Whoever owes one on this person writes that first."""
    owed = waiting.seat_owed(me(), application)
    if owed is not None:
        return see_other(url_for("vetting.seat_scorecard", seat_id=owed.id))
    return _write(application, seat=None, card=None)


@bp.route("/scorecards/<int:scorecard_id>", methods=["GET", "POST"])
@guarded("scorecard.view", load=queries.scorecard_or_404)
def scorecard(card: Scorecard) -> ResponseReturnValue:
    """A scorecard: one's own draft to go on with, or a submitted one to read."""
    if card.assessor_id == me().id and card.submitted_at is None:
        return _write(card.application, seat=card.seat, card=card)
    if request.method == "POST":
        raise Refused(
            "This scorecard is submitted; it stands.",
            needed=["Its assessor can take it back, as long as no decision rests on it."],
        )
    if card.assessor_id != me().id and owes_scorecard(me(), [card.application_id]):
        # Independence: the address of a card says nothing to somebody who has not written theirs.
        return render_template(
            "vetting/scorecard_withheld.html", card=card, seat=waiting.seat_owed(me(), card.application)
        )
    return render_template(
        "vetting/scorecard.html",
        card=card,
        rows=queries.ratings_in_order(card),
        decision=scorecards.decision_on(card),
        not_assessed=Rating.NOT_ASSESSED,
    )


@bp.post("/scorecards/<int:scorecard_id>/withdrawal")
@guarded("scorecard.withdraw", load=queries.scorecard_or_404)
def withdraw_scorecard(card: Scorecard) -> ResponseReturnValue:
    """A submitted scorecard becomes a draft again."""
    with transaction():
        scorecards.withdraw_scorecard(card, actor=me())
    if card.assessor_id == me().id:
        say("It is a draft again. Submit it when it is right.")
        return see_other(url_for("vetting.scorecard", scorecard_id=card.id))
    say(f"It is a draft of {card.assessor.name} again.")
    return see_other(url_for("desk.candidate", candidate_id=card.application.candidate_id))


@bp.post("/scorecards/<int:scorecard_id>/discarding")
@guarded("scorecard.view", load=queries.scorecard_or_404)
def discard_scorecard(card: Scorecard) -> ResponseReturnValue:
    """A draft is thrown away."""
    candidate_id = card.application.candidate_id
    with transaction():
        scorecards.discard_draft(card, actor=me())
    say("The draft is gone.")
    return see_other(url_for("desk.candidate", candidate_id=candidate_id))


def _write(application: Application, *, seat: InterviewSeat | None, card: Scorecard | None) -> ResponseReturnValue:
    """The form of a scorecard: kept as a draft, or submitted."""
    items = checklist_of(application.requisition)
    form = scorecard_form(items)
    if not form.is_submitted() and card is not None:
        form.show(card)
    if form.validate_on_submit():
        submitting = "submit" in request.form
        act = scorecards.submit_scorecard if submitting else scorecards.save_scorecard
        try:
            with transaction():
                kept = act(
                    application,
                    seat=seat,
                    card=card,
                    ratings=form.given(),
                    recommendation=form.recommended(),
                    summary=form.summary.data,
                    expected=form.expected,
                    actor=me(),
                )
            say("Submitted. You see the ratings of the others now." if submitting else "Kept as a draft.")
            return see_other(url_for("vetting.scorecard", scorecard_id=kept.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict and card is not None:
        form.look_at(version=card.version)
        form.show_beside(scorecard_form(items, card=card))
    page = render_template(
        "vetting/scorecard_form.html",
        form=form,
        application=application,
        seat=seat,
        card=card,
        musts=[fields for fields in form.items if fields.item.need.value == "must_have"],
        nices=[fields for fields in form.items if fields.item.need.value != "must_have"],
        owes=owes_scorecard(me(), [application.id]),
        recommendations=Recommendation,
    )
    return page, form.answer_status
