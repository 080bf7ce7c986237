"""What the rows of a table say about people: each row read, judged by itself, and compared with the others."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.candidates.columns import FIELDS, currency_in, guess_columns
from tracker.candidates.facts import LABELS, LIMITS, LONGEST_NOTE, Facts, clean_facts
from tracker.candidates.keys import email_base, profile_site, same_phone, search_name
from tracker.candidates.tabular import Row, Table
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
from tracker.core.signs import readable, without_invisible

LONG_NOTE = 10_000
EARLIEST = date(1990, 1, 1)

_BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")
_FORMULA = re.compile(r"\s*(?:=.|@\w+\(|[+-].*[|!(])", re.DOTALL)
_IN_ANGLES = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")


class Weight(StrEnum):
    """How much a finding weighs: the row stays out, comes in as mended by us, or holds nothing at all."""

    REFUSED = "refused"
    MENDED = "mended"
    EMPTY = "empty"


@dataclass(frozen=True)
class Finding:
    """One thing about a row: what is wrong in words, and how to mend it. `code` is stable, `field` names the column."""

    code: str
    weight: Weight
    message: str
    mend: str = ""
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a table is to be read; what was guessed can be corrected by a person."""

    #: Field → number of its column, from 0.
    columns: Mapping[str, int]
    date_order: DateOrder = DateOrder.DAY_FIRST
    decimal: str = "."
    name_order: NameOrder = NameOrder.GIVEN_FIRST
    #: The currency of amounts that name none.
    currency: str = ""

    def as_document(self) -> dict[str, Any]:
        """The plan as JSON."""
        return {**asdict(self), "columns": dict(self.columns)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Plan":
        """The plan that as_document() wrote."""
        return cls(
            columns={name: int(index) for name, index in document["columns"].items() if name in FIELDS},
            date_order=DateOrder(document["date_order"]),
            decimal="," if document["decimal"] == "," else ".",
            name_order=NameOrder(document["name_order"]),
            currency=str(document["currency"]),
        )

    @property
    def names_people(self) -> bool:
        """Whether some column holds names; without one nothing can be read."""
        return "name" in self.columns or "last_name" in self.columns or "first_name" in self.columns


@dataclass(frozen=True)
class Reading:
    """What one row says."""

    line: int
    cells: tuple[str, ...]
    facts: Facts
    applied_on: date | None = None
    source: str = ""
    notes: str = ""
    salary_wish: int | None = None
    salary_currency: str = ""
    notice: str = ""
    work_permit: str = ""
    findings: tuple[Finding, ...] = field(default=())

    @property
    def refused(self) -> bool:
        """Whether the row stays out."""
        return any(finding.weight is not Weight.MENDED for finding in self.findings)

    @property
    def empty(self) -> bool:
        """Whether the row holds nothing at all."""
        return any(finding.weight is Weight.EMPTY for finding in self.findings)


def guess_plan(table: Table) -> Plan:
    """The plan that fits the headings and the cells."""
    columns = guess_columns(table.header)

    def cells(name: str) -> Iterator[str]:
        index = columns.get(name)
        if index is not None:
            yield from (row.cells[index] for row in table.rows if index < len(row.cells))

    salary = columns.get("salary_wish")
    return Plan(
        columns=columns,
        date_order=guess_date_order(cells("applied_on")),
        decimal=guess_decimal(cells("salary_wish")),
        currency=currency_in(table.header[salary]) if salary is not None else "",
    )


def read_rows(table: Table, plan: Plan, *, today: date) -> list[Reading]:
    """Each row read by the plan, with what was found about it; repeats of earlier rows are findings too."""
    return mark_repeats([_read(row, table, plan, today) for row in table.rows])


def _read(row: Row, table: Table, plan: Plan, today: date) -> Reading:
    nobody = Facts(name="")
    if row.blank and not row.unclosed:
        what = "The line is empty." if len(row.cells) == 1 else "The line holds only separators."
        finding = Finding("empty", Weight.EMPTY, what, "Nothing to do; it is passed over.")
        return Reading(row.line, row.cells, nobody, findings=(finding,))
    findings = list(_shape(row, table))
    if any(finding.weight is Weight.REFUSED for finding in findings):
        # The cells may stand in the wrong columns: what they say would be guessing.
        return Reading(row.line, row.cells, nobody, findings=tuple(findings))
    return _Reader(row, table.header, plan, today, findings).read()


def _shape(row: Row, table: Table) -> Iterator[Finding]:
    expected, given = len(table.header), len(row.cells)
    if row.unclosed:
        yield Finding(
            "unterminated_quote", Weight.REFUSED, "A quotation mark is opened and never closed.",
            'Close it, or write a quotation mark within a cell twice ("").',
        )  # fmt: skip
    elif given < expected:
        yield Finding(
            "too_few_columns", Weight.REFUSED, f"The line has {given} of {expected} columns.",
            "Add the missing separators, or the missing quotation mark.",
        )  # fmt: skip
    elif given > expected and any(cell.strip() for cell in row.cells[expected:]):
        yield Finding(
            "too_many_columns", Weight.REFUSED, f"The line has {given} columns instead of {expected}.",
            "Put cells that hold the separator between quotation marks.",
        )  # fmt: skip
    elif given > expected:
        yield Finding(
            "too_many_columns", Weight.MENDED, f"The line has {given - expected} empty cells too many.",
            "They are ignored.",
        )  # fmt: skip


class _Reader:
    """Reads the cells of one row whose columns are as many as they should be."""

    def __init__(self, row: Row, header: Sequence[str], plan: Plan, today: date, findings: list[Finding]) -> None:
        self.row, self.header, self.plan, self.today, self.findings = row, header, plan, today, findings

    def read(self) -> Reading:
        """The row's reading."""
        raw = {name: self.cell(name) for name in self.plan.columns}
        notes = raw.get("notes", "")
        applied_on = self.date(raw.get("applied_on", ""))
        salary, currency, unclear = self.amount(raw.get("salary_wish", ""))
        if unclear:
            notes = f"{notes}\n\nSalary wish: {unclear}".strip()
        if len(notes) > LONGEST_NOTE:
            self.refuse(
                "very_long_note", "notes", f"The note has {len(notes):,} characters; {LONGEST_NOTE:,} is the limit.",
                "Shorten it, or add it as a file afterwards.",
            )  # fmt: skip
            notes = ""
        elif len(notes) > LONG_NOTE:
            self.mend("very_long_note", "notes", f"The note has {len(notes):,} characters.", "It is kept whole.")
        return Reading(
            self.row.line,
            self.row.cells,
            self.facts(raw),
            applied_on=applied_on,
            source=raw.get("source", "")[:200],
            notes=notes,
            salary_wish=salary,
            salary_currency=currency,
            notice=raw.get("notice", "")[:200],
            work_permit=raw.get("work_permit", "")[:200],
            findings=tuple(self.findings),
        )

    def refuse(self, code: str, name: str, message: str, mend: str) -> None:
        """Note what keeps the row out."""
        self.findings.append(Finding(code, Weight.REFUSED, message, mend, name))

    def mend(self, code: str, name: str, message: str, mend: str) -> None:
        """Note what was mended."""
        self.findings.append(Finding(code, Weight.MENDED, message, mend, name))

    def cell(self, name: str) -> str:
        """A cell without what cannot be seen or stored; what was taken out is noted."""
        index = self.plan.columns[name]
        text = self.row.cells[index] if index < len(self.row.cells) else ""
        called = f"The column “{self.header[index]}”" if self.header[index] else FIELDS[name]
        if "\x00" in text:
            self.refuse(
                "nul_byte", name, f"{called} holds a NUL byte; letters may be missing there.",
                "Write the cell anew, and export again.",
            )  # fmt: skip
        identity = name in {"name", "first_name", "last_name"}
        if _BIDIRECTIONAL.search(text):
            note = self.refuse if identity else self.mend
            note(
                "right_to_left_override", name, f"{called} holds invisible characters that turn the direction of text.",
                "Write the cell anew." if identity else "They are left out.",
            )  # fmt: skip
        if _CONTROL.search(text):
            self.mend("control_characters", name, f"{called} holds control characters.", "They are left out.")
        if name not in {"phone", "email"} and _FORMULA.match(text):
            note = self.refuse if identity else self.mend
            note(
                "formula_injection", name, f"{called} looks like a formula for a spreadsheet, and is no name."
                if identity else f"{called} looks like a formula for a spreadsheet.",
                "Write the name instead." if identity else "It is kept as plain text.",
            )  # fmt: skip
        shown = "".join(letter for letter in readable(text) if letter in "\n\t" or unicodedata.category(letter) != "Cc")
        return unicodedata.normalize("NFC", shown).strip()

    def facts(self, raw: dict[str, str]) -> Facts:
        """The person's details."""
        values: dict[str, str | None] = {name: raw.get(name, "") for name in ("phone", "title", "company", "location")}
        if "name" in raw:
            values["name"] = full_name(raw["name"], self.plan.name_order)
        else:
            values["name"] = joined_name(raw.get("first_name", ""), raw.get("last_name", ""))
        values["email"] = self.email(raw.get("email", ""))
        for name in ("profile", "website"):
            self.web(raw.get(name, ""), values)
        facts, problems = clean_facts(values)
        if "name" in problems and not any(finding.field == "name" for finding in self.findings):
            code = "missing_name" if len(values["name"] or "") <= LIMITS["name"] else "too_long"
            said = "There is no name." if code == "missing_name" else problems["name"]
            self.refuse(code, "name", said, "Fill it in, or leave the line out." if code == "missing_name" else "")
        if "phone" in problems:
            self.mend("invalid_phone", "phone", f"“{_short(raw['phone'])}” is no phone number.", "It is left out.")
        for name in ("title", "company", "location"):
            if name in problems:
                self.refuse(
                    "too_long", name, f"{LABELS[name]} is longer than {LIMITS[name]} characters.", "Shorten it."
                )
        return facts

    def email(self, text: str) -> str:
        """The address, when it is one."""
        if "email" not in self.plan.columns:
            return ""
        if not text:
            self.refuse(
                "missing_email", "email", "There is no e-mail address.",
                "Fill it in, or add this person by hand if there is none.",
            )  # fmt: skip
            return ""
        inner = _IN_ANGLES.search(text)
        address = (inner.group(1) if inner else text).strip()
        if inner:
            self.mend("email_with_display_name", "email", "The address stands in angle brackets behind a name.",
                      f"{address} is taken.")  # fmt: skip
        address = without_invisible(address)
        _, problems = clean_facts({"name": "x", "email": address})
        if "email" in problems:
            self.refuse(
                "invalid_email", "email", f"“{_short(text)}” is no e-mail address.",
                "Correct it; it should look like name@example.com.",
            )  # fmt: skip
            return ""
        return address

    def web(self, text: str, values: dict[str, str | None]) -> None:
        """Put each address of a cell where it belongs: LinkedIn, GitHub, or website."""
        for part in re.split(r"[\s,;|]+", text):
            if not part:
                continue
            facts, problems = clean_facts({"name": "x", "website_url": part})
            if problems or not facts.website_url:
                self.mend("invalid_address", "profile", f"“{_short(part)}” is no web address.", "It is left out.")
                continue
            site = profile_site(facts.website_url)
            values.setdefault(f"{site}_url" if site else "website_url", facts.website_url)

    def date(self, text: str) -> date | None:
        """The day somebody applied."""
        if not text:
            return None
        try:
            day = parse_date(text, self.plan.date_order)
        except ValueError:
            self.refuse("not_a_date", "applied_on", f"“{_short(text)}” is no date.", "Write it like 2026-01-31.")
            return None
        if day > self.today:
            self.refuse("date_in_the_future", "applied_on", f"{day:%Y-%m-%d} lies in the future.", "Correct the year.")
        elif day < EARLIEST:
            self.refuse("date_too_early", "applied_on", f"{day:%Y-%m-%d} is too long ago.", "Correct the year.")
        return day

    def amount(self, text: str) -> tuple[int | None, str, str]:
        """The salary wish, its currency, and what was written when it is no amount."""
        if not text:
            return None, "", ""
        try:
            value, currency = parse_amount(text, self.plan.decimal)
        except ValueError:
            self.mend("not_an_amount", "salary_wish", f"“{_short(text)}” is no amount.", "It is kept in the notes.")
            return None, "", text
        return value, currency or self.plan.currency, ""


def mark_repeats(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, with a finding on each that is the same person as an earlier one; the first one stands."""
    seen = _Seen()
    marked: list[Reading] = []
    for reading in readings:
        if reading.refused:
            # A row that stays out anyway neither repeats nor is repeated.
            marked.append(reading)
            continue
        earlier = seen.find(reading)
        if earlier is None:
            seen.add(reading)
            marked.append(reading)
            continue
        other, code, why = earlier
        finding = Finding(
            code, Weight.REFUSED, f"The same person as line {other.line}: {why}.",
            "Leave it out, or correct it if it is somebody else.",
        )  # fmt: skip
        marked.append(replace(reading, findings=(*reading.findings, finding)))
    return marked


class _Seen:
    """Rows that stand, by what they are recognised by."""

    def __init__(self) -> None:
        self._by_email: dict[str, Reading] = {}
        self._by_profile: dict[str, Reading] = {}
        self._by_name: dict[str, list[Reading]] = {}

    def add(self, reading: Reading) -> None:
        """Remember a row."""
        facts = reading.facts
        if facts.email_key:
            self._by_email[facts.email_key] = reading
        for profile in (facts.linkedin_url, facts.github_url):
            if profile:
                self._by_profile[profile] = reading
        self._by_name.setdefault(search_name(facts.name), []).append(reading)

    def find(self, reading: Reading) -> tuple[Reading, str, str] | None:
        """The earlier row of the same person, the finding's code, and why they are the same."""
        facts = reading.facts
        key = facts.email_key
        if key and key in self._by_email:
            return self._by_email[key], "duplicate_email", "the e-mail address is the same"
        for profile in (facts.linkedin_url, facts.github_url):
            if profile and profile in self._by_profile:
                return self._by_profile[profile], "same_profile", "the profile's address is the same"
        for other in self._by_name.get(search_name(facts.name), ()):
            theirs = other.facts.email_key
            if key and theirs and email_base(key) == email_base(theirs):
                return other, "duplicate_email", "name and mailbox are the same"
            if same_phone(facts.phone_key, other.facts.phone_key):
                return other, "same_person_other_email", "name and phone number are the same"
            if not key and not theirs and not (facts.phone_key and other.facts.phone_key):
                return other, "same_name", "the name is the same, and nothing tells them apart"
        return None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
