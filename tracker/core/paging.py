"""Cursor paging: where a page ended, as text in an address. Pages stay right while rows are added and removed.

And the numbers that stand in addresses and hidden fields, which anybody may have changed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The largest id that a row can have; SQLite takes no larger number, and nothing has one.
LARGEST = 2**63 - 1


def whole_number(text: object) -> int | None:
    """The whole number from 0 to LARGEST that `text` says; None for anything else, however long it is."""
    said = str(text or "")
    if not said.isdecimal() or len(said) > len(str(LARGEST)):
        return None
    number = int(said)
    return number if number <= LARGEST else None


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: the instant it is ordered by, and its id."""

    at: datetime
    id: int

    def __str__(self) -> str:
        """As it stands in an address: microseconds since 1970, and the id."""
        # Whole numbers throughout: a float would lose the last microsecond.
        apart = self.at.astimezone(UTC) - EPOCH
        return f"{apart // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def read(cls, text: str | None) -> "Cursor | None":
        """The cursor in an address; None for none, and for what is no cursor: the first page answers then."""
        at, _, row = (text or "").partition("-")
        if not (at.isdecimal() and row.isdecimal()) or len(at) > 16 or len(row) > 18:
            return None
        return cls(EPOCH + timedelta(microseconds=int(at)), int(row))
