"""Requisitions: their openings, holds, checklists, hiring teams and stages."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.approvals.states import ApprovalKind
from tracker.core.registry import ApprovalSubject, Registry
from tracker.requisitions import approving, operations_life, policy, sentences


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register_permissions(registry)
    sentences.register_sentences()
    registry.on_approval_decided[ApprovalKind.REQUISITION.value] = operations_life.approval_decided
    registry.add_approval_subject(
        ApprovalSubject(
            kind=ApprovalKind.REQUISITION.value,
            lock=approving.lock,
            summary=approving.summary,
            visible=approving.visible,
            deciders=approving.who_decides,
        )
    )


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return ()
