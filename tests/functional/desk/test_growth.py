"""What pages and actions ask the database is asked of the people it is about: however many others the installation
holds, nobody walks past them."""

import json
import re
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import fill_pipeline, make_open_requisition, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, on_postgresql
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

#: The tables that grow with every person.
GROWING = (
    "application_cards|applications|batch_items|candidate_search_words|candidates|contacts|events|stage_changes|waits"
)
#: How each database's plan says that a table is walked through, by its name or what a statement calls it.
WALK = re.compile(rf"\b(?:SCAN|Seq Scan on) ({GROWING})(?:_\d+)?\b")
PAGES = (
    "/",
    "/requisitions",
    "/requisitions/{number}",
    "/requisitions/{number}/history",
    "/requisitions/{number}/board",
    "/requisitions/{number}/board?mine=1&late=1&q=ada&source=sourced&recruiter=me&missing=any",
    "/requisitions/{number}/pulse",
    "/requisitions/{number}/list",
    "/requisitions/{number}/list?late=1&sort=name",
    "/requisitions/{number}/list?status=all&sort=waits",
    "/boards/mine",
    "/boards/ml-engineer",
    "/boards/ml-engineer?late=1&q=ada",
    "/boards/ml-engineer/pulse",
    "/candidates?q=ada",
    "/candidates/{person}",
    "/palette?q=ada+l",
    "/search?q=ada",
    "/shortlists",
    "/interviews",
)


FRAGMENTS = ("/requisitions/{number}/columns/{stage}", "/applications/{application}/panel")


@pytest.fixture
def recruiter(app: Flask) -> User:
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    return make_open_requisition(recruiter)


@pytest.fixture
def people(requisition: Requisition, recruiter: User) -> list[Application]:
    return fill_pipeline(requisition, 30, actor=recruiter)


@pytest.fixture
def walks(people: list[Application]) -> Iterator[list[str]]:
    """The statements that walk through a table that grows, each with the table in front."""
    found: list[str] = []
    connection = db.engines[None]
    explain = "EXPLAIN" if on_postgresql() else "EXPLAIN QUERY PLAN"
    if on_postgresql():
        # A table with few rows is walked through by choice; this leaves only those where there is no other way.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))

    def look(_connection: object, cursor: Any, statement: str, values: Any, _context: object, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            plan = cursor.connection.cursor().execute(f"{explain} {statement}", values[0] if many else values)
            lines = " ".join(str(line[-1]) for line in plan.fetchall())
            found.extend(f"{table}: {statement}" for table in WALK.findall(lines))

    event.listen(connection, "before_cursor_execute", look)
    yield found
    event.remove(connection, "before_cursor_execute", look)


@pytest.mark.parametrize("page", PAGES + FRAGMENTS)
def test_pages_walk_through_no_table_that_grows(
    client: Client, recruiter: User, requisition: Requisition, people: list[Application], walks: list[str], page: str
) -> None:
    client.sign_in(recruiter)
    stage = stage_of(requisition, StageKind.SCREENING)
    person = people[0]
    address = page.format(number=requisition.number, stage=stage.id, person=person.candidate_id, application=person.id)

    answer = client.get(address, headers={"HX-Request": "true"} if page in FRAGMENTS else {})

    assert answer.status_code == 200
    assert walks == []


def test_a_move_and_its_undo_walk_through_none(
    client: Client, recruiter: User, requisition: Requisition, people: list[Application], walks: list[str]
) -> None:
    client.sign_in(recruiter)
    stage, person = stage_of(requisition, StageKind.CONTACTED), people[0]
    board = {"X-Board": requisition.number}

    moved = client.post(
        f"/applications/{person.id}/moves", data={"stage": stage.id, "version": person.version}, headers=board
    )
    undone = client.post(json.loads(moved.text)["undo"], headers=board)

    assert (moved.status_code, undone.status_code) == (200, 200)
    assert walks == []


def test_a_bulk_action_and_its_undo_walk_through_none(
    client: Client, recruiter: User, requisition: Requisition, people: list[Application], walks: list[str]
) -> None:
    client.sign_in(recruiter)
    chosen, mark = " ".join(f"{each.id}:{each.version}" for each in people), token_hex(16)

    preview = client.post(
        "/bulk/move", data={"all": "1", "number": requisition.number, "filter": "source=sourced,applied"}
    )
    done = client.post("/batches", data={"action": "move", "stage": "screening", "mark": mark, "people": chosen})
    undone = client.post(f"/batches/{mark}/undo")

    assert (preview.status_code, done.status_code, undone.status_code) == (200, 303, 303)
    assert walks == []
