"""The outbox, for admins: what went to whom, what waits and why."""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.db import transaction
from tracker.core.errors import NotVisible
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.mail import operations, queries
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState

bp = Blueprint("mail", __name__)

#: A mail is shown as the recipient sees it: its own inlined styles, nothing loaded, nothing run.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"


@bp.get("/mail")
@guarded("mail.read")
def outbox() -> ResponseReturnValue:
    """The newest mails first, by state."""
    wanted = request.args.get("state", "")
    state = MailState(wanted) if wanted in set(MailState) else None
    before = whole_number(request.args.get("before"))
    lines, cursor = queries.outbox_page(state=state, before=before)
    return render_template(
        "mail/outbox.html",
        lines=lines,
        cursor=cursor,
        before=before,
        state=state,
        counts=queries.counts(),
        put_off=queries.put_off(),
        states=list(MailState),
    )


@bp.get("/mail/<int:message_id>")
@guarded("mail.read", load=queries.message_or_404)
def show(message: OutboxMessage) -> ResponseReturnValue:
    """One mail with its delivery."""
    return render_template(
        "mail/show.html",
        message=message,
        content=queries.content_of(message),
        resendable=operations.RESENDABLE,
    )


@bp.get("/mail/<int:message_id>/body")
@guarded("mail.read", load=queries.message_or_404)
def body(message: OutboxMessage) -> Response:
    """The HTML part alone, for the frame on the mail's page."""
    content = queries.content_of(message)
    if content is None:
        raise NotVisible
    response = make_response(content.html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.post("/mail/<int:message_id>/resends")
@guarded("mail.resend", load=queries.message_or_404)
def resend(message: OutboxMessage) -> ResponseReturnValue:
    """Send it once more."""
    with transaction():
        operations.resend(message, actor=me())
    return see_other(url_for("mail.outbox"))
