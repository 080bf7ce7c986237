"""The command behind `make bench`, from its filling to its report; what it finds is no test's business."""

import subprocess
import sys
from pathlib import Path

from tests.services.installation import ROOT


def test_it_measures_and_reports(tmp_path: Path) -> None:
    report = tmp_path / "benchmarks.md"
    small = "--databases SQLite --sizes 100 --others 0 --pages board,move --requests 2 --memory 16"

    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *small.split(), "--output", str(report)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    # 1 says that an aim was missed, which so few requests on a busy machine may do.
    assert done.returncode in {0, 1}, done.stderr
    assert "Traceback" not in done.stderr
    text = report.read_text()
    assert "What the time is made of" in text
    assert "| move, committed |" in text
