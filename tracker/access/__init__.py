"""Invitations and password resets: what of accounts needs mail."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.access import mails, sentences, views
from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    mails.register(registry)
    sentences.register()


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (views.bp,)
