"""Pass-through: of the applications that entered a stage in a period, how many reached any later stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.metrics.records import ApplicationRecord
from tracker.metrics.visits import positions, visits
from tracker.pipeline.states import ApplicationStatus


class Passing(StrEnum):
    """What became of an application after it first entered a stage."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    IN_STAGE = "in_stage"
    MOVED_BACK = "moved_back"


@dataclass(frozen=True, slots=True)
class PassThrough:
    """The cohort of a stage, by what became of it; the members are ids of applications.

    Those still in the stage and those moved back are undecided and not in the denominator.
    """

    key: str
    passed: tuple[int, ...]
    not_passed: tuple[int, ...]
    in_stage: tuple[int, ...]
    moved_back: tuple[int, ...]

    @property
    def entered(self) -> int:
        return self.n + len(self.in_stage) + len(self.moved_back)

    @property
    def n(self) -> int:
        """The denominator: the members that are decided."""
        return len(self.passed) + len(self.not_passed)

    @property
    def rate(self) -> float | None:
        """Passed over decided, or ``None`` when nobody is decided."""
        return len(self.passed) / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one application after it first entered a stage, at ``entered_at``."""

    application_id: int
    entered_at: datetime
    passing: Passing


def outcome_of(application: ApplicationRecord, key: str) -> Outcome | None:
    """What became of the application after it first entered the stage ``key``; ``None`` if it never did.

    A stage that was skipped was not entered. A move back is no pass; being hired is one, unless an unhire voided it.
    """
    stays = visits(application)
    first = next((order for order, visit in enumerate(stays) if visit.stage.key == key), None)
    if first is None:
        return None
    entry = stays[first]
    current = positions(application)[-1]
    if current.status is ApplicationStatus.HIRED or any(
        visit.stage.is_later_than(entry.stage) for visit in stays[first:]
    ):
        passing = Passing.PASSED
    elif current.status is not ApplicationStatus.ACTIVE:
        passing = Passing.NOT_PASSED
    else:
        passing = Passing.IN_STAGE if current.stage.key == key else Passing.MOVED_BACK
    return Outcome(application.id, entry.entered_at, passing)


def pass_through(
    applications: Iterable[ApplicationRecord],
    key: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> PassThrough:
    """Pass-through of the stage ``key`` for the cohort whose first entry lies in ``[since, until)``."""
    cohort: dict[Passing, list[int]] = {passing: [] for passing in Passing}
    for application in applications:
        outcome = outcome_of(application, key)
        if outcome is None or (since and outcome.entered_at < since) or (until and outcome.entered_at >= until):
            continue
        cohort[outcome.passing].append(outcome.application_id)
    return PassThrough(
        key=key,
        passed=tuple(cohort[Passing.PASSED]),
        not_passed=tuple(cohort[Passing.NOT_PASSED]),
        in_stage=tuple(cohort[Passing.IN_STAGE]),
        moved_back=tuple(cohort[Passing.MOVED_BACK]),
    )
