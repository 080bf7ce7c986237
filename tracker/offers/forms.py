"""The forms of offers."""

from datetime import datetime, time, timedelta

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from tracker.core.calendar import local_instant
from tracker.core.fields import DayField, LocalInstantField, Money
from tracker.core.forms import Form, LongText, SelectChoice, Text
from tracker.core.templating import reader_zone
from tracker.offers.changes import Terms
from tracker.offers.models import OfferVersion
from tracker.offers.states import PayPeriod

PERIODS = [SelectChoice(period.value, f"per {period.value}") for period in PayPeriod]
NOTE = Length(max=4000, message="Keep it to 4,000 characters.")


class TermsForm(Form):
    """What is offered."""

    salary = Money("Pay", [InputRequired("Give the pay as a whole amount.")])
    currency = Text("Currency", [InputRequired("Give a currency's three letters, like EUR.")])
    period = SelectField("Paid", choices=PERIODS)
    starts_on = DayField("Starts on", [Optional()])
    expires_on = DayField("Can be accepted until", [Optional()])
    text = LongText("Further terms", [NOTE])
    #: The number of the version that the page showed as being under way.
    number = HiddenField()

    def terms(self) -> Terms:
        """The terms as the operations take them; the last day counts to its end in the reader's zone."""
        return Terms(
            salary=self.salary.data or 0,
            currency=self.currency.data or "",
            period=PayPeriod(self.period.data),
            starts_on=self.starts_on.data,
            expires_at=_end_of(self.expires_on),
            text=self.text.data or "",
        )

    def show(self, version: OfferVersion) -> None:
        """Fill in what an earlier version said."""
        self.salary.data = version.salary
        self.currency.data = version.currency
        self.period.data = version.period.value
        self.starts_on.data = version.starts_on
        self.text.data = version.terms
        self.look_at(number=version.number)


class ExtensionForm(Form):
    """The candidate got the offer."""

    expires_on = DayField("Can be accepted until", [InputRequired("Say until when it can be accepted.")])
    happened_at = LocalInstantField("Extended at", [Optional()])
    overcommit_reason = LongText("Why more offers than openings", [NOTE])

    @property
    def expires_at(self) -> datetime | None:
        """The end of the last day, in the reader's zone."""
        return _end_of(self.expires_on)


class AnswerForm(Form):
    """What became of an offer, and when."""

    happened_at = LocalInstantField("When", [Optional()])
    reason = LongText("Reason", [NOTE])


class ReasonForm(Form):
    """Something is taken back, for a reason."""

    reason = LongText("Reason", [InputRequired("Say why."), NOTE])


def _end_of(field: DayField) -> datetime | None:
    if field.data is None:
        return None
    return local_instant(field.data + timedelta(days=1), time(0), reader_zone()) - timedelta(seconds=1)
