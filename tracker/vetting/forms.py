"""The forms of vetting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.calendar import add_working_days, local_date, local_instant
from tracker.core.fields import LocalInstantField, WholeNumber
from tracker.core.forms import Form, LongText, SelectChoice, Text, trimmed
from tracker.core.paging import whole_number
from tracker.core.templating import reader_zone
from tracker.pipeline.models import Application
from tracker.requisitions.models import ChecklistItem, Stage
from tracker.vetting.models import Interview, Scorecard
from tracker.vetting.operations.scorecards import Given
from tracker.vetting.states import EntryState, Rating, Recommendation

WORDS = Length(max=4000, message="Keep it to 4,000 characters.")
LINE = Length(max=200, message="Keep it to 200 characters.")

#: The end of a working day: when a scorecard is due unless somebody says otherwise.
END_OF_DAY = time(18)
#: How many working days assessors have for their scorecards.
WORKING_DAYS = 2

RATINGS = [SelectChoice(rating.value, rating.label) for rating in Rating]
RECOMMENDATIONS = [SelectChoice(each.value, each.label) for each in Recommendation]
DECISIONS = [
    SelectChoice(EntryState.APPROVED.value, "Approve"),
    SelectChoice(EntryState.MORE_WANTED.value, "Ask for more"),
    SelectChoice(EntryState.DECLINED.value, "Decline"),
]


def usual_due(after: datetime | None = None) -> datetime:
    """Two working days after an instant (default: now), at the end of the day in the reader's zone."""
    day: date = add_working_days(local_date(after or clock.now(), reader_zone()), WORKING_DAYS)
    return local_instant(day, END_OF_DAY, reader_zone())


class InterviewForm(Form):
    """What, when, where, and who sits on it."""

    version = HiddenField()
    title = Text("What it is", [InputRequired("Give it a name, such as “Panel interview”."), LINE])
    starts_at = LocalInstantField("Starts", [Optional()])
    minutes = WholeNumber("Minutes", [Optional(), NumberRange(5, 1440, "From 5 minutes to a day.")])
    place = Text("Where", [LINE])
    assessors = SelectMultipleField("Assessors", coerce=int)
    scorecard_due_at = LocalInstantField("Scorecards due", [Optional()])

    def offer(self, people: Iterable[User]) -> None:
        """Who can be chosen."""
        self.assessors.choices = [SelectChoice(person.id, person.name) for person in people]

    def show(self, interview: Interview) -> None:
        """Fill in what was planned."""
        self.version.data = str(interview.version)
        self.title.data = interview.title
        self.starts_at.data = interview.starts_at
        self.minutes.data = interview.minutes
        self.place.data = interview.place
        self.assessors.data = [seat.user_id for seat in interview.seats]
        self.scorecard_due_at.data = next(
            (seat.scorecard_due_at for seat in interview.seats if seat.scorecard_due_at), None
        )

    @property
    def expected(self) -> int:
        """The version that was looked at."""
        return number(self.version.data)


class AssessmentForm(Form):
    """Somebody is asked to assess a skill that is a gap."""

    assessor = SelectField("Who", [NumberRange(1, message="Choose somebody.")], coerce=int)
    scorecard_due_at = LocalInstantField("Scorecard due", [InputRequired("Say until when.")])

    def offer(self, people: Iterable[User]) -> None:
        """Who can be asked."""
        self.assessor.choices = [
            SelectChoice(0, "Choose somebody"),
            *(SelectChoice(person.id, person.name) for person in people),
        ]


class HeldForm(Form):
    """It took place."""

    happened_at = LocalInstantField("When", [Optional()])


class ReasonForm(Form):
    """Something is cancelled or waived, for a reason."""

    reason = LongText("Why", [InputRequired("Say why."), WORDS])


class DecisionForm(Form):
    """A decision on one entry, resting on what the page showed."""

    state = RadioField("Decision", [InputRequired("Choose one.")], choices=DECISIONS)
    comment = LongText("Comment", [WORDS])
    preference = SelectField("Order of preference", [Optional()], choices=[])
    round = HiddenField()
    digest = HiddenField()

    def offer(self, places: Iterable[int]) -> None:
        """The places that nobody has yet."""
        self.preference.choices = [
            SelectChoice("", "No order"),
            *(SelectChoice(str(place), f"{ordinal(place)} choice") for place in places),
        ]

    @property
    def place(self) -> int | None:
        """The order of preference that was chosen."""
        return number(self.preference.data) or None


class ResubmitForm(Form):
    """Somebody is put forward again."""

    round = HiddenField()
    note = LongText("What is new", [WORDS])


class DeciderForm(Form):
    """Somebody else is asked to decide."""

    decider = SelectField("Who decides", [InputRequired("Choose who decides.")], coerce=int)


class ShortlistForm(Form):
    """Who is put forward, for what, to whom, and with which words. Notes on people are fields of their own."""

    applications = SelectMultipleField("People", coerce=int)
    opens_stage = SelectField("An approval opens", [InputRequired("Choose a stage.")], coerce=int)
    decider = SelectField("Who decides", [InputRequired("Choose who decides.")], coerce=int)
    note = LongText("Note", [WORDS])
    move = BooleanField("Move them to Shortlisted", default=True)

    def offer(self, people: Sequence[Application], stages: Sequence[Stage], deciders: Sequence[User]) -> None:
        """What can be chosen."""
        self.applications.choices = [SelectChoice(each.id, each.candidate.name) for each in people]
        self.opens_stage.choices = [SelectChoice(stage.id, stage.name) for stage in stages]
        self.decider.choices = [SelectChoice(user.id, user.name) for user in deciders]


@dataclass(frozen=True)
class ItemFields:
    """The two fields of one skill on a scorecard."""

    item: ChecklistItem
    rating: RadioField
    words: LongText


class ScorecardForm(Form):
    """One assessor's view; scorecard_form() adds two fields per skill."""

    version = HiddenField()
    recommendation = RadioField("What would you do?", [Optional()], choices=RECOMMENDATIONS)
    summary = LongText("In short", [WORDS])
    #: The pairs of fields, in the order of the checklist.
    items: tuple[ItemFields, ...] = ()

    @property
    def expected(self) -> int | None:
        """The version of the draft that was looked at; None for a new one."""
        return number(self.version.data) or None

    def given(self) -> dict[int, Given]:
        """What is said about each skill."""
        return {
            fields.item.id: Given(Rating(fields.rating.data or Rating.NOT_ASSESSED), fields.words.data or "")
            for fields in self.items
        }

    def recommended(self) -> Recommendation | None:
        """The recommendation, when there is one."""
        return Recommendation(self.recommendation.data) if self.recommendation.data else None

    def show(self, card: Scorecard) -> None:
        """Fill in a draft."""
        self.version.data = str(card.version)
        self.recommendation.data = card.recommendation.value if card.recommendation else None
        self.summary.data = card.summary
        known = {row.item_id: row for row in card.ratings}
        for fields in self.items:
            row = known.get(fields.item.id)
            if row is not None:
                fields.rating.data = row.rating.value
                fields.words.data = row.evidence


def scorecard_form(items: Sequence[ChecklistItem], *, card: Scorecard | None = None) -> ScorecardForm:
    """A scorecard with a rating and words for each skill of the checklist; with `card` as it was kept, else as sent."""
    fields: dict[str, object] = {}
    for item in items:
        fields[f"rating_{item.id}"] = RadioField(
            item.title, [Optional()], choices=RATINGS, default=Rating.NOT_ASSESSED.value
        )
        fields[f"words_{item.id}"] = LongText(f"Evidence: {item.title}", [WORDS])
    kind = type("ChecklistScorecardForm", (ScorecardForm,), fields)
    form: ScorecardForm = kind(formdata=None) if card else kind()
    form.items = tuple(ItemFields(item, form[f"rating_{item.id}"], form[f"words_{item.id}"]) for item in items)
    if card:
        form.show(card)
    return form


def notes_from(values: Mapping[str, str], application_ids: Iterable[int]) -> dict[int, str]:
    """The words on each person of a shortlist form, which stand in fields called `note_{application}`."""
    return {each: trimmed(values.get(f"note_{each}"))[:4000] for each in application_ids}


def ordinal(place: int) -> str:
    """1 → "1st"."""
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place if place < 20 else place % 10, 'th') }"


def number(text: str | None) -> int:
    """What a hidden field says as a number; 0 for anything else."""
    return whole_number(text) or 0
