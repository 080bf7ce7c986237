"""Candidates: people, their files and notes, duplicates, privacy."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.candidates import policy
from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
