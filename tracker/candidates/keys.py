"""Keys: forms of a name, an address or a number in which equal people are equal. Pure functions, no database."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from tracker.core.signs import without_invisible, without_joiners

#: Letters that no decomposition takes apart, as people type them on a keyboard without them.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t",
        "ß": "ss", "ŋ": "ng", "ĸ": "k", "ə": "e", "ʻ": "'", "ʼ": "'",
    }
)  # fmt: skip
_APOSTROPHES = re.compile(r"['’`´]")
_NO_WORD = re.compile(r"[^\w]+|_+")
_SPACES = re.compile(r"\s+")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_EXTENSION = re.compile(r"(?:ext\.?|extension|x|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_NORTH_AMERICAN = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\\\"]+", re.UNICODE)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")

LONGEST_EMAIL = 254
#: Digits of the end of a number that are compared: long enough to tell people apart, short enough to ignore how the
#: country was written.
TAIL_DIGITS = 8
LONGEST_WORD = 80
MOST_WORDS = 40


def fold(text: str) -> str:
    """`text` without case, accents, joiners and compatibility forms: "Şahin" equals "SAHIN", "straße" is "strasse"."""
    spread = unicodedata.normalize("NFKD", without_joiners(text).casefold().translate(_PLAIN_LETTERS))
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    # Folding once more: compatibility forms may have hidden capitals.
    return unicodedata.normalize("NFC", bare.casefold().translate(_PLAIN_LETTERS))


def search_name(name: str) -> str:
    """The folded words of a name, one space between them; punctuation separates words, an apostrophe does not."""
    return " ".join(_NO_WORD.sub(" ", _APOSTROPHES.sub("", fold(name))).split())


def one_line(text: str) -> str:
    """`text` in composed form, on one line, with single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def tag_key(name: str) -> str:
    """A tag's name as it is compared: "Relocation" and "relocation" are one."""
    return one_line(without_joiners(name)).casefold()


def email_key(text: str | None) -> str | None:
    """The address as imports and duplicates compare it: trimmed, lower case, nothing invisible. None for nothing."""
    if text is None:
        return None
    return _SPACES.sub("", without_invisible(text).strip()).lower() or None


def email_base(key: str) -> str:
    """The mailbox behind a key: without what follows a plus sign, which many providers deliver to the same person."""
    local, at, domain = key.partition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def is_email(text: str) -> bool:
    """Whether `text` is an address to which mail can be sent: one @, no spaces, a domain with a dot."""
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and len(text) <= LONGEST_EMAIL
        and len(local) <= 64
        and _LOCAL_PART.fullmatch(local) is not None
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )


def phone_key(text: str | None) -> str | None:
    """The digits of a telephone number, with a leading + where the country is known. None when there are no digits.

    The country is known when it was written (+49, 0049), or when the number has the shape that only North America
    uses (ten digits without a leading zero, or a 1 before them). Any other number keeps its digits without the trunk
    zero, and no country is guessed: compare with `same_phone`.
    """
    bare = _EXTENSION.sub("", _TRUNK_ZERO.sub("", unicodedata.normalize("NFKC", text or "").strip()))
    digits = "".join(str(unicodedata.decimal(letter)) for letter in bare if letter.isdecimal())
    if bare.lstrip("( ").startswith("+"):
        known = digits
    elif digits.startswith("00"):
        known = digits[2:].lstrip("0")
    elif _NORTH_AMERICAN.fullmatch(digits):
        known = digits if digits.startswith("1") else f"1{digits}"
    else:
        return digits.lstrip("0") or None
    return f"+{known}" if known else None


def same_phone(first: str | None, second: str | None) -> bool:
    """Whether two phone keys may be one number: equal, or with equal ends where one of them names no country."""
    if not first or not second:
        return False
    if first == second:
        return True
    if first.startswith("+") and second.startswith("+"):
        return False
    tails = (first.lstrip("+")[-TAIL_DIGITS:], second.lstrip("+")[-TAIL_DIGITS:])
    return tails[0] == tails[1] and len(tails[0]) == TAIL_DIGITS


def web_address(text: str | None) -> str | None:
    """An http(s) address in one form: scheme present, host in lower case, no fragment, no trailing slash.

    None for nothing; raises ValueError for what is no such address.
    """
    if text is None or not text.strip():
        return None
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    if (
        parts.scheme.lower() not in {"http", "https"}
        or "." not in host
        or _SPACES.search(address)
        or "@" in parts.netloc
    ):
        raise ValueError(text)
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{port}{parts.path.rstrip('/')}{query}"


def profile_address(text: str | None) -> str | None:
    """A LinkedIn or GitHub profile in the one form that is compared: https, without query. Others as web_address()."""
    address = web_address(text)
    if address is None:
        return None
    host = address.split("/")[2]
    site = profile_site(address)
    if site is None:
        return address
    path = address.split(host, 1)[1].partition("?")[0].rstrip("/")
    return f"https://{'www.linkedin.com' if site == 'linkedin' else 'github.com'}{path}"


def profile_site(address: str) -> str | None:
    """`linkedin` or `github` when the address lies there; None otherwise."""
    host = (urlsplit(address).hostname or "").lower()
    for site, domain in (("linkedin", "linkedin.com"), ("github", "github.com")):
        if host == domain or host.endswith(f".{domain}"):
            return site
    return None


def search_words(*, name: str, company: str = "", email: str | None = None) -> list[str]:
    """The words by whose beginnings a person is found: of the name, the company, the address; the address itself."""
    return list(dict.fromkeys(_words(name, company, email)))[:MOST_WORDS]


def _words(name: str, company: str, email: str | None) -> Iterator[str]:
    for text in (name, company):
        for word in search_name(text).split():
            yield word[:LONGEST_WORD]
    if email:
        yield email[:LONGEST_WORD]
        local, _, domain = email.partition("@")
        for word in search_name(local).split():
            yield word[:LONGEST_WORD]
        for word in search_name(domain).split():
            yield word[:LONGEST_WORD]


def place_key(*, location: str, timezone: str) -> str:
    """Where somebody is, as filters compare it: the folded words of place and time zone, a blank before each."""
    words = dict.fromkeys([*search_name(location).split(), *search_name(timezone).split()])
    return "".join(f" {word}" for word in words)


def place_words(text: str) -> list[str]:
    """The beginnings of words of a place that a filter asks for, at most four."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in search_name(text).split()))[:4]


def query_words(text: str) -> list[str]:
    """The beginnings that a search asks for, at most six: an address stays whole, everything else is folded words."""
    found: list[str] = []
    for part in text.split():
        if "@" in part.strip("@"):
            found.append((email_key(part) or "")[:LONGEST_WORD])
        else:
            found.extend(word[:LONGEST_WORD] for word in search_name(part).split())
    return list(dict.fromkeys(found))[:6]
