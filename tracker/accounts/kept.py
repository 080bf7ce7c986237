"""A form that was sent when its sender's sign-in had ended: it goes along while they sign in, to be sent again.

It travels in the sign-in form, signed, and nothing of it is stored. Only what came from a page of this installation is
taken along: a page elsewhere could put any words here. Nothing is sent by itself: its sender looks at it, and presses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from tracker.core.http import SECRET, local_address
from tracker.core.once import ASIDE
from tracker.core.signing import PatientSigner

KEPT_FOR = timedelta(hours=1)
#: More than anybody types; what is larger is a file of its own.
LARGEST = 200_000


@dataclass(frozen=True)
class Kept:
    """What was sent, and where it was to go."""

    address: str
    #: Name and value of each field, as the browser sent them.
    fields: Sequence[tuple[str, str]]
    #: Files were sent along, which nobody can keep for a browser.
    files: bool

    @property
    def words(self) -> list[str]:
        """What of it are words."""
        return [value for _name, value in self.fields if len(value.split()) > 1 and any(map(str.isalpha, value))]


def keep_form() -> str:
    """The form of this request, signed; "" for no form, for one from elsewhere, and for one that holds a password."""
    if request.method != "POST" or not _from_here() or any(SECRET in name for name in request.form):
        return ""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in ASIDE]
    if not fields or sum(len(value) for _name, value in fields) > LARGEST:
        return ""
    address = request.script_root + request.full_path.rstrip("?")
    return str(_serializer().dumps([address, fields, bool(request.files)]))


def read_kept(text: str | None) -> Kept | None:
    """What keep_form() gave, within the hour; None for anything else."""
    if not text:
        return None
    try:
        address, fields, files = _serializer().loads(text, max_age=int(KEPT_FOR.total_seconds()))
    except BadData:
        return None
    address = local_address(address, "")
    return Kept(address, [(name, value) for name, value in fields], files) if address else None


def _from_here() -> bool:
    """Whether a page of this installation sent it, by what browsers say of the sender."""
    try:
        return urlsplit(request.headers.get("Origin") or request.referrer or "").netloc == request.host
    except ValueError:
        return False


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept-form", signer=PatientSigner)
