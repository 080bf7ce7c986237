"""Stages, the organisation's and a requisition's: added, changed, put in order, retired and brought back."""

from collections.abc import Mapping, Sequence

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.templating import plural
from tracker.history.operations import record
from tracker.requisitions import events
from tracker.requisitions.models import Requisition, Stage, StageTemplate, TemplateStage
from tracker.requisitions.operations import check_version, faster
from tracker.requisitions.stage_owners import (
    AnyStage,
    Owner,
    changed,
    edit,
    last_event_of,
    lock_owner,
    owner_of,
    people_in,
    stage_of,
    stages_in,
    subject_of,
)
from tracker.requisitions.stage_rules import (
    MOST_STAGES,
    addable,
    check_layout,
    key_for,
    number_stages,
    phase_refusal,
    tidy_stage,
    with_new,
)
from tracker.requisitions.stage_templates import find_template
from tracker.requisitions.states import Phase, StageKind


def add_stage(
    owner: Owner,
    *,
    actor: User,
    name: str,
    phase: Phase,
    kind: StageKind = StageKind.OTHER,
    limit_days: int | None = None,
    requires_approval: bool = False,
) -> AnyStage:
    """Add a stage: in sourcing and vetting at the end of the phase (before Shortlisted), in offer before the extension.

    `limit_days` are working days, None for no limit. A stage that was retired under the same name comes back; one that
    the organisation's template names the same is counted with it. Raises Refused with `fields` for what cannot be kept.
    """
    owner = lock_owner(owner)
    stages = stages_in(owner)
    name = tidy_stage(stages, name, limit_days, but=None)
    if kind not in addable(stages, phase):
        raise Refused(
            f"{phase.label} takes no such stage.",
            fields={"kind": f"There is one for “{kind.label}” already, or it belongs to another phase."},
        )
    _check_number(stages)
    _check_gate(owner, phase, requires_approval, actor)
    known = next((each for each in owner.stages if each.retired_at and each.name.casefold() == name.casefold()), None)
    if known is not None and known.kind is kind:
        if known.phase is not phase:
            _check_unseen(known, phase)
        stage = known
    else:
        stage = _new(owner, key=_key(owner, name, kind), kind=kind)
    stage.name, stage.phase, stage.limit_days, stage.requires_approval = name, phase, limit_days, requires_approval
    stage.retired_at = None
    number_stages(owner.stages, with_new(stages, stage))
    # The event names the stage by its id.
    db.session.flush()
    _changed(owner, actor=actor, added=[stage.id])
    return stage


def change_stage(
    stage: AnyStage, *, expected: int | None, actor: User, name: str, limit_days: int | None, requires_approval: bool
) -> None:
    """Rename a stage, set its limit in working days (None: no limit), and whether entering asks for an approval.

    `expected` is the stage's version on the page. Raises Conflict, saying who did what, for another one and for a stage
    that was retired; Refused with `fields`.
    """
    owner, stage = _lock(stage)
    if stage.retired_at is not None or expected not in {None, stage.version}:
        raise faster(last_event_of(owner, stage), stage.name)
    name = tidy_stage(stages_in(owner), name, limit_days, but=stage)
    if requires_approval != stage.requires_approval:
        _check_gate(owner, stage.phase, requires_approval, actor)
    if edit(owner, stage, actor=actor, name=name, limit_days=limit_days, requires_approval=requires_approval):
        changed(owner)


def move_stage(stage: AnyStage, by: int, *, actor: User) -> None:
    """Move a stage up (`by` -1) or down (1) by one; from the end of its phase into the next one. At the very ends
    nothing happens.

    Raises Refused when its kind does not belong there, and as `order_stages` does.
    """
    owner, stage = _lock(stage)
    lines = {phase: [each.id for each in stages_in(owner) if each.phase is phase] for phase in Phase}
    line = lines[stage.phase]
    index = line.index(stage.id)
    target = index + by
    if 0 <= target < len(line):
        line.insert(target, line.pop(index))
    else:
        phases = list(Phase)
        place = phases.index(stage.phase) + by
        if not 0 <= place < len(phases) or not by:
            return
        line.remove(stage.id)
        other = lines[phases[place]]
        other.insert(0 if by > 0 else len(other), stage.id)
    _arrange(owner, lines, actor=actor)


def order_stages(owner: Owner, order: Mapping[Phase, Sequence[int]], *, expected: int | None, actor: User) -> None:
    """Put the stages in this order of ids, by phase.

    Raises Conflict for another version of the owner; Refused when the ids are not exactly those of its stages, when a
    stage's kind does not belong into its phase, and when people would come into the offer phase unseen.
    """
    owner = lock_owner(owner)
    if isinstance(owner, Requisition):
        check_version(owner, expected)
    elif expected not in {None, owner.version}:
        raise faster(last_event_of(owner, None), f"the template for {owner.role.label}")
    _arrange(owner, order, actor=actor)


def retire_stage(stage: AnyStage, *, actor: User, people_stay: bool = False) -> None:
    """Let nobody enter a stage any more; its history stays, and so do its people when `people_stay`.

    Raises Refused while somebody is in it otherwise, and when the product or a phase cannot be without it; Conflict,
    saying who did it, when it is retired already.
    """
    owner, stage = _lock(stage)
    if stage.retired_at is not None:
        raise faster(last_event_of(owner, stage), stage.name)
    people = people_in(stage)
    if people and not people_stay:
        raise Refused(
            f"{plural(people, 'person is', 'people are')} in {stage.name}.",
            needed=("Say to which stage they go, or that they stay until they move on.",),
        )
    rest = [each for each in stages_in(owner) if each is not stage]
    check_layout(rest)
    stage.retired_at = clock.now()
    stage.version += 1
    number_stages(owner.stages, rest)
    _changed(owner, actor=actor, removed=[stage.id])


def restore_stage(stage: AnyStage, *, actor: User) -> None:
    """Let people enter a retired stage again, where it stood. Raises Refused when another one took its name or part."""
    owner = lock_owner(owner_of(stage))
    stages = stages_in(owner)
    stage = next((each for each in owner.stages if each.id == stage.id), stage)
    if stage.retired_at is None:
        return
    tidy_stage(stages, stage.name, stage.limit_days, but=None)
    _check_number(stages)
    line = sorted([*stages, stage], key=lambda each: (each.phase.position, each.position))
    check_layout(line)
    stage.retired_at = None
    stage.version += 1
    number_stages(owner.stages, line)
    _changed(owner, actor=actor, restored=[stage.id])


def _arrange(owner: Owner, order: Mapping[Phase, Sequence[int]], *, actor: User) -> None:
    there = {stage.id: stage for stage in stages_in(owner)}
    wanted = [(phase, there.get(number)) for phase in Phase for number in order.get(phase, ())]
    line = [stage for _phase, stage in wanted if stage is not None]
    if sorted(stage.id for stage in line) != sorted(there) or len(line) != len(wanted):
        raise Refused("The order does not name every stage once.", needed=("Load the page again.",))
    moved = [(phase, stage) for phase, stage in wanted if stage is not None and stage.phase is not phase]
    for phase, stage in moved:
        refusal = phase_refusal(stage, phase)
        if refusal:
            raise Refused(refusal)
        _check_unseen(stage, phase)
    if line == list(there.values()) and not moved:
        return
    for phase, stage in moved:
        edit(
            owner,
            stage,
            actor=actor,
            name=stage.name,
            limit_days=stage.limit_days,
            # Whoever enters the offer phase was approved; an admin may open a stage of it afterwards.
            requires_approval=stage.requires_approval or phase is Phase.OFFER,
            phase=phase,
        )
    check_layout(line)
    number_stages(owner.stages, line)
    if moved:
        changed(owner)
    else:
        _changed(owner, actor=actor)


def _check_number(stages: Sequence[AnyStage]) -> None:
    if len(stages) >= MOST_STAGES:
        raise Refused(f"There are at most {MOST_STAGES} stages.", needed=("Retire one first.",))


def _check_unseen(stage: AnyStage, phase: Phase) -> None:
    """Nobody comes into the offer phase because their stage does."""
    people = people_in(stage) if phase is Phase.OFFER else 0
    if people:
        raise Refused(
            f"{plural(people, 'person is', 'people are')} in {stage.name}, and would come into the offer phase "
            "without an approval.",
            needed=("Move them to another stage first.",),
        )


def _check_gate(owner: Owner, phase: Phase, requires_approval: bool, actor: User) -> None:
    if phase is not Phase.OFFER or requires_approval or isinstance(owner, StageTemplate) or actor.has(Role.ADMIN):
        return
    raise Refused(
        "The stage cannot be kept like this.",
        fields={"requires_approval": "Entering the offer phase asks for an approval. Only an admin makes exceptions."},
    )


def _key(owner: Owner, name: str, kind: StageKind) -> str:
    taken = {stage.key for stage in owner.stages}
    if isinstance(owner, Requisition):
        template = find_template(owner.role)
        alike = next(
            (
                stage.key
                for stage in (template.stages if template else ())
                if stage.name.casefold() == name.casefold() and stage.kind is kind
            ),
            "",
        )
        if alike and alike not in taken:
            return alike
    return key_for(name, taken)


def _new(owner: Owner, *, key: str, kind: StageKind) -> AnyStage:
    last = len(owner.stages) + 1
    if isinstance(owner, Requisition):
        stage = Stage(key=key, kind=kind, position=last)
        owner.stages.append(stage)
        return stage
    template_stage = TemplateStage(key=key, kind=kind, position=last)
    owner.stages.append(template_stage)
    return template_stage


def _lock(stage: AnyStage) -> tuple[Owner, AnyStage]:
    owner = lock_owner(owner_of(stage))
    return owner, stage_of(owner, stage.id)


def _changed(
    owner: Owner,
    *,
    actor: User,
    added: Sequence[int] = (),
    removed: Sequence[int] = (),
    restored: Sequence[int] = (),
) -> None:
    kind = events.StagesChanged if isinstance(owner, Requisition) else events.TemplateStagesChanged
    data = kind(added=list(added), removed=list(removed), restored=list(restored))
    record(data, subject_of(owner), actor=actor)
    changed(owner)
