"""What the command palette asks."""

from dataclasses import asdict

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.desk.blueprint import bp
from tracker.desk.palette import answer, start


@bp.get("/palette")
@guarded("candidate.search")
def palette() -> ResponseReturnValue:
    """People and requisitions whose words match `q`; without it, what the reader comes back to (`seen`)."""
    text = " ".join(request.args.get("q", "").split())[:100]
    found = answer(text, me()) if text else start(request.args.getlist("seen"), me())
    return jsonify(asdict(found))
