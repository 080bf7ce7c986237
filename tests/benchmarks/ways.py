"""The way of one invented person through a pipeline, as plain facts: stages, changes between them, waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.pipeline.states import ChangeKind, ContactDirection, SourceKind, WaitReason
from tracker.requisitions.states import Phase, RoleProfileKey, StageKind


@dataclass(frozen=True)
class Place:
    """A stage, as plain facts."""

    id: int
    key: str
    kind: StageKind
    phase: Phase
    limit_days: int | None


@dataclass(frozen=True)
class Ground:
    """A requisition in which people are put, as plain facts. Its stages are in order."""

    id: int
    role: RoleProfileKey
    stages: Sequence[Place]
    must_haves: int
    recruiters: Sequence[int]


@dataclass(frozen=True)
class Visit:
    """A stage that somebody came to, and when; aware."""

    place: Place
    entered_at: datetime


@dataclass(frozen=True)
class Span:
    """Whom it waited on since when; aware."""

    reason: WaitReason
    user_id: int | None
    since: datetime


def has_answered(place: Place) -> bool:
    """Whether somebody who came to this stage has answered."""
    return place.kind is StageKind.APPLIED or place.phase is not Phase.SOURCING


def kind_of_step(ground: Ground, before: Visit, after: Visit, source_kind: SourceKind) -> ChangeKind:
    """The change from one stage to a later one. Passing over Applied is no skip for somebody who was sourced."""
    first, last = ground.stages.index(before.place), ground.stages.index(after.place)
    passed = [
        place
        for place in ground.stages[first + 1 : last]
        if place.kind is not StageKind.APPLIED or source_kind is not SourceKind.SOURCED
    ]
    return ChangeKind.SKIP if passed else ChangeKind.MOVE


def spans_of(
    visits: Sequence[Visit], words: Sequence[tuple[ContactDirection, datetime]], recruiter_id: int
) -> list[Span]:
    """Whom it waited on since when: on the candidate after our word in Contacted, otherwise on the recruiter."""
    mine = (WaitReason.RECRUITER, recruiter_id)
    turns: list[tuple[datetime, tuple[WaitReason, int | None]]] = [
        (visit.entered_at, (WaitReason.CANDIDATE, None) if visit.place.kind is StageKind.CONTACTED else mine)
        for visit in visits
    ]
    turns += [(at, mine) for direction, at in words if direction is ContactDirection.IN]
    spans: list[Span] = []
    for at, (reason, user_id) in sorted(turns, key=lambda turn: turn[0]):
        if not spans or (spans[-1].reason, spans[-1].user_id) != (reason, user_id):
            spans.append(Span(reason, user_id, at))
    return spans
