"""Each row is compared with those who are here."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.states import Role
from tracker.candidates.facts import Facts
from tracker.candidates.operations import forbid_contact
from tracker.candidates.rows import Reading
from tracker.core.db import db, transaction
from tracker.pipeline.import_rows import Outcome, counts_of, judge, source_kind_of
from tracker.pipeline.operations import end_application, start_application
from tracker.pipeline.states import ChangeKind, SourceKind

LINKEDIN = "https://www.linkedin.com/in/ada"


def row(*, line: int = 2, **facts: Any) -> Reading:
    return Reading(line, (), Facts(**{"name": "Ada Lovelace"} | facts))


def test_somebody_unknown_is_new(app: Flask) -> None:
    make_candidate("Ada Lovelace", email="other.ada@example.org")
    (judged,) = judge([row(email="ada@example.org")], make_open_requisition())
    assert judged.outcome is Outcome.NEW


def test_an_address_makes_somebody_known(app: Flask) -> None:
    ada = make_candidate("Ada King", email="ada@example.org")
    (judged,) = judge([row(email="ADA@example.org")], make_open_requisition())
    assert (judged.outcome, judged.person and judged.person.id) == (Outcome.KNOWN, ada.id)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"email": "ada+cv@example.org"}, "name and mailbox"),
        ({"email": "new@example.org", "phone": "020 7946 0239"}, "name and phone number"),
        ({"email": "new@example.org", "github_url": "https://github.com/ada"}, "name and GitHub"),
        ({"name": "A. L.", "email": "new@example.org", "linkedin_url": LINKEDIN}, "LinkedIn"),
        ({}, "nothing else to tell them apart"),
    ],
)
def test_a_likeness_is_left_to_a_person(app: Flask, facts: dict[str, Any], why: str) -> None:
    make_candidate(
        "Ada Lovelace",
        email="ada@example.org",
        phone="+44 20 7946 0239",
        linkedin_url=LINKEDIN,
        github_url="github.com/ada",
    )
    requisition = make_open_requisition()
    (judged,) = judge([row(**facts)], requisition)
    assert judged.outcome is Outcome.LIKELY
    assert why in judged.why
    assert requisition.number in judged.mend


def test_nobody_comes_in_twice(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    ada, ben = make_candidate("Ada Lovelace", email="ada@example.org"), make_candidate("Ben", email="ben@example.org")
    with transaction():
        start_application(requisition, ada, actor=tara, source_kind=SourceKind.APPLIED)
        application = start_application(requisition, ben, actor=tara, source_kind=SourceKind.APPLIED)
        end_application(application, ChangeKind.REJECT, actor=tara, expected=None, reason="skills")
    judged = judge([row(email="ada@example.org"), row(line=3, name="Ben", email="ben@example.org")], requisition)
    assert [each.outcome for each in judged] == [Outcome.PRESENT, Outcome.PRESENT]
    assert "already" in judged[0].why
    assert "before (rejected)" in judged[1].why
    assert "Reopen" in judged[1].mend


@pytest.mark.parametrize("facts", [{"email": "ada@example.org"}, {"linkedin_url": LINKEDIN}])
def test_who_wants_no_contact_is_blocked_by_whatever_tells(app: Flask, facts: dict[str, Any]) -> None:
    tara = make_user(Role.RECRUITER)
    ada = make_candidate("Ada Lovelace", email="ada@example.org", linkedin_url=LINKEDIN)
    with transaction():
        forbid_contact(ada, reason="Asked", actor=tara)
    (judged,) = judge([row(name="Somebody", **facts)], make_open_requisition())
    assert judged.outcome is Outcome.BLOCKED
    assert counts_of([judged]) == {"blocked": 1, "mended": 0}


def test_the_number_of_statements_does_not_depend_on_the_rows(app: Flask, statements: list[str]) -> None:
    requisition = make_open_requisition()
    people = [make_candidate(f"P{number}", email=f"p{number}@example.org") for number in range(30)]
    used = []
    for count in (3, 30):
        db.session.refresh(requisition)
        rows = [row(line=number, name=f"P{number}", email=f"p{number}@example.org") for number in range(count)]
        statements.clear()
        judged = judge(rows, requisition)
        used.append(len(statements))
        assert [each.person and each.person.id for each in judged] == [person.id for person in people[:count]]
    assert used[0] == used[1] == 3


@pytest.mark.parametrize(
    ("source", "applied_on", "kind"),
    [
        ("Employee referral", None, SourceKind.REFERRED),
        ("Empfehlung", date(2026, 1, 1), SourceKind.REFERRED),
        ("Careers page", None, SourceKind.APPLIED),
        ("Stellenbörse", None, SourceKind.APPLIED),
        ("LinkedIn", None, SourceKind.SOURCED),
        ("LinkedIn", date(2026, 1, 1), SourceKind.APPLIED),
        ("", None, SourceKind.SOURCED),
    ],
)
def test_how_somebody_came_in_is_read_from_the_words(source: str, applied_on: date | None, kind: SourceKind) -> None:
    assert source_kind_of(Reading(2, (), Facts(name="A"), applied_on=applied_on, source=source)) is kind
