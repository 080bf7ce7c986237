"""How the events of offers read, after the actor's name."""

from tracker.history import sentences
from tracker.history.models import Event
from tracker.offers import events
from tracker.offers.states import OfferState

OUTCOMES = {
    "accepted": "recorded that offer {n} was accepted",
    "declined": "recorded that offer {n} was declined",
    "expired": "let offer {n} expire",
    "rescinded": "rescinded offer {n}",
    "superseded": "replaced offer {n} by a new version",
    "approved": "approved offer {n}",
    "draft": "sent offer {n} back for changes",
}


def register_sentences() -> None:
    """Say how each kind reads."""
    sentences.add(events.OfferPrepared.kind, lambda event: f"prepared offer {event.data['number']}")
    sentences.add(events.OfferSubmitted.kind, lambda event: f"asked for approval of offer {event.data['number']}")
    sentences.add(events.OfferExtended.kind, _extended)
    sentences.add(events.OfferResolved.kind, lambda event: OUTCOMES[event.data["state"]].format(n=event.data["number"]))
    sentences.add(events.OfferRestored.kind, _restored)
    sentences.add(events.HireRecorded.kind, lambda event: f"hired into opening {event.data['opening']}")
    sentences.add(events.HireUndone.kind, lambda _event: "took the hire back; the opening is open again")


def _extended(event: Event) -> str:
    more = ", though more offers are out than openings are free" if event.data["overcommitted"] else ""
    return f"extended offer {event.data['number']}{more}"


def _restored(event: Event) -> str:
    label = OfferState(event.data["state"]).label
    return f"took the ending back; offer {event.data['number']} is {label} again"
