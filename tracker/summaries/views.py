"""A summary as a page, for whom it was written."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.summaries import queries
from tracker.summaries.models import Summary
from tracker.summaries.reading import period_words, read

bp = Blueprint("summaries", __name__)


@bp.route("/summaries")
@guarded("summary.list")
def index() -> ResponseReturnValue:
    """The reader's summaries, newest first."""
    reader = me()
    lines = [
        (summary, period_words(summary.window_from, summary.as_of, reader.zone))
        for summary in queries.summaries_of(reader)
    ]
    return render_template("summaries/index.html", lines=lines)


@bp.route("/summaries/<int:summary_id>")
@guarded("summary.read", load=queries.summary_or_404)
def show(summary: Summary) -> ResponseReturnValue:
    """One summary, as the mail said it."""
    return render_template("summaries/show.html", summary=summary, reading=read(summary, me()))
