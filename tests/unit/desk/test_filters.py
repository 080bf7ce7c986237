"""Filters leave exactly whom they should, whatever is combined: compared with looking at everybody in plain Python."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.unit.desk.people import Crowd, left_by, make_crowd
from tracker.core.db import db
from tracker.desk.filters import LONGEST, Filter, Shape, conditions, parameters
from tracker.desk.scopes import OneRequisition
from tracker.pipeline.models import Application
from tracker.pipeline.states import SourceKind

#: What no row has, as far as it is a number.
NO_ID = str(2**40)


@pytest.fixture
def crowd(app: Flask) -> Crowd:
    return make_crowd()


def found(chosen: Filter, crowd: Crowd) -> set[int]:
    """What the database leaves, across all requisitions; the filter itself knows of none."""
    limits = OneRequisition(crowd.requisition, crowd.reader).limits
    query = (
        db.select(Application.id)
        .where(Application.requisition_id == crowd.requisition.id)
        .where(*conditions(Shape.of(chosen, limits)))
    )
    return set(db.session.scalars(query, parameters(chosen, limits, crowd.reader)))


ARGUMENTS = {
    "mine": ["1", "0"],
    "late": ["1", "yes"],
    "source": ["sourced", "applied,referred", "nonsense", "referred"],
    "from": ["LinkedIn", "CAREERS PAGE", "nowhere", "%"],
    "tag": ["{tag0}", "{tag0},{tag1}", "{tag2},{tag0}", NO_ID, "x", "{tag1},9e9"],
    "tags": ["all", "any"],
    "missing": ["any", "{item0}", "{item2}", NO_ID, "-1"],
    "region": ["france", "Europe", "new york", "amer sao", "!!", "_"],
    "recruiter": ["me", "nobody", "{other}", NO_ID, "everybody"],
    "q": ["ada", "lind", "dor ber", "ØSTER", "orchid", "'; --", "%"],
}


def filled(arguments: dict[str, str], crowd: Crowd) -> dict[str, str]:
    names = {f"tag{n}": tag for n, tag in enumerate(crowd.tags)} | {f"item{n}": i for n, i in enumerate(crowd.items)}
    return {name: value.format(**names, other=crowd.other.id) for name, value in arguments.items()}


def test_each_filter_by_itself(crowd: Crowd) -> None:
    told_apart = 0
    for name, values in ARGUMENTS.items():
        for value in values:
            chosen = Filter.read(filled({name: value}, crowd))
            expected = left_by(chosen, crowd)
            assert found(chosen, crowd) == expected, (name, value)
            told_apart += 0 < len(expected) < len(crowd.people)
    # The crowd is mixed enough for the filters to say something.
    assert told_apart >= 18


def test_any_combination(crowd: Crowd) -> None:
    matched = set()

    @settings(max_examples=80, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in ARGUMENTS.items()}))
    def compare(arguments: dict[str, str]) -> None:
        chosen = Filter.read(filled(arguments, crowd))
        expected = left_by(chosen, crowd)
        assert found(chosen, crowd) == expected
        matched.add(len(expected))

    compare()
    assert len(matched) > 3


def test_counts_are_of_those_who_are_left(crowd: Crowd) -> None:
    chosen = Filter.read(filled({"source": "applied", "tag": "{tag0}"}, crowd))
    counted = OneRequisition(crowd.requisition, crowd.reader).count(chosen)
    left = [each for each in crowd.people if each.application_id in left_by(chosen, crowd)]
    assert sum(counted.total.values()) == len(left)
    assert sum(counted.late.values()) == sum(each.late for each in left)


@given(st.dictionaries(st.sampled_from([*ARGUMENTS, "sort"]), st.text(max_size=300)))
def test_whatever_an_address_says_is_read_and_comes_back(arguments: dict[str, str]) -> None:
    chosen = Filter.read(arguments)
    assert Filter.read(chosen.arguments) == chosen
    assert bool(chosen) == bool(chosen.arguments)
    assert all(len(value) <= 20 * LONGEST for value in chosen.arguments.values())


def test_boxes_of_a_form_give_several_arguments_of_one_name() -> None:
    ticked = MultiDict([("source", "referred"), ("source", "applied"), ("tag", "7"), ("tag", "3"), ("tags", "all")])
    chosen = Filter.read(ticked)
    assert chosen.kinds == (SourceKind.APPLIED, SourceKind.REFERRED)
    assert chosen.arguments == {"source": "applied,referred", "tag": "7,3", "tags": "all"}


def test_one_tag_is_neither_all_nor_any() -> None:
    assert Filter.read({"tag": "3", "tags": "all"}).arguments == {"tag": "3"}
