"""The stages of one requisition: names, limits, order, what asks for an approval; added and removed."""

import re
from collections.abc import Sequence

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotVisible, Refused
from tracker.core.registry import get_registry
from tracker.core.templating import plural
from tracker.history.operations import record
from tracker.requisitions import events
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations import announce, check_version, lock_requisition, refuse_while_pending, touch
from tracker.requisitions.queries import stages_of
from tracker.requisitions.states import Phase, StageKind

LONGEST_NAME = 40
LONGEST_LIMIT = 90
MOST_STAGES = 20
#: The product itself leads people into these, so every requisition has them.
NEEDED = frozenset({StageKind.SHORTLISTED, StageKind.PREPARING_OFFER, StageKind.OFFER_EXTENDED})
#: What a stage that is added may be for, by phase.
ADDABLE: dict[Phase, tuple[StageKind, ...]] = {
    Phase.SOURCING: (StageKind.OTHER,),
    Phase.VETTING: (StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW, StageKind.OTHER),
    Phase.OFFER: (StageKind.OTHER,),
}


def add_stage(
    requisition: Requisition,
    *,
    actor: User,
    name: str,
    phase: Phase,
    kind: StageKind = StageKind.OTHER,
    limit_days: int | None = None,
    requires_approval: bool = False,
) -> Stage:
    """Add a stage: in sourcing and vetting at the end of the phase (before Shortlisted), in offer before the extension.

    `limit_days` are working days, None for no limit. A stage that was removed under the same name comes back.
    Raises Refused with `fields` for what cannot be kept.
    """
    requisition = _open_stages(requisition)
    stages = stages_of(requisition)
    name = _tidy(requisition, name, limit_days)
    if kind not in ADDABLE[phase]:
        raise Refused(
            f"{phase.label} has no such stage.", fields={"kind": "Choose what this stage is for in its phase."}
        )
    if len(stages) >= MOST_STAGES:
        raise Refused(f"A requisition has at most {MOST_STAGES} stages.", needed=("Remove one first.",))
    key = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "stage"
    known = next((stage for stage in requisition.stages if stage.key == key), None)
    if known is not None and known.retired_at is None:
        key, known = f"{key}_{len(requisition.stages) + 1}", None
    stage = known or Stage(key=key, position=0)
    stage.name, stage.phase, stage.kind = name, phase, kind
    stage.limit_days, stage.requires_approval, stage.retired_at = limit_days, requires_approval, None
    if known is None:
        requisition.stages.append(stage)
    # The new stage stands before the first that the product needs in this phase, else at the phase's end.
    before = next((entry for entry in stages if entry.phase is phase and entry.kind in _AFTER_NEW), None)
    after = [entry for entry in stages if entry.phase.position <= phase.position]
    index = stages.index(before) if before else len(after)
    stages.insert(index, stage)
    _number(stages)
    # The event names the stage by its id.
    db.session.flush()
    _changed(requisition, actor=actor, added=[stage.id])
    return stage


_AFTER_NEW = frozenset({StageKind.SHORTLISTED, StageKind.OFFER_EXTENDED})


def change_stage(
    stage: Stage, *, expected: int | None, actor: User, name: str, limit_days: int | None, requires_approval: bool
) -> None:
    """Rename a stage, set its limit in working days (None: no limit), and whether entering asks for an approval.

    `expected` is the requisition's version on the page. Raises Conflict for another one, Refused with `fields`.
    """
    requisition = _open_stages(stage.requisition)
    check_version(requisition, expected)
    stage = stage_of(requisition, stage.id)
    name = _tidy(requisition, name, limit_days, but=stage)
    if (stage.name, stage.limit_days, stage.requires_approval) == (name, limit_days, requires_approval):
        return
    stage.name, stage.limit_days, stage.requires_approval = name, limit_days, requires_approval
    _changed(requisition, actor=actor, changed=[stage.id])


def remove_stage(stage: Stage, *, actor: User) -> None:
    """Let nobody enter a stage any more; its history stays.

    Raises Refused while somebody is in it, for the last of its phase, and for the stages that the product needs.
    """
    requisition = _open_stages(stage.requisition)
    stage = stage_of(requisition, stage.id)
    people = active_in(requisition, stage)
    if people:
        raise Refused(
            f"{plural(people, 'person is', 'people are')} in {stage.name}.",
            needed=("Move them to another stage first.",),
        )
    if stage.kind in NEEDED:
        raise Refused(f"{stage.name} cannot be removed: shortlists and offers lead there. It can be renamed.")
    if sum(entry.phase is stage.phase for entry in stages_of(requisition)) == 1:
        raise Refused(f"{stage.phase.label} needs at least one stage.", needed=("Add another one first.",))
    stage.retired_at = clock.now()
    _number(stages_of(requisition))
    _changed(requisition, actor=actor, removed=[stage.id])


def move_stage(stage: Stage, by: int, *, actor: User) -> None:
    """Move a stage up (`by` -1) or down (1) within its phase; at the phase's end nothing happens.

    Raises Refused when the offer would be extended before it is prepared.
    """
    requisition = _open_stages(stage.requisition)
    stage = stage_of(requisition, stage.id)
    stages = stages_of(requisition)
    index = stages.index(stage)
    target = index + by
    if not 0 <= target < len(stages) or stages[target].phase is not stage.phase:
        return
    stages.insert(target, stages.pop(index))
    kinds = [entry.kind for entry in stages]
    if kinds.index(StageKind.PREPARING_OFFER) > kinds.index(StageKind.OFFER_EXTENDED):
        raise Refused("An offer is prepared before it is extended.")
    _number(stages)
    _changed(requisition, actor=actor)


def stage_of(requisition: Requisition, stage_id: int) -> Stage:
    """A stage of the requisition that people can enter; raises NotVisible otherwise."""
    for stage in stages_of(requisition):
        if stage.id == stage_id:
            return stage
    raise NotVisible("This stage is not there any more.")


def active_in(requisition: Requisition, stage: Stage) -> int:
    """How many people are in a stage now, as the pipeline says."""
    for figures in get_registry().pipeline_figures:
        found = figures([requisition.id], None).get(requisition.id)
        if found is not None:
            return found.active.get(stage.id, 0)
    return 0


def _open_stages(requisition: Requisition) -> Requisition:
    requisition = lock_requisition(requisition.id)
    refuse_while_pending(requisition)
    db.session.refresh(requisition, ["stages"])
    return requisition


def _tidy(requisition: Requisition, name: str, limit_days: int | None, *, but: Stage | None = None) -> str:
    name = name.strip()
    wrong: dict[str, str] = {}
    if not name:
        wrong["name"] = "Name the stage."
    elif len(name) > LONGEST_NAME:
        wrong["name"] = f"Keep the name to {LONGEST_NAME} characters."
    elif name.casefold() in {stage.name.casefold() for stage in stages_of(requisition) if stage is not but}:
        wrong["name"] = "Another stage has this name."
    if limit_days is not None and not 1 <= limit_days <= LONGEST_LIMIT:
        wrong["limit_days"] = f"Give working days from 1 to {LONGEST_LIMIT}, or nothing for no limit."
    if wrong:
        raise Refused("The stage cannot be kept like this.", fields=wrong)
    return name


def _number(stages: Sequence[Stage]) -> None:
    for position, stage in enumerate(stages, start=1):
        stage.position = position


def _changed(
    requisition: Requisition,
    *,
    actor: User,
    added: Sequence[int] = (),
    changed: Sequence[int] = (),
    removed: Sequence[int] = (),
) -> None:
    data = events.StagesChanged(
        added=list(added),
        changed=list(changed),
        removed=list(removed),
        reordered=not (added or changed or removed),
    )
    record(data, events.about(requisition), actor=actor)
    touch(requisition)
    announce(requisition)
    # The relationship is read in the order of positions, which were just written.
    db.session.expire(requisition, ["stages"])
