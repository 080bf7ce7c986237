"""Decisions on entries, and the must-haves that are waived for them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.queries import read_anew
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Forbidden, NotVisible, Refused
from tracker.history.operations import record
from tracker.pipeline.refresh import refresh
from tracker.requisitions.models import ChecklistItem
from tracker.requisitions.states import Need, Phase
from tracker.vetting import events, mails, policy
from tracker.vetting.evidence import live_evidence, owes_scorecard
from tracker.vetting.facts import Evidence, what_is_new
from tracker.vetting.models import EntryDecision, ShortlistEntry, Waiver
from tracker.vetting.operations.shortlists import already_settled, lock_entry
from tracker.vetting.snapshots import take_snapshot
from tracker.vetting.states import ENTRY_TRANSITIONS, EntryState, SnapshotMoment

#: A decision that somebody has to act on says why.
WANTS_COMMENT = {
    EntryState.DECLINED: "Say why, so that the recruiter can tell them.",
    EntryState.MORE_WANTED: "Say what you would like to know.",
}


def decide_entry(
    entry: ShortlistEntry,
    state: EntryState,
    *,
    actor: User,
    expected_round: int,
    expected_digest: str,
    comment: str,
    preference: int | None = None,
    happened_at: datetime | None = None,
) -> EntryDecision:
    """Approve, decline, or ask for more about a pending entry. Nobody is moved or ended by it.

    `expected_round` and `expected_digest` (Evidence.digest) are what the page showed; `preference` orders the approved
    ones, from 1. Raises Forbidden for who may not, Conflict when it was decided already or the evidence changed, saying
    what is new, and Refused with what is needed while a must-have is neither assessed nor waived.
    """
    entry = lock_entry(entry.id)
    if entry.round != expected_round or entry.state is not EntryState.PENDING:
        raise already_settled(entry)
    _check_may(entry, actor)
    if state not in ENTRY_TRANSITIONS[entry.state] or not state.is_decision:
        raise Refused("That is no decision.")
    evidence = live_evidence([entry.application], entries=[entry])[entry.application_id]
    news = what_is_new(expected_digest, evidence)
    if news:
        raise Conflict(f"What is known of {entry.application.candidate.name} changed: {' '.join(news)} Look again.")
    _check_fit(entry, state, evidence, comment, preference)
    at = happened_at or clock.now()
    own = policy.is_own(actor, entry)
    decision = EntryDecision(
        entry=entry, round=entry.round, state=state, decided_by=actor, decided_at=at, own=own, comment=comment.strip()
    )
    db.session.add(decision)
    entry.state = state
    entry.preference = preference if state is EntryState.APPROVED else None
    take_snapshot(entry, SnapshotMoment.DECIDED, evidence)
    # The mail names the decision.
    db.session.flush()
    record(
        events.EntryDecided(
            shortlist_id=entry.shortlist_id,
            entry_id=entry.id,
            round=entry.round,
            state=state,
            opens_stage_id=entry.shortlist.opens_stage_id,
            preference=entry.preference,
            own=own,
        ),
        events.about(entry.application, "shortlist_entries", entry.id),
        actor=actor,
    )
    mails.tell_of_decision(decision)
    refresh([entry.application], at=at)
    return decision


def waive_item(entry: ShortlistEntry, item: ChecklistItem, *, reason: str, actor: User) -> Waiver:
    """Say that a must-have need not be assessed for this entry. Raises Refused when it is no gap or has no reason."""
    entry = lock_entry(entry.id)
    if entry.state is not EntryState.PENDING:
        raise already_settled(entry)
    _check_may(entry, actor)
    if not reason.strip():
        raise Refused("Say why it need not be assessed.", fields={"reason": "It is kept with the decision."})
    if item.requisition_id != entry.shortlist.requisition_id or item.removed_at is not None:
        raise Refused("This skill is not on the checklist.")
    if item.need is not Need.MUST_HAVE:
        raise Refused(f"{item.title} is nice to have; it need not be waived.")
    standing = db.session.scalar(
        select(Waiver)
        .where(Waiver.entry_id == entry.id, Waiver.item_id == item.id)
        .options(joinedload(Waiver.waived_by))
    )
    if standing is not None:
        raise Conflict(
            f"{standing.waived_by.name} waived {item.title} already.",
            who=standing.waived_by.name,
            when=standing.waived_at,
        )
    known = live_evidence([entry.application], entries=[entry])[entry.application_id].of_item(item.id)
    if known is not None and known.assessed_by:
        raise Refused(f"{item.title} has been assessed in the meantime; there is nothing to waive.")
    waiver = Waiver(entry=entry, item=item, waived_by=actor, waived_at=clock.now(), reason=reason.strip())
    db.session.add(waiver)
    record(
        events.ItemWaived(shortlist_id=entry.shortlist_id, entry_id=entry.id, item_id=item.id),
        events.about(entry.application, "shortlist_entries", entry.id),
        actor=actor,
    )
    refresh([entry.application])
    return waiver


def take_back_waiver(waiver: Waiver, *, actor: User) -> None:
    """Ask for the assessment after all. Raises Conflict once the entry is decided."""
    entry = lock_entry(waiver.entry_id)
    if entry.state is not EntryState.PENDING:
        raise already_settled(entry)
    _check_may(entry, actor)
    standing = db.session.get(Waiver, waiver.id, populate_existing=True)
    if standing is None:
        raise NotVisible
    db.session.delete(standing)
    record(
        events.WaiverTakenBack(shortlist_id=entry.shortlist_id, entry_id=entry.id, item_id=standing.item_id),
        events.about(entry.application, "shortlist_entries", entry.id),
        actor=actor,
    )
    refresh([entry.application])


def opens_offer_phase(entry: ShortlistEntry) -> bool:
    """Whether an approval leads into the offer phase, where every must-have has to be settled."""
    return entry.shortlist.opens_stage.phase is Phase.OFFER


def _check_may(entry: ShortlistEntry, actor: User) -> None:
    read_anew(actor)
    if not policy.may_decide(actor, entry):
        raise Forbidden(f"This is for {policy.DECIDERS}.", who=policy.DECIDERS)
    if owes_scorecard(actor, [entry.application_id]):
        name = entry.application.candidate.name
        raise Refused(
            f"You still owe a scorecard on {name}.",
            needed=["Submit it; then you see what the others wrote, and can decide."],
        )


def _check_fit(
    entry: ShortlistEntry, state: EntryState, evidence: Evidence, comment: str, preference: int | None
) -> None:
    if state in WANTS_COMMENT and not comment.strip():
        raise Refused(WANTS_COMMENT[state], fields={"comment": WANTS_COMMENT[state]})
    if state is not EntryState.APPROVED:
        return
    if opens_offer_phase(entry) and evidence.gaps:
        raise Refused(
            f"{entry.application.candidate.name} cannot be approved yet.",
            needed=[f"{gap.title}: ask for an assessment, or waive it with a reason." for gap in evidence.gaps],
        )
    if preference is None:
        return
    taken = next(
        (other for other in entry.shortlist.entries if other.id != entry.id and other.preference == preference), None
    )
    if preference < 1 or taken is not None:
        who = taken.application.candidate.name if taken else "Nobody"
        raise Refused(f"{who} has that place already.", fields={"preference": f"{who} has that place already."})
