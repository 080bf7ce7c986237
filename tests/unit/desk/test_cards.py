"""The words on cards."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tracker.accounts.models import User
from tracker.core.paging import Cursor
from tracker.desk.cards import (
    Card,
    Reading,
    Wait,
    age_words,
    holder_words,
    near,
    ordinal,
    place_words,
    shared_hours,
    source_words,
)
from tracker.desk.drawing import drawing
from tracker.pipeline.states import SourceKind, WaitReason

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=BERLIN)
READING = Reading(reader=User(id=1), now=NOW, zone=BERLIN, counting=BERLIN)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23T16:00", "today 16:00"),
        ("2026-11-24T10:30", "tomorrow 10:30"),
        ("2026-11-26T14:00", "Thu 14:00"),
        ("2026-12-03T09:00", "Thu 3 Dec 09:00"),
        ("2027-01-04T09:00", "Mon 4 Jan 2027 09:00"),
        ("2026-11-22T09:00", "Sun 22 Nov 09:00"),
    ],
)
def test_an_instant_that_is_close(moment: str, words: str) -> None:
    assert near(datetime.fromisoformat(moment).replace(tzinfo=BERLIN), READING) == words


@pytest.mark.parametrize(
    ("reason", "user_id", "words"),
    [
        (WaitReason.RECRUITER, 1, "you"),
        (WaitReason.RECRUITER, None, "a recruiter"),
        (WaitReason.INTERVIEWERS, 2, "J. Okoye, scorecard"),
        (WaitReason.INTERVIEWERS, None, "the interviewers, scorecard"),
        (WaitReason.HIRING_MANAGER, 1, "you, decision"),
        (WaitReason.HIRING_MANAGER, None, "the hiring manager, decision"),
        (WaitReason.CANDIDATE, None, "the candidate"),
        (WaitReason.SCHEDULED, None, "the interview"),
    ],
)
def test_whom_something_waits_on(reason: WaitReason, user_id: int | None, words: str) -> None:
    assert holder_words(reason, user_id, READING.reader, {2: "J. Okoye"}) == words


@pytest.mark.parametrize(
    ("kind", "source", "words"),
    [
        (SourceKind.REFERRED, "A. Kern", "referral, A. Kern"),
        (SourceKind.REFERRED, "", "referral"),
        (SourceKind.SOURCED, "LinkedIn", "LinkedIn"),
        (SourceKind.APPLIED, "", "applied"),
    ],
)
def test_where_somebody_came_from(kind: SourceKind, source: str, words: str) -> None:
    assert source_words(kind, source) == words


def test_a_cursor_comes_back_as_it_went() -> None:
    cursor = Cursor(datetime(2026, 11, 23, 13, 5, 7, 123457, tzinfo=UTC) + timedelta(microseconds=1), 42)
    assert Cursor.read(str(cursor)) == cursor


@pytest.mark.parametrize("text", [None, "", "-", "1", "x-1", "1-x", "1-2-3", "9" * 40 + "-1", "1-" + "9" * 40])
def test_what_is_no_cursor_is_the_first_page(text: str | None) -> None:
    assert Cursor.read(text) is None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
    ],
)
def test_the_number_of_a_contact(number: int, words: str) -> None:
    assert ordinal(number) == words


@pytest.mark.parametrize(
    ("entered", "limit", "late", "age", "said"),
    [
        ("2026-11-23", 5, False, "today", "0 working days in Screening, since today; limit 5"),
        # Friday to Monday is one working day.
        ("2026-11-20", 5, False, "1/5 d", "1 working day in Screening, since Fri 20 Nov; limit 5"),
        ("2026-11-13", 5, True, "6/5 d", "6 working days in Screening, since Fri 13 Nov; late, limit 5"),
        ("2026-11-13", None, False, "10 d", "10 days in Screening, since Fri 13 Nov"),
        ("2026-11-23", None, False, "today", "in Screening since today"),
    ],
)
def test_how_long_in_the_stage(entered: str, limit: int | None, late: bool, age: str, said: str) -> None:
    assert age_words(date.fromisoformat(entered), NOW.date(), "Screening", limit, late) == (age, said)


@pytest.mark.parametrize(
    ("here", "there", "hours"),
    [
        ("Europe/Berlin", "Europe/Berlin", 8),
        ("Africa/Lagos", "Europe/Berlin", 8),
        ("America/Sao_Paulo", "Europe/Berlin", 4),
        ("Asia/Kolkata", "Europe/Berlin", 3),
        ("America/Los_Angeles", "Europe/Berlin", 0),
        # Twelve hours apart, either way round.
        ("Pacific/Auckland", "Europe/Berlin", 0),
        # A day apart, and the same hours on the clock.
        ("Pacific/Kiritimati", "Pacific/Honolulu", 8),
    ],
)
def test_hours_that_two_working_days_share(here: str, there: str, hours: int) -> None:
    assert shared_hours(ZoneInfo(here), ZoneInfo(there), date(2026, 11, 23)) == hours


@pytest.mark.parametrize(
    ("location", "zone", "sharing", "words"),
    [
        ("Lagos", "Africa/Lagos", "Europe/Berlin", "Lagos, 8 h shared"),
        ("", "America/Sao_Paulo", "Europe/Berlin", "Sao Paulo, 4 h shared"),
        ("Porto", "", "Europe/Berlin", "Porto"),
        ("Porto", "Europe/Lisbon", "", "Porto"),
        ("", "", "Europe/Berlin", ""),
    ],
)
def test_where_somebody_is(location: str, zone: str, sharing: str, words: str) -> None:
    assert place_words(location, zone, sharing, date(2026, 11, 23)) == words


def make_card(**changes: object) -> Card:
    """Somebody in a column, with nothing special about them."""
    values: dict[str, object] = {
        "id": 7,
        "version": 3,
        "person": 9,
        "stage_id": 4,
        "name": "Ada Lind",
        "line": "SRE · Banco",
        "entered_at": NOW,
        "age": "today",
        "age_said": "in Screening since today",
        "late": False,
        "pips": None,
        "place": "",
        "foot": "LinkedIn",
        "waits": (),
        "number": "",
        "role": "",
        "movable": True,
    }
    return Card(**{**values, **changes})  # type: ignore[arg-type]


def test_what_people_wrote_is_escaped_on_cards(app: Flask) -> None:
    words = "<b>&\"'</b>"
    card = make_card(
        name=words, line=words, place=words, foot=words, age_said=words, number=words, waits=(Wait(words, "late"),)
    )
    with app.test_request_context():
        drawn = drawing()([card])
    assert "<b>" not in drawn
    # Line, place, foot, age, number, wait, and the name twice: as a link and in the label of the button.
    assert drawn.count("&lt;b&gt;&amp;&quot;&#x27;&lt;/b&gt;") == 8


def test_only_who_may_be_moved_can_be_taken_up(app: Flask) -> None:
    with app.test_request_context():
        draw = drawing()
        held, free = draw([make_card(movable=False)]), draw([make_card()])
    assert 'id="card-7" data-application="7" data-version="3" data-move-url="/applications/7/moves"' in free
    assert 'href="/applications/7/move" data-dialog aria-label="Move Ada Lind to…"' in free
    assert 'id="card-7"' in held
    assert "data-application" not in held
    assert "/move" not in held
