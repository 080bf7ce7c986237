"""The pipeline: applications, their stage changes, waits and contacts."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.core.registry import Duties, Registry
from tracker.pipeline import (
    bulk_resume,
    candidate_lines,
    checks,
    duties,
    figures,
    import_views,
    import_work,
    mails,
    personal_data,
    policy,
    raising,
    sentences,
    sources,
    views,  # noqa: F401 - hangs its routes on the blueprint, as the next ones do
    views_care,  # noqa: F401
    views_remaining,  # noqa: F401
    views_retiring,  # noqa: F401
    views_start,  # noqa: F401
)
from tracker.pipeline.blueprint import bp
from tracker.pipeline.contacts import end_due_waits
from tracker.pipeline.refresh import refresh_requisition


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)
    sources.register(registry)
    mails.register(registry)
    personal_data.register(registry)
    checks.register(registry)
    sentences.register_sentences()
    registry.add_duties(Duties("pipeline", duties.held_by, duties.hand_over))
    registry.on_requisition_changed.append(refresh_requisition)
    registry.on_people_changed.append(raising.raise_for_people)
    registry.on_account.append(raising.raise_for_user)
    registry.pipeline_figures.append(figures.figures)
    registry.candidate_lines.append(candidate_lines.lines)
    registry.add_tick("pipeline.batches", bulk_resume.go_on, every=timedelta(minutes=1))
    registry.add_tick("pipeline.imports", import_work.go_on, every=timedelta(minutes=1))
    registry.add_tick("pipeline.sweep_imports", import_work.sweep, every=timedelta(days=1))
    registry.add_tick("pipeline.waits", end_due_waits, every=timedelta(minutes=5))


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (bp, import_views.bp)
