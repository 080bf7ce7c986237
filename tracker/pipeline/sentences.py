"""How the events of applications read in a timeline: what their actor did, to whom."""

from tracker.accounts.models import User
from tracker.candidates.models import Candidate
from tracker.core.db import db
from tracker.core.templating import listing, plural
from tracker.history import sentences
from tracker.history.models import Event
from tracker.pipeline import events
from tracker.pipeline.states import ChangeKind, ContactChannel, ContactDirection, reason_label
from tracker.requisitions.models import Requisition, Stage

_FIELDS = {
    "salary_wish": "salary wish",
    "salary_currency": "currency",
    "notice": "notice",
    "work_permit": "work permit",
    "competing_deadline": "deadline of another offer",
    "source": "source",
}


def _name(event: Event) -> str:
    candidate = db.session.get(Candidate, event.candidate_id) if event.candidate_id else None
    return candidate.name if candidate else "somebody"


def _stage(stage_id: int | None) -> str:
    stage = db.session.get(Stage, stage_id) if stage_id else None
    return stage.name if stage else "a stage that is gone"


def _requisition(event: Event) -> str:
    requisition = db.session.get(Requisition, event.requisition_id) if event.requisition_id else None
    return requisition.number if requisition else "a requisition"


def _started(event: Event) -> str:
    name, number = _name(event), _requisition(event)
    text = {
        "sourced": f"found {name} for {number}",
        "applied": f"took in the application of {name} for {number}",
        "referred": f"took in {name} for {number}, on a referral",
    }[event.data["source_kind"]]
    text = f"{text}, in {_stage(event.data['stage_id'])}"
    return f"{text}, from another requisition" if event.data.get("transferred_from_id") else text


def _moved(event: Event) -> str:
    verb = "moved back" if event.data["change"] == ChangeKind.BACK else "moved"
    text = f"{verb} {_name(event)} from {_stage(event.data['from_stage_id'])} to {_stage(event.data['to_stage_id'])}"
    if event.data["change"] == ChangeKind.SKIP:
        text = f"{text}, skipping what lies between"
    return f"{text}, and overrode the gate" if event.data.get("override") else text


def _ended(event: Event) -> str:
    kind, name = ChangeKind(event.data["change"]), _name(event)
    verb = {
        ChangeKind.REJECT: f"rejected {name}",
        ChangeKind.WITHDRAW: f"recorded that {name} withdrew",
        ChangeKind.CLOSE: f"closed the application of {name}",
    }[kind]
    told = ", and told them" if event.data["told"] else ""
    return f"{verb}, in {_stage(event.data['stage_id'])}: {reason_label(kind, event.data['reason'])}{told}"


def _reopened(event: Event) -> str:
    return f"reopened the application of {_name(event)}, in {_stage(event.data['stage_id'])}"


def _hired(event: Event) -> str:
    return f"hired {_name(event)} for {_requisition(event)}"


def _unhired(event: Event) -> str:
    return f"undid the hire of {_name(event)}, who is back in {_stage(event.data['stage_id'])}"


def _undone(event: Event) -> str:
    what = {
        "reject": "the rejection",
        "withdraw": "the withdrawal",
        "close": "the closing",
        "reopen": "the reopening",
    }.get(event.data["undone"], "the move")
    return f"undid {what} of {_name(event)}, who is back in {_stage(event.data['to_stage_id'])}"


def _contact(event: Event) -> str:
    channel = ContactChannel(event.data["channel"])
    by = "" if channel is ContactChannel.OTHER else f" ({channel.label})"
    if event.data["direction"] == ContactDirection.IN:
        return f"recorded an answer of {_name(event)}{by}"
    return f"recorded contact with {_name(event)}{by}"


def _wait_set(event: Event) -> str:
    return f"noted what {_name(event)} waits on"


def _wait_lifted(event: Event) -> str:
    return f"ended the wait of {_name(event)}"


def _assigned(event: Event) -> str:
    user = db.session.get(User, event.data["user_id"]) if event.data["user_id"] else None
    return f"gave {_name(event)} to {user.name if user else 'the requisition’s first recruiter'}"


def _details(event: Event) -> str:
    fields = listing(_FIELDS.get(name, name) for name in event.data["fields"])
    return f"noted of {_name(event)}: {fields}"


def _import_done(event: Event) -> str:
    count = event.data["new"] + event.data["known"]
    text = f"imported {plural(count, 'person', 'people')} into {_requisition(event)} from a file"
    return f"{text}, {plural(event.data['left_out'], 'line')} left out" if event.data["left_out"] else text


def _exported(event: Event) -> str:
    return f"took a list of {plural(event.data['people'], 'person', 'people')} away as a file"


def register_sentences() -> None:
    """Say how these events read."""
    who = {"candidate_id": Candidate}
    where = {**who, "stage_id": Stage}
    which = {"requisition_id": Requisition}
    sentences.add(events.ApplicationStarted.kind, _started, refers_to={**where, **which})
    sentences.add(events.ApplicationMoved.kind, _moved, refers_to={**who, "from_stage_id": Stage, "to_stage_id": Stage})
    sentences.add(events.ApplicationEnded.kind, _ended, refers_to=where)
    sentences.add(events.ApplicationReopened.kind, _reopened, refers_to=where)
    sentences.add(events.ApplicationHired.kind, _hired, refers_to={**who, **which})
    sentences.add(events.ApplicationUnhired.kind, _unhired, refers_to=where)
    sentences.add(events.ChangeUndone.kind, _undone, refers_to={**who, "to_stage_id": Stage})
    sentences.add(events.ContactMade.kind, _contact, refers_to=who)
    sentences.add(events.WaitSet.kind, _wait_set, refers_to=who)
    sentences.add(events.WaitLifted.kind, _wait_lifted, refers_to=who)
    sentences.add(events.DetailsChanged.kind, _details, refers_to=who)
    sentences.add(events.RecruiterAssigned.kind, _assigned, refers_to={**who, "user_id": User})
    sentences.add(events.ImportDone.kind, _import_done, refers_to=which)
    sentences.add(events.PeopleExported.kind, _exported)
