"""The life of a requisition: submitted, opened, held, resumed, closed, reopened. One writer of its state."""

from datetime import datetime

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.approvals.operations import request_approval, void_approval
from tracker.approvals.policy import nobody_but_you
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.registry import get_registry
from tracker.history.operations import record
from tracker.requisitions import events
from tracker.requisitions.models import Hold, Opening, Requisition, Spell
from tracker.requisitions.operations import announce, instant, lock_requisition
from tracker.requisitions.queries import deciders, is_filled, last_spell, open_spell, openings_of, whom_to_ask
from tracker.requisitions.states import CLOSED, LIVE, TRANSITIONS, RequisitionState, SpellEnd

#: What to do instead, by the state that somebody wanted it in and the one it is in.
INSTEAD = {
    RequisitionState.DRAFT: "Only what waits for approval, or was cancelled before it opened, becomes a draft again.",
    RequisitionState.PENDING_APPROVAL: "Only a draft is submitted for approval.",
    RequisitionState.OPEN: "It opens when it is approved, resumed or reopened.",
    RequisitionState.ON_HOLD: "Only an open requisition is put on hold.",
    RequisitionState.FILLED: "Only a requisition that people are hired for can be filled.",
    RequisitionState.CANCELLED: "It is over already; reopen it to go on.",
}


def approver_choices(requisition: Requisition, actor: User) -> list[User]:
    """Whom to ask for approval: its hiring managers and deputies, then admins; the actor only if own is allowed."""
    return whom_to_ask(requisition, [actor.id])


def submit_for_approval(requisition: Requisition, *, actor: User, approver: User | None = None) -> Approval:
    """Ask for the approval that opens it; `approver` defaults to the first of approver_choices().

    Raises Refused from any state but draft, without a hiring manager, or when nobody could decide.
    """
    requisition = lock_requisition(requisition.id)
    check_transition(requisition, RequisitionState.PENDING_APPROVAL)
    if not deciders(requisition):
        raise Refused(
            f"{requisition.number} has no hiring manager yet.",
            needed=("Add a hiring manager to the hiring team; they approve it and decide on its people.",),
        )
    choices = approver_choices(requisition, actor)
    if not choices:
        raise nobody_but_you()
    approver = approver or choices[0]
    if approver.id not in {user.id for user in choices}:
        raise Refused(
            f"{approver.name} does not decide for {requisition.number}.",
            fields={"approver": "Choose a hiring manager or deputy of this requisition, or an admin."},
        )
    _write_state(requisition, RequisitionState.PENDING_APPROVAL, actor=actor)
    return request_approval(ApprovalKind.REQUISITION, requisition_id=requisition.id, approver=approver, actor=actor)


def take_back(requisition: Requisition, *, actor: User) -> None:
    """Make what waits for approval a draft again, so that it can be changed. Raises Refused from any other state."""
    requisition = lock_requisition(requisition.id)
    if requisition.state is not RequisitionState.PENDING_APPROVAL:
        raise Refused(f"{requisition.number} does not wait for approval.", needed=("Load the page again.",))
    _void_pending(requisition, actor=actor)
    _write_state(requisition, RequisitionState.DRAFT, actor=actor)


def approval_decided(approval_id: int, actor: User) -> None:
    """What the approvals domain calls: an approved requisition opens, a declined one is a draft again."""
    approval = db.session.get_one(Approval, approval_id)
    requisition = lock_requisition(approval.requisition_id)
    if approval.state is ApprovalState.APPROVED:
        open_requisition(requisition, actor=actor)
    else:
        _write_state(requisition, RequisitionState.DRAFT, actor=actor)


def open_requisition(requisition: Requisition, *, actor: User | None, happened_at: datetime | None = None) -> None:
    """Open a draft or what was approved: every opening begins its first spell.

    Pages open requisitions through an approval only; imports and the demo organisation come here by themselves.
    `happened_at` (aware; default: now) is not before it was written down. Raises Refused from any other state.
    """
    requisition = lock_requisition(requisition.id)
    if requisition.state not in {RequisitionState.DRAFT, RequisitionState.PENDING_APPROVAL}:
        raise _refusal(requisition, RequisitionState.OPEN)
    at = instant(happened_at, not_before=requisition.created_at, what="Opening it")
    _void_pending(requisition, actor=actor)
    requisition.opened_at = at
    for opening in openings_of(requisition):
        opening.spells.append(Spell(opened_at=at))
    _write_state(requisition, RequisitionState.OPEN, actor=actor, happened_at=happened_at)
    announce(requisition)


def hold_requisition(
    requisition: Requisition, *, actor: User, reason: str, happened_at: datetime | None = None
) -> Hold:
    """Put an open requisition on hold: everything but extending offers goes on being possible.

    Raises Refused from any other state, without a reason, or for a time before it opened or was last resumed.
    """
    requisition = lock_requisition(requisition.id)
    check_transition(requisition, RequisitionState.ON_HOLD)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it is put on hold.", fields={"reason": "Say why; people will ask."})
    at = instant(happened_at, not_before=_last_change(requisition), what="The hold")
    hold = Hold(held_at=at, reason=reason)
    requisition.holds.append(hold)
    _write_state(requisition, RequisitionState.ON_HOLD, actor=actor, happened_at=happened_at)
    announce(requisition)
    return hold


def resume_requisition(requisition: Requisition, *, actor: User, happened_at: datetime | None = None) -> None:
    """Go on after a hold. Raises Refused when it is not on hold, or for a time before the hold began."""
    requisition = lock_requisition(requisition.id)
    if requisition.state is not RequisitionState.ON_HOLD:
        raise _refusal(requisition, RequisitionState.OPEN)
    hold = _open_hold(requisition)
    at = instant(happened_at, not_before=hold.held_at if hold else None, what="Resuming it")
    if hold:
        hold.resumed_at = at
    _write_state(requisition, RequisitionState.OPEN, actor=actor, happened_at=happened_at)
    announce(requisition)


def close_requisition(
    requisition: Requisition, *, actor: User, cancelled: bool, reason: str, happened_at: datetime | None = None
) -> None:
    """Cancel it, or (`cancelled` False) call it filled with the people it has; openings that are still open end.

    What is pending lapses, through the registry, in the same transaction. Raises Refused from a state that cannot end,
    without a reason for a cancellation, and when it shall be filled and nobody was hired.
    """
    requisition = lock_requisition(requisition.id)
    state = RequisitionState.CANCELLED if cancelled else RequisitionState.FILLED
    check_transition(requisition, state)
    openings = openings_of(requisition)
    if not cancelled and not any(is_filled(opening) for opening in openings):
        raise Refused(
            f"Nobody was hired for {requisition.number}, so it cannot be called filled.", needed=("Cancel it instead.",)
        )
    reason = reason.strip()
    if cancelled and not reason:
        raise Refused("Say why it is cancelled.", fields={"reason": "Say why; people will ask."})
    at = instant(happened_at, not_before=_last_change(requisition), what="The end")
    for opening in openings:
        spell = open_spell(opening)
        if spell is not None:
            spell.ended_at, spell.end = max(at, spell.opened_at), SpellEnd.CANCELLED
    _void_pending(requisition, actor=actor)
    end_requisition(requisition, state, at=at, reason=reason, actor=actor, happened_at=happened_at)


def end_requisition(
    requisition: Requisition,
    state: RequisitionState,
    *,
    at: datetime,
    reason: str,
    actor: User | None,
    happened_at: datetime | None = None,
) -> None:
    """Write the end of a locked requisition whose spells have ended, and let what is pending lapse."""
    hold = _open_hold(requisition)
    if hold is not None:
        hold.resumed_at = max(at, hold.held_at)
    requisition.closed_at = at
    requisition.close_reason = reason
    _write_state(requisition, state, actor=actor, happened_at=happened_at)
    announce(requisition)
    for callback in get_registry().on_requisition_closed:
        callback(requisition, actor)


def reopen_requisition(
    requisition: Requisition, *, actor: User, opening: Opening | None = None, happened_at: datetime | None = None
) -> list[Spell]:
    """Reopen a filled or cancelled requisition; returns the spells that begin.

    Of a filled one the `opening` begins a new spell (default: the one filled last); of a cancelled one every opening
    that the cancellation ended, or only `opening`. One that never opened becomes a draft again, and begins none.
    Raises Refused when it is not over, or for an opening that is open or belongs to another requisition.
    """
    requisition = lock_requisition(requisition.id)
    if requisition.state not in CLOSED:
        raise Refused(f"{requisition.number} is {requisition.state.label}; there is nothing to reopen.")
    at = instant(happened_at, not_before=requisition.closed_at, what="Reopening it")
    was_never_open = requisition.opened_at is None
    spells: list[Spell] = []
    if not was_never_open:
        for chosen in _openings_to_reopen(requisition, opening):
            spell = Spell(opened_at=at)
            chosen.spells.append(spell)
            spells.append(spell)
            # The event names the spell by its id.
            db.session.flush()
            record_reopened(requisition, chosen, spell, actor=actor, voided=False)
    mark_open_again(requisition, draft=was_never_open, actor=actor, happened_at=happened_at)
    return spells


def mark_open_again(
    requisition: Requisition, *, actor: User | None, draft: bool = False, happened_at: datetime | None = None
) -> None:
    """Write that a locked, closed requisition is open (or a draft) again."""
    requisition.closed_at = None
    requisition.close_reason = ""
    state = RequisitionState.DRAFT if draft else RequisitionState.OPEN
    _write_state(requisition, state, actor=actor, happened_at=happened_at)
    announce(requisition)


def record_reopened(
    requisition: Requisition, opening: Opening, spell: Spell, *, actor: User | None, voided: bool
) -> None:
    """Write the event of an opening's new spell."""
    data = events.OpeningReopened(opening_id=opening.id, position=opening.position, spell_id=spell.id, voided=voided)
    record(data, events.about(requisition, table="openings", row=opening.id), actor=actor)


def openings_by_last_end(requisition: Requisition) -> list[Opening]:
    """The openings that are not open, the one that ended last first."""
    ended: list[tuple[datetime, Opening]] = []
    for opening in openings_of(requisition):
        last = last_spell(opening)
        if last is not None and last.ended_at is not None:
            ended.append((last.ended_at, opening))
    return [opening for _at, opening in sorted(ended, key=lambda pair: (pair[0], pair[1].position), reverse=True)]


def check_transition(requisition: Requisition, state: RequisitionState) -> None:
    """Raise Refused, saying what to do instead, unless the requisition may go to that state."""
    if state not in TRANSITIONS[requisition.state]:
        raise _refusal(requisition, state)


def refuse_unless_live(requisition: Requisition) -> None:
    """Raise Refused unless people are worked with in it: open or on hold."""
    if requisition.state not in LIVE:
        raise Refused(
            f"{requisition.number} is {requisition.state.label}.",
            needed=("Reopen it first." if requisition.state in CLOSED else "It has to be approved first.",),
        )


def _openings_to_reopen(requisition: Requisition, opening: Opening | None) -> list[Opening]:
    ended = openings_by_last_end(requisition)
    if opening is not None:
        chosen = [entry for entry in ended if entry.id == opening.id]
        if not chosen:
            raise Refused("This opening cannot be reopened.", fields={"opening": "Choose one that has ended."})
        return chosen
    if requisition.state is RequisitionState.FILLED:
        return [entry for entry in ended if is_filled(entry)][:1]
    by_cancellation = [
        entry
        for entry in ended
        if (last := last_spell(entry)) is not None
        and last.end is not SpellEnd.FILLED
        and last.ended_at is not None
        and requisition.closed_at is not None
        and last.ended_at >= requisition.closed_at
    ]
    return sorted(by_cancellation or ended[:1], key=lambda entry: entry.position)


def _write_state(
    requisition: Requisition, state: RequisitionState, *, actor: User | None, happened_at: datetime | None = None
) -> None:
    """The one place where a requisition's state is written."""
    check_transition(requisition, state)
    before, requisition.state = requisition.state, state
    data = events.RequisitionStateChanged(
        before=before, after=state, happened_at=happened_at.isoformat() if happened_at else None
    )
    record(data, events.about(requisition), actor=actor)


def _refusal(requisition: Requisition, state: RequisitionState) -> Refused:
    return Refused(
        f"{requisition.number} is {requisition.state.label}; it cannot become {state.label}.", needed=(INSTEAD[state],)
    )


def _void_pending(requisition: Requisition, *, actor: User | None) -> None:
    approval = pending_approval(ApprovalKind.REQUISITION, requisition_id=requisition.id)
    if approval is not None:
        void_approval(approval, actor=actor)


def _open_hold(requisition: Requisition) -> Hold | None:
    return next((hold for hold in requisition.holds if hold.resumed_at is None), None)


def _last_change(requisition: Requisition) -> datetime:
    """The instant of the newest of: written down, opened, held, resumed."""
    instants = [requisition.created_at]
    if requisition.opened_at is not None:
        instants.append(requisition.opened_at)
    instants.extend(hold.resumed_at or hold.held_at for hold in requisition.holds)
    return max(instants)
