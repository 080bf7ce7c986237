"""From the tables to the plain records that figures are computed from.

Each function takes a selection as a query (of application or requisition ids) and sends a constant number of
statements, however many rows there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from tracker.config import Settings
from tracker.core.db import db
from tracker.metrics.records import (
    ApplicationRecord,
    ChangeRecord,
    Holder,
    HoldRecord,
    OfferRecord,
    SpellRecord,
    StageRecord,
    WaitRecord,
)
from tracker.offers.models import Hire, Offer, OfferVersion
from tracker.pipeline.models import Application, StageChange, Wait
from tracker.pipeline.states import WaitReason
from tracker.requisitions.models import Hold, Opening, Spell, Stage, TeamMember
from tracker.requisitions.states import TeamPart

#: Whose the ball is when a person handed it to one of us, by that one's part; the first part that applies.
_HOLDER_OF_PART = (
    (TeamPart.HIRING_MANAGER, Holder.HIRING_MANAGER),
    (TeamPart.DEPUTY, Holder.HIRING_MANAGER),
    (TeamPart.RECRUITER, Holder.RECRUITER),
    (TeamPart.INTERVIEWER, Holder.INTERVIEWERS),
)

_Ids = Select[int]


@dataclass(frozen=True, slots=True)
class Openings:
    """What days to fill and days open are computed from: spells, and the holds of their requisitions."""

    spells: tuple[SpellRecord, ...]
    holds: tuple[HoldRecord, ...]


def org_zone() -> ZoneInfo:
    """The zone in which days are counted."""
    settings: Settings = current_app.extensions["settings"]
    return settings.org_zone


def load_applications(ids: _Ids, *, with_changes: bool = True) -> dict[int, ApplicationRecord]:
    """The records of these applications by id, in six statements at most.

    Without changes the records answer everything about hires and offers, and nothing about stages.
    """
    changes = _changes(ids) if with_changes else {}
    offers, waits = _offers(ids), _waits(ids)
    rows = db.session.execute(
        select(
            Application.id, Application.requisition_id, Application.candidate_id, Application.source_kind,
            Application.started_at, Application.responded_at, Application.transferred_from_id,
        )
        .where(Application.id.in_(ids))
        .order_by(Application.id)
    )  # fmt: skip
    return {
        row.id: ApplicationRecord(
            id=row.id,
            requisition_id=row.requisition_id,
            candidate_id=row.candidate_id,
            source_kind=row.source_kind,
            started_at=row.started_at,
            changes=changes.get(row.id, ()),
            responded_at=row.responded_at,
            transferred_from_id=row.transferred_from_id,
            offers=offers.get(row.id, ()),
            waits=waits.get(row.id, ()),
        )
        for row in rows
    }


def with_predecessors(ids: _Ids) -> _Ids:
    """These applications and all that transfers led from to them; a circle ends where it closes."""
    chain = (
        select(Application.id.label("id"), Application.transferred_from_id.label("earlier"))
        .where(Application.id.in_(ids))
        .cte("chain", recursive=True)
    )
    earlier = aliased(Application)
    chain = chain.union(select(earlier.id, earlier.transferred_from_id).join(chain, earlier.id == chain.c.earlier))
    return select(chain.c.id)


def load_holds(requisition_ids: _Ids) -> dict[int, tuple[HoldRecord, ...]]:
    """The holds of these requisitions, by requisition; one statement."""
    rows = db.session.execute(
        select(Hold.requisition_id, Hold.held_at, Hold.resumed_at)
        .where(Hold.requisition_id.in_(requisition_ids))
        .order_by(Hold.held_at)
    )
    holds: defaultdict[int, list[HoldRecord]] = defaultdict(list)
    for row in rows:
        holds[row.requisition_id].append(HoldRecord(row.requisition_id, row.held_at, row.resumed_at))
    return {requisition_id: tuple(those) for requisition_id, those in holds.items()}


def load_openings(requisition_ids: _Ids) -> dict[int, Openings]:
    """The spells and holds of these requisitions, by requisition; two statements."""
    rows = db.session.execute(
        select(Spell.id, Opening.requisition_id, Spell.opening_id, Spell.opened_at, Spell.ended_at, Spell.end)
        .join(Spell.opening)
        .where(Opening.requisition_id.in_(requisition_ids))
        .order_by(Spell.id)
    )
    spells: defaultdict[int, list[SpellRecord]] = defaultdict(list)
    for row in rows:
        spells[row.requisition_id].append(
            SpellRecord(row.id, row.requisition_id, row.opening_id, row.opened_at, row.ended_at, row.end)
        )
    holds = load_holds(requisition_ids)
    return {
        requisition_id: Openings(tuple(those), holds.get(requisition_id, ()))
        for requisition_id, those in spells.items()
    }


def _changes(ids: _Ids) -> dict[int, tuple[ChangeRecord, ...]]:
    stages = _stages(ids)
    rows = db.session.execute(
        select(
            StageChange.id, StageChange.application_id, StageChange.seq, StageChange.kind,
            StageChange.from_stage_id, StageChange.to_stage_id, StageChange.from_status, StageChange.to_status,
            StageChange.happened_at, StageChange.recorded_at, StageChange.undoes_id,
        )
        .where(StageChange.application_id.in_(ids))
        .order_by(StageChange.application_id, StageChange.seq)
    )  # fmt: skip
    changes: defaultdict[int, list[ChangeRecord]] = defaultdict(list)
    for row in rows:
        changes[row.application_id].append(
            ChangeRecord(
                id=row.id,
                seq=row.seq,
                kind=row.kind,
                from_stage=None if row.from_stage_id is None else stages[row.from_stage_id],
                to_stage=stages[row.to_stage_id],
                from_status=row.from_status,
                to_status=row.to_status,
                happened_at=row.happened_at,
                recorded_at=row.recorded_at,
                undoes=row.undoes_id,
            )
        )
    return {application_id: tuple(those) for application_id, those in changes.items()}


def _stages(ids: _Ids) -> dict[int, StageRecord]:
    requisition_ids = select(Application.requisition_id).where(Application.id.in_(ids))
    rows = db.session.execute(
        select(Stage.id, Stage.key, Stage.phase, Stage.position).where(Stage.requisition_id.in_(requisition_ids))
    )
    return {row.id: StageRecord(row.key, row.phase, row.position) for row in rows}


def _offers(ids: _Ids) -> dict[int, tuple[OfferRecord, ...]]:
    rows = db.session.execute(
        select(
            Offer.application_id, OfferVersion.id, OfferVersion.number, OfferVersion.state,
            OfferVersion.extended_at, OfferVersion.resolved_at,
            Hire.id.label("hire_id"), Hire.voided_at,
        )
        .join(OfferVersion.offer)
        .outerjoin(Hire, Hire.offer_version_id == OfferVersion.id)
        .where(Offer.application_id.in_(ids))
        .order_by(OfferVersion.offer_id, OfferVersion.number, Hire.id)
    )  # fmt: skip
    records: defaultdict[int, dict[int, OfferRecord]] = defaultdict(dict)
    for row in rows:
        # Of several hires from one version the last counts: they are read in their order.
        records[row.application_id][row.number] = OfferRecord(
            version=row.number,
            state=row.state,
            extended_at=row.extended_at,
            resolved_at=row.resolved_at,
            unhired_at=row.voided_at,
        )
    return {application_id: tuple(versions.values()) for application_id, versions in records.items()}


def _waits(ids: _Ids) -> dict[int, tuple[WaitRecord, ...]]:
    rows = db.session.execute(
        select(Wait.application_id, Application.requisition_id, Wait.reason, Wait.user_id, Wait.since, Wait.until)
        .join(Application, Application.id == Wait.application_id)
        .where(Wait.application_id.in_(ids))
        .order_by(Wait.application_id, Wait.since, Wait.id)
    ).all()
    handed = any(row.reason is WaitReason.PERSON_SET and row.user_id is not None for row in rows)
    parts = _parts(ids) if handed else {}
    waits: defaultdict[int, list[WaitRecord]] = defaultdict(list)
    for row in rows:
        set_by_person = row.reason is WaitReason.PERSON_SET
        holder = (
            _holder(row.user_id, parts.get((row.requisition_id, row.user_id), frozenset()))
            if set_by_person
            else Holder(row.reason.value)
        )
        waits[row.application_id].append(WaitRecord(holder, row.since, row.until, set_by_person))
    return {application_id: tuple(those) for application_id, those in waits.items()}


def _holder(user_id: int | None, parts: frozenset[TeamPart]) -> Holder:
    """Whose the ball is in a wait that a person set: the candidate's, unless it names one of us.

    One of us without a part in the hiring team was asked for a judgement, so they count as an interviewer.
    """
    if user_id is None:
        return Holder.CANDIDATE
    return next((holder for part, holder in _HOLDER_OF_PART if part in parts), Holder.INTERVIEWERS)


def _parts(ids: _Ids) -> Mapping[tuple[int, int], frozenset[TeamPart]]:
    requisition_ids = select(Application.requisition_id).where(Application.id.in_(ids))
    rows = db.session.execute(
        select(TeamMember.requisition_id, TeamMember.user_id, TeamMember.part).where(
            TeamMember.requisition_id.in_(requisition_ids)
        )
    )
    parts: defaultdict[tuple[int, int], set[TeamPart]] = defaultdict(set)
    for row in rows:
        parts[row.requisition_id, row.user_id].add(row.part)
    return {key: frozenset(those) for key, those in parts.items()}


def touched_since(since: datetime) -> _Ids:
    """Applications that started or changed at `since` or later: no other can differ between then and now."""
    changed = select(StageChange.application_id).where(StageChange.happened_at >= since)
    started = select(Application.id).where(Application.started_at >= since)
    either = changed.union(started).subquery()
    return select(either.c[0])
