"""Tags are put on people and taken off, one or many at once."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.keys import tag_key
from tracker.candidates.models import Candidate, CandidateTag, Tag
from tracker.candidates.queries import tags_in_use, tags_of
from tracker.candidates.tagging import LONGEST_TAG, split_names, tag_candidates, untag_candidates
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.core.registry import get_registry
from tracker.history.models import Event


@pytest.fixture
def tara(app: Flask) -> User:
    return make_user(Role.RECRUITER)


def names(candidate: Candidate) -> list[str]:
    return [each.tag.name for each in tags_of(candidate.id)]


def tag(actor: User, *words: str, people: list[Candidate]) -> list[tuple[int, int]]:
    with transaction():
        return tag_candidates(people, words, actor=actor)


def events(candidate: Candidate) -> list[str]:
    return list(
        db.session.scalars(
            select(Event.kind).where(Event.candidate_id == candidate.id, Event.kind.like("%tagged")).order_by(Event.id)
        )
    )


def test_case_and_blanks_make_no_other_tag(tara: User) -> None:
    ada, ben = make_candidate("Ada"), make_candidate("Ben")
    tag(tara, "Relocation", people=[ada])
    new = tag(tara, " relocation ", "Conference  2026", people=[ada, ben])
    assert names(ada) == ["Conference 2026", "Relocation"]
    assert names(ben) == ["Conference 2026", "Relocation"]
    assert db.session.scalar(select(func.count()).select_from(Tag)) == 2
    assert sorted(person for person, _ in new) == [ada.id, ben.id, ben.id]


def test_a_second_time_nothing_happens(tara: User) -> None:
    ada = make_candidate("Ada")
    assert len(tag(tara, "backup", people=[ada, ada])) == 1
    assert tag(tara, "Backup", people=[ada]) == []
    (tag_id,) = (each.tag_id for each in tags_of(ada.id))
    for expected in ([(ada.id, tag_id)], []):
        with transaction():
            assert untag_candidates([ada], [tag_id], actor=tara) == expected
    assert events(ada) == ["candidate.tagged", "candidate.untagged"]
    assert list(tags_in_use()) == []


@pytest.mark.parametrize(
    "words", [[], ["", " \u200b"], ["x" * (LONGEST_TAG + 1)], ["ß" * LONGEST_TAG], [f"tag {n}" for n in range(21)]]
)
def test_what_is_no_tag_is_refused(tara: User, words: list[str]) -> None:
    ada = make_candidate("Ada")
    with pytest.raises(Refused) as refused, transaction():
        tag_candidates([ada], words, actor=tara)
    assert set(refused.value.fields) == {"tags"}
    assert names(ada) == []


def test_nobody_who_was_erased_is_tagged_and_their_own_tags_go(tara: User) -> None:
    ada, ben = make_candidate("Ada"), make_candidate("Ben")
    tag(tara, "sister of Ben", "relocation", people=[ada])
    tag(tara, "relocation", people=[ben])
    entry = get_registry().personal_data["candidate_tags"]
    assert [row["tag"] for row in entry.export(ada.id)] == ["relocation", "sister of Ben"]
    assert entry.export(ada.id)[0]["by"] == tara.name
    with transaction():
        entry.erase(ada.id)
        get_registry().personal_data["candidates"].erase(ada.id)
    assert entry.export(ada.id) == []
    assert list(db.session.scalars(select(Tag.name))) == ["relocation"]
    with pytest.raises(Refused), transaction():
        tag_candidates([ben, ada], ["backup"], actor=tara)


def test_the_number_of_statements_does_not_depend_on_the_people(tara: User, statements: list[str]) -> None:
    used = []
    for count in (2, 30):
        made = [make_candidate().id for _ in range(count)]
        everybody = select(Candidate).where(Candidate.id.in_(made))
        with transaction():
            people = db.session.scalars(everybody).all()
            statements.clear()
            new = tag_candidates(people, [f"batch {count}", "everybody"], actor=tara)
            used.append(len(statements))
        assert len(new) == 2 * count
        with transaction():
            people = db.session.scalars(everybody).all()
            statements.clear()
            assert untag_candidates(people, {tag_id for _, tag_id in new}, actor=tara) == new
            used.append(len(statements))
        assert db.session.scalar(select(func.count()).select_from(CandidateTag)) == 0
    assert used[:2] == used[2:]


@given(st.text(max_size=60))
def test_keys_are_their_own_keys(text: str) -> None:
    assert tag_key(tag_key(text)) == tag_key(text)
    assert tag_key(f"  {text} ") == tag_key(text)


def test_commas_and_semicolons_part_tags() -> None:
    assert [name.strip() for name in split_names("a, b;c d")] == ["a", "b", "c d"]
