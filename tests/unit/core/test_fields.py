"""Fields of forms: what they make of what was typed."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import Length, Optional

from tracker.core.fields import Money, WholeNumber
from tracker.core.forms import LongText


class Sheet(Form):
    """One field of each kind."""

    pay = Money("Pay", [Optional()])
    minutes = WholeNumber("Minutes", [Optional()])
    words = LongText("Words", [Length(max=10, message="Keep it to 10 characters.")])


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("85000", 85_000),
        ("85,000", 85_000),
        ("85.000", 85_000),
        ("1 250 000", 1_250_000),
        ("85\u202f000", 85_000),
        ("85'000", 85_000),
        (" 85,000 ", 85_000),
        ("", None),
    ],
)
def test_thousands_may_be_set_apart(app: Flask, typed: str, amount: int | None) -> None:
    sheet = Sheet(MultiDict({"pay": typed}))
    assert sheet.validate()
    assert sheet.pay.data == amount


@pytest.mark.parametrize("typed", ["85,000.50", "85000.5", "85,0000", "8,5", "85k", "-85000", "9" * 40])
def test_what_is_no_whole_amount_is_refused_and_kept(app: Flask, typed: str) -> None:
    sheet = Sheet(MultiDict({"pay": typed}))
    assert not sheet.validate()
    assert sheet.errors == {"pay": ["Give a whole amount, such as 85,000."]}
    assert f'value="{typed}"' in sheet.pay()


def test_a_number_that_is_none_is_refused_in_words(app: Flask) -> None:
    sheet = Sheet(MultiDict({"minutes": "an hour"}))
    assert not sheet.validate()
    assert sheet.errors == {"minutes": ["Give a whole number."]}


def test_too_long_a_text_is_refused_whole_and_not_cut_by_the_browser(app: Flask) -> None:
    sheet = Sheet(MultiDict({"words": "eleven letters"}))
    assert "maxlength" not in sheet.words()
    assert not sheet.validate()
    assert "eleven letters" in sheet.words()
