"""Deciding."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from tracker.core.forms import Form, LongText, SelectChoice


class DecisionForm(Form):
    """Approve or decline, with a comment."""

    decision = RadioField(
        "Decision",
        [InputRequired("Choose one.")],
        choices=[SelectChoice("approved", "Approve"), SelectChoice("declined", "Decline")],
    )
    comment = LongText("Comment")
