"""How figures are judged and worded."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.benchmarks.aims import DatabaseFigures, aims
from tests.benchmarks.breakdown import Parts
from tests.benchmarks.measuring import Figures, Memory, PageFigures, percentile
from tests.benchmarks.pages import BOARD, MOVE, PAGES
from tests.benchmarks.population import Size
from tests.benchmarks.report import write_report

SMALL, LARGE, AMONG = Size(1000), Size(10_000), Size(10_000, 990_000, 2000)


def figures(median: float, statements: int = 20, sent: int = 15_000) -> Figures:
    return Figures(median, median * 2, median / 2, (statements, statements), 140_000, sent)


def measured(at_10000: float = 10, *, among: float | None = None, statements: int = 20) -> DatabaseFigures:
    """All pages take 10 ms at 1,000, and so long at 10,000; floor 1, SQL 2, render 4."""
    large, crowded = figures(at_10000, statements), figures(at_10000 if among is None else among)
    pages = [PageFigures(page.name, {SMALL: figures(10), LARGE: large, AMONG: crowded}, figures(1)) for page in PAGES]
    return DatabaseFigures(
        "SQLite",
        LARGE,
        pages,
        {BOARD: Parts(sql=2.0, render=4.0), MOVE: Parts(sql=7.0, render=1.0)},
        throughput=90,
        memory=Memory(settled=118, after=120, requests=10_000),
        filled=[(1000, 1.0), (10_000, 9.0)],
    )


def missed(found: DatabaseFigures) -> list[str]:
    return [f"{aim.text.removeprefix('SQLite: ')}: {aim.found}" for aim in aims([found]) if not aim.met]


def report(*databases: DatabaseFigures, missing: tuple[str, ...] = ()) -> str:
    at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    machine = [("processor", "Some processor, 2 cores")]
    return write_report(databases, machine, at=at, requests=60, warm_up=8, missing=missing)


@pytest.mark.parametrize(("share", "found"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.0, 1)])
def test_a_percentile_is_one_of_the_values(share: float, found: int) -> None:
    assert percentile([float(value) for value in range(20, 0, -1)], share) == found


def test_everything_can_be_met() -> None:
    assert missed(measured()) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (measured(10.6, among=10), ["the board costs at most 1.5 × (floor + SQL + render): 1.51 times"]),
        (
            measured(8, among=9.7),
            ["the board at 10,000 of 1,000,000 costs at most 1.2 times the board at 10,000: 1.21"],
        ),
        (measured(statements=21), [f"no page takes more statements at any size than at 1,000: more: {BOARD}"]),
        (
            replace(measured(), memory=Memory(140, 151, 10_000)),
            ["a web process holds at most 150 MB", "and at most 5 %"],
        ),
        (
            replace(measured(), pages=[PageFigures(BOARD, {LARGE: figures(10, sent=25_100)}, figures(1))]),
            ["the board is sent in at most 25 KB: 25.1 KB"],
        ),
        (replace(measured(), memory=None, killed=True), ["no web process is killed under eight connections: one was"]),
    ],
)
def test_what_is_missed_is_said(found: DatabaseFigures, said: list[str]) -> None:
    lines = [line for line in missed(found) if "median" not in line and "a move" not in line]
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))


def test_the_board_may_grow_by_a_fifth() -> None:
    assert not any("at 10,000 costs" in line for line in missed(measured(12)))
    assert any("at 10,000 costs at most 1.2 times the board at 1,000: 1.21" in line for line in missed(measured(12.1)))


def test_the_median_is_judged_by_the_floor_of_a_slower_machine() -> None:
    slow = PageFigures(BOARD, {LARGE: figures(28)}, figures(3))
    slower = PageFigures(BOARD, {LARGE: figures(31)}, figures(3))
    assert not any("median" in line for line in missed(replace(measured(), pages=[slow])))
    assert any("31.0 ms, floor 3.0 ms" in line for line in missed(replace(measured(), pages=[slower])))


@pytest.mark.parametrize(("median", "met"), [(10, True), (10.1, False)])
def test_a_move_may_cost_three_floors_and_its_statements(median: float, met: bool) -> None:
    move = PageFigures(MOVE, {LARGE: figures(median)}, figures(1))
    assert missed(replace(measured(), pages=[move])) == (
        [] if met else ["a move, committed, costs at most 3 × floor + SQL: 10.1 ms of 10.0 ms"]
    )


def test_one_size_alone_has_nothing_to_be_compared_with() -> None:
    alone = replace(measured(), pages=[PageFigures(BOARD, {LARGE: figures(10)}, figures(1))])
    assert not any("the board at" in aim.text or "statements" in aim.text for aim in aims([alone]))


def test_the_page_says_what_was_found() -> None:
    text = report(measured(12), missing=("PostgreSQL. Give a server.",))
    assert "measured on 3 November 2026" in text
    assert "| page | 1,000 | 10,000 | 10,000 of 1,000,000 | CPU |" in text
    assert "| board | 10.0 (20.0) | 12.0 (24.0) | 12.0 (24.0) | 6.0 | 20 | 140.0 | 15.0 | 12.0 |" in text
    assert "| board | 1.0 | 2.0 | 4.0 | 7.0 | 12.0 | 1.71 | 22 µs |" in text
    assert "**Not measured**: PostgreSQL. Give a server." in text
    assert "| pipeline page of the job | 12 ms, 140 KB, 20 statements (10 ms at 1,000) | 311 ms" in text
    assert "After 10,000 requests the larger of two web processes held 120 MB" in text


def test_some_pages_alone_make_a_page_too() -> None:
    some = replace(measured(), pages=[PageFigures(MOVE, {LARGE: figures(10)}, figures(1))], memory=None)
    assert "| dashboard |  | 91 ms | 2,089 ms |" in report(some)


def test_tables_are_whole() -> None:
    blocks = report(measured(16)).split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("|")]
    assert len(tables) == 5
    for lines in tables:
        assert {line.count("|") for line in lines} == {lines[0].count("|")}
