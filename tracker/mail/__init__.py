"""The outbox: mail is a row in the transaction that causes it, and leaves later."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.accounts.policy import ADMINISTRATION, administers
from tracker.core.registry import NavigationItem, Registry
from tracker.mail import operations, personal_data, policy, sending, sentences, views


def register(registry: Registry) -> None:
    """The sender and the tidying of old bodies as ticks, and who may look into the outbox."""
    policy.register(registry)
    sentences.register()
    personal_data.register(registry)
    registry.add_navigation(
        NavigationItem(
            "Outgoing mail",
            "mail.outbox",
            "mail",
            920,
            "/mail",
            visible=administers,
            section=ADMINISTRATION,
        )
    )
    registry.add_tick(operations.TICK, sending.send_due, every=timedelta(seconds=20))
    registry.add_tick("outbox_bodies", sending.empty_old_bodies, every=timedelta(hours=12))


def blueprints() -> Sequence[Blueprint]:
    """The outbox, for admins."""
    return (views.bp,)
