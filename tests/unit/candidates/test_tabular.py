"""Delimited text is read as written, whatever the encoding, the delimiter and the quotes."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.candidates.tabular import DELIMITERS, MOST_ROWS, Unreadable, guess_delimiter, parse, read_table

CELLS = st.text(st.characters(exclude_characters="\r\x00", codec="utf-8"), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=8)


@given(TABLES, st.sampled_from(sorted(DELIMITERS)))
def test_what_was_written_is_read(table: list[list[str]], delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    rows = list(parse(written.getvalue(), delimiter))
    assert [list(row.cells) for row in rows] == table
    lines = written.getvalue().split("\n")
    # Each record starts on the line that its number says.
    assert all(
        lines[row.line - 1].startswith(f'"{row.cells[0].split(chr(10))[0].replace(chr(34), chr(34) * 2)}')
        for row in rows
    )


@given(TABLES)
def test_only_what_needs_quotes_has_them(table: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(table)
    assert [list(row.cells) for row in parse(written.getvalue(), ",")] == table


@given(st.text(max_size=200), st.sampled_from(sorted(DELIMITERS)))
def test_any_text_is_read_to_its_end(text: str, delimiter: str) -> None:
    text = text.replace("\r", "")
    rows = list(parse(text, delimiter))
    assert [row.line for row in rows] == sorted({row.line for row in rows})
    assert len(rows) <= text.count("\n") + 1


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert read_table(data).header


def test_an_unclosed_quote_ends_with_its_line() -> None:
    rows = list(parse('a,b\n1,"never closed\n2,c\n', ","))
    assert [(row.line, row.cells, row.unclosed) for row in rows] == [
        (1, ("a", "b"), False),
        (2, ("1", '"never closed'), True),
        (3, ("2", "c"), False),
    ]


def test_quotes_may_stand_in_the_middle() -> None:
    (row,) = parse('5" disk, "quoted, with ""quotes""" ,x', ",")
    assert row.cells == ('5" disk', 'quoted, with "quotes"', "x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", sorted(DELIMITERS))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found_out(encoding: str, delimiter: str, line_end: str) -> None:
    lines = [("Name ", "E-Mail", "Notiz"), ("Jürgen Größe", "j@example.org", "a, b; c")]
    text = line_end.join(delimiter.join(f'"{cell}"' for cell in cells) for cells in lines)
    table = read_table(text.encode(encoding))
    assert table.header == ("Name", "E-Mail", "Notiz")
    assert table.rows[0].cells == lines[1]
    assert table.delimiter == delimiter


def test_the_delimiter_is_the_one_that_gives_known_headings() -> None:
    assert guess_delimiter("Name;E-Mail;Gehalt, brutto\nA;b@example.org;1,5\nB, C;d@example.org;2,5\n") == ";"
    assert guess_delimiter("Name\nAda\n") == ","


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n  \r\n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (bytes(range(256)) * 20, "no text file"),
        (b"\x00" * 5000, "no text file"),
        (b"Name\n" + b"A\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
        (b"A" + b"," * 300 + b"\nA\n", "301 columns"),
        (b",,,\n,,,\n", "empty"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_table(data)


def test_a_chosen_encoding_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Unreadable, match="choose another"):
        read_table("Name\nJürgen".encode("cp1252"), encoding="utf-8")
