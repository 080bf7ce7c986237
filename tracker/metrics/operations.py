"""The stored figures of hires: computed once after the hire, again every night, and dropped when it is undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, exists, select, update

from tracker.core import clock
from tracker.core.db import db, insert_or_ignore, transaction
from tracker.metrics.hires import hire_of
from tracker.metrics.loading import load_applications, load_openings, org_zone, with_predecessors
from tracker.metrics.models import HireFigures
from tracker.metrics.openings import spell_days
from tracker.metrics.records import SpellRecord
from tracker.offers.models import Hire
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition

log = structlog.get_logger(__name__)

#: So many hires are computed and written at a time.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """What is stored of one hire; the names are those of the columns."""

    hire_id: int
    requisition_id: int
    accepted_at: datetime
    days_to_hire: int
    days_from_first_contact: int
    days_from_response: int | None
    days_to_fill_gross: int
    days_to_fill_net: int
    waiting: dict[str, int]

    @property
    def columns(self) -> dict[str, Any]:
        """By column."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Fault:
    """A hire whose records contradict themselves, so that it has no figures; the words name no person."""

    hire_id: int
    why: str


def compute_missing() -> int:
    """Compute the figures of hires that have none, and drop those of hires that were undone; returns how many.

    What a worker does after a hire. Running it again changes nothing.
    """
    with transaction():
        voided = select(Hire.id).where(Hire.voided_at.is_not(None))
        done = int(
            db.session.execute(
                delete(HireFigures).where(HireFigures.hire_id.in_(voided)).execution_options(synchronize_session=False)
            ).rowcount  # type: ignore[attr-defined]
        )
    missing = ~exists().where(HireFigures.hire_id == Hire.id)
    return done + sum(_store(chunk)[0] for chunk in _chunks(missing))


def compute_all() -> int:
    """Compute the figures of every hire from the records again; returns how many differed from what was stored."""
    done = compute_missing()
    for chunk in _chunks(None):
        changed, faults = _store(chunk)
        done += changed
        for fault in faults:
            said = f"Hire {fault.hire_id} has no figures: {fault.why}"
            log.warning("metrics.no_figures", hire_id=fault.hire_id, why=fault.why, said=said)
    return done


def figures_of(hire_ids: Sequence[int]) -> tuple[list[Figures], list[Fault]]:
    """The figures of these hires, and the ones that have none because their records contradict themselves.

    A constant number of statements. A hire that was undone is in neither.
    """
    hires = db.session.execute(
        select(Hire.id, Hire.application_id, Hire.spell_id, Application.requisition_id)
        .join(Hire.application)
        .where(Hire.id.in_(hire_ids), Hire.voided_at.is_(None))
        .order_by(Hire.id)
    ).all()
    chosen = select(Hire.application_id).where(Hire.id.in_(hire_ids))
    records = load_applications(with_predecessors(chosen), with_changes=False)
    openings = load_openings(select(Application.requisition_id).where(Application.id.in_(chosen)))
    spells = {spell.id: spell for those in openings.values() for spell in those.spells}
    zone = org_zone()
    found: list[Figures] = []
    faults: list[Fault] = []
    for row in hires:
        spell, holds = spells[row.spell_id], openings[row.requisition_id].holds
        try:
            hire = hire_of(records[row.application_id], records, holds, zone)
            length = spell_days(spell, holds, as_of=clock.now(), zone=zone)
        except (ValueError, LookupError) as error:
            faults.append(Fault(row.id, str(error)))
            continue
        if hire is None or length is None or spell.ended_at != hire.accepted_at:
            faults.append(Fault(row.id, _mismatch(spell)))
            continue
        found.append(
            Figures(
                hire_id=row.id,
                requisition_id=row.requisition_id,
                accepted_at=hire.accepted_at,
                days_to_hire=hire.days_to_hire,
                days_from_first_contact=hire.days_from_first_contact,
                days_from_response=hire.days_from_response,
                days_to_fill_gross=length.gross,
                days_to_fill_net=length.net,
                waiting={holder.value: days for holder, days in hire.waiting.parts.items()},
            )
        )
    return found, faults


def stored(figures: HireFigures) -> Figures:
    """A stored row as a value, to compare with a recomputation."""
    return Figures(**{field.name: getattr(figures, field.name) for field in fields(Figures)})


def _mismatch(spell: SpellRecord) -> str:
    return f"its offer and spell {spell.id} do not tell of the same acceptance"


def _chunks(condition: ColumnElement[bool] | None) -> Iterator[list[int]]:
    """The ids of standing hires that meet the condition, in order, some at a time."""
    last = 0
    while True:
        query = select(Hire.id).where(Hire.voided_at.is_(None), Hire.id > last).order_by(Hire.id).limit(CHUNK)
        if condition is not None:
            query = query.where(condition)
        chunk = list(db.session.scalars(query))
        if not chunk:
            return
        last = chunk[-1]
        yield chunk


def _store(hire_ids: Sequence[int]) -> tuple[int, list[Fault]]:
    with transaction():
        return write_figures(hire_ids)


def write_figures(hire_ids: Sequence[int]) -> tuple[int, list[Fault]]:
    """Compute and write the figures of these hires in the caller's transaction.

    Returns how many were new or differed, and the hires that have none: one whose records contradict themselves loses
    its figures, because none is better than a wrong one.
    """
    found, faults = figures_of(hire_ids)
    present = {
        row.hire_id: stored(row)
        for row in db.session.scalars(select(HireFigures).where(HireFigures.hire_id.in_(hire_ids)))
    }
    now = clock.now()
    changed = [figures for figures in found if present.get(figures.hire_id) != figures]
    for figures in changed:
        if figures.hire_id in present:
            db.session.execute(
                update(HireFigures)
                .where(HireFigures.hire_id == figures.hire_id)
                .values(**figures.columns, computed_at=now)
            )
    if new := [figures for figures in changed if figures.hire_id not in present]:
        rows = [{**figures.columns, "computed_at": now} for figures in new]
        db.session.execute(insert_or_ignore(HireFigures).values(rows))
    if spoiled := [fault.hire_id for fault in faults if fault.hire_id in present]:
        db.session.execute(delete(HireFigures).where(HireFigures.hire_id.in_(spoiled)))
    return len(changed) + len(spoiled), faults


def refresh_requisition(requisition: Requisition) -> None:
    """The hiring team or the holds of a requisition changed: whose days they were is told anew."""
    hire_ids = db.session.scalars(select(HireFigures.hire_id).where(HireFigures.requisition_id == requisition.id)).all()
    if hire_ids:
        write_figures(hire_ids)
