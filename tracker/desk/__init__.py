"""The pages people work at. Owns no table and no rule."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
