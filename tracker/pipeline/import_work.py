"""Writing an import, in shares of 200 rows.

Each share is one transaction that judges its rows anew and moves the import's mark on. So it does not matter who
works on an import, how many do at once, or whether a process dies in the middle: every row is judged exactly once,
against what is true then.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, insert, or_, select

from tracker.accounts.models import User
from tracker.candidates.events import CandidateAdded
from tracker.candidates.models import Candidate, CandidateImport, CandidateNote, ImportState, SearchWord
from tracker.candidates.rows import Reading
from tracker.core import bell, clock, statistics
from tracker.core.calendar import local_instant
from tracker.core.db import db, insert_or_ignore, transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.ticks import each_alone
from tracker.history.operations import Subject, record, record_many
from tracker.pipeline import import_files
from tracker.pipeline.bulk_start import Start, start_many
from tracker.pipeline.changes import check_requisition
from tracker.pipeline.events import ImportDone
from tracker.pipeline.import_rows import WRITTEN, Judged, Outcome, counts_of, judge, source_kind_of
from tracker.pipeline.imports import Settled, lock_import, org_zone, readings_of
from tracker.pipeline.mails import queue_import_stopped
from tracker.pipeline.queries import enterable_stages
from tracker.pipeline.states import ChangeKind, SourceKind
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.states import StageKind

ROWS_AT_ONCE = 200
#: An import that nobody worked on for so long, and that is not done, was left by a process that died.
FORSAKEN_AFTER = timedelta(minutes=1)
FILES_KEPT = timedelta(days=14)


def import_all(imported: CandidateImport, *, actor: User) -> CandidateImport:
    """Write what is fit to be written, share by share; opens its own transactions.

    Somebody else may do the same at the same time, or have begun: together every row is judged once. Raises Refused
    when the requisition is not open or no column holds names.
    """
    import_id, actor_id = imported.id, actor.id
    settled = Settled.of(imported)
    if not settled.plan.names_people:
        raise Refused("Say which column holds the names.", fields={"name": "Say which column holds the names."})
    readings = readings_of(imported)
    going_on = True
    while going_on:
        with transaction():
            going_on = _import_share(import_id, readings, settled, db.session.get_one(User, actor_id))
    return db.session.get_one(CandidateImport, import_id)


def go_on() -> int:
    """Go on with imports that a process left in the middle. Returns how many. Idempotent.

    One that a fault stops waits for its next try; whoever handed the file over is told when it was tried in vain
    several times.
    """
    before = clock.now() - FORSAKEN_AFTER
    forsaken = db.session.scalars(
        select(CandidateImport.id).where(
            CandidateImport.state == ImportState.RUNNING,
            CandidateImport.worked_at < before,
            CandidateImport.may_be_tried(),
        )
    ).all()
    return each_alone(forsaken, _rest_of_import, put_off=_put_off)


def _rest_of_import(import_id: int) -> bool:
    imported = db.session.get_one(CandidateImport, import_id)
    try:
        import_all(imported, actor=db.session.get_one(User, imported.created_by_id))
    except Refused:
        # The requisition was held or closed since: it takes the rest when it is open again.
        return False
    return True


def _put_off(import_id: int) -> None:
    with transaction():
        imported = lock_import(import_id)
        if imported.put_off():
            queue_import_stopped(imported)


def sweep() -> int:
    """Delete the files of old imports, and imports that were never confirmed. Returns how many. Idempotent."""
    before = clock.now() - FILES_KEPT
    with transaction():
        old = db.session.scalars(
            select(CandidateImport).where(
                CandidateImport.created_at < before,
                CandidateImport.file_deleted_at.is_(None),
                CandidateImport.state != ImportState.RUNNING,
                or_(CandidateImport.finished_at.is_(None), CandidateImport.finished_at < before),
            )
        ).all()
        digests = {imported.sha256 for imported in old}
        for imported in old:
            imported.file_deleted_at = clock.now()
            if imported.state is ImportState.CHECKED:
                db.session.delete(imported)
    for sha256 in digests:
        delete_unneeded(sha256)
    return len(old)


def delete_unneeded(sha256: str) -> None:
    """Delete a file that no import needs any more."""
    needed = exists().where(CandidateImport.sha256 == sha256, CandidateImport.file_deleted_at.is_(None))
    if not db.session.scalar(select(needed)):
        import_files.delete(sha256)


# --- one share --------------------------------------------------------------------------------------------------------


def _import_share(import_id: int, readings: Sequence[Reading], settled: Settled, actor: User) -> bool:
    """Judge and write the next rows within the running transaction; whether there are more."""
    requisition_id = db.session.scalar(select(CandidateImport.requisition_id).where(CandidateImport.id == import_id))
    if requisition_id is None:
        raise NotVisible
    # The requisition first, as everywhere; it also keeps two imports into it apart.
    requisition = lock_requisition(requisition_id)
    imported = lock_import(import_id)
    if imported.state is ImportState.DONE:
        return False
    if imported.mapping != settled.as_document():
        raise Conflict("Somebody else changed how this file is read. Load the page again before you import it.")
    check_requisition(requisition, ChangeKind.START)
    first = imported.next_row
    judged = judge(readings[first : first + ROWS_AT_ONCE], requisition)
    if not settled.mended:
        judged = [_without_mended(row) for row in judged]
    judged = _write(requisition, imported, judged, settled, actor)
    now = clock.now()
    imported.state = ImportState.RUNNING
    imported.rows, imported.next_row = len(readings), first + len(judged)
    imported.worked_at = now
    imported.went_on()
    imported.counts = _added(imported.counts, counts_of(judged))
    imported.left_out = [
        *imported.left_out,
        *(
            [row.reading.line, row.outcome.value, row.person.id if row.person else None]
            for row in judged
            if row.outcome not in WRITTEN
        ),
    ]
    if imported.next_row < len(readings):
        return True
    imported.state = ImportState.DONE
    imported.finished_at = now
    record(
        ImportDone(
            new=imported.counts.get(Outcome.NEW, 0),
            known=imported.counts.get(Outcome.KNOWN, 0),
            left_out=len(imported.left_out),
        ),
        Subject(requisition_id=requisition.id, table=CandidateImport.__tablename__, id=imported.id),
        actor=actor,
    )
    # It may have multiplied the people that are here.
    bell.ring(statistics.TICK)
    return False


def _write(
    requisition: Requisition, imported: CandidateImport, judged: list[Judged], settled: Settled, actor: User
) -> list[Judged]:
    """Write the rows that are fit; the rows again, those told otherwise whom somebody else added this instant."""
    ids = _insert_people([row.reading for row in judged if row.outcome is Outcome.NEW], actor)
    overtaken = [row.reading for row in judged if row.outcome is Outcome.NEW and row.reading.line not in ids]
    if overtaken:
        # Another requisition's import has just brought them: they are people who are here.
        again = {row.reading.line: row for row in judge(overtaken, requisition)}
        judged = [again.get(row.reading.line, row) for row in judged]
    record_many(
        [(CandidateAdded(import_id=imported.id), Subject(candidate_id=candidate_id)) for candidate_id in ids.values()],
        actor=actor,
    )
    ids |= {row.reading.line: row.person.id for row in judged if row.outcome is Outcome.KNOWN and row.person}
    stages = enterable_stages(requisition.id)
    written = [row.reading for row in judged if row.outcome in WRITTEN]
    start_many(
        requisition,
        [_start(reading, ids[reading.line], requisition, stages, settled) for reading in written],
        actor=actor,
        batch=f"import-{imported.id}",
    )
    now = clock.now()
    notes = [
        {
            "candidate_id": ids[reading.line],
            "requisition_id": requisition.id,
            "author_id": actor.id,
            "body": reading.notes,
            "created_at": now,
        }
        for reading in written
        if reading.notes
    ]
    if notes:
        db.session.execute(insert(CandidateNote), notes)
    return judged


def _insert_people(readings: Sequence[Reading], actor: User) -> dict[int, int]:
    """New people; the id by line, of those whom nobody else added at the same time."""
    now = clock.now()
    rows = [
        {
            **reading.facts.columns(),
            "created_at": now,
            "created_by_id": actor.id,
            "do_not_contact_reason": "",
            "demo": False,
            "version": 1,
        }
        for reading in readings
    ]
    # In the order of the addresses, so that two imports of the same people wait for each other, and never both.
    keyed = sorted((row for row in rows if row["email_key"]), key=lambda row: str(row["email_key"]))
    by_key: dict[str, int] = {}
    if keyed:
        statement = insert_or_ignore(Candidate).values(keyed).returning(Candidate.email_key, Candidate.id)
        by_key = {str(row[0]): row[1] for row in db.session.execute(statement)}
    ids = {
        reading.line: by_key[reading.facts.email_key]
        for reading in readings
        if reading.facts.email_key and reading.facts.email_key in by_key
    }
    without = [reading for reading in readings if not reading.facts.email_key]
    if without:
        # No two rows of one file are alike in all of these: they would be the same person.
        told_by = (Candidate.name, Candidate.phone, Candidate.linkedin_url, Candidate.github_url)
        inserted = db.session.execute(
            insert(Candidate).returning(Candidate.id, *told_by), [row for row in rows if not row["email_key"]]
        )
        new: dict[tuple[str | None, ...], int] = {tuple(row[1:]): row[0] for row in inserted}
        for reading in without:
            facts = reading.facts
            ids[reading.line] = new[facts.name, facts.phone, facts.linkedin_url, facts.github_url]
    words = [
        {"word": word, "candidate_id": ids[reading.line]}
        for reading in readings
        if reading.line in ids
        for word in reading.facts.words
    ]
    if words:
        db.session.execute(insert(SearchWord), words)
    return ids


def _start(
    reading: Reading, candidate_id: int, requisition: Requisition, stages: Sequence[Stage], settled: Settled
) -> Start:
    kind = source_kind_of(reading)
    wanted = StageKind.APPLIED if kind is SourceKind.APPLIED or reading.applied_on else StageKind.IDENTIFIED
    stage = next((each for each in stages if each.id == settled.stage_id), None)
    stage = stage or next((each for each in stages if each.kind is wanted), None) or stages[0]
    return Start(
        candidate_id=candidate_id,
        stage=stage,
        source_kind=kind,
        source=reading.source,
        at=_entered_at(reading),
        salary_wish=reading.salary_wish,
        salary_currency=(reading.salary_currency or requisition.currency) if reading.salary_wish else "",
        notice=reading.notice,
        work_permit=reading.work_permit,
    )


def _entered_at(reading: Reading) -> datetime:
    """Noon of the day somebody applied, in the organisation's zone; now without one, or when noon is still to come."""
    now = clock.now()
    if reading.applied_on is None:
        return now
    return min(now, local_instant(reading.applied_on, time(12), org_zone()).astimezone(UTC))


def _without_mended(row: Judged) -> Judged:
    if row.outcome in WRITTEN and row.reading.findings:
        return Judged(row.reading, Outcome.REFUSED)
    return row


def _added(counts: dict[str, Any], more: dict[str, int]) -> dict[str, int]:
    return {key: counts.get(key, 0) + more.get(key, 0) for key in counts.keys() | more.keys()}
