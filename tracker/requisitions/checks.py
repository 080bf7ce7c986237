"""Invariants of requisitions, for `tracker verify`."""

from collections.abc import Iterator

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.approvals.states import ApprovalState
from tracker.core.db import db
from tracker.core.registry import Registry
from tracker.requisitions.models import Hold, Opening, Requisition, RequisitionCounter, Spell
from tracker.requisitions.policy import deciding
from tracker.requisitions.states import CLOSED, LIVE, RequisitionState


def register_checks(registry: Registry) -> None:
    """Name the checks."""
    registry.add_check("requisitions agree with their openings and holds", states_agree)
    registry.add_check("requisition numbers are counted on from the highest", counters_agree)
    registry.add_check("whoever is asked for an approval decides for the requisition", approvers_decide)


def states_agree() -> Iterator[str]:
    """What is open or on hold has an opening that is open, what is over has none; a hold is open while on hold only."""
    free = (
        select(Opening.requisition_id, func.count().label("free"))
        .join(Spell, Spell.opening_id == Opening.id)
        .where(Spell.ended_at.is_(None))
        .group_by(Opening.requisition_id)
        .subquery()
    )
    held = (
        select(Hold.requisition_id, func.count().label("held"))
        .where(Hold.resumed_at.is_(None))
        .group_by(Hold.requisition_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Requisition.number, Requisition.state, func.coalesce(free.c.free, 0), func.coalesce(held.c.held, 0))
        .join(free, free.c.requisition_id == Requisition.id, isouter=True)
        .join(held, held.c.requisition_id == Requisition.id, isouter=True)
        .order_by(Requisition.id)
    )
    for number, state, openings, holds in rows:
        if state in LIVE and not openings:
            yield f"{number} is {state.label}, but none of its openings is open."
        if state in CLOSED and openings:
            yield f"{number} is {state.label}, but {openings} of its openings are open."
        if bool(holds) != (state is RequisitionState.ON_HOLD):
            yield f"{number} is {state.label}, and {'a hold is open' if holds else 'no hold is open'}."


def counters_agree() -> Iterator[str]:
    """No requisition has a number that its counter would give again."""
    rows = db.session.execute(select(RequisitionCounter.prefix, RequisitionCounter.last))
    counters = {row.prefix: row.last for row in rows}
    for number in db.session.scalars(select(Requisition.number).order_by(Requisition.id)):
        prefix, _, digits = number.rpartition("-")
        if digits.isdecimal() and counters.get(prefix, 0) < int(digits):
            yield f"{number} lies beyond the counter of {prefix}, which stands at {counters.get(prefix, 0)}."


def approvers_decide() -> Iterator[str]:
    """No approval waits for somebody who lost the right to give it."""
    rows = db.session.execute(
        select(Requisition.number, User.name)
        .join(Approval, Approval.requisition_id == Requisition.id)
        .join(User, User.id == Approval.approver_id)
        .where(Approval.state == ApprovalState.PENDING, ~deciding(Approval.approver_id, Approval.requisition_id))
        .order_by(Approval.id)
    )
    for number, name in rows:
        yield f"{number} waits for the approval of {name}, who does not decide for it."
