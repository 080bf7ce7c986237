"""Where a write leads back to: the page that somebody came from, if it is one of ours."""

from flask import request, url_for

from tracker.core.http import local_address, referring_page
from tracker.pipeline.models import Application


def came_from(default: str) -> str:
    """The page that led here, from the form's own field or the referrer."""
    given = request.values.get("back", "")
    return local_address(given, "") or referring_page() or default


def page_of(application: Application) -> str:
    """The candidate's page, at that application."""
    address = url_for("desk.candidate", candidate_id=application.candidate_id)
    return f"{address}#application-{application.id}"
