"""Answers are packed (gzip) on their way: a board of 140 KB travels as 15. See docs/adr/0008-answers-are-packed.md."""

import gzip

from flask import Flask, Response, request

#: Text that is made for each request. Files and images are packed already, or are not worth it.
PACKED = frozenset({"text/html", "text/plain", "text/csv", "application/json"})
#: Below this a packet holds the answer as it is.
SMALLEST = 1000
#: The quickest level: higher ones take twice the time for a tenth fewer bytes.
LEVEL = 1
#: Where a request may come from for its answer to be packed; browsers say so, other clients say nothing.
OURS = frozenset({"same-origin", "none", ""})


def init_app(app: Flask) -> None:
    """Pack answers. Call it before anything else looks at answers: what is registered first comes last."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype not in PACKED or response.is_streamed or response.direct_passthrough:
        return response
    if "Content-Encoding" in response.headers or response.status_code < 200 or response.status_code in {204, 304}:
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    # A page that asks from elsewhere could read secrets from the lengths of packed answers (BREACH).
    if request.headers.get("Sec-Fetch-Site", "") not in OURS or not request.accept_encodings["gzip"]:
        return response
    plain = response.get_data()
    if len(plain) >= SMALLEST:
        response.set_data(gzip.compress(plain, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
