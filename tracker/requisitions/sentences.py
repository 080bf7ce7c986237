"""How the events of requisitions read."""

from collections.abc import Callable, Mapping
from datetime import datetime

from tracker.accounts.models import User
from tracker.core.db import Base, db
from tracker.core.templating import listing, plural
from tracker.history import sentences
from tracker.history.models import Event
from tracker.requisitions import events
from tracker.requisitions.models import ChecklistItem, Stage, TemplateStage
from tracker.requisitions.states import Phase, RequisitionState, RoleProfileKey, TeamPart

#: Facts by the words that a history uses.
FIELD_WORDS = {
    "title": "the title",
    "team": "the team",
    "workplace": "the workplace",
    "location": "the location",
    "regions": "the regions",
    "overlap_timezone": "the time zone to share hours with",
    "overlap_hours": "the hours to share",
    "engagement": "employee or contractor",
    "salary_from": "the salary range",
    "salary_to": "the salary range",
    "currency": "the currency",
    "target_days": "the target",
    "description": "the description",
    "confidential": "who can see it",
}
STATE_SENTENCES = {
    (RequisitionState.DRAFT, RequisitionState.PENDING_APPROVAL): "submitted the requisition for approval",
    (RequisitionState.DRAFT, RequisitionState.OPEN): "opened the requisition",
    (RequisitionState.PENDING_APPROVAL, RequisitionState.OPEN): "opened the requisition",
    (RequisitionState.PENDING_APPROVAL, RequisitionState.DRAFT): "made the requisition a draft again",
    (RequisitionState.OPEN, RequisitionState.ON_HOLD): "put the requisition on hold",
    (RequisitionState.ON_HOLD, RequisitionState.OPEN): "resumed the requisition",
    (RequisitionState.FILLED, RequisitionState.OPEN): "reopened the filled requisition",
    (RequisitionState.CANCELLED, RequisitionState.OPEN): "reopened the cancelled requisition",
    (RequisitionState.CANCELLED, RequisitionState.DRAFT): "made the cancelled requisition a draft again",
}


#: What was done with rows of a list, by the field of the event that names them.
VERBS = {
    "added": "added {names} to {what}",
    "changed": "changed {names} on {what}",
    "removed": "took {names} off {what}",
    "restored": "brought {names} back to {what}",
}
STAGE_VERBS = VERBS | {"removed": "retired {names}"}


def register_sentences() -> None:
    """Say how each kind reads."""
    users, items = {"user_id": User}, _each(ChecklistItem)
    sentences.add(events.RequisitionCreated.kind, _created)
    sentences.add(events.RequisitionEdited.kind, _edited)
    sentences.add(events.RequisitionStateChanged.kind, _state_changed)
    sentences.add(events.OpeningAdded.kind, _opening_added)
    sentences.add(events.OpeningCancelled.kind, _opening_cancelled)
    sentences.add(events.OpeningFilled.kind, _opening_filled)
    sentences.add(events.OpeningReopened.kind, _opening_reopened)
    sentences.add(events.ChecklistChanged.kind, _checklist_changed, refers_to=items)
    sentences.add(events.StagesChanged.kind, _stages_changed, refers_to=_each(Stage))
    sentences.add(events.StageEdited.kind, _stage_edited)
    sentences.add(events.TemplateStagesChanged.kind, _template_changed, refers_to=_each(TemplateStage))
    sentences.add(events.TemplateStageEdited.kind, _stage_edited)
    sentences.add(events.TeamMemberAdded.kind, _member_added, refers_to=users)
    sentences.add(events.TeamMemberRemoved.kind, _member_removed, refers_to=users)


def _each(model: type[Base]) -> Mapping[str, type[Base]]:
    return dict.fromkeys(VERBS, model)


def _name(user_id: int) -> str:
    user = db.session.get(User, user_id)
    return user.name if user else "somebody"


def _created(event: Event) -> str:
    role = RoleProfileKey(event.data["role"]).label
    return f"wrote down this requisition for {plural(event.data['openings'], role)}"


def _edited(event: Event) -> str:
    words = dict.fromkeys(FIELD_WORDS.get(field, field) for field in event.data["fields"])
    return f"changed {listing(words)}"


def _state_changed(event: Event) -> str:
    before, after = RequisitionState(event.data["before"]), RequisitionState(event.data["after"])
    if after is RequisitionState.FILLED:
        text = "filled the requisition"
    elif after is RequisitionState.CANCELLED:
        text = "cancelled the requisition"
    else:
        text = STATE_SENTENCES.get((before, after), f"made the requisition {after.label}")
    happened_at = event.data.get("happened_at")
    if happened_at:
        day = datetime.fromisoformat(happened_at).date()
        if day != event.at.date():
            text += f", as of {day.day} {day:%B %Y}"
    return text


def _opening_added(event: Event) -> str:
    return f"added opening {event.data['position']}"


def _opening_cancelled(event: Event) -> str:
    return f"gave up opening {event.data['position']}"


def _opening_filled(event: Event) -> str:
    return f"filled opening {event.data['position']}"


def _opening_reopened(event: Event) -> str:
    why = " after a hire was undone" if event.data["voided"] else ""
    return f"opened opening {event.data['position']} again{why}"


def _checklist_changed(event: Event) -> str:
    def titles(ids: list[int]) -> list[str]:
        return [item.title if (item := db.session.get(ChecklistItem, number)) else "an item" for number in ids]

    return _changes(event, "the checklist", titles)


def _stages_changed(event: Event) -> str:
    def names(ids: list[int]) -> list[str]:
        return [stage.name if (stage := db.session.get(Stage, number)) else "a stage" for number in ids]

    return _changes(event, "the stages", names, STAGE_VERBS)


def _template_changed(event: Event) -> str:
    def names(ids: list[int]) -> list[str]:
        return [stage.name if (stage := db.session.get(TemplateStage, number)) else "a stage" for number in ids]

    return _changes(event, "the template", names, STAGE_VERBS)


def _stage_edited(event: Event) -> str:
    """With the names of then: a history that spoke of the present one only would hide that it was renamed."""
    data = event.data
    said = []
    if data["name"] != data["name_before"]:
        said.append(f"renamed the stage {data['name_before']} to {data['name']}")
    name = data["name"]
    if data["limit"] != data["limit_before"]:
        limit = plural(data["limit"], "working day") if data["limit"] else "none"
        said.append(f"set the limit of {name} to {limit}")
    if data["gate"] != data["gate_before"]:
        text = "let people into {} by an approved shortlist entry only" if data["gate"] else "opened {} to everybody"
        said.append(text.format(name))
    if data["phase"] != data["phase_before"]:
        said.append(f"put the stage {name} into {Phase(data['phase']).label.lower()}")
    return listing(said)


def _changes(event: Event, what: str, name: Callable[[list[int]], list[str]], verbs: Mapping[str, str] = VERBS) -> str:
    said = [
        verb.format(names=listing(name(event.data[key])), what=what)
        for key, verb in verbs.items()
        if event.data.get(key)
    ]
    return listing(said) if said else f"put {what} in another order"


def _member_added(event: Event) -> str:
    return f"added {_name(event.data['user_id'])} to the hiring team as {TeamPart(event.data['part']).label}"


def _member_removed(event: Event) -> str:
    return f"took {_name(event.data['user_id'])} out of the hiring team as {TeamPart(event.data['part']).label}"
