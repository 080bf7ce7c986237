"""The checklist."""

import pytest
from flask import Flask

from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.history.queries import timeline
from tracker.requisitions import operations_checklist as checklist
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import checklist_of
from tracker.requisitions.states import Need, RequisitionState, RoleProfileKey


@pytest.fixture
def requisition(app: Flask) -> Requisition:
    return make_requisition(role=RoleProfileKey.ML_ENGINEER)


@pytest.fixture
def actor(requisition: Requisition) -> User:
    assert requisition.created_by is not None
    return requisition.created_by


def titles(requisition: Requisition) -> list[str]:
    return [item.title for item in checklist_of(requisition)]


def test_a_small_teams_ml_engineer_also_carries_monitoring(requisition: Requisition, actor: User) -> None:
    before = requisition.version
    with transaction():
        item = checklist.take_responsibility(
            requisition, RoleProfileKey.MLOPS_ENGINEER, "monitoring", actor=actor, need=Need.NICE_TO_HAVE
        )
    assert titles(requisition)[-1] == "Monitoring and Alerting"
    assert (item.role, item.need, item.position) == (RoleProfileKey.MLOPS_ENGINEER, Need.NICE_TO_HAVE, 6)
    assert requisition.version > before
    assert timeline(requisition_id=requisition.id)[0].sentence == "added Monitoring and Alerting to the checklist"
    with pytest.raises(Refused, match="already"), transaction():
        checklist.take_responsibility(requisition, RoleProfileKey.MLOPS_ENGINEER, "monitoring", actor=actor)


def test_an_item_in_ones_own_words(requisition: Requisition, actor: User) -> None:
    with transaction():
        checklist.add_item(requisition, actor=actor, title="  Speaks Polish ", need=Need.NICE_TO_HAVE)
    assert titles(requisition)[-1] == "Speaks Polish"
    for title in ("", "speaks polish", "x" * 81):
        with pytest.raises(Refused) as refused, transaction():
            checklist.add_item(requisition, actor=actor, title=title)
        assert list(refused.value.fields) == ["title"]


def test_rewording_an_item_that_somebody_else_changed_is_a_conflict(requisition: Requisition, actor: User) -> None:
    item = checklist_of(requisition)[0]
    seen = requisition.version
    words = {"title": "Model design", "description": "From idea to model.", "need": Need.NICE_TO_HAVE}
    with transaction():
        checklist.change_item(item, expected=seen, actor=actor, **words)  # type: ignore[arg-type]
    assert (item.title, item.need) == ("Model design", Need.NICE_TO_HAVE)
    with pytest.raises(Conflict), transaction():
        checklist.change_item(item, expected=seen, actor=actor, **words)  # type: ignore[arg-type]


def test_a_removed_item_stays_readable_and_comes_back_as_it_was_worded(requisition: Requisition, actor: User) -> None:
    item = checklist_of(requisition)[0]
    with transaction():
        checklist.change_item(
            item, expected=None, actor=actor, title="Model craft", description="", need=Need.MUST_HAVE
        )
    with transaction():
        checklist.remove_item(item, actor=actor)
    assert item.removed_at is not None
    assert "Model craft" not in titles(requisition)
    assert [entry.position for entry in checklist_of(requisition)] == [1, 2, 3, 4]
    with transaction():
        again = checklist.take_responsibility(requisition, RoleProfileKey.ML_ENGINEER, item.key, actor=actor)
    assert (again.id, titles(requisition)[-1]) == (item.id, "Model craft")


def test_the_last_item_stays(requisition: Requisition, actor: User) -> None:
    *others, last = checklist_of(requisition)
    for item in others:
        with transaction():
            checklist.remove_item(item, actor=actor)
    with pytest.raises(Refused, match="at least one"), transaction():
        checklist.remove_item(last, actor=actor)


def test_items_move_by_one_and_stop_at_the_ends(requisition: Requisition, actor: User) -> None:
    first, second, *_rest = checklist_of(requisition)
    with transaction():
        checklist.move_item(first, 1, actor=actor)
    assert checklist_of(requisition)[:2] == [second, first]
    events = len(timeline(requisition_id=requisition.id))
    with transaction():
        checklist.move_item(second, -1, actor=actor)
    assert checklist_of(requisition)[0] is second
    assert len(timeline(requisition_id=requisition.id)) == events


def test_an_order_names_every_item_once(requisition: Requisition, actor: User) -> None:
    ids = [item.id for item in checklist_of(requisition)]
    with transaction():
        checklist.reorder_items(requisition, ids[::-1], expected=requisition.version, actor=actor)
    assert [item.id for item in checklist_of(requisition)] == ids[::-1]
    for wrong in (ids[1:], [*ids, ids[0]]):
        with pytest.raises(Refused), transaction():
            checklist.reorder_items(requisition, wrong, expected=None, actor=actor)
    with pytest.raises(Conflict), transaction():
        checklist.reorder_items(requisition, ids, expected=requisition.version - 1, actor=actor)


def test_the_need_is_set_once(requisition: Requisition, actor: User) -> None:
    item = checklist_of(requisition)[0]
    with transaction():
        checklist.set_need(item, Need.NICE_TO_HAVE, actor=actor)
    version = requisition.version
    with transaction():
        checklist.set_need(item, Need.NICE_TO_HAVE, actor=actor)
    assert (item.need, requisition.version) == (Need.NICE_TO_HAVE, version)


def test_a_checklist_that_waits_for_approval_is_left_alone(app: Flask) -> None:
    pending = make_requisition(state=RequisitionState.PENDING_APPROVAL)
    assert pending.created_by is not None
    with pytest.raises(Refused, match="waits for approval"), transaction():
        checklist.add_item(pending, actor=pending.created_by, title="Speaks Polish")
