"""The tokens in links: a link's id, signed. The row says whether it still holds."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from tracker.access.models import AccessLink
from tracker.config import Settings


def token_of(link: AccessLink) -> str:
    """What stands in the address. It is the same each time, so that it need not be kept."""
    return _serializer().dumps(link.id)


def link_id_of(token: str) -> int | None:
    """The id of the link that the token names; None for a token that was not made here."""
    try:
        link_id = _serializer().loads(token)
    except BadSignature:
        return None
    return link_id if isinstance(link_id, int) else None


def _serializer() -> URLSafeSerializer:
    settings: Settings = current_app.extensions["settings"]
    return URLSafeSerializer(settings.secret_key, salt="access-link")
