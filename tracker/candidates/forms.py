"""The forms of people's pages."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import InputRequired, Length

from tracker.candidates.contents import ACCEPT
from tracker.candidates.facts import LIMITS
from tracker.candidates.models import Candidate, FileKind
from tracker.core.forms import Address, Form, LongText, SelectChoice, Text
from tracker.core.paging import whole_number

DETAILS = (
    "name", "email", "phone", "title", "company", "location", "timezone", "linkedin_url", "github_url", "website_url",
)  # fmt: skip


@cache
def _zones() -> list[Any]:
    named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [SelectChoice("", "Not known"), SelectChoice("UTC", "UTC"), *(SelectChoice(zone, zone) for zone in named)]


class CandidateForm(Form):
    """A person's details."""

    name = Text("Name", [InputRequired("Give a name."), Length(max=LIMITS["name"])])
    email = Address("E-mail")
    phone = Text("Phone")
    title = Text("Job title now")
    company = Text("Company now")
    location = Text("Place")
    timezone = SelectField("Time zone", default="")
    linkedin_url = Text("LinkedIn")
    github_url = Text("GitHub")
    website_url = Text("Website")
    #: Ticked by somebody who has seen the likely duplicates.
    somebody_else = BooleanField("This is somebody else, add them")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.timezone.choices = _zones()

    def details(self) -> dict[str, Any]:
        """What was typed, by column."""
        return {field: self[field].data for field in DETAILS}

    def show(self, candidate: Candidate) -> None:
        """Fill the form with what is known."""
        for field in DETAILS:
            self[field].data = getattr(candidate, field) or ""


class EditForm(CandidateForm):
    """A person's details, and the version that somebody looked at."""

    version = HiddenField()

    @property
    def expected(self) -> int:
        """The version that the form was filled from; -1 when the page did not say."""
        version = whole_number(self.version.data)
        return -1 if version is None else version


class NoteForm(Form):
    """A note about a person."""

    body = LongText("Note", [InputRequired("Write something first.")])


class TagForm(Form):
    """Tags for a person; several with commas between them."""

    tags = Text("Tags", [InputRequired("Write a tag first.")])


class BlockForm(Form):
    """Why somebody wants no word from us."""

    reason = LongText("Why", [InputRequired("Say why, in a few words."), Length(max=500)])


class FileForm(Form):
    """A file of a person."""

    file = FileField("File", render_kw={"accept": ACCEPT})
    kind = SelectField(
        "What it is",
        choices=[SelectChoice(FileKind.RESUME.value, "Résumé"), SelectChoice(FileKind.OTHER.value, "Something else")],
        default=FileKind.RESUME.value,
    )


class EraseForm(Form):
    """Erasing somebody's data; `version` is that of the record that the page showed."""

    understood = BooleanField(
        "I know that nothing brings this back", [InputRequired("Confirm that nothing brings this back.")]
    )
    version = HiddenField()
