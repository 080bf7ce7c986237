"""Requisitions: their openings, holds, checklists, hiring teams and stages."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Registry
from tracker.requisitions import models  # noqa: F401 - the tables are known once the domain is


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
