"""What the history keeps of vetting."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.history.operations import EventData, Subject
from tracker.pipeline.models import Application
from tracker.vetting.states import EntryState


@dataclass(frozen=True, kw_only=True)
class InterviewPlanned(EventData):
    """An interview was planned; `starts_at` is ISO text, None for one without a time."""

    kind: ClassVar[str] = "vetting.interview_planned"
    interview_id: int
    starts_at: str | None
    assessor_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class InterviewChanged(EventData):
    """An interview's time, place or assessors became others."""

    kind: ClassVar[str] = "vetting.interview_changed"
    interview_id: int
    starts_at: str | None
    assessor_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class InterviewHeld(EventData):
    """An interview took place, or a piece of work was looked at."""

    kind: ClassVar[str] = "vetting.interview_held"
    interview_id: int


@dataclass(frozen=True, kw_only=True)
class InterviewCancelled(EventData):
    """An interview will not take place; `by_ending` when it went with the application."""

    kind: ClassVar[str] = "vetting.interview_cancelled"
    interview_id: int
    by_ending: bool = False


@dataclass(frozen=True, kw_only=True)
class InterviewResumed(EventData):
    """A held or cancelled interview is planned again."""

    kind: ClassVar[str] = "vetting.interview_resumed"
    interview_id: int


@dataclass(frozen=True, kw_only=True)
class ScorecardSubmitted(EventData):
    """A scorecard was submitted; the ratings themselves are not in the history."""

    kind: ClassVar[str] = "vetting.scorecard_submitted"
    scorecard_id: int


@dataclass(frozen=True, kw_only=True)
class ScorecardWithdrawn(EventData):
    """A submitted scorecard is a draft again."""

    kind: ClassVar[str] = "vetting.scorecard_withdrawn"
    scorecard_id: int
    assessor_id: int


@dataclass(frozen=True, kw_only=True)
class EntrySubmitted(EventData):
    """An application was put forward for a decision; `round` counts from 1."""

    kind: ClassVar[str] = "vetting.entry_submitted"
    shortlist_id: int
    entry_id: int
    round: int
    opens_stage_id: int
    decider_id: int


@dataclass(frozen=True, kw_only=True)
class EntryDecided(EventData):
    """An entry was decided; `own` when the decider had put it forward."""

    kind: ClassVar[str] = "vetting.entry_decided"
    shortlist_id: int
    entry_id: int
    round: int
    state: EntryState
    opens_stage_id: int
    preference: int | None
    own: bool


@dataclass(frozen=True, kw_only=True)
class EntryLapsed(EventData):
    """A pending entry needs no decision any more; `why` is ending, hired, requisition_closed or taken_back."""

    kind: ClassVar[str] = "vetting.entry_lapsed"
    shortlist_id: int
    entry_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class EntryRestored(EventData):
    """An entry waits again, because the ending with which it lapsed was taken back."""

    kind: ClassVar[str] = "vetting.entry_restored"
    shortlist_id: int
    entry_id: int


@dataclass(frozen=True, kw_only=True)
class ItemWaived(EventData):
    """A must-have need not be assessed for one entry."""

    kind: ClassVar[str] = "vetting.item_waived"
    shortlist_id: int
    entry_id: int
    item_id: int


@dataclass(frozen=True, kw_only=True)
class WaiverTakenBack(EventData):
    """A waived must-have is to be assessed after all."""

    kind: ClassVar[str] = "vetting.waiver_taken_back"
    shortlist_id: int
    entry_id: int
    item_id: int


@dataclass(frozen=True, kw_only=True)
class DeciderChanged(EventData):
    """Somebody else is asked to decide on a shortlist."""

    kind: ClassVar[str] = "vetting.decider_changed"
    shortlist_id: int
    decider_id: int


def about(application: Application, table: str, row_id: int) -> Subject:
    """The subject of an event of an application: shown with the requisition, the candidate and the application."""
    return Subject(
        requisition_id=application.requisition_id,
        candidate_id=application.candidate_id,
        application_id=application.id,
        table=table,
        id=row_id,
    )
