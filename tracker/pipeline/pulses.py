"""What boards ask every other second: whether anything has happened, and then who is no longer where they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, select

from tracker.core.db import db, read_rows
from tracker.core.paging import LARGEST
from tracker.pipeline.models import Application, BoardPulse, StageChange
from tracker.pipeline.states import ApplicationStatus

#: Changes are written side by side, and one with a smaller id may be seen after one with a larger.
OVERLAP = 100
#: More people than this have seldom moved between two looks; a board that was away longer loads its columns anew.
MOST_CHANGED = 500

_RAISED = select(func.coalesce(func.sum(BoardPulse.n), 0)).where(
    BoardPulse.requisition_id.in_(bindparam("requisitions", expanding=True))
)
_LAST = select(func.coalesce(func.max(StageChange.id), 0))
#: A sum of long integers is a decimal on PostgreSQL.
_PULSE = select(cast(_RAISED.scalar_subquery(), BigInteger), _LAST.scalar_subquery())


@dataclass(frozen=True)
class Pulse:
    """How often the boards of some requisitions have changed, and the last stage change of the whole installation."""

    n: int
    change: int

    def __str__(self) -> str:
        """As pages carry it: "17.4810"."""
        return f"{self.n}.{self.change}"

    @classmethod
    def read(cls, text: str) -> "Pulse | None":
        """As pages carry it; None for anything else."""
        n, _, change = text.partition(".")
        if not (n.isascii() and n.isdigit() and change.isascii() and change.isdigit()):
            return None
        found = cls(int(n), int(change))
        return found if max(found.n, found.change) <= LARGEST else None


def pulse_of(requisition_ids: Sequence[int]) -> Pulse:
    """The pulse of these requisitions together: it rises with each transaction that changes one of their boards."""
    [row] = read_rows(_PULSE, {"requisitions": requisition_ids})
    return Pulse(*row)


def standing_since(requisition_ids: Sequence[int], change: int) -> dict[int, int | None]:
    """Where those stand who were moved, ended or brought back after the change `change`.

    By application id the stage's id, None for who is no longer active; at most MOST_CHANGED, the latest.
    """
    rows: Sequence[Any] = db.session.execute(
        select(Application.id, Application.stage_id, Application.status)
        .join(StageChange, StageChange.application_id == Application.id)
        .where(StageChange.id > change - OVERLAP, Application.requisition_id.in_(requisition_ids))
        .order_by(StageChange.id.desc())
        .limit(MOST_CHANGED)
    ).all()
    return {row.id: row.stage_id if row.status is ApplicationStatus.ACTIVE else None for row in rows}
