"""What a browser has to fetch: how large it is, that it is packed, and that no style is kept which nothing uses."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "tracker" / "static" / "dist"
STYLES = ROOT / "assets" / "css"
#: Where a class may be written: pages, scripts, and the few words that Python hands to pages.
USERS = [
    *ROOT.glob("templates/**/*.html"),
    *ROOT.glob("assets/js/**/*.js"),
    *ROOT.glob("tracker/**/*.py"),
]
TOKEN = re.compile(r"[A-Za-z0-9_-]+")
#: The most that each file may weigh as it travels, in bytes; fonts travel as they are.
MOST = {
    "app.css": 16_000,
    "app.js": 11_000,
    "desk.js": 13_500,
    "htmx.js": 17_000,
    "anew.js": 5_000,
    "ordering.js": 12_500,
    "icons.svg": 4_500,
    "inter-latin.woff2": 32_000,
    "inter-names.woff2": 11_000,
    "inter-vietnamese.woff2": 7_500,
    "inter-rest.woff2": 52_000,
}
#: What a page fetches at most with an empty cache, its own answer and fonts for rare letters aside.
PAGES = {
    "any page": (76_000, ["app.css", "app.js", "icons.svg", "inter-latin.woff2", "inter-names.woff2"]),
    "a board": (
        107_000,
        ["app.css", "app.js", "desk.js", "htmx.js", "icons.svg", "inter-latin.woff2", "inter-names.woff2"],
    ),
}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The built files by their plain names."""
    built: dict[str, str] = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))["files"]
    return built


def travelling(name: str) -> int:
    """How many bytes of a built file travel to a browser that takes packed answers."""
    packed = BUILT / f"{name}.br"
    return (packed if packed.exists() else BUILT / name).stat().st_size


@pytest.mark.parametrize("name", MOST)
def test_files_stay_small(files: dict[str, str], name: str) -> None:
    assert travelling(files[name]) <= MOST[name]


def test_every_script_style_and_font_has_its_limit(files: dict[str, str]) -> None:
    assert {name for name in files if not name.startswith("chevron")} == set(MOST)


@pytest.mark.parametrize("page", PAGES)
def test_pages_fetch_little(files: dict[str, str], page: str) -> None:
    most, names = PAGES[page]
    assert sum(travelling(files[name]) for name in names) <= most


def test_whatever_is_text_lies_there_packed(files: dict[str, str]) -> None:
    texts = [name for name in files.values() if not name.endswith(".woff2")]
    for name in texts:
        whole = (BUILT / name).stat().st_size
        assert all(0 < (BUILT / f"{name}{ending}").stat().st_size < whole for ending in (".br", ".gz")), name


def test_every_class_of_the_style_sheets_is_used() -> None:
    used = {token for path in USERS for token in TOKEN.findall(path.read_text(encoding="utf-8"))}
    # Of `btn-{{ kind }}` a page holds the beginning only.
    begun = tuple(token for token in used if token.endswith("-") and len(token) > 1)
    unused = {
        f"{path.name}: .{name}"
        for path in STYLES.glob("*.css")
        for name in re.findall(r"\.([a-z][\w-]*)", _selectors(path.read_text(encoding="utf-8")))
        if name not in used and not name.startswith(begun)
    }
    assert unused == set()


def _selectors(css: str) -> str:
    """A style sheet without comments, texts and declarations."""
    css = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", css, flags=re.DOTALL)
    return "\n".join(re.findall(r"([^{};]+)\{", css))
