"""Addresses that are put together once are those that Flask puts together."""

from typing import Any

import pytest
from flask import Flask
from flask import url_for as build

from tracker.core.addresses import url_for


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("desk.today", {}),
        ("desk.board", {"number": "MLOPS-3"}),
        ("desk.board", {"number": "MLOPS-3", "mine": 1}),
        # Equal to the one above, and another address.
        ("desk.board", {"number": "MLOPS-3", "mine": True}),
        ("desk.board", {"number": "MLOPS-3", "late": None, "q": "ä b&c"}),
        ("desk.today", {"_anchor": "top"}),
        ("desk.today", {"_external": True}),
    ],
)
def test_they_are_the_same(app: Flask, endpoint: str, values: dict[str, Any]) -> None:
    for mounted in ("", "/hiring", ""):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": mounted}):
            assert [url_for(endpoint, **values) for _ in range(2)] == [build(endpoint, **values)] * 2


def test_outside_a_request_they_are_whole(app: Flask) -> None:
    with app.app_context():
        assert url_for("desk.today") == build("desk.today")
        assert url_for("desk.today").startswith("http")
