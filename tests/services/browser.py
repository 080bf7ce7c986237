"""A real Chromium: this machine's, or the one that Playwright brought."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.services.unavailable import unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: A browser that tests a page of this machine has nothing to ask elsewhere.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-dev-shm-usage",
]


def find_chromium(playwright: Playwright) -> str | None:
    """The path of a Chromium: CHROMIUM, then the usual names, then Playwright's own; None when there is none."""
    if named := os.environ.get("CHROMIUM"):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running headless Chromium with an empty profile; the test is left, loudly, where there is none."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            unavailable("a browser", "Install one: apt-get install chromium, or .venv/bin/playwright install chromium.")
        arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
