"""Days to fill, gross and net of holds, per spell; days open against the target, per requisition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.metrics.days import day_count
from tracker.metrics.records import HoldRecord, SpellRecord
from tracker.metrics.spread import Spread, spread
from tracker.requisitions.states import SpellEnd


@dataclass(frozen=True, slots=True)
class SpellDays:
    """The length of one spell in days: ``gross``, and ``net`` of the holds of its requisition.

    ``end`` is how it ended; ``None`` means that it is still open and the counts run up to now.
    """

    spell_id: int
    requisition_id: int
    end: SpellEnd | None
    gross: int
    net: int


@dataclass(frozen=True, slots=True)
class DaysOpen:
    """How long a requisition has been open: the days of its earliest spell that is still open, beside the target.

    ``net`` leaves out the holds so far; ``days_over`` is gross days beyond the target, negative before it and ``None``
    without one.
    """

    spell_id: int
    opened_at: datetime
    gross: int
    net: int
    target_days: int | None

    @property
    def days_over(self) -> int | None:
        return None if self.target_days is None else self.gross - self.target_days


def held_days(start: datetime, end: datetime, holds: Iterable[HoldRecord], zone: ZoneInfo) -> int:
    """The day counts of the holds, each clipped to ``[start, end]``; one without an end is clipped at ``end``.

    Holds that overlap are counted once, as the one stretch that they are.
    """
    clipped = sorted(
        (max(hold.since, start), end if hold.until is None else min(hold.until, end))
        for hold in holds
        if hold.since < end
    )
    days = 0
    counted_to = start
    for since, until in clipped:
        if until > counted_to:
            days += day_count(max(since, counted_to), until, zone)
            counted_to = until
    return days


def spell_days(spell: SpellRecord, holds: Iterable[HoldRecord], *, as_of: datetime, zone: ZoneInfo) -> SpellDays | None:
    """The days of one spell: to its acceptance, to its cancellation, or to ``as_of`` while it is open.

    ``holds`` may be those of all requisitions; only the spell's own count. A voided spell is in no figure and gives
    ``None``. Raises ``ValueError`` when an ended spell lacks the instant of its end.
    """
    if spell.end is SpellEnd.VOIDED:
        return None
    return _days_to(as_of if spell.end is None else _end_of(spell), spell, holds, zone)


def filled(spells: Iterable[SpellRecord], holds: Sequence[HoldRecord], zone: ZoneInfo) -> tuple[SpellDays, ...]:
    """The days of every spell that was filled and stands, one value per opening and spell.

    ``holds`` may be those of all requisitions. Raises ``ValueError`` when a filled spell has no acceptance.
    """
    return tuple(_days_to(_end_of(spell), spell, holds, zone) for spell in spells if spell.end is SpellEnd.FILLED)


def days_to_fill_gross(lengths: Iterable[SpellDays]) -> Spread:
    """The summary of gross days over filled spells."""
    return spread(length.gross for length in lengths)


def days_to_fill_net(lengths: Iterable[SpellDays]) -> Spread:
    """The summary of net days over filled spells."""
    return spread(length.net for length in lengths)


def days_open(
    spells: Iterable[SpellRecord],
    holds: Sequence[HoldRecord],
    *,
    target_days: int | None,
    as_of: datetime,
    zone: ZoneInfo,
) -> DaysOpen | None:
    """Days that one requisition has been open at ``as_of``; ``None`` when none of its openings is open.

    ``spells`` are those of the requisition. The count starts with the spell, not with the requisition.
    """
    running = [spell for spell in spells if spell.end is None and spell.opened_at <= as_of]
    if not running:
        return None
    earliest = min(running, key=lambda spell: (spell.opened_at, spell.id))
    length = _days_to(as_of, earliest, holds, zone)
    return DaysOpen(earliest.id, earliest.opened_at, length.gross, length.net, target_days)


def _end_of(spell: SpellRecord) -> datetime:
    if spell.ended_at is None:
        raise ValueError(f"spell {spell.id} is {spell.end} and has no instant of it")
    return spell.ended_at


def _days_to(end: datetime, spell: SpellRecord, holds: Iterable[HoldRecord], zone: ZoneInfo) -> SpellDays:
    gross = day_count(spell.opened_at, end, zone)
    own = (hold for hold in holds if hold.requisition_id == spell.requisition_id)
    held = held_days(spell.opened_at, end, own, zone)
    # Only clocks that are put back across midnight can make the holds look longer than the spell.
    return SpellDays(spell.id, spell.requisition_id, spell.end, gross, max(gross - held, 0))
