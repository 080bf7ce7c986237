"""What property tests draw from: zones with awkward clocks, instants, and histories of applications."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.unit.metrics.builders import STAGES, history
from tracker.metrics.records import ApplicationRecord, HoldRecord
from tracker.pipeline.states import SourceKind

# Clocks that change at midnight (Havana, Beirut, Asuncion), by half an hour (Lord Howe), just after midnight
# (St John's until 2011), or that left a day out (Apia, 30 December 2011).
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Havana",
        "America/Asuncion",
        "America/St_Johns",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    )
]

zones = st.sampled_from(ZONES)

instants = st.datetimes(min_value=datetime(2004, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds.

_LIMIT = 400 * 24 * 60


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """A start and an end, at most 400 days apart."""
    start = draw(instants)
    return start, start + timedelta(minutes=draw(st.integers(0, _LIMIT)))


@st.composite
def intervals(draw: st.DrawFn, start: datetime) -> tuple[datetime, datetime | None]:
    """An interval about ``start``: it may begin before, end long after, or not have ended."""
    since = start + timedelta(minutes=draw(st.integers(-_LIMIT // 4, _LIMIT)))
    length = draw(st.none() | st.integers(1, _LIMIT // 2))
    return since, None if length is None else since + timedelta(minutes=length)


@st.composite
def successive_holds(draw: st.DrawFn, start: datetime) -> list[HoldRecord]:
    """Holds of requisition 1, one after the other; the last may still run."""
    holds = []
    since = start + timedelta(minutes=draw(st.integers(-_LIMIT // 4, _LIMIT // 2)))
    for length, gap in draw(st.lists(st.tuples(st.integers(1, 60_000), st.integers(0, 60_000)), max_size=5)):
        until = since + timedelta(minutes=length)
        holds.append(HoldRecord(1, since, until))
        since = until + timedelta(minutes=gap)
    if draw(st.booleans()):
        holds.append(HoldRecord(1, since, None))
    return holds


@st.composite
def steps_of(draw: st.DrawFn, start: datetime) -> list[tuple[str, datetime]]:
    """Lawful steps of an application: an ending is followed by a reopening, never by another ending."""
    steps: list[tuple[str, datetime]] = []
    instant, active = start, True
    for _ in range(draw(st.integers(0, 8))):
        instant += timedelta(minutes=draw(st.integers(1, 40_000)))
        choices = [*STAGES, "rejected", "withdrawn", "closed", "hired"] if active else list(STAGES)
        name = draw(st.sampled_from(choices))
        active = name in STAGES
        steps.append((name, instant))
    return steps


@st.composite
def applications(draw: st.DrawFn, id_: int = 1, start: datetime | None = None) -> ApplicationRecord:
    """An application of requisition 1 with a lawful history; it starts at ``start`` or soon after it."""
    started_at = draw(instants) if start is None else start + timedelta(minutes=draw(st.integers(0, 60_000)))
    first = draw(st.sampled_from(list(STAGES)))
    return ApplicationRecord(
        id=id_,
        requisition_id=1,
        candidate_id=id_,
        source_kind=SourceKind.APPLIED,
        started_at=started_at,
        changes=history(first, started_at, *draw(steps_of(started_at))),
    )
