"""What of a person lies in this domain's tables: how it is handed over, and how it is erased."""

from typing import Any

from sqlalchemy import delete, exists, select

from tracker.candidates.facts import Facts
from tracker.candidates.models import Candidate, CandidateFile, CandidateNote, CandidateTag, SearchWord, Tag
from tracker.candidates.queries import files_of, notes_of, tags_of
from tracker.core import clock
from tracker.core.db import db
from tracker.core.registry import PersonalData, Registry

NOBODY = "Erased person"


def register(registry: Registry) -> None:
    """Say so for each table that holds personal data."""
    registry.add_personal_data(PersonalData("candidates", _export_candidate, _erase_candidate))
    registry.add_personal_data(PersonalData("candidate_search_words", _export_words, _erase_words))
    registry.add_personal_data(PersonalData("candidate_notes", _export_notes, _erase_notes))
    registry.add_personal_data(PersonalData("candidate_tags", _export_tags, _erase_tags))
    registry.add_personal_data(PersonalData("candidate_files", _export_files, _erase_files))


def _export_candidate(candidate_id: int) -> list[dict[str, Any]]:
    candidate = db.session.get(Candidate, candidate_id)
    if candidate is None:
        return []
    forbidden = candidate.do_not_contact_at
    return [
        {field: getattr(candidate, field) for field in Facts.__dataclass_fields__}
        | {
            "added_at": candidate.created_at.isoformat(),
            "do_not_contact_at": forbidden.isoformat() if forbidden else None,
            "do_not_contact_reason": candidate.do_not_contact_reason,
        }
    ]


def _erase_candidate(candidate_id: int) -> None:
    """The row stays, nameless, so that figures and the history still add up."""
    candidate = db.session.get(Candidate, candidate_id)
    if candidate is None or candidate.erased_at is not None:
        return
    for column, value in Facts(name=NOBODY).columns().items():
        setattr(candidate, column, value)
    candidate.do_not_contact_reason = ""
    candidate.erased_at = clock.now()
    db.session.flush()


def _export_words(_candidate_id: int) -> list[dict[str, Any]]:
    # They are parts of the details above.
    return []


def _erase_words(candidate_id: int) -> None:
    db.session.execute(delete(SearchWord).where(SearchWord.candidate_id == candidate_id))


def _export_notes(candidate_id: int) -> list[dict[str, Any]]:
    candidate = db.session.get(Candidate, candidate_id)
    return [
        {
            "written_at": note.created_at.isoformat(),
            "author": note.author.name if note.author else None,
            "body": note.body,
        }
        for note in (notes_of(candidate) if candidate else ())
    ]


def _erase_notes(candidate_id: int) -> None:
    db.session.execute(delete(CandidateNote).where(CandidateNote.candidate_id == candidate_id))


def _export_tags(candidate_id: int) -> list[dict[str, Any]]:
    return [
        {
            "tag": each.tag.name,
            "since": each.since.isoformat(),
            "by": each.by.name if each.by else None,
        }
        for each in tags_of(candidate_id)
    ]


def _erase_tags(candidate_id: int) -> None:
    """A tag that nobody else has goes with them: its name may have been about them."""
    theirs = list(db.session.scalars(select(CandidateTag.tag_id).where(CandidateTag.candidate_id == candidate_id)))
    db.session.execute(delete(CandidateTag).where(CandidateTag.candidate_id == candidate_id))
    used = exists().where(CandidateTag.tag_id == Tag.id)
    db.session.execute(delete(Tag).where(Tag.id.in_(theirs), ~used).execution_options(synchronize_session=False))


def _export_files(candidate_id: int) -> list[dict[str, Any]]:
    candidate = db.session.get(Candidate, candidate_id)
    return [
        {
            "name": file.name,
            "kind": file.kind.value,
            "added_at": file.uploaded_at.isoformat(),
            "media_type": file.content.media_type,
            "size": file.content.size,
            "sha256": file.sha256,
        }
        for file in (files_of(candidate) if candidate else ())
    ]


def _erase_files(candidate_id: int) -> None:
    """The content goes with the next sweep, unless somebody else has the same file."""
    db.session.execute(delete(CandidateFile).where(CandidateFile.candidate_id == candidate_id))
