"""People are added, changed and found."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.states import Role
from tracker.candidates import queries
from tracker.candidates.models import CandidateNote
from tracker.candidates.operations import (
    SamePerson,
    add_note,
    allow_contact,
    create_candidate,
    forbid_contact,
    remove_note,
    update_candidate,
)
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.history.models import Event


def kinds(candidate_id: int) -> list[str]:
    return list(db.session.scalars(select(Event.kind).where(Event.candidate_id == candidate_id).order_by(Event.id)))


def test_a_person_is_added_with_clean_details(app: Flask) -> None:
    actor = make_user(Role.RECRUITER)
    ada = make_candidate(
        "  Ada  Łoś ", actor=actor, email=" Ada@Example.org ", phone="030/23125750", linkedin_url="linkedin.com/in/ada/"
    )
    assert (ada.name, ada.search_name, ada.email, ada.email_key) == (
        "Ada Łoś",
        "ada los",
        "Ada@Example.org",
        "ada@example.org",
    )
    assert (ada.phone, ada.phone_key, ada.linkedin_url) == (
        "030/23125750",
        "3023125750",
        "https://www.linkedin.com/in/ada",
    )
    assert ada.created_by_id == actor.id
    assert kinds(ada.id) == ["candidate.added"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " \u200b "}, "name"),
        ({"name": "A" * 201}, "name"),
        ({"email": "two@@example.com"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"website_url": "javascript:alert(1)"}, "website_url"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field(app: Flask, facts: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused, transaction():
        create_candidate(**{"name": "Ada", "actor": None} | facts)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def test_an_address_belongs_to_one_person(app: Flask) -> None:
    ada = make_candidate("Ada Lovelace", email="ada@example.org")
    with pytest.raises(SamePerson) as refused, transaction():
        create_candidate(name="A. Lovelace", email="ADA@example.org", actor=None)
    assert refused.value.existing.id == ada.id
    assert "Ada Lovelace" in refused.value.message


def test_changes_are_saved_once_per_version(app: Flask) -> None:
    tara = make_user(Role.RECRUITER, name="Tara Kessler")
    ada = make_candidate("Ada Lovelace", email="ada@example.org")
    seen = ada.version
    with transaction():
        assert update_candidate(ada, expected_version=seen, actor=tara, name="Ada King", company="Analytical")
    assert [person.id for person in queries.search(tara, "king ana")] == [ada.id]
    assert not queries.search(tara, "lovelace")
    with pytest.raises(Conflict) as conflict, transaction():
        update_candidate(ada, expected_version=seen, actor=tara, name="Ada Byron")
    assert conflict.value.who == "Tara Kessler"
    assert conflict.value.when is not None
    with transaction():
        assert not update_candidate(ada, expected_version=ada.version, actor=tara, name="Ada King")
    assert kinds(ada.id) == ["candidate.added", "candidate.edited"]


def test_a_change_to_somebody_elses_address_is_refused(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    make_candidate("Ben", email="ben@example.org")
    ada = make_candidate("Ada", email="ada@example.org")
    with pytest.raises(SamePerson), transaction():
        update_candidate(ada, expected_version=ada.version, actor=tara, email="ben@example.org")


def test_contact_is_forbidden_with_a_reason_and_allowed_again(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    ada = make_candidate("Ada")
    with pytest.raises(Refused), transaction():
        forbid_contact(ada, reason=" ", actor=tara)
    with transaction():
        forbid_contact(ada, reason="Asked by phone", actor=tara)
    assert ada.do_not_contact_at is not None
    with transaction():
        allow_contact(ada, actor=tara)
    db.session.refresh(ada)
    assert not ada.do_not_contact_at
    assert not ada.do_not_contact_reason
    assert kinds(ada.id) == ["candidate.added", "candidate.do_not_contact", "candidate.contact_allowed"]


def test_notes_are_written_and_removed(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    ada = make_candidate("Ada")
    with pytest.raises(Refused), transaction():
        add_note(ada, body="  ", actor=tara)
    with transaction():
        note = add_note(ada, body="Wants to hear about remote work.\n", actor=tara)
    assert note.body == "Wants to hear about remote work."
    with transaction():
        remove_note(note, actor=tara)
    assert db.session.scalars(select(CandidateNote)).all() == []
