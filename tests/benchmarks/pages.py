"""What is measured: each page as somebody at work asks for it. A further page is one more entry of PAGES."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from tests.benchmarks.serving import Answer, NotAnswered, Reader
from tracker.candidates.keys import search_name
from tracker.demo.cast import LAST_NAMES

_CARD = re.compile(r'data-application="(\d+)" data-version="(\d+)"')
_STACK = re.compile(r'<ol class="stack" data-stage="(\d+)" data-name="([^"]+)"')
_NEXT = re.compile(r'"(/requisitions/[^"]+/columns/\d+\?after=[^"]+)"')
_PERSON = re.compile(r'href="(/candidates/\d+)#')
#: Between these two somebody is moved to and fro; neither asks for anything.
HERE, THERE = "Screening", "Technical assessment"
#: Between these two many are moved to and fro at once; at a thousand there are as many in the first.
MANY, MANY_STAGES, MANY_KEYS = 200, ("Applied", "Screening"), ("applied", "screening")
NAMES = [search_name(name).split()[-1][:5] for name in LAST_NAMES]


@dataclass
class Mover:
    """Somebody who is moved: application and version, and whether they are on the other side now."""

    application: str
    version: str
    away: bool = False
    #: Where the last move is taken back.
    undo: str = ""


@dataclass
class Desk:
    """A reader at the board of the measured requisition, and what they found there."""

    reader: Reader
    number: str
    column: str
    person: str
    stages: dict[str, str]
    movers: list[Mover] = field(default_factory=list)
    #: The mark of the pulse that the board had last.
    tag: str = ""
    #: Those who are moved together, and whether they are on the other side now.
    many: list[str] = field(default_factory=list)
    many_away: bool = False

    @classmethod
    def sit_down(cls, reader: Reader, number: str) -> "Desk":
        """Open the board. Raises NotAnswered when it does not show what it should."""
        board = reader.get(f"/requisitions/{number}/board").text
        stages = {name: stage for stage, name in _STACK.findall(board)}
        following, person = _NEXT.search(board), _PERSON.search(board)
        if following is None or person is None or not {HERE, THERE} <= set(stages):
            raise NotAnswered("The board does not show what it should.")
        start = board.index(f'data-stage="{stages[HERE]}"')
        movers = [Mover(*found) for found in _CARD.findall(board[start : board.index("</ol>", start)])]
        return cls(reader, number, following[1].replace("&amp;", "&"), person[1], stages, movers)

    def move(self, turn: int) -> Answer:
        """Drop a card on the next column, or back; each time another person's."""
        mover = self.movers[turn % len(self.movers)]
        stage = self.stages[HERE if mover.away else THERE]
        answer = self._card_answer(
            mover, f"/applications/{mover.application}/moves", {"stage": stage, "version": mover.version}
        )
        mover.undo = json.loads(answer.text)["undo"]
        return answer

    def undo(self, turn: int) -> Answer:
        """Take back the move of the same turn."""
        mover = self.movers[turn % len(self.movers)]
        return self._card_answer(mover, mover.undo, {})

    def choose_many(self, _turn: int) -> None:
        """Tick up to MANY people of one column, as far down as it takes; of the next one when somebody has moved them
        all."""
        for away, stage in enumerate(MANY_STAGES):
            if not self.many:
                self._tick(self.stages[stage])
                self.many_away = bool(away)

    def _tick(self, stage: str) -> None:
        path = f"/requisitions/{self.number}/columns/{stage}"
        while len(self.many) < MANY and path:
            cards = self.reader.get(path, **{"HX-Request": "true"}).text
            self.many += [application for application, _ in _CARD.findall(cards)]
            following = _NEXT.search(cards)
            path = following[1].replace("&amp;", "&") if following else ""
        del self.many[MANY:]

    def move_many(self, _turn: int) -> Answer:
        """Move all who are ticked to the next column, or back."""
        board = f"/requisitions/{self.number}/board"
        stage = MANY_KEYS[0 if self.many_away else 1]
        values = {"action": "move", "stage": stage, "mark": token_hex(16), "people": " ".join(self.many), "back": board}
        answer = self.reader.post("/batches", values)
        if answer.headers.get("location", "") != board:
            raise NotAnswered(f"Not everybody was moved to {stage}: {answer.status} {answer.headers.get('location')}.")
        self.many_away = not self.many_away
        return answer

    def pulse(self, _turn: int) -> Answer:
        """What an open board asks all the time: whether anything happened."""
        answer = self.reader.get(f"/requisitions/{self.number}/pulse", **{"If-None-Match": self.tag})
        self.tag = answer.headers.get("etag", self.tag)
        return answer

    def _card_answer(self, mover: Mover, path: str, values: dict[str, str]) -> Answer:
        answer = self.reader.post(path, values, **{"X-Board": self.number})
        card = _CARD.search(json.loads(answer.text)["card"]) if answer.status == 200 else None
        if card is None or card[1] != mover.application:
            raise NotAnswered(f"{path} answered {answer.status} without the card.")
        mover.version, mover.away = card[2], not mover.away
        return answer


Ask = Callable[[Desk, int], Answer]
Prepare = Callable[[Desk, int], object]


@dataclass(frozen=True)
class Page:
    """Something that is measured: its name, how the n-th request of it goes, and what is done first each time."""

    name: str
    ask: Ask
    prepare: Prepare | None = None
    #: Whether it changes something.
    writes: bool = False
    #: Of so many requests one, for what takes long.
    one_in: int = 1


def _read(name: str, path: Callable[[Desk, int], str], **headers: str) -> Page:
    return Page(name, lambda desk, turn: desk.reader.get(path(desk, turn), **headers))


def _named(turn: int) -> str:
    return NAMES[turn % len(NAMES)]


BOARD, MOVE, SEARCH, HOME = "board", "move, committed", "search by name", "home"

PAGES: Sequence[Page] = (
    _read(BOARD, lambda desk, _turn: f"/requisitions/{desk.number}/board"),
    _read("next cards of a column", lambda desk, _turn: desk.column, **{"HX-Request": "true"}),
    Page("pulse of an idle board", Desk.pulse),
    _read("list", lambda desk, _turn: f"/requisitions/{desk.number}/list"),
    _read("list, late ones", lambda desk, _turn: f"/requisitions/{desk.number}/list?late=1"),
    Page(MOVE, Desk.move, writes=True),
    Page("undo, committed", Desk.undo, prepare=Desk.move, writes=True),
    Page(f"bulk move of {MANY}", Desk.move_many, prepare=Desk.choose_many, writes=True, one_in=6),
    _read(SEARCH, lambda _desk, turn: f"/search?q={_named(turn)}"),
    _read("palette", lambda _desk, turn: f"/palette?q={_named(turn)}"),
    _read("candidate", lambda desk, _turn: desk.person),
    _read(HOME, lambda _desk, _turn: "/"),
    _read("requisition", lambda desk, _turn: f"/requisitions/{desk.number}"),
    _read("requisitions", lambda _desk, _turn: "/requisitions"),
)
