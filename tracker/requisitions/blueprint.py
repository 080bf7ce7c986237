"""The pages of requisitions hang on this blueprint; views*.py add to it."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import NUMBER
from tracker.requisitions.overviews import Head, head

bp = Blueprint("requisitions", __name__)


@bp.app_template_global("requisition_head")
def requisition_head(requisition: Requisition) -> Head:
    """The head of a requisition's page, for requisitions/_frame.html; pages of other domains build on it too."""
    return head(requisition)


@bp.before_app_request
def canonical_number() -> ResponseReturnValue | None:
    """Numbers are written in capitals; whoever types "mle-8" is sent to MLE-8, be there such a requisition or not."""
    given = (request.view_args or {}).get("number")
    if request.method != "GET" or request.endpoint is None or not isinstance(given, str):
        return None
    if given == given.upper() or not NUMBER.fullmatch(given.upper()):
        return None
    address = url_for(request.endpoint, **{**(request.view_args or {}), "number": given.upper()})
    query = request.query_string.decode()
    return redirect(f"{address}?{query}" if query else address)
