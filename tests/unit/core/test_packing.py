"""Answers are packed for those who can unpack them, and for nobody who asks from another site."""

import gzip
from io import BytesIO

import pytest
from flask import Flask, Response, send_file
from flask.testing import FlaskClient

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.accounts.states import Role
from tracker.core import packing

PAGE = "<p>Maya Lindqvist waits on you.</p>" * 100
GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def browser() -> FlaskClient:
    app = Flask(__name__)
    packing.init_app(app)
    app.add_url_rule("/page", view_func=lambda: PAGE, endpoint="page")
    app.add_url_rule("/short", view_func=lambda: "Maya", endpoint="short")
    app.add_url_rule("/image", view_func=lambda: Response(PAGE, mimetype="image/svg+xml"), endpoint="image")
    app.add_url_rule("/stream", view_func=lambda: Response(iter([PAGE]), mimetype="text/html"), endpoint="stream")
    file = lambda: send_file(BytesIO(PAGE.encode()), mimetype="text/plain")  # noqa: E731
    app.add_url_rule("/file", view_func=file, endpoint="file")
    return app.test_client()


def test_a_page_is_packed_for_who_takes_it(browser: FlaskClient) -> None:
    answer = browser.get("/page", headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == PAGE
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(PAGE) / 10


@pytest.mark.parametrize("asked", [{}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip;q=0, br"}])
def test_others_get_it_as_it_is(browser: FlaskClient, asked: dict[str, str]) -> None:
    answer = browser.get("/page", headers=asked)
    assert "Content-Encoding" not in answer.headers
    assert answer.text == PAGE


@pytest.mark.parametrize(
    ("site", "packed"), [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)]
)
def test_lengths_tell_other_sites_nothing(browser: FlaskClient, site: str, packed: bool) -> None:
    answer = browser.get("/page", headers=GZIP | {"Sec-Fetch-Site": site})
    assert ("Content-Encoding" in answer.headers) is packed
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.vary)


@pytest.mark.parametrize("path", ["/short", "/image", "/stream", "/file"])
def test_what_is_not_worth_it_or_no_page_stays(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_pages_of_the_product_are_packed(client: Client) -> None:
    make_user(Role.RECRUITER)
    answer = client.get("/sign-in", headers=GZIP)
    assert b"Sign in" in gzip.decompress(answer.data)
    assert answer.headers["Content-Security-Policy"]
