"""What a view is of."""

from enum import StrEnum


class ViewKind(StrEnum):
    """Whether a view is looked at as a board or as a list."""

    BOARD = "board"
    LIST = "list"


class Reach(StrEnum):
    """Where a view is offered: on one requisition, on all of a role, everywhere."""

    REQUISITION = "requisition"
    ROLE = "role"
    EVERYWHERE = "everywhere"
