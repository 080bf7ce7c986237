"""Lighthouse on one page, several times; the median of each score counts."""

import json
import os
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.installation import ROOT

PROGRAM = ROOT / "tests" / "audit" / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
SECONDS = 180


@dataclass(frozen=True)
class Judgement:
    """What Lighthouse found, the median of its runs: scores up to 100 by category, how far things shifted, the largest
    contentful paint in milliseconds, KB that travelled. `wrong` names what cost points in the last run."""

    scores: dict[str, int]
    shift: float
    paint: float
    sent: float
    wrong: Sequence[str]


def judge(url: str, cookie: str, *, chromium: str, folder: Path, runs: int) -> Judgement:
    """Open `url` so many times as whoever the cookie says, each time with an empty profile, as on a desk."""
    found = [_run(url, cookie, chromium, folder) for _ in range(runs)]
    return Judgement(
        scores={
            name: round(statistics.median(each["categories"][name]["score"] or 0 for each in found) * 100)
            for name in CATEGORIES
        },
        shift=statistics.median(_number(each, "cumulative-layout-shift") for each in found),
        paint=statistics.median(_number(each, "largest-contentful-paint") for each in found),
        sent=statistics.median(_number(each, "total-byte-weight") for each in found) / 1000,
        wrong=sorted(_wrong(found[-1])),
    )


def _run(url: str, cookie: str, chromium: str, folder: Path) -> dict[str, Any]:
    given = folder / "headers.json"
    given.write_text(json.dumps({"Cookie": cookie}))
    flags = ["--headless=new", "--disable-background-networking", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    done = subprocess.run(
        [
            PROGRAM, url, "--preset=desktop", "--quiet", "--output=json", "--output-path=stdout",
            f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={given}",
            f"--chrome-flags={' '.join(flags)}",
        ],
        env={**os.environ, "PATH": _path(), "CHROME_PATH": chromium, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"Lighthouse could not judge {url}: {done.stderr.strip()[-2000:] or done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    if fault := found.get("runtimeError"):
        raise RuntimeError(f"{url}: {fault['message']}")
    return found


def _path() -> str:
    """Where Node.js is found: what was fetched for the project comes first, because then this machine's was too old."""
    fetched = ROOT / ".venv-node" / "bin"
    usual = os.environ.get("PATH", os.defpath)
    return f"{fetched}{os.pathsep}{usual}" if fetched.exists() else usual


def _number(found: dict[str, Any], audit: str) -> float:
    return float(found["audits"][audit].get("numericValue") or 0)


def _wrong(found: dict[str, Any]) -> set[str]:
    """The audits with a weight in their category that are not passed."""
    weighty = {ref["id"] for name in CATEGORIES for ref in found["categories"][name]["auditRefs"] if ref["weight"]}
    audits = found["audits"]
    return {audits[name]["title"] for name in weighty if (audits[name]["score"] or 0) < 0.9 and _counts(audits[name])}


def _counts(audit: dict[str, Any]) -> bool:
    return audit["scoreDisplayMode"] not in {"notApplicable", "manual", "informative"}
