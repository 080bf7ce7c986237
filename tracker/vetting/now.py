"""How an interview is by now, for whoever was slower: their form shows it beside what they typed."""

from tracker.core.forms import AsNow
from tracker.core.templating import listing, when_for_reader
from tracker.history.queries import timeline
from tracker.vetting.models import Interview

#: What happened last; more stands in the history.
LINES = 4


def interview_as_it_is_now(interview: Interview) -> AsNow:
    """Its state, when and with whom, and what was done to it last; no word of what was thought there."""
    at = f", {when_for_reader(interview.starts_at)}" if interview.starts_at else ""
    seated = listing(seat.user.name for seat in interview.seats) or "nobody"
    entries = timeline(subject=("interviews", interview.id), limit=LINES)
    return AsNow(
        f"{interview.title} is {interview.state.value}{at}, with {seated}.",
        [(f"{entry.actor_name} {entry.sentence}", entry.at) for entry in entries],
    )
