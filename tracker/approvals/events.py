"""What happens to approvals."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.approvals.states import ApprovalKind
from tracker.history.operations import EventData


@dataclass(frozen=True, kw_only=True)
class ApprovalRequested(EventData):
    """Somebody was asked to agree."""

    kind: ClassVar[str] = "approval.requested"
    approval_id: int
    approval_kind: ApprovalKind
    approver_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(EventData):
    """It was agreed to or declined; `own` when whoever submitted it decided."""

    kind: ClassVar[str] = "approval.decided"
    approval_id: int
    approval_kind: ApprovalKind
    approved: bool
    own: bool


@dataclass(frozen=True, kw_only=True)
class ApprovalVoided(EventData):
    """What it was about changed or went away before a decision."""

    kind: ClassVar[str] = "approval.voided"
    approval_id: int
    approval_kind: ApprovalKind


@dataclass(frozen=True, kw_only=True)
class ApprovalHandedOver(EventData):
    """Another person is asked, because the first one's account was disabled."""

    kind: ClassVar[str] = "approval.handed_over"
    approval_id: int
    before_id: int
    approver_id: int
