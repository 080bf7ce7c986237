"""Two recruiters in two processes on one person at the same time: exactly one wins, on both databases."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, stage_of
from tests.real_commit.conftest import AtOnce
from tests.real_commit.movers import Request, race
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import get_registry
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.operations import move_application, start_application
from tracker.pipeline.states import SourceKind
from tracker.pipeline.taking_back import undo_change
from tracker.requisitions.states import StageKind

ROUNDS = 12


def test_of_two_simultaneous_moves_one_wins_and_the_other_is_told(
    committing: Flask, copied_url: str, tmp_path: Path
) -> None:
    people = [make_user(Role.RECRUITER, name=name) for name in ("Tara Kessler", "Davide Moretti")]
    requisition = make_open_requisition(people[0])
    applications = [make_application(requisition, stage=StageKind.APPLIED) for _ in range(ROUNDS)]
    ids = [application.id for application in applications]
    targets = [stage_of(requisition, kind).id for kind in (StageKind.SCREENING, StageKind.ASSESSMENT)]
    rounds = [
        [Request(f"/applications/{each}/moves", {"stage": str(target), "version": "1"}) for target in targets]
        for each in ids
    ]
    sessions = [person.get_id() for person in people]
    names = [person.name for person in people]
    db.session.rollback()
    answers = race(copied_url, tmp_path, sessions, rounds)
    for each, pair in zip(ids, answers, strict=True):
        assert sorted(answer.status for answer in pair) == [303, 409]
        winner = [answer.status for answer in pair].index(303)
        told = json.loads(pair[1 - winner].text)
        assert told["who"] == names[winner]
        assert told["when"] is not None
        assert db.session.get_one(Application, each).stage_id == targets[winner]
    changes = select(StageChange.application_id, func.count()).group_by(StageChange.application_id)
    assert {count for _, count in db.session.execute(changes)} == {2}
    faults = [fault for check in get_registry().checks.values() for fault in check.faults()]
    assert faults == []


def test_a_move_and_an_undo_at_once_leave_one_of_them(committing: Flask, at_once: AtOnce) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter), stage=StageKind.APPLIED)
    requisition, identity, recruiter_id = application.requisition, application.id, recruiter.id
    further = stage_of(requisition, StageKind.INTERVIEW).id
    with transaction():
        change_id = move_application(
            application, stage_of(requisition, StageKind.SCREENING), actor=recruiter, expected=None
        ).id

    def move() -> str:
        with transaction():
            found = db.session.get_one(Application, identity)
            move_application(
                found,
                next(stage for stage in found.requisition.stages if stage.id == further),
                actor=db.session.get_one(type(recruiter), recruiter_id),
                expected=2,
            )
        return "moved"

    def undo() -> str:
        with transaction():
            undo_change(
                db.session.get_one(StageChange, change_id), actor=db.session.get_one(type(recruiter), recruiter_id)
            )
        return "undone"

    results = at_once([move, undo])
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1
    kind = db.session.get_one(Application, identity).stage.kind
    assert kind is (StageKind.INTERVIEW if "moved" in results else StageKind.APPLIED)


def test_a_person_is_brought_in_once(committing: Flask, at_once: AtOnce) -> None:
    recruiter = make_user(Role.RECRUITER)
    first = make_application(make_open_requisition(recruiter))
    other = make_open_requisition(recruiter)
    candidate_id, requisition_id = first.candidate_id, other.id
    candidate_type, requisition_type = type(first.candidate), type(other)

    def start() -> str:
        with transaction():
            start_application(
                db.session.get_one(requisition_type, requisition_id),
                db.session.get_one(candidate_type, candidate_id),
                actor=None,
                source_kind=SourceKind.APPLIED,
            )
        return "started"

    results = at_once([start] * 4)
    assert results.count("started") == 1
    assert sum(isinstance(result, Refused) for result in results) == 3
