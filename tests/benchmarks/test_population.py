"""What the benchmark measures is an organisation like any other: its records agree, and say what the product would."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.benchmarks.population import Population, Size, populate
from tracker.core.db import db, transaction
from tracker.core.registry import Registry
from tracker.pipeline.models import Application, ApplicationCard, Wait
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ApplicationStatus

SIZE = Size(active=300, others=420, requisitions=22, variety=1)


@pytest.fixture
def population(app: Flask) -> Population:
    return populate(SIZE)


def facts() -> tuple[dict[int, Any], list[Any]]:
    cards = {row.application_id: tuple(row) for row in db.session.execute(select(*ApplicationCard.__table__.c))}
    waits = db.session.execute(select(*Wait.__table__.c).where(Wait.until.is_(None)).order_by(Wait.id))
    return cards, [tuple(row) for row in waits]


def test_verify_finds_nothing(population: Population, app: Flask) -> None:
    registry: Registry = app.extensions["registry"]
    assert {name: faults for name, check in registry.checks.items() if (faults := list(check.faults()))} == {}


def test_the_product_derives_the_same_cards_and_waits(population: Population) -> None:
    written = facts()
    with transaction():
        refresh(list(db.session.scalars(select(Application))))
    assert facts() == written


def test_it_is_as_large_as_asked_for(population: Population) -> None:
    active = Application.status == ApplicationStatus.ACTIVE
    rows = db.session.execute(
        select(Application.requisition_id, func.count()).where(active).group_by(Application.requisition_id)
    )
    assert max(count for _, count in rows) == SIZE.active
    assert population.people == db.session.scalar(select(func.count()).select_from(Application))
    assert population.people == SIZE.active + SIZE.others // SIZE.requisitions * SIZE.requisitions


def test_every_column_is_longer_than_a_page_at_a_thousand(app: Flask) -> None:
    populate(Size(active=1000))
    columns = db.session.execute(select(func.count()).select_from(Application).group_by(Application.stage_id))
    assert min(columns.scalars()) > 20
