"""Every page at every role: each link leads somewhere, and each page is accessible, silent and fits its screen.

Whatever a reader can reach is opened as that reader; of pages that are built of the same parts one is looked at.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.architecture.world import READERS, World
from tests.browser.conftest import give_session, serving
from tests.browser.crawling import Crawl, crawl, pages_of
from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.vetting import make_interview, make_vetted
from tests.services.axe import AXE, AXE_SCRIPT, RULES
from tracker.accounts.states import Role

#: Wide in the light, narrow in the dark.
SCREENS = ((1280, 900, "light"), (390, 844, "dark"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An organisation in which every route has something to be about, served to browsers."""
    with serving(tmp_path_factory.mktemp("every-page")) as app:
        app.test_client_class = Client
        made = World(app.test_client())
        made.make_everything()
        yield made


@pytest.fixture(scope="module")
def crawls(world: World) -> dict[str, Crawl]:
    """What each reader reached."""
    return {
        reader: crawl(client_of(world, reader), "/sign-in" if reader == "nobody" else "/", pages_of(world, reader))
        for reader in READERS
    }


def client_of(world: World, reader: str) -> Client:
    """A client with the session of a reader."""
    client = world.client.application.test_client()
    assert isinstance(client, Client)
    return client if reader == "nobody" else client.sign_in(world.people[reader])


@pytest.mark.parametrize("reader", READERS)
def test_every_link_leads_somewhere(crawls: dict[str, Crawl], reader: str) -> None:
    assert crawls[reader].failures == []


def test_every_link_leads_somewhere_for_a_guest_on_one_interview(world: World) -> None:
    guest = make_user(Role.INTERVIEWER, name="Nils Guest")
    make_interview(make_vetted(world.get("requisition")), guest)
    client = world.client.application.test_client()
    assert isinstance(client, Client)

    found = crawl(client.sign_in(guest), "/")

    assert found.failures == []
    assert "/candidates/<int:candidate_id>" in found.by_rule


@pytest.fixture(scope="module")
def judged() -> set[str]:
    """The shapes of pages that were looked at already, by whichever reader."""
    return set()


@pytest.mark.parametrize("reader", READERS)
def test_every_page_is_sound(
    world: World, crawls: dict[str, Crawl], browser: Browser, judged: set[str], reader: str
) -> None:
    app = world.client.application
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(60_000)
    # Before each page's own scripts, and so beyond its policy.
    context.add_init_script(AXE_SCRIPT)
    if reader != "nobody":
        give_session(app, context, world.people[reader])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    faults = []
    for shape, address in crawls[reader].shapes():
        # Built of the same parts as a page that another reader has, it is as sound; the first page has the menu, too.
        if shape in judged and address != "/":
            continue
        judged.add(shape)
        said.clear()
        found = [*faults_of(page, app.config["SITE"] + address), *said]
        faults += [f"{address}, {fault}" for fault in found]
    context.close()
    assert not faults, "\n".join(faults)


def faults_of(page: Page, address: str) -> Iterator[str]:
    """What is wrong with a page on each of the screens."""
    for width, height, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        if scheme == "light":
            page.goto(address, wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{width} {scheme}: it is {wide} pixels wide"
        for violation in page.evaluate(AXE, RULES):
            yield f"{width} {scheme}: {violation}"
