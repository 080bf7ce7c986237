"""Invitations and password resets: what of accounts needs mail."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.access import mails, operations, sentences, views
from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    registry.on_password_set.append(operations.end_links)
    mails.register(registry)
    sentences.register()


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (views.bp,)
