"""Writing requisitions down, editing them, and who is on the hiring team."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Unpack

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, insert_or_ignore
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.registry import get_registry
from tracker.history.models import Event
from tracker.history.operations import record
from tracker.history.sentences import describe
from tracker.requisitions import events
from tracker.requisitions.facts import MOST_OPENINGS, Facts, tidy
from tracker.requisitions.models import (
    ChecklistItem,
    Opening,
    Requisition,
    RequisitionCounter,
    TeamMember,
)
from tracker.requisitions.policy import may_take
from tracker.requisitions.stage_templates import copies_of
from tracker.requisitions.states import CLOSED, Need, RequisitionState, RoleProfileKey, TeamPart
from tracker.roles.profiles import PROFILES

NUMBER = re.compile(r"[A-Z][A-Z0-9]*-[0-9]+")


def create_requisition(
    *,
    role: RoleProfileKey,
    actor: User,
    openings: int = 1,
    hiring_manager: User | None = None,
    recruiters: Sequence[User] = (),
    deputies: Sequence[User] = (),
    interviewers: Sequence[User] = (),
    number: str | None = None,
    happened_at: datetime | None = None,
    **facts: Unpack[Facts],
) -> Requisition:
    """Write down a draft: the role's responsibilities become its checklist, the template its stages.

    An imported requisition brings its `number`; otherwise the next one of the role is taken. Without `recruiters` the
    actor is one, and without a `hiring_manager` too, each where their roles let them. `happened_at` (aware, not in the
    future; default: now) is when it was written down. Raises Refused with `fields` for facts that cannot be kept.
    """
    kept = tidy({"title": "", **facts})
    if not 1 <= openings <= MOST_OPENINGS:
        raise Refused(
            "The requisition cannot be kept like this.",
            fields={"openings": f"Give a number from 1 to {MOST_OPENINGS}."},
        )
    requisition = Requisition(
        number=_keep_number(number) if number else _next_number(role),
        role=role,
        state=RequisitionState.DRAFT,
        created_by=actor,
        created_at=instant(happened_at),
        **kept,
    )
    requisition.checklist = [
        ChecklistItem(
            position=position,
            key=entry.key,
            role=role,
            title=entry.title,
            description=entry.covers,
            need=Need.MUST_HAVE,
        )
        for position, entry in enumerate(PROFILES[role].responsibilities, start=1)
    ]
    requisition.stages = copies_of(role)
    requisition.openings = [Opening(position=position) for position in range(1, openings + 1)]
    if not recruiters and actor.has(Role.RECRUITER):
        recruiters = (actor,)
    if hiring_manager is None and actor.has(Role.HIRING_MANAGER):
        hiring_manager = actor
    wanted = {
        TeamPart.HIRING_MANAGER: [hiring_manager] if hiring_manager else [],
        TeamPart.RECRUITER: recruiters,
        TeamPart.DEPUTY: deputies,
        TeamPart.INTERVIEWER: interviewers,
    }
    _check_parts(wanted)
    requisition.team_members = [
        TeamMember(user=user, part=part) for part, users in wanted.items() for user in dict.fromkeys(users)
    ]
    db.session.add(requisition)
    # The event names the requisition by its id.
    db.session.flush()
    record(events.RequisitionCreated(role=role, openings=openings), events.about(requisition), actor=actor)
    return requisition


def lock_requisition(requisition_id: int) -> Requisition:
    """The requisition, locked until the transaction ends and as it is now; the first lock of every operation.

    Raises NotVisible when it is gone.
    """
    requisition = db.session.scalar(
        select(Requisition)
        .where(Requisition.id == requisition_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if requisition is None:
        raise NotVisible
    return requisition


def update_requisition(
    requisition: Requisition, *, expected: int | None, actor: User, **changes: Unpack[Facts]
) -> list[str]:
    """Change facts; returns the names of those that differ now. `expected` is the version that was on the page.

    Raises Conflict, saying who and when, for another version; Refused with `fields` for facts that cannot be kept, and
    while it waits for approval or is closed.
    """
    requisition = lock_requisition(requisition.id)
    check_version(requisition, expected)
    refuse_while_pending(requisition)
    kept = tidy(changes)
    changed = [name for name, value in kept.items() if getattr(requisition, name) != value]
    merged: Facts = {
        "salary_from": requisition.salary_from,
        "salary_to": requisition.salary_to,
        "overlap_hours": requisition.overlap_hours,
        "overlap_timezone": requisition.overlap_timezone,
        **kept,
    }
    tidy(merged)
    for name in changed:
        setattr(requisition, name, kept[name])  # type: ignore[literal-required]
    if changed:
        record(events.RequisitionEdited(fields=changed), events.about(requisition), actor=actor)
    if "overlap_timezone" in changed:
        # Cards say how many hours are shared with it.
        announce(requisition)
    return changed


def check_version(requisition: Requisition, expected: int | None) -> None:
    """Raise Conflict, naming who changed it last, unless the requisition is at that version (None: whatever it is)."""
    if expected is None or requisition.version == expected:
        return
    event = db.session.scalar(
        select(Event)
        .where(Event.requisition_id == requisition.id, Event.application_id.is_(None))
        .order_by(Event.id.desc())
        .limit(1)
    )
    raise faster(event, requisition.number)


def faster(event: Event | None, what: str) -> Conflict:
    """The conflict with whoever did what the event says, while somebody worked on `what`."""
    actor = db.session.get(User, event.actor_id) if event is not None and event.actor_id else None
    who = actor.name if actor else None
    did = describe(event) if event is not None else "changed something"
    return Conflict(
        f"{who or 'Somebody'} {did} while you were working on {what}.", who=who, when=event.at if event else None
    )


def refuse_while_pending(requisition: Requisition) -> None:
    """What waits for approval is not changed under the approver's eyes; a closed one is history. Raises Refused."""
    if requisition.state is RequisitionState.PENDING_APPROVAL:
        raise Refused(
            f"{requisition.number} waits for approval and cannot be changed meanwhile.",
            needed=("Take it back first; the approver is then asked again.",),
        )
    if requisition.state in CLOSED:
        raise Refused(
            f"{requisition.number} is {requisition.state.label} and cannot be changed.", needed=("Reopen it first.",)
        )


def touch(requisition: Requisition) -> None:
    """Raise the requisition's version although only rows that belong to it changed: its pages are stale now."""
    flag_modified(requisition, "title")


def announce(requisition: Requisition) -> None:
    """Tell the domains above that what they derived from this requisition is to be derived again."""
    # They read by statements what was changed in memory.
    db.session.flush()
    for callback in get_registry().on_requisition_changed:
        callback(requisition)


def instant(happened_at: datetime | None, *, not_before: datetime | None = None, what: str = "This") -> datetime:
    """When something happened: now, or as recorded later.

    Raises Refused for a time in the future, or before `not_before`; `what` begins the sentence.
    """
    now = clock.now()
    if happened_at is None:
        return now if not_before is None else max(now, not_before)
    if happened_at > now:
        raise Refused(f"{what} cannot have happened in the future.", fields={"happened_at": "This lies in the future."})
    if not_before is not None and happened_at < not_before:
        earlier = "This lies before what it follows."
        raise Refused(f"{what} cannot have happened before what it follows.", fields={"happened_at": earlier})
    return happened_at


def set_team(
    requisition: Requisition, wanted: Mapping[TeamPart, Sequence[User]], *, expected: int | None, actor: User
) -> None:
    """Make these the hiring team; parts that are not named stay as they are.

    Raises Conflict for another version, Refused for somebody whose roles do not allow the part, and for a requisition
    that is not a draft and would be left without a hiring manager.
    """
    requisition = lock_requisition(requisition.id)
    check_version(requisition, expected)
    _check_parts(wanted)
    managers = wanted.get(TeamPart.HIRING_MANAGER)
    if managers is not None and not managers and requisition.state is not RequisitionState.DRAFT:
        raise Refused(
            "Somebody has to decide for this requisition.", fields={"hiring_manager": "Choose a hiring manager."}
        )
    before = {(member.user_id, member.part): member for member in requisition.team_members if member.part in wanted}
    after = {(user.id, part): user for part, users in wanted.items() for user in users}
    for key in sorted(before.keys() - after.keys()):
        requisition.team_members.remove(before[key])
        record(events.TeamMemberRemoved(user_id=key[0], part=key[1]), events.about(requisition), actor=actor)
    for key in [key for key in after if key not in before]:
        requisition.team_members.append(TeamMember(user=after[key], part=key[1]))
        record(events.TeamMemberAdded(user_id=key[0], part=key[1]), events.about(requisition), actor=actor)
    if before.keys() != after.keys():
        touch(requisition)
        announce(requisition)
        for callback in get_registry().on_deciders_changed:
            callback(requisition, actor)


def _check_parts(wanted: Mapping[TeamPart, Sequence[User]]) -> None:
    wrong = {
        part.value: f"{user.name} has no role that allows this part."
        for part, users in wanted.items()
        for user in users
        if not may_take(user, part)
    }
    if wrong:
        raise Refused("The hiring team cannot be kept like this.", fields=wrong)


def _next_number(role: RoleProfileKey) -> str:
    """The next number of the role; its counter stays locked until the transaction ends."""
    session: Session = db.session()
    session.execute(insert_or_ignore(RequisitionCounter).values(prefix=role.prefix, last=0))
    last = session.scalar(
        update(RequisitionCounter)
        .where(RequisitionCounter.prefix == role.prefix)
        .values(last=RequisitionCounter.last + 1)
        .returning(RequisitionCounter.last)
        .execution_options(synchronize_session=False)
    )
    return f"{role.prefix}-{last}"


def _keep_number(number: str) -> str:
    """An imported number; the counter of its prefix goes on after it."""
    number = number.strip().upper()
    if not NUMBER.fullmatch(number):
        raise Refused("That is no number of a requisition.", fields={"number": "Use a number like MLE-12."})
    if db.session.scalar(select(Requisition.id).where(Requisition.number == number)) is not None:
        raise Refused(f"{number} is taken.", fields={"number": f"{number} is taken."})
    prefix, _, digits = number.rpartition("-")
    db.session.execute(insert_or_ignore(RequisitionCounter).values(prefix=prefix, last=0))
    db.session.execute(
        update(RequisitionCounter)
        .where(RequisitionCounter.prefix == prefix, RequisitionCounter.last < int(digits))
        .values(last=int(digits))
        .execution_options(synchronize_session=False)
    )
    return number
