"""What this domain itself says about whom an application waits on, and about its card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select

from tracker.core.db import read_rows
from tracker.core.registry import CardFacts, Holder, Registry, WaitSource
from tracker.pipeline.models import Application, Contact, SetWait
from tracker.pipeline.refresh import read_once, stages_of
from tracker.pipeline.states import WAIT_RANKS, ContactDirection, WaitReason
from tracker.requisitions.states import StageKind

_SET_WAITS = select(SetWait.application_id, SetWait.user_id, SetWait.ends_at).where(
    SetWait.application_id.in_(bindparam("applications", expanding=True)), SetWait.lifted_at.is_(None)
)
_OUTGOING = Contact.direction == ContactDirection.OUT
_LAST_WORDS = (
    select(
        Contact.application_id,
        func.max(case((_OUTGOING, Contact.at))).label("out"),
        func.max(case((~_OUTGOING, Contact.at))).label("answer"),
        func.count(case((_OUTGOING, 1))).label("times"),
    )
    .where(Contact.application_id.in_(bindparam("applications", expanding=True)))
    .group_by(Contact.application_id)
)


@dataclass(frozen=True)
class _Words:
    """The last word each way, and how often we wrote."""

    out: datetime | None
    answer: datetime | None
    times_out: int


def register(registry: Registry) -> None:
    """Contribute to what refresh() derives."""
    registry.add_wait_source(
        WaitSource(
            "pipeline.set_by_a_person", WAIT_RANKS[WaitReason.PERSON_SET], _set_by_a_person, SetWait.application_id
        )
    )
    registry.add_wait_source(
        WaitSource(
            "pipeline.contacted", WAIT_RANKS[WaitReason.CANDIDATE], _candidate_owes_answer, Contact.application_id
        )
    )
    registry.add_card_facts(
        CardFacts(
            "pipeline.contacts",
            ("last_contact_at", "contacts_out", "new_reply_at"),
            _contact_facts,
            Contact.application_id,
        )
    )


def _set_by_a_person(applications: Sequence[Application]) -> dict[int, Holder]:
    rows = read_rows(_SET_WAITS, {"applications": [each.id for each in applications]})
    return {row.application_id: Holder(WaitReason.PERSON_SET, row.user_id, row.ends_at) for row in rows}


def _candidate_owes_answer(applications: Sequence[Application]) -> dict[int, Holder]:
    """Contacted without an answer: our word was the last one, and the person was not moved since."""
    stages = stages_of(applications)
    words = _last_words(applications)
    return {
        each.id: Holder(WaitReason.CANDIDATE)
        for each in applications
        if each.id in words and _our_word_was_last(each, words[each.id], stages[each.stage_id].kind)
    }


def _our_word_was_last(application: Application, words: _Words, kind: StageKind) -> bool:
    if words.out is None or (words.answer is not None and words.answer >= words.out):
        return False
    return kind is StageKind.CONTACTED or words.out >= application.stage_entered_at


@read_once
def _last_words(applications: Sequence[Application]) -> dict[int, _Words]:
    rows = read_rows(_LAST_WORDS, {"applications": [each.id for each in applications]})
    return {row.application_id: _Words(row.out, row.answer, row.times) for row in rows}


def _contact_facts(applications: Sequence[Application]) -> dict[int, dict[str, Any]]:
    words = _last_words(applications)
    facts: dict[int, dict[str, Any]] = {}
    for application in applications:
        if application.id not in words:
            continue
        said = words[application.id]
        fresh = said.answer is not None and (said.out is None or said.answer > said.out)
        moved_since = said.answer is not None and said.answer < application.stage_entered_at
        facts[application.id] = {
            "last_contact_at": max(filter(None, [said.out, said.answer]), default=None),
            "contacts_out": said.times_out,
            "new_reply_at": said.answer if fresh and not moved_since else None,
        }
    return facts
