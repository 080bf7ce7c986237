"""The three files of other systems are read as their truth says, row by row."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracker.candidates.keys import phone_key, same_phone
from tracker.candidates.rows import Plan, Reading, Weight, guess_plan, read_rows
from tracker.candidates.tabular import Row, Table, read_table

DATA = Path(__file__).parents[2] / "data" / "import"
TODAY = date(2026, 11, 23)


def read(name: str) -> tuple[Table, Plan, list[Reading]]:
    table = read_table((DATA / name).read_bytes())
    plan = guess_plan(table)
    return table, plan, read_rows(table, plan, today=TODAY)


def truth(name: str) -> Any:
    return json.loads((DATA / name).read_text())


def test_the_export_of_another_system_is_read_whole() -> None:
    table, _, readings = read("candidates-greenhouse-style.csv")
    assert (table.encoding, table.delimiter, len(readings)) == ("utf-8", ",", 2000)
    assert [reading.findings for reading in readings if reading.findings] == []
    first = readings[0]
    assert (first.facts.name, first.facts.email, first.facts.location) == (
        "Nilcan Güçlü", "nilcan.guclu@example.org", "İzmir, Türkiye",
    )  # fmt: skip
    assert first.facts.linkedin_url == "https://www.linkedin.com/in/nilcan-guclu-21-example"
    assert first.facts.github_url == "https://github.com/nilcanguclu-example"
    assert len({reading.facts.email_key for reading in readings}) == 2000


def test_the_spreadsheet_is_read_as_its_truth_says() -> None:
    table, plan, readings = read("candidates-spreadsheet.csv")
    assert (table.encoding, table.delimiter) == ("cp1252", ";")
    assert (plan.decimal, plan.currency) == (",", "EUR")
    expected = truth("candidates-spreadsheet.truth.json")
    assert len(readings) == len(expected) == 400
    for reading, person in zip(readings, expected, strict=True):
        assert reading.findings == ()
        assert reading.facts.name == person["name"]
        assert reading.facts.email == person["email"]
        assert reading.facts.company == person["employer"]
        assert reading.facts.title == person["title"]
        assert str(reading.applied_on) == person["applied_on"]
        assert reading.source == person["source"]
        assert reading.notes == person["note"]
        number = phone_key(person["phone_e164"])
        assert (reading.facts.phone_key is None) == (number is None)
        assert number is None or same_phone(reading.facts.phone_key, number)
    wishes = {row.cells[7]: reading for row, reading in zip(table.rows, readings, strict=True)}
    assert (wishes["62.500,00"].salary_wish, wishes["62.500,00"].salary_currency) == (62_500, "EUR")
    assert wishes[""].salary_wish is None


#: What the truth calls each fault, and what the product says.
CODES = {
    "blank_line": "empty",
    "only_separators": "empty",
    "duplicate_email_case": "duplicate_email",
    "duplicate_email_plus_tag": "duplicate_email",
    "duplicate_email_surrounding_space": "duplicate_email",
    "duplicate_email_zero_width_space": "duplicate_email",
}


def test_every_fault_of_the_messy_file_is_found_and_no_other() -> None:
    _, _, readings = read("candidates-messy.csv")
    expected = truth("candidates-messy.truth.json")
    faults = {row["starts_on_line"]: row for row in expected["bad_rows"]}
    assert len(readings) == expected["rows"]
    assert {reading.line for reading in readings if reading.findings} == set(faults)
    assert sum(not reading.findings for reading in readings) == expected["good_rows"]
    line_of_row = {row: reading.line for row, reading in enumerate(readings, start=1)}
    for reading in readings:
        if not reading.findings:
            continue
        fault = faults[reading.line]
        (finding,) = reading.findings
        assert [finding.code] == [CODES.get(problem, problem) for problem in fault["problems"]]
        assert finding.mend
        if "same_person_as_row" in fault:
            assert finding.message.startswith(f"The same person as line {line_of_row[fault['same_person_as_row']]}:")
    weights = Counter(finding.weight for reading in readings for finding in reading.findings)
    assert weights == {Weight.REFUSED: 43, Weight.MENDED: 10, Weight.EMPTY: 2}


def test_what_can_be_mended_is() -> None:
    _, _, readings = read("candidates-messy.csv")
    by_line = {reading.line: reading for reading in readings}
    assert by_line[41].facts.email == "tanses.kisakurek@example.org"
    assert by_line[43].facts.company == "=1+1"
    assert by_line[37].notes == "unitseparatorbackspaces"
    assert len(by_line[102].notes) == 40_000


def one(header: str, cells: str, **plan: Any) -> Reading:
    table = read_table(f"{header}\n{cells}\n".encode())
    guessed = guess_plan(table)
    (reading,) = read_rows(table, Plan(**{**guessed.__dict__, **plan}), today=TODAY)
    return reading


def test_an_amount_that_is_none_goes_to_the_notes() -> None:
    reading = one("Name,Email,Salary,Notes", "Ada,ada@example.org,negotiable,Keen")
    assert (reading.salary_wish, reading.notes) == (None, "Keen\n\nSalary wish: negotiable")
    assert [finding.weight for finding in reading.findings] == [Weight.MENDED]


def test_addresses_go_where_they_belong() -> None:
    reading = one(
        "Name,Email,Website",
        "Ada,a@example.org,https://github.com/ada https://ada.example/ linkedin.com/in/ada nonsense",
    )
    assert reading.facts.github_url == "https://github.com/ada"
    assert reading.facts.website_url == "https://ada.example"
    assert reading.facts.linkedin_url == "https://www.linkedin.com/in/ada"
    assert [finding.code for finding in reading.findings] == ["invalid_address"]


def test_a_file_without_addresses_recognises_by_name_and_number() -> None:
    table = read_table(b"Name,Phone\nAda,+49 30 1234567\nAda,+49 30 7654321\nAda,\nBen,\nBen,\n")
    readings = read_rows(table, guess_plan(table), today=TODAY)
    assert [[finding.code for finding in reading.findings] for reading in readings] == [
        [], [], ["same_name"], [], ["same_name"],
    ]  # fmt: skip


CELLS = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.tuples(*[CELLS] * 5), max_size=4))
def test_any_cells_are_judged(rows: list[tuple[str, ...]]) -> None:
    header = ("Name", "Email", "Phone", "Applied on", "Salary")
    table = Table("utf-8", ",", header, tuple(Row(line, cells) for line, cells in enumerate(rows, start=2)))
    for reading in read_rows(table, guess_plan(table), today=TODAY):
        assert reading.refused or (reading.facts.name and reading.facts.email_key)
        assert all(finding.message for finding in reading.findings)
        assert "\x00" not in reading.facts.name + reading.notes
