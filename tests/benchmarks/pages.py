"""What is measured: each page as somebody at work asks for it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.serving import Answer, NotAnswered, Reader
from tracker.candidates.keys import search_name
from tracker.demo.cast import LAST_NAMES

_CARD = re.compile(r'data-application="(\d+)" data-version="(\d+)"')
_STACK = re.compile(r'<ol class="stack" data-stage="(\d+)" data-name="([^"]+)"')
_NEXT = re.compile(r'"(/requisitions/[^"]+/columns/\d+\?after=[^"]+)"')
_PERSON = re.compile(r'href="(/candidates/\d+)#')
#: Between these two somebody is moved to and fro; neither asks for anything.
HERE, THERE = "Screening", "Technical assessment"
NAMES = [search_name(name).split()[-1][:5] for name in LAST_NAMES]


@dataclass
class Desk:
    """A reader at the board of the measured requisition, and what they found there."""

    reader: Reader
    number: str
    column: str
    person: str
    stages: dict[str, str]
    #: Those who are moved: application and version, and where they are now.
    people: list[tuple[str, str]]
    moved: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def sit_down(cls, reader: Reader, number: str) -> "Desk":
        """Open the board. Raises NotAnswered when it does not show what it should."""
        board = reader.get(f"/requisitions/{number}/board").text
        stages = {name: stage for stage, name in _STACK.findall(board)}
        following, person = _NEXT.search(board), _PERSON.search(board)
        if following is None or person is None or not {HERE, THERE} <= set(stages):
            raise NotAnswered("The board does not show what it should.")
        start = board.index(f'data-stage="{stages[HERE]}"')
        people = _CARD.findall(board[start : board.index("</ol>", start)])
        return cls(reader, number, following[1].replace("&amp;", "&"), person[1], stages, people)

    def move(self, turn: int, *, packed: bool) -> Answer:
        """Drop a card on the next column, or back; each time another person's."""
        place = turn % len(self.people)
        application, version = self.people[place]
        back = self.moved.get(application, False)
        answer = self.reader.post(
            f"/applications/{application}/moves",
            {"stage": self.stages[HERE if back else THERE], "version": version},
            packed=packed,
            **{"X-Board": self.number},
        )
        card = _CARD.search(json.loads(answer.text)["card"]) if answer.status == 200 else None
        if card is None or card[1] != application:
            raise NotAnswered(f"A move answered {answer.status} without the card.")
        self.people[place] = (application, card[2])
        self.moved[application] = not back
        return answer


@dataclass(frozen=True)
class Page:
    """A page that is measured: its name, and how the n-th request of it goes."""

    name: str
    ask: Callable[[Desk, int, bool], Answer]
    #: A floor and a breakdown only mean something for what is read.
    path: Callable[[Desk, int], str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def _read(name: str, path: Callable[[Desk, int], str], **headers: str) -> Page:
    def ask(desk: Desk, turn: int, packed: bool) -> Answer:
        return desk.reader.get(path(desk, turn), packed=packed, **headers)

    return Page(name, ask, path, headers)


BOARD, MOVE, SEARCH, HOME = "board", "move, committed", "search by name", "home"

PAGES: Sequence[Page] = (
    _read(BOARD, lambda desk, _turn: f"/requisitions/{desk.number}/board"),
    _read("next cards of a column", lambda desk, _turn: desk.column, **{"HX-Request": "true"}),
    _read("list", lambda desk, _turn: f"/requisitions/{desk.number}/list"),
    _read("list, late ones", lambda desk, _turn: f"/requisitions/{desk.number}/list?late=1"),
    Page(MOVE, lambda desk, turn, packed: desk.move(turn, packed=packed)),
    _read(SEARCH, lambda _desk, turn: f"/search?q={NAMES[turn % len(NAMES)]}"),
    _read("candidate", lambda desk, _turn: desk.person),
    _read(HOME, lambda _desk, _turn: "/"),
    _read("requisition", lambda desk, _turn: f"/requisitions/{desk.number}"),
    _read("requisitions", lambda _desk, _turn: "/requisitions"),
)
