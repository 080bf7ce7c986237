"""What is known of a person, cleaned and judged in one place: forms, imports and the API all come through here."""

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from tracker.candidates.keys import (
    email_key,
    is_email,
    one_line,
    phone_key,
    place_key,
    profile_address,
    search_name,
    search_words,
    web_address,
)
from tracker.core.signs import readable, without_invisible

#: The longest text of each field, in characters.
LIMITS = {
    "name": 200,
    "email": 254,
    "phone": 60,
    "title": 200,
    "company": 200,
    "location": 200,
    "timezone": 60,
    "linkedin_url": 500,
    "github_url": 500,
    "website_url": 500,
}
LONGEST_NOTE = 100_000

LABELS = {
    "name": "The name",
    "email": "The e-mail address",
    "phone": "The phone number",
    "title": "The job title",
    "company": "The company",
    "location": "The place",
    "timezone": "The time zone",
    "linkedin_url": "The LinkedIn address",
    "github_url": "The GitHub address",
    "website_url": "The website's address",
}


#: What is read as words; the others are read by machines, for which nothing invisible counts.
WORDS = frozenset({"name", "title", "company", "location"})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A person's details as they are stored."""

    name: str
    email: str | None = None
    phone: str | None = None
    title: str = ""
    company: str = ""
    location: str = ""
    timezone: str = ""
    linkedin_url: str | None = None
    github_url: str | None = None
    website_url: str | None = None

    @property
    def email_key(self) -> str | None:
        """The address as it is compared."""
        return email_key(self.email)

    @property
    def phone_key(self) -> str | None:
        """The number as it is compared."""
        return phone_key(self.phone)

    @property
    def words(self) -> list[str]:
        """The words by which the person is found."""
        return search_words(name=self.name, company=self.company, email=self.email_key)

    def columns(self) -> dict[str, Any]:
        """Values for the columns of `candidates`, keys included."""
        return asdict(self) | {
            "search_name": search_name(self.name),
            "email_key": self.email_key,
            "phone_key": self.phone_key,
            "place_key": place_key(location=self.location, timezone=self.timezone),
        }


def clean_facts(raw: dict[str, str | None]) -> tuple[Facts, dict[str, str]]:
    """The facts behind what was typed or read, and by field what is wrong with it (empty: all is well).

    A field with a fault is left empty in the facts, except the name.
    """
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    for field, limit in LIMITS.items():
        given = raw.get(field) or ""
        text = one_line(readable(given) if field in WORDS else without_invisible(given))
        if len(text) > limit:
            problems[field] = f"{LABELS[field]} is longer than {limit} characters; shorten it."
            text = text[:limit] if field == "name" else ""
        values[field] = text
    if not search_name(values["name"]):
        problems["name"] = "Give a name."
    values["email"] = _email(values["email"], problems)
    values["phone"] = _phone(values["phone"], problems)
    if values["timezone"] and values["timezone"] not in _zones():
        problems["timezone"] = "Give a time zone such as Europe/Berlin, or leave it empty."
        values["timezone"] = ""
    for field in ("linkedin_url", "github_url", "website_url"):
        values[field] = _address(field, values[field], problems)
    return Facts(**values), problems


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _email(text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    if not is_email(text):
        problems.setdefault("email", "Give an address like name@example.com, or leave it empty.")
        return None
    return text


def _phone(text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    key = phone_key(text)
    if key is None or not 5 <= len(key.lstrip("+")) <= 17:
        problems.setdefault("phone", "Give a number with 5 to 17 digits, or leave it empty.")
        return None
    return text


def _address(field: str, text: str, problems: dict[str, str]) -> str | None:
    try:
        return web_address(text) if field == "website_url" else profile_address(text)
    except ValueError:
        problems.setdefault(field, "Give an address that starts with https://, or leave it empty.")
        return None
