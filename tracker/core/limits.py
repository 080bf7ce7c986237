"""Rate limits, shared by all processes through the broker's server; without it each process counts for itself."""

import hashlib
import math
import time
from datetime import timedelta

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address

from tracker.config import Settings
from tracker.core import broker, clock
from tracker.core.errors import TrackerError
from tracker.core.forms import one_line
from tracker.core.http import answer_error
from tracker.core.templating import format_when, plural

limiter = Limiter(
    get_remote_address,
    # A moving window says exactly when the next try counts.
    strategy="moving-window",
    storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
    in_memory_fallback_enabled=True,
    # Counting a try after the answer must not turn the answer into an error.
    swallow_errors=True,
    key_prefix="limits",
)


class TooOften(TrackerError):
    """Too many tries (429); the message says when the next one counts."""

    status = 429


def init_app(app: Flask, settings: Settings) -> None:
    """Count in the broker's server, and answer whoever tries too often."""
    app.config["RATELIMIT_STORAGE_URI"] = broker.limiter_url(settings)
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, lambda _error: too_often(settings))


def too_often(settings: Settings) -> ResponseReturnValue:
    """The answer that says when to try again, in words and in the Retry-After header."""
    limit = limiter.current_limit
    seconds = max(1, int(limit.reset_at - time.time())) if limit else 60
    again = clock.now() + timedelta(seconds=seconds)
    zone = settings.org_zone
    when = format_when(again, zone, today=clock.now().astimezone(zone).date())
    wait = plural(seconds, "second") if seconds < 60 else plural(math.ceil(seconds / 60), "minute")
    page, status = answer_error(TooOften(f"Too many tries. Try again in {wait}, {when}."))
    return page, status, {"Retry-After": str(seconds)}


def failed(response: Response) -> bool:
    """Whether a try counts: those that succeed send the browser on."""
    return not 300 <= response.status_code < 400


def form_key(field: str) -> str:
    """A key for what was typed into a field, as the form reads it; what is logged and stored names nobody."""
    typed = one_line(request.form.get(field, "")).lower()
    return hashlib.sha256(typed.encode()).hexdigest()[:24]
