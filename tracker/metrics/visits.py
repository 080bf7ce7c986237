"""Where an application stood when, the visits to its stages, and the days spent in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.metrics.days import day_count
from tracker.metrics.records import ApplicationRecord, ChangeRecord, StageRecord
from tracker.metrics.spread import Spread, spread
from tracker.pipeline.states import ApplicationStatus, ChangeKind


@dataclass(frozen=True, slots=True)
class Position:
    """The stage and status that an application has from ``since`` on; ``by`` is the change that brought it there."""

    stage: StageRecord
    status: ApplicationStatus
    since: datetime
    by: ChangeKind


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a stage. ``left_at`` and ``left_by`` are ``None`` for someone who is still there."""

    application_id: int
    stage: StageRecord
    entered_at: datetime
    left_at: datetime | None
    left_by: ChangeKind | None


@dataclass(frozen=True, slots=True)
class DaysInStage:
    """Days of the completed visits to a stage, and beside them the ages, in days, of the visits that go on."""

    key: str
    completed: Spread
    still_in: Spread


def changes_in_force(changes: Iterable[ChangeRecord]) -> tuple[ChangeRecord, ...]:
    """The changes that stand, in order: an undo and what it took back are both left out.

    An undo that was itself taken back restores the change it had removed.
    """
    undone: set[int] = set()
    standing: list[ChangeRecord] = []
    for change in sorted(changes, key=lambda change: change.seq, reverse=True):
        if change.id in undone:
            continue
        if change.kind is ChangeKind.UNDO:
            if change.undoes is not None:
                undone.add(change.undoes)
        else:
            standing.append(change)
    standing.reverse()
    return tuple(standing)


def positions(application: ApplicationRecord) -> tuple[Position, ...]:
    """Every position that the application had, from ``started_at`` on, by ``happened_at``; never empty.

    Raises ``ValueError`` when the history does not begin with the start.
    """
    standing = changes_in_force(application.changes)
    if not standing or standing[0].kind is not ChangeKind.START:
        raise ValueError(f"the history of application {application.id} does not begin with its start")
    start, *later = standing
    reached = [Position(start.to_stage, start.to_status, application.started_at, start.kind)]
    for change in later:
        if (change.to_stage, change.to_status) != (reached[-1].stage, reached[-1].status):
            reached.append(Position(change.to_stage, change.to_status, change.happened_at, change.kind))
    return tuple(reached)


def position_at(application: ApplicationRecord, instant: datetime) -> Position | None:
    """The position just before ``instant``: the outcome of all that happened earlier. ``None`` if not yet started."""
    if application.started_at >= instant:
        return None
    first, *later = positions(application)
    return next((position for position in reversed(later) if position.since < instant), first)


def visits(application: ApplicationRecord) -> tuple[Visit, ...]:
    """All visits of the application to stages, in order.

    A stage entered again is a new visit, and so is the return from an ending or by an unhire; the time between an
    ending and its reopening, and the time as hired, is no visit. A move that was undone leaves none.
    """
    reached = positions(application)
    following = (*reached[1:], None)
    return tuple(
        Visit(
            application_id=application.id,
            stage=position.stage,
            entered_at=position.since,
            left_at=after.since if after else None,
            left_by=after.by if after else None,
        )
        for position, after in zip(reached, following, strict=True)
        if position.status is ApplicationStatus.ACTIVE
    )


def days_in_stage(
    all_visits: Iterable[Visit],
    key: str,
    *,
    as_of: datetime,
    zone: ZoneInfo,
    since: datetime | None = None,
    until: datetime | None = None,
) -> DaysInStage:
    """Days in the stage ``key`` over visits, by whatever door they ended.

    With ``since`` or ``until``, completed visits count by the instant they were left, in ``[since, until)``. Whoever
    is still in the stage counts apart, with the days up to ``as_of``, also in closed requisitions.
    """
    completed, ages = [], []
    for visit in all_visits:
        if visit.stage.key != key:
            continue
        if visit.left_at is None:
            ages.append(day_count(visit.entered_at, as_of, zone))
        elif (since is None or visit.left_at >= since) and (until is None or visit.left_at < until):
            completed.append(day_count(visit.entered_at, visit.left_at, zone))
    return DaysInStage(key, spread(completed), spread(ages))
