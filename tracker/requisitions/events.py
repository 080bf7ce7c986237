"""What happens to requisitions."""

from dataclasses import dataclass, field
from typing import ClassVar

from tracker.history.operations import EventData, Subject
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import Phase, RequisitionState, RoleProfileKey, TeamPart


def about(requisition: Requisition, *, table: str | None = None, row: int | None = None) -> Subject:
    """The subject of an event of this requisition."""
    return Subject(requisition_id=requisition.id, table=table, id=row)


@dataclass(frozen=True, kw_only=True)
class RequisitionCreated(EventData):
    """A requisition was written down."""

    kind: ClassVar[str] = "requisition.created"
    role: RoleProfileKey
    openings: int


@dataclass(frozen=True, kw_only=True)
class RequisitionEdited(EventData):
    """Facts of it changed; `fields` names them."""

    kind: ClassVar[str] = "requisition.edited"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class RequisitionStateChanged(EventData):
    """It went from one state to another. `happened_at` is ISO text where it differs from the recording."""

    kind: ClassVar[str] = "requisition.state_changed"
    before: RequisitionState
    after: RequisitionState
    happened_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class OpeningAdded(EventData):
    """A seat was added."""

    kind: ClassVar[str] = "requisition.opening_added"
    opening_id: int
    position: int


@dataclass(frozen=True, kw_only=True)
class OpeningCancelled(EventData):
    """A seat will not be filled."""

    kind: ClassVar[str] = "requisition.opening_cancelled"
    opening_id: int
    position: int


@dataclass(frozen=True, kw_only=True)
class OpeningFilled(EventData):
    """An accepted offer filled a seat."""

    kind: ClassVar[str] = "requisition.opening_filled"
    opening_id: int
    position: int
    spell_id: int


@dataclass(frozen=True, kw_only=True)
class OpeningReopened(EventData):
    """A seat opened again: a new spell. `voided` when a hire was undone."""

    kind: ClassVar[str] = "requisition.opening_reopened"
    opening_id: int
    position: int
    spell_id: int
    voided: bool


@dataclass(frozen=True, kw_only=True)
class ChecklistChanged(EventData):
    """Items of the checklist were added, changed, removed or put in another order (ids)."""

    kind: ClassVar[str] = "requisition.checklist_changed"
    added: list[int]
    changed: list[int]
    removed: list[int]
    reordered: bool


@dataclass(frozen=True, kw_only=True)
class StagesChanged(EventData):
    """Stages were added, retired, brought back or put in another order (ids)."""

    kind: ClassVar[str] = "requisition.stages_changed"
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StageEdited(EventData):
    """A stage was renamed, got another limit, gate or phase: as it was, and as it is."""

    kind: ClassVar[str] = "requisition.stage_edited"
    stage_id: int
    name_before: str
    name: str
    limit_before: int | None
    limit: int | None
    gate_before: bool
    gate: bool
    phase_before: Phase
    phase: Phase


@dataclass(frozen=True, kw_only=True)
class TemplateStagesChanged(StagesChanged):
    """The same of the organisation's template."""

    kind: ClassVar[str] = "stage_template.stages_changed"


@dataclass(frozen=True, kw_only=True)
class TemplateStageEdited(StageEdited):
    """The same of the organisation's template."""

    kind: ClassVar[str] = "stage_template.stage_edited"


@dataclass(frozen=True, kw_only=True)
class TeamMemberAdded(EventData):
    """Somebody joined the hiring team."""

    kind: ClassVar[str] = "requisition.team_member_added"
    user_id: int
    part: TeamPart


@dataclass(frozen=True, kw_only=True)
class TeamMemberRemoved(EventData):
    """Somebody left the hiring team."""

    kind: ClassVar[str] = "requisition.team_member_removed"
    user_id: int
    part: TeamPart
