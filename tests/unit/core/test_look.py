"""What can be said about the look without a browser: contrast, icons, and nothing inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
TOKENS = (ROOT / "assets/css/tokens.css").read_text(encoding="utf-8")
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)


def tokens(theme: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", TOKENS):
        found[name] = light if theme == "light" else dark
    return found | dict(re.findall(r"--([\w-]+): (#\w{6});", TOKENS))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("ground", "paper", "paper-2", "raised", "hover", "line-2")
TEXT_PAIRS = [
    *((text, ground) for text in ("ink", "ink-2", "ink-3", "accent", "warn", "bad", "ok") for ground in GROUNDS),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("on-accent-soft", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink-2", "accent-soft"),
    ("ok-ink", "ok"),
    ("ok", "ok-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("ink", "bad-soft"),
    ("ml", "ml-soft"),
    ("ops", "ops-soft"),
    ("toast-ink", "toast"),
    ("toast-link", "toast"),
]
SHAPE_PAIRS = [
    ("line-strong", "paper"),
    ("line-strong", "ground"),
    ("accent", "ground"),
    ("accent", "paper"),
    ("ok-mid", "paper"),
    ("warn-mid", "paper"),
    ("bad", "paper"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_words_stand_out_from_their_ground(theme, text, ground):
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shapes_that_carry_meaning_stand_out(theme, shape, ground):
    colours = tokens(theme)
    assert contrast(colours[shape], colours[ground]) >= 3


def test_the_measure_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_icon_that_a_template_or_script_names_is_in_the_list():
    lines = (ROOT / "assets/icons.txt").read_text(encoding="utf-8").splitlines()
    listed = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    named: dict[str, str] = {}
    for path in [*PAGES, *(ROOT / "assets/js").glob("*.js")]:
        for name in re.findall(r"\bicon\(\"([\w-]+)\"", path.read_text(encoding="utf-8")):
            named[name] = path.name
    assert named
    assert {name: where for name, where in named.items() if name not in listed} == {}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_nothing_inline_that_the_content_security_policy_would_drop(path):
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"<[^>]*\sstyle\s*=|<style\b|<[^>]*\son[a-z]+\s*=|javascript:|hx-on", text)
    # A script of the page's own is let through by its nonce.
    found += re.findall(r"<script(?![^>]*\b(?:src|nonce)=)", text)
    assert found == []
