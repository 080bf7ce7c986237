"""The figures as a page: docs/benchmarks.md, and the same on the console."""

from collections.abc import Sequence
from datetime import datetime

from tests.benchmarks.aims import Aim, DatabaseFigures, aims, together
from tests.benchmarks.measuring import Figures
from tests.benchmarks.pages import BOARD, HOME, MOVE, SEARCH
from tracker.desk.scopes import PAGE

#: Cards on the board: the first page of each column.
CARDS = 9 * PAGE

INTRODUCTION = """# What pages cost

Written by `make bench`; measured on {date}. Every figure is of one run. The sizes are the active applications of the
measured requisition, spread over nine stages, in a database of its own; and the largest of them within an
installation of many more. gunicorn is started as `tracker web` starts it, with one process. One reader is signed in
and asks over loopback, one request after another, turn by turn at each size, {requests} times after {warm_up} to warm
up. Times are in milliseconds, from the first byte sent to the last byte read, as median and 95th percentile; *CPU* is
what the application itself used of its processor. Further columns are at {apart}.

*Floor*: a page of the same server for the same signed-in reader which answers the very bytes of the page as one
prepared string. *SQL*: the statements by the bare driver, and where something is written its commit. *Render*: the
templates alone, with everything at hand.
"""

PEERS_NOTE = """The figures of the peers were measured by the team in November 2026 on the same kind of machine, for the
same work: one job with 10,000 candidates, medians. Firsthire's figures are those of this run; its home stands beside
their dashboards."""


def write_report(
    databases: Sequence[DatabaseFigures],
    machine: Sequence[tuple[str, str]],
    *,
    at: datetime,
    requests: int,
    warm_up: int,
    missing: Sequence[str],
) -> str:
    """The whole page, as Markdown. `missing` says what could not be measured on this machine."""
    parts = [
        INTRODUCTION.format(
            date=f"{at:%d %B %Y}".lstrip("0"),
            requests=requests,
            warm_up=warm_up,
            apart=databases[0].apart.name if databases else "the largest",
        ),
        _table(("machine", ""), machine),
        *(f"**Not measured**: {line}" for line in missing),
        _aims(aims(databases)),
        *(_database(figures) for figures in databases),
        _peers(databases),
    ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _aims(found: Sequence[Aim]) -> str:
    if not found:
        return ""
    rows = [(aim.text, aim.found, "met" if aim.met else "**missed**") for aim in found]
    return f"## Aims\n\n{_table(('aim', 'found', ''), rows)}"


def _database(figures: DatabaseFigures) -> str:
    made_of = f"What the time is made of, at {figures.apart.name}:"
    return "\n\n".join([f"## {figures.name}", _costs(figures), made_of, _made_of(figures), _closing(figures)])


def _closing(figures: DatabaseFigures) -> str:
    filled = ", ".join(f"{people:,} applications in {seconds:.0f} s" for people, seconds in figures.filled)
    said = [f"Filled in bulk: {filled}."]
    largest = figures.sizes[-1].name
    if figures.throughput:
        said.append(
            f"Over eight connections, with two processes: {figures.throughput:.0f} boards a second (at {largest})."
        )
    if held := figures.memory:
        said.append(
            f"After {held.requests:,} requests the larger of two web processes held {held.after:.0f} MB, "
            f"after the first fifth of them {held.settled:.0f} MB."
        )
    return " ".join(said)


def _costs(figures: DatabaseFigures) -> str:
    head = ["page", *(size.name for size in figures.sizes), "CPU", "statements", "KB", "KB sent", "× floor"]
    rows = []
    for page in figures.pages:
        found = figures.apart_of(page)
        times = [f"{page.by_size[size].median:.1f} ({page.by_size[size].p95:.1f})" for size in figures.sizes]
        rows.append(
            (
                page.name,
                *times,
                f"{found.cpu:.1f}",
                _statements(found),
                f"{found.raw / 1000:.1f}",
                f"{found.sent / 1000:.1f}",
                f"{found.median / page.floor.median:.1f}",
            )
        )
    return _table(head, rows)


def _made_of(figures: DatabaseFigures) -> str:
    rows = []
    for page in figures.pages:
        if (parts := figures.parts.get(page.name)) is None:
            continue
        whole, sum_of_parts = figures.apart_of(page).median, together(page, parts)
        milliseconds = (page.floor.median, parts.sql, parts.render, sum_of_parts, whole)
        cards = f"{parts.render / CARDS * 1000:.0f} µs" if page.name == BOARD else ""
        rows.append((page.name, *(f"{each:.1f}" for each in milliseconds), f"{whole / sum_of_parts:.2f}", cards))
    return _table(("page", "floor", "SQL", "render", "together", "page", "page ÷ together", "render a card"), rows)


def _peers(databases: Sequence[DatabaseFigures]) -> str:
    head = ["", *(f"Firsthire, {figures.name}" for figures in databases), "OpenCATS", "Horilla"]

    def row(name: str, ours: Sequence[str], *theirs: str) -> tuple[str, ...]:
        return (name, *ours, *theirs)

    rows = [
        row(
            "pipeline page of the job",
            [_pipeline(figures) for figures in databases],
            "311 ms, 95 KB, 23 statements (38 ms at 1,000)",
            "8,780 ms, 867 KB, 3,327 statements",
        ),
        row("search by name", [_median(figures, SEARCH) for figures in databases], "22 ms", "745–967 ms"),
        row("move one candidate", [_median(figures, MOVE) for figures in databases], "5 ms", "141 ms"),
        row("dashboard", [_median(figures, HOME) for figures in databases], "91 ms", "2,089 ms"),
        row(
            "pipeline page, 8 connections",
            [f"{figures.throughput:.0f} requests/s" if figures.throughput else "" for figures in databases],
            "3.1 requests/s",
            "0.9 requests/s",
        ),
        row(
            "memory of the server's processes",
            [f"{figures.memory.after:.0f} MB a web process" if figures.memory else "" for figures in databases],
            "45 MB (+ MariaDB 134 MB)",
            "376 MB (+ PostgreSQL 57 MB)",
        ),
    ]
    return f"## Beside its peers\n\n{PEERS_NOTE}\n\n{_table(head, rows)}"


def _pipeline(figures: DatabaseFigures) -> str:
    page = figures.page(BOARD)
    if page is None:
        return ""
    found = figures.apart_of(page)
    smaller = [size for size in figures.sizes if size < figures.apart]
    beside = f" ({page.by_size[smaller[-1]].median:.0f} ms at {smaller[-1].name})" if smaller else ""
    return f"{found.median:.0f} ms, {found.raw / 1000:.0f} KB, {_statements(found)} statements{beside}"


def _median(figures: DatabaseFigures, name: str) -> str:
    page = figures.page(name)
    return f"{figures.apart_of(page).median:.0f} ms" if page else ""


def _statements(figures: Figures) -> str:
    low, high = figures.statements
    return str(low) if low == high else f"{low}–{high}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
