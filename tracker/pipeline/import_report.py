"""What an import leaves out or mends, line by line, as pages and downloads say it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tracker.candidates.models import Candidate, CandidateImport
from tracker.candidates.rows import Reading
from tracker.core.db import db
from tracker.pipeline.import_rows import WRITTEN, Judged, Outcome
from tracker.pipeline.imports import readings_of

#: What is said of a row of an import that is done, when only its outcome is kept.
_SAID = {
    Outcome.PRESENT: ("{who} was in this requisition already.", "Nothing to do."),
    Outcome.BLOCKED: ("{who} asked not to be contacted.", "Leave them out."),
    Outcome.LIKELY: ("This may be {who}, who was here already.", "If so, add an application on their page."),
}


@dataclass(frozen=True)
class Line:
    """One line of a file about which there is something to say."""

    number: int
    name: str
    email: str
    outcome: Outcome
    #: What is wrong, and how to mend it; one sentence or more each.
    why: tuple[str, ...]
    mend: tuple[str, ...]
    person_id: int | None
    cells: Sequence[str]


def lines_left_out(rows: Sequence[Judged]) -> list[Line]:
    """The rows that would stay out."""
    return [_line(row.reading, row.outcome, row) for row in rows if row.outcome not in WRITTEN]


def lines_mended(rows: Sequence[Judged]) -> list[Line]:
    """The rows that would come in as mended."""
    return [_line(row.reading, row.outcome, row) for row in rows if row.outcome in WRITTEN and row.reading.findings]


def lines_of_done(imported: CandidateImport) -> list[Line]:
    """The rows that a finished import left out, read from its file again. Raises NotVisible once that was deleted."""
    readings = {reading.line: reading for reading in readings_of(imported)}
    people = _names({entry[2] for entry in imported.left_out if entry[2]})
    lines = []
    for number, outcome, person_id in imported.left_out:
        reading = readings.get(number)
        if reading is not None:
            lines.append(_line_of_done(reading, Outcome(outcome), person_id, people))
    return lines


def table_to_mend(header: Sequence[str], lines: Sequence[Line]) -> Iterator[Sequence[object]]:
    """The lines as a table that can be mended and handed over again: what is wrong in front, then the cells as read."""
    yield ("Line", "What is wrong", "How to mend it", *header)
    for line in lines:
        yield (line.number, " ".join(line.why), " ".join(line.mend), *line.cells)


def _line(reading: Reading, outcome: Outcome, row: Judged) -> Line:
    why = tuple(finding.message for finding in reading.findings) + ((row.why,) if row.why else ())
    mend = tuple(finding.mend for finding in reading.findings if finding.mend) + ((row.mend,) if row.mend else ())
    person_id = row.person.id if row.person else None
    return Line(reading.line, _name(reading), reading.facts.email or "", outcome, why, mend, person_id, reading.cells)


def _line_of_done(reading: Reading, outcome: Outcome, person_id: int | None, people: Mapping[int, str]) -> Line:
    if outcome in _SAID:
        said, mend = _SAID[outcome]
        who = people.get(person_id or 0, "Somebody")
        row = Judged(reading, outcome, why=said.format(who=who), mend=mend)
    else:
        row = Judged(reading, outcome)
    line = _line(reading, outcome, row)
    return Line(line.number, line.name, line.email, outcome, line.why, line.mend, person_id, line.cells)


def _name(reading: Reading) -> str:
    """The name as read; of a row whose columns are not in order, the first cell that holds something."""
    name = reading.facts.name or next((cell.strip() for cell in reading.cells if cell.strip()), "")
    return "".join(letter for letter in name if letter.isprintable())[:80]


def _names(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Candidate.id, Candidate.name).where(Candidate.id.in_(ids)))
    return {row.id: row.name for row in rows}
