"""Facts of a requisition as people say them."""

from tracker.requisitions.models import Requisition
from tracker.requisitions.states import Workplace


def workplace_words(requisition: Requisition) -> str:
    """ "Remote, EU and UK, 4 hours shared with Europe/Berlin", "Hybrid, Berlin"."""
    parts = [requisition.workplace.label]
    if requisition.workplace is not Workplace.REMOTE and requisition.location:
        parts.append(requisition.location)
    if requisition.workplace is not Workplace.ON_SITE:
        if requisition.regions:
            parts.append(requisition.regions)
        if requisition.overlap_hours and requisition.overlap_timezone:
            zone = requisition.overlap_timezone.rpartition("/")[2].replace("_", " ")
            parts.append(f"{requisition.overlap_hours} h shared with {zone}")
    return ", ".join(parts)
