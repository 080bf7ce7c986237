"""What `tracker verify` asks of the stored figures: they equal a recomputation from the records."""

from collections.abc import Iterator

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.registry import Registry
from tracker.metrics.models import HireFigures
from tracker.metrics.operations import CHUNK, figures_of, stored
from tracker.offers.models import Hire


def register_checks(registry: Registry) -> None:
    """Fill in the invariants."""
    registry.add_check("figures of hires equal a recomputation", hire_figures_faults)


def hire_figures_faults() -> Iterator[str]:
    """A line for each hire whose stored figures are missing, left over or differ from a recomputation."""
    rows = {row.hire_id: stored(row) for row in db.session.scalars(select(HireFigures))}
    standing = list(db.session.scalars(select(Hire.id).where(Hire.voided_at.is_(None)).order_by(Hire.id)))
    for start in range(0, len(standing), CHUNK):
        found, faults = figures_of(standing[start : start + CHUNK])
        for fault in faults:
            yield f"hire {fault.hire_id} has no figures: {fault.why}"
        for figures in found:
            if figures.hire_id not in rows:
                yield f"hire {figures.hire_id} has no stored figures"
            elif rows[figures.hire_id] != figures:
                kept, right = rows[figures.hire_id].columns, figures.columns
                differing = [
                    f"{name} {kept[name]}, recomputed {right[name]}" for name in right if kept[name] != right[name]
                ]
                yield f"hire {figures.hire_id}: stored {'; '.join(differing)}"
    for hire_id in sorted(rows.keys() - set(standing)):
        yield f"hire {hire_id} was undone, and its figures are still stored"
