"""When somebody in a stage is late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import clock
from tracker.pipeline.limits import late_from, late_if_entered_before

BERLIN = ZoneInfo("Europe/Berlin")
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("entered", "limit", "late"),
    [
        # A Friday with a limit of one working day: Monday is the first, late from Tuesday on.
        ("2026-11-20T10:00", 1, "2026-11-24T00:00"),
        ("2026-11-20T10:00", 0, "2026-11-23T00:00"),
        ("2026-11-16T23:59", 5, "2026-11-24T00:00"),
        # The clocks go back on 25 October 2026.
        ("2026-10-23T10:00", 1, "2026-10-27T00:00"),
    ],
)
def test_late_is_the_first_instant_past_the_limit(entered: str, limit: int, late: str) -> None:
    at = datetime.fromisoformat(entered).replace(tzinfo=BERLIN)
    assert late_from(at, limit, BERLIN) == datetime.fromisoformat(late).replace(tzinfo=BERLIN)


def test_a_stage_without_a_limit_makes_nobody_late() -> None:
    assert late_from(clock.now(), None, BERLIN) is None
    assert late_if_entered_before(clock.now(), None, BERLIN) is None


@given(INSTANTS, st.integers(0, 40 * 24 * 60), st.integers(0, 12))
def test_both_ways_of_asking_agree(entered: datetime, minutes: int, limit: int) -> None:
    now = entered + timedelta(minutes=minutes)
    from_then, before = late_from(entered, limit, BERLIN), late_if_entered_before(now, limit, BERLIN)
    assert from_then is not None
    assert before is not None
    assert (now >= from_then) == (entered < before)
