"""What all forms share: the token against forged requests, trimmed text, and refusals shown beside their fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, g
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.widgets import TextArea

from tracker.core.errors import Conflict, Refused
from tracker.core.fields import LocalInstantField
from tracker.core.http import wants_fragment, wants_json
from tracker.core.signs import readable

__all__ = ["Address", "AsNow", "Form", "LongText", "Secret", "SelectChoice", "Text", "trimmed"]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class AsNow:
    """How that is by now which somebody else changed first."""

    words: str
    #: What happened last, each a sentence and its instant, the newest first.
    lines: Sequence[tuple[str, datetime]]


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form as pages show it. Errors of its validators and refusals of operations look the same."""

    class Meta:
        """Behind WTForms."""

        @property
        def csrf(self) -> bool:
            """Whether the form makes a token of its own: not of what was sent, whose token was looked at before any
            view. Where that is shown once more, the page's token stands in it."""
            return bool(current_app.config["WTF_CSRF_ENABLED"]) and not g.get("csrf_valid", False)

    form_errors: list[str]
    #: Somebody was faster: the page says who did what, and what was typed is still in the form.
    conflict: Conflict | None = None
    #: What the page shows of it when asked, beside what was typed; None where the conflict itself says all.
    now: AsNow | None = None
    #: What fields say by now where it is not what was typed, in words, by their names.
    theirs: Mapping[str, str] = {}

    def refuse(self, refused: Refused | Conflict) -> None:
        """Show a refusal: what belongs to a field beside it, the rest, or all of it, above the form.

        Who asked by script shows no form; a conflict is told to them as it is, by raising it again.
        """
        if isinstance(refused, Conflict):
            if wants_json() or wants_fragment():
                raise refused
            self.conflict = refused
            return
        homeless = [message for name, message in refused.fields.items() if name not in self._fields]
        for name, message in refused.fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, message]
        if not refused.fields:
            homeless = [refused.message, *refused.needed]
        self.form_errors = [*self.form_errors, *homeless]

    def look_at(self, **seen: object) -> None:
        """From here on the page shows what these hidden fields name: whoever sends the form again knows of it."""
        for name, value in seen.items():
            self._fields[name].raw_data = None
            self._fields[name].data = str(value)

    def show_beside(self, known: "Form") -> None:
        """After a conflict: show where `known`, the form as it would be filled in now, differs from what was typed."""
        words = {field.name: in_words(known[field.name]) for field in self if not isinstance(field, HiddenField)}
        self.theirs = {name: said for name, said in words.items() if said != in_words(self[name])}

    @property
    def answer_status(self) -> int:
        """How a page with this form answers: 200 when it is asked for, 409 or 422 when it was sent and comes back."""
        if self.conflict is not None:
            return 409
        return 422 if self.is_submitted() else 200


def in_words(field: Field) -> str:
    """What a field says, as people read it; "nothing" where it is empty."""
    if isinstance(field, SelectField | SelectMultipleField):
        return ", ".join(str(option.label.text) for option in field if option.checked) or "nothing"
    if isinstance(field, BooleanField):
        return "yes" if field.data else "no"
    said = field.shown.replace("T", " ") if isinstance(field, LocalInstantField) else field.data
    return "nothing" if said in {None, ""} else str(said)


def trimmed(value: Any) -> Any:
    """A filter for fields: blanks around what was typed do not count; None becomes an empty text.

    Nobody types the character NUL, and PostgreSQL keeps none.
    """
    return (value or "").replace("\x00", "").strip()


def one_line(value: Any) -> Any:
    """A filter for fields of one line: as trimmed(), what would break the line is a blank, what misleads is left out.

    Mail takes no line break in a name or subject, and browsers send none unless somebody wants them to.
    """
    return readable(_CONTROLS.sub(" ", value or "")).strip()


class Text(StringField):
    """A line of text, trimmed."""

    data: str

    def __init__(self, label: str, validators: Any = None, **rest: Any) -> None:
        super().__init__(label, validators, filters=(one_line,), **rest)


class LongText(TextAreaField):
    """A few lines of text, trimmed. One that is too long is refused by the server, and stays to be shortened."""

    # With `maxlength` browsers cut off the end of what is pasted, and say nothing.
    widget = TextArea()
    widget.validation_attrs = ["required", "disabled"]
    data: str

    def __init__(self, label: str, validators: Any = None, **rest: Any) -> None:
        super().__init__(label, validators, filters=(trimmed,), **rest)


class Address(EmailField):
    """An e-mail address, trimmed."""

    data: str

    def __init__(self, label: str, validators: Any = None, **rest: Any) -> None:
        super().__init__(label, validators, filters=(one_line,), **rest)


class Secret(PasswordField):
    """A password. It is not trimmed, and what was typed is never sent back."""

    data: str
