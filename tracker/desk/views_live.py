"""What keeps a board alive: its pulse, who else looks at it, and the answers to what was done on it."""

from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import parse_qsl

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker.accounts.permissions import guarded, me
from tracker.accounts.queries import names_of
from tracker.core.paging import Cursor
from tracker.core.presence import others_at
from tracker.core.templating import initials
from tracker.desk.across import NAMES, Across
from tracker.desk.blueprint import bp
from tracker.desk.cards import Card
from tracker.desk.drawing import drawing
from tracker.desk.filters import Filter
from tracker.desk.scopes import OneRequisition, Scope, shown_mine
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
    counts, mine, people = None, None, None
    chosen = Filter.read(MultiDict(parse_qsl(narrowed)))
    if name in {requisition.number, *NAMES}:
        found = scope.count(chosen)
        mine = shown_mine(found)
        people = sum((scope.count(Filter()) if chosen else found).total.values())
        counts = {str(lane.id): [found.total.get(lane.id, 0), found.late.get(lane.id, 0)] for lane in scope.lanes}
    return jsonify(
        application=application.id,
        stage=scope.lane_of(card) if card else application.stage_id if active else None,
        card=drawing()([card]) if card else "",
        # Newly entered is on top; who was brought back stands where they stood.
        before=_next_in_column(scope, card, chosen) if card and change.kind in BRINGS_BACK else None,
        top=change.kind not in BRINGS_BACK,
        counts=counts,
        mine=mine,
        active=people,
        pulse=str(pulse_of(scope.requisition_ids())),
        say=text,
        undo=undo_address(change),
    )


def _next_in_column(scope: Scope, card: Card, chosen: Filter) -> int | None:
    """Who comes right after a card in its column of the board, as far as the filter leaves them; None for the last."""
    lane = scope.lane(scope.lane_of(card))
    behind = scope.next_cards(lane, Cursor(card.entered_at, card.id), chosen) if lane else ()
    return behind[0].id if behind else None
