"""Finding all pages that somebody can reach: from the first one by the links on each, and from the table of routes."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from werkzeug.exceptions import HTTPException

from tests.architecture.route_table import rows
from tests.architecture.world import World
from tests.conftest import Client

#: Of addresses that differ only in what they are about, so many are opened; of pages, so many are worth a closer look.
MOST_OF_A_RULE = 8
MOST_SHAPES = 2
HTML = "text/html"
FILES = "/static/"


@dataclass(frozen=True)
class Opened:
    """An address that was opened, on which page it stood, and what it answered."""

    address: str
    found_on: str
    status: int
    #: What the content of a page is built of, without its words; "" for what is no page.
    shape: str


@dataclass
class Crawl:
    """Everything that one reader could open, by rule."""

    by_rule: dict[str, list[Opened]] = field(default_factory=lambda: defaultdict(list))

    @property
    def failures(self) -> list[str]:
        """Links that lead nowhere, or to something that this reader may not see: a page must not offer them."""
        return [
            f"{opened.found_on} leads to {opened.address}, which answers {opened.status}"
            for those in self.by_rule.values()
            for opened in those
            if opened.status >= 400
        ]

    def shapes(self) -> Iterator[tuple[str, str]]:
        """Of each rule the fullest pages that differ in shape, as shape and address."""
        for those in self.by_rule.values():
            shapes = {opened.shape: opened.address for opened in those if opened.shape}
            yield from sorted(shapes.items(), key=lambda pair: len(pair[0]), reverse=True)[:MOST_SHAPES]


class _Page(HTMLParser):
    """Collects where a page leads without changing anything, and what its content is built of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        #: Elements with what sets them apart for a reader. Repeated ones, as the rows of a table, count once.
        self.built_of: set[str] = set()
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and the address of a link."""
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        self._inside = self._inside or tag == "main"
        if self._inside:
            told = [f"{name}={given[name]}" for name in ("class", "type", "role") if name in given]
            self.built_of.add(" ".join([tag, *told, *sorted(name for name, _ in attrs)]))

    def handle_endtag(self, tag: str) -> None:
        """What follows the content is the same on all pages."""
        if tag == "main":
            self._inside = False


def pages_of(world: World, reader: str) -> list[str]:
    """Every page that the table of routes says is this reader's, by address."""
    return [
        world.address(row.rule, row.values) for row in rows() if row.method == "GET" and row.expected[reader] == 200
    ]


def crawl(client: Client, start: str, further: Iterable[str] = ()) -> Crawl:
    """Open what whoever sits at the client reaches from `start` and from `further` addresses."""
    waiting = deque([(start, "the browser"), *((address, "the table of routes") for address in further)])
    seen: set[str] = set()
    done = Crawl()
    while waiting:
        address, found_on = waiting.popleft()
        rule = _rule(client, address)
        if not address or address in seen or len(done.by_rule[rule]) >= MOST_OF_A_RULE:
            continue
        seen.add(address)
        answer = client.get(address, buffered=True)
        if 300 <= answer.status_code < 400:
            waiting.append((_local(address, answer.headers["Location"]), found_on))
            continue
        shape = ""
        if answer.mimetype == HTML and answer.status_code < 400:
            page = _Page(answer.text)
            shape = "\n".join([rule, *sorted(page.built_of)])
            waiting.extend((_local(address, link), address) for link in page.links)
        done.by_rule[rule].append(Opened(address, found_on, answer.status_code, shape))
    return done


def _local(page: str, link: str) -> str:
    """The path and query of a link on a page; "" for one that leads to another place, or to a file of the look."""
    parts = urlsplit(urldefrag(urljoin(f"http://localhost{page}", link)).url)
    if parts.hostname not in {"localhost", "127.0.0.1"} or parts.path.startswith(FILES):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _rule(client: Client, address: str) -> str:
    """The rule that an address belongs to; the address itself for one that belongs to none."""
    path = urlsplit(address).path
    try:
        rule, _arguments = client.application.url_map.bind("localhost").match(path, return_rule=True)
    except HTTPException:
        return path
    return rule.rule
