"""Reminders: what a rule says is due to someone, in one mail per person and working day."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Registry
from tracker.reminders import models  # noqa: F401 - the tables are known once the domain is


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
