"""axe on every page of the audit, as each reader sees it: light, dark, with forced colours; wide, narrow, enlarged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from tests.services.axe import AXE, AXE_SCRIPT, RULES


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


def sweep(browser: Browser, site: str, cookies: Mapping[str, str], pages: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with each page, as a line: violations of axe, and pages that scroll sideways."""
    for look, media in LOOKS.items():
        for screen in SCREENS:
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
            context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
            page = context.new_page()
            for name, path in pages.items():
                page.goto(site + path, wait_until="load")
                where = f"{name}, {look}, {screen.name}"
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > screen.width:
                    yield f"{where}: it is {wide} pixels wide"
                yield from (f"{where}: {violation}" for violation in page.evaluate(AXE, RULES))
            context.close()
