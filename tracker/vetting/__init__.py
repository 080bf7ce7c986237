"""Vetting: interviews, scorecards and shortlists."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Duties, Registry
from tracker.vetting import checks, duties, gates, mails, personal_data, policy, sentences, waits
from tracker.vetting.operations import interviews, shortlists


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)
    waits.register(registry)
    mails.register(registry)
    personal_data.register(registry)
    checks.register(registry)
    sentences.register()
    registry.move_guards.append(gates.guard)
    registry.on_ending.append(shortlists.on_ending)
    registry.on_ending.append(interviews.on_ending)
    registry.on_requisition_closed.append(shortlists.on_requisition_closed)
    registry.add_duties(Duties("vetting", duties.held_by, duties.hand_over))


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
