"""Lists come in the order of any column, both ways round, and their pages put together are the whole list."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.pipeline import make_application
from tests.unit.desk.people import STAGES, Crowd, Somebody, make_crowd
from tracker.core.db import db
from tracker.desk.listing import Choice, Listing
from tracker.desk.sorting import SORTS, Position, Value
from tracker.pipeline.models import Application, ApplicationCard


@pytest.fixture
def crowd(app: Flask) -> Iterator[Crowd]:
    crowd = make_crowd(30)
    # Whose zone the words are in.
    with app.test_request_context():
        yield crowd


def in_pages(crowd: Crowd, arguments: dict[str, str], size: int) -> list[int]:
    """The ids of all rows, page by page, each position going through an address."""
    choice = Choice.read(arguments)
    listing = Listing(crowd.requisition, choice, crowd.reader)
    found: list[int] = []
    after: Position | None = None
    while True:
        rows, following = listing.page(after, size)
        found += [row.card.id for row in rows]
        if following is None:
            return found
        assert following.number == len(found)
        after = Position.read(str(following), SORTS[choice.sort].value)
        assert after == following


def value_of(sort: str, crowd: Crowd) -> Callable[[Somebody], Any]:
    """What the column holds of somebody, as it is sorted; None where it holds nothing."""
    cards = {card.application_id: card for card in db.session.query(ApplicationCard)}
    applications = {each.id: each for each in db.session.query(Application)}
    names = {crowd.reader.id: "tara kessler", crowd.other.id: "bo okoye"}
    columns: dict[str, Callable[[Somebody], Any]] = {
        "stage": lambda each: STAGES.index(each.stage),
        "name": lambda each: applications[each.application_id].candidate.search_name,
        "entered": lambda each: each.entered,
        "evidence": lambda each: cards[each.application_id].must_haves_assessed,
        "waits": lambda each: cards[each.application_id].waits_since,
        "contact": lambda each: each.contacted,
        "source": lambda each: each.source.lower() or None,
        "recruiter": lambda each: names.get(each.recruiter or 0),
        "started": lambda each: applications[each.application_id].started_at,
    }
    return columns[sort]


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort", list(SORTS))
def test_pages_put_together_are_the_list_in_order(crowd: Crowd, sort: str, direction: str) -> None:
    value = value_of(sort, crowd)
    newest = sorted(crowd.people, key=lambda each: (each.entered, each.application_id), reverse=True)
    # A reversed sort keeps equal ones in their order.
    held = sorted((each for each in newest if value(each) is not None), key=value, reverse=direction == "desc")
    expected = [each.application_id for each in (*held, *(each for each in newest if value(each) is None))]
    for status in ("active", "all"):
        for size in (4, 7, 1000):
            assert in_pages(crowd, {"sort": sort, "dir": direction, "status": status}, size) == expected


def test_a_page_goes_on_behind_its_last_row_whoever_comes_and_goes(crowd: Crowd) -> None:
    listing = Listing(crowd.requisition, Choice.read({"sort": "entered"}), crowd.reader)
    begun, position = listing.page(None, 10)
    rest = [row.card.id for row in listing.page(position, 100)[0]]
    make_application(crowd.requisition, days_ago=0, actor=crowd.reader)
    again = Listing(crowd.requisition, Choice.read({"sort": "entered"}), crowd.reader)
    assert [row.card.id for row in again.page(position, 100)[0]] == rest
    assert len(begun) + len(rest) == 30


positions = st.builds(
    Position,
    value=st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40),
    entered=st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - as asked
    id=st.integers(1, 2**63 - 1),
    number=st.integers(0, 10**6),
)


@given(positions)
def test_a_position_comes_back_as_it_went(position: Position) -> None:
    assert Position.read(str(position), Value.TEXT) == position


@given(st.text(max_size=80) | st.binary(max_size=60).map(bytes.hex), st.sampled_from(Value))
def test_what_is_no_position_is_the_first_page(text: str, kind: Value) -> None:
    found = Position.read(text, kind)
    assert found is None or Position.read(str(found), kind) == found


@pytest.mark.parametrize(
    "parts",
    [
        '["x",1,2,3]',
        "[1,2,3]",
        "[1,2,3,4,5]",
        "[true,1,2,3]",
        "[1,1e3,2,3]",
        "[99999999999999999999,1,2,3]",
        "{}",
        "5",
        "[" * 900,
    ],
)
def test_a_position_of_another_kind_is_the_first_page(parts: str) -> None:
    packed = urlsafe_b64encode(parts.encode()).decode()
    assert Position.read(packed, Value.INSTANT) is None
    assert Position.read(packed, Value.NUMBER) is None
