"""The words on cards."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.accounts.models import User
from tracker.core.paging import Cursor
from tracker.desk.cards import Reading, holder_words, near, source_words
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
