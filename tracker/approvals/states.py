"""The life of an approval."""

from enum import StrEnum


class ApprovalState(StrEnum):
    """pending until decided; void when what it was about changed or went away."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    VOID = "void"


class ApprovalKind(StrEnum):
    """What is to be agreed to."""

    REQUISITION = "requisition"
    OFFER = "offer"
