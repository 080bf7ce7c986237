"""What the frame around every page shows of the reader."""

from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g, has_request_context, request
from flask_login import current_user
from sqlalchemy import Select, select

from tracker.accounts.models import Anybody, User
from tracker.accounts.states import Role
from tracker.config import Settings
from tracker.core import reader
from tracker.core.addresses import url_for
from tracker.core.db import read_rows
from tracker.core.registry import NavigationItem, Registry, get_registry
from tracker.core.templating import Frame, NavigationEntry, Reader


def make_frame() -> Frame:
    """The frame's sources; each asks the running application."""
    return Frame(reader=_reader, reader_zone=_zone, navigation=_navigation, organisation=lambda: _settings().org_name)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _user() -> User | None:
    return current_user if has_request_context() and current_user.is_authenticated else None


def _reader() -> Reader | None:
    user = _user()
    if user is None:
        return None
    return Reader(
        name=user.name,
        email=user.email,
        roles=user.role_labels,
        sign_out_url=url_for("accounts.sign_out"),
        settings_url=url_for("accounts.account"),
        key=str(user.id),
        shortcuts=user.wants_shortcuts,
    )


def _zone() -> ZoneInfo:
    given = reader.zone()
    if given is not None:
        return given
    user = _user()
    return user.zone if user else _settings().org_zone


def _navigation() -> tuple[NavigationEntry, ...]:
    """The sidebar as this reader sees it; counted once for a request."""
    user = _user()
    if user is None:
        return ()
    if "navigation" not in g:
        items = [item for item in get_registry().navigation if item.visible(user)]
        counts = _counts(user)
        g.navigation = tuple(_entry(item, counts.get(item.endpoint)) for item in items)
    entries: tuple[NavigationEntry, ...] = g.navigation
    return entries


def _counts(user: User) -> dict[str, int]:
    """What stands beside the lines, by their endpoints: one statement for all of them."""
    statement, endpoints = _count_statement(get_registry(), user.roles)
    [counts] = read_rows(statement, {"reader": user.id})
    return dict(zip(endpoints, counts, strict=True))


@lru_cache(64)
def _count_statement(registry: Registry, roles: frozenset[Role]) -> tuple[Select[*tuple[Any, ...]], tuple[str, ...]]:
    """Every number of the sidebar, for readers with these roles; and beside which lines they stand."""
    reader = Anybody(roles)
    asked = {item.endpoint: item.count(reader) for item in registry.navigation if item.count}
    return select(*asked.values()), tuple(asked)


def _entry(item: NavigationItem, count: int | None) -> NavigationEntry:
    here = request.path == item.prefix or (item.prefix != "/" and request.path.startswith(f"{item.prefix}/"))
    return NavigationEntry(
        label=item.label,
        url=url_for(item.endpoint),
        icon=item.icon,
        count=None if item.urgent and not count else count,
        active=here,
        urgent=item.urgent,
        section=item.section,
    )
