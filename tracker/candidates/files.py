"""Files of people: adding and removing them, and sweeping out content that nobody names any more."""

from itertools import islice

from sqlalchemy import delete, exists, select

from tracker.accounts.models import User
from tracker.candidates import contents
from tracker.candidates.contents import Content
from tracker.candidates.events import FileAdded, FileRemoved
from tracker.candidates.models import Candidate, CandidateFile, FileKind, StoredFile
from tracker.core import clock
from tracker.core.db import db, insert_or_ignore, transaction
from tracker.core.errors import Refused
from tracker.history.operations import Subject, record

#: Content that no record names is kept this long: whoever uploads the same again in the meantime needs it.
SPARED_SECONDS = 24 * 60 * 60
SWEPT_AT_ONCE = 200


def attach_content(
    candidate: Candidate, content: Content, *, actor: User | None, kind: FileKind = FileKind.RESUME
) -> CandidateFile:
    """Give a person a file whose content was put into the store by contents.keep().

    The same content again is the same file, under its first name. Raises Refused for somebody who was erased.
    """
    if candidate.erased_at is not None:
        raise Refused("This person's data was erased; files are no longer added.")
    same = db.session.scalar(
        select(CandidateFile).where(CandidateFile.candidate_id == candidate.id, CandidateFile.sha256 == content.sha256)
    )
    if same is not None:
        return same
    now = clock.now()
    db.session.execute(
        insert_or_ignore(StoredFile).values(
            sha256=content.sha256, size=content.size, media_type=content.media_type, created_at=now
        )
    )
    file = CandidateFile(
        candidate_id=candidate.id,
        sha256=content.sha256,
        name=content.name,
        kind=kind,
        uploaded_by_id=actor.id if actor else None,
        uploaded_at=now,
    )
    db.session.add(file)
    # The id is needed for the event.
    db.session.flush()
    record(FileAdded(file_id=file.id), Subject(candidate_id=candidate.id), actor=actor)
    return file


def attach_file(
    candidate: Candidate, *, data: bytes, name: str, actor: User | None, kind: FileKind = FileKind.RESUME
) -> CandidateFile:
    """Store `data` and give it to a person. Pages call contents.keep() first, so as not to write within a transaction.

    Raises Refused as contents.keep() and attach_content().
    """
    return attach_content(candidate, contents.keep(data, name), actor=actor, kind=kind)


def remove_file(file: CandidateFile, *, actor: User) -> None:
    """Take a file from a person; its content goes with the next sweep, unless somebody else has it too."""
    record(FileRemoved(), Subject(candidate_id=file.candidate_id), actor=actor)
    db.session.delete(file)


def sweep() -> int:
    """Delete content that no person's file names and that was not touched for a day. Returns how many went.

    Idempotent. Content that is being uploaded at this moment was touched just now, and stays.
    """
    now = clock.now().timestamp()
    old = contents.older_than(SPARED_SECONDS, now=now)
    gone = 0
    while batch := list(islice(old, SWEPT_AT_ONCE)):
        digests = [digest for digest, _ in batch]
        with transaction():
            named = set(
                db.session.scalars(select(CandidateFile.sha256).where(CandidateFile.sha256.in_(digests)).distinct())
            )
            unnamed = [digest for digest in digests if digest not in named]
            db.session.execute(
                delete(StoredFile).where(
                    StoredFile.sha256.in_(unnamed), ~exists().where(CandidateFile.sha256 == StoredFile.sha256)
                )
            )
        for digest, path in batch:
            if digest not in named and contents.is_old(path, SPARED_SECONDS, now=now):
                path.unlink(missing_ok=True)
                gone += 1
    return gone
