"""What a summary says, as ids, numbers and instants: frozen when it is due, worded when it is read."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from tracker.pipeline.states import WaitReason
from tracker.requisitions.states import Phase, RequisitionState

T = TypeVar("T")


class WaitKind(StrEnum):
    """What waits on the reader, most urgent first. The subject is the shortlist, approval, seat or application."""

    DECISION = "decision"
    APPROVAL = "approval"
    SCORECARD = "scorecard"
    REPLY = "reply"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits on the reader; `since` is when it began, of a scorecard when it is due."""

    kind: WaitKind
    subject_id: int
    requisition_id: int
    application_ids: tuple[int, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """A phase at the end of the window, and how many came in, went on, were lost, came back and went back in it."""

    phase: Phase
    active: int
    came_in: int
    went_on: int
    lost: int
    came_back: int
    went_back: int


@dataclass(frozen=True, slots=True)
class Hired:
    """A hire of the window, and its days to hire."""

    application_id: int
    days: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The window in numbers, of one requisition or of all together."""

    active: int
    new: int
    moved: int
    rejected: int
    withdrawn: int
    closed: int
    phases: tuple[PhaseFacts, ...]
    hired: tuple[Hired, ...]

    @property
    def lost(self) -> int:
        """How many were lost, by whoever's decision."""
        return self.rejected + self.withdrawn + self.closed

    @property
    def happened(self) -> bool:
        """Whether the window saw anything at all."""
        flows = (phase.came_back + phase.went_back for phase in self.phases)
        return bool(self.new or self.moved or self.lost or self.hired or any(flows))


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who moved forward and is still active, and the stage they reached."""

    application_id: int
    stage_key: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """Somebody who is late in a stage, for how many days they have been in it, and whom it waits on."""

    application_id: int
    stage_id: int
    days: int
    reason: WaitReason | None
    user_id: int | None


@dataclass(frozen=True, slots=True)
class OfferOut:
    """An offer that lies before its candidate."""

    offer_id: int
    application_id: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coming:
    """An interview of the next seven days."""

    interview_id: int
    application_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class OpenFor:
    """Days open, without holds, and the target."""

    gross: int
    net: int
    target: int


@dataclass(frozen=True, slots=True)
class RequisitionFacts:
    """One requisition in the window. Lists of people are cut; the `_more` says by how many.

    `stuck` waits on one of us; `unanswered` counts those who are late because they do not answer.
    """

    requisition_id: int
    state: RequisitionState
    open_for: OpenFor | None
    openings: int
    filled: int
    figures: Figures
    moved: tuple[Moved, ...]
    moved_more: int
    stuck: tuple[Stuck, ...]
    stuck_more: int
    unanswered: int
    offers: tuple[OfferOut, ...]
    coming: tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class DaysToHire:
    """Days to hire of twelve months: the median from n = 5 on, below it the values themselves."""

    n: int
    median: float | None
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """All of one summary. `whole` when it is about every requisition of the organisation."""

    whole: bool
    waiting: tuple[Waiting, ...]
    waiting_more: int
    requisitions: tuple[RequisitionFacts, ...]
    together: Figures
    days_to_hire: DaysToHire

    @property
    def says_something(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.waiting or self.requisitions)


def to_document(value: Any) -> Any:
    """The facts as JSON."""
    if is_dataclass(value):
        return {field.name: to_document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_document(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def from_document(kind: type[T], document: Any) -> T:
    """The facts of that kind from their JSON. Raises KeyError or ValueError for a document of another shape."""
    built: T = _build(kind, document)
    return built


def _build(kind: Any, document: Any) -> Any:
    if isinstance(kind, UnionType):
        if document is None:
            return None
        [kind] = [each for each in get_args(kind) if each is not type(None)]
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], each) for each in document)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _build(hints[field.name], document[field.name]) for field in fields(kind)})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(document)
    return kind(document)
