"""Openings: added, filled, opened again, cancelled."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.history.operations import record
from tracker.requisitions import events
from tracker.requisitions.facts import MOST_OPENINGS
from tracker.requisitions.models import Opening, Requisition, Spell
from tracker.requisitions.operations import instant, lock_requisition, refuse_while_pending, touch
from tracker.requisitions.operations_life import (
    end_requisition,
    mark_open_again,
    record_reopened,
    refuse_unless_live,
)
from tracker.requisitions.queries import is_filled, last_spell, open_spell
from tracker.requisitions.states import LIVE, RequisitionState, SpellEnd


def add_opening(requisition: Requisition, *, actor: User, happened_at: datetime | None = None) -> Opening:
    """Add one seat; in an open requisition it is open from `happened_at` (aware; default: now) on.

    Raises Refused while the requisition waits for approval or is over, and beyond the largest number.
    """
    requisition = lock_requisition(requisition.id)
    refuse_while_pending(requisition)
    openings = _locked_openings(requisition)
    if len(openings) >= MOST_OPENINGS:
        raise Refused(f"A requisition has at most {MOST_OPENINGS} openings.", needed=("Write down another one.",))
    opening = Opening(position=max((entry.position for entry in openings), default=0) + 1)
    if requisition.state in LIVE:
        opening.spells = [
            Spell(opened_at=instant(happened_at, not_before=requisition.opened_at, what="The new opening"))
        ]
    requisition.openings.append(opening)
    touch(requisition)
    # The event names the opening by its id.
    db.session.flush()
    record(
        events.OpeningAdded(opening_id=opening.id, position=opening.position),
        events.about(requisition, table="openings", row=opening.id),
        actor=actor,
    )
    return opening


def fill_opening(requisition: Requisition, *, actor: User | None, accepted_at: datetime) -> Spell:
    """Fill the opening that has been open longest; returns the spell that ends at `accepted_at` (aware).

    The last one fills the requisition, and what is pending lapses. Raises Refused when none is free, or for an
    acceptance in the future or before every free opening opened.
    """
    requisition = lock_requisition(requisition.id)
    refuse_unless_live(requisition)
    openings = _locked_openings(requisition)
    free = sorted(
        ((spell.opened_at, opening.position, opening, spell) for opening in openings if (spell := open_spell(opening))),
        key=lambda entry: entry[:2],
    )
    if not free:
        raise Refused(f"Every opening of {requisition.number} is filled.", needed=("Add an opening first.",))
    opened_at, _position, opening, spell = free[0]
    spell.ended_at = instant(accepted_at, not_before=opened_at, what="The acceptance")
    spell.end = SpellEnd.FILLED
    touch(requisition)
    record(
        events.OpeningFilled(opening_id=opening.id, position=opening.position, spell_id=spell.id),
        events.about(requisition, table="openings", row=opening.id),
        actor=actor,
    )
    if len(free) == 1:
        at = max(entry.ended_at for each in openings if (entry := each.spells[-1]).ended_at is not None)
        end_requisition(requisition, RequisitionState.FILLED, at=at, reason="", actor=actor)
    return spell


def void_spell(spell: Spell, *, actor: User, at: datetime) -> Spell:
    """Undo a fill (an unhire): the spell's figures drop out, and its opening begins a new spell at `at` (aware).

    A filled requisition is open again. Of a cancelled one the opening stays closed, and the voided spell is returned.
    Raises Refused unless the spell was filled.
    """
    requisition = lock_requisition(spell.opening.requisition_id)
    db.session.refresh(spell, with_for_update=True)
    if spell.end is not SpellEnd.FILLED:
        raise Refused("This opening was not filled, so nothing can be undone.")
    spell.end = SpellEnd.VOIDED
    spell.voided_at = instant(at, not_before=spell.ended_at, what="Undoing the hire")
    if requisition.state is RequisitionState.CANCELLED:
        return spell
    opening = spell.opening
    db.session.refresh(opening, ["spells"])
    if last_spell(opening) is not spell:
        # It was reopened for somebody else meanwhile, who has the seat now or is being looked for.
        touch(requisition)
        return spell
    new = Spell(opened_at=spell.voided_at)
    opening.spells.append(new)
    # The event names the new spell by its id.
    db.session.flush()
    record_reopened(requisition, opening, new, actor=actor, voided=True)
    if requisition.state is RequisitionState.FILLED:
        mark_open_again(requisition, actor=actor)
    else:
        touch(requisition)
    return new


def cancel_opening(opening: Opening, *, actor: User, happened_at: datetime | None = None) -> None:
    """Give one seat up. When all others are filled, the requisition is filled with that; a draft just loses it.

    Raises Refused for one that is not open, and for the last one when nobody was hired.
    """
    requisition = lock_requisition(opening.requisition_id)
    refuse_while_pending(requisition)
    openings = _locked_openings(requisition)
    opening = next(entry for entry in openings if entry.id == opening.id)
    alone = f"This is the only opening of {requisition.number}."
    record_data = events.OpeningCancelled(opening_id=opening.id, position=opening.position)
    subject = events.about(requisition, table="openings", row=opening.id)
    if requisition.state is RequisitionState.DRAFT and not opening.spells:
        if len(openings) == 1:
            raise Refused(alone, needed=("A requisition has at least one.",))
        requisition.openings.remove(opening)
        touch(requisition)
        record(record_data, subject, actor=actor)
        return
    spell = open_spell(opening)
    if spell is None:
        raise Refused("This opening is not open, so it cannot be given up.")
    others = [entry for entry in openings if entry.id != opening.id]
    still_open = any(open_spell(entry) for entry in others)
    if not still_open and not any(is_filled(entry) for entry in others):
        raise Refused(alone if not others else "No other opening is open.", needed=("Cancel the requisition instead.",))
    at = instant(happened_at, not_before=spell.opened_at, what="Giving it up")
    spell.ended_at, spell.end = at, SpellEnd.CANCELLED
    touch(requisition)
    record(record_data, subject, actor=actor)
    if not still_open:
        end_requisition(requisition, RequisitionState.FILLED, at=at, reason="", actor=actor)


def _locked_openings(requisition: Requisition) -> list[Opening]:
    """The openings with their spells, as they are now and locked, in order."""
    return list(
        db.session.scalars(
            select(Opening)
            .where(Opening.requisition_id == requisition.id)
            .order_by(Opening.position)
            .options(selectinload(Opening.spells))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
