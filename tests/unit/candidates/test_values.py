"""Dates, amounts and names, as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.candidates.columns import currency_in, guess_columns
from tracker.candidates.values import (
    DateOrder,
    NameOrder,
    full_name,
    guess_date_order,
    guess_decimal,
    joined_name,
    parse_amount,
    parse_date,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-30", date(2026, 1, 30)),
        ("2026-01-30T14:05:00Z", date(2026, 1, 30)),
        ("2026/1/3", date(2026, 1, 3)),
        ("30.01.2026", date(2026, 1, 30)),
        ("8.6.26", date(2026, 6, 8)),
        ("30/01/2026", date(2026, 1, 30)),
        ("3. März 2026", date(2026, 3, 3)),
        ("3 March 2026", date(2026, 3, 3)),
        ("Mar 3, 2026", date(2026, 3, 3)),
        ("29.02.2024", date(2024, 2, 29)),
    ],
)
def test_dates(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2025-02-30",
        "31.04.2026",
        "2026",
        "1.2",
        "12-2026",
        "3 Foo 2026",
        "0.0.0000",
        "",
        "300.1.2026",
        "2026-01-300",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_date(text)


def test_month_first_only_where_some_date_says_so() -> None:
    assert guess_date_order(["01/02/2026", "03/30/2026"]) is DateOrder.MONTH_FIRST
    assert guess_date_order(["01/02/2026", "30/03/2026"]) is DateOrder.DAY_FIRST
    assert guess_date_order(["01/02/2026"]) is DateOrder.DAY_FIRST
    assert guess_date_order(["03/30/2026", "30/03/2026"]) is DateOrder.DAY_FIRST
    assert parse_date("03/04/2026", DateOrder.MONTH_FIRST) == date(2026, 3, 4)
    assert parse_date("03.04.2026", DateOrder.MONTH_FIRST) == date(2026, 4, 3)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_form_of_a_day_is_that_day(day: date) -> None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y/%m/%d", "%d %B %Y", "%b %d, %Y"):
        assert parse_date(day.strftime(form)) == day


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [
        ("62.500,00", ",", (62_500, "")),
        ("103.000,00 €", ",", (103_000, "EUR")),
        ("62,500.00", ".", (62_500, "")),
        ("62,500", ".", (62_500, "")),
        ("62.500", ",", (62_500, "")),
        ("62500", ",", (62_500, "")),
        ("62 500 EUR", ".", (62_500, "EUR")),
        ("CHF 110'000", ".", (110_000, "CHF")),
        ("$71k", ".", (71_000, "USD")),
        ("71,5 T€", ",", (71_500, "EUR")),
        ("85 Tsd.", ",", (85_000, "")),
        ("1.250.000", ",", (1_250_000, "")),
        ("62,500", ",", (62_500, "")),
    ],
)
def test_amounts(text: str, decimal: str, amount: tuple[int, str]) -> None:
    assert parse_amount(text, decimal) == amount


@pytest.mark.parametrize("text", ["negotiable", "60-70k", "60k to 70k", "-5000", "0", "1.2.3.4", "9" * 20, ""])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_amount(text)


@given(st.integers(1_000, 9_999_999))
def test_an_amount_is_read_as_it_was_written(value: int) -> None:
    english = f"{value:,}.00"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_amount(english, guess_decimal([english])) == (value, "")
    assert parse_amount(german, guess_decimal([german])) == (value, "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mijas, Maksymilian", "Maksymilian Mijas"),
        ("Akinwale Faleti", "Akinwale Faleti"),
        ("Dr. Mathijs Billung", "Mathijs Billung"),
        ("Billung, Dr. Mathijs", "Mathijs Billung"),
        ("Prof. Dr. Cauã da Mata", "Cauã da Mata"),
        ("Dr.-Ing. Ada Berg", "Ada Berg"),
        ("Frau Ada Berg", "Ada Berg"),
        ("van den Velden, Nienke", "Nienke van den Velden"),
        ("John Smith, PhD", "John Smith"),
        ("M. Barbero", "M. Barbero"),
        ("Drew Barry", "Drew Barry"),
        ("Mrs", "Mrs"),
        ("魏, 成", "魏成"),
        ("  Ada   Berg ", "Ada Berg"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert full_name(text) == name


def test_names_with_the_family_first() -> None:
    assert full_name("Kovács Anna", NameOrder.FAMILY_FIRST) == "Anna Kovács"
    assert full_name("Kovács, Anna", NameOrder.FAMILY_FIRST) == "Anna Kovács"
    assert full_name("Kovács", NameOrder.FAMILY_FIRST) == "Kovács"
    assert joined_name("Dr. Ada", "Berg") == "Ada Berg"
    assert joined_name("成", "魏") == full_name("魏成") == "魏成"
    assert joined_name("婷", "谢-赵") == "谢-赵婷"
    assert joined_name("Wei", "魏") == "Wei 魏"
    assert joined_name("", "王") == "王"
    assert joined_name("", "Berg") == "Berg"


def test_columns_are_known_by_their_headings() -> None:
    assert guess_columns(("Vorname", "Nachname", "E-Mail-Adresse", "Gehaltswunsch (EUR)", "Job")) == {
        "first_name": 0, "last_name": 1, "email": 2, "salary_wish": 3,
    }  # fmt: skip
    assert guess_columns(("ada@example.org", "Ada")) == {}
    assert guess_columns(("Name", "First name", "Last name")) == {"first_name": 1, "last_name": 2}
    assert guess_columns(("Nombre completo", "Nombre")) == {"name": 0}
    assert guess_columns(("Email", "E-Mail")) == {"email": 0}


@pytest.mark.parametrize(
    ("text", "code"), [("Gehalt (EUR)", "EUR"), ("65 k€", "EUR"), ("USD 5", "USD"), ("ABC", ""), ("", "")]
)
def test_currencies(text: str, code: str) -> None:
    assert currency_in(text) == code
