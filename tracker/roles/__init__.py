"""The two documented role profiles; data that ships with the package."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
