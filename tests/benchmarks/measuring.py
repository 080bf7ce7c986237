"""Measuring: many requests one after another, turn by turn at every size, so that a busy moment of the machine hits
all of them alike."""

import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil

from tests.benchmarks.application import FLOOR
from tests.benchmarks.pages import Desk, Page
from tests.benchmarks.population import Size
from tests.benchmarks.serving import Answer, NotAnswered, Reader, WebServer
from tracker.config import Settings

WARM_UP = 8
CONNECTIONS = 8
#: After so many requests everything that is kept has been asked for once; from here on memory shall not grow.
SETTLED = 0.2


@dataclass(frozen=True)
class Figures:
    """What a page costs: milliseconds as the reader sees them, milliseconds of the application's processor, SQL
    statements (fewest, most), bytes as they are and as they were sent."""

    median: float
    p95: float
    cpu: float
    statements: tuple[int, int]
    raw: int
    sent: int


@dataclass(frozen=True)
class PageFigures:
    """A page at each size, and the floor of its bytes, at the size that is taken apart."""

    name: str
    by_size: Mapping[Size, Figures]
    floor: Figures


@dataclass(frozen=True)
class Memory:
    """MB that the largest web process held when all pages had been asked for, and after so many requests."""

    settled: float
    after: float
    requests: int


def measure(page: Page, desks: Mapping[Size, Desk], apart: Size, settings: Settings, requests: int) -> PageFigures:
    """Ask for `page` so many times at each desk. `settings` are those of the installation at size `apart`, where its
    floor is measured.

    Raises NotAnswered for a page that answers with an error.
    """
    turns = WARM_UP + max(1, requests // page.one_in)
    floor = _floor(page, desks[apart], settings)
    answers: dict[Size, list[Answer]] = {size: [] for size in desks}
    floors: list[Answer] = []
    for turn in range(1, turns + 1):
        for size, desk in desks.items():
            answers[size].append(_answered(page, desk, turn))
        floors.append(_answered(floor, desks[apart], turn))
    by_size = {size: _figures(found[WARM_UP:]) for size, found in answers.items()}
    return PageFigures(page.name, by_size, _figures(floors[WARM_UP:]))


def throughput(page: Page, desks: Sequence[Desk], requests: int) -> float:
    """Answers per second when every desk asks as fast as it can, `requests` times each. Raises NotAnswered."""
    began = time.perf_counter()
    _all_at_once([page], desks, requests)
    return len(desks) * requests / (time.perf_counter() - began)


def memory_after(pages: Sequence[Page], desks: Sequence[Desk], server: WebServer, requests: int) -> Memory | None:
    """What the server's processes hold after so many requests for pages in turn; None where the system does not say.

    Raises NotAnswered.
    """
    early = max(1, int(requests * SETTLED) // len(desks))
    _all_at_once(pages, desks, early)
    settled = server.memory()
    _all_at_once(pages, desks, max(1, requests // len(desks) - early))
    after = server.memory()
    return None if settled is None or after is None else Memory(settled, after, requests)


def desks_like(desk: Desk, port: int) -> list[Desk]:
    """The same reader with eight connections to the server at `port`."""
    return [
        Desk(Reader(port, desk.reader.cookies, desk.reader.token), desk.number, desk.column, desk.person, desk.stages)
        for _ in range(CONNECTIONS)
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def _all_at_once(pages: Sequence[Page], desks: Sequence[Desk], requests: int) -> None:
    """Every desk asks `requests` times, for the pages in turn. Raises what the first of them that failed raised,
    whatever that was: requests of somebody who gave up were never made, and would pass as quick ones."""

    def ask(desk: Desk) -> None:
        for turn in range(requests):
            _answered(pages[turn % len(pages)], desk, turn)

    with ThreadPoolExecutor(len(desks)) as pool:
        asking = [pool.submit(ask, desk) for desk in desks]
    for each in asking:
        each.result()


def _floor(page: Page, desk: Desk, settings: Settings) -> Page:
    """The very bytes of the answer as a prepared string, answered by the same server."""
    folder = settings.data_dir / FLOOR
    folder.mkdir(exist_ok=True)
    name = page.name.replace(" ", "-").replace(",", "")
    (folder / name).write_text(_answered(page, desk, 0).text, encoding="utf-8")
    return Page(f"floor of {page.name}", lambda at, _turn: at.reader.get(f"/floor/{name}"))


def _answered(page: Page, desk: Desk, turn: int) -> Answer:
    if page.prepare is not None:
        page.prepare(desk, turn)
    answer = page.ask(desk, turn)
    # 303: it is done; 304: nothing happened.
    if answer.status not in {200, 303, 304}:
        raise NotAnswered(f"{page.name} answered {answer.status}.")
    return answer


def _figures(answers: Sequence[Answer]) -> Figures:
    milliseconds = [answer.seconds * 1000 for answer in answers]
    statements = [answer.statements for answer in answers]
    return Figures(
        median=statistics.median(milliseconds),
        p95=percentile(milliseconds, 0.95),
        cpu=statistics.median(answer.cpu for answer in answers),
        statements=(min(statements), max(statements)),
        raw=round(statistics.median(len(answer.body) for answer in answers)),
        sent=round(statistics.median(len(answer.sent) for answer in answers)),
    )
