"""Tables to take away: CSV that spreadsheets open rightly, and in which nothing is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from flask import Response, make_response
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


def csv_response(rows: Iterable[Sequence[object]], name: str) -> Response:
    """The rows as a download called `name`; with a byte order mark, by which spreadsheets know UTF-8."""
    response = make_response("\ufeff" + csv_text(rows))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = dump_options_header(
        "attachment", {"filename": secure_filename(name) or "table.csv"}
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response
