"""A small site with the product's own frame, macros, styles and scripts, whose answers a test can foretell."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Blueprint, Flask, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.serving import make_server
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from tracker.core import http, templating
from tracker.core.forms import SelectChoice

ROOT = Path(__file__).parents[3]
PAGES = Path(__file__).parent / "pages"


class PersonForm(Form):
    """One field of each kind."""

    name = StringField("Name", [InputRequired("Say who it is.")])
    stage = SelectField("Stage", choices=[SelectChoice("a", "Applied"), SelectChoice("s", "Screening")])
    outcome = RadioField(
        "Outcome", choices=[SelectChoice("hired", "Hired"), SelectChoice("declined", "Declined")], default="hired"
    )
    regions = SelectMultipleField("Regions", choices=[SelectChoice("eu", "Europe"), SelectChoice("af", "Africa")])
    since = DateField("Since", [Optional()])
    note = TextAreaField("Note")
    resume = FileField("Résumé")
    confidential = BooleanField("Confidential")


@dataclass
class Site:
    """Where the small site is, and what it was sent: (path, form) in order."""

    address: str
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)


pages = Blueprint("pages", __name__)


def told() -> Site:
    """The site that the running application tells what it was sent."""
    site: Site = current_app.extensions["site"]
    return site


@pages.before_request
def remember() -> None:
    """Keep what was posted."""
    if request.method == "POST":
        told().sent.append((request.path, request.form.to_dict()))


@pages.get("/<name>")
def show(name: str) -> str:
    """Any page of the folder."""
    return render_template(f"{name}.html", form_=PersonForm())


@pages.get("/said")
def said() -> ResponseReturnValue:
    """A message with a way back, on the page that follows."""
    templating.say("Lukas Brandt moved to Screening", undo_url="/undo")
    return redirect("/board")


@pages.post("/form")
def take_form() -> ResponseReturnValue:
    """Go on when the form is sound, show it again when it is not."""
    form = PersonForm(request.form)
    if form.validate():
        return redirect("/shapes?saved=1", 303)
    return render_template("form.html", form_=form), 422


@pages.post("/refused")
def refuse() -> ResponseReturnValue:
    """Somebody was faster."""
    return refusal(409, "Maya Lindqvist declined this entry just now."), 409


@pages.post("/ended")
def ended() -> ResponseReturnValue:
    """The sign-in has ended."""
    return refusal(401, "Your sign-in has ended."), 401


@pages.post("/order")
def order() -> ResponseReturnValue:
    """Take the order of a list, or refuse it."""
    told().sent[-1] = ("/order", {"items": ",".join(request.form.getlist("item"))})
    return jsonify({"message": "Somebody else reordered it."}), 409 if request.args.get("refuse") else 200


@pages.post("/undo")
@pages.post("/plain")
@pages.post("/sign-out")
def done() -> ResponseReturnValue:
    """Done; go on."""
    return redirect("/shapes", 303)


def refusal(status: int, message: str) -> str:
    """The product's own error page."""
    return render_template(
        "errors/error.html", status=status, message=message, needed=(), who=None, when=None, fields={}
    )


def make_site_app(site: Site) -> Flask:
    """The site, with the product's frame around its pages."""
    app = Flask("look", static_folder=str(ROOT / "tracker/static"), static_url_path="/static")
    app.secret_key = "only for these tests"
    app.extensions["site"] = site
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(PAGES)])
    app.jinja_env.globals["csrf_token"] = lambda: "the-token"
    app.jinja_env.globals["once_key"] = lambda: ""
    http.init_app(app)
    entries = [
        templating.NavigationEntry("Today", "/shapes", "sun", 6, urgent=True),
        templating.NavigationEntry("Board", "/board", "layout-kanban", 1284, active=True),
        templating.NavigationEntry("Mail", "/form", "mail", section="Admin"),
    ]
    templating.install(
        app,
        templating.Frame(
            reader=lambda: templating.Reader("Tara Kessler", "tara@example.org", ["Recruiter"], "/sign-out"),
            reader_zone=lambda: ZoneInfo("Europe/Berlin"),
            navigation=lambda: entries,
            pinned=lambda: [templating.PinnedRequisition("MLE-7", "Ranking", "ml_engineer", "/board")],
            organisation=lambda: "Northwind AI",
        ),
    )
    app.register_blueprint(pages)
    return app


@pytest.fixture
def site() -> Iterator[Site]:
    """The small site, running; assets must have been built, as `make test` does."""
    if not (ROOT / "tracker/static/dist/manifest.json").is_file():
        pytest.fail("The front-end has not been built: run `make test`, or `npm run build` in assets/.")
    fresh = Site("")
    server = make_server("127.0.0.1", 0, make_site_app(fresh), threaded=True)
    fresh.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield fresh
    server.shutdown()
    thread.join()
