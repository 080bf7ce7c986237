"""How bulk actions read: above their previews, on their buttons, and when they are done."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.templating import listing, number, plural
from tracker.pipeline.models import Batch
from tracker.pipeline.states import BatchKind, BatchOutcome


@dataclass(frozen=True)
class Words:
    """One action in words; `{people}` stands for "214 people"."""

    title: str
    button: str
    #: What became of so many, to follow their number.
    done: str
    #: Why some are left out, to follow "3 people".
    cannot: str


WORDS = {
    BatchKind.MOVE: Words("Move {people}", "Move {people}", "moved", "cannot be moved"),
    BatchKind.REJECT: Words("Reject {people}", "Reject {people}", "rejected", "cannot be rejected"),
    BatchKind.WITHDRAW: Words(
        "{people} withdrew", "Record that {people} withdrew", "withdrew", "cannot be recorded as withdrawn"
    ),
    BatchKind.CLOSE: Words("Close the applications of {people}", "Close {people}", "closed", "cannot be closed"),
    BatchKind.ASSIGN: Words("Assign {people} to a recruiter", "Assign {people}", "assigned", "cannot be assigned"),
    BatchKind.TAG: Words("Tag {people}", "Tag {people}", "tagged", "cannot be tagged"),
}


def people(count: int) -> str:
    """ "214 people", "1 person"."""
    return plural(count, "person", "people")


def result(batch: Batch, counts: Mapping[BatchOutcome, int], stage: str) -> str:
    """What became of a bulk action: "212 rejected, 2 were not". `stage` is the name of the one people moved to."""
    done = sum(counts.get(each, 0) for each in (BatchOutcome.DONE, BatchOutcome.UNDONE, BatchOutcome.KEPT))
    said = f"{number(done)} {WORDS[batch.kind].done}"
    if batch.kind is BatchKind.MOVE and stage:
        said = f"{said} to {stage}"
    if batch.kind is BatchKind.ASSIGN:
        said = f"{said} to {batch.recruiter.name if batch.recruiter else 'the requisition’s first recruiter'}"
    if batch.kind is BatchKind.TAG:
        said = f"{said} with {listing(batch.tags)}"
    return f"{said}, {_not_done(counts[BatchOutcome.REFUSED])}" if counts.get(BatchOutcome.REFUSED) else said


def undo_result(counts: Mapping[BatchOutcome, int]) -> str:
    """What became of its undo: "210 people are as before, 2 were left alone"."""
    undone, kept = counts.get(BatchOutcome.UNDONE, 0), counts.get(BatchOutcome.KEPT, 0)
    said = f"{people(undone)} {'is' if undone == 1 else 'are'} as before"
    return f"{said}, {number(kept)} {'was' if kept == 1 else 'were'} left alone" if kept else said


def _not_done(count: int) -> str:
    return f"{number(count)} {'was' if count == 1 else 'were'} not"
