"""How the events of accounts read."""

from tracker.accounts import events
from tracker.accounts.models import User
from tracker.accounts.states import DecideOwn, Role
from tracker.core.db import db
from tracker.core.templating import listing
from tracker.history import sentences
from tracker.history.models import Event

#: What people say about themselves, by the words that a history uses.
PROFILE_WORDS = {
    "name": "the name",
    "timezone": "the time zone",
    "wants_summary": "the weekly summary",
    "wants_reminders": "the reminders",
    "wants_shortcuts": "the single keys",
}


def register() -> None:
    """Say how each kind reads."""
    users = {"subject_id": User}
    sentences.add(events.UserCreated.kind, _created, refers_to=users)
    sentences.add(events.ProfileChanged.kind, _profile_changed, refers_to=users)
    sentences.add(events.RolesChanged.kind, _roles_changed, refers_to=users)
    sentences.add(events.UserDisabled.kind, _disabled, refers_to={**users, "successor_id": User})
    sentences.add(events.UserEnabled.kind, _enabled, refers_to=users)
    sentences.add(events.PasswordSet.kind, _password_set, refers_to=users)
    sentences.add(events.SettingsChanged.kind, _settings_changed)


def _name(user_id: int | None) -> str:
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.name if user else "somebody"


def _about(event: Event) -> str:
    return "their own account" if event.subject_id == event.actor_id else _name(event.subject_id)


def _labels(values: list[str]) -> str:
    return ", ".join(Role(value).label.lower() for value in values)


def _created(event: Event) -> str:
    if event.subject_id == event.actor_id:
        return "set up the first account"
    return f"added {_name(event.subject_id)} as {_labels(event.data['roles'])}"


def _profile_changed(event: Event) -> str:
    words = listing(PROFILE_WORDS.get(field, field) for field in event.data["fields"])
    whose = "their own account" if event.subject_id == event.actor_id else f"the account of {_about(event)}"
    return f"changed {words} of {whose}"


def _roles_changed(event: Event) -> str:
    return f"changed the roles of {_about(event)} to {_labels(event.data['after'])}"


def _disabled(event: Event) -> str:
    successor = event.data["successor_id"]
    after = f"; {_name(successor)} takes over" if successor else ""
    return f"disabled the account of {_about(event)}{after}"


def _enabled(event: Event) -> str:
    return f"enabled the account of {_about(event)} again"


def _password_set(event: Event) -> str:
    return "set a new password" if event.subject_id == event.actor_id else f"set a password for {_about(event)}"


def _settings_changed(event: Event) -> str:
    own = event.data["decide_own"] == DecideOwn.OWN_ALLOWED
    return "allowed deciding on one’s own submissions" if own else "asked for decisions by another person"
