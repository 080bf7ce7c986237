"""Measuring: many requests one after another, turn by turn at every size, so that a busy moment of the machine hits
all of them alike."""

import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from tests.benchmarks.application import FLOOR
from tests.benchmarks.pages import Desk, Page
from tests.benchmarks.serving import Answer, NotAnswered, Reader
from tracker.config import Settings

WARM_UP = 8
CONNECTIONS = 8


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
    """A page at each size, and the floor of its bytes at the largest one (None for what writes)."""

    name: str
    by_size: Mapping[int, Figures]
    floor: Figures | None


def measure(page: Page, desks: Mapping[int, Desk], settings: Settings, requests: int) -> PageFigures:
    """Ask for `page` so many times at each desk. `settings` are those of the largest installation.

    Raises NotAnswered for a page that answers with an error.
    """
    largest = desks[max(desks)]
    raw = {size: len(_answered(page, desk, 0, packed=False).body) for size, desk in desks.items()}
    floor = _floor(page, largest, settings)
    answers: dict[int, list[Answer]] = {size: [] for size in desks}
    floors: list[Answer] = []
    for turn in range(1, WARM_UP + requests + 1):
        for size, desk in desks.items():
            answers[size].append(_answered(page, desk, turn, packed=True))
        if floor:
            floors.append(_answered(floor, largest, turn, packed=True))
    by_size = {size: _figures(found[WARM_UP:], raw[size]) for size, found in answers.items()}
    return PageFigures(page.name, by_size, _figures(floors[WARM_UP:], raw[max(raw)]) if floor else None)


def throughput(page: Page, desks: Sequence[Desk], requests: int) -> float:
    """Answers per second when every desk asks as fast as it can, `requests` times each."""

    def ask(desk: Desk) -> None:
        for turn in range(requests):
            _answered(page, desk, turn, packed=True)

    threads = [threading.Thread(target=ask, args=(desk,)) for desk in desks]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(desks) * requests / (time.perf_counter() - began)


def desks_like(desk: Desk, port: int) -> list[Desk]:
    """The same reader with eight connections to the server at `port`."""
    return [
        Desk(Reader(port, desk.reader.cookies, desk.reader.token), desk.number, desk.column, desk.person, {}, [])
        for _ in range(CONNECTIONS)
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def _floor(page: Page, desk: Desk, settings: Settings) -> Page | None:
    """The very bytes of the page as a prepared string, answered by the same server."""
    if page.path is None:
        return None
    prepared = _answered(page, desk, 0, packed=False).text
    folder = settings.data_dir / FLOOR
    folder.mkdir(exist_ok=True)
    name = page.name.replace(" ", "-").replace(",", "")
    (folder / name).write_text(prepared, encoding="utf-8")
    return Page(f"floor of {page.name}", lambda at, _turn, packed: at.reader.get(f"/floor/{name}", packed=packed))


def _answered(page: Page, desk: Desk, turn: int, *, packed: bool) -> Answer:
    answer = page.ask(desk, turn, packed)
    if answer.status != 200:
        raise NotAnswered(f"{page.name} answered {answer.status}.")
    return answer


def _figures(answers: Sequence[Answer], raw: int) -> Figures:
    milliseconds = [answer.seconds * 1000 for answer in answers]
    statements = [answer.statements for answer in answers]
    return Figures(
        median=statistics.median(milliseconds),
        p95=percentile(milliseconds, 0.95),
        cpu=statistics.median(answer.cpu for answer in answers),
        statements=(min(statements), max(statements)),
        raw=raw,
        sent=round(statistics.median(len(answer.sent) for answer in answers)),
    )
