"""Users, their roles, signing in, and the one evaluator of permissions."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.accounts import admin_views, policy, sentences, views  # noqa: F401 - the admins' pages add themselves
from tracker.core import once, statistics
from tracker.core.registry import NavigationItem, Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)
    sentences.register()
    registry.add_tick("sent_forms", once.forget_old, every=timedelta(hours=12))
    registry.add_tick(statistics.TICK, statistics.renew, every=timedelta(hours=1))
    for label, endpoint, icon, order, prefix in (
        ("Users", "accounts.users", "users-group", 910, "/users"),
        ("Settings", "accounts.settings", "settings", 930, "/settings"),
    ):
        registry.add_navigation(
            NavigationItem(
                label, endpoint, icon, order, prefix, visible=policy.administers, section=policy.ADMINISTRATION
            )
        )


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages; the module that is only imported adds those for admins."""
    return (views.bp,)
