"""The mail itself, whole, against what was looked at and found good; its two parts say the same."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.unit.summaries.week import Week, a_week, on
from tracker.accounts.models import User
from tracker.core import ticks
from tracker.core.db import db
from tracker.core.registry import RenderedMail, get_registry
from tracker.mail.models import OutboxMessage

READERS = ("maya", "tara", "rahel", "admin")
SNAPSHOTS = Path(__file__).parent / "snapshots"
ID = re.compile(r"(/(?:candidates|offers|interviews|shortlists|summaries)/)\d+")


@pytest.fixture
def week(app: Flask) -> Iterator[Week]:
    week = a_week()
    with time_machine.travel(on(3), tick=False):
        ticks.run("summaries")
    with time_machine.travel(on(9, 11), tick=False):
        ticks.run("summaries")
        yield week


def mail_to(user: User) -> RenderedMail:
    message = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.user_id == user.id, OutboxMessage.kind == "summary")
    ).one()
    return get_registry().mail_kinds["summary"].render(message)


class Words(HTMLParser):
    """What a mail client shows of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"style", "title"}
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words += data.replace("\xa0", " ").split()


def words_of(mail: RenderedMail) -> Words:
    words = Words()
    words.feed(mail.html)
    return words


def test_snapshots(week: Week) -> None:
    for who in READERS:
        compare(who, mail_to(getattr(week, who)))


def compare(who: str, mail: RenderedMail) -> None:
    assert ID.sub(r"\1#", f"Subject: {mail.subject}\n\n{mail.text}") == (SNAPSHOTS / f"{who}.txt").read_text("utf-8")
    assert ID.sub(r"\1#", mail.html) == (SNAPSHOTS / f"{who}.html").read_text("utf-8")


def test_both_parts_say_the_same(week: Week) -> None:
    """Every name, number and instant of one part stands in the other."""
    for who in READERS:
        parts_agree(week, mail_to(getattr(week, who)))


def parts_agree(week: Week, mail: RenderedMail) -> None:
    html = " ".join(words_of(mail).words)
    for name in (*week.people, "Berlin platform", "target 45", "CET", "n = 1"):
        assert (name in mail.text) == (name in html), name
    figures = re.compile(r"\b\d+\b")
    addresses = re.compile(r"http\S+")
    plain = figures.findall(addresses.sub("", mail.text))
    assert set(plain) == set(figures.findall(html))
    assert set(addresses.findall(mail.text)) <= set(words_of(mail).links)


def test_it_loads_nothing_and_holds_no_rating(week: Week) -> None:
    html = mail_to(week.admin).html
    for loading in ("<img", "<link", "url(", "@import", "<script", "src="):
        assert loading not in html
    assert len(html) < 90_000, "longer ones are cut by mail clients"


def test_styles_are_inlined(week: Week) -> None:
    html = mail_to(week.maya).html
    body = html[html.index("<body") :]
    assert body.count("style=") > 40
    assert "prefers-color-scheme: dark" in html


def test_every_link_leads_to_a_page(week: Week, app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for who in (week.maya, week.tara, week.rahel, week.admin):
        for link in words_of(mail_to(who)).links:
            adapter.match(link.removeprefix("http://localhost:8000") or "/", method="GET")
