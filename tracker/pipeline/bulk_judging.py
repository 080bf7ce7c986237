"""What a bulk action would do to each person: previews and the action itself ask the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core.db import db
from tracker.core.errors import Conflict, Forbidden, Refused, TrackerError
from tracker.core.registry import Move, Refusal, get_registry
from tracker.pipeline.changes import Step, order_of
from tracker.pipeline.contacts import check_recruiter
from tracker.pipeline.gates import ask_guards, has_own_form
from tracker.pipeline.judging import Standing, check_expected, judge_ending, judge_move, standings
from tracker.pipeline.models import Application
from tracker.pipeline.states import BatchKind, BatchOutcome
from tracker.requisitions.models import Stage

#: What somebody must be allowed to do for each action.
PERMISSIONS = {
    BatchKind.MOVE: "application.move",
    BatchKind.REJECT: "application.end",
    BatchKind.WITHDRAW: "application.end",
    BatchKind.CLOSE: "application.end",
    BatchKind.ASSIGN: "application.contact",
    BatchKind.TAG: "application.contact",
}

#: Judges one application: the step to write, None for what is no stage change.
Judge = Callable[[Application], Step | None]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for everybody in a bulk action; each kind has its own part of it."""

    kind: BatchKind
    #: The key of a stage, which is the same in every requisition.
    stage_key: str = ""
    reason: str = ""
    comment: str = ""
    told: bool = False
    happened_at: datetime | None = None
    #: None: whoever is the requisition's first recruiter.
    recruiter: User | None = None
    tags: tuple[str, ...] = ()


@dataclass
class Judged:
    """Who may be changed, by which steps, and who may not, for what reason."""

    allowed: list[Application] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[Application, TrackerError]] = field(default_factory=list)

    @property
    def refused_items(self) -> list[dict[str, Any]]:
        """The refusals as they are kept with the batch."""
        return [
            {
                "application_id": application.id,
                "outcome": BatchOutcome.REFUSED,
                "why": sentence(error),
                "why_at": error.when if isinstance(error, Conflict) else None,
            }
            for application, error in self.refused
        ]


def judge_all(
    order: Order,
    applications: Sequence[Application],
    seen: Mapping[int, int],
    *,
    actor: User,
    batch: str | None = None,
) -> Judged:
    """Judge each of these applications by itself; `seen` are the versions that somebody looked at, by id.

    The statements do not depend on how many there are; permissions are asked once for each requisition.
    """
    judged = Judged()
    if not applications:
        return judged
    judge = _judge_of(order, applications, seen, actor, batch)
    forbidden = forbidden_in(PERMISSIONS[order.kind], applications, actor)
    for application in applications:
        try:
            if application.requisition_id in forbidden:
                raise forbidden[application.requisition_id]
            step = judge(application)
        except TrackerError as error:
            judged.refused.append((application, error))
        else:
            judged.allowed.append(application)
            if step is not None:
                judged.steps.append(step)
    return judged


def stages_by_requisition(requisition_ids: set[int]) -> dict[int, list[Stage]]:
    """The stages that people can be moved to in each of these requisitions, in order."""
    found: dict[int, list[Stage]] = {each: [] for each in requisition_ids}
    rows = db.session.scalars(
        select(Stage).where(Stage.requisition_id.in_(requisition_ids), Stage.retired_at.is_(None))
    )
    for stage in sorted(rows, key=order_of):
        found[stage.requisition_id].append(stage)
    return found


def sentence(error: TrackerError) -> str:
    """What was refused, and what is needed, in one text."""
    return " ".join((error.message, *(error.needed if isinstance(error, Refused) else ())))


def _judge_of(
    order: Order, applications: Sequence[Application], seen: Mapping[int, int], actor: User, batch: str | None
) -> Judge:
    if order.kind is BatchKind.TAG:
        return _judge_tag
    known = standings(applications)
    if order.kind is BatchKind.ASSIGN:
        return partial(_judge_assigning, order, known, seen)
    if order.kind is BatchKind.MOVE:
        return _judge_moves(order, applications, known, seen, actor, batch)
    ending = order.kind.ending
    if ending is None:
        raise ValueError(f"{order.kind} has no judge")
    return lambda application: judge_ending(
        application,
        known[application.id],
        ending,
        actor=actor,
        expected=seen[application.id],
        reason=order.reason,
        comment=order.comment,
        told=order.told,
        happened_at=order.happened_at,
        batch=batch,
    )


def _judge_moves(
    order: Order,
    applications: Sequence[Application],
    known: Mapping[int, Standing],
    seen: Mapping[int, int],
    actor: User,
    batch: str | None,
) -> Judge:
    stages = stages_by_requisition({application.requisition_id for application in applications})
    targets = {
        requisition_id: next((stage for stage in own if stage.key == order.stage_key), None)
        for requisition_id, own in stages.items()
    }
    moves = []
    for application in applications:
        target = targets[application.requisition_id]
        if target is not None and not has_own_form(application, target):
            moves.append(Move(application, target, actor))
    said: dict[int, list[Refusal]] = {
        move.application.id: refusals for move, refusals in zip(moves, ask_guards(moves), strict=True)
    }

    def judge(application: Application) -> Step:
        target = targets[application.requisition_id]
        if target is None:
            raise Refused(f"{application.requisition.number} has no such stage.")
        check_expected(application, seen[application.id], known[application.id])
        if has_own_form(application, target):
            raise Refused(
                f"{target.name} opens a form of its own.",
                needed=[f"Move {application.candidate.name} there by itself."],
            )
        return judge_move(
            application,
            known[application.id],
            target,
            stages[application.requisition_id],
            said[application.id],
            actor=actor,
            expected=seen[application.id],
            comment=order.comment,
            happened_at=order.happened_at,
            batch=batch,
        )

    return judge


def _judge_assigning(
    order: Order, known: Mapping[int, Standing], seen: Mapping[int, int], application: Application
) -> None:
    check_expected(application, seen[application.id], known[application.id])
    check_recruiter(application, order.recruiter)
    wanted = order.recruiter.id if order.recruiter else None
    if application.recruiter_id == wanted:
        who = order.recruiter.name if order.recruiter else "The requisition’s first recruiter"
        raise Refused(f"{who} looks after {application.candidate.name} already.")


def _judge_tag(application: Application) -> None:
    if application.candidate.erased_at is not None:
        raise Refused("This person's data were erased.")


def forbidden_in(permission: str, applications: Sequence[Application], actor: User) -> dict[int, Forbidden]:
    """The requisitions in which `actor` may not do that, with the refusal; asked once for each."""
    one_each = {application.requisition_id: application for application in applications}
    who = get_registry().permissions[permission].who
    return {
        requisition_id: Forbidden(f"This is for {who}.", who=who)
        for requisition_id, application in one_each.items()
        if not can(actor, permission, application)
    }
