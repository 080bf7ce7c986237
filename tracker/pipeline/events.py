"""What happened to applications, as events."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.history.operations import EventData, Subject
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.states import OVERRIDE, ChangeKind, ContactChannel, ContactDirection, SourceKind


@dataclass(frozen=True, kw_only=True)
class ApplicationStarted(EventData):
    """Somebody entered the pipeline of a requisition."""

    kind: ClassVar[str] = "application.started"
    change_id: int
    stage_id: int
    source_kind: SourceKind
    happened_at: str
    transferred_from_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ApplicationMoved(EventData):
    """From one stage to another."""

    kind: ClassVar[str] = "application.moved"
    change_id: int
    change: ChangeKind
    from_stage_id: int
    to_stage_id: int
    happened_at: str
    override: bool = False


@dataclass(frozen=True, kw_only=True)
class ApplicationEnded(EventData):
    """Rejected, withdrawn or closed, with the key of the reason."""

    kind: ClassVar[str] = "application.ended"
    change_id: int
    change: ChangeKind
    stage_id: int
    reason: str
    told: bool
    happened_at: str


@dataclass(frozen=True, kw_only=True)
class ApplicationReopened(EventData):
    """Active again, in the stage it was in."""

    kind: ClassVar[str] = "application.reopened"
    change_id: int
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class ApplicationHired(EventData):
    """The offer was accepted."""

    kind: ClassVar[str] = "application.hired"
    change_id: int
    happened_at: str


@dataclass(frozen=True, kw_only=True)
class ApplicationUnhired(EventData):
    """The hire was undone."""

    kind: ClassVar[str] = "application.unhired"
    change_id: int
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class ChangeUndone(EventData):
    """A stage change was taken back."""

    kind: ClassVar[str] = "application.change_undone"
    change_id: int
    undoes_id: int
    undone: ChangeKind
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class ContactMade(EventData):
    """One word between us and the candidate."""

    kind: ClassVar[str] = "application.contact"
    contact_id: int
    direction: ContactDirection
    channel: ContactChannel


@dataclass(frozen=True, kw_only=True)
class WaitSet(EventData):
    """A person said whom or what an application waits on."""

    kind: ClassVar[str] = "application.wait_set"
    wait_id: int
    ends_at: str | None


@dataclass(frozen=True, kw_only=True)
class WaitLifted(EventData):
    """A wait that a person had set is over."""

    kind: ClassVar[str] = "application.wait_lifted"
    wait_id: int


@dataclass(frozen=True, kw_only=True)
class RecruiterAssigned(EventData):
    """Another recruiter looks after the application."""

    kind: ClassVar[str] = "application.recruiter_assigned"
    user_id: int | None
    #: The mark of the bulk action that it was part of.
    batch: str | None = None


@dataclass(frozen=True, kw_only=True)
class ImportDone(EventData):
    """People of a file were brought in: how many new, how many who were here, how many rows were left out."""

    kind: ClassVar[str] = "import.done"
    new: int
    known: int
    left_out: int


@dataclass(frozen=True, kw_only=True)
class DetailsChanged(EventData):
    """What is noted beside the evidence changed; the names of the fields."""

    kind: ClassVar[str] = "application.details_changed"
    fields: list[str]


def moved(change: StageChange) -> ApplicationMoved:
    """What a move says in the history."""
    return ApplicationMoved(
        change_id=change.id,
        change=change.kind,
        from_stage_id=change.from_stage_id or change.to_stage_id,
        to_stage_id=change.to_stage_id,
        happened_at=change.happened_at.isoformat(),
        override=change.reason == OVERRIDE,
    )


def ended(change: StageChange, *, told: bool) -> ApplicationEnded:
    """What an ending says; `told`: the candidate knows."""
    return ApplicationEnded(
        change_id=change.id,
        change=change.kind,
        stage_id=change.to_stage_id,
        reason=change.reason,
        told=told,
        happened_at=change.happened_at.isoformat(),
    )


def undone(undo: StageChange, change: StageChange) -> ChangeUndone:
    """What `undo` says, which takes `change` back."""
    return ChangeUndone(change_id=undo.id, undoes_id=change.id, undone=change.kind, to_stage_id=undo.to_stage_id)


def subject_of(application: Application) -> Subject:
    """What the events of an application are about."""
    return Subject(
        requisition_id=application.requisition_id,
        candidate_id=application.candidate_id,
        application_id=application.id,
    )


@dataclass(frozen=True, kw_only=True)
class PeopleExported(EventData):
    """Somebody took a list of a requisition's people away as a file; how many were on it."""

    kind: ClassVar[str] = "pipeline.exported"
    people: int
    format: str
