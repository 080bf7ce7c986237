"""Cursor paging: where a page ended, as text in an address. Pages stay right while rows are added and removed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
