"""Pass-through: forward only, by the first entry, with the undecided beside it."""

from dataclasses import replace

import pytest

from tests.unit.metrics.builders import STAGES, application, at
from tracker.metrics.passing import Passing, outcome_of, pass_through
from tracker.metrics.records import StageRecord
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.states import Phase

Steps = tuple[tuple[str, str], ...]


@pytest.mark.parametrize(
    ("steps", "key", "expected"),
    [
        ((), "applied", Passing.IN_STAGE),
        ((), "screening", None),
        ((("screening", "2026-01-06"),), "applied", Passing.PASSED),
        ((("screening", "2026-01-06"),), "screening", Passing.IN_STAGE),
        ((("rejected", "2026-01-06"),), "applied", Passing.NOT_PASSED),
        ((("closed", "2026-01-06"),), "applied", Passing.NOT_PASSED),
        # A skipped stage was not entered.
        ((("interview", "2026-01-06"),), "screening", None),
        # A move back is no pass, and who was moved back is undecided while active.
        ((("interview", "2026-01-06"), ("screening", "2026-01-07")), "interview", Passing.MOVED_BACK),
        (
            (("interview", "2026-01-06"), ("screening", "2026-01-07"), ("rejected", "2026-01-09")),
            "interview",
            Passing.NOT_PASSED,
        ),
        # Who passed has passed, also when moved back afterwards.
        ((("interview", "2026-01-06"), ("applied", "2026-01-07")), "applied", Passing.PASSED),
        # A stage entered only on the way back counts from there: the later stage lies before its first entry.
        ((("interview", "2026-01-06"), ("screening", "2026-01-07")), "screening", Passing.IN_STAGE),
        # Reopened and then moved on.
        ((("rejected", "2026-01-06"), ("screening", "2026-01-20")), "applied", Passing.PASSED),
        # Hired is later than the last stage, unless it was undone.
        ((("offer_extended", "2026-01-06"), ("hired", "2026-01-09")), "offer_extended", Passing.PASSED),
        (
            (("offer_extended", "2026-01-06"), ("hired", "2026-01-09"), ("offer_extended", "2026-01-12")),
            "offer_extended",
            Passing.IN_STAGE,
        ),
        (
            (
                ("offer_extended", "2026-01-06"),
                ("hired", "2026-01-09"),
                ("offer_extended", "2026-01-12"),
                ("withdrawn", "2026-01-13"),
            ),
            "offer_extended",
            Passing.NOT_PASSED,
        ),
        # An undone move passed nobody.
        ((("screening", "2026-01-06"), ("undo", "2026-01-06T02:00")), "applied", Passing.IN_STAGE),
        ((("screening", "2026-01-06"), ("undo", "2026-01-06T02:00")), "screening", None),
    ],
)
def test_outcome(steps: Steps, key: str, expected: Passing | None) -> None:
    outcome = outcome_of(application(*steps), key)
    assert (outcome.passing if outcome else None) == expected


def test_the_first_entry_decides_the_cohort() -> None:
    again = application(
        ("screening", "2026-01-20"), ("applied", "2026-01-25"), ("screening", "2026-02-03"), ("interview", "2026-02-05")
    )
    january = pass_through([again], "screening", since=at("2026-01-01"), until=at("2026-02-01"))
    february = pass_through([again], "screening", since=at("2026-02-01"), until=at("2026-03-01"))
    assert (january.entered, january.passed) == (1, (1,))
    assert (february.entered, february.rate) == (0, None)


@pytest.mark.parametrize(
    ("since", "until", "entered"),
    [
        ("2026-01-06", "2026-01-07", 1),
        ("2026-01-06T00:00:01", "2026-01-07", 0),
        ("2026-01-05", "2026-01-06", 0),
        ("2026-01-05", "2026-01-06T00:00:01", 1),
    ],
)
def test_a_cohort_begins_with_its_first_instant_and_ends_before_the_next(since: str, until: str, entered: int) -> None:
    record = application(("screening", "2026-01-06"))
    assert pass_through([record], "screening", since=at(since), until=at(until)).entered == entered


def test_the_undecided_are_not_in_the_denominator() -> None:
    figures = pass_through(
        [
            application(("interview", "2026-01-06"), id=1),
            application(("rejected", "2026-01-06"), id=2),
            application(id=3),
            application(("withdrawn", "2026-01-06"), id=4),
            application(("interview", "2026-01-06"), ("screening", "2026-01-08"), id=5),
        ],
        "applied",
    )
    assert (figures.passed, figures.not_passed, figures.in_stage) == ((1, 5), (2, 4), (3,))
    assert (figures.entered, figures.n, figures.rate) == (5, 4, 0.5)


def test_stages_of_two_requisitions_meet_by_key_and_keep_their_own_order() -> None:
    """One requisition interviews before it assesses; passing there means reaching what is later there."""
    usual = application(("assessment", "2026-01-06"), ("interview", "2026-01-08"), id=1)
    early = StageRecord("interview", Phase.VETTING, 1)
    other = replace(
        application(id=2),
        changes=tuple(
            replace(change, to_stage=early) if change.kind is ChangeKind.START else replace(change, from_stage=early)
            for change in application(("assessment", "2026-01-06"), first="interview").changes
        ),
    )
    assert STAGES["assessment"].is_later_than(early)
    assert pass_through([usual, other], "assessment").passed == (1,)
    assert pass_through([usual, other], "interview").passed == (2,)
