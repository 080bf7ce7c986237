"""Forms of invitations and resets."""

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired

from tracker.accounts.forms import NEW_PASSWORD, ROLE_CHOICES, ZoneField, strong
from tracker.accounts.states import Role
from tracker.core.forms import Address, Form, Secret, Text


class InviteForm(Form):
    """Somebody new."""

    name = Text("Name", [InputRequired("Give the name.")])
    email = Address("E-mail address", [InputRequired("Give the address.")])
    roles = SelectMultipleField("Roles", choices=ROLE_CHOICES)
    timezone = ZoneField("Time zone", [InputRequired("Choose a time zone.")])

    @property
    def chosen(self) -> list[Role]:
        """The roles that are ticked."""
        return [Role(value) for value in self.roles.data or []]


class ForgotForm(Form):
    """Whose password is forgotten."""

    email = Address("E-mail address", [InputRequired("Give the address.")], render_kw={"autocomplete": "username"})


class ChoosePasswordForm(Form):
    """Choosing a password by a link."""

    password = Secret("New password", [InputRequired("Choose a password."), strong], render_kw=NEW_PASSWORD)


class TakeUpForm(ChoosePasswordForm):
    """Taking up an invitation: the time zone too."""

    password = Secret("Password", [InputRequired("Choose a password."), strong], render_kw=NEW_PASSWORD)
    timezone = ZoneField("Time zone", [InputRequired("Choose your time zone.")])
