"""What the application answers when something is refused, forged or broken."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from flask import Flask, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from tests.conftest import Client, make_settings
from tests.factories.accounts import make_user
from tracker import create_app
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import logs
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Forbidden, Refused
from tracker.core.http import see_other
from tracker.core.limits import limiter

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


def raise_(error: Exception) -> ResponseReturnValue:
    raise error


def insert_twice() -> ResponseReturnValue:
    with transaction():
        for _ in range(2):
            db.session.execute(
                insert(User).values(
                    name="N", email="taken@example.com", session_key="s", timezone="UTC", created_at=datetime.now(UTC),
                    wants_summary=True, wants_reminders=True,
                )
            )  # fmt: skip
    return "not reached"


def fill_up() -> ResponseReturnValue:
    """A database that may not grow, as on a disk without room."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={connection.exec_driver_sql('PRAGMA page_count').scalar()}")
        try:
            connection.exec_driver_sql("CREATE TABLE grown AS SELECT randomblob(1000000) AS what")
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count=1073741823")
    return "not reached"


def write_what_may_only_be_read() -> ResponseReturnValue:
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        try:
            connection.exec_driver_sql("UPDATE users SET name = 'N'")
        finally:
            connection.exec_driver_sql("PRAGMA query_only=OFF")
    return "not reached"


def keep_a_file() -> ResponseReturnValue:
    """On a device on which there is never room."""
    Path("/dev/full").write_bytes(b"what somebody sent")
    return "not reached"


FAULTS = {
    "full": fill_up,
    "read-only": write_what_may_only_be_read,
    "no-room": keep_a_file,
    "no-file": lambda: raise_(FileNotFoundError(2, "maya@example.com is no file")),
    "forbidden": lambda: raise_(Forbidden("This is for admins.", who="admins")),
    "refused": lambda: raise_(Refused("Not yet.", needed=["A shortlist first."], fields={"note": "Write one."})),
    "conflict": lambda: raise_(
        Conflict("Jonas Okoye has decided.", who="Jonas Okoye", when=datetime(2026, 11, 23, 13, 5, tzinfo=UTC))
    ),
    "stale": lambda: raise_(StaleDataError("1 row expected")),
    "unique": insert_twice,
    "away": lambda: raise_(OperationalError("SELECT", {}, Exception("maya@example.com is away"))),
    "deadlock": lambda: raise_(DBAPIError("UPDATE", {}, Deadlock())),
    "fault": lambda: raise_(ValueError("maya@example.com cannot be divided")),
    "onward": lambda: see_other("/account"),
}


class Deadlock(Exception):
    sqlstate = "40P01"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of its own, with pages that fail and with tokens asked for."""
    folder = tmp_path_factory.mktemp("broken")
    app = create_app(make_settings(folder, f"sqlite:///{folder / 'test.db'}", log_level="INFO"))
    app.test_client_class = Client
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for name, view in FAULTS.items():
        app.add_url_rule(f"/broken/{name}", f"broken_{name}", view, methods=["GET", "POST"])
    with app.app_context():
        db.create_all()
        make_user(Role.RECRUITER, email="reader@example.com")
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def reader(broken: Flask) -> Client:
    client = broken.test_client()
    assert isinstance(client, Client)
    return client.sign_in(db.session.query(User).one())


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("forbidden", 403, "This is for admins."),
        ("refused", 422, "Not yet."),
        ("conflict", 409, "Jonas Okoye has decided."),
        ("stale", 409, "Somebody else changed this"),
        ("unique", 409, "Somebody else changed this"),
        ("deadlock", 409, "Somebody else changed this"),
        ("away", 503, "The database does not answer"),
        ("full", 507, "There is no room left on the server’s disk"),
        ("read-only", 507, "The server may not write to its disk"),
        ("no-room", 507, "There is no room left on the server’s disk"),
        ("no-file", 500, "Something went wrong on our side"),
        ("fault", 500, "Something went wrong on our side"),
    ],
)
def test_each_refusal_is_told_as_a_page_a_fragment_and_json(reader: Client, name: str, status: int, said: str) -> None:
    page = reader.get(f"/broken/{name}")
    assert page.status_code == status
    assert said in page.text
    assert "<html" in page.text
    assert page.headers["X-Request-ID"] in page.text
    fragment = reader.get(f"/broken/{name}", headers=HTMX)
    assert fragment.status_code == status
    assert said in fragment.text
    assert "<html" not in fragment.text
    assert "data-message" in fragment.text
    script = reader.get(f"/broken/{name}", headers=JSON)
    assert script.status_code == status
    assert said in script.get_json()["error"]
    for answer in (page, fragment, script):
        assert "maya@example.com" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_refusal_says_what_is_needed_and_a_conflict_who_and_when(reader: Client) -> None:
    assert reader.get("/broken/refused", headers=JSON).get_json()["needed"] == ["A shortlist first."]
    assert "A shortlist first." in reader.get("/broken/refused").text
    told = reader.get("/broken/conflict", headers=JSON).get_json()
    assert (told["who"], told["when"]) == ("Jonas Okoye", "2026-11-23T13:05:00+00:00")
    page = reader.get("/broken/conflict").text
    assert re.search(r"Jonas Okoye has decided\. That was Mon 23 Nov( 2026)?, 14:05 CET\.", page)
    assert "This is for admins.</p>" in reader.get("/broken/forbidden").text
    assert reader.get("/broken/forbidden", headers=JSON).get_json()["who"] == "admins"
    assert reader.get("/broken/away").headers["Retry-After"] == "10"


def test_when_not_even_the_error_page_can_be_made_there_is_still_an_answer(
    reader: Client, broken: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(broken.jinja_env.filters, "when", lambda _moment: 1 / 0)
    answer = reader.get("/broken/conflict")
    assert answer.status_code == 409
    assert "Jonas Okoye has decided." in answer.text


def test_what_is_nowhere_and_what_takes_no_posts(reader: Client) -> None:
    nowhere = reader.get("/nowhere")
    assert nowhere.status_code == 404
    assert "There is nothing at this address" in nowhere.text
    wrong = reader.get("/sign-out")
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]


def test_writing_sends_on_and_tells_htmx_by_a_header(reader: Client) -> None:
    page = reader.get("/broken/onward")
    assert (page.status_code, page.location) == (303, "/account")
    fragment = reader.get("/broken/onward", headers=HTMX)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, "/account")


def token_of(client: Client, address: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert found
    return found.group(1)


def test_a_post_without_its_token_is_refused(reader: Client, broken: Flask) -> None:
    forged = reader.post("/account/sign-outs")
    assert forged.status_code == 400
    assert "This page is older than your sign-in." in forged.text
    token = token_of(reader, "/account")
    assert reader.post("/broken/onward", data={"csrf_token": token}).status_code == 303
    assert reader.post("/broken/onward", headers={"X-CSRFToken": token}).status_code == 303
    stranger = broken.test_client()
    assert isinstance(stranger, Client)
    assert stranger.post("/broken/onward", data={"csrf_token": token}).status_code == 303
    assert stranger.post("/account", data={"csrf_token": token}).location.startswith("/sign-in")
    assert stranger.post("/account", headers=HTMX).status_code == 401
    assert stranger.post("/sign-in", data={"email": "reader@example.com", "password": "x"}).status_code == 400


def test_the_token_lives_as_long_as_the_sign_in(reader: Client) -> None:
    token = token_of(reader, "/account")
    reader.get("/account")
    assert reader.post("/broken/onward", data={"csrf_token": token}).status_code == 303


def test_a_request_keeps_the_id_it_came_with(reader: Client) -> None:
    assert reader.get("/account", headers={"X-Request-ID": "abc123"}).headers["X-Request-ID"] == "abc123"
    made = reader.get("/account", headers={"X-Request-ID": "no <b>spaces</b>"}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_logs_are_json_and_name_nobody(reader: Client, capsys: pytest.CaptureFixture[str]) -> None:
    # Another test may have made an application that says less.
    logs.configure("INFO")
    capsys.readouterr()
    reader.get("/broken/fault?q=maya@example.com", headers={"X-Request-ID": "abc123"})
    reader.get("/broken/unique")
    written = capsys.readouterr()
    lines = [json.loads(line) for line in (written.out + written.err).splitlines()]
    fault = next(line for line in lines if line["event"] == "request.fault")
    assert fault["fault"] == "builtins.ValueError"
    assert any("test_http.py" in frame for frame in fault["frames"])
    assert fault["request_id"] == "abc123"
    request = next(line for line in lines if line["event"] == "request")
    assert (request["route"], request["status"]) == ("/broken/fault", 500)
    assert "@example.com" not in written.out + written.err


def test_what_comes_after_a_request_is_not_logged_as_part_of_it(broken: Flask) -> None:
    FlaskClient(broken).get("/broken/fault", headers={"X-Request-ID": "abc123"})
    assert structlog.contextvars.get_contextvars() == {}


def test_cookies_are_for_https_where_the_address_is_https(tmp_path: Path) -> None:
    secure = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'a.db'}", base_url="https://hire.example.com"))
    assert secure.config["SESSION_COOKIE_SECURE"] is True
    assert secure.config["REMEMBER_COOKIE_SECURE"] is True
    with secure.app_context():
        db.create_all()
        answer = secure.test_client().get("/forgot", base_url="https://hire.example.com")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Secure" in answer.headers["Set-Cookie"]
        db.session.execute(text("SELECT 1"))
        db.engine.dispose()


@pytest.mark.parametrize(("hops", "believed"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_who_asks_is_believed_of_as_many_proxies_as_there_are(tmp_path: Path, hops: int, believed: str) -> None:
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'a.db'}", trusted_proxies=hops))
    app.add_url_rule("/who", "who", lambda: request.remote_addr or "")
    given = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    assert app.test_client().get("/who", headers=given).text == believed
    with app.app_context():
        db.engine.dispose()


def test_tries_are_counted_where_there_is_no_broker(broken: Flask, reader: Client) -> None:
    limiter._fallback_storage.reset()
    token = token_of(reader, "/forgot")
    answers = [
        reader.post("/forgot", data={"email": "somebody@example.com", "csrf_token": token}).status_code
        for _ in range(5)
    ]
    assert answers == [303, 303, 303, 303, 429]
