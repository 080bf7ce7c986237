"""The one writer of stage changes: what every change of an application has in common.

A change is judged first (pipeline.judging), which gives a Step: the row to append, and what becomes of the application.
One step is written as many are: by statements of the connection, after which the session knows the changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, bindparam, insert, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db, table_of, write_rows
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import Ending, get_registry
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.progress import progress_of
from tracker.pipeline.states import (
    ENDED,
    ENDINGS,
    MOVES,
    TRANSITIONS,
    ApplicationStatus,
    ChangeKind,
    requisition_allows,
)
from tracker.requisitions.models import Requisition, Stage, StageMixin
from tracker.requisitions.states import RequisitionState

#: Times are given to the minute; within it the order of recording counts.
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change that was judged and may be written."""

    application: Application
    seq: int
    kind: ChangeKind
    to_stage: Stage
    to_status: ApplicationStatus
    happened_at: datetime
    actor: User | None
    reason: str = ""
    comment: str = ""
    batch: str | None = None
    undoes_id: int | None = None
    #: What becomes of the application: its columns that differ afterwards.
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, Any]:
        """The columns of the change, as things stand before it is written."""
        application = self.application
        return {
            "application_id": application.id,
            "seq": self.seq,
            "kind": self.kind,
            "from_stage_id": application.stage_id,
            "to_stage_id": self.to_stage.id,
            "from_status": application.status,
            "to_status": self.to_status,
            "from_stage_entered_at": application.stage_entered_at,
            "happened_at": self.happened_at,
            "recorded_at": clock.now(),
            "actor_id": self.actor.id if self.actor else None,
            "reason": self.reason,
            "comment": self.comment,
            "batch": self.batch,
            "undoes_id": self.undoes_id,
        }


def check_requisition(requisition: Requisition, kind: ChangeKind) -> None:
    """Raise Refused when the requisition's state does not allow a change of that kind."""
    if requisition_allows(requisition.state, kind):
        return
    if requisition.state in {RequisitionState.FILLED, RequisitionState.CANCELLED}:
        raise Refused(
            f"{requisition.number} is {requisition.state.label}: people can be ended or transferred, not moved.",
            needed=["Reopen the requisition, or transfer the person to another one."],
        )
    raise Refused(
        f"{requisition.number} is not open yet ({requisition.state.label}).", needed=["Open the requisition first."]
    )


def order_of(stage: StageMixin) -> tuple[int, int]:
    """A stage's place: its phase, then its position."""
    return stage.phase.position, stage.position


def plan(
    application: Application,
    last_seq: int,
    kind: ChangeKind,
    *,
    to_stage: Stage,
    happened_at: datetime,
    actor: User | None,
    reason: str = "",
    comment: str = "",
    batch: str | None = None,
    told: bool = False,
) -> Step:
    """The step that a change of that kind is. Raises Refused for an illegal transition.

    `last_seq` is that of the application's last change; `told`: the candidate knows of the ending.
    """
    transition = TRANSITIONS[kind]
    if application.status not in transition.before:
        raise Refused(_why_not(application, kind))
    after = status_columns(transition.after, happened_at=happened_at, reason=reason)
    if kind in MOVES:
        after |= progress_of(application, to_stage, happened_at)
    if transition.after is ApplicationStatus.ACTIVE:
        after |= {"stage_id": to_stage.id, "stage_entered_at": happened_at}
    if told:
        after["told_at"] = happened_at
    return Step(
        application=application,
        seq=last_seq + 1,
        kind=kind,
        to_stage=to_stage,
        to_status=transition.after,
        happened_at=happened_at,
        actor=actor,
        reason=reason,
        comment=comment,
        batch=batch,
        after=after,
    )


def status_columns(status: ApplicationStatus, *, happened_at: datetime, reason: str = "") -> dict[str, Any]:
    """A status, and the columns of an application that go with it."""
    return {
        "status": status,
        "ended_at": None if status is ApplicationStatus.ACTIVE else happened_at,
        "end_reason": reason if status in ENDED else "",
    }


def write(step: Step) -> StageChange:
    """Make one change: the row, and what it does to the application, which is locked."""
    [change] = write_many([step])
    return change


def write_many(steps: Sequence[Step]) -> list[StageChange]:
    """Make many changes of different applications, which are all locked; in their order, by two statements."""
    if not steps:
        return []
    rows = [step.row for step in steps]
    change_applications([(step.application, step.after) for step in steps])
    # In whatever order they come back: asking for ours would cost a statement each on SQLite.
    written = dict(db.session.connection().execute(_WRITTEN, rows).all())
    changes = []
    for step, row in zip(steps, rows, strict=True):
        change = StageChange(id=written[step.application.id], **row)
        # It is there already: the session would have read back what it was given.
        make_transient_to_detached(change)
        db.session.add(change)
        set_committed_value(change, "application", step.application)
        set_committed_value(change, "to_stage", step.to_stage)
        set_committed_value(change, "actor", step.actor)
        if step.after.get("stage_id") == step.to_stage.id:
            set_committed_value(step.application, "stage", step.to_stage)
        changes.append(change)
    return changes


_WRITTEN = insert(table_of(StageChange)).returning(StageChange.application_id, StageChange.id)


def change_applications(changes: Sequence[tuple[Application, Mapping[str, Any]]]) -> None:
    """Give each application its own values by one statement, and raise each version by one.

    Raises Conflict when one of them is not at the version that was judged: they were not locked.
    """
    names = tuple(sorted({name for _, after in changes for name in after}))
    rows = [
        {
            "which": application.id,
            "judged": application.version,
            **{f"to_{name}": after.get(name, getattr(application, name)) for name in names},
        }
        for application, after in changes
    ]
    if write_rows(_change_statement(names), rows) != len(changes):
        raise Conflict("Somebody else changed one of these people in the meantime.")
    for application, after in changes:
        set_committed_value(application, "version", application.version + 1)
        for name, value in after.items():
            set_committed_value(application, name, value)


@lru_cache(64)
def _change_statement(names: tuple[str, ...]) -> Update:
    """Built once for the columns that change together, and sent with many rows of values: one statement that holds them
    all would be put together anew for each number."""
    table = table_of(Application)
    return (
        update(table)
        .where(table.c.id == bindparam("which"), table.c.version == bindparam("judged"))
        .values({"version": table.c.version + 1, **{name: bindparam(f"to_{name}") for name in names}})
    )


def end_what_hangs_on(changes: Sequence[StageChange], actor: User) -> None:
    """End what other domains hung on applications (interviews, entries, offers) with the changes that ended them."""
    endings = [Ending(change.application, actor, change.happened_at, change) for change in changes]
    for callback in get_registry().on_ending:
        callback(endings)


def restore_what_hung_on(undone: Sequence[StageChange], actor: User) -> None:
    """These endings were taken back: so is what had ended with them."""
    endings = [
        Ending(change.application, actor, change.happened_at, change) for change in undone if change.kind in ENDINGS
    ]
    for callback in get_registry().on_ending_undone if endings else ():
        callback(endings)


def _why_not(application: Application, kind: ChangeKind) -> str:
    name = application.candidate.name
    if kind is ChangeKind.REOPEN:
        return f"{name} is {application.status.label}; there is nothing to reopen."
    if kind is ChangeKind.UNHIRE:
        return f"{name} is {application.status.label}, not hired."
    if application.status is ApplicationStatus.HIRED:
        return f"{name} is hired. Undo the hire on the offer's page first."
    return f"The application of {name} is {application.status.label}. Reopen it first."
