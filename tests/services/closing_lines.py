"""The closing lines of a test run: what could not be tested on this machine, and how often."""

from collections.abc import Generator

import pytest

from tests.services.unavailable import MARK


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """After everything else that pytest has to say, name what could not be tested, with how many tests that are."""
    yield
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _, found, rest = reason.partition(MARK)
        if found:
            counts[rest] = counts.get(rest, 0) + 1
    if counts:
        terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="!", red=True, bold=True)
        for reason, count in sorted(counts.items()):
            terminalreporter.write_line(f"{count} test{'s' if count > 1 else ''}: {reason}", red=True, bold=True)
