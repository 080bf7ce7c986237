"""What each number means, computed in one place (metrics.md)."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.core.registry import Registry
from tracker.metrics import checks, operations

#: Offers ring for this one after a hire.
FIGURES_TICK = "hire_figures"


def register(registry: Registry) -> None:
    """The figures of hires as ticks, and the check that what is stored equals a recomputation."""
    registry.add_tick(FIGURES_TICK, operations.compute_missing, every=timedelta(minutes=1))
    registry.add_tick("metrics_nightly", operations.compute_all, every=timedelta(hours=24))
    registry.on_requisition_changed.append(operations.refresh_requisition)
    checks.register_checks(registry)


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages: none, other domains show its figures."""
    return ()
