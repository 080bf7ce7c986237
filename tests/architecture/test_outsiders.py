"""Whoever does not work on a confidential requisition finds nothing of it, by whatever address they ask."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from tests.architecture.route_table import Row, rows
from tests.architecture.world import World, argument_names
from tests.factories.accounts import make_user
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.requisitions.models import Requisition

OUTSIDERS = {"recruiter": Role.RECRUITER, "manager": Role.HIRING_MANAGER, "interviewer": Role.INTERVIEWER}
#: Arguments that stand for something of the requisition.
OF_THE_REQUISITION = frozenset(
    {
        "number", "application_id", "change_id", "offer_id", "version_id", "hire_id", "interview_id", "seat_id",
        "scorecard_id", "shortlist_id", "entry_id", "waiver_id", "approval_id", "import_id", "mark",
    }
)  # fmt: skip
ROWS = [row for row in rows() if OF_THE_REQUISITION & set(argument_names(row.rule))]


@pytest.fixture(scope="module")
def outsiders(world: World) -> Iterator[World]:
    """Everything there is, of requisitions that are all confidential, and people who work on none."""
    world.make_everything()
    with transaction():
        db.session.execute(update(Requisition).values(confidential=True))
    people = dict(world.people)
    for name, role in OUTSIDERS.items():
        world.people[name] = make_user(role, name=f"Olga {role.label}")
    yield world
    world.people.update(people)


@pytest.mark.parametrize("reader", list(OUTSIDERS))
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_nothing_of_it_is_found(outsiders: World, row: Row, reader: str) -> None:
    answer = outsiders.ask(reader, row.method, row.rule, row.values)
    assert answer.status_code == 404, answer.text[:500]
    assert outsiders.writes == []
