"""The people of requisitions in figures."""

from flask import Flask

from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tracker.core.db import transaction
from tracker.pipeline.figures import figures
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.states import RequisitionState


def test_people_are_counted_by_stage_and_by_whom_they_wait_on(app: Flask, statements: list[str]) -> None:
    requisition, other = make_requisition(), make_requisition()
    recruiter = requisition.created_by
    assert recruiter is not None
    people = [
        make_application(
            requisition, candidate=make_candidate(f"Person {n}", actor=recruiter), actor=recruiter, days_ago=20
        )
        for n in range(3)
    ]
    with transaction():
        end_application(people[0], ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
    # Reading the ids loads the three again after the commit; that is none of the figures' statements.
    ids, _reader = [requisition.id, other.id], recruiter.id
    statements.clear()
    found = figures(ids, recruiter)
    assert len(statements) == 4
    assert set(found) == {requisition.id}
    tally = found[requisition.id]
    stage = people[1].stage_id
    assert (tally.active, tally.late, tally.people) == ({stage: 2}, {stage: 2}, 2)
    assert (tally.waits_on_reader, tally.hired, tally.ended) == (2, 0, 1)
    assert figures([], recruiter) == {}


def test_nobody_is_late_while_a_requisition_is_on_hold(app: Flask) -> None:
    application = make_application(days_ago=60)
    requisition = application.requisition
    assert sum(figures([requisition.id], None)[requisition.id].late.values()) == 1
    with transaction():
        requisition.state = RequisitionState.ON_HOLD
    assert sum(figures([requisition.id], None)[requisition.id].late.values()) == 0
