"""The derived facts: whom an application waits on, and what its card says. A constant number of statements for any
number of applications.

Every operation in any domain that changes something about an application ends by calling refresh().
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    BindParameter,
    Insert,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    insert,
    select,
    update,
)

from tracker.core import clock
from tracker.core.db import db, insert_or, on_postgresql, read_rows, table_of, write_rows
from tracker.core.registry import Holder, get_registry
from tracker.pipeline.limits import late_from, organisation_zone
from tracker.pipeline.models import Application, ApplicationCard, BoardPulse, Wait
from tracker.pipeline.states import ApplicationStatus, WaitReason
from tracker.requisitions.models import Requisition, Stage, TeamMember
from tracker.requisitions.states import RoleProfileKey, StageKind, TeamPart

#: Databases limit how many values one statement may carry; many more applications go in slices of this size.
SLICE = 2000
_KNOWN = "read_by_refresh"
Found = TypeVar("Found")

_CARD_DEFAULTS: dict[str, Any] = {
    "requisition_id": None,
    "role": None,
    "stage_key": None,
    "entered_at": None,
    "must_haves": 0,
    "must_haves_assessed": 0,
    "waits_on": None,
    "waits_on_user_id": None,
    "waits_since": None,
    "late_from": None,
    "next_interview_at": None,
    "offer_expires_at": None,
    "last_contact_at": None,
    "contacts_out": 0,
    "new_reply_at": None,
    "decided_at": None,
}


_THESE: BindParameter[int] = bindparam("applications", expanding=True)
_STAGES = (
    select(Stage.id, Stage.kind, Stage.limit_days, Stage.key, Requisition.role)
    .join(Requisition, Requisition.id == Stage.requisition_id)
    .where(Stage.id.in_(bindparam("stages", expanding=True)))
)
_RECRUITERS = (
    select(TeamMember.requisition_id, TeamMember.user_id)
    .where(
        TeamMember.requisition_id.in_(bindparam("requisitions", expanding=True)),
        TeamMember.part == TeamPart.RECRUITER,
    )
    .order_by(TeamMember.id.desc())
)
#: The columns of a card, and those of an open wait.
_CARD, _WAIT = tuple(table_of(ApplicationCard).c), (Wait.id, Wait.reason, Wait.user_id, Wait.since)
_CARD_NAMES = tuple(column.name for column in _CARD)
#: What they set is what the rows hold that they are sent with.
_THE_WAIT = update(table_of(Wait)).where(table_of(Wait).c.id == bindparam("which"))
_THE_CARD = update(table_of(ApplicationCard)).where(table_of(ApplicationCard).c.application_id == bindparam("which"))


def refresh(applications: Sequence[Application], *, at: datetime | Mapping[int, datetime] | None = None) -> None:
    """Derive waits and cards anew for these applications, and bump the pulse of their boards last.

    `at` is the instant since which things are so (aware; default: now), for all of them or for each by its id; a wait
    never begins before the one that it follows. Runs within the caller's transaction, after what it changed.
    """
    if not applications:
        return
    # The facts are read back by queries, so what was changed must be there.
    db.session.flush()
    since = at if isinstance(at, Mapping) else dict.fromkeys((each.id for each in applications), at or clock.now())
    for start in range(0, len(applications), SLICE):
        _refresh_slice(applications[start : start + SLICE], since)
    bump_pulses({application.requisition_id for application in applications})


def refresh_requisition(requisition: Requisition, *, at: datetime | None = None) -> None:
    """Derive anew whatever depends on the requisition itself (its stages' limits, its recruiters, its checklist)."""
    active = db.session.scalars(
        select(Application).where(
            Application.requisition_id == requisition.id, Application.status == ApplicationStatus.ACTIVE
        )
    )
    people = list(active)
    refresh(people, at=at)
    if not people:
        # An empty board shows its stages as well.
        bump_pulses({requisition.id})


def bump_pulses(requisition_ids: Iterable[int]) -> None:
    """Raise the counters that boards poll. Last in a transaction: a poll must not see the number before the change."""
    now = clock.now()
    # In the order of their ids, so that two transactions cannot wait for each other.
    rows = [{"requisition_id": each, "n": 1, "changed_at": now} for each in sorted(requisition_ids)]
    write_rows(_raise_statement(on_postgresql()), rows)


@lru_cache(2)
def _raise_statement(_on_postgresql: bool) -> Insert:
    """Built once for each kind of database, which has its own words for it."""
    pulses = table_of(BoardPulse)
    inserted = insert_or(pulses)
    raised = {"n": pulses.c.n + 1, "changed_at": inserted.excluded.changed_at}
    return inserted.on_conflict_do_update(index_elements=["requisition_id"], set_=raised)


def read_once(
    read: Callable[[Sequence[Application]], Found],
) -> Callable[[Sequence[Application]], Found]:
    """Within one refresh(), ask the database once about the same applications: whom they wait on and what their cards
    say often rests on the same rows. Elsewhere `read` is called as it is."""

    @wraps(read)
    def reading(applications: Sequence[Application]) -> Found:
        known = db.session().info.get(_KNOWN)
        if known is None:
            return read(applications)
        key = (read, tuple(each.id for each in applications))
        if key not in known:
            known[key] = read(applications)
        found: Found = known[key]
        return found

    return reading


class StageFacts(NamedTuple):
    """What derived facts rest on of a stage, and of the requisition that it belongs to."""

    kind: StageKind
    limit_days: int | None
    key: str
    role: RoleProfileKey


def stages_of(applications: Sequence[Application]) -> Mapping[int, StageFacts]:
    """The stages of these applications by id; within one refresh() each is read at most once, and not at all where the
    operation has it at hand."""
    known: dict[int, StageFacts] = db.session().info.get(_KNOWN, {}).setdefault(stages_of, {})
    missing: set[int] = set()
    for application in applications:
        stage, requisition = application.__dict__.get("stage"), application.__dict__.get("requisition")
        if application.stage_id in known:
            continue
        if stage is None or requisition is None or stage.id != application.stage_id:
            missing.add(application.stage_id)
        else:
            known[stage.id] = StageFacts(stage.kind, stage.limit_days, stage.key, requisition.role)
    missing -= set(known)
    if missing:
        known.update({row[0]: StageFacts(*row[1:]) for row in read_rows(_STAGES, {"stages": list(missing)})})
    return known


def _refresh_slice(applications: Sequence[Application], since: Mapping[int, datetime]) -> None:
    active = [each for each in applications if each.status is ApplicationStatus.ACTIVE]
    info = db.session().info
    info[_KNOWN] = {}
    try:
        before = _before(applications)
        holders = _holders(active, before.present)
        waits = _settle_waits(applications, holders, before.waits, since)
        _settle_cards(applications, waits, before)
    finally:
        del info[_KNOWN]


#: For each column of application ids, by its table: which applications are in there.
_Present = Mapping[str, frozenset[int]]


class _OpenWait(NamedTuple):
    """A wait that is not over."""

    id: int
    reason: WaitReason
    user_id: int | None
    since: datetime


@dataclass(frozen=True)
class _Before:
    """How things stood with some applications: what there is of them at all, so that most sources need not be asked;
    their cards, and the waits that are not over, by application."""

    present: _Present
    cards: Mapping[int, Mapping[str, Any]]
    waits: Mapping[int, _OpenWait]


def _before(applications: Sequence[Application]) -> _Before:
    """One statement."""
    registry = get_registry()
    rests_on = [source.rests_on for source in registry.wait_sources]
    rests_on += [facts.rests_on for facts in registry.card_facts if facts.rests_on is not None]
    columns = {str(column): column for column in rests_on}
    rows = read_rows(_before_statement(tuple(columns.values())), {"applications": [each.id for each in applications]})
    there: dict[str, set[int]] = {name: set() for name in columns}
    cards: dict[int, Mapping[str, Any]] = {}
    waits: dict[int, _OpenWait] = {}
    for application_id, *row in rows:
        card, wait, found = row[: len(_CARD)], _OpenWait(*row[len(_CARD) :][: len(_WAIT)]), row[len(_CARD + _WAIT) :]
        facts = dict(zip(_CARD_NAMES, card, strict=True))
        if facts["application_id"] is not None:
            cards[application_id] = facts
        if wait.id is not None:
            waits[application_id] = wait
        for name, is_there in zip(columns, found, strict=True):
            if is_there:
                there[name].add(application_id)
    return _Before({name: frozenset(found) for name, found in there.items()}, cards, waits)


@lru_cache(8)
def _before_statement(columns: tuple[SQLColumnExpression[int], ...]) -> Select[*tuple[Any, ...]]:
    there = [exists().where(column == Application.id).correlate(Application) for column in columns]
    return (
        select(Application.id, *_CARD, *_WAIT, *there)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id, isouter=True)
        .join(Wait, and_(Wait.application_id == Application.id, Wait.until.is_(None)), isouter=True)
        .where(Application.id.in_(_THESE))
    )


def _in(
    applications: Sequence[Application], rests_on: SQLColumnExpression[int] | None, present: _Present
) -> Sequence[Application]:
    """Those that a source is asked about."""
    if rests_on is None:
        return applications
    return [application for application in applications if application.id in present[str(rests_on)]]


# --- waits ------------------------------------------------------------------------------------------------------------


def _holders(active: Sequence[Application], present: _Present) -> dict[int, Holder]:
    """Whom each active application waits on: the first source that answers, else its recruiter."""
    if not active:
        return {}
    holders: dict[int, Holder] = {}
    for source in get_registry().wait_sources:
        asked = _in(active, source.rests_on, present)
        for application_id, holder in source.holders(asked).items() if asked else ():
            holders.setdefault(application_id, holder)
    others = [application for application in active if application.id not in holders]
    recruiters = _recruiters({application.requisition_id for application in others if not application.recruiter_id})
    for application in others:
        recruiter_id = application.recruiter_id or recruiters.get(application.requisition_id)
        holders[application.id] = Holder(WaitReason.RECRUITER, recruiter_id)
    return holders


def _recruiters(requisition_ids: set[int]) -> dict[int, int]:
    """Each requisition's first recruiter, who looks after what nobody was given."""
    if not requisition_ids:
        return {}
    rows = read_rows(_RECRUITERS, {"requisitions": list(requisition_ids)})
    # The first one is written last.
    return {row.requisition_id: row.user_id for row in rows}


def _settle_waits(
    applications: Sequence[Application],
    holders: Mapping[int, Holder],
    open_waits: Mapping[int, _OpenWait],
    instants: Mapping[int, datetime],
) -> dict[int, tuple[WaitReason, int | None, datetime]]:
    """End waits that are over and begin new ones; what holds now, by application."""
    ended: list[dict[str, Any]] = []
    begun: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    settled: dict[int, tuple[WaitReason, int | None, datetime]] = {}
    for application in applications:
        holder, current, at = holders.get(application.id), open_waits.get(application.id), instants[application.id]
        if holder is None:
            if current is not None:
                ended.append({"which": current.id, "until": max(at, current.since)})
            continue
        reason = WaitReason(holder.why)
        if current is not None and (current.reason, current.user_id) == (reason, holder.user_id):
            settled[application.id] = (reason, holder.user_id, current.since)
            continue
        since = max(at, current.since) if current is not None else max(at, application.started_at)
        settled[application.id] = (reason, holder.user_id, since)
        if current is not None and current.since == since:
            # It lasted no time at all: it never was.
            changed.append({"which": current.id, "reason": reason, "user_id": holder.user_id})
            continue
        if current is not None:
            ended.append({"which": current.id, "until": since})
        begun.append({"application_id": application.id, "reason": reason, "user_id": holder.user_id, "since": since})
    if ended:
        write_rows(_THE_WAIT, ended)
    if changed:
        write_rows(_THE_WAIT, changed)
    if begun:
        write_rows(insert(table_of(Wait)), begun)
    return settled


# --- cards ------------------------------------------------------------------------------------------------------------


def _settle_cards(
    applications: Sequence[Application],
    waits: Mapping[int, tuple[WaitReason, int | None, datetime]],
    before: _Before,
) -> None:
    stages = stages_of(applications)
    shares = []
    for source in get_registry().card_facts:
        asked = _in(applications, source.rests_on, before.present)
        if asked:
            shares.append(source.facts(asked))
    zone = organisation_zone()
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for application in applications:
        facts: dict[str, Any] = {"application_id": application.id, **_CARD_DEFAULTS}
        for share in shares:
            facts.update(share.get(application.id, {}))
        if application.status is ApplicationStatus.ACTIVE:
            facts["waits_on"], facts["waits_on_user_id"], facts["waits_since"] = waits[application.id]
            stage, entered_at = stages[application.stage_id], application.stage_entered_at
            facts["late_from"] = late_from(entered_at, stage.limit_days, zone)
            facts["requisition_id"], facts["role"] = application.requisition_id, stage.role
            facts["stage_key"], facts["entered_at"] = stage.key, entered_at
        if application.id not in before.cards:
            new.append(facts)
        elif before.cards[application.id] != facts:
            changed.append(facts)
    if changed:
        write_rows(_THE_CARD, [{"which": facts["application_id"], **facts} for facts in changed])
    if new:
        write_rows(insert(table_of(ApplicationCard)), new)
    _forget_loaded(applications)


def _forget_loaded(applications: Sequence[Application]) -> None:
    """Cards that were loaded before are read again when somebody asks."""
    for application in applications:
        card = application.__dict__.get("card")
        if card is not None:
            db.session.expire(card)
        elif "card" in application.__dict__:
            db.session.expire(application, ["card"])
