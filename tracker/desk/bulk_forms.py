"""The form that previews and confirms a bulk action."""

from collections.abc import Sequence
from secrets import token_hex

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional, Regexp

from tracker.accounts.models import User
from tracker.accounts.queries import find_user
from tracker.candidates.tagging import split_names
from tracker.core.fields import LocalInstantField
from tracker.core.forms import Form, LongText, SelectChoice, Text
from tracker.core.paging import whole_number
from tracker.pipeline.bulk_judging import Order
from tracker.pipeline.forms import NOW, WORDS
from tracker.pipeline.states import REASONS, BatchKind
from tracker.requisitions.models import Stage


class BulkForm(Form):
    """What is asked for everybody; each action shows its own part of it."""

    #: Made with the form: one that is sent twice is one action.
    mark = HiddenField(validators=[Regexp(r"^[0-9a-f]{32}$", message="Load the page again.")])
    #: Who it is about, each with the version that was seen: "7:3 9:1".
    people = HiddenField()
    back = HiddenField()
    stage = RadioField("To", validate_choice=False)
    reason = RadioField("Reason", validate_choice=False)
    recruiter = SelectField("Recruiter", coerce=int, default=0)
    tags = Text("Tags", description="Commas stand between them. A tag that is new is made.")
    comment = LongText("In words", [WORDS], description="For the history of each; candidates do not see it.")
    told = BooleanField("The candidates have been told")
    happened_at = LocalInstantField("When it happened", [Optional()], description=NOW)

    def offer(self, kind: BatchKind, stages: Sequence[Stage], recruiters: Sequence[User]) -> None:
        """Show these stages and recruiters, and the reasons of that kind of ending."""
        self.stage.choices = [SelectChoice(stage.key, stage.name) for stage in stages]
        reasons = REASONS.get(kind.ending, {}) if kind.ending else {}
        self.reason.choices = [SelectChoice(key, words) for key, words in reasons.items()]
        self.recruiter.choices = [
            SelectChoice(0, "The requisition’s first recruiter"),
            *(SelectChoice(user.id, user.name) for user in recruiters),
        ]

    def begin(self) -> None:
        """Give the form its mark."""
        self.mark.data = token_hex(16)

    def order(self, kind: BatchKind) -> Order:
        """What is asked for."""
        ending, moving = kind.ending is not None, kind is BatchKind.MOVE
        # What is previewed is not validated yet.
        recruiter_id = whole_number(self.recruiter.data) if kind is BatchKind.ASSIGN else None
        return Order(
            kind=kind,
            stage_key=(self.stage.data or "") if moving else "",
            reason=(self.reason.data or "") if ending else "",
            comment=self.comment.data if ending or moving else "",
            told=self.told.data if ending else False,
            happened_at=self.happened_at.data if ending or moving else None,
            recruiter=find_user(recruiter_id) if recruiter_id else None,
            tags=tuple(filter(str.strip, split_names(self.tags.data))) if kind is BatchKind.TAG else (),
        )
