"""Every route stands behind a permission that the registry knows, and answers each role as the table says."""

import pytest
from flask import Flask

from tests.architecture.pages import faults_of
from tests.architecture.route_table import Row, rows
from tests.architecture.world import READERS, World, argument_names
from tracker.core.guard import UNGUARDED, permission_of

ROWS = rows()
#: Files of the front-end; the web server answers before the application does.
STATIC = "static"


def routes(app: Flask) -> list[tuple[str, str]]:
    """The method and rule of every route."""
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != STATIC
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def test_every_route_is_guarded_by_a_permission_that_somebody_registered(app: Flask) -> None:
    known = UNGUARDED | set(app.extensions["registry"].permissions)
    asked = {name: permission_of(view) for name, view in app.view_functions.items() if name != STATIC}
    assert {name: permission for name, permission in asked.items() if permission not in known} == {}


def test_the_table_names_every_route(world: World) -> None:
    app = world.client.application
    missing = sorted(set(routes(app)) - {row.key for row in ROWS})
    assert not missing, "\n".join(
        ["These routes are not in tests/architecture/route_table.py. Check each answer, then enter the line:"]
        + [line_for(world, method, rule) for method, rule in missing]
    )
    gone = {row.key for row in ROWS} - set(routes(app))
    assert not gone, f"The table names routes that are no longer there: {gone}"
    told = [(row.key, tuple(row.values.items())) for row in ROWS]
    assert len(told) == len(set(told))


def line_for(world: World, method: str, rule: str) -> str:
    """The line of the table as the route answers now."""
    try:
        answers = [world.ask(reader, method, rule, {}).status_code for reader in READERS]
    except KeyError as missing:
        return f"{method:<5} {rule:<49} (nothing supplies {missing} in tests/architecture/world.py)"
    return f"{method:<5} {rule:<49}{''.join(f'{answer:>5}' for answer in answers)}"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_route_answers_each_role_as_the_table_says(world: World, row: Row, reader: str) -> None:
    answer = world.ask(reader, row.method, row.rule, row.values)
    assert answer.status_code == row.expected[reader], answer.text[:2000]
    assert faults_of(answer) == []
    if row.method == "GET":
        assert world.writes == [], "a GET changes nothing"


@pytest.mark.parametrize("row", [row for row in ROWS if argument_names(row.rule)], ids=str)
def test_what_is_not_there_is_not_found(world: World, row: Row) -> None:
    if any(f"int:{name}" not in row.rule for name in argument_names(row.rule)):
        values = dict.fromkeys(argument_names(row.rule), "nothing")
    else:
        values = dict.fromkeys(argument_names(row.rule), "no_id")
    assert world.ask("admin", row.method, row.rule, values).status_code == 404
