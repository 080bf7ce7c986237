"""The facts of a requisition that people write down, and what is wrong with them."""

from typing import TypedDict
from zoneinfo import available_timezones

from tracker.accounts.timezones import find_zone
from tracker.core.errors import Refused
from tracker.requisitions.states import Engagement, Workplace

#: What is offered first; any code of three letters is taken.
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "DKK", "NOK", "PLN", "CZK", "CAD", "AUD", "INR", "SGD", "JPY", "BRL")
LONGEST_TITLE = 120
LONGEST_LINE = 200
MOST_OPENINGS = 50
LONGEST_TARGET = 730
MOST_SALARY = 100_000_000


class Facts(TypedDict, total=False):
    """What can be said about a requisition; salaries are per year in whole units of the currency."""

    title: str
    team: str
    workplace: Workplace
    location: str
    regions: str
    overlap_timezone: str
    overlap_hours: int | None
    engagement: Engagement
    salary_from: int | None
    salary_to: int | None
    currency: str
    target_days: int
    description: str
    confidential: bool


def tidy(facts: Facts) -> Facts:
    """The facts as they are kept: texts without blanks around them, the zone by its name, the currency in capitals.

    Raises Refused with a message per field for what cannot be kept.
    """
    wrong = _wrong_texts(facts) | _wrong_numbers(facts) | _wrong_zone(facts)
    if wrong:
        raise Refused("The requisition cannot be kept like this.", fields=wrong)
    kept = facts.copy()
    for key in ("title", "team", "location", "regions", "overlap_timezone", "description"):
        if key in kept:
            kept[key] = kept[key].strip()
    if "overlap_timezone" in kept:
        kept["overlap_timezone"] = _zone(kept["overlap_timezone"])
    if "currency" in kept:
        kept["currency"] = kept["currency"].strip().upper()
    return kept


def _wrong_texts(facts: Facts) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if "title" in facts:
        title = facts["title"].strip()
        if not title:
            wrong["title"] = "Give it a title, such as “Senior MLOps Engineer, Berlin platform”."
        elif len(title) > LONGEST_TITLE:
            wrong["title"] = f"Keep the title to {LONGEST_TITLE} characters."
    lines: tuple[tuple[str, str], ...] = (
        ("team", facts.get("team", "")),
        ("location", facts.get("location", "")),
        ("regions", facts.get("regions", "")),
    )
    wrong |= {name: f"Keep this to {LONGEST_LINE} characters." for name, text in lines if len(text) > LONGEST_LINE}
    currency = facts.get("currency", "EUR").strip()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        wrong["currency"] = "Give the currency as three letters, such as EUR."
    return wrong


def _wrong_numbers(facts: Facts) -> dict[str, str]:
    wrong: dict[str, str] = {}
    low, high = facts.get("salary_from"), facts.get("salary_to")
    if low is not None and not 0 < low <= MOST_SALARY:
        wrong["salary_from"] = "Give the salary per year, in whole units."
    if high is not None and not 0 < high <= MOST_SALARY:
        wrong["salary_to"] = "Give the salary per year, in whole units."
    if not wrong and low is not None and high is not None and low > high:
        wrong["salary_to"] = "The range ends below where it begins."
    target = facts.get("target_days", 1)
    if not 1 <= target <= LONGEST_TARGET:
        wrong["target_days"] = f"Give a number of days from 1 to {LONGEST_TARGET}."
    return wrong


def _zone(typed: str) -> str:
    """The zone that is meant by its name or its city; names of old are kept as they are. Empty for none."""
    return find_zone(typed) or (typed if typed in available_timezones() else "")


def _wrong_zone(facts: Facts) -> dict[str, str]:
    zone, hours = facts.get("overlap_timezone", "").strip(), facts.get("overlap_hours")
    wrong: dict[str, str] = {}
    if zone and not _zone(zone):
        wrong["overlap_timezone"] = "Choose a time zone from the list, such as Europe/Berlin."
    if hours is not None and not 0 <= hours <= 12:
        wrong["overlap_hours"] = "Give a number of hours from 0 to 12."
    elif hours and "overlap_timezone" in facts and not zone:
        wrong["overlap_timezone"] = "Say whose working hours are to be shared."
    return wrong
