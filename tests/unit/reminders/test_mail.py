"""The mail of reminders, whole, against what was looked at and found good: several lines, and a single one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.factories.offers import make_offer, make_terms
from tests.factories.vetting import make_interview, make_shortlist, make_vetted
from tests.unit.reminders.test_reminders import MONDAY, World, mails, remind, rendered
from tracker.core.registry import RenderedMail
from tracker.requisitions.states import StageKind

SNAPSHOTS = Path(__file__).parent / "snapshots"
ID = re.compile(r"(/(?:candidates|offers|interviews|shortlists)/)\d+")


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def world(app: Flask) -> World:
    """Everything that the rules speak of: 9 March is the day on which most of it comes due."""
    world = World(target_days=14, title="Berlin platform")
    world.person(StageKind.SCREENING, name="Karolina Wójcik")
    offered = world.person(StageKind.PREPARING_OFFER, name="Amina Yusuf")
    make_offer(offered, recruiter=world.tara, hiring_manager=world.maya, terms=make_terms(days=10))
    make_shortlist(make_vetted(world.requisition, name="Ingrid Solheim"))
    make_interview(make_vetted(world.requisition, name="Hugo Marchetti"), world.rahel, due_in=timedelta(days=5))
    assert remind("03-09T12:00") == 3
    return world


def compare(name: str, mail: RenderedMail) -> None:
    assert ID.sub(r"\1#", f"Subject: {mail.subject}\n\n{mail.text}") == (SNAPSHOTS / f"{name}.txt").read_text("utf-8")
    assert ID.sub(r"\1#", mail.html) == (SNAPSHOTS / f"{name}.html").read_text("utf-8")


def test_snapshots(world: World) -> None:
    for name in ("tara", "maya", "rahel"):
        [message] = mails(getattr(world, name))
        compare(name, rendered(message, "03-09T12:00"))


def test_every_link_leads_to_a_page(world: World, app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for user in (world.tara, world.maya, world.rahel):
        mail = rendered(mails(user)[0], "03-09T12:00")
        links = re.findall(r"http://localhost:8000(\S+)", mail.text)
        assert len(links) >= 2
        for link in links:
            adapter.match(link, method="GET")


def test_it_loads_nothing(world: World) -> None:
    html = rendered(mails(world.tara)[0], "03-09T12:00").html
    for loading in ("<img", "<link", "url(", "@import", "<script", "src="):
        assert loading not in html
