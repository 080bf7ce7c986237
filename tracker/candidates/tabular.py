"""Reading delimited text as other systems write it: encoding, delimiter, quotes, line numbers. Pure functions."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tracker.candidates.columns import guess_columns

MOST_ROWS = 20_000
MOST_COLUMNS = 200

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows, Western European",
    "cp1250": "Windows, Central European",
    "cp1251": "Windows, Cyrillic",
    "iso-8859-15": "ISO 8859-15, Western European",
    "mac_roman": "Mac, Western European",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

#: First bytes of what is no text, and how to get text out of it.
_NO_TEXT = (
    (b"PK\x03\x04", "This is a workbook (.xlsx, .ods) or a zip archive. Open it and save the sheet as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook (.xls). Open it and save the sheet as CSV (UTF-8)."),
    (b"%PDF-", "This is a PDF. A table of people is needed, saved as CSV."),
    (b"{\\rtf", "This is an RTF document. A table of people is needed, saved as CSV."),
    (b"\x1f\x8b", "This is a compressed file. Unpack it first."),
    (b"\x89PNG", "This is a picture. A table of people is needed, saved as CSV."),
    (b"\xff\xd8\xff", "This is a picture. A table of people is needed, saved as CSV."),
    (b"GIF8", "This is a picture. A table of people is needed, saved as CSV."),
)


class Unreadable(ValueError):
    """The file is no table that can be read; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One record: the line on which it starts (the first line of the file is 1) and its cells as written."""

    line: int
    cells: tuple[str, ...]
    #: A quote was opened and never closed; the record was ended at the end of its first line.
    unclosed: bool = False

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A file's header and rows, and how they were read."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(data: bytes, *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """The table in `data`. What is not given is found out. Raises Unreadable."""
    text, encoding = decode(data, encoding)
    delimiter = delimiter or guess_delimiter(text)
    records = parse(text, delimiter)
    header: tuple[str, ...] = ()
    for record in records:
        if not record.blank:
            header = tuple(cell.replace("\x00", "").strip() for cell in record.cells)
            break
    if not any(letter.isalnum() for cell in header for letter in cell):
        raise Unreadable("The file is empty. It needs a first line with the names of the columns, then a line each.")
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The first line has {len(header)} columns; {MOST_COLUMNS} is the limit.")
    rows: list[Row] = []
    for record in records:
        if len(rows) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and import the parts one by one.")
        rows.append(record)
    return Table(encoding, delimiter, header, tuple(rows))


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding it was read by, line ends made one. Raises Unreadable for what is no text."""
    for mark, why in _NO_TEXT:
        if data.startswith(mark):
            raise Unreadable(why)
    if encoding is None:
        encoding = _guess_encoding(data)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"Byte {error.start + 1:,} of the file is not {ENCODINGS.get(encoding, encoding)}; choose another encoding."
        ) from error
    _refuse_binary(text)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), encoding


def _guess_encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        # Some bytes mean nothing in Windows-1252; ISO 8859-15 gives every byte a meaning.
        return "iso-8859-15"
    return "cp1252"


def _refuse_binary(text: str) -> None:
    sample = text[:100_000]
    odd = sum(1 for letter in sample if ord(letter) < 32 and letter not in "\t\n\r\f")
    # A damaged cell here and there is reported with its row; a file full of them is no text.
    if odd > 16 and odd > len(sample) / 50:
        raise Unreadable("This is no text file. Export the people as CSV and try again.")


def guess_delimiter(text: str) -> str:
    """The delimiter under which the first line names most columns we know, then under which most rows agree."""

    def fits(delimiter: str) -> tuple[int, int, int]:
        records = [record for record in _first(parse(text, delimiter), 30) if not record.blank]
        header = records[0].cells if records else ()
        agree = sum(1 for record in records if len(record.cells) == len(header))
        return len(guess_columns(header)), agree if len(header) > 1 else 0, len(header)

    return max(DELIMITERS, key=fits)


def _first(records: Iterator[Row], count: int) -> Iterator[Row]:
    for _ in range(count):
        record = next(records, None)
        if record is None:
            return
        yield record


@cache
def _patterns(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    mark = re.escape(delimiter)
    # Possessive, so that a quote that is never closed costs one pass over the rest and no more.
    quoted = rf'[ ]*"([^"]*+(?:""[^"]*+)*+)"([^{mark}\n]*+)'
    return re.compile(quoted), re.compile(rf"[^{mark}\n]*+")


def parse(text: str, delimiter: str) -> Iterator[Row]:
    """The records of `text`, whose lines end in \\n. Quotes are doubled within quotes; a blank line is a record.

    A quote that is never closed does not swallow the rest: its record ends with its line, and says so.
    """
    quoted, plain = _patterns(delimiter)
    position, line, end = 0, 1, len(text)
    while position < end:
        start, cells, unclosed = line, [], False
        while True:
            match = quoted.match(text, position)
            if match:
                line += match.group(0).count("\n")
                cells.append(match.group(1).replace('""', '"') + match.group(2).rstrip())
            else:
                match = plain.match(text, position)
                assert match is not None  # noqa: S101 - the pattern matches the empty text
                cell = match.group(0)
                unclosed = unclosed or cell.lstrip(" ").startswith('"')
                cells.append(cell)
            position = match.end()
            if position < end and text[position] == delimiter:
                position += 1
                continue
            break
        position += 1
        line += 1
        yield Row(start, tuple(cells), unclosed)
