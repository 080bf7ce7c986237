"""The page that asks what becomes of everybody who is left."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Refused
from tracker.core.http import see_other
from tracker.core.templating import plural, say
from tracker.pipeline.blueprint import bp
from tracker.pipeline.queries import active_of
from tracker.pipeline.remaining import CLOSE_REASON, Choice, end_remaining
from tracker.pipeline.states import REJECT_REASONS, ChangeKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import requisition_or_404
from tracker.requisitions.states import CLOSED


@bp.route("/requisitions/<number>/remaining", methods=["GET", "POST"])
@guarded("requisition.close", load=requisition_or_404)
def remaining(requisition: Requisition) -> ResponseReturnValue:
    """Each person who is left, with what can become of them; nobody is ended without being chosen."""
    if requisition.state not in CLOSED:
        raise Refused(
            f"{requisition.number} is {requisition.state.label}; this page is for one that is filled or cancelled.",
            needed=("End people on the board or on their own pages.",),
        )
    failures: tuple[tuple[str, str], ...] = ()
    if request.method == "POST":
        with transaction():
            outcome = end_remaining(requisition, _choices(requisition), actor=me())
        said = f"{plural(len(outcome.ended), 'application')} ended."
        failures = tuple((application.candidate.name, why) for application, why in outcome.left)
        if outcome.ended and not failures:
            say(said)
        if not failures:
            return see_other(url_for("requisitions.show", number=requisition.number))
    page = render_template(
        "pipeline/remaining.html",
        requisition=requisition,
        applications=active_of(requisition),
        reject_reasons=REJECT_REASONS,
        failures=failures,
    )
    return page, 409 if failures else 200


def _choices(requisition: Requisition) -> dict[int, Choice]:
    """What the form says: `fate-7` is "", "close" or the key of a reason to reject, `version-7` what was shown.

    `fate-others` is the same for everybody whose own choice is left open; "later" leaves somebody out of that.
    """
    told = request.form.get("told") == "1"
    others = request.form.get("fate-others", "")
    choices = {}
    for application in active_of(requisition):
        fate = request.form.get(f"fate-{application.id}", "") or others
        version = request.form.get(f"version-{application.id}", type=int)
        if version is None:
            continue
        if fate == "close":
            choices[application.id] = Choice(ChangeKind.CLOSE, CLOSE_REASON[requisition.state], version, told)
        elif fate in REJECT_REASONS:
            choices[application.id] = Choice(ChangeKind.REJECT, fate, version, told)
    return choices
