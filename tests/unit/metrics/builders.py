"""Short ways to write records down: instants as text, changes numbered as they come."""

from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

from tracker.metrics.records import ApplicationRecord, ChangeRecord, StageRecord
from tracker.pipeline.states import ApplicationStatus, ChangeKind, SourceKind
from tracker.requisitions.states import Phase

BERLIN = ZoneInfo("Europe/Berlin")

STAGES = {
    stage.key: stage
    for stage in (
        StageRecord("identified", Phase.SOURCING, 1),
        StageRecord("contacted", Phase.SOURCING, 2),
        StageRecord("applied", Phase.SOURCING, 3),
        StageRecord("screening", Phase.VETTING, 1),
        StageRecord("assessment", Phase.VETTING, 2),
        StageRecord("interview", Phase.VETTING, 3),
        StageRecord("shortlisted", Phase.VETTING, 4),
        StageRecord("preparing_offer", Phase.OFFER, 1),
        StageRecord("offer_extended", Phase.OFFER, 2),
    )
}

_ENDS = {
    "rejected": (ChangeKind.REJECT, ApplicationStatus.REJECTED),
    "withdrawn": (ChangeKind.WITHDRAW, ApplicationStatus.WITHDRAWN),
    "closed": (ChangeKind.CLOSE, ApplicationStatus.CLOSED),
    "hired": (ChangeKind.HIRE, ApplicationStatus.HIRED),
}


def at(text: str) -> datetime:
    """An instant in UTC from ISO text, ``2026-01-05`` or ``2026-01-05T09:00``."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def history(first: str, started_at: datetime, *steps: tuple[str, datetime]) -> tuple[ChangeRecord, ...]:
    """The rows that start in the stage ``first`` and lead through the steps.

    A step names a stage, an ending, ``hired``, or ``undo``, which takes back the step before it. A stage after an
    ending is its reopening; after ``hired`` it is the unhire.
    """
    stage, status = STAGES[first], ApplicationStatus.ACTIVE
    rows = [ChangeRecord(10, 1, ChangeKind.START, None, stage, None, status, started_at, started_at)]
    for seq, (name, instant) in zip(count(2), steps):
        undoes = None
        to_stage, to_status = stage, status
        if name == "undo":
            last = rows[-1]
            assert last.from_stage
            assert last.from_status
            kind, to_stage, to_status, undoes = ChangeKind.UNDO, last.from_stage, last.from_status, last.id
        elif name in _ENDS:
            kind, to_status = _ENDS[name]
        else:
            to_stage, to_status = STAGES[name], ApplicationStatus.ACTIVE
            if status is ApplicationStatus.HIRED:
                kind = ChangeKind.UNHIRE
            elif status is not ApplicationStatus.ACTIVE:
                kind = ChangeKind.REOPEN
            else:
                kind = ChangeKind.MOVE if to_stage.is_later_than(stage) else ChangeKind.BACK
        rows.append(ChangeRecord(seq * 10, seq, kind, stage, to_stage, status, to_status, instant, instant, undoes))
        stage, status = to_stage, to_status
    return tuple(rows)


def application(
    *steps: tuple[str, str],
    id: int = 1,  # noqa: A002 - the field is called so, and a test reads better with its name.
    started_at: str = "2026-01-05T09:00",
    first: str = "applied",
) -> ApplicationRecord:
    """An application of requisition 1 that started in the stage ``first`` and took the steps."""
    return ApplicationRecord(
        id=id,
        requisition_id=1,
        candidate_id=id,
        source_kind=SourceKind.APPLIED,
        started_at=at(started_at),
        changes=history(first, at(started_at), *((name, at(instant)) for name, instant in steps)),
    )
