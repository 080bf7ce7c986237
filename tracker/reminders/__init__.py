"""Reminders: what a rule says is due to someone, in one mail per person and working day."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.core.registry import Registry
from tracker.reminders import mails, operations


def register(registry: Registry) -> None:
    """The tick that writes the mails, and how they read."""
    registry.add_tick("reminders", operations.remind_all, every=timedelta(minutes=5))
    mails.register_mails(registry)


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages: none, the home page shows what waits."""
    return ()
