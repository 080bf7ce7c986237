"""The weekly mail about the pipeline."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.core.registry import NavigationItem, Registry
from tracker.summaries import mails, operations, policy, views


def register(registry: Registry) -> None:
    """The tick that writes summaries, how they read, who reads them, and where."""
    registry.add_tick("summaries", operations.send_due, every=timedelta(minutes=5))
    registry.on_account.append(operations.plan_for)
    mails.register_mails(registry)
    policy.register_permissions(registry)
    registry.add_navigation(NavigationItem("Weekly summaries", "summaries.index", "mail-opened", 60, "/summaries"))


def blueprints() -> Sequence[Blueprint]:
    """A summary as a page."""
    return (views.bp,)
