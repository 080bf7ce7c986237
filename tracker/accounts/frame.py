"""What the frame around every page shows of the reader."""

from zoneinfo import ZoneInfo

from flask import current_app, has_request_context, url_for
from flask_login import current_user

from tracker.accounts.models import User
from tracker.config import Settings
from tracker.core import reader
from tracker.core.templating import Frame, Reader


def make_frame() -> Frame:
    """The frame's sources; each asks the running application."""
    return Frame(reader=_reader, reader_zone=_zone, organisation=lambda: _settings().org_name)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _user() -> User | None:
    return current_user if has_request_context() and current_user.is_authenticated else None


def _reader() -> Reader | None:
    user = _user()
    if user is None:
        return None
    roles = [role.label for role in sorted(user.roles)]
    return Reader(user.name, user.email, roles, url_for("accounts.sign_out"), url_for("accounts.account"))


def _zone() -> ZoneInfo:
    given = reader.zone()
    if given is not None:
        return given
    user = _user()
    return user.zone if user else _settings().org_zone
