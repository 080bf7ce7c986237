"""The table of legal and illegal transitions, through the operations that people use."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.errors import Refused
from tracker.history.queries import timeline
from tracker.requisitions import operations_life as life
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations_openings import fill_opening
from tracker.requisitions.states import LIVE, TRANSITIONS, RequisitionState

S = RequisitionState
Verb = Callable[[Requisition, User], object]

VERBS: dict[str, Verb] = {
    "submit": lambda requisition, actor: life.submit_for_approval(requisition, actor=actor),
    "take back": lambda requisition, actor: life.take_back(requisition, actor=actor),
    "open": lambda requisition, actor: life.open_requisition(requisition, actor=actor),
    "hold": lambda requisition, actor: life.hold_requisition(requisition, actor=actor, reason="The budget."),
    "resume": lambda requisition, actor: life.resume_requisition(requisition, actor=actor),
    "cancel": lambda requisition, actor: life.close_requisition(
        requisition, actor=actor, cancelled=True, reason="The project ended."
    ),
    "reopen": lambda requisition, actor: life.reopen_requisition(requisition, actor=actor),
}
#: Where each verb leads from each state; what is missing is refused.
LEADS: dict[tuple[str, RequisitionState], RequisitionState] = {
    ("submit", S.DRAFT): S.PENDING_APPROVAL,
    ("take back", S.PENDING_APPROVAL): S.DRAFT,
    ("open", S.DRAFT): S.OPEN,
    ("open", S.PENDING_APPROVAL): S.OPEN,
    ("hold", S.OPEN): S.ON_HOLD,
    ("resume", S.ON_HOLD): S.OPEN,
    ("cancel", S.DRAFT): S.CANCELLED,
    ("cancel", S.PENDING_APPROVAL): S.CANCELLED,
    ("cancel", S.OPEN): S.CANCELLED,
    ("cancel", S.ON_HOLD): S.CANCELLED,
    ("reopen", S.FILLED): S.OPEN,
    ("reopen", S.CANCELLED): S.OPEN,
}


def in_state(state: RequisitionState) -> Requisition:
    if state is not S.FILLED:
        return make_requisition(state=state)
    requisition = make_requisition()
    with transaction():
        fill_opening(requisition, actor=requisition.created_by, accepted_at=clock.now())
    return requisition


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", list(S))
def test_each_verb_from_each_state(app: Flask, verb: str, state: RequisitionState) -> None:
    requisition = in_state(state)
    actor = make_user(Role.ADMIN)
    events_before = len(timeline(requisition_id=requisition.id))
    wanted = LEADS.get((verb, state))
    if wanted is None:
        with pytest.raises(Refused) as refused, transaction():
            VERBS[verb](requisition, actor)
        assert refused.value.message
        assert requisition.state is state
        assert len(timeline(requisition_id=requisition.id)) == events_before
        return
    with transaction():
        VERBS[verb](requisition, actor)
    assert requisition.state is wanted
    assert wanted in TRANSITIONS[state]
    assert len(timeline(requisition_id=requisition.id)) > events_before
    assert (requisition.closed_at is not None) == (wanted in {S.FILLED, S.CANCELLED})
    open_spells = [spell for opening in requisition.openings for spell in opening.spells if spell.ended_at is None]
    assert bool(open_spells) == (wanted in LIVE)


def test_every_transition_of_the_table_can_be_reached() -> None:
    reached = {(before, after) for (_verb, before), after in LEADS.items()}
    # Filling takes somebody who accepts; what never opened is a draft again.
    reached |= {(S.OPEN, S.FILLED), (S.ON_HOLD, S.FILLED), (S.CANCELLED, S.DRAFT)}
    assert reached == {(before, after) for before, afters in TRANSITIONS.items() for after in afters}


def test_a_cancelled_draft_is_no_way_around_the_approval(app: Flask) -> None:
    requisition = make_requisition(state=S.DRAFT)
    actor = requisition.created_by
    assert actor is not None
    with transaction():
        life.close_requisition(requisition, actor=actor, cancelled=True, reason="Not now.")
    with transaction():
        spells = life.reopen_requisition(requisition, actor=actor)
    assert (requisition.state, spells) == (S.DRAFT, [])


def test_a_hold_asks_for_a_reason_and_keeps_its_interval(app: Flask) -> None:
    requisition = make_requisition()
    actor = make_user(Role.ADMIN)
    with pytest.raises(Refused) as refused, transaction():
        life.hold_requisition(requisition, actor=actor, reason="  ")
    assert "reason" in refused.value.fields
    began = clock.now() - timedelta(days=5)
    with transaction():
        life.hold_requisition(requisition, actor=actor, reason="The budget.", happened_at=began)
    with pytest.raises(Refused), transaction():
        life.resume_requisition(requisition, actor=actor, happened_at=began - timedelta(days=1))
    with transaction():
        life.resume_requisition(requisition, actor=actor, happened_at=began + timedelta(days=2))
    (hold,) = requisition.holds
    assert (hold.held_at, hold.resumed_at, hold.reason) == (began, began + timedelta(days=2), "The budget.")


def test_a_second_hold_cannot_begin_before_the_first_ended(app: Flask) -> None:
    requisition = make_requisition()
    actor = make_user(Role.ADMIN)
    began = clock.now() - timedelta(days=5)
    with transaction():
        life.hold_requisition(requisition, actor=actor, reason="The budget.", happened_at=began)
    with transaction():
        life.resume_requisition(requisition, actor=actor, happened_at=began + timedelta(days=2))
    with pytest.raises(Refused) as refused, transaction():
        life.hold_requisition(requisition, actor=actor, reason="Again.", happened_at=began + timedelta(days=1))
    assert "happened_at" in refused.value.fields


def test_nothing_happens_in_the_future(app: Flask) -> None:
    requisition = make_requisition()
    somebody = make_user(Role.ADMIN)
    with pytest.raises(Refused) as refused, transaction():
        life.hold_requisition(requisition, actor=somebody, reason="Soon.", happened_at=clock.now() + timedelta(days=1))
    assert "happened_at" in refused.value.fields


def test_cancelling_ends_a_hold_and_every_open_spell(app: Flask) -> None:
    requisition = make_requisition(state=S.ON_HOLD, openings=2)
    somebody = make_user(Role.ADMIN)
    with transaction():
        life.close_requisition(requisition, actor=somebody, cancelled=True, reason="The project ended.")
    assert requisition.holds[0].resumed_at is not None
    assert [spell.end for opening in requisition.openings for spell in opening.spells] == ["cancelled", "cancelled"]
    assert requisition.close_reason == "The project ended."


def test_calling_it_filled_needs_somebody_hired(app: Flask) -> None:
    requisition = make_requisition(openings=2)
    actor = make_user(Role.ADMIN)
    with pytest.raises(Refused, match="Nobody was hired"), transaction():
        life.close_requisition(requisition, actor=actor, cancelled=False, reason="")
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now())
    with transaction():
        life.close_requisition(requisition, actor=actor, cancelled=False, reason="One is enough.")
    assert requisition.state is S.FILLED
    assert sorted(str(opening.spells[-1].end) for opening in requisition.openings) == ["cancelled", "filled"]
