"""Whatever stands in an address or a form, no route fails: it is not found, refused, or taken for nothing."""

import pytest

from tests.architecture.route_table import Row, rows
from tests.architecture.world import World, argument_names, supplies

#: One line for each route: who may do what does not matter here.
ROWS = list({row.key: row for row in reversed(rows())}.values())
#: What pages read from an address, the whole product over.
ARGUMENTS = (
    "after", "application", "at", "before", "dir", "direction", "next", "page", "person", "phase", "role", "sort",
    "stage", "state", "status",
)  # fmt: skip
#: What somebody may put there by hand, or a broken script: no id is so large, and Python reads no number so long.
VALUES = (str(2**63), "9" * 5000)


@supplies("beyond_every_id")
def _beyond_every_id(_world: World) -> int:
    return 2**63


@supplies("endless_id")
def _endless_id(_world: World) -> str:
    return "9" * 5000


@supplies("nul_in_text")
def _nul_in_text(_world: World) -> str:
    return "MLE%00-1"


@pytest.mark.parametrize("row", [row for row in ROWS if argument_names(row.rule)], ids=str)
def test_an_argument_that_no_row_can_have_is_not_found(world: World, row: Row) -> None:
    for name in argument_names(row.rule):
        wrong = ("beyond_every_id", "endless_id") if f"int:{name}" in row.rule else ("nul_in_text",)
        for value in wrong:
            # 405 where the address takes another method too: the router names what was left over.
            assert world.ask("admin", row.method, row.rule, {**row.values, name: value}).status_code in {404, 405}


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "GET"], ids=str)
def test_a_page_takes_whatever_its_address_says(world: World, row: Row) -> None:
    plain = world.ask("admin", "GET", row.rule, row.values).status_code
    for said in VALUES:
        query = "&".join(f"{name}={said}" for name in ARGUMENTS)
        answer = world.ask("admin", "GET", f"{row.rule}?{query}&q=b&from=b~{said}", row.values)
        assert answer.status_code in {plain, 303}


def test_no_address_holds_the_character_that_postgresql_refuses(world: World) -> None:
    assert world.ask("admin", "GET", "/search?q=a%00b", {}).status_code == 404


@pytest.mark.parametrize(
    "back", ["http://[", "//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"]
)
def test_a_write_leads_back_within_the_installation_only(world: World, back: str) -> None:
    values = {"direction": "in", "channel": "email", "back": back}
    answer = world.ask("recruiter", "POST", "/applications/<int:application_id>/contacts", values)
    assert answer.status_code == 303
    assert answer.location.startswith("/candidates/")
