"""Reading requisitions."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Anybody, User
from tracker.accounts.permissions import me
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.approvals.policy import own_allowed
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.requisitions.models import ChecklistItem, Opening, Requisition, Spell, Stage, TeamMember
from tracker.requisitions.policy import DECIDING, decides, visible_requisitions
from tracker.requisitions.states import CLOSED, Need, RequisitionState, SpellEnd, StageKind, TeamPart


def requisition_or_404(number: str) -> Requisition:
    """The requisition with that number, when the reader may see it; raises NotVisible otherwise."""
    reader = me()
    found = db.session.scalars(_by_number(reader.roles), {"number": number, "reader": reader.id})
    requisition = found.unique().one_or_none()
    if requisition is None or not reader.is_active:
        raise NotVisible
    return requisition


@lru_cache(64)
def _by_number(roles: frozenset[Role]) -> Select[Requisition]:
    """One requisition with its hiring team, as readers with these roles see it: every page about one begins here."""
    return (
        select(Requisition)
        .where(Requisition.number == bindparam("number"), visible_requisitions(Anybody(roles)))
        .options(joinedload(Requisition.team_members).joinedload(TeamMember.user))
    )


def members(requisition: Requisition, *parts: TeamPart) -> list[User]:
    """The active people of the hiring team with one of these parts (none given: any), each once, by name."""
    found = {
        member.user_id: member.user
        for member in requisition.team_members
        if (not parts or member.part in parts) and member.user.is_active
    }
    return sorted(found.values(), key=lambda user: (user.name.casefold(), user.id))


def hiring_manager(requisition: Requisition) -> User | None:
    """The hiring manager; of several the one who came first."""
    for member in sorted(requisition.team_members, key=lambda member: member.id):
        if member.part is TeamPart.HIRING_MANAGER and member.user.is_active:
            return member.user
    return None


def deciders(requisition: Requisition) -> list[User]:
    """Who decides for the requisition: the hiring manager first, then further ones and deputies."""
    first = hiring_manager(requisition)
    people = [user for user in members(requisition, *DECIDING) if decides(user, requisition)]
    return sorted(people, key=lambda user: user != first)


def all_deciders(requisition: Requisition) -> list[User]:
    """Everybody who decides for the requisition: those of its hiring team first, then admins."""
    return list(dict.fromkeys([*deciders(requisition), *active_users(Role.ADMIN)]))


def whom_to_ask(requisition: Requisition, submitters: Collection[int]) -> list[User]:
    """Who can be asked to decide on what people with these ids submit; they themselves only if own is allowed."""
    own = own_allowed()
    return [user for user in all_deciders(requisition) if own or user.id not in submitters]


def recruiters(requisition: Requisition) -> list[User]:
    """The recruiters of the hiring team."""
    return members(requisition, TeamPart.RECRUITER)


def open_spell(opening: Opening) -> Spell | None:
    """The spell in which the opening is open now."""
    return next((spell for spell in opening.spells if spell.ended_at is None), None)


def last_spell(opening: Opening) -> Spell | None:
    """The newest spell of the opening."""
    return opening.spells[-1] if opening.spells else None


def is_filled(opening: Opening) -> bool:
    """Whether the opening's newest spell was filled, and not voided."""
    last = last_spell(opening)
    return last is not None and last.end is SpellEnd.FILLED


def openings_of(requisition: Requisition) -> Sequence[Opening]:
    """The openings with their spells, in order; one statement for any number."""
    return db.session.scalars(_OPENINGS, {"requisition": requisition.id}).unique().all()


_OPENINGS = (
    select(Opening)
    .where(Opening.requisition_id == bindparam("requisition"))
    .order_by(Opening.position)
    .options(joinedload(Opening.spells))
)


def free_openings(requisition: Requisition) -> list[Opening]:
    """The openings that wait to be filled, in order."""
    return [opening for opening in openings_of(requisition) if open_spell(opening) is not None]


def stages_of(requisition: Requisition) -> list[Stage]:
    """The stages that people can enter, in order."""
    return [stage for stage in requisition.stages if stage.retired_at is None]


def stage_of_kind(requisition: Requisition, kind: StageKind) -> Stage | None:
    """The first stage of that kind."""
    return next((stage for stage in stages_of(requisition) if stage.kind is kind), None)


def checklist_of(requisition: Requisition, need: Need | None = None) -> list[ChecklistItem]:
    """The items on the checklist now, in order; `need` keeps those of that need."""
    return [item for item in requisition.checklist if item.removed_at is None and (need is None or item.need is need)]


def changeable(requisition: Requisition) -> bool:
    """Whether its facts, checklist and stages can be changed now: not while it waits for approval or is over."""
    return requisition.state is not RequisitionState.PENDING_APPROVAL and requisition.state not in CLOSED
