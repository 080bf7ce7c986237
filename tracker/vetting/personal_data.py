"""How what vetting wrote about a person is exported and erased."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update

from tracker.core.db import Base, db
from tracker.core.registry import PersonalData, Registry
from tracker.pipeline.models import Application
from tracker.vetting.models import (
    EntryDecision,
    EvidenceSnapshot,
    Interview,
    Scorecard,
    ScorecardRating,
    Shortlist,
    ShortlistEntry,
    Waiver,
)

#: By model: the columns that are exported, and the free text among them that an erasure empties.
_EXPORTED: dict[type[Base], tuple[str, ...]] = {
    Interview: ("title", "starts_at", "place", "state", "cancel_reason"),
    Scorecard: ("recommendation", "summary", "submitted_at"),
    ScorecardRating: ("item_id", "rating", "evidence"),
    ShortlistEntry: ("state", "round", "note", "pending_since"),
    EntryDecision: ("state", "round", "decided_at", "comment"),
    Waiver: ("item_id", "waived_at", "reason"),
    EvidenceSnapshot: ("round", "moment", "taken_at", "evidence"),
}
_EMPTIED: dict[type[Base], dict[str, str]] = {
    Interview: {"title": "Interview", "place": "", "cancel_reason": ""},
    Scorecard: {"summary": ""},
    ScorecardRating: {"evidence": ""},
    ShortlistEntry: {"note": ""},
    EntryDecision: {"comment": ""},
    Waiver: {"reason": ""},
}


def register(registry: Registry) -> None:
    """One entry per table that holds words about a person."""
    for model in _EXPORTED:
        registry.add_personal_data(PersonalData(model.__tablename__, _exporter(model), _eraser(model)))
    registry.add_personal_data(PersonalData(Shortlist.__tablename__, _export_shortlists, _erase_shortlists))


def _applications(candidate_id: int) -> Select[int]:
    return select(Application.id).where(Application.candidate_id == candidate_id)


def _belongs(model: type[Base], candidate_id: int) -> ColumnElement[bool]:
    """A predicate over the model: rows that are about the person."""
    applications = _applications(candidate_id)
    if model is ScorecardRating:
        cards = select(Scorecard.id).where(Scorecard.application_id.in_(applications))
        return ScorecardRating.scorecard_id.in_(cards)
    columns = model.__table__.columns
    if "entry_id" in columns:
        entries = select(ShortlistEntry.id).where(ShortlistEntry.application_id.in_(applications))
        return columns["entry_id"].in_(entries)
    return columns["application_id"].in_(applications)


def _exporter(model: type[Base]) -> Callable[[int], list[dict[str, Any]]]:
    columns = [getattr(model, name) for name in _EXPORTED[model]]

    def export(candidate_id: int) -> list[dict[str, Any]]:
        rows = db.session.execute(
            select(*columns).where(_belongs(model, candidate_id)).order_by(model.__mapper__.primary_key[0])
        )
        return [dict(row) for row in rows.mappings()]

    return export


def _eraser(model: type[Base]) -> Callable[[int], None]:
    def erase(candidate_id: int) -> None:
        where = _belongs(model, candidate_id)
        if model is EvidenceSnapshot:
            db.session.execute(delete(model).where(where).execution_options(synchronize_session=False))
        else:
            db.session.execute(
                update(model).where(where).values(_EMPTIED[model]).execution_options(synchronize_session=False)
            )

    return erase


def _entered(candidate_id: int) -> Select[int]:
    return select(ShortlistEntry.shortlist_id).where(ShortlistEntry.application_id.in_(_applications(candidate_id)))


def _export_shortlists(candidate_id: int) -> list[dict[str, Any]]:
    """What was said of all who were on a list with the person."""
    rows = db.session.execute(
        select(Shortlist.note, Shortlist.submitted_at).where(
            Shortlist.id.in_(_entered(candidate_id)), Shortlist.note != ""
        )
    )
    return [dict(row) for row in rows.mappings()]


def _erase_shortlists(candidate_id: int) -> None:
    """A note on a list with others is about them too, and stays."""
    with_others = select(ShortlistEntry.shortlist_id).where(
        ShortlistEntry.application_id.not_in(_applications(candidate_id))
    )
    db.session.execute(
        update(Shortlist)
        .where(Shortlist.id.in_(_entered(candidate_id)), Shortlist.id.not_in(with_others))
        .values(note="")
        .execution_options(synchronize_session=False)
    )
