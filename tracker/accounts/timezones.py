"""The time zones that people choose from, and finding one by what they typed."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from tracker.core.templating import zone_abbreviation

#: Old names of places that have a name by region, kept by the database for old programs.
OLD_REGIONS = ("Brazil", "Canada", "Chile", "Etc", "Mexico", "SystemV", "US", "posix", "right")


@dataclass(frozen=True)
class Choice:
    """A zone, and how it reads now: "Europe/Berlin", "Berlin, CET, UTC+1"."""

    name: str
    reading: str


@cache
def zone_names() -> tuple[str, ...]:
    """Names of zones by region, UTC first."""
    names = {name for name in available_timezones() if "/" in name and name.partition("/")[0] not in OLD_REGIONS}
    return ("UTC", *sorted(names))


def choices(now: datetime) -> list[Choice]:
    """All zones with what their clocks say at `now` (aware)."""
    return [Choice(name, _reading(name, now)) for name in zone_names()]


def find_zone(typed: str) -> str:
    """The name of the zone that somebody means by "Europe/Berlin", "europe/berlin", "new york" or "São Paulo".

    An empty text when there is no such zone, or more than one.
    """
    letters = unicodedata.normalize("NFKD", typed.strip().replace(" ", "_").casefold())
    # The database knows cities without their accents.
    wanted = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if not wanted:
        return ""
    by_name = [name for name in zone_names() if name.casefold() == wanted]
    by_city = [name for name in zone_names() if name.rpartition("/")[2].casefold() == wanted]
    found = by_name or by_city
    return found[0] if len(found) == 1 else ""


def _reading(name: str, now: datetime) -> str:
    local = now.astimezone(ZoneInfo(name))
    offset = local.strftime("%z")
    hours, minutes = int(offset[1:3]), offset[3:5]
    place = name.rpartition("/")[2].replace("_", " ")
    utc = f"UTC{offset[0]}{hours}" + (f":{minutes}" if minutes != "00" else "")
    return ", ".join(dict.fromkeys([place, zone_abbreviation(local), utc]))
