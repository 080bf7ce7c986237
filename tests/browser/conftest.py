"""An application that a real browser can reach, in this process, on a database of its own."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.conftest import make_settings
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tests.services.axe import AXE_SCRIPT
from tests.services.installation import free_port
from tracker import create_app
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.requisitions.models import Requisition

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A busy machine is no failure: what is expected may take its time, and is seen as soon as it is there.
expect.set_options(timeout=20_000)

SignIn = Callable[[BrowserContext, User], None]


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Flask]:
    """The application, listening, its state in `folder`; within the block an application context is active.

    `settings` change those of tests. `app.config["SITE"]` is its address.
    """
    site = f"http://127.0.0.1:{free_port()}"
    app = create_app(make_settings(folder, f"sqlite:///{folder / 'test.db'}", base_url=site, **settings))
    app.config["SITE"] = site
    server = make_server("127.0.0.1", int(site.rpartition(":")[2]), _in_one_piece(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    with app.app_context():
        db.create_all()
        thread.start()
        yield app
        db.session.remove()
        server.shutdown()
        thread.join(timeout=30)
        server.server_close()
        db.engine.dispose()


def _in_one_piece(app: Flask) -> "WSGIApplication":
    """The application, each answer of which has ended before it is sent: this server leaves the file of an answer open
    when a browser hangs up, as it does with what a page still loads when its test ends."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer


def give_session(app: Flask, context: BrowserContext, user: User) -> None:
    """Give a browser's context the session of a user."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = user.get_id()
        session["_fresh"] = True
        # As signing in leaves it: of two requests that found none, the later answer would take the earlier one's away.
        session["csrf_token"] = token_hex(20)
        session["seen"] = int(clock.now().timestamp())
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="127.0.0.1")
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": app.config["SITE"]}])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Flask]:
    """The application, listening; an application context is active. `served.config["SITE"]` is its address."""
    with serving(tmp_path) as app:
        yield app


@pytest.fixture
def sign_in(served: Flask) -> SignIn:
    """Gives a browser's context the session of a user."""
    return partial(give_session, served)


@pytest.fixture(
    params=[(1280, "light", "none"), (1280, "dark", "none"), (320, "light", "none"), (320, "dark", "active")],
    ids=["1280-light", "1280-dark", "320-light", "320-forced"],
)
def axe_page(request: pytest.FixtureRequest, browser: Browser, sign_in: SignIn, recruiter: User) -> Iterator[Page]:
    """A page of the test's recruiter, with axe in it: wide and narrow, light, dark and in the reader's own colours."""
    width, scheme, forced = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, forced_colors=forced)
    context.add_init_script(AXE_SCRIPT)
    sign_in(context, recruiter)
    yield context.new_page()
    context.close()


@pytest.fixture
def tara(served: Flask) -> User:
    """Who looks."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def davide(served: Flask) -> User:
    """Who does something elsewhere."""
    return make_user(Role.RECRUITER, name="Davide Moretti")


@pytest.fixture
def requisition(tara: User) -> Requisition:
    """An open one."""
    return make_open_requisition(tara)
