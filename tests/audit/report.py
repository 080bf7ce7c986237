"""What the audit found, as a page: docs/audit.md, and the same on the console."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.audit.lighthouse import CATEGORIES, Judgement

SCORE, SHIFT = 95, 0.1

INTRODUCTION = """# How a browser finds the pages

Written by `make audit`; measured on {date}, on the demo organisation, signed in as its recruiter where nobody else is
named, through gunicorn as `tracker web` starts it. Lighthouse opens each page {runs} times with an empty profile, as on
a desk; medians. Aims: at least {score} of 100 in every category, and things shift by less than {shift} on the way.
"""

AXE = """## axe

In light, in dark and with forced colours, each 1280 and 320 pixels wide and enlarged to 400 %, with the rules of WCAG
2.2 AA and good practice; and no page scrolls sideways: {stops}."""


def misses(judged: Mapping[str, Judgement], faults: Sequence[str]) -> list[str]:
    """Each aim that was missed, as a line."""
    return [
        *(
            f"{page}: {score} in {category}, {SCORE} is the aim ({'; '.join(found.wrong) or 'nothing named'})"
            for page, found in judged.items()
            for category, score in found.scores.items()
            if score < SCORE
        ),
        *(f"{page}: shifts by {found.shift:.3f}" for page, found in judged.items() if found.shift >= SHIFT),
        *faults,
    ]


def write_report(
    judged: Mapping[str, Judgement],
    faults: Sequence[str],
    stops: Sequence[str],
    machine: Sequence[tuple[str, str]],
    at: datetime,
    runs: int,
) -> str:
    """The whole page, as Markdown. `stops` are what axe looked at."""
    date = f"{at:%d %B %Y}".lstrip("0")
    rows = [
        (
            page,
            *(str(found.scores[category]) for category in CATEGORIES),
            f"{found.shift:.3f}",
            f"{found.paint:.0f} ms",
            f"{found.sent:.0f} KB",
        )
        for page, found in judged.items()
    ]
    head = ("page", *(category.replace("-", " ") for category in CATEGORIES), "shift", "largest paint", "all it loads")
    parts = [
        INTRODUCTION.format(date=date, runs=runs, score=SCORE, shift=SHIFT),
        _table(("machine", ""), machine),
        "## Lighthouse",
        _table(head, rows),
        AXE.format(stops="; ".join(stops)),
        "\n".join(f"- {fault}" for fault in faults) or "Violations: none.",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
