"""Finding people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload

from tracker.accounts.models import User
from tracker.accounts.permissions import me
from tracker.candidates.facts import clean_facts
from tracker.candidates.keys import email_base, query_words, same_phone
from tracker.candidates.keys import search_name as name_key
from tracker.candidates.models import Candidate, CandidateFile, CandidateNote, CandidateTag, SearchWord, Tag
from tracker.candidates.policy import visible_to
from tracker.core.db import db
from tracker.core.errors import NotVisible, Refused
from tracker.core.registry import CandidateLine, get_registry
from tracker.history.models import Event
from tracker.requisitions.models import Requisition
from tracker.requisitions.policy import visible_requisitions

#: The last code point: a word that starts with `beginning` sorts before `beginning + LAST`.
LAST = "\U0010ffff"


def visible_candidates(user: User) -> ColumnElement[bool]:
    """A predicate over candidates that keeps those the user may see."""
    return visible_to(user)


def candidate_or_404(candidate_id: int) -> Candidate:
    """The person, when I may see them; raises NotVisible."""
    found = db.session.scalar(select(Candidate).where(Candidate.id == candidate_id, visible_to(me())))
    if found is None:
        raise NotVisible
    return found


def note_or_404(note_id: int) -> CandidateNote:
    """A note of a person I may see; raises NotVisible."""
    found = db.session.scalar(select(CandidateNote).where(CandidateNote.id == note_id, _readable(me())))
    if found is None:
        raise NotVisible
    candidate_or_404(found.candidate_id)
    return found


def file_or_404(file_id: int) -> CandidateFile:
    """A file of a person I may see; raises NotVisible."""
    found = db.session.get(CandidateFile, file_id)
    if found is None:
        raise NotVisible
    candidate_or_404(found.candidate_id)
    return found


def notes_of(candidate: Candidate, *, reader: User | None = None) -> Sequence[CandidateNote]:
    """The notes about a person with their authors, newest first: all, or those that `reader` may read."""
    readable = true() if reader is None else _readable(reader)
    return db.session.scalars(
        select(CandidateNote)
        .where(CandidateNote.candidate_id == candidate.id, readable)
        .order_by(CandidateNote.id.desc())
        .options(joinedload(CandidateNote.author))
    ).all()


def _readable(user: User) -> ColumnElement[bool]:
    """A predicate over notes: not those that were written for a requisition which the user may not know of."""
    known = select(Requisition.id).where(visible_requisitions(user))
    return or_(CandidateNote.requisition_id.is_(None), CandidateNote.requisition_id.in_(known))


def files_of(candidate: Candidate) -> Sequence[CandidateFile]:
    """The files of a person with their content's facts and who brought them, newest first."""
    return db.session.scalars(
        select(CandidateFile)
        .where(CandidateFile.candidate_id == candidate.id)
        .order_by(CandidateFile.id.desc())
        .options(joinedload(CandidateFile.content), joinedload(CandidateFile.uploaded_by))
    ).all()


def tags_of(candidate_id: int) -> Sequence[CandidateTag]:
    """The tags of a person in alphabetical order, with who put them there."""
    return db.session.scalars(
        select(CandidateTag)
        .join(Tag, Tag.id == CandidateTag.tag_id)
        .where(CandidateTag.candidate_id == candidate_id)
        .order_by(Tag.key)
        .options(contains_eager(CandidateTag.tag), joinedload(CandidateTag.by))
    ).all()


def tags_in_use(limit: int = 200) -> Sequence[Tag]:
    """The tags that somebody has, in alphabetical order: what is suggested."""
    used = exists().where(CandidateTag.tag_id == Tag.id)
    return db.session.scalars(select(Tag).where(used).order_by(Tag.key).limit(limit)).all()


def lines_of(candidates: Sequence[Candidate], reader: User) -> dict[int, list[CandidateLine]]:
    """What the domains above say of these people's applications, by person; live ones first."""
    found: dict[int, list[CandidateLine]] = {}
    ids = [candidate.id for candidate in candidates]
    for source in get_registry().candidate_lines if ids else ():
        for line in source(ids, reader):
            found.setdefault(line.candidate_id, []).append(line)
    return {key: sorted(lines, key=lambda line: not line.live) for key, lines in found.items()}


@dataclass(frozen=True)
class Page:
    """Some people, and where the next ones begin (None: these were the last)."""

    people: Sequence[Candidate]
    next: str | None


def newest(user: User, *, before: int | None, limit: int = 50) -> Page:
    """People the user may see, last added first, those with an id below `before`."""
    statement = select(Candidate).where(visible_to(user), Candidate.erased_at.is_(None))
    if before is not None:
        statement = statement.where(Candidate.id < before)
    rows = db.session.scalars(statement.order_by(Candidate.id.desc()).limit(limit + 1)).all()
    return Page(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None)


def search(user: User, text: str, limit: int = 20) -> Sequence[Candidate]:
    """The first people the user may see in whom each word of `text` begins a word of name, company or address."""
    return search_page(user, text, after=None, limit=limit).people


def search_page(user: User, text: str, *, after: tuple[str, int] | None, limit: int = 50) -> Page:
    """One page of a search. `after` is the (word, id) at which the last page ended.

    The longest word asked for leads: its range of the index is walked in order, so that whole words come before
    longer ones, and each other word is probed person by person. People appear once, at their first matching word.
    """
    words = query_words(text)
    if not words:
        return Page((), None)
    leading = max(words, key=len)
    earlier = aliased(SearchWord)
    statement = (
        select(SearchWord.word, Candidate)
        .join(Candidate, Candidate.id == SearchWord.candidate_id)
        .where(
            # The later of the two beginnings: the index is entered at one place only.
            SearchWord.word >= (max(leading, after[0]) if after else leading),
            SearchWord.word < leading + LAST,
            ~exists().where(
                earlier.candidate_id == SearchWord.candidate_id,
                earlier.word >= leading,
                earlier.word < SearchWord.word,
            ),
            *(_has_word(word) for word in words if word != leading),
            visible_to(user),
        )
        .order_by(SearchWord.word, SearchWord.candidate_id)
        .limit(limit + 1)
    )
    if after is not None:
        word, candidate_id = after
        statement = statement.where(
            or_(SearchWord.word > word, and_(SearchWord.word == word, SearchWord.candidate_id > candidate_id))
        )
    rows = db.session.execute(statement).all()
    people = [person for _, person in rows[:limit]]
    return Page(people, f"{rows[limit - 1][0]}~{people[-1].id}" if len(rows) > limit else None)


def _begins(column: InstrumentedAttribute[str], beginning: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= beginning, column < beginning + LAST


def _has_word(beginning: str) -> ColumnElement[bool]:
    other = aliased(SearchWord)
    return exists().where(other.candidate_id == SearchWord.candidate_id, *_begins(other.word, beginning))


@dataclass(frozen=True)
class Duplicate:
    """Somebody who is already here; `certain` when the address is the same, and why in words."""

    candidate: Candidate
    why: str
    certain: bool


def possible_duplicates(
    *,
    name: str = "",
    email_key: str | None = None,
    phone_key: str | None = None,
    linkedin_url: str | None = None,
    github_url: str | None = None,
    ignore: int | None = None,
) -> list[Duplicate]:
    """People already here who are or may be the same: by address; by profile; by name with mailbox or number."""
    folded = name_key(name)
    clauses: list[ColumnElement[bool]] = []
    if folded:
        clauses.append(Candidate.search_name == folded)
    if email_key:
        clauses.append(Candidate.email_key == email_key)
    if phone_key:
        clauses.append(Candidate.phone_key == phone_key)
    if linkedin_url:
        clauses.append(Candidate.linkedin_url == linkedin_url)
    if not clauses:
        return []
    found = []
    for candidate in db.session.scalars(select(Candidate).where(or_(*clauses)).order_by(Candidate.id).limit(50)):
        why = _why_same(candidate, folded, email_key, phone_key, linkedin_url, github_url)
        if why and candidate.id != ignore:
            found.append(Duplicate(candidate, why, certain=why == SAME_EMAIL))
    return sorted(found, key=lambda duplicate: (not duplicate.certain, duplicate.candidate.id))


def likely_duplicates(typed: Mapping[str, Any], *, certain_only: bool = False) -> list[Duplicate]:
    """Who is like the person typed in, at most five. Raises Refused, by field, for details that cannot be used.

    `certain_only`: somebody has looked and said that it is another person; only the same address speaks against it.
    """
    facts, problems = clean_facts(dict(typed))
    if problems:
        raise Refused("Some details cannot be used as they are.", fields=problems)
    found = possible_duplicates(
        name=facts.name,
        email_key=facts.email_key,
        phone_key=facts.phone_key,
        linkedin_url=facts.linkedin_url,
        github_url=facts.github_url,
    )
    # A number alone is shared by whole offices; it is said while typing, and stops nobody.
    telling = [each for each in found if each.certain or (each.why != SAME_PHONE and not certain_only)]
    return telling[:5]


SAME_PHONE = "the phone number is the same"
SAME_EMAIL = "the e-mail address is the same"


def _why_same(
    candidate: Candidate,
    folded: str,
    email_key: str | None,
    phone_key: str | None,
    linkedin_url: str | None,
    github_url: str | None,
) -> str:
    named = bool(folded) and candidate.search_name == folded
    mailbox = bool(email_key and candidate.email_key) and email_base(candidate.email_key or "") == email_base(
        email_key or ""
    )
    reasons = (
        (bool(email_key) and candidate.email_key == email_key, SAME_EMAIL),
        (bool(linkedin_url) and candidate.linkedin_url == linkedin_url, "the LinkedIn profile is the same"),
        (named and mailbox, "name and mailbox are the same"),
        (named and same_phone(candidate.phone_key, phone_key), "name and phone number are the same"),
        (named and bool(github_url) and candidate.github_url == github_url, "name and GitHub profile are the same"),
        (named, "the name is the same"),
        (bool(phone_key) and candidate.phone_key == phone_key, SAME_PHONE),
    )
    return next((why for holds, why in reasons if holds), "")


def by_email_keys(keys: Iterable[str]) -> dict[str, Candidate]:
    """People by the key of their address."""
    found = db.session.scalars(select(Candidate).where(Candidate.email_key.in_(list(keys))))
    return {candidate.email_key: candidate for candidate in found if candidate.email_key}


def last_change(candidate: Candidate) -> tuple[str | None, datetime] | None:
    """Who changed the person's record last (None: nobody can be named), and when; None when nobody did."""
    row = db.session.execute(
        select(User.name, Event.at)
        .select_from(Event)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.candidate_id == candidate.id, Event.kind.startswith("candidate."))
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None
