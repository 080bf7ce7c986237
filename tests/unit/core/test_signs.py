"""What cannot be seen: kept where words need it, left out where it misleads."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.states import Role
from tracker.candidates.contents import clean_name
from tracker.candidates.facts import clean_facts
from tracker.candidates.keys import search_name, tag_key
from tracker.candidates.queries import search
from tracker.core.signs import readable, without_invisible

PERSIAN = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
HINDI = "\u0915\u094d\u200d\u0937"
CODER = "\U0001f469\U0001f3fd\u200d\U0001f4bb"


@pytest.mark.parametrize("text", [PERSIAN, HINDI, CODER, f"Ada {PERSIAN} Lind", "Łukasz Żak", "two\nlines\tand a tab"])
def test_what_words_need_stays(text: str) -> None:
    assert readable(text) == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("\u202eadA\u202c Lind", "adA Lind"),
        ("Ada\u2066 Lind\u2069", "Ada Lind"),
        ("\u200eAda\u200f", "Ada"),
        ("Ada\u200bLind", "AdaLind"),
        ("Ada\x00\x07Lind", "AdaLind"),
        ("\u200dAda\u200c", "Ada"),
        ("Ada \u200d Lind", "Ada  Lind"),
        ("7\u200d8", "78"),
        (f"{PERSIAN}\u202e", PERSIAN),
        ("\u0639\u200c\u202e\u0631", "\u0639\u200c\u0631"),
    ],
)
def test_what_misleads_goes(text: str, read: str) -> None:
    assert readable(text) == read


def test_keys_know_no_joiners() -> None:
    typed = PERSIAN.replace("\u200c", "")
    assert without_invisible(PERSIAN) == typed
    assert search_name(PERSIAN) == search_name(typed)
    assert tag_key(PERSIAN) == tag_key(typed)


def test_only_what_is_read_as_words_keeps_them() -> None:
    facts, problems = clean_facts({"name": PERSIAN, "email": "ali\u200creza@example.com", "company": HINDI})
    assert problems == {}
    assert (facts.name, facts.email, facts.company) == (PERSIAN, "alireza@example.com", HINDI)


def test_a_file_keeps_its_name() -> None:
    assert clean_name(f"{PERSIAN}\u202efdp.txt", "text/plain") == f"{PERSIAN}fdp.txt"


def test_somebody_is_found_by_their_name_however_it_is_typed(app: Flask) -> None:
    reader = make_user(Role.RECRUITER)
    candidate = make_candidate(f"{PERSIAN} Karimi")
    assert candidate.name == f"{PERSIAN} Karimi"
    for typed in (PERSIAN, PERSIAN.replace("\u200c", "")):
        assert candidate.id in {hit.id for hit in search(reader, typed, 10)}
