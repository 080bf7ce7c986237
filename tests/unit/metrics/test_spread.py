"""Summaries of sets against a second implementation, and their bounds."""

from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.metrics.spread import percentile, spread

day_counts = st.lists(st.integers(0, 2000), min_size=1, max_size=60)


def interpolated(values: list[int], percent: int) -> float:
    """NumPy's default written out: the value at the place (n - 1) q of the sorted values, between its neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    lower, upper = ordered[floor(place)], ordered[ceil(place)]
    return lower + (upper - lower) * (place - floor(place))


@given(day_counts, st.integers(0, 100))
def test_percentiles_agree_with_a_second_implementation(values: list[int], percent: int) -> None:
    assert percentile(sorted(values), percent) == pytest.approx(interpolated(values, percent), abs=1e-9)


@given(day_counts)
def test_percentiles_lie_in_order_within_the_values(values: list[int]) -> None:
    ordered = sorted(values)
    median, p75, p90 = (percentile(ordered, percent) for percent in (50, 75, 90))
    assert ordered[0] <= median <= p75 <= p90 <= ordered[-1]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5, 1, 4, 2, 3], (3.0, 4.0, 4.6)),
        ([10, 20, 30, 40, 50, 60], (35.0, 47.5, 55.0)),
        ([7] * 9, (7.0, 7.0, 7.0)),
    ],
)
def test_summary(values: list[int], expected: tuple[float, float, float]) -> None:
    summary = spread(values)
    assert (summary.median, summary.p75, summary.p90) == expected
    assert summary.has_percentiles
    assert summary.values == tuple(sorted(values))


@pytest.mark.parametrize("values", [[], [3], [9, 1], [4, 2, 8, 6]])
def test_below_five_there_are_only_the_values(values: list[int]) -> None:
    summary = spread(values)
    assert (summary.n, summary.values) == (len(values), tuple(sorted(values)))
    assert (summary.median, summary.p75, summary.p90) == (None, None, None)
    assert not summary.has_percentiles


def test_an_empty_set_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="empty"):
        percentile([], 50)


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percentage_lies_between_0_and_100(percent: int) -> None:
    with pytest.raises(ValueError, match="no percentage"):
        percentile([1], percent)
