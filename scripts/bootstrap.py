"""Prepares a fresh clone to run: the Python environment, the front-end, and for tests a browser.

    scripts/bootstrap run      what `make run` needs
    scripts/bootstrap test     the same, with the development tools and a Chromium
    scripts/bootstrap audit    the same, with Lighthouse

Uses nothing but the standard library, because it runs before anything is installed. Each step leaves a stamp with a
hash of what it was made from, so that a second start only compares hashes. Everything it makes lies inside the clone
(`.venv`, `.venv-tools`, `.venv-node`, `node_modules` of `assets` and `tests/audit`, `tracker/static/dist`); the one
exception is a Chromium for tests. Ends with code 2 and one line that says what is missing when a step cannot be done.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
TOOLS = ROOT / ".venv-tools"
NODE_ENVIRONMENT = ROOT / ".venv-node"
ASSETS = ROOT / "assets"
AUDIT = ROOT / "tests" / "audit"
BUILT = ROOT / "tracker" / "static" / "dist"

UV = "uv==0.13.9"
OLDEST_NODE = 20
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Unprepared(Exception):
    """A step that cannot be done; the message says in one line what mends it."""


def say(text: str) -> None:
    """Print one line of progress at once, before what follows takes its time."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(command: Sequence[str | Path], *, what: str, cwd: Path = ROOT, **environment: str) -> None:
    """Run `command` with its output shown only when it fails; raises Unprepared naming `what` then."""
    done = subprocess.run(  # noqa: S603 - the commands are written in this file
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise Unprepared(f"{what} failed (above: what it said).")


def digest(*parts: str | Path) -> str:
    """A hash over texts and the contents of files, in the order given."""
    result = hashlib.sha256()
    for part in parts:
        result.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        result.update(b"\0")
    return result.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether `stamp` says that its step was done from exactly `value`."""
    try:
        return stamp.read_text() == value
    except OSError:
        return False


def uv() -> Path:
    """The pinned uv, in an environment of its own: the project's holds only what the lock file says."""
    executable = TOOLS / "bin" / "uv"
    stamp = TOOLS / ".stamp"
    value = digest(UV, sys.version)
    if stamped(stamp, value) and executable.exists():
        return executable
    say(f"Fetching the installer ({UV}) ...")
    if importlib.util.find_spec("venv") is None:
        raise Unprepared(f"This Python has no venv module. {advice_on_venv()}")
    install: list[str | Path] = [TOOLS / "bin" / "python", "-m", "pip", "install"]
    if importlib.util.find_spec("ensurepip") is not None:
        run([sys.executable, "-m", "venv", "--clear", TOOLS], what="Making .venv-tools")
    elif importlib.util.find_spec("pip") is not None:
        run([sys.executable, "-m", "venv", "--clear", "--without-pip", TOOLS], what="Making .venv-tools")
        install = [sys.executable, "-m", "pip", "--python", TOOLS / "bin" / "python", "install"]
    else:
        raise Unprepared(f"This Python cannot make environments with pip (ensurepip is missing). {advice_on_venv()}")
    run([*install, "--quiet", "--disable-pip-version-check", UV], what=f"Installing {UV}")
    stamp.write_text(value)
    return executable


def advice_on_venv() -> str:
    """The line that mends a Python without venv or ensurepip, as Debian and Ubuntu split it off."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"On Debian and Ubuntu: apt-get install python{version}-venv"


def python_environment(*, development: bool) -> None:
    """`.venv` from the lock file. What tests need beyond that stays: `make run` does not take it away again."""
    value = digest(ROOT / "uv.lock", ROOT / "pyproject.toml", sys.version, sys.executable)
    lean, full = ENVIRONMENT / ".stamp-run", ENVIRONMENT / ".stamp-test"
    if stamped(full, value) or (not development and stamped(lean, value)):
        return
    installer = uv()
    say("Installing the Python packages of the lock file ...")
    options = ["--all-groups", "--no-group", "node"] if development else ["--no-dev", "--inexact"]
    # Compiled here, once: whoever runs it later may not be allowed to write into the environment, or be told not to
    # (PYTHONDONTWRITEBYTECODE), and then every process compiles all packages at each start.
    run(
        [installer, "sync", "--frozen", "--compile-bytecode", "--python", sys.executable, *options],
        what="Installing the Python packages",
        UV_PYTHON_DOWNLOADS="never",
        UV_PROJECT_ENVIRONMENT=str(ENVIRONMENT),
        VIRTUAL_ENV="",
    )
    (full if development else lean).write_text(value)


def node_on_path() -> bool:
    """Whether this machine has a Node.js with npm that is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    # The arguments are fixed; the path is what this user's PATH says.
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def path_with_node() -> str:
    """A PATH on which `node` and `npm` are found: this machine's, or with those of the wheel in front."""
    path = os.environ.get("PATH", os.defpath)
    if node_on_path():
        return path
    stamp = NODE_ENVIRONMENT / ".stamp"
    value = digest(ROOT / "uv.lock", sys.version, sys.executable)
    if not stamped(stamp, value):
        installer = uv()
        say("Fetching Node.js (this machine has none that is new enough) ...")
        run(
            [installer, "sync", "--frozen", "--python", sys.executable, "--only-group", "node", "--no-install-project"],
            what="Fetching Node.js",
            UV_PYTHON_DOWNLOADS="never",
            UV_PROJECT_ENVIRONMENT=str(NODE_ENVIRONMENT),
            VIRTUAL_ENV="",
        )
        stamp.write_text(value)
    return f"{NODE_ENVIRONMENT / 'bin'}{os.pathsep}{path}"


def front_end_sources() -> Iterable[Path]:
    """Every file that the build reads, in a fixed order: assets/, and what names the classes and icons to keep."""
    for top, endings in ((ASSETS, ("",)), (ROOT / "templates", (".html",)), (ROOT / "tracker", (".py",))):
        for folder, below, names in os.walk(top):
            below[:] = sorted(name for name in below if name not in {"node_modules", "__pycache__", "static"})
            yield from (Path(folder) / name for name in sorted(names) if name.endswith(endings))


def front_end() -> None:
    """`tracker/static/dist` from `assets/`: libraries by lock file, then one build."""
    libraries = digest(ASSETS / "package.json", ASSETS / "package-lock.json")
    sources = digest(*(part for file in front_end_sources() for part in (str(file.relative_to(ROOT)), file)))
    fetched, built = ASSETS / "node_modules" / ".stamp-libraries", ASSETS / "node_modules" / ".stamp-build"
    have_libraries = stamped(fetched, libraries)
    if have_libraries and stamped(built, sources) and (BUILT / "manifest.json").exists():
        return
    path = path_with_node()
    npm = shutil.which("npm", path=path) or "npm"
    if not have_libraries:
        say("Fetching the front-end libraries ...")
        run([npm, "ci", "--no-audit", "--no-fund"], what="npm ci", cwd=ASSETS, PATH=path)
        fetched.write_text(libraries)
    say("Building the front-end ...")
    run([npm, "run", "build"], what="Building the front-end", cwd=ASSETS, PATH=path)
    built.write_text(sources)


def browser() -> None:
    """A Chromium for the browser tests. Without one, the closing lines of the tests say what was not tested."""
    if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in CHROMIUM_NAMES):
        return
    attempted = ENVIRONMENT / ".stamp-browser"
    if attempted.exists():
        return
    say("Installing Chromium for the browser tests ...")
    attempts: list[list[str | Path]] = [[ENVIRONMENT / "bin" / "playwright", "install", "chromium"]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.insert(0, ["sh", "-c", "apt-get update; apt-get install --yes --no-install-recommends chromium"])
    for attempt in attempts:
        try:
            run(attempt, what="Installing Chromium", DEBIAN_FRONTEND="noninteractive")
        except Unprepared as failure:
            sys.stderr.write(f"{failure}\n")
        else:
            break
    attempted.write_text("")


def lighthouse() -> None:
    """Lighthouse for `make audit`, by a lock file of its own: nothing else needs it."""
    value = digest(AUDIT / "package.json", AUDIT / "package-lock.json")
    fetched = AUDIT / "node_modules" / ".stamp"
    if stamped(fetched, value):
        return
    path = path_with_node()
    say("Fetching Lighthouse ...")
    npm = shutil.which("npm", path=path) or "npm"
    run([npm, "ci", "--no-audit", "--no-fund"], what="npm ci", cwd=AUDIT, PATH=path)
    fetched.write_text(value)


def main(arguments: Sequence[str]) -> int:
    """Prepare what the one argument names, `run`, `test` or `audit`; 0 when ready, 2 after saying what is missing."""
    if list(arguments) not in (["run"], ["test"], ["audit"]):
        sys.stderr.write("usage: scripts/bootstrap run|test|audit\n")
        return 2
    development = arguments[0] != "run"
    try:
        python_environment(development=development)
        front_end()
        if development:
            browser()
        if arguments[0] == "audit":
            lighthouse()
    except Unprepared as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
