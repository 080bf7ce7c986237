"""Figures for pages and mails. Each takes a selection of requisitions and sends a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, func, select

from tracker.core import clock
from tracker.core.db import db
from tracker.metrics.acceptance import OfferAcceptance, offer_acceptance
from tracker.metrics.days import a_year_before
from tracker.metrics.loading import load_applications, load_openings, org_zone, touched_since
from tracker.metrics.models import HireFigures
from tracker.metrics.openings import DaysOpen, days_open
from tracker.metrics.records import ApplicationRecord
from tracker.metrics.spread import Spread, spread
from tracker.metrics.visits import position_at
from tracker.metrics.window import WeeklyWindow, weekly_window
from tracker.offers.models import Hire, Offer
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import Phase, RoleProfileKey

_Ids = Select[int]


@dataclass(frozen=True, slots=True)
class HireLine:
    """One hire with its day counts, as lists show it."""

    hire_id: int
    application_id: int
    requisition_id: int
    accepted_at: datetime
    days_to_hire: int
    days_to_fill_gross: int
    days_to_fill_net: int
    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PipelineWindow:
    """One requisition, or several together, between two instants: what happened, and who is active at the end."""

    window: WeeklyWindow
    active: Mapping[Phase, int]

    @property
    def active_in_all(self) -> int:
        """How many are active at the end, in all phases."""
        return sum(self.active.values())


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of each requisition by id, and of all together."""

    each: Mapping[int, PipelineWindow]
    together: PipelineWindow


def all_requisitions() -> _Ids:
    """Every requisition's id, to select from."""
    return select(Requisition.id)


def requisitions_of_role(role: RoleProfileKey) -> _Ids:
    """The ids of a role's requisitions."""
    return select(Requisition.id).where(Requisition.role == role)


def requisitions_in(ids: Collection[int]) -> _Ids:
    """These requisitions, as a selection."""
    return select(Requisition.id).where(Requisition.id.in_(ids))


def hires_of_last_year(requisition_ids: _Ids, *, until: datetime | None = None) -> list[HireLine]:
    """The hires whose offer was accepted in the twelve months before `until` (aware; default: now), newest first."""
    until = until or clock.now()
    return hires_accepted(requisition_ids, since=a_year_before(until, org_zone()), until=until)


def hires_accepted(requisition_ids: _Ids, *, since: datetime, until: datetime) -> list[HireLine]:
    """The hires whose offer was accepted in [since, until), newest first; one statement."""
    rows = db.session.execute(
        select(HireFigures, Hire.application_id)
        .join(Hire, Hire.id == HireFigures.hire_id)
        .where(
            HireFigures.requisition_id.in_(requisition_ids),
            HireFigures.accepted_at >= since,
            HireFigures.accepted_at < until,
            Hire.voided_at.is_(None),
        )
        .order_by(HireFigures.accepted_at.desc(), HireFigures.hire_id.desc())
    )
    return [
        HireLine(
            hire_id=figures.hire_id,
            application_id=application_id,
            requisition_id=figures.requisition_id,
            accepted_at=figures.accepted_at,
            days_to_hire=figures.days_to_hire,
            days_to_fill_gross=figures.days_to_fill_gross,
            days_to_fill_net=figures.days_to_fill_net,
            waiting=figures.waiting,
        )
        for figures, application_id in rows
    ]


def days_to_hire(requisition_ids: _Ids, *, until: datetime | None = None) -> Spread:
    """The summary of days to hire over the last twelve months, from the stored figures; one statement."""
    return spread(line.days_to_hire for line in hires_of_last_year(requisition_ids, until=until))


def days_to_fill(requisition_ids: _Ids, *, until: datetime | None = None, net: bool = False) -> Spread:
    """The summary of days to fill (gross, or net of holds) over the openings filled in the last twelve months."""
    lines = hires_of_last_year(requisition_ids, until=until)
    return spread(line.days_to_fill_net if net else line.days_to_fill_gross for line in lines)


def days_open_of(requisition_ids: _Ids, *, as_of: datetime | None = None) -> dict[int, DaysOpen]:
    """Days open beside the target, by requisition; without those that have no open opening. Three statements."""
    as_of, zone = as_of or clock.now(), org_zone()
    rows = db.session.execute(
        select(Requisition.id, Requisition.target_days).where(Requisition.id.in_(requisition_ids))
    )
    targets = {row.id: row.target_days for row in rows}
    found = {}
    for requisition_id, openings in load_openings(requisition_ids).items():
        open_for = days_open(
            openings.spells, openings.holds, target_days=targets[requisition_id], as_of=as_of, zone=zone
        )
        if open_for is not None:
            found[requisition_id] = open_for
    return found


def acceptance(
    requisition_ids: _Ids, *, since: datetime | None = None, until: datetime | None = None
) -> OfferAcceptance:
    """Offer acceptance over these requisitions; a period counts by the instant of resolution."""
    offered = (
        select(Offer.application_id).join(Offer.application).where(Application.requisition_id.in_(requisition_ids))
    )
    return offer_acceptance(load_applications(offered, with_changes=False).values(), since=since, until=until)


def windows(requisition_ids: Collection[int], *, since: datetime, until: datetime) -> Windows:
    """The weekly window of each of these requisitions and of all together, with who is active at its end.

    Only applications that changed since the window began are loaded: for all others nothing happened in it.
    """
    chosen = requisitions_in(requisition_ids)
    changed = select(Application.id).where(
        Application.requisition_id.in_(chosen), Application.id.in_(touched_since(since))
    )
    records = load_applications(changed)
    by_requisition: defaultdict[int, list[ApplicationRecord]] = defaultdict(list)
    for record in records.values():
        by_requisition[record.requisition_id].append(record)
    lines: defaultdict[int, list[int]] = defaultdict(list)
    for line in hires_of_last_year(chosen, until=until):
        lines[line.requisition_id].append(line.days_to_hire)
    still = _active_and_untouched(chosen, since)
    each = {}
    for requisition_id in requisition_ids:
        own = by_requisition.get(requisition_id, [])
        window = weekly_window(own, (), since=since, until=until, zone=org_zone())
        active = still.get(requisition_id, dict.fromkeys(Phase, 0))
        for record in own:
            position = position_at(record, until)
            if position is not None and position.status is ApplicationStatus.ACTIVE:
                active[position.stage.phase] += 1
        each[requisition_id] = PipelineWindow(
            replace(window, days_to_hire=spread(lines.get(requisition_id, ()))), active
        )
    everything = weekly_window(records.values(), (), since=since, until=until, zone=org_zone())
    everything = replace(everything, days_to_hire=spread(days for those in lines.values() for days in those))
    active_in_all = {phase: sum(one.active[phase] for one in each.values()) for phase in Phase}
    return Windows(each, PipelineWindow(everything, active_in_all))


def _active_and_untouched(requisition_ids: _Ids, since: datetime) -> dict[int, dict[Phase, int]]:
    """How many are active in each phase, without those that changed since: they are looked at one by one."""
    rows = db.session.execute(
        select(Application.requisition_id, Stage.phase, func.count())
        .join(Application.stage)
        .where(
            Application.requisition_id.in_(requisition_ids),
            Application.status == ApplicationStatus.ACTIVE,
            Application.id.not_in(touched_since(since)),
        )
        .group_by(Application.requisition_id, Stage.phase)
    )
    counts: dict[int, dict[Phase, int]] = {}
    for requisition_id, phase, count in rows:
        counts.setdefault(requisition_id, dict.fromkeys(Phase, 0))[phase] = count
    return counts
