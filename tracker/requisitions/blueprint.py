"""The pages of requisitions hang on this blueprint; views*.py add to it."""

from flask import Blueprint

from tracker.requisitions.models import Requisition
from tracker.requisitions.overviews import Head, head

bp = Blueprint("requisitions", __name__)


@bp.app_template_global("requisition_head")
def requisition_head(requisition: Requisition) -> Head:
    """The head of a requisition's page, for requisitions/_frame.html; pages of other domains build on it too."""
    return head(requisition)
