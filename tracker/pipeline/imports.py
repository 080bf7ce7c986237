"""Importing people with applications for a requisition: a file is checked, corrected, and judged row by row.

Writing it is pipeline.import_work.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from tracker.accounts.models import User
from tracker.candidates.contents import plain_name
from tracker.candidates.models import CandidateImport, ImportState
from tracker.candidates.rows import Plan, Reading, guess_plan, read_rows
from tracker.candidates.tabular import Table, Unreadable, read_table
from tracker.config import Settings
from tracker.core import clock
from tracker.core.calendar import local_date
from tracker.core.db import db
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.pipeline import import_files
from tracker.pipeline.changes import check_requisition
from tracker.pipeline.import_rows import Judged, counts_of, judge
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.models import Requisition


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How a file is read and where its people go: what was found out, or corrected by a person."""

    encoding: str
    delimiter: str
    plan: Plan
    #: The stage that everybody enters; None: Applied for those who applied, the first stage for the others.
    stage_id: int | None = None
    #: Whether rows that we could mend come in too.
    mended: bool = True

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "plan": self.plan.as_document(),
            "stage_id": self.stage_id,
            "mended": self.mended,
        }

    @classmethod
    def of(cls, imported: CandidateImport) -> Self:
        """What is settled for an import."""
        document = imported.mapping
        return cls(
            encoding=document["encoding"],
            delimiter=document["delimiter"],
            plan=Plan.from_document(document["plan"]),
            stage_id=document["stage_id"],
            mended=document["mended"],
        )


@dataclass(frozen=True)
class Report:
    """A file as it is read now, and what would become of each row."""

    table: Table
    rows: Sequence[Judged]
    counts: dict[str, int]


def read_file(data: bytes) -> Settled:
    """How the file is to be read, found out. Raises Refused, saying what to do, for what is no table of people."""
    try:
        table = read_table(data)
    except Unreadable as unreadable:
        raise Refused(str(unreadable), fields={"file": str(unreadable)}) from unreadable
    plan = guess_plan(table)
    if not plan.columns and any("@" in cell for cell in table.header):
        message = "The first line holds a person, not the names of the columns. Add a line like: Name, E-mail, Phone."
        raise Refused(message, fields={"file": message})
    if not table.rows:
        message = "The file has a first line with columns, and no people below it."
        raise Refused(message, fields={"file": message})
    return Settled(encoding=table.encoding, delimiter=table.delimiter, plan=plan)


def create_import(
    requisition: Requisition, *, sha256: str, file_name: str, settled: Settled, actor: User
) -> CandidateImport:
    """Note that a file was handed over; nobody is written yet. Raises Refused when the requisition is not open."""
    check_requisition(requisition, ChangeKind.START)
    imported = CandidateImport(
        requisition_id=requisition.id,
        created_by_id=actor.id,
        created_at=clock.now(),
        file_name=plain_name(file_name)[-200:] or "people.csv",
        sha256=sha256,
        mapping=settled.as_document(),
        counts={},
        left_out=[],
    )
    db.session.add(imported)
    # Its page has its id as address.
    db.session.flush()
    return imported


def settle(imported: CandidateImport, settled: Settled, *, seen: str) -> None:
    """Correct how a file is read. `seen` is the mark of what was settled when the page was shown.

    Raises Conflict when somebody else corrected it since, Refused once it is being written.
    """
    locked = lock_import(imported.id)
    if locked.state is not ImportState.CHECKED:
        raise Refused("This file is being imported already; how it is read can no longer be changed.")
    check_mark(locked, seen)
    locked.mapping = settled.as_document()


def mark_of(imported: CandidateImport) -> str:
    """A short mark of how a file is read, by which a page says what it showed."""
    text = json.dumps(imported.mapping, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_mark(imported: CandidateImport, seen: str) -> None:
    """Raise Conflict when how a file is read is not what a page showed."""
    if mark_of(imported) != seen:
        raise Conflict("Somebody else changed how this file is read. Load the page again to see what is true now.")


def discard(imported: CandidateImport) -> None:
    """Drop a file that was checked and not imported. Raises Refused once it is being written."""
    locked = lock_import(imported.id)
    if locked.state is not ImportState.CHECKED:
        raise Refused("This file was imported already; there is nothing left to discard.")
    db.session.delete(locked)


def table_of(imported: CandidateImport) -> Table:
    """The file as a table. Raises NotVisible when it was deleted, Refused when it can no longer be read so."""
    data = import_files.read(imported.sha256)
    if data is None:
        raise NotVisible("The file of this import was deleted; imports keep theirs for two weeks.")
    settled = Settled.of(imported)
    try:
        return read_table(data, encoding=settled.encoding, delimiter=settled.delimiter)
    except Unreadable as unreadable:
        raise Refused(str(unreadable), fields={"encoding": str(unreadable)}) from unreadable


def report_of(imported: CandidateImport, requisition: Requisition) -> Report:
    """What would become of each row if the file were imported now."""
    return report_on(table_of(imported), Settled.of(imported), requisition)


def report_on(table: Table, settled: Settled, requisition: Requisition) -> Report:
    """What would become of each row of a table if it were imported now."""
    rows = judge(_readings(table, settled), requisition)
    return Report(table, rows, counts_of(rows))


def lock_import(import_id: int) -> CandidateImport:
    """The import as it is now, held until the transaction ends. Raises NotVisible when it is gone."""
    imported = db.session.scalar(
        select(CandidateImport)
        .where(CandidateImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if imported is None:
        raise NotVisible
    return imported


def readings_of(imported: CandidateImport) -> list[Reading]:
    """The rows of the file, read as settled. Raises as table_of()."""
    return _readings(table_of(imported), Settled.of(imported))


def org_zone() -> ZoneInfo:
    """The organisation's zone, in which a date of application is a day."""
    settings: Settings = current_app.extensions["settings"]
    return settings.org_zone


def _readings(table: Table, settled: Settled) -> list[Reading]:
    return read_rows(table, settled.plan, today=local_date(clock.now(), org_zone()))
