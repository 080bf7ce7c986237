"""All that was measured on a database, and what was aimed at, judged by it. Ratios within one run mean the same on any
machine; milliseconds do not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.breakdown import Parts
from tests.benchmarks.measuring import Figures, Memory, PageFigures
from tests.benchmarks.pages import BOARD, MOVE
from tests.benchmarks.population import Size

BOARD_PER_PART = 1.5
BOARD_GROWS = 1.2
MOVE_FLOORS = 3
#: KB of the first answer, as it is sent.
BOARD_SENT = 25
#: Milliseconds, where the floor takes one; as many floors elsewhere.
BOARD_MEDIAN = 10
#: MB, and the share by which it may be more than when all pages had been asked for.
MEMORY, MEMORY_GROWS = 150, 1.05


@dataclass(frozen=True)
class DatabaseFigures:
    """All that was measured on one database."""

    name: str
    #: The size whose pages were taken apart: the largest requisition that stands alone.
    apart: Size
    pages: Sequence[PageFigures]
    parts: Mapping[str, Parts]
    #: Boards per second over eight connections, with two processes.
    throughput: float
    #: What web processes hold; None where the system does not say.
    memory: Memory | None
    #: How many applications there are in each database, over all requisitions, and the seconds that filling it took.
    filled: Sequence[tuple[int, float]]
    #: Whether a web process was killed under eight connections; what all of them hold is not known then.
    killed: bool = False

    @property
    def sizes(self) -> list[Size]:
        """The sizes, small to large."""
        return sorted(self.pages[0].by_size)

    def page(self, name: str) -> PageFigures | None:
        """The figures of a page by its name; None when it was not measured."""
        return next((page for page in self.pages if page.name == name), None)

    def apart_of(self, page: PageFigures) -> Figures:
        """A page at the size that was taken apart."""
        return page.by_size[self.apart]


@dataclass(frozen=True)
class Aim:
    """Something that shall hold, and whether it does."""

    text: str
    found: str
    met: bool


def aims(databases: Sequence[DatabaseFigures]) -> list[Aim]:
    """What was aimed at, judged by the figures."""
    return [
        Aim(f"{figures.name}: {aim.text}", aim.found, aim.met)
        for figures in databases
        for judge in (_board, _growth, _move, _statements, _memory, _processes)
        for aim in judge(figures)
    ]


def together(page: PageFigures, parts: Parts) -> float:
    """Milliseconds of floor, SQL and render."""
    return page.floor.median + parts.sql + parts.render


def _board(figures: DatabaseFigures) -> Iterator[Aim]:
    board, parts = figures.page(BOARD), figures.parts.get(BOARD)
    if board is None:
        return
    found = figures.apart_of(board)
    if parts is not None:
        ratio = found.median / together(board, parts)
        text = f"the board costs at most {BOARD_PER_PART} × (floor + SQL + render)"
        yield Aim(text, f"{ratio:.2f} times", ratio <= BOARD_PER_PART)
    sent = max(each.sent for each in board.by_size.values()) / 1000
    yield Aim(f"the board is sent in at most {BOARD_SENT} KB", f"{sent:.1f} KB", sent <= BOARD_SENT)
    most = BOARD_MEDIAN * max(1.0, board.floor.median)
    yield Aim(
        f"the board's median is at most {BOARD_MEDIAN} ms where the floor is at most 1 ms, "
        f"and at most {BOARD_MEDIAN} × floor elsewhere",
        f"{found.median:.1f} ms, floor {board.floor.median:.1f} ms",
        found.median <= most,
    )


def _growth(figures: DatabaseFigures) -> Iterator[Aim]:
    board = figures.page(BOARD)
    if board is None:
        return
    for small, large in _pairs(figures):
        ratio = board.by_size[large].median / board.by_size[small].median
        text = f"the board at {large.name} costs at most {BOARD_GROWS} times the board at {small.name}"
        yield Aim(text, f"{ratio:.2f} times", ratio <= BOARD_GROWS)


def _pairs(figures: DatabaseFigures) -> Iterator[tuple[Size, Size]]:
    """What is compared: the two largest requisitions alone, and the largest alone and among many."""
    alone = [size for size in figures.sizes if not size.others]
    among = [size for size in figures.sizes if size.others]
    if len(alone) > 1:
        yield alone[-2], alone[-1]
    for size in among:
        yield figures.apart, size


def _move(figures: DatabaseFigures) -> Iterator[Aim]:
    move, parts = figures.page(MOVE), figures.parts.get(MOVE)
    if move is None or parts is None:
        return
    found, most = figures.apart_of(move).median, MOVE_FLOORS * move.floor.median + parts.sql
    text = f"a move, committed, costs at most {MOVE_FLOORS} × floor + SQL"
    yield Aim(text, f"{found:.1f} ms of {most:.1f} ms", found <= most)


def _statements(figures: DatabaseFigures) -> Iterator[Aim]:
    first = figures.sizes[0]
    if len(figures.sizes) > 1:
        growing = [
            page.name
            for page in figures.pages
            if max(each.statements[1] for each in page.by_size.values()) > page.by_size[first].statements[1]
        ]
        text = f"no page takes more statements at any size than at {first.name}"
        yield Aim(text, f"more: {', '.join(growing)}" if growing else "none does", not growing)


def _memory(figures: DatabaseFigures) -> Iterator[Aim]:
    held = figures.memory
    if held is None:
        return
    yield Aim(
        f"a web process holds at most {MEMORY} MB after {held.requests:,} requests",
        f"{held.after:.0f} MB",
        held.after <= MEMORY,
    )
    ratio = held.after / held.settled
    text = "and at most 5 % more than after the first fifth of them"
    yield Aim(text, f"{held.settled:.0f} MB then, {(ratio - 1) * 100:+.1f} %", ratio <= MEMORY_GROWS)


def _processes(figures: DatabaseFigures) -> Iterator[Aim]:
    yield Aim(
        "no web process is killed under eight connections",
        "one was" if figures.killed else "none was",
        not figures.killed,
    )
