"""Several people who import at once bring everybody in once."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tests.real_commit.conftest import AtOnce
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateImport, ImportState
from tracker.core.db import db, transaction
from tracker.pipeline import import_files, imports
from tracker.pipeline.import_work import import_all
from tracker.pipeline.models import Application, StageChange
from tracker.requisitions.models import Requisition

PEOPLE = 450
DATA = ("Name,Email\n" + "".join(f"P{each},p{each}@example.org\n" for each in range(PEOPLE))).encode()
BACKWARDS = ("Name,Email\n" + "".join(f"P{each},p{each}@example.org\n" for each in reversed(range(PEOPLE)))).encode()


@pytest.fixture
def tara(committing: Flask) -> User:
    return make_user(Role.RECRUITER, name="Tara Kessler")


def hand_over(requisition: Requisition, actor: User, data: bytes) -> int:
    with transaction():
        imported = imports.create_import(
            requisition,
            sha256=import_files.keep(data),
            file_name="people.csv",
            settled=imports.read_file(data),
            actor=actor,
        )
    return imported.id


def confirm(import_id: int, user_id: int) -> str:
    done = import_all(db.session.get_one(CandidateImport, import_id), actor=db.session.get_one(User, user_id))
    return done.state.value


def count(model: type[Candidate] | type[Application] | type[StageChange]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_two_who_confirm_the_same_import_share_the_work(at_once: AtOnce, tara: User) -> None:
    lukas = make_user(Role.RECRUITER)
    import_id = hand_over(make_open_requisition(tara), tara, DATA)
    users = [tara.id, lukas.id, tara.id]
    assert at_once([partial(confirm, import_id, user) for user in users]) == ["done"] * 3
    imported = db.session.get_one(CandidateImport, import_id)
    assert (imported.state, imported.counts) == (ImportState.DONE, {"new": PEOPLE, "mended": 0})
    assert [count(model) for model in (Candidate, Application, StageChange)] == [PEOPLE] * 3


def test_the_same_file_handed_over_twice_brings_nobody_in_twice(at_once: AtOnce, tara: User) -> None:
    requisition = make_open_requisition(tara)
    user, first, second = tara.id, hand_over(requisition, tara, DATA), hand_over(requisition, tara, BACKWARDS)
    assert at_once([partial(confirm, each, user) for each in (first, second)]) == ["done"] * 2
    assert [count(model) for model in (Candidate, Application)] == [PEOPLE] * 2
    counts = [db.session.get_one(CandidateImport, each).counts for each in (first, second)]
    assert sum(each.get("new", 0) for each in counts) == PEOPLE
    assert sum(each.get("present", 0) for each in counts) == PEOPLE


def test_the_same_people_into_two_requisitions_are_the_same_people(at_once: AtOnce, tara: User) -> None:
    here, there = make_open_requisition(tara), make_open_requisition(tara)
    user, first, second = tara.id, hand_over(here, tara, DATA), hand_over(there, tara, BACKWARDS)
    assert at_once([partial(confirm, each, user) for each in (first, second)]) == ["done"] * 2
    assert (count(Candidate), count(Application)) == (PEOPLE, 2 * PEOPLE)
    counts = [db.session.get_one(CandidateImport, each).counts for each in (first, second)]
    assert sum(each.get("new", 0) for each in counts) == PEOPLE
    assert sum(each.get("known", 0) for each in counts) == PEOPLE
