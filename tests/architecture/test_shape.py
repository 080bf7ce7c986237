"""The shape that the sources keep: the rules of the house that no linter knows."""

import ast
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted([*(ROOT / "tracker").rglob("*.py"), *(ROOT / "worker").rglob("*.py")])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: Mail clients know no policy and need inlined styles; pages do without.
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]
OPERATIONS = [path for path in SOURCES if path.stem.startswith("operations") or path.parent.name == "operations"]
#: Beyond this a file holds more than one thing.
LONGEST_VIEWS = 400
#: The modules that end a transaction: the one commit, and the migrations' own connection.
COMMITTING = {"tracker/core/db.py", "tracker/migrations.py"}
#: Where the settings are read; a console command and the supervisor hand their environment on to what they start.
READING_ENVIRONMENT = {"tracker/config.py", "tracker/cli.py"}
SUPERVISOR = "tracker/supervisor/"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a source; parsed once for all rules."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def lines_where(holds: Callable[[ast.AST], bool], paths: Iterable[Path] = SOURCES) -> set[tuple[str, int]]:
    """The file and line of each node that a rule forbids."""
    return {(name_of(path), getattr(node, "lineno", 0)) for path in paths for node in nodes_of(path) if holds(node)}


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = {
        (name_of(path), inner.lineno)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def test_only_the_database_module_commits() -> None:
    commits = lines_where(
        lambda node: isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    )
    assert {file for file, _line in commits} <= COMMITTING


def test_only_the_settings_read_the_environment() -> None:
    reads = lines_where(lambda node: isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"})
    assert {file for file, _line in reads if not file.startswith(SUPERVISOR)} <= READING_ENVIRONMENT


def test_only_the_clock_tells_the_time() -> None:
    asked = lines_where(
        lambda node: (
            isinstance(node, ast.Attribute)
            and node.attr in {"utcnow", "today"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
        )
    )
    assert asked == set()


def test_view_files_stay_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {file: length for file, length in lengths.items() if "views" in file and length > LONGEST_VIEWS} == {}


def test_operations_know_nothing_of_requests() -> None:
    asked = {
        (name_of(path), alias.name)
        for path in OPERATIONS
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom) and node.module in {"flask", "flask_login"}
        for alias in node.names
    }
    # Settings of the running application are no request.
    assert {(file, name) for file, name in asked if name != "current_app"} == set()


def test_forms_that_write_carry_the_token() -> None:
    form = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
    bare = {
        (name_of(path), found[:120])
        for path in PAGES
        for found in form.findall(path.read_text(encoding="utf-8"))
        if "csrf" not in found and "_token" not in found
    }
    assert bare == set()


@pytest.mark.parametrize(
    ("forbidden", "paths"),
    [
        (r"\b(db\.session|\.query\(|select\()", TEMPLATES),
        (r"\s(style|on[a-z]+)=\"", PAGES),
        (r"\|\s*safe\b", PAGES),
    ],
    ids=["queries", "inline code", "unescaped"],
)
def test_templates_go_without(forbidden: str, paths: list[Path]) -> None:
    pattern = re.compile(forbidden)
    assert {name_of(path) for path in paths if pattern.search(path.read_text(encoding="utf-8"))} == set()


def test_icons_that_templates_name_are_built() -> None:
    listed = (ROOT / "assets" / "icons.txt").read_text(encoding="utf-8").splitlines()
    known = {line.strip() for line in listed if line.strip() and not line.startswith("#")}
    places = icon_places()
    named = {
        (name_of(path), icon)
        for path in TEMPLATES
        for call in parsed(path).find_all(nodes.Call)
        if (icon := icon_of(call, places)) is not None
    }
    assert len({icon for _path, icon in named}) > 20
    assert {(path, icon) for path, icon in named if icon not in known} == set()


def parsed(path: Path) -> nodes.Template:
    return Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))


def icon_places() -> dict[str, int]:
    """Which argument of each macro is an icon's name, and that of icon() itself."""
    places = {"icon": 0}
    for macro in parsed(ROOT / "templates" / "_macros" / "ui.html").find_all(nodes.Macro):
        arguments = [argument.name for argument in macro.args]
        if "icon_name" in arguments:
            places[macro.name] = arguments.index("icon_name")
    return places


def icon_of(call: nodes.Call, places: dict[str, int]) -> str | None:
    """The icon that a call names literally."""
    called = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")
    place = places.get(called)
    if place is None:
        return None
    given = [keyword.value for keyword in call.kwargs if keyword.key == "icon_name"]
    given += call.args[place : place + 1]
    return str(given[0].value) if given and isinstance(given[0], nodes.Const) and given[0].value else None
