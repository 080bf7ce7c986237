"""Saved views: filters under a name, one's own or everybody's, and which of them a board opens with."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Duties, Registry
from tracker.saved_views import duties, policy


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)
    registry.add_duties(Duties("saved_views", duties.held_by, duties.hand_over))


def blueprints() -> Sequence[Blueprint]:
    """Its pages are the desk's."""
    return ()
