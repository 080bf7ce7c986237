"""The facts that figures are computed from, as plain values.

They mirror the append-only records of the database (stage changes, spells, holds, offers, waits), carry only what a
definition reads, and know nothing of tables. Every instant is an aware ``datetime``; intervals are half-open,
``[since, until)``, and an ``until`` of ``None`` is still running.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.offers.states import OfferState
from tracker.pipeline.states import ApplicationStatus, ChangeKind, SourceKind
from tracker.requisitions.states import Phase, SpellEnd


class Holder(StrEnum):
    """Who holds the ball, in the order in which the first that applies is taken.

    A wait that a person set stands between the hold and the hiring manager; it names one of these holders itself.
    """

    HOLD = "hold"
    HIRING_MANAGER = "hiring_manager"
    INTERVIEWERS = "interviewers"
    SCHEDULED = "scheduled"
    CANDIDATE = "candidate"
    RECRUITER = "recruiter"


@dataclass(frozen=True, slots=True)
class StageRecord:
    """A stage of one requisition. Figures are grouped by ``key`` across requisitions; names are free and not read.

    ``position`` orders the stages within their phase (or throughout the requisition: both give the same order).
    """

    key: str
    phase: Phase
    position: int

    def is_later_than(self, other: StageRecord) -> bool:
        """Whether this stage comes after ``other`` in the order of their requisition."""
        return (self.phase.position, self.position) > (other.phase.position, other.position)


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One row of the append-only history of an application.

    ``undoes`` is the ``id`` of the change that an undo takes back. The first row has the kind ``start`` and comes from
    nowhere; an ending keeps the stage.
    """

    id: int
    seq: int
    kind: ChangeKind
    from_stage: StageRecord | None
    to_stage: StageRecord
    from_status: ApplicationStatus | None
    to_status: ApplicationStatus
    happened_at: datetime
    recorded_at: datetime
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One version of an offer.

    ``resolved_at`` is the instant it was accepted, declined, rescinded or superseded, or expired; ``unhired_at`` the
    one at which the hire it led to was voided.
    """

    version: int
    state: OfferState
    extended_at: datetime | None = None
    resolved_at: datetime | None = None
    unhired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitRecord:
    """An interval in which an application waited on somebody; ``set_by_person`` outranks what operations derived."""

    holder: Holder
    since: datetime
    until: datetime | None = None
    set_by_person: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationRecord:
    """One candidate considered for one requisition, with everything that happened to it.

    ``started_at`` is when it was sourced, referred or applied; the first of the ``changes`` says in which stage.
    ``transferred_from_id`` is the application that a transfer continued.
    """

    id: int
    requisition_id: int
    candidate_id: int
    source_kind: SourceKind
    started_at: datetime
    changes: tuple[ChangeRecord, ...]
    responded_at: datetime | None = None
    transferred_from_id: int | None = None
    offers: tuple[OfferRecord, ...] = ()
    waits: tuple[WaitRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """A stretch in which a requisition was on hold."""

    requisition_id: int
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SpellRecord:
    """One stretch of an opening being open.

    ``end`` is ``None`` while it is open. ``ended_at`` is the acceptance that filled it, also when an unhire voided the
    spell later, or the cancellation.
    """

    id: int
    requisition_id: int
    opening_id: int
    opened_at: datetime
    ended_at: datetime | None = None
    end: SpellEnd | None = None
