"""What the audit looks at: pages of the demo organisation, each as somebody sees it, and what can be opened on them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.benchmarks.serving import NotAnswered, Reader
from tracker.demo import cast

#: Who looks; nobody is signed in as the last.
READERS = ("recruiter", "manager", "admin", "nobody")
_BOARD = re.compile(r'href="(/requisitions/[A-Z]+-\d+)"')
_PERSON = re.compile(r'href="(/candidates/\d+)#')
_APPLICATION = re.compile(r'data-application="(\d+)"')
_SHORTLIST = re.compile(r'href="(/shortlists/\d+)"')

Opening = Callable[[Page], None]


@dataclass(frozen=True)
class Stop:
    """A page, who looks at it, what they open on it, and whether Lighthouse judges it, too.

    `over` is what then lies over a part of the page without closing it off, as menus do.
    """

    name: str
    path: str
    reader: str = "recruiter"
    opening: Opening | None = None
    over: str = ""
    judged: bool = False


def find_stops(readers: Mapping[str, Reader]) -> list[Stop]:
    """All that is looked at, of the requisition with the fullest board. Raises NotAnswered where one is missing."""
    recruiter = readers["recruiter"]
    boards = {
        number: recruiter.get(f"{number}/board").text for number in _BOARD.findall(_page(recruiter, "/requisitions"))
    }
    if not boards:
        raise NotAnswered("There is no requisition in the list.")
    number = max(boards, key=lambda each: boards[each].count("card-person"))
    person = _first(_PERSON, boards[number], f"anybody on the board of {number}")
    application = _first(_APPLICATION, boards[number], f"an application on the board of {number}")
    shortlist = _first(_SHORTLIST, _page(readers["manager"], "/shortlists"), "a shortlist that the manager sees")
    template = readers["admin"].get("/stage-templates").headers["location"]
    board, people = f"{number}/board", f"{number}/list"
    return [
        Stop("board", board, judged=True),
        Stop("list", people, judged=True),
        Stop("candidate", person, judged=True),
        Stop("home", "/", judged=True),
        Stop("board across requisitions", "/boards/ml-engineer", judged=True),
        Stop("comparison of a shortlist", shortlist, reader="manager", judged=True),
        Stop("everybody who waits on me", "/boards/mine"),
        Stop("home of a hiring manager", "/", reader="manager"),
        Stop("stage template", template, reader="admin"),
        Stop("sign-in", "/sign-in", reader="nobody"),
        Stop("home, the menu", "/", opening=open_drawer),
        Stop(
            "home, the account",
            "/",
            opening=clicking(".top-end details.menu > summary", shows=".menu-who"),
            over="details[open] > .menu-list",
        ),
        Stop("home, the palette", "/", opening=open_palette),
        Stop("board, the keys", board, opening=pressing("?", shows="#keys")),
        Stop("board, where a card may go", board, opening=open_moves, over=".stage-menu"),
        Stop(
            "board, somebody beside it", f"{board}?person={application}", opening=showing(".beside [data-beside=close]")
        ),
        Stop("board, a bulk move", board, opening=open_bulk),
        Stop(
            "board, filters",
            board,
            opening=clicking("details.filters > summary", shows=".filters input[type=checkbox]"),
            over=".filter-panel",
        ),
        Stop(
            "board, saved views",
            f"{board}?mine=1",
            opening=clicking("details.views > summary", shows=".views[open] .menu-item"),
            over=".views > .menu-list",
        ),
        Stop(
            "list, what to do with it",
            people,
            opening=clicking(
                ".bar summary[aria-label='What to do with this list']", shows=".bar details[open] .menu-item"
            ),
            over="details[open] > .menu-list",
        ),
        Stop("candidate, a rejection", person, opening=clicking("a[href$='/rejection']", shows="dialog[open] form")),
    ]


def sign_in_all(port: int) -> dict[str, Reader]:
    """Everybody who looks, signed in."""
    readers = {}
    for name in READERS:
        readers[name] = Reader(port)
        if name != "nobody":
            readers[name].sign_in(f"{name}@demo.example", cast.PASSWORD)
    return readers


def showing(selector: str) -> Opening:
    """What is there without doing anything, after a moment."""
    return lambda page: page.locator(selector).first.wait_for()


def clicking(selector: str, *, shows: str) -> Opening:
    """What a click shows."""

    def click(page: Page) -> None:
        page.locator(selector).first.click()
        showing(shows)(page)

    return click


def pressing(key: str, *, shows: str) -> Opening:
    """What a key shows."""

    def press(page: Page) -> None:
        page.keyboard.press(key)
        showing(shows)(page)

    return press


def open_drawer(page: Page) -> None:
    """The menu of a phone; where there is room it is open already."""
    opener = page.locator("[data-drawer=open]")
    if opener.is_visible():
        opener.click()
    showing(".side-link")(page)


def open_palette(page: Page) -> None:
    """The palette with people in it."""
    page.keyboard.press("Control+k")
    showing("[role=option]")(page)
    page.keyboard.type("a")
    showing("[role=group]:has(> .palette-group:text-is('People')) [role=option]")(page)


def open_moves(page: Page) -> None:
    """Where the first card that is in sight may go."""
    _first_card(page).focus()
    pressing("m", shows=".stage-menu")(page)


def open_bulk(page: Page) -> None:
    """The question before a bulk move, for one who is chosen."""
    _first_card(page).focus()
    page.keyboard.press("s")
    clicking("#bulk button[formaction$='/move']", shows="dialog[open] #bulk-people")(page)


def _first_card(page: Page) -> Locator:
    return page.locator(".card-person .nm a:visible").first


def _page(reader: Reader, path: str) -> str:
    answer = reader.get(path)
    if answer.status != 200:
        raise NotAnswered(f"{path} answered {answer.status}.")
    return answer.text


def _first(pattern: re.Pattern[str], text: str, what: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise NotAnswered(f"The demo organisation does not show {what}.")
    return found[1]
