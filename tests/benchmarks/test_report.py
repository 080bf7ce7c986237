"""How figures are judged and worded."""

from datetime import UTC, datetime

import pytest

from tests.benchmarks.breakdown import Parts
from tests.benchmarks.measuring import Figures, PageFigures, percentile
from tests.benchmarks.pages import BOARD, PAGES
from tests.benchmarks.report import DatabaseFigures, aims, write_report


def figures(median: float, statements: int = 20) -> Figures:
    return Figures(median, median * 2, median / 2, (statements, statements), 140_000, 15_000)


def measured(board_at_10000: float, statements: int = 20) -> DatabaseFigures:
    pages = [
        PageFigures(page.name, {1000: figures(10), 10_000: figures(board_at_10000, statements)}, figures(1))
        for page in PAGES
    ]
    parts = {BOARD: Parts(sql=2.0, render=4.0, statements=20)}
    return DatabaseFigures("SQLite", pages, parts, throughput=90, memory=120, filled=[(1000, 1.0), (10_000, 9.0)])


def report(*databases: DatabaseFigures, missing: tuple[str, ...] = ()) -> str:
    at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    machine = [("processor", "Some processor, 2 cores")]
    return write_report(databases, machine, at=at, requests=60, warm_up=8, missing=missing)


@pytest.mark.parametrize(("share", "found"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.0, 1)])
def test_a_percentile_is_one_of_the_values(share: float, found: int) -> None:
    assert percentile([float(value) for value in range(20, 0, -1)], share) == found


@pytest.mark.parametrize(("median", "met"), [(10, True), (15, True), (15.2, False)])
def test_the_board_may_cost_half_as_much_again(median: float, met: bool) -> None:
    growth, statements = aims([measured(median)])
    assert (growth.met, statements.met) == (met, True)


def test_more_statements_for_more_people_miss_an_aim() -> None:
    _growth, statements = aims([measured(10, statements=21)])
    assert not statements.met
    assert BOARD in statements.found


def test_one_size_alone_is_not_judged() -> None:
    alone = DatabaseFigures("SQLite", [PageFigures(BOARD, {1000: figures(10)}, None)], {}, 1, None, [(1000, 1.0)])
    assert aims([alone]) == []


def test_the_growth_of_one_size_alone_is_no_column() -> None:
    pages = [PageFigures(page.name, {1000: figures(10)}, figures(1)) for page in PAGES]
    text = report(DatabaseFigures("SQLite", pages, {}, 1, None, [(1000, 1.0)]))
    assert "| board | 10.0 | 20.0 | 5.0 | 20 | 140.0 | 15.0 | 10.0 |" in text
    assert "## Aims" not in text


def test_the_page_says_what_was_found() -> None:
    text = report(measured(12), missing=("PostgreSQL. Give a server.",))
    assert "measured on 3 November 2026" in text
    assert "| board | 10.0 | 20.0 | 12.0 | 24.0 | 1.20 | 6.0 | 20 | 140.0 | 15.0 | 12.0 |" in text
    assert "| board | 1.0 | 2.0 | 4.0 | 7.0 | 12.0 | 1.71 |" in text
    assert "**Not measured**: PostgreSQL. Give a server." in text
    assert "| pipeline page of the job | 12 ms, 140 KB, 20 statements (10 ms at 1,000) | 311 ms" in text


def test_tables_are_whole() -> None:
    blocks = report(measured(16)).split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("|")]
    assert len(tables) == 5
    for lines in tables:
        assert {line.count("|") for line in lines} == {lines[0].count("|")}
