"""Forms of requisitions."""

from collections.abc import Iterator, Sequence

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.accounts.models import User
from tracker.core.fields import LocalInstantField, Money, WholeNumber
from tracker.core.forms import Form, LongText, SelectChoice, Text
from tracker.requisitions.facts import LONGEST_TARGET, MOST_OPENINGS, Facts
from tracker.requisitions.models import Requisition
from tracker.requisitions.policy import may_take
from tracker.requisitions.stage_rules import LONGEST_LIMIT
from tracker.requisitions.states import Engagement, Need, Phase, RoleProfileKey, StageKind, TeamPart, Workplace

#: The fields that stand first on the page of a new requisition, and those before its last ones.
NEW_ORDER = (
    "role", "title", "team", "hiring_manager", "deputy", "recruiter", "interviewer", "workplace", "location", "regions",
    "overlap_hours", "overlap_timezone", "engagement", "salary_from", "salary_to", "currency", "openings",
)  # fmt: skip


class FactsForm(Form):
    """What people write down about a requisition."""

    title = Text("Title", [InputRequired("Give it a title.")])
    team = Text("Team")
    workplace = RadioField("Where", choices=[SelectChoice(place.value, place.label) for place in Workplace])
    location = Text("Office")
    regions = Text("Regions")
    overlap_hours = WholeNumber("Shared hours a day", [Optional(), NumberRange(0, 12, "Give hours from 0 to 12.")])
    overlap_timezone = Text("With working hours in")
    engagement = RadioField("Engaged as", choices=[SelectChoice(kind.value, kind.label) for kind in Engagement])
    salary_from = Money("Salary from", [Optional()])
    salary_to = Money("to", [Optional()])
    currency = Text("Currency", [InputRequired("Give the currency as three letters, such as EUR.")])
    target_days = WholeNumber(
        "Target, in days",
        [
            InputRequired("Give a number of days."),
            NumberRange(1, LONGEST_TARGET, f"Give a number of days from 1 to {LONGEST_TARGET}."),
        ],
    )
    description = LongText("Description")
    confidential = BooleanField("Confidential")

    def facts(self) -> Facts:
        """The facts as operations take them."""
        return Facts(
            title=self.title.data,
            team=self.team.data,
            workplace=Workplace(self.workplace.data),
            location=self.location.data,
            regions=self.regions.data,
            overlap_hours=self.overlap_hours.data,
            overlap_timezone=self.overlap_timezone.data,
            engagement=Engagement(self.engagement.data),
            salary_from=self.salary_from.data,
            salary_to=self.salary_to.data,
            currency=self.currency.data,
            target_days=self.target_days.data or 0,
            description=self.description.data,
            confidential=bool(self.confidential.data),
        )


class TeamFields(Form):
    """Who takes which part in the hiring team."""

    hiring_manager = SelectField("Hiring manager", coerce=int)
    deputy = SelectMultipleField("Deputies", coerce=int, validate_choice=True)
    recruiter = SelectMultipleField("Recruiters", coerce=int)
    interviewer = SelectMultipleField("Interviewers", coerce=int)

    def offer(self, people: Sequence[User]) -> None:
        """Offer these people, each where their roles allow it."""

        def choices(part: TeamPart) -> list[SelectChoice]:
            return [SelectChoice(user.id, user.name) for user in people if may_take(user, part)]

        self.hiring_manager.choices = [SelectChoice(0, "Nobody yet"), *choices(TeamPart.HIRING_MANAGER)]
        self.deputy.choices = choices(TeamPart.DEPUTY)
        self.recruiter.choices = choices(TeamPart.RECRUITER)
        self.interviewer.choices = choices(TeamPart.INTERVIEWER)

    def wanted(self, people: Sequence[User]) -> dict[TeamPart, list[User]]:
        """The people who were chosen, by part."""
        by_id = {user.id: user for user in people}
        chosen = {
            TeamPart.HIRING_MANAGER: [self.hiring_manager.data] if self.hiring_manager.data else [],
            TeamPart.DEPUTY: self.deputy.data or [],
            TeamPart.RECRUITER: self.recruiter.data or [],
            TeamPart.INTERVIEWER: self.interviewer.data or [],
        }
        return {part: [by_id[number] for number in numbers if number in by_id] for part, numbers in chosen.items()}


class NewForm(FactsForm, TeamFields):
    """A new requisition."""

    role = RadioField(
        "Role",
        [InputRequired("Choose one of the two roles.")],
        choices=[SelectChoice(role.value, role.label) for role in RoleProfileKey],
    )
    openings = WholeNumber(
        "Openings",
        [
            InputRequired("Give the number of openings."),
            NumberRange(1, MOST_OPENINGS, f"Give a number from 1 to {MOST_OPENINGS}."),
        ],
    )

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order of the page, which is that of its list of errors."""
        places = {name: place for place, name in enumerate(NEW_ORDER)}
        return iter(sorted(super().__iter__(), key=lambda field: places.get(field.name, len(places))))


class EditForm(FactsForm):
    """Editing a requisition; `version` is the one that was on the page."""

    version = HiddenField()

    @classmethod
    def of(cls, requisition: Requisition) -> "EditForm":
        """The form as it stands before anybody typed."""
        return cls(
            formdata=None,
            version=requisition.version,
            **{name: getattr(requisition, name) for name in Facts.__annotations__},
        )


class TeamForm(TeamFields):
    """The hiring team of a requisition."""

    version = HiddenField()


class ItemForm(Form):
    """An item of the checklist."""

    title = Text("Skill", [InputRequired("Name the skill.")])
    description = LongText("What it covers")
    need = RadioField(
        "How much it matters", choices=[SelectChoice(need.value, need.label.capitalize()) for need in Need]
    )
    version = HiddenField()


class StageForm(Form):
    """Name and limit of a stage."""

    name = Text("Name", [InputRequired("Name the stage.")])
    limit_days = WholeNumber(
        "Limit, in working days",
        [Optional(), NumberRange(1, LONGEST_LIMIT, f"Give working days from 1 to {LONGEST_LIMIT}.")],
    )
    requires_approval = BooleanField("Entering asks for an approved shortlist entry")
    version = HiddenField()


class NewStageForm(StageForm):
    """A further stage."""

    phase = RadioField("Phase", choices=[SelectChoice(phase.value, phase.label) for phase in Phase])
    kind = SelectField("What happens here")

    def offer(self, kinds: Sequence[StageKind]) -> None:
        """Offer these kinds."""
        self.kind.choices = [SelectChoice(kind.value, kind.label) for kind in kinds]


class RetireForm(Form):
    """Retiring a stage: where its people go. `seen` is how many there were on the page."""

    people = RadioField("What becomes of them", [InputRequired("Say where these people go.")])
    seen = HiddenField()


class SubmitForm(Form):
    """Whom to ask for approval."""

    approver = SelectField("Who approves it", coerce=int)

    def offer(self, people: Sequence[User]) -> None:
        """Offer these people."""
        self.approver.choices = [SelectChoice(user.id, user.name) for user in people]


class HoldForm(Form):
    """Putting a requisition on hold."""

    reason = LongText("Why", [InputRequired("Say why; people will ask.")])
    happened_at = LocalInstantField("Since")


class ResumeForm(Form):
    """Going on after a hold."""

    happened_at = LocalInstantField("As of")


class CloseForm(Form):
    """Ending a requisition."""

    outcome = RadioField(
        "How it ends",
        choices=[SelectChoice("cancelled", "It is cancelled"), SelectChoice("filled", "It counts as filled")],
    )
    reason = LongText("Why")


class ReopenForm(Form):
    """Reopening a requisition, and with which opening."""

    opening = RadioField("Which opening opens again", coerce=int)
