"""How a requisition is by now, for whoever was slower: their form shows it beside what they typed."""

from tracker.core.forms import AsNow
from tracker.history.queries import timeline
from tracker.requisitions.models import Requisition

#: What happened last; more stands in the history.
LINES = 4


def requisition_as_it_is_now(requisition: Requisition) -> AsNow:
    """Its state, and what was done to it last; nothing of the people in its pipeline."""
    entries = timeline(requisition_id=requisition.id, people=False, limit=LINES)
    return AsNow(
        f"{requisition.number}, {requisition.title}, is {requisition.state.label}.",
        [(f"{entry.actor_name} {entry.sentence}", entry.at) for entry in entries],
    )
