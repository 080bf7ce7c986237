"""How figures read. Every figure says its n; below five the values themselves are shown."""

from tracker.core.templating import days, listing, number
from tracker.metrics.openings import DaysOpen
from tracker.metrics.spread import Spread


def spread_headline(summary: Spread) -> str:
    """The figure itself: the median, the values below n = 5, or a dash for none."""
    if summary.median is not None:
        return number(summary.median)
    return listing(number(value) for value in summary.values) or "–"


def spread_label(summary: Spread, *, period: str = "12 months") -> str:
    """What stands beside the headline: "median of 12 months, n = 23"."""
    if summary.median is not None:
        return f"median of {period}, n = {summary.n}"
    return f"in {period}, n = {summary.n}"


def open_against_target(length: DaysOpen) -> str:
    """ "34 days open, target 45"; beside it the days without holds where there were any."""
    text = f"{days(length.gross)} open, target {length.target_days}"
    return text if length.net == length.gross else f"{text}, {days(length.net)} without holds"
