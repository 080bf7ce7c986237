"""The shape that the sources keep: the rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted([*(ROOT / "tracker").rglob("*.py"), *(ROOT / "worker").rglob("*.py")])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
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


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    hidden = [
        node.lineno
        for function in functions_of(tree_of(path))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_the_database_module_commits(path: Path) -> None:
    commits = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert commits == [] or name_of(path) in COMMITTING


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    reads = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    allowed = name_of(path) in READING_ENVIRONMENT or name_of(path).startswith(SUPERVISOR)
    assert reads == [] or allowed


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_the_clock_tells_the_time(path: Path) -> None:
    asked = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    assert asked == []


@pytest.mark.parametrize("path", [path for path in SOURCES if "views" in path.stem], ids=name_of)
def test_view_files_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_VIEWS


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.stem.startswith("operations") or path.parent.name == "operations"],
    ids=name_of,
)
def test_operations_know_nothing_of_requests(path: Path) -> None:
    asked = {
        alias.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module in {"flask", "flask_login"}
        for alias in node.names
    }
    # Settings of the running application are no request.
    assert asked <= {"current_app"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_forms_that_write_carry_the_token(path: Path) -> None:
    if "emails" in path.parts:
        return
    text = path.read_text(encoding="utf-8")
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE)
    assert [form[:120] for form in forms if "csrf" not in form and "_token" not in form] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_ask_no_database_and_carry_no_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(db\.session|\.query\(|select\()", text)
    if "emails" not in path.parts:
        assert not re.search(r"\s(style|on[a-z]+)=\"", text)
        assert "|safe" not in text.replace(" ", "")


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
