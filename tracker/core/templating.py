"""What every page needs: the built assets, the frame around the page, and how times, counts and money are worded.

Nothing here knows a domain. `create_app()` calls `install()` once and hands in how to find out who is reading.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from math import inf
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask import Flask, current_app, flash, has_request_context, request
from flask.wrappers import Response
from markupsafe import Markup

from tracker.core import clock
from tracker.core.addresses import url_for
from tracker.core.http import asked_by_dialog

ToastKind = Literal["ok", "info", "warn", "bad"]
#: Seconds between two looks at whether the front-end was built anew.
LOOKED_EVERY = 1.0
THEMES = ("light", "dark", "auto")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One line of the sidebar. `count` is shown unless None; `urgent` marks one that waits on the reader."""

    label: str
    url: str
    icon: str
    count: int | None = None
    active: bool = False
    urgent: bool = False
    section: str = ""


@dataclass(frozen=True, slots=True)
class PinnedRequisition:
    """A requisition that the reader keeps at hand. `role` is the key of its role profile."""

    number: str
    label: str
    role: str
    url: str
    active: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is signed in, as the top bar shows them; `roles` in words, `settings_url` None where there is none.

    Without `shortcuts` single keys do nothing.
    """

    name: str
    email: str
    roles: Sequence[str]
    sign_out_url: str
    settings_url: str | None = None
    shortcuts: bool = True
    #: What this reader's browser keeps its own things under; nobody's name.
    key: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the frame finds what it shows. Each callable is asked at most once per rendered page."""

    reader: Callable[[], Reader | None] = lambda: None
    reader_zone: Callable[[], ZoneInfo] = lambda: ZoneInfo("UTC")
    navigation: Callable[[], Sequence[NavigationEntry]] = tuple
    pinned: Callable[[], Sequence[PinnedRequisition]] = tuple
    search_url: Callable[[], str] = lambda: "/search"
    palette_url: Callable[[], str] = lambda: "/palette"
    home_url: Callable[[], str] = lambda: "/"
    sign_in_url: Callable[[], str] = lambda: "/sign-in"
    organisation: Callable[[], str] = lambda: ""


# --- built assets ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Assets:
    """The manifest of the built assets. It is read again when the file changes, so a rebuild needs no restart."""

    folder: Path
    base: str
    _stamp: int = -1
    #: When the manifest was looked at last, by the clock that only runs on; not yet.
    _looked: float = -inf
    _files: Mapping[str, str] = field(default_factory=dict)
    _icons: frozenset[str] = frozenset()
    #: Icons without a label as they were drawn before: a page holds dozens of them.
    _drawn: dict[tuple[str, str, str], Markup] = field(default_factory=dict)
    #: Asked about for each icon of a page, so its name is put together once.
    _manifest: str = field(init=False)

    def __post_init__(self) -> None:
        """Know where the manifest lies."""
        self._manifest = str(self.folder / "manifest.json")

    @property
    def built(self) -> bool:
        """Whether the assets have been built at all."""
        return Path(self._manifest).is_file()

    def url(self, name: str) -> str:
        """The address of an asset by its plain name, e.g. `app.css`. Before the first build: the plain name itself."""
        self._refresh()
        root = request.script_root if has_request_context() else ""
        return f"{root}{self.base}/{self._files.get(name, name)}"

    def icon(self, name: str, *, label: str | None = None, size: Literal["", "sm"] = "") -> Markup:
        """An icon of the sprite. With `label` it is read aloud, without it is decoration.

        Raises `LookupError` when the built sprite does not hold it: add the name to `assets/icons.txt`.
        """
        self._refresh()
        key = (request.script_root if has_request_context() else "", name, size)
        if label is None and key in self._drawn:
            return self._drawn[key]
        if self._icons and name not in self._icons:
            raise LookupError(f'icon "{name}" is not in assets/icons.txt')
        classes = f"ico ico-{size}" if size else "ico"
        spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        drawn = Markup('<svg class="{}" {}><use href="{}#{}"></use></svg>').format(
            classes, spoken, self.url("icons.svg"), name
        )
        if label is None:
            self._drawn[key] = drawn
        return drawn

    def _refresh(self) -> None:
        # A page asks dozens of times; a build that is a second old is new enough.
        now = time.monotonic()
        if now < self._looked + LOOKED_EVERY:
            return
        self._looked = now
        try:
            stamp = os.stat(self._manifest).st_mtime_ns
        except FileNotFoundError:
            return
        if stamp != self._stamp:
            manifest = json.loads(Path(self._manifest).read_text(encoding="utf-8"))
            self._files = manifest["files"]
            self._icons = frozenset(manifest["icons"])
            self._drawn = {}
            self._stamp = stamp


# --- times ----------------------------------------------------------------------------------------------------------


def zone_abbreviation(moment: datetime) -> str:
    """The name of an aware instant's zone as people write it: "CET", and "UTC+3" where the zone has no letters."""
    name = moment.tzname() or "UTC"
    if not name.startswith(("+", "-")):
        return name
    hours, minutes = name[1:3].lstrip("0") or "0", name[3:5]
    return f"UTC{name[0]}{hours}" + (f":{minutes}" if minutes and minutes != "00" else "")


def format_day(value: date | datetime, zone: ZoneInfo, *, today: date) -> str:
    """ "Mon 23 Nov", with the year when it is not this one. A plain date is taken as it is, an instant in `zone`."""
    day = value.astimezone(zone).date() if isinstance(value, datetime) else value
    text = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def format_when(moment: datetime, zone: ZoneInfo, *, today: date) -> str:
    """ "Mon 23 Nov, 14:05 CET": an aware instant in `zone`, which is named."""
    local = moment.astimezone(zone)
    return f"{format_day(local, zone, today=today)}, {local:%H:%M} {zone_abbreviation(local)}"


def format_ago(moment: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """How long ago (or ahead) an instant is, in words: "4 hours ago", "yesterday", "in 3 days".

    Within a day hours count, beyond it the dates in `zone`.
    """
    apart = now - moment
    past = apart >= timedelta(0)
    seconds = abs(apart).total_seconds()
    if seconds < 60:
        return "just now" if past else "now"
    if seconds < 3600:
        text = plural(int(seconds // 60), "minute")
    elif seconds < 12 * 3600:
        text = plural(int(seconds // 3600), "hour")
    else:
        days = abs((now.astimezone(zone).date() - moment.astimezone(zone).date()).days)
        if days == 0:
            text = plural(int(seconds // 3600), "hour")
        elif days == 1:
            return "yesterday" if past else "tomorrow"
        else:
            text = plural(days, "day")
    return f"{text} ago" if past else f"in {text}"


def format_age(moment: datetime, *, now: datetime) -> str:
    """The shortest form, for cards: "5 min", "4 h", "6 d"."""
    seconds = max(0.0, (now - moment).total_seconds())
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} d"


# --- counts, money, names -------------------------------------------------------------------------------------------


def number(value: float | Decimal) -> str:
    """1284 → "1,284"; what has decimals keeps at most one."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 candidate", "3 candidates"; `many` where an s is not enough."""
    return f"{number(count)} {one if count == 1 else (many or one + 's')}"


def days(count: float | Decimal) -> str:
    """34 → "34 days"."""
    return f"{number(count)} {'day' if count == 1 else 'days'}"


def money(amount: float | Decimal | None, currency: str) -> str:
    """85000, "EUR" → "85,000 EUR"; the amount in whole units of the currency. None becomes an empty text."""
    if amount is None:
        return ""
    return f"{number(amount)}\N{NO-BREAK SPACE}{currency}"


def money_range(low: float | Decimal | None, high: float | Decimal | None, currency: str) -> str:
    """ "85,000–105,000 EUR", "from 85,000 EUR", "up to 105,000 EUR", or an empty text."""
    if low is not None and high is not None:
        return money(low, currency) if low == high else f"{number(low)}–{money(high, currency)}"
    if low is not None:
        return f"from {money(low, currency)}"
    if high is not None:
        return f"up to {money(high, currency)}"
    return ""


def initials(name: str) -> str:
    """ "Ingrid Solheim" → "IS", "O’Brien, Siobhán" → "SO", "李文博" → "李"; "?" for an empty name."""
    family, comma, given = name.partition(",")
    words = (f"{given} {family}" if comma else name).replace("-", " ").split()
    letters = [letter for word in words if (letter := next((sign for sign in word if sign.isalnum()), ""))]
    if not letters:
        return "?"
    return (letters[0] if len(letters) == 1 else letters[0] + letters[-1]).upper()


def listing(items: Iterable[object], last: str = "and") -> str:
    """["A", "B", "C"] → "A, B and C"."""
    texts = [str(item) for item in items]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


# --- what a view says back ------------------------------------------------------------------------------------------


def say(text: str, *, kind: ToastKind = "ok", undo_url: str | None = None) -> None:
    """Shows `text` at the foot of the next page; `undo_url` (a POST address) adds a button that takes it back."""
    flash(json.dumps({"text": text, "undo": undo_url}), kind)


def toast_header(text: str, *, kind: ToastKind = "ok", undo_url: str | None = None) -> dict[str, str]:
    """The same for a fragment that htmx asked for: headers to add to the answer."""
    return {"HX-Trigger": json.dumps({"toast": {"text": text, "kind": kind, "undo": undo_url or ""}})}


def _toasts(messages: Iterable[tuple[str, str]]) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = []
    for kind, message in messages:
        text, undo = message, None
        if message.startswith("{"):
            said = json.loads(message)
            text, undo = said["text"], said["undo"]
        known = {"ok", "info", "warn", "bad"}
        found.append({"kind": kind if kind in known else "info", "text": text, "undo": undo})
    return found


def _send_dialog_onward(response: Response) -> Response:
    """A form in the dialog is sent by script, which could not see where a redirect leads: it is told in a header."""
    if asked_by_dialog() and response.status_code in {301, 302, 303, 307, 308}:
        response.headers["X-Location"] = response.headers.pop("Location", "")
        response.status_code = 204
        response.set_data(b"")
    return response


def sections(entries: Iterable[NavigationEntry]) -> list[tuple[str, list[NavigationEntry]]]:
    """The entries of the sidebar by section, in the order in which they come."""
    return [(section, list(of_it)) for section, of_it in groupby(entries, key=lambda entry: entry.section)]


def theme() -> str:
    """The reader's choice of light, dark or auto, from their cookie."""
    chosen = request.cookies.get("theme", "auto") if has_request_context() else "auto"
    return chosen if chosen in THEMES else "auto"


def reader_zone() -> ZoneInfo:
    """The zone of whoever reads what is being rendered, or typed what is being read."""
    frame: Frame = current_app.extensions["frame"]
    return frame.reader_zone()


def when_for_reader(moment: datetime) -> str:
    """The instant as format_when() says it, in the zone of reader_zone()."""
    zone = reader_zone()
    return format_when(moment, zone, today=clock.now().astimezone(zone).date())


def install(app: Flask, frame: Frame) -> Assets:
    """Adds the globals and filters that templates use, and the answer that the dialog's script understands."""
    static = Path(app.static_folder or "static")
    app.extensions["frame"] = frame
    assets = Assets(folder=static / "dist", base=f"{app.static_url_path or '/static'}/dist")

    def today(zone: ZoneInfo) -> date:
        return clock.now().astimezone(zone).date()

    def when(moment: datetime, zone: ZoneInfo | None = None) -> str:
        return format_when(moment, zone, today=today(zone)) if zone else when_for_reader(moment)

    def day(value: date | datetime, zone: ZoneInfo | None = None) -> str:
        there = zone or frame.reader_zone()
        return format_day(value, there, today=today(there))

    def ago(moment: datetime, zone: ZoneInfo | None = None) -> str:
        return format_ago(moment, zone or frame.reader_zone(), now=clock.now())

    def age(moment: datetime) -> str:
        return format_age(moment, now=clock.now())

    def hour(moment: datetime, zone: ZoneInfo | None = None) -> str:
        local = moment.astimezone(zone or frame.reader_zone())
        return f"{local:%H:%M} {zone_abbreviation(local)}"

    def iso(moment: datetime) -> str:
        return moment.astimezone(UTC).isoformat(timespec="seconds")

    env = app.jinja_env
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.filters.update(
        when=when, day=day, ago=ago, age=age, hour=hour, iso=iso, days=days, plural=plural, number=number,
        money=money, money_range=money_range, initials=initials, listing=listing,
    )  # fmt: skip
    shared: dict[str, Any] = {
        "url_for": url_for,
        "asset": assets.url,
        "icon": assets.icon,
        "theme": theme,
        "frame": frame,
        "navigation": frame.navigation,
        "sections": sections,
        "reader_zone": frame.reader_zone,
        "now": clock.now,
        "toasts": _toasts,
        "money_range": money_range,
    }
    env.globals.update(shared)
    app.after_request(_send_dialog_onward)
    return assets
