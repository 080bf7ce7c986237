"""Handing a person's data over, and erasing it, in all tables that hold any: each says itself how."""

import json
import zipfile
from datetime import date, datetime
from enum import Enum
from io import BytesIO
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.candidates import contents, events
from tracker.candidates.models import Candidate
from tracker.candidates.queries import files_of
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.registry import get_registry
from tracker.core.templating import listing
from tracker.history.operations import Subject, record

#: Files are in the archive under this name, behind their number: two may have the same one.
FILES = "files"


def kept_of(candidate: Candidate) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept about a person, by table; tables that hold nothing are left out."""
    found = {entry.table: entry.export(candidate.id) for entry in get_registry().personal_data.values()}
    return {table: rows for table, rows in found.items() if rows}


def note_export(candidate: Candidate, *, actor: User) -> None:
    """Keep in the history that the data were handed over."""
    record(events.CandidateExported(), Subject(candidate_id=candidate.id), actor=actor)


def archive_of(candidate: Candidate) -> bytes:
    """A ZIP archive of `person.json` and the files. Times are UTC in ISO 8601."""
    about = {
        "exported_at": clock.now(),
        "what_this_is": "Everything that is kept about one person, by the table it lies in.",
        "data": kept_of(candidate),
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(about, indent=2, ensure_ascii=False, default=_plain))
        for number, file in enumerate(files_of(candidate), start=1):
            path = contents.path_of(file.sha256)
            if path.exists():
                archive.writestr(
                    f"{FILES}/{number}-{contents.clean_name(file.name, file.content.media_type)}", path.read_bytes()
                )
    return target.getvalue()


def erase_person(candidate: Candidate, *, expected: int | None, actor: User) -> None:
    """Erase all that tells who somebody is and what was written about them. Nothing brings it back.

    What stays is nameless: that somebody went through these stages at these times, so that figures add up. Raises
    Refused while an application is under way, for ending it is a decision of its own; Conflict for another version.
    """
    locked = db.session.scalar(
        select(Candidate)
        .where(Candidate.id == candidate.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if locked is None:
        raise NotVisible
    if locked.erased_at is not None:
        raise Conflict("This person's data were erased already.", when=locked.erased_at)
    if expected is not None and locked.version != expected:
        raise Conflict(f"The record of {locked.name} changed since this page was shown. Look at it again.")
    under_way = [
        line.number for source in get_registry().candidate_lines for line in source([locked.id], actor) if line.live
    ]
    if under_way:
        raise Refused(
            f"{locked.name} is still in the pipeline of {listing(under_way)}.",
            needed=("Withdraw or close the application first; then nothing waits on a person who is not there.",),
        )
    for entry in get_registry().personal_data.values():
        entry.erase(locked.id)
    record(events.CandidateErased(), Subject(candidate_id=locked.id), actor=actor)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)
