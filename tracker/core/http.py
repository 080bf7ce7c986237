"""What the application answers: errors by kind, security headers, request ids."""

import secrets
import time
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import IntegerConverter, Map, ValidationError

from tracker.core.db import OVERTAKEN, db, is_overtaken, let_go
from tracker.core.disk import why_not_written
from tracker.core.errors import Conflict, Forbidden, NotVisible, Refused, TrackerError
from tracker.core.paging import LARGEST

log = structlog.get_logger(__name__)

#: A part of the names of fields that hold what nobody may read.
SECRET = "password"  # noqa: S105 - no secret itself

#: Asked every few seconds by machines; in the log they would hide what people do.
PROBES = frozenset({"health.healthz", "health.readyz", "desk.pulse"})


class RowId(IntegerConverter):
    """`<int:…>` in a rule: an id that a row can have. A larger number is at no address, and no database is asked."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - as werkzeug calls it
        super().__init__(map, max=LARGEST)

    def to_python(self, value: str) -> int:
        """The number; raises ValidationError for one that is too large."""
        if len(value) > len(str(LARGEST)):
            raise ValidationError
        return int(super().to_python(value))


def nonce() -> str:
    """The nonce of this response, for script and style elements."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def wants_fragment() -> bool:
    """Whether htmx asked, so that a fragment answers."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def wants_json() -> bool:
    """Whether a script asked for JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def asked_by_dialog() -> bool:
    """Whether the page's shared dialog asked: it shows what any page shows, but must not lose what was typed."""
    return bool(request.headers.get("X-Dialog"))


def asked_by_board() -> bool:
    """Whether a board asked, which goes on without loading a page: what was done is answered as data."""
    return "X-Board" in request.headers


def see_other(address: str) -> Response:
    """The answer to a write: go and look there (303); htmx is told by its own header."""
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, 303))


def init_app(app: Flask) -> None:
    """Register error answers, headers and request ids."""
    app.register_error_handler(TrackerError, answer_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, lambda _error: answer_error(Conflict(OVERTAKEN)))
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(OSError, _disk_error)
    app.register_error_handler(Exception, _fault)
    app.before_request(_begin)
    app.before_request(_refuse_nul)
    # Before any route is added.
    app.url_map.converters["int"] = RowId
    app.after_request(_headers)
    app.teardown_request(_end)
    app.jinja_env.globals["nonce"] = nonce


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if given.isalnum() and len(given) <= 64 else uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(_fault: BaseException | None) -> None:
    """What the thread does next, between requests or for another, is not logged under this one's id."""
    structlog.contextvars.clear_contextvars()


def _refuse_nul() -> ResponseReturnValue | None:
    """No address holds the character NUL, which PostgreSQL takes in no text; forms drop it themselves."""
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        return answer_error(NotVisible())
    return None


def _headers(response: Response) -> Response:
    policy = (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{nonce()}'; style-src 'self' 'nonce-{nonce()}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-src 'self'; frame-ancestors 'none'; manifest-src 'self'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
    if request.is_secure:
        # Browsers that have come by HTTPS once come by HTTPS for a year.
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if "began" in g:
        # The route's pattern, never the path: a path may hold what somebody searched for.
        note = log.debug if request.endpoint in PROBES else log.info
        note(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
        )
    return response


def answer_error(error: TrackerError) -> tuple[Response | str, int]:
    """The page, fragment or JSON that tells what was refused, and how to go on."""
    try:
        db.session.rollback()
    except DBAPIError:
        # A connection that is gone cannot be rolled back; there is nothing left to take back either.
        let_go()
    needed = error.needed if isinstance(error, Refused) else ()
    who = error.who if isinstance(error, Conflict | Forbidden) else None
    when = error.when if isinstance(error, Conflict) else None
    if wants_json():
        body = {"error": error.message, "needed": list(needed), "who": who, "when": when.isoformat() if when else None}
        return jsonify(body), error.status
    try:
        page = render_template(
            "errors/fragment.html" if wants_fragment() else "errors/error.html",
            status=error.status,
            title=HTTP_STATUS_CODES.get(error.status, "Error"),
            message=error.message,
            needed=needed,
            who=who,
            when=when,
            fields=error.fields if isinstance(error, Refused) else {},
            typed=_typed(),
            request_id=g.get("request_id", ""),
        )
    except Exception as fault:  # noqa: BLE001, RUF100 - the page that tells of a fault must not be one
        log.error("error_page.fault", exc_info=fault)
        page = PLAIN_PAGE.format(message=escape(error.message))
    return page, error.status


def _typed() -> list[str]:
    """The words that were sent with a form, to be shown beside what became of it: nobody types them again.

    Only of somebody who is signed in, whose token was good: a page elsewhere could send any words here. No secrets.
    """
    if request.method != "POST" or not g.get("signed_in") or any(SECRET in name for name in request.form):
        return []
    return [value for value in request.form.values() if len(value.split()) > 1]


#: For when not even the error page can be made.
PLAIN_PAGE = '<!doctype html><html lang="en"><title>Firsthire</title><p data-message>{message}</p></html>'

MESSAGES = {
    400: "The request could not be read. Go back, load the page again and repeat what you did.",
    401: "Sign in to go on.",
    404: "There is nothing at this address, or it is not yours to see.",
    405: "This address does not take that kind of request.",
    429: "Too many tries. Wait a little and try again.",
}


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error
    message = MESSAGES.get(error.code or 500, error.description or "Something went wrong.")
    if error.code == 413:
        message = f"That file is too large: {current_app.extensions['settings'].upload_limit_mb} MB is the limit."
    failure = TrackerError(message)
    failure.status = error.code or 500
    answer = make_response(answer_error(failure))
    if error.response is not None:
        answer.headers.extend(error.response.headers)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            answer.headers[name] = value
    return answer


def _database_error(error: DBAPIError) -> ResponseReturnValue:
    """Faults of the database that are no faults of the program: it is away or busy, or somebody was faster."""
    if is_overtaken(error):
        return answer_error(Conflict(OVERTAKEN))
    if why_not_written(error):
        return _not_written(error)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.error("request.database", exc_info=error)
        # A page that is only looked at may follow something that was saved: it must not say the contrary.
        lost = "" if request.method == "GET" else "; nothing was saved"
        away = TrackerError(f"The database does not answer at the moment{lost}. Try again in a minute.")
        away.status = 503
        return *answer_error(away), {"Retry-After": "10"}
    return _fault(error)


def _disk_error(error: OSError) -> ResponseReturnValue:
    return _not_written(error) if why_not_written(error) else _fault(error)


def _not_written(error: Exception) -> ResponseReturnValue:
    """The disk is full or may only be read. No fault of the program, and nothing that the reader can mend."""
    message = why_not_written(error)
    log.error("request.disk", exc_info=error, said=message)
    refused = TrackerError(message)
    refused.status = 507
    return *answer_error(refused), {"Retry-After": "60"}


def _fault(error: Exception) -> ResponseReturnValue:
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        # A test sees the fault itself.
        raise error
    log.error("request.fault", exc_info=error)
    failure = TrackerError(
        "Something went wrong on our side; nothing was saved. Try again, and tell your admin the request id below "
        "if it happens again."
    )
    return answer_error(failure)


def sign_in_address() -> str:
    """Where somebody who is not signed in is sent, coming back to this page afterwards."""
    back = request.full_path.rstrip("?") if request.method == "GET" else referring_page()
    return url_for("accounts.sign_in", next=back or None)


def home_address() -> str:
    """Where somebody goes who wants nothing in particular: Today."""
    return f"{request.script_root}/"


def local_address(address: str, default: str) -> str:
    """`address` when it lies within this installation, else `default`: nobody is sent elsewhere by a link."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return default
    if any(ord(sign) < 33 or ord(sign) == 127 for sign in address):
        # Browsers drop control characters, and would read "/<tab>/elsewhere.example" as another host.
        return default
    try:
        parts = urlsplit(address)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else address


def referring_page() -> str:
    """The page that a form was sent from, when it is one of ours; empty otherwise."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    if parts.netloc != request.host:
        return ""
    return local_address(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")
