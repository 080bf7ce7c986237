"""The home page."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import SIGNED_IN, guarded, me
from tracker.core import clock
from tracker.core.paging import whole_number
from tracker.desk.blueprint import bp
from tracker.desk.duties import FURTHER, MOST, NAMED
from tracker.desk.today import greeting, headline, load_today
from tracker.desk.views_person import mark_of
from tracker.metrics.words import spread_headline, spread_label


@bp.get("/")
@guarded(SIGNED_IN)
def today() -> ResponseReturnValue:
    """What waits on the reader, then the pipeline at a glance; `shown` things that wait, where there are more."""
    reader, now = me(), clock.now()
    limit = min(max(whole_number(request.args.get("shown")) or 0, NAMED), MOST)
    shown = load_today(reader, limit)
    return render_template(
        "desk/today.html",
        today=shown,
        greeting=greeting(reader, now),
        headline=headline(shown.waiting, now),
        more=limit + FURTHER if limit < MOST else None,
        mark_of=mark_of,
        days_to_hire=spread_headline(shown.days_to_hire),
        days_to_hire_label=spread_label(shown.days_to_hire),
    )
