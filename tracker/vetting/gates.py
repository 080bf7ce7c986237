"""The gate before a stage that asks for an approval: the latest decided shortlist entry counts."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.core.db import db
from tracker.core.registry import Move, Refusal
from tracker.pipeline.changes import order_of
from tracker.pipeline.models import Application
from tracker.requisitions.models import Stage
from tracker.requisitions.states import Phase
from tracker.vetting.models import EntryDecision, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState


def guard(moves: Sequence[Move]) -> list[Refusal | None]:
    """Refuse to enter a stage that asks for an approval, unless the latest decided entry for it is approved.

    Going back and going on within an offer phase that was entered already ask for nothing.
    """
    asking = {move.application.id for move in moves if _asks(move)}
    decisions = _decisions(asking) if asking else {}
    pending = _pending(asking) if asking else {}
    return [
        _judge(move, decisions.get(move.application.id, []), pending.get(move.application.id)) if _asks(move) else None
        for move in moves
    ]


def _asks(move: Move) -> bool:
    here, there = move.application.stage, move.to_stage
    if not there.requires_approval or order_of(there) <= order_of(here):
        return False
    return not (here.requires_approval and here.phase is Phase.OFFER and there.phase is Phase.OFFER)


def _judge(move: Move, decisions: Sequence[EntryDecision], pending: ShortlistEntry | None) -> Refusal | None:
    there, name = move.to_stage, move.application.candidate.name
    decision = next((each for each in decisions if opens(each.entry.shortlist.opens_stage, there)), None)
    if decision is not None and decision.state is EntryState.APPROVED:
        return None
    address = f"/requisitions/{move.application.requisition.number}/shortlists/new?application={move.application.id}"
    if pending is not None:
        needed = f"{pending.shortlist.decider.name} has not decided on the shortlist yet."
        address = f"/shortlists/{pending.shortlist_id}"
    elif decision is None:
        needed = f"Put {name} on a shortlist, and have it approved."
    elif decision.state is EntryState.DECLINED:
        needed = f"{decision.decided_by.name} declined {name}. A new shortlist can ask again."
    else:
        needed = f"{decision.decided_by.name} asked for more about {name}. Put them forward again with it."
        address = f"/shortlists/{decision.entry.shortlist_id}"
    return Refusal(
        f"{there.name} asks for an approved shortlist entry, and {name} has none.",
        needed=(needed,),
        address=address,
        overridable=True,
    )


def latest_decision(application: Application, stage: Stage) -> EntryDecision | None:
    """The last decision on any entry of the application that opens this stage.

    Moves, endings that were taken back and later rounds that still wait do not touch it; one for the offer phase opens
    all of it.
    """
    decisions = _decisions([application.id]).get(application.id, [])
    return next((each for each in decisions if opens(each.entry.shortlist.opens_stage, stage)), None)


def opens(opened: Stage, stage: Stage) -> bool:
    """Whether an approval for `opened` lets people into `stage`."""
    return opened.id == stage.id or (opened.phase is Phase.OFFER and stage.phase is Phase.OFFER)


def _decisions(application_ids: Collection[int]) -> dict[int, list[EntryDecision]]:
    """All decisions on entries of these applications, the latest first, with what they open."""
    found: dict[int, list[EntryDecision]] = {}
    for decision in db.session.scalars(
        select(EntryDecision)
        .join(EntryDecision.entry)
        .where(ShortlistEntry.application_id.in_(application_ids))
        .order_by(EntryDecision.id.desc())
        .options(
            contains_eager(EntryDecision.entry).joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.opens_stage),
            joinedload(EntryDecision.decided_by),
        )
    ):
        found.setdefault(decision.entry.application_id, []).append(decision)
    return found


def _pending(application_ids: Collection[int]) -> dict[int, ShortlistEntry]:
    entries = db.session.scalars(
        select(ShortlistEntry)
        .where(ShortlistEntry.application_id.in_(application_ids), ShortlistEntry.state == EntryState.PENDING)
        .options(joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.decider))
    )
    return {entry.application_id: entry for entry in entries}
