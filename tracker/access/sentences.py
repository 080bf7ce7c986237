"""How the events of invitations and resets read."""

from tracker.access import events
from tracker.access.models import LinkPurpose
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.history import sentences
from tracker.history.models import Event


def register() -> None:
    """Say how each kind reads."""
    sentences.add(events.LinkMade.kind, _made, refers_to={"subject_id": User})
    sentences.add(events.LinkUsed.kind, _used)


def _made(event: Event) -> str:
    user = db.session.get(User, event.subject_id)
    name = user.name if user else "somebody"
    asked = "" if event.actor_id else ", because somebody asked for it on the sign-in page"
    if event.data["purpose"] == LinkPurpose.INVITATION:
        return f"sent {name} an invitation{asked}"
    return f"sent {name} a link to choose a new password{asked}"


def _used(event: Event) -> str:
    return "took up the invitation" if event.data["purpose"] == LinkPurpose.INVITATION else "used a password link"
