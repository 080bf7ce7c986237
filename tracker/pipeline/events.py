"""What happened to applications, as events, and how those read in a timeline."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.core.db import db
from tracker.core.templating import listing, plural
from tracker.history import sentences
from tracker.history.models import Event
from tracker.history.operations import EventData, Subject
from tracker.pipeline.models import Application
from tracker.pipeline.states import ChangeKind, ContactChannel, ContactDirection, SourceKind, reason_label
from tracker.requisitions.models import Requisition, Stage


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


def subject_of(application: Application) -> Subject:
    """What the events of an application are about."""
    return Subject(
        requisition_id=application.requisition_id,
        candidate_id=application.candidate_id,
        application_id=application.id,
    )


def _stage(stage_id: int | None) -> str:
    stage = db.session.get(Stage, stage_id) if stage_id else None
    return stage.name if stage else "a stage that is gone"


def _requisition(event: Event) -> str:
    requisition = db.session.get(Requisition, event.requisition_id) if event.requisition_id else None
    return requisition.number if requisition else "a requisition"


def _started(event: Event) -> str:
    how = {"sourced": "sourced for", "applied": "entered an application for", "referred": "took in a referral for"}
    kind = how.get(event.data["source_kind"], "added to")
    text = f"{kind} {_requisition(event)}, in {_stage(event.data['stage_id'])}"
    return f"{text}, from another requisition" if event.data.get("transferred_from_id") else text


def _moved(event: Event) -> str:
    verb = {"skip": "moved, skipping,", "back": "moved back"}.get(event.data["change"], "moved")
    text = f"{verb} from {_stage(event.data['from_stage_id'])} to {_stage(event.data['to_stage_id'])}"
    return f"{text}, overriding the gate" if event.data.get("override") else text


def _ended(event: Event) -> str:
    kind = ChangeKind(event.data["change"])
    verb = {
        ChangeKind.REJECT: "rejected",
        ChangeKind.WITHDRAW: "recorded the withdrawal",
        ChangeKind.CLOSE: "closed the application",
    }[kind]
    reason = reason_label(kind, event.data["reason"]).lower()
    told = ", candidate told" if event.data["told"] else ""
    return f"{verb} in {_stage(event.data['stage_id'])}: {reason}{told}"


def _reopened(event: Event) -> str:
    return f"reopened the application, in {_stage(event.data['stage_id'])}"


def _hired(event: Event) -> str:
    return f"hired for {_requisition(event)}"


def _unhired(event: Event) -> str:
    return f"undid the hire; back in {_stage(event.data['stage_id'])}"


def _undone(event: Event) -> str:
    what = {
        "reject": "the rejection",
        "withdraw": "the withdrawal",
        "close": "the closing",
        "reopen": "the reopening",
    }.get(event.data["undone"], "the move")
    return f"undid {what}; back in {_stage(event.data['to_stage_id'])}"


def _contact(event: Event) -> str:
    channel = ContactChannel(event.data["channel"])
    by = "" if channel is ContactChannel.OTHER else f" ({channel.label})"
    if event.data["direction"] == ContactDirection.IN:
        return f"recorded an answer{by}"
    return f"made contact{by}"


def _wait_set(_event: Event) -> str:
    return "noted what the application waits on"


def _wait_lifted(_event: Event) -> str:
    return "ended the wait"


def _assigned(event: Event) -> str:
    return "changed the recruiter" if event.data["user_id"] else "left the application without a recruiter"


def _import_done(event: Event) -> str:
    count = event.data["new"] + event.data["known"]
    text = f"imported {plural(count, 'person', 'people')} into {_requisition(event)} from a file"
    return f"{text}, {plural(event.data['left_out'], 'line')} left out" if event.data["left_out"] else text


_FIELDS = {
    "salary_wish": "salary wish",
    "salary_currency": "currency",
    "notice": "notice",
    "work_permit": "work permit",
    "competing_deadline": "deadline of another offer",
    "source": "source",
    "recruiter_id": "recruiter",
}


def _details(event: Event) -> str:
    return f"noted {listing(_FIELDS.get(name, name) for name in event.data['fields'])}"


def tell() -> None:
    """Say how these events read."""
    stage, moved = {"stage_id": Stage}, {"from_stage_id": Stage, "to_stage_id": Stage}
    sentences.add(ApplicationStarted.kind, _started, refers_to={"stage_id": Stage, "requisition_id": Requisition})
    sentences.add(ApplicationMoved.kind, _moved, refers_to=moved)
    sentences.add(ApplicationEnded.kind, _ended, refers_to=stage)
    sentences.add(ApplicationReopened.kind, _reopened, refers_to=stage)
    sentences.add(ApplicationHired.kind, _hired, refers_to={"requisition_id": Requisition})
    sentences.add(ApplicationUnhired.kind, _unhired, refers_to=stage)
    sentences.add(ChangeUndone.kind, _undone, refers_to={"to_stage_id": Stage})
    sentences.add(ContactMade.kind, _contact)
    sentences.add(WaitSet.kind, _wait_set)
    sentences.add(WaitLifted.kind, _wait_lifted)
    sentences.add(DetailsChanged.kind, _details)
    sentences.add(RecruiterAssigned.kind, _assigned)
    sentences.add(ImportDone.kind, _import_done, refers_to={"requisition_id": Requisition})
