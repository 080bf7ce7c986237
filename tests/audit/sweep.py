"""axe on every page of the audit, as each reader sees it: light, dark, with forced colours; wide, narrow, enlarged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Error, Page

from tests.audit.stops import Stop
from tests.services.axe import AXE, AXE_SCRIPT, RULES

#: Below an open menu targets are covered in part, until it is closed: how large they are is asked within the menu only.
AXE_OVER = """async ([rules, over]) => {
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
  const sizes = "target-size";
  const whole = await axe.run(document, { runOnly: rules, rules: { [sizes]: { enabled: false } } });
  const part = await axe.run(over, { runOnly: { type: "rule", values: [sizes] } });
  return [...whole.violations, ...part.violations].map((found) => `${found.id}: ${found.nodes[0].html.slice(0, 200)}`);
}"""


@dataclass(frozen=True)
class Screen:
    """How wide and high a page is shown, in its own pixels, and how much it is enlarged."""

    name: str
    width: int
    height: int
    scale: float = 1


SCREENS = (
    Screen("1280 px", 1280, 900),
    Screen("320 px", 320, 640),
    # A window of 1280 × 1024 shows so much of a page that is enlarged to 400 %.
    Screen("400 % zoom", 320, 256, scale=4),
)
LOOKS: Mapping[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"color_scheme": "dark", "forced_colors": "active"},
}


def sweep(
    browser: Browser,
    site: str,
    cookies: Mapping[str, Mapping[str, str]],
    stops: Sequence[Stop],
    say: Callable[[str], None],
) -> Iterator[str]:
    """What is wrong at each stop, as a line: what axe finds, a page that scrolls sideways, what does not open.

    `cookies` are those of each reader, by name; `say` is told how far it has come.
    """
    for look, media in LOOKS.items():
        for screen in SCREENS:
            say(f"… axe: {len(stops)} pages, {look}, {screen.name}")
            for reader, given in cookies.items():
                context = browser.new_context(
                    locale="en-GB",
                    timezone_id="UTC",
                    viewport={"width": screen.width, "height": screen.height},
                    device_scale_factor=screen.scale,
                    **media,
                )
                context.set_default_timeout(60_000)
                # Before each page's own scripts, and so beyond its policy.
                context.add_init_script(AXE_SCRIPT)
                context.add_cookies([{"name": name, "value": value, "url": site} for name, value in given.items()])
                page = context.new_page()
                for stop in stops:
                    if stop.reader == reader:
                        yield from (
                            f"{stop.name}, {look}, {screen.name}: {fault}" for fault in _faults(page, site, stop)
                        )
                context.close()


def _faults(page: Page, site: str, stop: Stop) -> Iterator[str]:
    answer = page.goto(site + stop.path, wait_until="load")
    if answer is None or answer.status != 200:
        yield f"it answered {answer.status if answer else 'nothing'}"
        return
    if stop.opening:
        try:
            stop.opening(page)
        except Error as error:
            yield f"it could not be opened: {error.message.splitlines()[0]}"
            return
    wide = page.evaluate("document.documentElement.scrollWidth")
    width = page.viewport_size["width"] if page.viewport_size else wide
    if wide > width:
        yield f"it is {wide} pixels wide"
    yield from page.evaluate(AXE_OVER, [RULES, stop.over]) if stop.over else page.evaluate(AXE, RULES)
