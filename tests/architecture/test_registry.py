"""The registry is complete: what the sources name is there, and what is there is used."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from tracker.accounts.permission_table import Reach, names_a_role, reach_of
from tracker.accounts.states import Role
from tracker.core.db import db
from tracker.core.guard import UNGUARDED
from tracker.core.registry import Registry, RegistryError
from tracker.history.operations import EventData
from tracker.history.sentences import known_kinds

ROOT = Path(__file__).parent.parent.parent
#: Templates ask can("…") with these names too.
ASKING = {"can": 1, "reader_can": 0, "require": 1, "guarded": 0}


@pytest.fixture
def registry(app: Flask) -> Registry:
    registry: Registry = app.extensions["registry"]
    return registry


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Every call of a function of that name in the sources, with the file it stands in."""
    found = []
    for path in sorted((ROOT / "tracker").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called == name:
                    found.append((path.relative_to(ROOT).as_posix(), node))
    return found


def literal(call: ast.Call, position: int) -> str | None:
    argument = call.args[position] if len(call.args) > position else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def test_it_is_frozen_after_the_start(registry: Registry) -> None:
    with pytest.raises(RegistryError):
        registry.add_tick("late", lambda: 0, every=None)  # type: ignore[arg-type]


def test_permissions_that_are_asked_for_are_registered(registry: Registry) -> None:
    asked = {
        (path, permission)
        for name, position in ASKING.items()
        for path, call in calls(name)
        if (permission := literal(call, position)) is not None
    }
    known = UNGUARDED | set(registry.permissions)
    assert {(path, permission) for path, permission in asked if permission not in known} == set()


def test_permissions_that_templates_ask_for_are_registered(registry: Registry, app: Flask) -> None:
    asked = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for node in _can_calls(app, path):
            asked[node] = path.name
    assert {name: file for name, file in asked.items() if name not in registry.permissions} == {}


def _can_calls(app: Flask, path: Path) -> list[str]:
    tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
    found = []
    stack = [tree]
    while stack:
        node = stack.pop()
        stack.extend(node.iter_child_nodes())  # type: ignore[arg-type]  # all nodes are nodes
        target = getattr(node, "node", None)
        if type(node).__name__ == "Call" and getattr(target, "name", "") == "can":
            first = node.args[0]  # type: ignore[attr-defined]  # a Call has arguments
            if type(first).__name__ == "Const":
                found.append(str(first.value))
    return found


def test_each_permission_says_which_roles_may(registry: Registry) -> None:
    assert [entry.name for entry in registry.permissions.values() if not names_a_role(entry)] == []


@pytest.mark.parametrize(
    ("who", "reaches"),
    [
        ("admins", "all none none none"),
        ("everybody; each sees the requisitions they work on", "all all all all"),
        ("recruiters of the requisition and admins", "all theirs none none"),
        ("recruiters and hiring managers of the requisition, and admins", "all theirs theirs none"),
        ("recruiters, hiring managers and admins", "all all all none"),
        ("recruiters, the requisition's hiring team and admins", "all all theirs theirs"),
        ("the hiring team, who sits on an interview, recruiters and admins", "all all theirs theirs"),
        ("the requisition's hiring managers, and admins", "all none theirs none"),
        ("the requisition’s hiring manager and deputies, and admins", "all none theirs none"),
        ("those who can see what it is about", "all theirs theirs theirs"),
        ("its assessor", "none none none theirs"),
        ("somebody else", "none none none none"),
    ],
)
def test_how_far_each_role_gets_is_read_from_the_sentence(who: str, reaches: str) -> None:
    roles = (Role.ADMIN, Role.RECRUITER, Role.HIRING_MANAGER, Role.INTERVIEWER)
    assert [reach_of(role, who) for role in roles] == [Reach(word) for word in reaches.split()]


def test_mail_that_is_queued_has_somebody_who_renders_it(registry: Registry) -> None:
    queued = {(path, kind) for path, call in calls("queue_mail") if (kind := literal(call, 0)) is not None}
    assert {(path, kind) for path, kind in queued if kind not in registry.mail_kinds} == set()


def test_ticks_that_are_rung_for_are_registered(registry: Registry) -> None:
    rung = {(path, tick) for path, call in calls("ring") if (tick := literal(call, 0)) is not None}
    assert {(path, tick) for path, tick in rung if tick not in registry.ticks} == set()
    assert all(callable(tick.run) and tick.every for tick in registry.ticks.values())


def test_every_kind_of_event_reads_as_a_sentence(app: Flask) -> None:
    kinds = {kind.kind for kind in _descendants(EventData) if kind.__module__.startswith("tracker.")}
    assert sorted(kinds - known_kinds()) == []


def _descendants(kind: type[EventData]) -> list[type[EventData]]:
    return [child for direct in kind.__subclasses__() for child in (direct, *_descendants(direct))]


def test_navigation_leads_to_pages_that_are_there(app: Flask, registry: Registry) -> None:
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert [item.endpoint for item in registry.navigation if item.endpoint not in rules] == []


def test_tables_that_hold_personal_data_of_candidates_say_how_it_is_erased(registry: Registry) -> None:
    tables = set(db.metadata.tables)
    assert sorted(set(registry.personal_data) - tables) == []
