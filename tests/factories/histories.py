"""Rows from the plain records of tests/unit/metrics: what happened, as if it had been recorded here.

Operations would refuse much of a history as another system hands it over, so the rows are written as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from tests.unit.metrics.builders import STAGES
from tracker.candidates.models import Candidate
from tracker.core.db import db, transaction
from tracker.metrics.records import ApplicationRecord, Holder, HoldRecord, SpellRecord
from tracker.offers.models import Hire, Offer, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application, StageChange, Wait
from tracker.pipeline.states import ApplicationStatus, ChangeKind, WaitReason
from tracker.requisitions.models import Hold, Opening, Requisition, Spell, Stage
from tracker.requisitions.states import RequisitionState, RoleProfileKey, SpellEnd, StageKind

_numbers = count(1)

_KINDS = {"assessment": StageKind.ASSESSMENT, "interview": StageKind.INTERVIEW}


@dataclass
class StoredHistory:
    """Which row each record became: ids of rows by the id in the record."""

    requisitions: dict[int, int] = field(default_factory=dict)
    applications: dict[int, int] = field(default_factory=dict)
    spells: dict[int, int] = field(default_factory=dict)


def store_history(
    applications: Sequence[ApplicationRecord],
    spells: Sequence[SpellRecord],
    holds: Iterable[HoldRecord] = (),
    *,
    roles: Mapping[int, str] | None = None,
    targets: Mapping[int, int] | None = None,
) -> StoredHistory:
    """Write all of it in one transaction. Whoever is hired filled the spell that ended with their acceptance."""
    stored = StoredHistory()
    with transaction():
        requisitions = _store_requisitions(spells, holds, roles or {}, targets or {}, stored)
        _store_applications(applications, spells, requisitions, stored)
    return stored


def _store_requisitions(
    spells: Sequence[SpellRecord],
    holds: Iterable[HoldRecord],
    roles: Mapping[int, str],
    targets: Mapping[int, int],
    stored: StoredHistory,
) -> dict[int, Requisition]:
    rows: dict[int, Requisition] = {}
    opening_rows: dict[int, Opening] = {}
    spell_rows: dict[int, Spell] = {}
    for record in spells:
        if record.requisition_id not in rows:
            rows[record.requisition_id] = _requisition(record, roles, targets)
        requisition = rows[record.requisition_id]
        if record.opening_id not in opening_rows:
            opening_rows[record.opening_id] = Opening(position=len(requisition.openings) + 1)
            requisition.openings.append(opening_rows[record.opening_id])
        spell_rows[record.id] = Spell(
            opened_at=record.opened_at,
            ended_at=record.ended_at,
            end=record.end,
            voided_at=record.ended_at if record.end is SpellEnd.VOIDED else None,
        )
        opening_rows[record.opening_id].spells.append(spell_rows[record.id])
    for hold in holds:
        rows[hold.requisition_id].holds.append(Hold(held_at=hold.since, resumed_at=hold.until))
    for record_id, requisition in rows.items():
        ends = [record.ended_at for record in spells if record.requisition_id == record_id]
        if all(ends):
            requisition.state = RequisitionState.FILLED
            requisition.closed_at = max(end for end in ends if end)
    db.session.add_all(rows.values())
    db.session.flush()
    stored.requisitions = {record_id: row.id for record_id, row in rows.items()}
    stored.spells = {record_id: row.id for record_id, row in spell_rows.items()}
    return rows


def _requisition(record: SpellRecord, roles: Mapping[int, str], targets: Mapping[int, int]) -> Requisition:
    return Requisition(
        number=f"OLD-{next(_numbers)}",
        role=RoleProfileKey(roles.get(record.requisition_id, "mlops_engineer")),
        title="From another system",
        state=RequisitionState.OPEN,
        target_days=targets.get(record.requisition_id, 45),
        created_at=record.opened_at,
        opened_at=record.opened_at,
        stages=[
            Stage(
                position=position,
                key=stage.key,
                name=stage.key.replace("_", " ").capitalize(),
                phase=stage.phase,
                kind=_KINDS.get(stage.key) or StageKind(stage.key),
                limit_days=5,
            )
            for position, stage in enumerate(STAGES.values(), start=1)
        ],
    )


def _store_applications(
    records: Sequence[ApplicationRecord],
    spells: Sequence[SpellRecord],
    requisitions: Mapping[int, Requisition],
    stored: StoredHistory,
) -> None:
    stages = {
        (record_id, stage.key): stage for record_id, requisition in requisitions.items() for stage in requisition.stages
    }
    people = _people(records)
    rows: dict[int, Application] = {}
    for record in records:
        last = record.changes[-1]
        ended = last.to_status is not ApplicationStatus.ACTIVE
        rows[record.id] = Application(
            requisition_id=requisitions[record.requisition_id].id,
            candidate_id=people[record.candidate_id].id,
            stage_id=stages[record.requisition_id, last.to_stage.key].id,
            status=last.to_status,
            started_at=record.started_at,
            source_kind=record.source_kind,
            responded_at=record.responded_at,
            stage_entered_at=last.happened_at,
            ended_at=last.happened_at if ended else None,
        )
    db.session.add_all(rows.values())
    db.session.flush()
    stored.applications = {record_id: row.id for record_id, row in rows.items()}
    changes: dict[tuple[int, int], StageChange] = {}
    for record in records:
        if record.transferred_from_id is not None:
            rows[record.id].transferred_from_id = rows[record.transferred_from_id].id
        for change in record.changes:
            changes[record.id, change.id] = StageChange(
                application_id=rows[record.id].id,
                seq=change.seq,
                kind=change.kind,
                from_stage_id=change.from_stage and stages[record.requisition_id, change.from_stage.key].id,
                to_stage_id=stages[record.requisition_id, change.to_stage.key].id,
                from_status=change.from_status,
                to_status=change.to_status,
                happened_at=change.happened_at,
                recorded_at=change.recorded_at,
            )
        for wait in record.waits:
            reason = WaitReason.PERSON_SET if wait.set_by_person else WaitReason(_reason(wait.holder))
            db.session.add(Wait(application_id=rows[record.id].id, reason=reason, since=wait.since, until=wait.until))
    standing = [change for (record_id, _), change in changes.items() if change.kind is not ChangeKind.UNDO]
    db.session.add_all(standing)
    db.session.flush()
    for record in records:
        for change in record.changes:
            if change.undoes is not None:
                changes[record.id, change.id].undoes_id = changes[record.id, change.undoes].id
                db.session.add(changes[record.id, change.id])
    _store_offers(records, spells, rows, stored)


def _people(records: Sequence[ApplicationRecord]) -> dict[int, Candidate]:
    people = {
        record.candidate_id: Candidate(
            name=f"Person {record.candidate_id}",
            search_name=f"person {record.candidate_id}",
            created_at=record.started_at,
        )
        for record in records
    }
    db.session.add_all(people.values())
    db.session.flush()
    return people


def _store_offers(
    records: Sequence[ApplicationRecord],
    spells: Sequence[SpellRecord],
    rows: Mapping[int, Application],
    stored: StoredHistory,
) -> None:
    for record in records:
        if not record.offers:
            continue
        offer = Offer(application_id=rows[record.id].id, created_at=record.started_at)
        db.session.add(offer)
        for version in record.offers:
            row = OfferVersion(
                number=version.version,
                state=version.state,
                salary=90_000,
                currency="EUR",
                created_at=version.extended_at or record.started_at,
                extended_at=version.extended_at,
                expires_at=version.extended_at and version.extended_at + timedelta(days=14),
                resolved_at=version.resolved_at,
            )
            offer.versions.append(row)
            if version.state is OfferState.ACCEPTED and version.resolved_at:
                spell_id = _spell_filled_at(spells, record.requisition_id, version.resolved_at)
                db.session.add(
                    Hire(
                        application_id=rows[record.id].id,
                        spell_id=stored.spells[spell_id],
                        offer_version=row,
                        accepted_at=version.resolved_at,
                        recorded_at=version.resolved_at,
                        voided_at=version.unhired_at,
                    )
                )


def _spell_filled_at(spells: Iterable[SpellRecord], requisition_id: int, accepted_at: datetime) -> int:
    [spell_id] = [
        spell.id for spell in spells if (spell.requisition_id, spell.ended_at) == (requisition_id, accepted_at)
    ]
    return spell_id


def _reason(holder: Holder) -> str:
    """A hold is no wait: it is a row of its own."""
    assert holder is not Holder.HOLD
    return holder.value
