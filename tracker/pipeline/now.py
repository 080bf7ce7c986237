"""How an application is by now, for whoever was slower: their form shows it beside what they typed."""

from tracker.core import clock
from tracker.core.calendar import day_count
from tracker.core.forms import AsNow
from tracker.core.templating import plural
from tracker.history.queries import timeline
from tracker.pipeline.limits import organisation_zone
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus

#: What happened last; more stands in the history.
LINES = 4


def as_it_is_now(application: Application) -> AsNow:
    """Where an application stands, and what happened to it last."""
    name, stage = application.candidate.name, application.stage.name
    if application.status is ApplicationStatus.ACTIVE:
        days = day_count(application.stage_entered_at, clock.now(), organisation_zone())
        words = f"{name} is in {stage}, {'for ' + plural(days, 'day') if days else 'since today'}."
    else:
        words = f"{name} is {application.status.label}, and was in {stage}."
    entries = timeline(application_id=application.id, limit=LINES)
    return AsNow(words, [(f"{entry.actor_name} {entry.sentence}", entry.at) for entry in entries])
