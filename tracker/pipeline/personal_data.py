"""What of a person lies in this domain's tables: how it is handed over, and how it is erased."""

from typing import Any

from sqlalchemy import select, update

from tracker.core.db import Base, db
from tracker.core.registry import PersonalData, Registry
from tracker.pipeline.models import Application, BatchItem, Contact, SetWait, StageChange


def register(registry: Registry) -> None:
    """Say so for each table that holds personal data."""
    registry.add_personal_data(PersonalData("applications", _export_applications, _erase_applications))
    registry.add_personal_data(PersonalData("stage_changes", _export_changes, _erase_changes))
    registry.add_personal_data(PersonalData("contacts", _export_contacts, _erase_contacts))
    registry.add_personal_data(PersonalData("set_waits", _export_set_waits, _erase_set_waits))
    registry.add_personal_data(PersonalData("batch_items", _export_batch_items, _erase_batch_items))


def _export_applications(candidate_id: int) -> list[dict[str, Any]]:
    applications = db.session.scalars(select(Application).where(Application.candidate_id == candidate_id))
    return [
        {
            "requisition": application.requisition.number,
            "stage": application.stage.name,
            "status": application.status.value,
            "source": application.source,
            "started_at": application.started_at.isoformat(),
            "ended_at": application.ended_at.isoformat() if application.ended_at else None,
            "salary_wish": application.salary_wish,
            "salary_currency": application.salary_currency,
            "notice": application.notice,
            "work_permit": application.work_permit,
            "competing_deadline": (
                application.competing_deadline.isoformat() if application.competing_deadline else None
            ),
        }
        for application in applications
    ]


def _erase_applications(candidate_id: int) -> None:
    db.session.execute(
        update(Application)
        .where(Application.candidate_id == candidate_id)
        .values(
            source="", salary_wish=None, salary_currency="", notice="", work_permit="", competing_deadline=None,
            version=Application.version + 1,
        )
    )  # fmt: skip


def _export_changes(candidate_id: int) -> list[dict[str, Any]]:
    changes = db.session.scalars(
        select(StageChange)
        .join(StageChange.application)
        .where(Application.candidate_id == candidate_id)
        .order_by(StageChange.id)
    )
    return [
        {
            "kind": change.kind.value,
            "to_stage": change.to_stage.name,
            "happened_at": change.happened_at.isoformat(),
            "reason": change.reason,
            "comment": change.comment,
        }
        for change in changes
    ]


def _erase_changes(candidate_id: int) -> None:
    _erase_words(StageChange, "comment", candidate_id)


def _export_contacts(candidate_id: int) -> list[dict[str, Any]]:
    contacts = db.session.scalars(
        select(Contact).where(Contact.application_id.in_(_application_ids(candidate_id))).order_by(Contact.at)
    )
    return [
        {
            "direction": contact.direction.value,
            "channel": contact.channel.value,
            "at": contact.at.isoformat(),
            "note": contact.note,
        }
        for contact in contacts
    ]


def _erase_contacts(candidate_id: int) -> None:
    _erase_words(Contact, "note", candidate_id)


def _export_set_waits(candidate_id: int) -> list[dict[str, Any]]:
    waits = db.session.scalars(select(SetWait).where(SetWait.application_id.in_(_application_ids(candidate_id))))
    return [{"note": wait.note, "since": wait.since.isoformat()} for wait in waits]


def _erase_set_waits(candidate_id: int) -> None:
    _erase_words(SetWait, "note", candidate_id)


def _export_batch_items(candidate_id: int) -> list[dict[str, Any]]:
    items = db.session.scalars(
        select(BatchItem).where(BatchItem.application_id.in_(_application_ids(candidate_id)), BatchItem.why != "")
    )
    return [{"outcome": item.outcome.value, "why": item.why} for item in items]


def _erase_batch_items(candidate_id: int) -> None:
    _erase_words(BatchItem, "why", candidate_id)


def _application_ids(candidate_id: int) -> Any:
    return select(Application.id).where(Application.candidate_id == candidate_id)


def _erase_words(model: type[Base], column: str, candidate_id: int) -> None:
    table = model.__table__
    db.session.execute(
        table.update()  # type: ignore[attr-defined]  # every model here maps a table
        .where(table.c.application_id.in_(_application_ids(candidate_id)))
        .values({column: ""})
    )
