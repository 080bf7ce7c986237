"""What is done to people's records. Each takes the actor, checks what it needs, and writes one event."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert

from tracker.accounts.models import User
from tracker.candidates.events import (
    CandidateAdded,
    CandidateEdited,
    ContactAllowed,
    ContactForbidden,
    NoteAdded,
    NoteRemoved,
)
from tracker.candidates.facts import LONGEST_NOTE, Facts, clean_facts
from tracker.candidates.models import Candidate, CandidateNote, SearchWord
from tracker.candidates.queries import by_email_keys, last_change
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import get_registry
from tracker.history.operations import Subject, record

ERASED = "This person's data was erased; there is nothing left to change."


class SamePerson(Refused):
    """The address belongs to somebody who is already here; `existing` is that person."""

    def __init__(self, existing: Candidate) -> None:
        super().__init__(
            f"{existing.name} already has this e-mail address.",
            needed=(f"Open {existing.name} and add an application there, or give another address.",),
            fields={"email": f"{existing.name} already has this address."},
        )
        self.existing = existing


def create_candidate(
    *,
    name: str,
    actor: User | None,
    email: str | None = None,
    phone: str | None = None,
    title: str = "",
    company: str = "",
    location: str = "",
    timezone: str = "",
    linkedin_url: str | None = None,
    github_url: str | None = None,
    website_url: str | None = None,
    demo: bool = False,
) -> Candidate:
    """Add a person.

    Raises Refused with errors by field for what cannot be used, and SamePerson when the e-mail address is taken.
    """
    facts = _facts(
        {
            "name": name, "email": email, "phone": phone, "title": title, "company": company, "location": location,
            "timezone": timezone, "linkedin_url": linkedin_url, "github_url": github_url, "website_url": website_url,
        }
    )  # fmt: skip
    _refuse_taken(facts.email_key)
    candidate = Candidate(
        **facts.columns(), created_at=clock.now(), created_by_id=actor.id if actor else None, demo=demo
    )
    db.session.add(candidate)
    # The id is needed for the words and the event.
    db.session.flush()
    _write_words(candidate.id, facts)
    record(CandidateAdded(), Subject(candidate_id=candidate.id), actor=actor)
    return candidate


def update_candidate(candidate: Candidate, *, expected_version: int, actor: User, **changes: str | None) -> bool:
    """Change details; returns whether anything was different. Fields that are not given stay as they are.

    Raises Conflict when somebody else changed the record since `expected_version`, Refused as create_candidate().
    """
    if candidate.erased_at is not None:
        raise Refused(ERASED)
    if candidate.version != expected_version:
        raise _overtaken(candidate)
    before: dict[str, Any] = {field: getattr(candidate, field) for field in Facts.__dataclass_fields__}
    facts = _facts(before | changes)
    if facts.email_key != candidate.email_key:
        _refuse_taken(facts.email_key)
    changed = tuple(field for field, value in before.items() if getattr(facts, field) != value)
    if not changed:
        return False
    for column, value in facts.columns().items():
        setattr(candidate, column, value)
    # Before the words, so that a lost race shows as one.
    db.session.flush()
    _write_words(candidate.id, facts)
    record(CandidateEdited(fields=changed), Subject(candidate_id=candidate.id), actor=actor)
    tell_of_people([candidate.id])
    return True


def forbid_contact(candidate: Candidate, *, reason: str, actor: User) -> None:
    """The person wants no word from us; that blocks every outgoing word and every import.

    Raises Refused without a reason.
    """
    if candidate.erased_at is not None:
        raise Refused(ERASED)
    if not reason.strip():
        raise Refused("Say why.", fields={"reason": "Say why, in a few words."})
    if candidate.do_not_contact_at is None:
        candidate.do_not_contact_at = clock.now()
        record(ContactForbidden(), Subject(candidate_id=candidate.id), actor=actor)
    candidate.do_not_contact_reason = reason.strip()[:500]


def allow_contact(candidate: Candidate, *, actor: User) -> None:
    """The person may be written to again."""
    if candidate.do_not_contact_at is None:
        return
    candidate.do_not_contact_at = None
    candidate.do_not_contact_reason = ""
    record(ContactAllowed(), Subject(candidate_id=candidate.id), actor=actor)


def add_note(
    candidate: Candidate, *, body: str, actor: User | None, requisition_id: int | None = None
) -> CandidateNote:
    """Write a note about the person. Raises Refused for an empty or overlong one."""
    if candidate.erased_at is not None:
        raise Refused(ERASED)
    body = body.replace("\x00", "").strip()
    if not body:
        raise Refused("The note is empty.", fields={"body": "Write something first."})
    if len(body) > LONGEST_NOTE:
        raise Refused("The note is too long.", fields={"body": f"A note holds {LONGEST_NOTE:,} characters at most."})
    note = CandidateNote(
        candidate_id=candidate.id,
        requisition_id=requisition_id,
        author_id=actor.id if actor else None,
        body=body,
        created_at=clock.now(),
    )
    db.session.add(note)
    # The id is needed for the event.
    db.session.flush()
    subject = Subject(candidate_id=candidate.id, requisition_id=requisition_id)
    record(NoteAdded(note_id=note.id), subject, actor=actor)
    return note


def remove_note(note: CandidateNote, *, actor: User) -> None:
    """Take a note away."""
    record(NoteRemoved(), Subject(candidate_id=note.candidate_id), actor=actor)
    db.session.delete(note)


def tell_of_people(candidate_ids: Collection[int]) -> None:
    """Tell the domains above that what they show of these people is not what it was. Last in what changes it."""
    for callback in get_registry().on_people_changed:
        callback(candidate_ids)


def _facts(raw: dict[str, Any]) -> Facts:
    facts, problems = clean_facts(raw)
    if problems:
        raise Refused("Some details cannot be used as they are.", fields=problems)
    return facts


def _refuse_taken(key: str | None) -> None:
    existing = by_email_keys([key]).get(key) if key else None
    if existing is not None:
        raise SamePerson(existing)


def _write_words(candidate_id: int, facts: Facts) -> None:
    db.session.execute(delete(SearchWord).where(SearchWord.candidate_id == candidate_id))
    rows = [{"word": word, "candidate_id": candidate_id} for word in facts.words]
    if rows:
        db.session.execute(insert(SearchWord), rows)


def _overtaken(candidate: Candidate) -> Conflict:
    change = last_change(candidate)
    who, when = change or (None, None)
    return Conflict(
        f"{who or 'Somebody else'} changed {candidate.name} while you were editing.",
        who=who,
        when=when,
    )
