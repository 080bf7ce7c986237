"""Tables to take away: CSV that spreadsheets open rightly, and in which nothing is a formula."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from flask import Response, stream_with_context
from werkzeug.http import dump_options_header
from werkzeug.utils import secure_filename

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
#: Signed numbers and telephone numbers start like formulas and are none.
_HARMLESS = re.compile(r"[+-][\d\s()/.,-]*")


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula: what looks like one gets an apostrophe before it."""
    text = "" if value is None else str(value).replace("\x00", "")
    if text.lstrip(" ").startswith(_FORMULA_STARTS) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV: commas, lines ending in CRLF."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
    return out.getvalue()


def streamed_csv(rows: Iterable[Sequence[object]], name: str) -> Response:
    """The same as csv_response(), written while the rows are read: no more of them in memory than come at a time."""
    lines = (csv_text([row]) for row in rows)
    return _download(stream_with_context(chain(["\ufeff"], lines)), name, "text/csv; charset=utf-8")


def streamed_json(rows: Iterable[Mapping[str, object]], name: str) -> Response:
    """The rows as a list of objects, written while they are read."""
    return _download(stream_with_context(_json_text(rows)), name, "application/json")


def _json_text(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    beginning = "[\n"
    for row in rows:
        yield beginning + json.dumps(row, ensure_ascii=False)
        beginning = ",\n"
    yield "\n]\n" if beginning == ",\n" else "[]\n"


def csv_response(rows: Iterable[Sequence[object]], name: str) -> Response:
    """The rows as a download called `name`; with a byte order mark, by which spreadsheets know UTF-8."""
    return _download("\ufeff" + csv_text(rows), name, "text/csv; charset=utf-8")


def _download(body: str | Iterator[str], name: str, media_type: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = dump_options_header(
        "attachment", {"filename": secure_filename(name) or "table"}
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response
