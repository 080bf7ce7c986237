"""What forms make of what was typed or sent."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tracker.core.fields import DayField, LocalInstantField
from tracker.core.forms import Address, Form, LongText, Text
from tracker.core.paging import LARGEST, whole_number


class Everything(Form):
    """A field of each kind."""

    line = Text("Line")
    words = LongText("Words")
    address = Address("Address")
    at = LocalInstantField("When")
    day = DayField("Day")


def sent(app: Flask, **fields: str) -> Everything:
    """The form as it comes out of a request."""
    with app.test_request_context("/", method="POST", data=fields):
        form = Everything()
        form.validate()
        return form


def test_a_line_stays_one_line_and_nothing_keeps_the_character_nul(app: Flask) -> None:
    form = sent(app, line=" Ada\r\nBcc: x\0y ", words="two\nlines\0 ", address="ada@example.com\n")
    assert (form.line.data, form.words.data, form.address.data) == ("Ada Bcc: x y", "two\nlines", "ada@example.com")


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "0026-03-01T09:00", "9999-12-31T23:59"])
def test_an_instant_in_a_year_that_nobody_means_is_refused(app: Flask, typed: str) -> None:
    form = sent(app, at=typed)
    assert form.at.data is None
    assert form.errors["at"] == ["Give a year from 1900 to 2199."]


def test_a_day_in_a_year_that_nobody_means_is_refused(app: Flask) -> None:
    assert sent(app, day="9999-12-31").errors["day"] == ["Give a year from 1900 to 2199."]
    assert sent(app, day="2026-11-23").day.data == date(2026, 11, 23)


def test_an_instant_is_read_in_the_readers_zone(app: Flask) -> None:
    assert sent(app, at="2026-07-01T09:00").at.data == datetime(2026, 7, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("7", 7), ("0", 0), (str(LARGEST), LARGEST), (12, 12), ("٣", 3), (str(LARGEST + 1), None), ("9" * 5000, None),
        ("-1", None), ("²", None), ("1.5", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_whole_number_is_one_that_a_row_can_have(said: object, number: int | None) -> None:
    assert whole_number(said) == number
