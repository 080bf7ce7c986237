"""The forms that change applications."""

from collections.abc import Sequence
from typing import TypedDict

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.accounts.models import User
from tracker.core.fields import LocalInstantField, Money
from tracker.core.forms import Address, Form, LongText, SelectChoice, Text
from tracker.core.paging import whole_number
from tracker.pipeline.models import Application
from tracker.pipeline.states import REASONS, ChangeKind, ContactChannel, ContactDirection, SourceKind
from tracker.requisitions.models import Requisition, Stage

WORDS = Length(max=4000, message="Keep it to 4,000 characters.")
LINE = Length(max=200, message="Keep it to 200 characters.")
NOW = "Leave it empty for now."
#: The columns of an application that its details form fills in by their names.
DETAILS = ("salary_wish", "salary_currency", "notice", "work_permit", "competing_deadline", "source")

SOURCE_KINDS = [
    SelectChoice(SourceKind.SOURCED.value, "We found them"),
    SelectChoice(SourceKind.APPLIED.value, "They applied"),
    SelectChoice(SourceKind.REFERRED.value, "Somebody referred them"),
]


class PersonFacts(TypedDict):
    """What is typed of somebody new."""

    name: str
    email: str
    phone: str
    title: str
    company: str
    location: str
    linkedin_url: str


class _Change(Form):
    """What every change asks: the version somebody looked at, and where to go afterwards."""

    version = HiddenField("Version", [InputRequired("Load the page again.")])
    back = HiddenField()

    @property
    def expected(self) -> int:
        """The version; 0, which none has, for something else than a number."""
        return whole_number(self.version.data) or 0


def stage_token(text: str | int) -> int | str:
    """What stands for a stage: its id, or the key that it shares with stages of other requisitions."""
    return int(text) if isinstance(text, int) or text.isdecimal() else text


class MoveForm(_Change):
    """To which stage, why, when."""

    #: A stage by its id; or by its key, from boards across requisitions.
    stage = RadioField("Stage", [InputRequired("Choose a stage.")], coerce=stage_token, validate_choice=False)
    reason = LongText("Why", [WORDS])
    override_reason = LongText("Why the gate may be passed", [WORDS])
    happened_at = LocalInstantField("When it happened", [Optional()], description=NOW)

    def offer(self, stages: Sequence[Stage]) -> None:
        """Show these stages."""
        self.stage.choices = [SelectChoice(stage.id, stage.name) for stage in stages]


class EndForm(_Change):
    """Why somebody leaves, and whether they know."""

    reason = RadioField("Reason", [InputRequired("Choose a reason.")], validate_choice=False)
    comment = LongText("In words", [WORDS], description="For the history; the candidate does not see it.")
    told = BooleanField("The candidate has been told")
    happened_at = LocalInstantField("When it happened", [Optional()], description=NOW)

    def offer(self, kind: ChangeKind) -> None:
        """Show the reasons of that kind of ending."""
        self.reason.choices = [SelectChoice(key, words) for key, words in REASONS[kind].items()]


class ReopenForm(_Change):
    """Back to active."""

    comment = LongText("Why", [WORDS])


class ContactForm(Form):
    """One word between us and the candidate."""

    direction = RadioField(
        "Who", choices=[SelectChoice(each.value, each.label.capitalize()) for each in ContactDirection], default="out"
    )
    channel = SelectField(
        "How", choices=[SelectChoice(each.value, each.label) for each in ContactChannel], default="email"
    )
    at = LocalInstantField("When", [Optional()], description=NOW)
    note = LongText("What was said", [WORDS])
    back = HiddenField()


class WaitForm(Form):
    """What an application waits on."""

    note = Text("What it waits on", [InputRequired("Say what it waits on."), LINE])
    user = SelectField("On whom", coerce=int, default=0)
    ends_at = LocalInstantField("Until", [Optional()], description="Leave it empty: until somebody ends it.")
    back = HiddenField()

    def offer(self, users: Sequence[User]) -> None:
        """Show these people."""
        self.user.choices = [SelectChoice(0, "Nobody of us"), *(SelectChoice(user.id, user.name) for user in users)]


class DetailsForm(_Change):
    """What a decision needs to know of an application, beside the evidence."""

    salary_wish = Money(
        "Salary wish, per year", [Optional(), NumberRange(1, 2_000_000_000, "Give what they wish for a year.")]
    )
    salary_currency = Text("Currency", [Length(max=3, message="Give three letters, as EUR.")])
    notice = Text("Notice", [LINE], description="“3 months”, “can start at once”.")
    work_permit = Text("Work permit", [LINE])
    competing_deadline = LocalInstantField("Deadline of another offer", [Optional()])
    source = Text("Where from", [LINE], description="“LinkedIn”, “careers page”, a name.")
    recruiter = SelectField("Recruiter", coerce=int)

    def offer(self, users: Sequence[User]) -> None:
        """Show these recruiters."""
        self.recruiter.choices = [
            SelectChoice(0, "The requisition’s first recruiter"),
            *(SelectChoice(user.id, user.name) for user in users),
        ]

    def show(self, application: Application) -> None:
        """Fill in what is known."""
        for field in DETAILS:
            self[field].data = getattr(application, field)
        self.recruiter.data = application.recruiter_id or 0

    def differing(self, application: Application) -> dict[str, str]:
        """What is known now where it is not what was typed, in words, by the field's name."""
        now = type(self)(formdata=None)
        now.recruiter.choices = self.recruiter.choices
        now.show(application)
        words = {name: str(now[name].data or "") for name in DETAILS}
        words["competing_deadline"] = now.competing_deadline.shown.replace("T", " ")
        words["recruiter"] = application.recruiter.name if application.recruiter else ""
        return {name: said or "nothing" for name, said in words.items() if self[name].data != now[name].data}


class _StartForm(Form):
    """How somebody came in, and where they begin."""

    source_kind = RadioField("How they came in", choices=SOURCE_KINDS, default=SourceKind.SOURCED.value)
    source = Text("Where from", [LINE], description="“LinkedIn”, “careers page”, who referred them.")
    stage = SelectField("Begins in", coerce=int, default=0)
    happened_at = LocalInstantField("Since when", [Optional()], description=NOW)

    def offer_stages(self, stages: Sequence[Stage]) -> None:
        """Show these stages."""
        self.stage.choices = [
            SelectChoice(0, "As usual: who applied with those who applied, others at the start"),
            *(SelectChoice(stage.id, stage.name) for stage in stages),
        ]


class AddPersonForm(_StartForm):
    """Somebody new, straight into a requisition."""

    name = Text("Name", [InputRequired("Give a name.")])
    email = Address("E-mail")
    phone = Text("Phone")
    title = Text("Job title")
    company = Text("Company")
    location = Text("Place")
    linkedin_url = Text("LinkedIn")
    #: Ticked by somebody who has seen who is like them.
    somebody_else = BooleanField("This is somebody else, add them")

    def facts(self) -> PersonFacts:
        """What was typed of the person."""
        return PersonFacts(
            name=self.name.data,
            email=self.email.data,
            phone=self.phone.data,
            title=self.title.data,
            company=self.company.data,
            location=self.location.data,
            linkedin_url=self.linkedin_url.data,
        )


class AddExistingForm(_StartForm):
    """Somebody who is here already, into a requisition."""

    requisition = SelectField("Requisition", [InputRequired("Choose a requisition.")], coerce=int)

    def offer(self, requisitions: Sequence[Requisition]) -> None:
        """Show these requisitions."""
        self.requisition.choices = [SelectChoice(each.id, f"{each.number} {each.title}") for each in requisitions]


class TransferForm(_Change):
    """To another requisition."""

    requisition = SelectField("Requisition", [InputRequired("Choose a requisition.")], coerce=int)
    comment = LongText("Why", [WORDS])

    def offer(self, requisitions: Sequence[Requisition]) -> None:
        """Show these requisitions."""
        self.requisition.choices = [SelectChoice(each.id, f"{each.number} {each.title}") for each in requisitions]
