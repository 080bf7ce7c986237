"""The command behind `make audit`."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.audit.lighthouse import judge
from tests.audit.report import misses, write_report
from tests.audit.stops import find_stops, sign_in_all
from tests.audit.sweep import sweep
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.serving import HOST, WebServer
from tests.services.browser import chromium, find_chromium
from tests.services.installation import ROOT
from tests.services.valkey import ValkeyServer
from tracker.config import Settings
from tracker.core import clock
from tracker.supervisor.setup import prepare

REPORT = ROOT / "docs" / "audit.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at the pages and write the report; 1 when an aim was missed."""
    wanted = _parser().parse_args(arguments)
    # Whoever ends it by a signal gets their servers ended, too, as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
    if path is None:
        print("There is no Chromium: apt-get install chromium, or name one as CHROMIUM.", file=sys.stderr)
        return 2
    broker = ValkeyServer()
    try:
        with tempfile.TemporaryDirectory(prefix="firsthire-audit-") as folder:
            return _audit(Path(folder), broker.url, path, wanted)
    finally:
        broker.stop()


def _audit(folder: Path, broker: str, browser_path: str, wanted: argparse.Namespace) -> int:
    data = Path(wanted.data) if wanted.data else folder / "var"
    data.mkdir(exist_ok=True)
    environment = {"DATA_DIR": str(data), "REDIS_URL": broker, "DEMO": "1", "LOG_LEVEL": "WARNING"}
    prepare(Settings.from_environment(environment), _say)
    with WebServer(environment, processes=2, application="wsgi:app") as server:
        site = f"http://{HOST}:{server.port}"
        readers = sign_in_all(server.port)
        cookies = {name: {key: each.value for key, each in reader.cookies.items()} for name, reader in readers.items()}
        stops = find_stops(readers)
        judged = {}
        for stop in stops:
            if stop.judged:
                _say(f"… Lighthouse: {stop.name}, {stop.path}")
                cookie = "; ".join(f"{name}={value}" for name, value in cookies[stop.reader].items())
                judged[stop.name] = judge(
                    site + stop.path, cookie, chromium=browser_path, folder=folder, runs=wanted.runs
                )
        with chromium() as browser:
            faults = list(sweep(browser, site, cookies, stops, _say))
    report = write_report(judged, faults, [stop.name for stop in stops], describe_machine(), clock.now(), wanted.runs)
    print(report)
    if wanted.output:
        Path(wanted.output).write_text(report, encoding="utf-8")
    missed = misses(judged, faults)
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make audit ARGS=", description="How a browser finds the pages.")
    parser.add_argument("--runs", type=int, default=3, help="how often Lighthouse opens each page")
    parser.add_argument("--data", default="", help="a DATA_DIR with the demo organisation, instead of a new one")
    parser.add_argument("--output", default=str(REPORT), help="where the report goes (empty: only to the console)")
    return parser


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
