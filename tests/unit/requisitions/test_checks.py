"""What `tracker verify` says of requisitions."""

from flask import Flask
from sqlalchemy import update

from tests.factories.requisitions import make_requisition
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.requisitions.checks import counters_agree, states_agree
from tracker.requisitions.models import Requisition, RequisitionCounter, Spell
from tracker.requisitions.states import RequisitionState, SpellEnd


def test_requisitions_in_any_state_agree(app: Flask) -> None:
    for state in RequisitionState:
        if state is not RequisitionState.FILLED:
            make_requisition(state=state, openings=2)
    assert list(states_agree()) == []
    assert list(counters_agree()) == []


def test_what_does_not_agree_is_named(app: Flask) -> None:
    first, second = make_requisition(), make_requisition(state=RequisitionState.ON_HOLD)
    with transaction():
        db.session.execute(
            update(Spell)
            .where(Spell.opening_id == first.openings[0].id)
            .values(ended_at=clock.now(), end=SpellEnd.CANCELLED)
        )
        db.session.execute(update(Requisition).where(Requisition.id == second.id).values(state=RequisitionState.OPEN))
        db.session.execute(update(RequisitionCounter).values(last=1))
    assert list(states_agree()) == [
        "MLOPS-1 is open, but none of its openings is open.",
        "MLOPS-2 is open, and a hold is open.",
    ]
    assert list(counters_agree()) == ["MLOPS-2 lies beyond the counter of MLOPS, which stands at 1."]
