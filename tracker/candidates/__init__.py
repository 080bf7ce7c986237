"""Candidates: people, their files and notes, duplicates, privacy."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.candidates import models  # noqa: F401 - the tables are known once the domain is
from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
