"""How the events of vetting read."""

from datetime import datetime

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.templating import format_when, reader_zone
from tracker.history import sentences
from tracker.history.models import Event
from tracker.requisitions.models import ChecklistItem, Stage
from tracker.vetting import events
from tracker.vetting.models import Interview
from tracker.vetting.states import EntryState


def register() -> None:
    """Say how each kind reads."""
    interview = {"interview_id": Interview}
    seated = {**interview, "assessor_ids": User}
    sentences.add(events.InterviewPlanned.kind, _planned, refers_to=seated)
    sentences.add(events.InterviewChanged.kind, _changed, refers_to=seated)
    sentences.add(events.InterviewHeld.kind, _held, refers_to=interview)
    sentences.add(events.InterviewCancelled.kind, _cancelled, refers_to=interview)
    sentences.add(events.InterviewResumed.kind, _resumed, refers_to=interview)
    sentences.add(events.ScorecardSubmitted.kind, _submitted)
    sentences.add(events.ScorecardWithdrawn.kind, _withdrawn, refers_to={"assessor_id": User})
    sentences.add(events.EntrySubmitted.kind, _put_forward, refers_to={"opens_stage_id": Stage, "decider_id": User})
    sentences.add(events.EntryDecided.kind, _decided, refers_to={"opens_stage_id": Stage})
    sentences.add(events.EntryLapsed.kind, _lapsed)
    sentences.add(events.EntryRestored.kind, _restored)
    sentences.add(events.ItemWaived.kind, _waived, refers_to={"item_id": ChecklistItem})
    sentences.add(events.WaiverTakenBack.kind, _waiver_back, refers_to={"item_id": ChecklistItem})
    sentences.add(events.DeciderChanged.kind, _decider_changed, refers_to={"decider_id": User})


def _interview(event: Event) -> str:
    interview = db.session.get(Interview, event.data["interview_id"])
    return interview.title if interview else "an interview"


def _name(user_id: int) -> str:
    user = db.session.get(User, user_id)
    return user.name if user else "somebody"


def _stage(event: Event) -> str:
    stage = db.session.get(Stage, event.data["opens_stage_id"])
    return stage.name if stage else "the next stage"


def _item(event: Event) -> str:
    item = db.session.get(ChecklistItem, event.data["item_id"])
    return item.title if item else "a skill"


def _when(event: Event) -> str:
    if not event.data["starts_at"]:
        return ""
    zone = reader_zone()
    at = datetime.fromisoformat(event.data["starts_at"])
    return f" for {format_when(at, zone, today=clock.now().astimezone(zone).date())}"


def _people(event: Event) -> str:
    return ", ".join(_name(user_id) for user_id in event.data["assessor_ids"])


def _planned(event: Event) -> str:
    return f"planned {_interview(event)}{_when(event)} with {_people(event)}"


def _changed(event: Event) -> str:
    return f"changed {_interview(event)}: now{_when(event) or ' without a time'} with {_people(event)}"


def _held(event: Event) -> str:
    return f"recorded that {_interview(event)} was held"


def _cancelled(event: Event) -> str:
    why = " with the application" if event.data.get("by_ending") else ""
    return f"cancelled {_interview(event)}{why}"


def _resumed(event: Event) -> str:
    return f"planned {_interview(event)} again"


def _submitted(_event: Event) -> str:
    return "submitted a scorecard"


def _withdrawn(event: Event) -> str:
    own = event.data["assessor_id"] == event.actor_id
    return "took their scorecard back" if own else f"gave {_name(event.data['assessor_id'])} their scorecard back"


def _put_forward(event: Event) -> str:
    again = " again" if event.data["round"] > 1 else ""
    return f"put them forward{again} for {_stage(event)}, for {_name(event.data['decider_id'])} to decide"


def _decided(event: Event) -> str:
    words = {
        EntryState.APPROVED: f"approved them for {_stage(event)}",
        EntryState.DECLINED: f"declined them for {_stage(event)}",
        EntryState.MORE_WANTED: f"asked for more before deciding on {_stage(event)}",
    }[EntryState(event.data["state"])]
    if event.data.get("preference"):
        words += f", as number {event.data['preference']}"
    return f"{words} (decided by the submitter)" if event.data.get("own") else words


def _lapsed(event: Event) -> str:
    return {
        "ending": "ended the application; the shortlist entry lapsed",
        "hired": "hired them; the shortlist entry lapsed",
        "requisition_closed": "closed the requisition; the shortlist entry lapsed",
    }.get(event.data["why"], "took them off the shortlist")


def _restored(_event: Event) -> str:
    return "took the ending back; the shortlist entry waits again"


def _waived(event: Event) -> str:
    return f"waived {_item(event)}"


def _waiver_back(event: Event) -> str:
    return f"asked for {_item(event)} to be assessed after all"


def _decider_changed(event: Event) -> str:
    return f"asked {_name(event.data['decider_id'])} to decide"
