"""The supervisor's loop: one thread that waits for output, signals and times, and acts on them."""

import contextlib
import json
import os
import re
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from tracker.supervisor.children import Child
from tracker.supervisor.programs import Program

#: After the first request to end, what still runs is killed when this time is over.
GRACE_SECONDS = 6.0
LAST_GRACE_SECONDS = 2.0
RETRY_SECONDS = 10.0
#: How often something that is waited for is looked at.
LOOK_SECONDS = 0.1
#: What of the structured logs is told on the console as well.
LOUD = frozenset({"warning", "error", "critical"})
#: How our own logs name what happened: "tick.part_failed".
OWN_EVENT = re.compile(r"[a-z_]+(\.[a-z_]+)*")
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs programs until it is asked to end. `log_folder` and the folder of `state_file` exist."""

    def __init__(self, *, log_folder: Path, state_file: Path) -> None:
        self._log_folder = log_folder
        self._state_file = state_file
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._requests_to_end = 0
        self._mute = False
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)
        for number in ENDING_SIGNALS:
            # What was started to ignore a signal (nohup, a script's background) goes on ignoring it.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask_to_end)
        # A handler has to exist for the wake-up; the loop itself looks which child has ended.
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    @property
    def ending(self) -> bool:
        """Whether somebody asked for the end."""
        return self._requests_to_end > 0

    def say(self, line: str, *, name: str = "tracker") -> None:
        """One line on standard output, with the name of whoever says it in front."""
        self._print(name, line.encode())

    def start(self, program: Program) -> None:
        """Start a program and keep it running from now on. Raises OSError when it cannot be run at all."""
        child = Child(program, self._log_folder)
        self._children.append(child)
        self._start(child)

    def run_once(self, program: Program) -> int | None:
        """Run a program to its end, all others being looked after. Returns its code; None when asked to end before."""
        child = Child(program, self._log_folder)
        self._children.append(child)
        self._start(child)
        while not self.ending:
            if (code := self._turn(watched=child)) is not None:
                self._children.remove(child)
                child.log.close()
                return code
        return None

    def wait_until(self, true: Callable[[], bool], *, seconds: float) -> bool:
        """Look after the children until `true()`; False when the time is over or the end was asked for."""
        until = time.monotonic() + seconds
        while not self.ending and time.monotonic() < until:
            if true():
                return True
            # What the question itself makes the children say must not bring the next one sooner.
            again = time.monotonic() + LOOK_SECONDS
            while (pause := again - time.monotonic()) > 0 and not self.ending:
                self._turn(at_most=pause)
        return False

    def run(self) -> None:
        """Look after the children until asked to end."""
        while not self.ending:
            self._turn()

    def end(self) -> None:
        """End all children, those that others need last; a further request to end does not wait for them."""
        self._requests_to_end = asked = max(self._requests_to_end, 1)
        for child in self._children:
            child.due = None
        for last, seconds in ((False, GRACE_SECONDS), (True, LAST_GRACE_SECONDS)):
            group = [child for child in self._children if child.program.needed_by_others is last]
            until = time.monotonic() + seconds
            for child in group:
                child.ask_to_end()
            while any(child.process for child in group):
                if time.monotonic() > until or self._requests_to_end > asked:
                    for child in group:
                        child.kill()
                self._turn(at_most=LOOK_SECONDS)
        for child in self._children:
            child.log.close()
        with contextlib.suppress(OSError):
            self._state_file.unlink()
        signal.set_wakeup_fd(-1)
        self._selector.close()
        self._wake_read.close()
        self._wake_write.close()

    def _ask_to_end(self, _number: int, _frame: FrameType | None) -> None:
        self._requests_to_end += 1

    def _start(self, child: Child) -> None:
        child.start()
        self._selector.register(child.output, selectors.EVENT_READ, child)
        self._record()

    def _turn(self, *, at_most: float | None = None, watched: Child | None = None) -> int | None:
        """Wait for something to happen and act on it. Returns the code of `watched` when it has ended."""
        now = time.monotonic()
        pauses = [max(child.due - now, 0.0) for child in self._children if child.due is not None]
        if at_most is not None:
            pauses.append(at_most)
        for key, _events in self._selector.select(min(pauses, default=None)):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._wake_read.recv(4096)
            else:
                self._read(key.data)
        result = None
        for child in self._children:
            if (code := child.ended()) is not None:
                self._gone(child, code, expected=child is watched)
                result = code if child is watched else result
            elif child.due is not None and child.due <= time.monotonic() and not self.ending:
                self._start_again(child)
        return result

    def _read(self, child: Child) -> None:
        lines = child.read()
        if lines is None:
            # Its end is noticed by itself; without this, the closed pipe would be reported for ever.
            self._selector.unregister(child.output)
            return
        for line in lines:
            self._pass_on(child, line)

    def _gone(self, child: Child, code: int, *, expected: bool) -> None:
        for line in child.rest():
            self._pass_on(child, line)
        with contextlib.suppress(KeyError):
            self._selector.unregister(child.output)
        again = not expected and not self.ending
        pause = child.forget(again=again)
        self._record()
        if again:
            self.say(f"The {child.name} ended ({_manner(code)}); it starts again in {pause:g} s.")

    def _start_again(self, child: Child) -> None:
        try:
            self._start(child)
        except OSError as error:
            child.due = time.monotonic() + RETRY_SECONDS
            self.say(f"The {child.name} cannot be started: {error.strerror}.")

    def _pass_on(self, child: Child, line: bytes) -> None:
        child.log.write(line)
        said = None if child.program.quiet else for_people(line, log=f"log/{child.name}.log")
        if said is not None:
            self._print(child.name, said)

    def _print(self, name: str, line: bytes) -> None:
        if self._mute:
            return
        try:
            sys.stdout.buffer.write(f"{name:<8}| ".encode() + line + b"\n")
            sys.stdout.buffer.flush()
        except OSError:
            # Nobody reads any more (a closed terminal, a pipe that broke); the logs under DATA_DIR go on.
            self._mute = True

    def _record(self) -> None:
        """Write down which processes run, for people and for tests: name → process number."""
        running: dict[str, int] = {child.name: child.pid for child in self._children if child.pid is not None}
        fresh = self._state_file.with_suffix(".new")
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps({"tracker": os.getpid(), **running}, indent=1) + "\n")
            fresh.replace(self._state_file)


def for_people(line: bytes, *, log: str) -> bytes | None:
    """A line of a program as the console shows it: words as they are, of structured logs what somebody should look at.

    None for what is only for the log; `log` names the file that has all of it.
    """
    if not line.startswith(b"{"):
        return line
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict) or entry.get("level") not in LOUD:
        return None
    event = str(entry.get("event", ""))
    if OWN_EVENT.fullmatch(event):
        what = event.replace("_", " ").replace(".", ", ")
    else:
        # What a library says is left as it is, and its further lines to the log.
        what = (event.strip().splitlines() or [""])[0].rstrip(". ")
    because = f" ({entry['fault']})" if entry.get("fault") else f" ({entry['error']})" if entry.get("error") else ""
    return f"{str(entry['level']).capitalize()}: {what}{because}. More in DATA_DIR/{log}.".encode()


def _manner(code: int) -> str:
    """How a process has ended, in words."""
    if code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"with code {code}"
