"""Users, their roles, signing in, and the one evaluator of permissions."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.accounts import policy, sentences
from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)
    sentences.register()


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
