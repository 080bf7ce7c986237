"""What was known, frozen: as an entry was submitted, and as it was decided."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any

from tracker.core import clock
from tracker.core.db import db
from tracker.requisitions.states import Need
from tracker.vetting.facts import Evidence, Exemption, ItemEvidence, Judgement, Resume, Terms, Verdict
from tracker.vetting.models import EvidenceSnapshot, ShortlistEntry
from tracker.vetting.states import Rating, Recommendation, SnapshotMoment


def take_snapshot(entry: ShortlistEntry, moment: SnapshotMoment, evidence: Evidence) -> None:
    """Keep the evidence of the entry's present round."""
    db.session.add(
        EvidenceSnapshot(
            entry_id=entry.id,
            round=entry.round,
            moment=moment,
            taken_at=clock.now(),
            digest=evidence.digest,
            evidence=freeze(evidence),
        )
    )


def freeze(evidence: Evidence) -> dict[str, Any]:
    """The evidence as a JSON document; thaw() reads it back."""
    whole = asdict(evidence)
    return {key: _plain(whole[key]) for key in ("items", "verdicts", "terms")}


def thaw(application_id: int, document: Mapping[str, Any]) -> Evidence:
    """The evidence that freeze() wrote. Nothing is withheld yet: readers go through frozen_for_reader()."""
    verdicts = tuple(_verdict(entry) for entry in document["verdicts"])
    return Evidence(
        application_id=application_id,
        items=tuple(_item(entry) for entry in document["items"]),
        verdicts=verdicts,
        verdict_count=len(verdicts),
        terms=_terms(document["terms"]),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value


def _item(document: Mapping[str, Any]) -> ItemEvidence:
    exemption = document["exemption"]
    return ItemEvidence(
        **(
            dict(document)
            | {
                "need": Need(document["need"]),
                "judgements": tuple(
                    Judgement(**(entry | {"rating": Rating(entry["rating"])})) for entry in document["judgements"]
                ),
                "exemption": Exemption(**(exemption | {"at": datetime.fromisoformat(exemption["at"])}))
                if exemption
                else None,
            }
        )
    )


def _verdict(document: Mapping[str, Any]) -> Verdict:
    return Verdict(
        **(
            dict(document)
            | {
                "recommendation": Recommendation(document["recommendation"]),
                "submitted_at": datetime.fromisoformat(document["submitted_at"]),
            }
        )
    )


def _terms(document: Mapping[str, Any]) -> Terms:
    deadline, resume = document["competing_deadline"], document["resume"]
    return Terms(
        **(
            dict(document)
            | {
                "competing_deadline": datetime.fromisoformat(deadline) if deadline else None,
                "resume": Resume(**resume) if resume else None,
            }
        )
    )
