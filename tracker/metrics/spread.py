"""Summaries of a set of day counts: n, median, 75th and 90th percentile, never a bare mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_FOR_PERCENTILES = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """A summary of ``n`` day counts.

    Below ``n`` = 5 there are no percentiles and the ``values`` themselves are what is shown. ``values`` are sorted and
    always complete, so that every summary can be opened to what it was computed from.
    """

    values: tuple[int, ...]
    median: float | None
    p75: float | None
    p90: float | None

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def has_percentiles(self) -> bool:
        return self.n >= FEWEST_FOR_PERCENTILES


def spread(values: Iterable[int]) -> Spread:
    """Summarise whole day counts. Percentiles are interpolated linearly, as NumPy does by default."""
    ordered = tuple(sorted(values))
    if len(ordered) < FEWEST_FOR_PERCENTILES:
        return Spread(ordered, None, None, None)
    return Spread(ordered, percentile(ordered, 50), percentile(ordered, 75), percentile(ordered, 90))


def percentile(ordered: Sequence[int], percent: int) -> float:
    """The ``percent``-th percentile of sorted whole numbers, by linear interpolation.

    That is Hyndman and Fan's definition 7 (*Sample Quantiles in Statistical Packages*, 1996), NumPy's default. The
    arithmetic is in whole numbers up to the last division, so the result is the nearest float to the exact value.
    Raises ``ValueError`` for an empty sequence or a percentage outside 0 to 100.
    """
    if not ordered:
        raise ValueError("an empty set has no percentile")
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage")
    below, hundredths = divmod((len(ordered) - 1) * percent, 100)
    above = min(below + 1, len(ordered) - 1)
    return (ordered[below] * (100 - hundredths) + ordered[above] * hundredths) / 100
