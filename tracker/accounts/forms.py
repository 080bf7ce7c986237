"""Forms of signing in and of accounts."""

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, ValidationError

from tracker.accounts.models import User
from tracker.accounts.passwords import password_problem
from tracker.accounts.states import DecideOwn, Role
from tracker.accounts.timezones import find_zone
from tracker.core.forms import Address, Form, Secret, SelectChoice, Text

KNOWN_PASSWORD = {"autocomplete": "current-password"}
NEW_PASSWORD = {"autocomplete": "new-password"}
ROLE_CHOICES = [SelectChoice(role.value, role.label) for role in Role]


class ZoneField(Text):
    """A time zone, typed with suggestions: its name, or its city alone."""

    def pre_validate(self, form: Any) -> None:
        """Take what was typed for the zone that is meant."""
        found = find_zone(self.data or "")
        if not found:
            raise ValidationError("Choose a time zone from the list, such as Europe/Berlin.")
        self.data = found


def strong(form: Form, field: Secret) -> None:
    """A validator: a password that somebody wants must be good enough."""
    given = form.data
    if problem := password_problem(field.data, name=given.get("name") or "", email=given.get("email") or ""):
        raise ValidationError(problem)


class SignInForm(Form):
    """Signing in."""

    email = Address("E-mail address", [InputRequired("Give the address.")], render_kw={"autocomplete": "username"})
    password = Secret("Password", [InputRequired("Give your password.")], render_kw=KNOWN_PASSWORD)
    keep = BooleanField("Keep me signed in", description="For 30 days on this device.")
    next = HiddenField()
    #: A form that was sent when the sign-in had ended, as tracker.accounts.kept signs it.
    kept = HiddenField()


class SetUpForm(Form):
    """The first account of an installation."""

    name = Text("Your name", [InputRequired("Give your name.")], render_kw={"autocomplete": "name"})
    email = Address("E-mail address", [InputRequired("Give the address.")], render_kw={"autocomplete": "username"})
    timezone = ZoneField("Time zone", [InputRequired("Choose your time zone.")])
    password = Secret("Password", [InputRequired("Choose a password."), strong], render_kw=NEW_PASSWORD)


class ProfileForm(Form):
    """What people say about themselves, and which mail they want."""

    name = Text("Name", [InputRequired("Give your name.")], render_kw={"autocomplete": "name"})
    timezone = ZoneField("Time zone", [InputRequired("Choose your time zone.")])
    wants_summary = BooleanField("The weekly summary", description="Mondays at 08:00 in your time zone.")
    wants_reminders = BooleanField(
        "Reminders", description="One mail on a working day, and only when something waits on you."
    )
    wants_shortcuts = BooleanField(
        "Keyboard shortcuts", description="Single keys on the board and elsewhere; press ? to see them."
    )


class PreferenceForm(Form):
    """How somebody likes a page."""

    key = HiddenField()
    value = HiddenField()


class PasswordForm(Form):
    """Changing one's password."""

    current = Secret("Present password", [InputRequired("Give your present password.")], render_kw=KNOWN_PASSWORD)
    password = Secret("New password", [InputRequired("Choose a new password."), strong], render_kw=NEW_PASSWORD)


class RolesForm(Form):
    """The set of roles of a user."""

    roles = SelectMultipleField("Roles", choices=ROLE_CHOICES)

    @property
    def chosen(self) -> list[Role]:
        """The roles that are ticked."""
        return [Role(value) for value in self.roles.data or []]


class DisableForm(Form):
    """Disabling a user, and who takes over."""

    successor = SelectField("Who takes over", coerce=int, choices=[])

    def offer(self, people: list[User]) -> None:
        """Offer these people, and nobody."""
        self.successor.choices = [
            SelectChoice(0, "Nobody"),
            *(SelectChoice(person.id, f"{person.name} ({person.email})") for person in people),
        ]


class SettingsForm(Form):
    """The organisation's settings."""

    decide_own = RadioField(
        "Deciding on what one submitted oneself",
        choices=[
            SelectChoice(DecideOwn.BY_ANOTHER.value, "Another person decides"),
            SelectChoice(DecideOwn.OWN_ALLOWED.value, "Own decisions are allowed"),
        ],
    )
