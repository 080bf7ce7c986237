"""Form fields that more than one domain needs."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, Field, IntegerField
from wtforms.widgets import DateTimeLocalInput, TextInput

from tracker.core.calendar import local_instant
from tracker.core.paging import whole_number
from tracker.core.templating import reader_zone, zone_abbreviation

FORMAT = "%Y-%m-%dT%H:%M"
#: Years outside these are slips of the hand; and the first and last days there are lie in no other zone.
YEARS = range(1900, 2200)
#: A whole amount: digits alone, or in groups of three behind the first.
GROUPED = re.compile("[0-9]+|[0-9]{1,3}([,. \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'’][0-9]{3})+")
NO_DIGIT = re.compile("[^0-9]")
OUT_OF_TIME = f"Give a year from {YEARS[0]} to {YEARS[-1]}."


class LocalInstantField(Field):
    """A moment as the reader's clock shows it: typed in their zone, kept as an aware UTC instant (None when empty)."""

    widget = DateTimeLocalInput()
    data: datetime | None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.shown

    @property
    def shown(self) -> str:
        """The instant as the reader's clock shows it; empty for none."""
        return self.data.astimezone(reader_zone()).strftime(FORMAT) if self.data else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """What was typed, as an instant. In a spring gap it is the first instant that exists."""
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            wall = datetime.strptime(text[:16], FORMAT)  # noqa: DTZ007 - the reader's zone is given to it below
        except ValueError as error:
            self.data = None
            raise ValueError("Give a date and a time, such as 2026-11-23T14:05.") from error
        if wall.year not in YEARS:
            self.data = None
            raise ValueError(OUT_OF_TIME)
        self.data = local_instant(wall.date(), wall.time(), reader_zone())

    @property
    def zone_name(self) -> str:
        """The reader's zone, for the hint beside the field: "CET"."""
        zone: ZoneInfo = reader_zone()
        return zone_abbreviation((self.data or datetime.now(zone)).astimezone(zone))


class DayField(DateField):
    """A date without a time, in a year that people speak of."""

    data: date | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was typed, as a date."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(OUT_OF_TIME)


class WholeNumber(IntegerField):
    """A number that is counted, as a form says what is wrong with it."""

    data: int | None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """What was typed, as a number; None when nothing was."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = int(text)
        except ValueError as error:
            raise ValueError("Give a whole number.") from error


class Money(IntegerField):
    """A whole amount; thousands may be set apart by commas, points, blanks or apostrophes."""

    widget = TextInput()
    data: int | None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """What was typed, without what sets thousands apart. "85,000.50" is refused, not read as eight million."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if GROUPED.fullmatch(text):
            self.data = whole_number(NO_DIGIT.sub("", text))
        if self.data is None:
            raise ValueError("Give a whole amount, such as 85,000.")
