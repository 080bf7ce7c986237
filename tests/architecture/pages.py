"""What holds for every answer and every page, whoever asks."""

import re
from html.parser import HTMLParser

from werkzeug.test import TestResponse

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class _Page(HTMLParser):
    """Collects what a page must not have."""

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce
        self.faults: list[str] = []
        self._form: str | None = None
        self._has_token = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = dict(attrs)
        where = f"<{tag}> in line {self.getpos()[0]}"
        self.faults += [f"{where} has {name}" for name in given if name == "style" or name.startswith("on")]
        if (given.get("href") or "").strip().lower().startswith("javascript:"):
            self.faults.append(f"{where} leads to a script")
        if tag == "script" and not given.get("src") and given.get("nonce") != self.nonce:
            self.faults.append(f"{where} is inline without the nonce")
        if tag == "style" and given.get("nonce") != self.nonce:
            self.faults.append(f"{where} has no nonce")
        if tag == "form" and (given.get("method") or "").lower() == "post":
            self._form, self._has_token = where, False
        if tag == "input" and given.get("name") == "csrf_token" and given.get("value"):
            self._has_token = True
        if tag == "img" and "alt" not in given:
            self.faults.append(f"{where} has no alt")

    def handle_endtag(self, tag: str) -> None:
        """A form ends: it must have had its token."""
        if tag == "form" and self._form:
            if not self._has_token:
                self.faults.append(f"{self._form} has no token")
            self._form = None


def faults_of(answer: TestResponse) -> list[str]:
    """What is wrong with an answer: headers that are missing; forms without a token, inline styles and handlers."""
    faults = [
        f"{name} is {answer.headers.get(name)!r}"
        for name, value in HEADERS.items()
        if answer.headers.get(name) != value
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or not ("frame-ancestors" in policy or "sandbox" in policy):
        faults.append(f"the policy is {policy!r}")
    if "unsafe-eval" in policy or ("unsafe-inline" in policy and "sandbox" not in policy):
        faults.append(f"the policy is {policy}")
    if not answer.headers.get("X-Request-ID"):
        faults.append("no request id")
    if answer.headers.get("X-Frame-Options") not in {"DENY", "SAMEORIGIN"}:
        faults.append("may be framed")
    if answer.mimetype == "text/html" and "sandbox" not in policy:
        nonce = re.search(r"'nonce-([^']+)'", policy)
        page = _Page(nonce.group(1) if nonce else "")
        page.feed(answer.text)
        faults += page.faults
    return faults
