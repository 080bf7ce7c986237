"""Requisitions: their openings, holds, checklists, hiring teams and stages."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.accounts.policy import ADMINISTRATION, administers
from tracker.approvals import duties as held_approvals
from tracker.approvals.states import ApprovalKind
from tracker.core.registry import ApprovalSubject, Duties, NavigationItem, Registry
from tracker.requisitions import (
    approving,
    checks,
    duties,
    operations_life,
    overviews,
    policy,
    sentences,
    views,
    views_life,
    views_parts,
    views_stages,
)
from tracker.requisitions.blueprint import bp

#: Importing them hangs their pages on the blueprint.
PAGES = (views, views_parts, views_stages, views_life)


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register_permissions(registry)
    sentences.register_sentences()
    checks.register_checks(registry)
    registry.add_duties(Duties("requisitions", duties.held_by, duties.hand_over))
    # After the parts: with them a successor may decide.
    registry.add_duties(Duties("approvals", held_approvals.held_by, held_approvals.hand_over))
    registry.on_deciders_changed.append(duties.hand_approvals_on)
    registry.add_navigation(
        NavigationItem(
            "Requisitions", "requisitions.index", "briefcase", 20, "/requisitions", count=overviews.live_count
        )
    )
    registry.add_navigation(
        NavigationItem(
            "Stages",
            "requisitions.templates",
            "columns-3",
            925,
            "/stage-templates",
            visible=administers,
            section=ADMINISTRATION,
        )
    )
    for tab in overviews.own_tabs():
        registry.add_requisition_tab(tab)
    registry.on_approval_decided[ApprovalKind.REQUISITION.value] = operations_life.approval_decided
    registry.add_approval_subject(
        ApprovalSubject(
            kind=ApprovalKind.REQUISITION.value,
            lock=approving.lock,
            summary=approving.summary,
            visible=approving.visible,
            deciders=approving.who_decides,
            about=approving.about,
        )
    )


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (bp,)
