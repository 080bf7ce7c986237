"""The figures as a page: docs/benchmarks.md, and the same on the console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.benchmarks.breakdown import Parts
from tests.benchmarks.measuring import Figures, PageFigures
from tests.benchmarks.pages import BOARD, HOME, MOVE, SEARCH

BOARD_GROWS_AT_MOST = 1.5

INTRODUCTION = """# What pages cost

Written by `make bench`; measured on {date}. Every figure is of one run: a requisition with the named number of active
applications, spread over nine stages, in a database of its own. gunicorn is started as `tracker web` starts it, with
one process. One reader is signed in and asks over loopback, one request after another, turn by turn at each size,
{requests} times after {warm_up} to warm up. Times are in milliseconds, from the first byte sent to the last byte read;
*CPU* is what the application itself used of its processor.

*Floor*: a page of the same server for the same signed-in reader which answers the very bytes of the page as one
prepared string. *SQL*: the page's statements by the bare driver. *Render*: its template alone, with everything at hand.
"""

PEERS_NOTE = """The figures of the peers were measured by the team in November 2026 on the same kind of machine, for the
same work: one job with 10,000 candidates, medians. Firsthire's figures are those of this run; its home stands beside
their dashboards."""


@dataclass(frozen=True)
class DatabaseFigures:
    """All that was measured on one database."""

    name: str
    pages: Sequence[PageFigures]
    parts: Mapping[str, Parts]
    #: Boards per second over eight connections, with two processes.
    throughput: float
    #: MB that the web process holds resident after all that; None where it is not known.
    memory: float | None
    #: How many applications there are in each database, over all requisitions, and the seconds that filling it took.
    filled: Sequence[tuple[int, float]]

    @property
    def sizes(self) -> list[int]:
        """The sizes, small to large."""
        return sorted(self.pages[0].by_size)

    def page(self, name: str) -> PageFigures:
        """The figures of a page by its name."""
        return next(page for page in self.pages if page.name == name)


@dataclass(frozen=True)
class Aim:
    """Something that shall hold, and whether it does."""

    text: str
    found: str
    met: bool


def aims(databases: Sequence[DatabaseFigures]) -> list[Aim]:
    """What was aimed at, judged by the figures."""
    found = []
    for figures in databases:
        small, large = figures.sizes[0], figures.sizes[-1]
        if small == large:
            continue
        ratio = _growth(figures.page(BOARD))
        text = (
            f"{figures.name}: the board at {large:,} costs at most {BOARD_GROWS_AT_MOST} times the board at {small:,}"
        )
        found.append(Aim(text, f"{ratio:.2f} times", ratio <= BOARD_GROWS_AT_MOST))
        growing = [
            page.name for page in figures.pages if page.by_size[large].statements[1] > page.by_size[small].statements[1]
        ]
        text = f"{figures.name}: no page takes more statements at {large:,} than at {small:,}"
        found.append(Aim(text, f"more: {', '.join(growing)}" if growing else "none does", not growing))
    return found


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
        INTRODUCTION.format(date=f"{at:%d %B %Y}".lstrip("0"), requests=requests, warm_up=warm_up),
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
    filled = ", ".join(f"{people:,} applications in {seconds:.1f} s" for people, seconds in figures.filled)
    memory = f" The web process held {figures.memory:.0f} MB after all of it." if figures.memory else ""
    crowd = f" Over eight connections, with two processes: {figures.throughput:.0f} boards a second."
    made_of = "What the time is made of, at the largest size:"
    closing = f"Filled in bulk: {filled}.{crowd}{memory}"
    return "\n\n".join([f"## {figures.name}", _costs(figures), made_of, _made_of(figures), closing])


def _costs(figures: DatabaseFigures) -> str:
    small, large = figures.sizes[0], figures.sizes[-1]
    head = ["page"]
    for size in figures.sizes:
        head += [f"{size:,}: median", "p95"]
    grows = [f"{large:,} ÷ {small:,}"] if small != large else []
    head += [*grows, "CPU", "statements", "KB", "KB sent", "× floor"]
    rows = []
    for page in figures.pages:
        last = page.by_size[large]
        row = [page.name]
        for size in figures.sizes:
            row += [f"{page.by_size[size].median:.1f}", f"{page.by_size[size].p95:.1f}"]
        row += [f"{_growth(page):.2f}"] if grows else []
        row += [
            f"{last.cpu:.1f}",
            _statements(last),
            f"{last.raw / 1000:.1f}",
            f"{last.sent / 1000:.1f}",
        ]
        row.append(f"{last.median / page.floor.median:.1f}" if page.floor else "")
        rows.append(tuple(row))
    return _table(head, rows)


def _made_of(figures: DatabaseFigures) -> str:
    rows = []
    for page in figures.pages:
        parts = figures.parts.get(page.name)
        if parts is None or page.floor is None:
            continue
        together = page.floor.median + parts.sql + parts.render
        whole = page.by_size[figures.sizes[-1]].median
        milliseconds = (page.floor.median, parts.sql, parts.render, together, whole)
        rows.append((page.name, *(f"{each:.1f}" for each in milliseconds), f"{whole / together:.2f}"))
    return _table(("page", "floor", "SQL", "render", "together", "page", "page ÷ together"), rows)


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
            [f"{figures.throughput:.0f} requests/s" for figures in databases],
            "3.1 requests/s",
            "0.9 requests/s",
        ),
        row(
            "memory of the server's processes",
            [f"{figures.memory:.0f} MB a web process" if figures.memory else "" for figures in databases],
            "45 MB (+ MariaDB 134 MB)",
            "376 MB (+ PostgreSQL 57 MB)",
        ),
    ]
    return f"## Beside its peers\n\n{PEERS_NOTE}\n\n{_table(head, rows)}"


def _pipeline(figures: DatabaseFigures) -> str:
    page, small, large = figures.page(BOARD), figures.sizes[0], figures.sizes[-1]
    found = page.by_size[large]
    return (
        f"{found.median:.0f} ms, {found.raw / 1000:.0f} KB, {_statements(found)} statements "
        f"({page.by_size[small].median:.0f} ms at {small:,})"
    )


def _median(figures: DatabaseFigures, name: str) -> str:
    return f"{figures.page(name).by_size[figures.sizes[-1]].median:.0f} ms"


def _growth(page: PageFigures) -> float:
    return page.by_size[max(page.by_size)].median / page.by_size[min(page.by_size)].median


def _statements(figures: Figures) -> str:
    low, high = figures.statements
    return str(low) if low == high else f"{low}–{high}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
