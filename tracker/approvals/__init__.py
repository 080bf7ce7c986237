"""Who must agree to a requisition or an offer. One step and one person at first; the tables are final."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.approvals import mails, policy, sentences, views
from tracker.core.registry import Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register_permissions(registry)
    mails.register_mails(registry)
    sentences.register_sentences()


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (views.bp,)
