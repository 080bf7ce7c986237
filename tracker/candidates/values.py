"""Dates, amounts and names as people in several countries write them. Pure functions."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache

from tracker.candidates.columns import currency_in
from tracker.candidates.keys import fold, one_line


class DateOrder(StrEnum):
    """In which order day and month stand where the figures do not tell."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class NameOrder(StrEnum):
    """How full names are written. A comma always means the family name comes first."""

    GIVEN_FIRST = "given_first"
    FAMILY_FIRST = "family_first"


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner janvier enero", "february feb februar fevrier febrero",
            "march mar marz mrz maerz mars marzo", "april apr avril abril", "may mai mayo",
            "june jun juni juin junio", "july jul juli juillet julio", "august aug aout agosto",
            "september sep sept septembre septiembre", "october oct oktober okt octobre octubre",
            "november nov novembre noviembre", "december dec dezember dez decembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMERIC = re.compile(r"(\d{1,4})\s*([./\-])\s*(\d{1,2})\s*\2\s*(\d{1,4})(?:[T ].*)?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[.\s-]+([^\W\d]+)[.,\s-]+(\d{4})")
_MONTH_DAY = re.compile(r"([^\W\d]+)[.\s]+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")

_AMOUNT = re.compile(r"([\d][\d.,'’\s\u00a0\u202f]*)\s*([kKtT](?![a-zA-Z]{2})|tsd\.?|tausend)?", re.IGNORECASE)

_TITLES = re.compile(
    r"^(?:(?:dr|prof|dipl|ing|mr|mrs|ms|miss|mx|herr|frau|hr|fr|mme|mlle|sr|sra|ir)\.(?:\s*-?\s*(?:ing|inf|med|rer|nat|phil|h|c)\.)*\s*"
    r"|(?:dr|prof|mr|mrs|ms|miss|herr|frau|mme|mlle)\s+)+",
    re.IGNORECASE,
)
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "ph", "d", "md", "msc", "bsc", "mba", "cfa", "esq", "dr"])
#: Scripts in which the family name comes first and nothing stands between; a family name may be two with a hyphen.
_EAST_ASIAN_LETTERS = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u3040-\u30ff]+"
_EAST_ASIAN = re.compile(rf"{_EAST_ASIAN_LETTERS}(?:-{_EAST_ASIAN_LETTERS})*")


def parse_date(text: str, order: DateOrder = DateOrder.DAY_FIRST) -> date:
    """The date. Years of two figures are in this century. Raises ValueError for what is none."""
    text = text.strip()
    if match := _NUMERIC.fullmatch(text):
        first, separator, second, third = match.groups()
        if len(first) == 4 and len(third) <= 2:
            return date(int(first), int(second), int(third))
        if len(first) > 2 or len(third) not in {2, 4}:
            raise ValueError(text)
        year = int(third) + (2000 if len(third) == 2 else 0)
        if separator == "." or order is DateOrder.DAY_FIRST:
            return date(year, int(second), int(first))
        return date(year, int(first), int(second))
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        if match := pattern.fullmatch(text):
            number = _MONTHS.get(fold(match.group(month)))
            if number:
                return date(int(match.group(3)), number, int(match.group(day)))
    raise ValueError(text)


def guess_date_order(texts: Iterable[str]) -> DateOrder:
    """Month first only when some date can be read no other way, and none the other way round."""
    day_first = month_first = 0
    for text in texts:
        match = _NUMERIC.fullmatch(text.strip())
        if match and len(match.group(1)) <= 2 and match.group(2) != ".":
            day_first += int(match.group(1)) > 12
            month_first += int(match.group(3)) > 12
    return DateOrder.MONTH_FIRST if month_first and not day_first else DateOrder.DAY_FIRST


def parse_amount(text: str, decimal: str = ".") -> tuple[int, str]:
    """Whole units and the currency named beside them: "62.500,00 €" with `decimal` "," → (62500, "EUR"); "71k" → 71000.

    Raises ValueError for what holds no single positive amount.
    """
    currency = currency_in(text)
    found = [match for match in _AMOUNT.finditer(text) if match.group(1).strip()]
    if len(found) != 1 or "-" in text[: found[0].start()]:
        raise ValueError(text)
    digits = re.sub(r"[\s'’\u00a0\u202f]", "", found[0].group(1)).rstrip(".,")
    thousands = "." if decimal == "," else ","
    whole, mark, fraction = digits.rpartition(decimal)
    if not mark:
        whole, fraction = digits, ""
    elif len(fraction) == 3 and not found[0].group(2) and decimal not in whole and thousands not in whole:
        # "62,500" in a table of decimal commas is still sixty-two thousand: nobody asks for 62.5 a year.
        whole, fraction = whole + fraction, ""
    groups = whole.split(thousands)
    if any(len(group) != 3 for group in groups[1:]) or decimal in whole or len(whole) > 12:
        raise ValueError(text)
    value = float(f"{''.join(groups) or '0'}.{fraction or '0'}")
    if found[0].group(2):
        value *= 1000
    if not 0 < value < 1_000_000_000:
        raise ValueError(text)
    return round(value), currency


def guess_decimal(texts: Iterable[str]) -> str:
    """The mark before the fraction in a column of amounts: the one that stands last where both stand, or before two
    figures at the end."""
    votes = {".": 0, ",": 0}
    for text in texts:
        figures = re.sub(r"[^\d.,]", "", text)
        if match := re.search(r"([.,])\d{1,2}$", figures):
            votes[match.group(1)] += 1
        elif match := re.search(r"([.,])\d{3}$", figures):
            # Before three figures it groups thousands.
            votes["." if match.group(1) == "," else ","] += 1
    return "," if votes[","] > votes["."] else "."


def full_name(text: str, order: NameOrder = NameOrder.GIVEN_FIRST) -> str:
    """A name as it is spoken, given name first, without titles: "Dr. Mijas, Maksymilian" → "Maksymilian Mijas"."""
    text = _without_titles(one_line(text))
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma and given and not _is_suffix(given):
        return _joined(_without_titles(given), family)
    if comma:
        text = family
    if order is NameOrder.FAMILY_FIRST and " " in text:
        family, _, given = text.partition(" ")
        return _joined(given, family)
    return text


def joined_name(given: str, family: str) -> str:
    """A name from two columns, given name first; where the script puts the family name first, so do we.

    A table with the given name 成 and the family name 魏 holds 魏成, as people write it, and as tables with one column
    have it: the other order would be another name, and the same person would be two.
    """
    return _joined(_without_titles(one_line(given)), one_line(family))


def _joined(given: str, family: str) -> str:
    if given and family and _EAST_ASIAN.fullmatch(given) and _EAST_ASIAN.fullmatch(family):
        return f"{family}{given}"
    return f"{given} {family}".strip()


@cache
def _is_suffix(text: str) -> bool:
    return all(word in _SUFFIXES for word in fold(text).replace(".", " ").split())


def _without_titles(text: str) -> str:
    bare = _TITLES.sub("", text)
    return bare if bare.strip() else text
