"""The gate before a stage that asks for an approval: the latest decided shortlist entry counts."""

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.registry import Move, Refusal
from tracker.pipeline.models import Application
from tracker.requisitions.models import Stage
from tracker.requisitions.states import Phase
from tracker.vetting.models import EntryDecision, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState


def guard(move: Move) -> Refusal | None:
    """Refuse to enter a stage that asks for an approval, unless the latest decided entry for it is approved.

    Going back and going on within an offer phase that was entered already ask for nothing.
    """
    here, there = move.application.stage, move.to_stage
    if not there.requires_approval or _order(there) <= _order(here):
        return None
    if here.requires_approval and here.phase is Phase.OFFER and there.phase is Phase.OFFER:
        return None
    decision = latest_decision(move.application, there)
    if decision is not None and decision.state is EntryState.APPROVED:
        return None
    name = move.application.candidate.name
    pending = _pending(move.application)
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
    decisions = db.session.scalars(
        select(EntryDecision)
        .join(ShortlistEntry, ShortlistEntry.id == EntryDecision.entry_id)
        .where(ShortlistEntry.application_id == application.id)
        .order_by(EntryDecision.id.desc())
    )
    return next((each for each in decisions if opens(each.entry.shortlist.opens_stage, stage)), None)


def opens(opened: Stage, stage: Stage) -> bool:
    """Whether an approval for `opened` lets people into `stage`."""
    return opened.id == stage.id or (opened.phase is Phase.OFFER and stage.phase is Phase.OFFER)


def _order(stage: Stage) -> tuple[int, int]:
    return stage.phase.position, stage.position


def _pending(application: Application) -> ShortlistEntry | None:
    return db.session.scalar(
        select(ShortlistEntry)
        .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
        .where(ShortlistEntry.application_id == application.id, ShortlistEntry.state == EntryState.PENDING)
    )
