"""People are found by the beginnings of words, page by page, by those who may see them."""

from typing import Any

from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.states import Role
from tracker.candidates import queries


def names(page: queries.Page) -> list[str]:
    return [person.name for person in page.people]


def test_people_are_found_without_accents_by_any_word(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    make_candidate("Jindřiška Malý", email="jm@example.org", company="Vistula Bank")
    make_candidate("Matías Barbero", email="m.barbero@mail.example")
    for asked in ("jindri", "maly jind", "MALÝ", "vistu", "jm@example.org", "jm@exa"):
        assert names(queries.search_page(tara, asked, after=None)) == ["Jindřiška Malý"], asked
    assert names(queries.search_page(tara, "mat barb mail.ex", after=None)) == ["Matías Barbero"]
    for asked in ("malyx", "jind barbero", "", "  ", "%", "_"):
        assert names(queries.search_page(tara, asked, after=None)) == [], asked


def test_whole_words_come_before_longer_ones_and_nobody_twice(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    make_candidate("Annabel Anders", email=None)
    make_candidate("Ann Other", email="ann.other@example.org")
    assert names(queries.search_page(tara, "ann", after=None)) == ["Ann Other", "Annabel Anders"]


def test_a_search_has_pages(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    for number in range(7):
        make_candidate(f"Karl Karlsen{number}")
    found: list[str] = []
    after: tuple[str, int] | None = None
    while True:
        page = queries.search_page(tara, "karl", after=after, limit=3)
        found += names(page)
        if page.next is None:
            break
        word, _, candidate_id = page.next.rpartition("~")
        after = (word, int(candidate_id))
    assert found == [f"Karl Karlsen{number}" for number in range(7)]


def test_the_list_has_pages_newest_first(app: Flask) -> None:
    tara = make_user(Role.ADMIN)
    for number in range(5):
        make_candidate(f"P{number}")
    first = queries.newest(tara, before=None, limit=3)
    assert names(first) == ["P4", "P3", "P2"]
    assert names(queries.newest(tara, before=int(first.next or 0), limit=3)) == ["P1", "P0"]


def test_others_see_nobody_by_themselves(app: Flask) -> None:
    ines = make_user(Role.INTERVIEWER, Role.HIRING_MANAGER)
    make_candidate("Ada Lovelace")
    assert names(queries.search_page(ines, "ada", after=None)) == []
    assert names(queries.newest(ines, before=None)) == []


def test_likely_duplicates_are_named_with_why(app: Flask) -> None:
    ada = make_candidate(
        "Ada Lovelace", email="ada@example.org", phone="+44 20 7946 0239", linkedin_url="https://linkedin.com/in/ada"
    )
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": "X", "email_key": "ada@example.org"}, "the e-mail address is the same"),
        ({"name": "ada LOVELACE", "email_key": "ada+cv@example.org"}, "name and mailbox are the same"),
        ({"name": "Ada Lovelace", "phone_key": "2079460239"}, "name and phone number are the same"),
        ({"name": "X", "linkedin_url": "https://www.linkedin.com/in/ada"}, "the LinkedIn profile is the same"),
        ({"name": "Ada Lovelace"}, "the name is the same"),
        ({"name": "X", "phone_key": "+442079460239"}, "the phone number is the same"),
    ]
    for facts, why in cases:
        assert [(found.candidate.id, found.why) for found in queries.possible_duplicates(**facts)] == [(ada.id, why)]
    assert queries.possible_duplicates(name="Ada King", email_key="ada.king@example.org") == []
    assert queries.possible_duplicates(name="Ada Lovelace", ignore=ada.id) == []
