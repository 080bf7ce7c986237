"""Characters that cannot be seen: which of them words need, and which only mislead. Pure functions."""

import unicodedata

#: Zero width joiner and non-joiner: Persian, Hindi and many others are not written rightly without them, nor is 👩🏽‍💻.
JOINERS = frozenset("\u200c\u200d")
#: What a joiner stands between: letters, their marks, pictures with their colours and variants.
_JOINED = ("L", "M", "So", "Sk")


def without_invisible(text: str) -> str:
    """`text` without characters that cannot be seen (zero width, direction marks and overrides, controls), for keys."""
    return "".join(letter for letter in text if not _is_invisible(letter))


def readable(text: str) -> str:
    """`text` without characters that cannot be seen, but for joiners between what they join: for names and words."""
    seen = [letter for letter in text if letter in JOINERS or not _is_invisible(letter)]
    return "".join(letter for place, letter in enumerate(seen) if letter not in JOINERS or _joins(seen, place))


def without_joiners(text: str) -> str:
    """`text` as somebody types it whose keyboard has no joiners."""
    return "".join(letter for letter in text if letter not in JOINERS)


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cf", "Cc"} and letter not in "\n\t"


def _joins(letters: list[str], place: int) -> bool:
    return (
        0 < place < len(letters) - 1
        and unicodedata.category(letters[place - 1]).startswith(_JOINED)
        and unicodedata.category(letters[place + 1]).startswith(_JOINED)
    )
