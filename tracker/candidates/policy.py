"""Who may do what with people."""

from sqlalchemy import ColumnElement, false, or_, select, true

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateFile, CandidateNote
from tracker.core.db import db
from tracker.core.registry import Registry, get_registry

KEEPERS = (Role.RECRUITER, Role.ADMIN)


def keeps_candidates(user: User, _subject: object = None) -> bool:
    """Recruiters and admins keep everybody's record."""
    return user.has(*KEEPERS)


def visible_to(user: User) -> ColumnElement[bool]:
    """A predicate over candidates: recruiters and admins see everybody, others whom the domains above show them."""
    if keeps_candidates(user):
        return true()
    return or_(false(), *(predicate(user) for predicate in get_registry().candidate_visibility))


def may_see(user: User, candidate: Candidate) -> bool:
    """Whether this person's page is the user's to see."""
    if keeps_candidates(user):
        return True
    seen = select(Candidate.id).where(Candidate.id == candidate.id, visible_to(user))
    return db.session.scalar(seen) is not None


def reads_tags(user: User, _subject: object = None) -> bool:
    """Notes and tags may hold judgements: those who only interview do not see them before they have judged."""
    return user.has(Role.RECRUITER, Role.ADMIN, Role.HIRING_MANAGER)


def reads_notes(user: User, candidate: Candidate) -> bool:
    """The notes and tags of somebody: as who reads any does, of whom they see."""
    return reads_tags(user) and may_see(user, candidate)


def edits(user: User, candidate: Candidate) -> bool:
    """Whoever keeps the records, as long as there is something left to keep."""
    return keeps_candidates(user) and candidate.erased_at is None


def writes_notes(user: User, candidate: Candidate) -> bool:
    """Who reads notes writes them too."""
    return candidate.erased_at is None and reads_notes(user, candidate)


def may_open(user: User, file: CandidateFile) -> bool:
    """A file is visible to whoever may see its person."""
    return may_see(user, file.candidate)


def removes_file(user: User, file: CandidateFile) -> bool:
    """Whoever keeps the records."""
    return edits(user, file.candidate)


def _administers(user: User, _subject: object = None) -> bool:
    return user.has(Role.ADMIN)


def removes_note(user: User, note: CandidateNote) -> bool:
    """Who wrote it, and admins."""
    return user.has(Role.ADMIN) or (note.author_id == user.id and reads_notes(user, note.candidate))


def register(registry: Registry) -> None:
    """This domain's permissions."""
    keepers = "recruiters and admins"
    readers = "recruiters, admins, and whoever is on the hiring team or interviews the person"
    registry.add_permission("candidate.search", lambda user, _subject: user.is_active, who="everybody signed in")
    registry.add_permission("candidate.view", may_see, who=readers)
    registry.add_permission("candidate.create", keeps_candidates, who=keepers)
    registry.add_permission("candidate.edit", edits, who=keepers)
    registry.add_permission("candidate.do_not_contact", edits, who=keepers)
    registry.add_permission("candidate.add_file", edits, who=keepers)
    registry.add_permission("candidate.personal_data", keeps_candidates, who=keepers)
    # The archive holds what confidential requisitions and assessors keep to themselves.
    registry.add_permission("candidate.export", _administers, who="admins")
    registry.add_permission("candidate.erase", _administers, who="admins")
    notes = "recruiters, admins and hiring managers who see the person"
    registry.add_permission("candidate.read_notes", reads_notes, who=notes)
    registry.add_permission("candidate.add_note", writes_notes, who=notes)
    registry.add_permission("candidate.remove_note", removes_note, who="who wrote the note, and admins")
    registry.add_permission("candidate.read_tags", reads_notes, who=notes)
    registry.add_permission("candidate.filter_by_tag", reads_tags, who="recruiters, hiring managers and admins")
    registry.add_permission("candidate.tag", edits, who=keepers)
    registry.add_permission("candidate.download", may_open, who=readers)
    registry.add_permission("candidate.remove_file", removes_file, who=keepers)
