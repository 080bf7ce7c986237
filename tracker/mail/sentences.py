"""How the events of mail read."""

from tracker.history import sentences
from tracker.history.models import Event
from tracker.mail import events


def register() -> None:
    """Say how each kind reads."""
    sentences.add(events.MailResent.kind, _resent)


def _resent(_event: Event) -> str:
    return "sent a mail once more"
