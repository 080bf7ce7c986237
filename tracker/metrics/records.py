"""The facts that figures are computed from, as plain values.

They mirror the append-only records of the database (stage changes, spells, holds, offers, waits), carry only what a
definition reads, and know nothing of tables. Every instant is an aware ``datetime``; intervals are half-open,
``[since, until)``, and an ``until`` of ``None`` is still running.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    SOURCING = "sourcing"
    VETTING = "vetting"
    OFFER = "offer"


class Status(StrEnum):
    ACTIVE = "active"
    HIRED = "hired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class ChangeKind(StrEnum):
    MOVE = "move"
    SKIP = "skip"
    BACK = "back"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    HIRE = "hire"
    REOPEN = "reopen"
    UNHIRE = "unhire"
    UNDO = "undo"


class SourceKind(StrEnum):
    """How an application entered the pipeline; days to hire are split by it."""

    SOURCED = "sourced"
    APPLIED = "applied"
    REFERRED = "referred"


class SpellEnd(StrEnum):
    FILLED = "filled"
    CANCELLED = "cancelled"
    VOIDED = "voided"


class OfferState(StrEnum):
    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    EXTENDED = "extended"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RESCINDED = "rescinded"
    SUPERSEDED = "superseded"


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


_PHASE_ORDER = {phase: order for order, phase in enumerate(Phase)}


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
        return (_PHASE_ORDER[self.phase], self.position) > (_PHASE_ORDER[other.phase], other.position)


def is_later_phase(phase: Phase, other: Phase) -> bool:
    """Whether ``phase`` comes after ``other``."""
    return _PHASE_ORDER[phase] > _PHASE_ORDER[other]


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One row of the append-only history of an application.

    ``undoes`` is the ``id`` of the change that an undo takes back. An ending may leave ``to_stage`` out, because the
    application keeps its stage.
    """

    id: int
    seq: int
    kind: ChangeKind
    from_stage: StageRecord | None
    to_stage: StageRecord | None
    from_status: Status | None
    to_status: Status
    happened_at: datetime
    recorded_at: datetime
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One version of an offer. ``resolved_at`` is the instant it was accepted, declined, rescinded or expired."""

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

    ``first_stage`` is the stage it started in at ``started_at``; a row of the history that only repeats this start
    changes nothing. ``transferred_from_id`` is the application that a transfer continued.
    """

    id: int
    requisition_id: int
    candidate_id: int
    source_kind: SourceKind
    started_at: datetime
    first_stage: StageRecord
    responded_at: datetime | None = None
    transferred_from_id: int | None = None
    changes: tuple[ChangeRecord, ...] = ()
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

    ``end`` is ``None`` while it is open. ``accepted_at`` is the acceptance that filled it, also when an unhire voided
    the spell later; ``ended_at`` is the instant of the fill or of the cancellation.
    """

    id: int
    requisition_id: int
    opening_id: int
    opened_at: datetime
    ended_at: datetime | None = None
    end: SpellEnd | None = None
    accepted_at: datetime | None = None
