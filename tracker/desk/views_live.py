"""What keeps a board alive: its pulse, who else looks at it, and the answers to what was done on it."""

from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import parse_qsl

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from werkzeug.datastructures import MultiDict

from tracker.accounts.permissions import guarded, me
from tracker.accounts.queries import names_of
from tracker.core.db import db
from tracker.core.presence import others_at
from tracker.core.templating import initials
from tracker.desk.across import NAMES, Across
from tracker.desk.blueprint import bp
from tracker.desk.drawing import drawing
from tracker.desk.filters import Filter
from tracker.desk.scopes import NEWEST_FIRST, OneRequisition, Scope
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.pulses import pulse_of
from tracker.pipeline.states import ApplicationStatus, ChangeKind
from tracker.pipeline.views import undo_address
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import requisition_or_404

#: Changes after which somebody may stand further down in the column than at its top.
BRINGS_BACK = frozenset({ChangeKind.UNDO, ChangeKind.REOPEN})


@bp.get("/requisitions/<number>/pulse")
@guarded("pipeline.view", load=requisition_or_404)
def pulse(requisition: Requisition) -> ResponseReturnValue:
    """Whether anything has happened on this board, and who else looks at it; 304 when all is as it was."""
    return answer_pulse(f"board:{requisition.id}", [requisition.id])


def answer_pulse(place: str, requisition_ids: Sequence[int]) -> Response:
    """The pulse of a board over these requisitions, to whoever asks; `place` names the board for those who look at it.

    Names are read only when somebody came or went: a board on which nothing happens costs no more than the pulse.
    """
    now = pulse_of(requisition_ids)
    others = others_at(place, me().id)
    seen = blake2b(repr(others).encode(), digest_size=6).hexdigest()
    tag = f"{now.n}-{seen}"
    if tag in request.if_none_match:
        response = make_response("", 304)
    else:
        names = names_of(others)
        people = [{"name": names[each], "initials": initials(names[each])} for each in others if each in names]
        response = jsonify(pulse=str(now), people=people)
    response.set_etag(tag)
    # The page asks by itself, and with the mark it had last; a browser that kept the answer would hide the 304.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def answer_card(application: Application, change: StageChange, text: str) -> Response:
    """What a board gets for what was done on it: the card as it is now, counts, the pulse, and a message with its undo.

    The board says in its X-Board header what it shows and how it is narrowed ("MLOPS-3?late=1", "mine"); the counts are
    of that, and left out for a board that shows other requisitions.
    """
    requisition = application.requisition
    name, _, narrowed = request.headers.get("X-Board", "").partition("?")
    scope: Scope = Across(name, me()) if name in NAMES else OneRequisition(requisition, me())
    active = application.status is ApplicationStatus.ACTIVE
    card = scope.card(application.id) if active else None
    counts = None
    if name in {requisition.number, *NAMES}:
        found = scope.count(Filter.read(MultiDict(parse_qsl(narrowed))))
        counts = {str(lane.id): [found.total.get(lane.id, 0), found.late.get(lane.id, 0)] for lane in scope.lanes}
    return jsonify(
        application=application.id,
        stage=scope.lane_of(card) if card else application.stage_id if active else None,
        card=drawing()([card]) if card else "",
        # Newly entered is on top; who was brought back stands where they stood.
        before=_next_in_column(application) if active and change.kind in BRINGS_BACK else None,
        top=change.kind not in BRINGS_BACK,
        counts=counts,
        pulse=str(pulse_of(scope.requisition_ids())),
        say=text,
        undo=undo_address(change),
    )


def _next_in_column(application: Application) -> int | None:
    """Who comes right after somebody in their column; None for the last."""
    at = application.stage_entered_at
    return db.session.scalar(
        select(Application.id)
        .where(
            Application.requisition_id == application.requisition_id,
            Application.status == ApplicationStatus.ACTIVE,
            Application.stage_id == application.stage_id,
            Application.stage_entered_at <= at,
            or_(Application.stage_entered_at < at, Application.id < application.id),
        )
        .order_by(*NEWEST_FIRST)
        .limit(1)
    )
