"""What would become of each row of a file: a new person, one who is here already, or nothing, and why."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from tracker.candidates.keys import email_base, fold, same_phone, search_name
from tracker.candidates.models import Candidate
from tracker.candidates.rows import Reading
from tracker.core.db import db
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus, SourceKind
from tracker.requisitions.models import Requisition

#: How many rows are compared with the database by one set of statements.
SLICE = 1000


class Outcome(StrEnum):
    """What becomes of a row."""

    #: A new person with an application.
    NEW = "new"
    #: Somebody who is here already gets an application.
    KNOWN = "known"
    #: In this requisition already, or was before.
    PRESENT = "present"
    #: May not be contacted.
    BLOCKED = "blocked"
    #: Resembles somebody who is here under another address; a person must decide.
    LIKELY = "likely"
    #: The row itself cannot be used.
    REFUSED = "refused"
    EMPTY = "empty"


WRITTEN = frozenset({Outcome.NEW, Outcome.KNOWN})

LABELS = {
    Outcome.NEW: "new",
    Outcome.KNOWN: "here already, get an application",
    Outcome.PRESENT: "in this requisition already",
    Outcome.BLOCKED: "must not be contacted",
    Outcome.LIKELY: "like somebody who is here",
    Outcome.REFUSED: "cannot be used",
    Outcome.EMPTY: "empty lines",
}


@dataclass(frozen=True)
class Person:
    """What is compared of somebody who is here."""

    id: int
    name: str
    search_name: str
    email_key: str | None
    phone_key: str | None
    linkedin_url: str | None
    github_url: str | None
    blocked: bool


@dataclass(frozen=True)
class Judged:
    """A row and what becomes of it. `person` is who it is or resembles; `why` says so in words."""

    reading: Reading
    outcome: Outcome
    person: Person | None = None
    why: str = ""
    mend: str = ""


def judge(readings: Sequence[Reading], requisition: Requisition) -> list[Judged]:
    """What would become of each row in this requisition now; six statements for every thousand rows."""
    judged: list[Judged] = []
    for start in range(0, len(readings), SLICE):
        part = readings[start : start + SLICE]
        people = _People([reading for reading in part if not reading.refused], requisition)
        judged.extend(_judge_one(reading, people, requisition) for reading in part)
    return judged


def counts_of(judged: Iterable[Judged]) -> dict[str, int]:
    """How many rows by outcome, and how many of those that are written were mended."""
    rows = list(judged)
    counts = Counter(row.outcome.value for row in rows)
    counts["mended"] = sum(1 for row in rows if row.outcome in WRITTEN and row.reading.findings)
    return dict(counts)


def source_kind_of(reading: Reading) -> SourceKind:
    """How somebody came in, by the words of the file: referred, applied (also: a date of application), or found."""
    words = fold(reading.source)
    if re.search(r"referr|empfehl|recommend|recomend", words):
        return SourceKind.REFERRED
    if reading.applied_on or re.search(r"career|karriere|job ?board|jobs board|stellenbor|website|appl|bewerb", words):
        return SourceKind.APPLIED
    return SourceKind.SOURCED


class _People:
    """Those who are here and may be meant by some rows, and who of them is in the requisition."""

    def __init__(self, readings: Sequence[Reading], requisition: Requisition) -> None:
        facts = [reading.facts for reading in readings]
        columns = (
            Candidate.id, Candidate.name, Candidate.search_name, Candidate.email_key, Candidate.phone_key,
            Candidate.linkedin_url, Candidate.github_url, Candidate.do_not_contact_at.is_not(None),
        )  # fmt: skip
        self.by_email: dict[str, Person] = {}
        self.by_profile: dict[str, Person] = {}
        self.by_name: dict[str, list[Person]] = {}
        lookups = (
            (Candidate.email_key, {each.email_key for each in facts if each.email_key}),
            (Candidate.linkedin_url, {each.linkedin_url for each in facts if each.linkedin_url}),
            (Candidate.search_name, {search_name(each.name) for each in facts}),
        )
        found: dict[int, Person] = {}
        for column, values in lookups:
            if values:
                statement = select(*columns).where(column.in_(values), Candidate.erased_at.is_(None))
                found.update((row[0], Person(*row)) for row in db.session.execute(statement))
        for person in found.values():
            if person.email_key:
                self.by_email[person.email_key] = person
            if person.linkedin_url:
                self.by_profile[person.linkedin_url] = person
            self.by_name.setdefault(person.search_name, []).append(person)
        self.statuses: dict[int, ApplicationStatus] = {}
        if found:
            rows = db.session.execute(
                select(Application.candidate_id, Application.status)
                .where(Application.requisition_id == requisition.id, Application.candidate_id.in_(found))
                .order_by(Application.id)
            )
            self.statuses = {row.candidate_id: row.status for row in rows}

    def find(self, reading: Reading) -> tuple[Person, str] | None:
        """Who the row resembles beyond the address, and why."""
        facts = reading.facts
        if facts.linkedin_url and facts.linkedin_url in self.by_profile:
            return self.by_profile[facts.linkedin_url], "the LinkedIn profile is the same"
        alone = not (facts.email_key or facts.phone_key or facts.linkedin_url or facts.github_url)
        for person in self.by_name.get(search_name(facts.name), ()):
            if facts.email_key and person.email_key and email_base(facts.email_key) == email_base(person.email_key):
                return person, "name and mailbox are the same"
            if same_phone(facts.phone_key, person.phone_key):
                return person, "name and phone number are the same"
            if facts.github_url and facts.github_url == person.github_url:
                return person, "name and GitHub profile are the same"
            if alone:
                return person, "the name is the same, and the row says nothing else to tell them apart"
        return None


def _judge_one(reading: Reading, people: _People, requisition: Requisition) -> Judged:
    if reading.refused:
        return Judged(reading, Outcome.EMPTY if reading.empty else Outcome.REFUSED)
    key = reading.facts.email_key
    certain = people.by_email.get(key) if key else None
    resembled = (certain, "the e-mail address is the same") if certain else people.find(reading)
    if resembled is None:
        return Judged(reading, Outcome.NEW)
    person, why = resembled
    status = people.statuses.get(person.id)
    if status is not None:
        said = "is in this requisition already" if status is ApplicationStatus.ACTIVE else (
            f"was in this requisition before ({status.value})"
        )  # fmt: skip
        mend = "Nothing to do." if status is ApplicationStatus.ACTIVE else "Reopen the application on their page."
        return Judged(reading, Outcome.PRESENT, person, f"{person.name} {said}.", mend)
    if person.blocked:
        return Judged(
            reading, Outcome.BLOCKED, person, f"{person.name} asked not to be contacted: {why}.",
            "Leave them out. If they wrote to you since, allow contact on their page first.",
        )  # fmt: skip
    if certain is not None:
        return Judged(reading, Outcome.KNOWN, person, f"{person.name} is here already: {why}.")
    return Judged(
        reading, Outcome.LIKELY, person, f"This may be {person.name}, who is here already: {why}.",
        f"If so, add an application to {requisition.number} on their page; if not, add this person by hand.",
    )  # fmt: skip
