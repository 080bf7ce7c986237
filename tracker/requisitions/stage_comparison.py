"""A requisition's stages beside the organisation's template for its role, and taking over what differs."""

from collections.abc import Collection
from dataclasses import dataclass

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.templating import plural
from tracker.history.operations import record
from tracker.requisitions import events
from tracker.requisitions.models import Requisition, Stage, TemplateStage
from tracker.requisitions.stage_owners import changed, edit, lock_owner, subject_of
from tracker.requisitions.stage_rules import MOST_STAGES, check_layout, entered, number_stages
from tracker.requisitions.stage_templates import copy_of, template_stages


@dataclass(frozen=True)
class Difference:
    """One stage, here and in the template; `own` or `theirs` is None where it is not there."""

    key: str
    own: Stage | None
    theirs: TemplateStage | None
    #: What taking it over would change, as people say it; empty when there is nothing to take over.
    changes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The stage's name here, or there."""
        stage = self.own or self.theirs
        return stage.name if stage else self.key


def compare(requisition: Requisition) -> list[Difference]:
    """All stages of both, in the template's order, then those that only the requisition has."""
    own = {stage.key: stage for stage in requisition.stages}
    found = []
    theirs = template_stages(requisition.role)
    for stage in theirs:
        mine = own.pop(stage.key, None)
        found.append(Difference(stage.key, mine, stage, tuple(_changes(mine, stage))))
    rest = [Difference(stage.key, stage, None, ()) for stage in entered(own.values())]
    return found + rest


def take_over(requisition: Requisition, keys: Collection[str], *, actor: User) -> list[str]:
    """Make the stages with these keys as the template has them; the names of those that differ now.

    What is missing is added behind whatever stands before it in the template, what was retired comes back. Stages that
    only the requisition has stay. Raises Refused when the outcome would not work as a list of stages.
    """
    owner = lock_owner(requisition)
    if not isinstance(owner, Requisition):
        raise TypeError("only requisitions have a template")
    added: list[Stage] = []
    restored: list[Stage] = []
    names: list[str] = []
    line = entered(owner.stages)
    before: Stage | None = None
    for theirs in template_stages(owner.role):
        own = next((stage for stage in owner.stages if stage.key == theirs.key), None)
        if theirs.key not in keys or not _changes(own, theirs):
            before = own if own is not None and own.retired_at is None else before
            continue
        if own is None:
            own = copy_of(theirs, len(owner.stages) + 1)
            owner.stages.append(own)
            added.append(own)
            line.insert(_behind(line, before, own), own)
        else:
            edit(
                owner,
                own,
                actor=actor,
                name=theirs.name,
                limit_days=theirs.limit_days,
                requires_approval=theirs.requires_approval,
            )
            if own.retired_at is not None:
                own.retired_at = None
                restored.append(own)
                line.insert(_behind(line, before, own), own)
        names.append(own.name)
        before = own
    if not names:
        return []
    _check(line)
    number_stages(owner.stages, line)
    if added or restored:
        # The event names the stages by their ids.
        db.session.flush()
        data = events.StagesChanged(
            added=[stage.id for stage in added], restored=[stage.id for stage in restored], removed=[]
        )
        record(data, subject_of(owner), actor=actor)
    changed(owner)
    return names


def _changes(own: Stage | None, theirs: TemplateStage) -> list[str]:
    """What taking a stage over would change."""
    if own is None:
        return ["is added"]
    said = ["comes back"] if own.retired_at is not None else []
    if own.name != theirs.name:
        said.append(f"is called {theirs.name}")
    if own.limit_days != theirs.limit_days:
        said.append(f"limit {plural(theirs.limit_days, 'working day')}" if theirs.limit_days else "no limit")
    if own.requires_approval != theirs.requires_approval:
        said.append("asks for an approval" if theirs.requires_approval else "asks for no approval")
    return said


def _behind(line: list[Stage], before: Stage | None, stage: Stage) -> int:
    """Where a stage stands: behind the one that the template has before it, within its own phase."""
    if before in line and before is not None and before.phase is stage.phase:
        return line.index(before) + 1
    return sum(each.phase.position < stage.phase.position for each in line)


def _check(line: list[Stage]) -> None:
    if len(line) > MOST_STAGES:
        raise Refused(f"There are at most {MOST_STAGES} stages.", needed=("Take over fewer.",))
    names = [stage.name.casefold() for stage in line]
    twice = next((stage.name for stage in line if names.count(stage.name.casefold()) > 1), "")
    if twice:
        raise Refused(f"Two stages would be called {twice}.", needed=("Rename the one that is only here first.",))
    check_layout(line)
