"""Where a write leads back to: the page that somebody came from, if it is one of ours."""

from urllib.parse import urlsplit

from flask import request, url_for

from tracker.pipeline.models import Application


def own_path(address: str | None) -> str:
    """The path and query of an address of this site; empty for any other."""
    if not address or "\\" in address or not address.isprintable():
        return ""
    parts = urlsplit(address)
    if parts.netloc and parts.netloc != request.host:
        return ""
    if parts.scheme not in {"", "http", "https"} or not parts.path.startswith("/") or parts.path.startswith("//"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def came_from(default: str) -> str:
    """The page that led here, from the form's own field or the referrer."""
    return own_path(request.values.get("back")) or own_path(request.referrer) or default


def page_of(application: Application) -> str:
    """The candidate's page, at that application."""
    address = url_for("desk.candidate", candidate_id=application.candidate_id)
    return f"{address}#application-{application.id}"
