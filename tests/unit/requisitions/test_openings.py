"""Openings and their spells."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.errors import Refused
from tracker.core.registry import get_registry
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations_life import close_requisition, openings_by_last_end, reopen_requisition
from tracker.requisitions.operations_openings import add_opening, cancel_opening, fill_opening, void_spell
from tracker.requisitions.queries import free_openings, is_filled, open_spell
from tracker.requisitions.states import RequisitionState


def ends(requisition: Requisition) -> list[list[str | None]]:
    """How the spells of each opening ended."""
    return [[spell.end.value if spell.end else None for spell in opening.spells] for opening in requisition.openings]


def test_the_last_acceptance_fills_the_requisition_and_no_further_one_can(app: Flask) -> None:
    requisition = make_requisition(openings=2)
    actor = make_user(Role.RECRUITER)
    first, second = clock.now() - timedelta(days=2), clock.now() - timedelta(days=1)
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=first)
    assert (requisition.state, len(free_openings(requisition))) == (RequisitionState.OPEN, 1)
    with transaction():
        spell = fill_opening(requisition, actor=actor, accepted_at=second)
    assert (spell.ended_at, spell.opening.position) == (second, 2)
    assert (requisition.state, requisition.closed_at) == (RequisitionState.FILLED, second)
    with pytest.raises(Refused), transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now())


def test_an_acceptance_lies_between_the_opening_and_now(app: Flask) -> None:
    requisition = make_requisition()
    actor = make_user(Role.RECRUITER)
    assert requisition.opened_at is not None
    for wrong in (requisition.opened_at - timedelta(days=1), clock.now() + timedelta(hours=1)):
        with pytest.raises(Refused), transaction():
            fill_opening(requisition, actor=actor, accepted_at=wrong)
    assert ends(requisition) == [[None]]


def test_an_unhire_voids_the_spell_and_opens_the_requisition_again(app: Flask) -> None:
    requisition = make_requisition()
    actor = make_user(Role.RECRUITER)
    with transaction():
        spell = fill_opening(requisition, actor=actor, accepted_at=clock.now() - timedelta(days=3))
    at = clock.now() - timedelta(days=1)
    with transaction():
        new = void_spell(spell, actor=actor, at=at)
    assert ends(requisition) == [["voided", None]]
    assert (new.opened_at, requisition.state, requisition.closed_at) == (at, RequisitionState.OPEN, None)
    with pytest.raises(Refused), transaction():
        void_spell(spell, actor=actor, at=clock.now())


def test_an_unhire_leaves_the_seat_to_whoever_has_it_since(app: Flask) -> None:
    requisition = make_requisition()
    actor = make_user(Role.RECRUITER)
    with transaction():
        first = fill_opening(requisition, actor=actor, accepted_at=clock.now() - timedelta(days=3))
    with transaction():
        reopen_requisition(requisition, actor=actor)
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now())
    with transaction():
        void_spell(first, actor=actor, at=clock.now())
    assert (ends(requisition), requisition.state) == ([["voided", "filled"]], RequisitionState.FILLED)


def test_an_unhire_of_a_cancelled_requisition_opens_nothing(app: Flask) -> None:
    requisition = make_requisition(openings=2)
    actor = make_user(Role.RECRUITER)
    with transaction():
        spell = fill_opening(requisition, actor=actor, accepted_at=clock.now())
    with transaction():
        close_requisition(requisition, actor=actor, cancelled=True, reason="The project ended.")
    with transaction():
        void_spell(spell, actor=actor, at=clock.now())
    assert (ends(requisition), requisition.state) == ([["voided"], ["cancelled"]], RequisitionState.CANCELLED)


def test_an_added_opening_has_its_own_clock(app: Flask) -> None:
    requisition = make_requisition()
    before = clock.now()
    somebody = make_user(Role.RECRUITER)
    with transaction():
        opening = add_opening(requisition, actor=somebody)
    spell = open_spell(opening)
    assert spell is not None
    assert opening.position == 2
    assert spell.opened_at >= before


def test_giving_up_the_last_free_opening_beside_a_hire_fills_the_requisition(app: Flask) -> None:
    requisition = make_requisition(openings=2)
    actor = make_user(Role.RECRUITER)
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now())
    (free,) = free_openings(requisition)
    with transaction():
        cancel_opening(free, actor=actor)
    assert (requisition.state, ends(requisition)) == (RequisitionState.FILLED, [["filled"], ["cancelled"]])


def test_the_only_opening_is_not_given_up(app: Flask) -> None:
    requisition = make_requisition()
    somebody = make_user(Role.RECRUITER)
    with pytest.raises(Refused, match="only opening") as refused, transaction():
        cancel_opening(requisition.openings[0], actor=somebody)
    assert refused.value.needed == ("Cancel the requisition instead.",)


def test_a_draft_simply_loses_an_opening(app: Flask) -> None:
    requisition = make_requisition(state=RequisitionState.DRAFT, openings=2)
    somebody = make_user(Role.RECRUITER)
    with transaction():
        cancel_opening(requisition.openings[0], actor=somebody)
    assert [opening.position for opening in requisition.openings] == [2]


def test_reopening_a_filled_requisition_takes_the_opening_filled_last(app: Flask) -> None:
    requisition = make_requisition(openings=2)
    actor = make_user(Role.RECRUITER)
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now() - timedelta(days=1))
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now() - timedelta(days=2))
    assert [opening.position for opening in openings_by_last_end(requisition)] == [1, 2]
    with transaction():
        reopen_requisition(requisition, actor=actor)
    assert ends(requisition) == [["filled", None], ["filled"]]
    assert not is_filled(requisition.openings[0])


def test_reopening_takes_the_opening_that_was_chosen(app: Flask) -> None:
    requisition = make_requisition(openings=2)
    actor = make_user(Role.RECRUITER)
    for _ in range(2):
        with transaction():
            fill_opening(requisition, actor=actor, accepted_at=clock.now())
    with transaction():
        reopen_requisition(requisition, actor=actor, opening=requisition.openings[0])
    assert ends(requisition) == [["filled", None], ["filled"]]


def test_reopening_a_cancelled_requisition_opens_what_the_cancellation_closed(app: Flask) -> None:
    requisition = make_requisition(openings=3)
    actor = make_user(Role.RECRUITER)
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now())
    with transaction():
        cancel_opening(requisition.openings[1], actor=actor, happened_at=clock.now() - timedelta(days=9))
    with transaction():
        close_requisition(requisition, actor=actor, cancelled=True, reason="The project ended.")
    with transaction():
        reopen_requisition(requisition, actor=actor)
    assert ends(requisition) == [["filled"], ["cancelled"], ["cancelled", None]]


def test_those_above_are_told_in_the_same_transaction(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    requisition = make_requisition()
    actor = make_user(Role.RECRUITER)
    told: list[str] = []
    registry = get_registry()
    monkeypatch.setattr(registry, "on_requisition_closed", [lambda closed, _actor: told.append(closed.state.value)])
    with transaction():
        fill_opening(requisition, actor=actor, accepted_at=clock.now())
    assert told == ["filled"]
