"""Putting tags on people and taking them off: one person or many, by a constant number of statements."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, delete, select

from tracker.accounts.models import User
from tracker.candidates.events import CandidateTagged, CandidateUntagged
from tracker.candidates.keys import one_line, tag_key
from tracker.candidates.models import Candidate, CandidateTag, Tag
from tracker.candidates.operations import ERASED, tell_of_people
from tracker.core import clock
from tracker.core.db import db, insert_or_ignore
from tracker.core.errors import Refused
from tracker.core.signs import readable
from tracker.history.operations import EventData, Subject, record_many

LONGEST_TAG = 40
#: The most tags that one call puts on people.
MOST_TAGS = 20

#: A person's id and a tag's id.
Pair = tuple[int, int]


def split_names(text: str) -> list[str]:
    """The names in what somebody typed: commas and semicolons stand between them."""
    return text.replace(";", ",").split(",")


def tag_candidates(
    candidates: Sequence[Candidate], names: Iterable[str], *, actor: User | None, batch: str | None = None
) -> list[Pair]:
    """Put the tags of these names on all of these people; tags that are new are made.

    `batch` is the mark of the bulk action that does it, by which the history leads to it.

    Returns what is new, as (candidate id, tag id): who has a tag already keeps it as it is. One event per person who
    got something. Raises Refused, by field `tags`, for no name at all, too long a name or too many, and for somebody
    whose data was erased.
    """
    cleaned = clean_names(names)
    if any(candidate.erased_at is not None for candidate in candidates):
        raise Refused(ERASED)
    people = sorted({candidate.id for candidate in candidates})
    if not people:
        return []
    tag_ids = _known_or_new(cleaned, actor)
    there = _pairs(people, tag_ids)
    missing = [(person, tag) for person in people for tag in tag_ids if (person, tag) not in there]
    if not missing:
        return []
    now, by = clock.now(), actor.id if actor else None
    rows = [{"candidate_id": person, "tag_id": tag, "since": now, "by_id": by} for person, tag in missing]
    # Somebody may put the same tag there at the same moment: theirs stands, and only what is ours is told.
    added = db.session.execute(
        insert_or_ignore(CandidateTag).returning(CandidateTag.candidate_id, CandidateTag.tag_id), rows
    )
    pairs = sorted((row.candidate_id, row.tag_id) for row in added)
    _record(partial(CandidateTagged, batch=batch), pairs, actor)
    return pairs


def untag_candidates(
    candidates: Sequence[Candidate], tag_ids: Iterable[int], *, actor: User | None, until: datetime | None = None
) -> list[Pair]:
    """Take tags off all of these people. Returns what was there and is no more, as (candidate id, tag id).

    With `until` only what was put there by that instant goes: a tag that somebody put on anew stays.
    """
    people, wanted = sorted({candidate.id for candidate in candidates}), sorted(set(tag_ids))
    if not people or not wanted:
        return []
    those: list[ColumnElement[bool]] = [CandidateTag.candidate_id.in_(people), CandidateTag.tag_id.in_(wanted)]
    if until is not None:
        those.append(CandidateTag.since <= until)
    gone = db.session.execute(
        delete(CandidateTag)
        .where(*those)
        .returning(CandidateTag.candidate_id, CandidateTag.tag_id)
        .execution_options(synchronize_session=False)
    )
    pairs = sorted((row.candidate_id, row.tag_id) for row in gone)
    _record(CandidateUntagged, pairs, actor)
    return pairs


def clean_names(names: Iterable[str]) -> dict[str, str]:
    """Names by key, in the order given; the first way of writing one stands."""
    found: dict[str, str] = {}
    for name in names:
        line = one_line(readable(name))
        if line:
            found.setdefault(tag_key(line), line)
    if not found:
        raise Refused("There is no tag in what was typed.", fields={"tags": "Write a tag first."})
    if len(found) > MOST_TAGS:
        raise Refused("Too many tags.", fields={"tags": f"Give {MOST_TAGS} tags at a time, no more."})
    if any(len(text) > LONGEST_TAG for pair in found.items() for text in pair):
        raise Refused("The tag is too long.", fields={"tags": f"A tag holds {LONGEST_TAG} characters at most."})
    return found


def _known_or_new(cleaned: dict[str, str], actor: User | None) -> list[int]:
    known = select(Tag.key, Tag.id).where(Tag.key.in_(cleaned))
    ids = {row.key: row.id for row in db.session.execute(known)}
    # In one order for everybody: two who make the same tags at the same moment must not wait for each other.
    new = sorted(key for key in cleaned if key not in ids)
    if new:
        now, by = clock.now(), actor.id if actor else None
        rows = [{"name": cleaned[key], "key": key, "created_at": now, "created_by_id": by} for key in new]
        db.session.execute(insert_or_ignore(Tag), rows)
        # Read again rather than returned: a tag that somebody else made at the same moment is the same tag.
        ids = {row.key: row.id for row in db.session.execute(known)}
    return [ids[key] for key in cleaned]


def _pairs(people: Sequence[int], tag_ids: Sequence[int]) -> set[Pair]:
    rows = db.session.execute(
        select(CandidateTag.candidate_id, CandidateTag.tag_id).where(
            CandidateTag.candidate_id.in_(people), CandidateTag.tag_id.in_(tag_ids)
        )
    )
    return {(row.candidate_id, row.tag_id) for row in rows}


def _record(make: Callable[..., EventData], pairs: Sequence[Pair], actor: User | None) -> None:
    tags: dict[int, list[int]] = {}
    for person, tag in pairs:
        tags.setdefault(person, []).append(tag)
    record_many([(make(tag_ids=tuple(ids)), Subject(candidate_id=person)) for person, ids in tags.items()], actor=actor)
    if tags:
        tell_of_people(tags)
