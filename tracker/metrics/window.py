"""The weekly window: what is new, what moved forward and what was lost between two summaries, by phase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.metrics.days import a_year_before
from tracker.metrics.hires import Hire, accepted_within, days_to_hire
from tracker.metrics.records import ApplicationRecord, StageRecord
from tracker.metrics.spread import Spread
from tracker.metrics.visits import Position, position_at, positions
from tracker.pipeline.states import ENDED, ApplicationStatus
from tracker.requisitions.states import Phase


class Whose(StrEnum):
    """Whose decision an ending was: ours rejected, theirs withdrew, and closed was nobody's."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODYS = "nobodys"


_WHOSE = {
    ApplicationStatus.REJECTED: Whose.OURS,
    ApplicationStatus.WITHDRAWN: Whose.THEIRS,
    ApplicationStatus.CLOSED: Whose.NOBODYS,
}


@dataclass(frozen=True, slots=True)
class MoveForward:
    """An application whose stage at the end of the window is later than at its start (or at their own start).

    ``status`` is the one at the end: someone may have moved forward and been lost in the same week. A hire counts as
    later than every stage.
    """

    application_id: int
    from_stage: StageRecord
    to_stage: StageRecord
    status: ApplicationStatus


@dataclass(frozen=True, slots=True)
class Loss:
    """An application that was ended in the window, and still is at its end."""

    application_id: int
    stage: StageRecord
    status: ApplicationStatus
    lost_at: datetime

    @property
    def whose(self) -> Whose:
        return _WHOSE[self.status]


class Door(StrEnum):
    """The ways into and out of a phase."""

    CAME_IN = "came_in"
    WENT_ON = "went_on"
    LOST = "lost"
    CAME_BACK = "came_back"
    WENT_BACK = "went_back"


@dataclass(frozen=True, slots=True)
class PhaseFlow:
    """What a phase gained and gave in the window, as ids of applications; the two ends of the window are compared.

    ``came_in`` are new or came from an earlier phase, ``went_on`` left for a later one or were hired, ``lost`` ended
    here. ``came_back`` (reopened, unhired, or from a later phase) and ``went_back`` make the count whole: active at
    the start + came in + came back - went on - lost - went back = active at the end.
    """

    came_in: tuple[int, ...]
    went_on: tuple[int, ...]
    lost: tuple[int, ...]
    came_back: tuple[int, ...]
    went_back: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """What happened in ``[since, until)``, with the rows each count was computed from.

    ``days_to_hire`` is over the hires of the twelve months before ``until``, not of the window.
    """

    since: datetime
    until: datetime
    new: tuple[int, ...]
    moved_forward: tuple[MoveForward, ...]
    lost: tuple[Loss, ...]
    phases: dict[Phase, PhaseFlow]
    days_to_hire: Spread


def weekly_window(
    applications: Iterable[ApplicationRecord],
    hires: Iterable[Hire],
    *,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
) -> WeeklyWindow:
    """The window as of the previous summary (``since``) up to, and without, this one (``until``).

    Give the applications and hires of one requisition for its lines, or of all for the totals. What was undone
    by now never happened. Raises ``ValueError`` when the window ends before it starts.
    """
    if until < since:
        raise ValueError(f"the window ends at {until.isoformat()}, before it starts at {since.isoformat()}")
    new, moved, lost = [], [], []
    flows: dict[Phase, dict[Door, list[int]]] = {phase: {door: [] for door in Door} for phase in Phase}
    for application in applications:
        after = position_at(application, until)
        if after is None:
            continue
        before = position_at(application, since)
        if before is None:
            before = positions(application)[0]
            new.append(application.id)
            flows[before.stage.phase][Door.CAME_IN].append(application.id)
        if _is_forward(before, after):
            moved.append(MoveForward(application.id, before.stage, after.stage, after.status))
        if after.status in ENDED and after.since >= since:
            lost.append(Loss(application.id, after.stage, after.status, after.since))
        for phase, door in _way(before, after, since):
            flows[phase][door].append(application.id)
    phases = {
        phase: PhaseFlow(**{door.value: tuple(ids) for door, ids in doors.items()}) for phase, doors in flows.items()
    }
    year = accepted_within(hires, a_year_before(until, zone), until)
    return WeeklyWindow(since, until, tuple(new), tuple(moved), tuple(lost), phases, days_to_hire(year))


def _is_forward(before: Position, after: Position) -> bool:
    if before.status is ApplicationStatus.HIRED:
        return False
    return after.status is ApplicationStatus.HIRED or after.stage.is_later_than(before.stage)


def _way(before: Position, after: Position, since: datetime) -> Iterator[tuple[Phase, Door]]:
    """The doors that lead from the position at the start of the window to the one at its end."""
    came_from, came_to = before.stage.phase, after.stage.phase
    if before.status is not ApplicationStatus.ACTIVE:
        if after.status is not ApplicationStatus.ACTIVE and after.since < since:
            return
        yield came_from, Door.CAME_BACK
    if came_to.position > came_from.position:
        yield came_from, Door.WENT_ON
        yield came_to, Door.CAME_IN
    elif came_to.position < came_from.position:
        yield came_from, Door.WENT_BACK
        yield came_to, Door.CAME_BACK
    if after.status is ApplicationStatus.HIRED:
        yield came_to, Door.WENT_ON
    elif after.status in ENDED:
        yield came_to, Door.LOST
