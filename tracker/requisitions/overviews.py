"""What the head of a requisition's pages and the list of requisitions show; a constant number of statements each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from flask import current_app
from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Onlooker, User
from tracker.accounts.permissions import can, me
from tracker.config import Settings
from tracker.core import clock
from tracker.core.calendar import day_count
from tracker.core.db import db, read_rows
from tracker.core.registry import PipelineFigures, RequisitionTab, get_registry
from tracker.core.templating import days
from tracker.requisitions.models import ChecklistItem, Hold, Opening, Requisition, Stage, TeamMember
from tracker.requisitions.policy import visible_requisitions
from tracker.requisitions.queries import (
    hiring_manager,
    is_filled,
    members,
    open_spell,
    openings_of,
)
from tracker.requisitions.states import CLOSED, LIVE, Need, Phase, RequisitionState, RoleProfileKey, TeamPart
from tracker.requisitions.words import workplace_words

#: The order of the groups: what waits for a decision, then what is worked on, then the rest.
GROUPS = (
    RequisitionState.PENDING_APPROVAL,
    RequisitionState.OPEN,
    RequisitionState.ON_HOLD,
    RequisitionState.DRAFT,
    RequisitionState.FILLED,
    RequisitionState.CANCELLED,
)
NOBODY = PipelineFigures(active={}, late={}, waits_on_reader=0, hired=0, ended=0)
#: How many of a group the whole list shows, and how many one group alone shows per page.
FIRST_OF_GROUP = 60
FIRST_OF_CLOSED = 8
PAGE = 50


@dataclass(frozen=True)
class Seats:
    """The openings of a requisition: how many there are (without those given up), filled and open."""

    total: int
    filled: int
    free: int
    #: The earliest opening that is still open opened then.
    open_since: datetime | None

    @property
    def words(self) -> str:
        """ "1 of 2 filled", "2 open"."""
        if self.filled:
            return f"{self.filled} of {self.total} filled"
        return str(self.total) if self.total else "none left"


@dataclass(frozen=True)
class Clock:
    """Days open against the target, by the definition of metrics.md, "days open"."""

    days: int | None
    target: int
    #: Closed since: the days between first opening and the end.
    over: bool

    @property
    def late(self) -> bool:
        """Whether an open requisition is past its target."""
        return not self.over and self.days is not None and self.days > self.target

    @property
    def words(self) -> str:
        """ "34 days"; an empty text while it never opened."""
        return "" if self.days is None else days(self.days)


@dataclass(frozen=True)
class PhaseCount:
    """Active people in one phase."""

    phase: Phase
    people: int
    late: int


@dataclass(frozen=True)
class Row:
    """One requisition of the list."""

    requisition: Requisition
    manager: User | None
    recruiters: list[User]
    seats: Seats
    clock: Clock
    phases: list[PhaseCount]
    figures: PipelineFigures

    @property
    def late(self) -> int:
        """How many people are late in their stages."""
        return sum(self.figures.late.values())


@dataclass(frozen=True)
class Group:
    """The requisitions of one state: some of them, and how many there are."""

    state: RequisitionState
    rows: list[Row]
    total: int


@dataclass(frozen=True)
class Filters:
    """What the list shows: a role, a state, only one's own."""

    role: RoleProfileKey | None = None
    state: RequisitionState | None = None
    mine: bool = False


@dataclass(frozen=True)
class Overview:
    """The list of requisitions, with the counts that its filters show."""

    groups: list[Group]
    by_state: Mapping[RequisitionState, int]
    mine: int
    #: The id to go on from in a list of one state; None at its end.
    cursor: int | None


@dataclass(frozen=True)
class Tab:
    """One tab of a requisition's pages."""

    name: str
    label: str
    endpoint: str
    note: str


@dataclass(frozen=True)
class Head:
    """What the head of every page of a requisition shows."""

    requisition: Requisition
    manager: User | None
    seats: Seats
    clock: Clock
    workplace: str
    hold: Hold | None
    figures: PipelineFigures
    tabs: list[Tab]


def head(requisition: Requisition, reader: User | None = None, figures: PipelineFigures | None = None) -> Head:
    """The facts of a requisition's head, for the reader (default: whoever is signed in).

    A page that has counted the people already hands in its `figures`.
    """
    reader = reader or me()
    if figures is None:
        figures = figures_of([requisition.id], reader).get(requisition.id, NOBODY)
    openings = openings_of(requisition)
    tabs = [tab for tab in get_registry().requisition_tabs if can(reader, tab.permission, requisition)]
    held = requisition.state is RequisitionState.ON_HOLD
    return Head(
        requisition=requisition,
        manager=hiring_manager(requisition),
        seats=seats_of(openings),
        clock=clock_of(requisition, openings),
        workplace=workplace_words(requisition),
        hold=next((hold for hold in requisition.holds if hold.resumed_at is None), None) if held else None,
        figures=figures,
        tabs=_noted(tabs, requisition),
    )


def _noted(tabs: Sequence[RequisitionTab], requisition: Requisition) -> list[Tab]:
    """The tabs with what stands beside them: one statement for all their counts."""
    statement, widths = _note_statement(tuple(tabs))
    found = iter(read_rows(statement, {"requisition": requisition.id})[0] if any(widths) else ())
    notes = (tab.note(*islice(found, width)) if width else "" for tab, width in zip(tabs, widths, strict=True))
    return [Tab(tab.name, tab.label, tab.endpoint, note) for tab, note in zip(tabs, notes, strict=True)]


@lru_cache(64)
def _note_statement(tabs: tuple[RequisitionTab, ...]) -> tuple[Select[*tuple[Any, ...]], tuple[int, ...]]:
    """All counts of these tabs, and how many of them each tab has: built once for those who see the same tabs."""
    requisition: BindParameter[int] = bindparam("requisition")
    counts = [list(tab.counts(requisition)) if tab.counts else [] for tab in tabs]
    return select(*chain.from_iterable(counts)), tuple(len(each) for each in counts)


def seats_of(openings: Sequence[Opening]) -> Seats:
    """Count openings; one that was given up is none."""
    filled = sum(is_filled(opening) for opening in openings)
    spells = [spell for opening in openings if (spell := open_spell(opening))]
    unopened = sum(not opening.spells for opening in openings)
    return Seats(
        total=filled + len(spells) + unopened,
        filled=filled,
        free=len(spells),
        open_since=min((spell.opened_at for spell in spells), default=None),
    )


def clock_of(requisition: Requisition, openings: Sequence[Opening]) -> Clock:
    """Days open: from the earliest opening that is still open to now; of a closed one from first to last."""
    settings: Settings = current_app.extensions["settings"]
    over = requisition.state in CLOSED
    begin = requisition.opened_at if over else seats_of(openings).open_since
    end = requisition.closed_at if over else clock.now()
    counted = day_count(begin, end, settings.org_zone) if begin and end else None
    return Clock(days=counted, target=requisition.target_days, over=over)


def figures_of(requisition_ids: Sequence[int], reader: User | None) -> Mapping[int, PipelineFigures]:
    """The people of these requisitions, as the pipeline says; an empty mapping without one."""
    found: dict[int, PipelineFigures] = {}
    for source in get_registry().pipeline_figures:
        found.update(source(requisition_ids, reader))
    return found


def phase_counts(stages: Sequence[Stage], figures: PipelineFigures) -> list[PhaseCount]:
    """Active people by phase, whatever the stages are called; a removed stage counts while people are in it."""
    return [
        PhaseCount(
            phase=phase,
            people=sum(figures.active.get(stage.id, 0) for stage in stages if stage.phase is phase),
            late=sum(figures.late.get(stage.id, 0) for stage in stages if stage.phase is phase),
        )
        for phase in Phase
    ]


def overview(reader: User, filters: Filters, *, before: int | None = None) -> Overview:
    """The requisitions that the reader may see, grouped by state; one state alone is paged, newest first."""
    base = select(Requisition).where(visible_requisitions(reader))
    if filters.role is not None:
        base = base.where(Requisition.role == filters.role)
    own = exists().where(TeamMember.requisition_id == Requisition.id, TeamMember.user_id == reader.id)
    counts = _counts(base, own)
    if filters.mine:
        base = base.where(own)
        by_state = {state: mine for state, (_all, mine) in counts.items()}
    else:
        by_state = {state: everything for state, (everything, _mine) in counts.items()}
    cursor = None
    if filters.state is not None:
        page = base.where(Requisition.state == filters.state).order_by(Requisition.id.desc())
        if before is not None:
            page = page.where(Requisition.id < before)
        found = list(db.session.scalars(_with_parts(page.limit(PAGE + 1))))
        cursor = found[PAGE - 1].id if len(found) > PAGE else None
        chosen = {filters.state: found[:PAGE]}
    else:
        chosen = _first_of_each_group(base)
    rows = _rows([entry for group in chosen.values() for entry in group], reader)
    return Overview(
        groups=[
            Group(state, [rows[entry.id] for entry in chosen[state]], by_state.get(state, 0))
            for state in GROUPS
            if chosen.get(state)
        ],
        by_state=by_state,
        mine=sum(mine for _all, mine in counts.values()),
        cursor=cursor,
    )


def _counts(base: Select[Requisition], own: ColumnElement[bool]) -> dict[RequisitionState, tuple[int, int]]:
    counted = base.with_only_columns(Requisition.state, func.count(), func.count().filter(own)).group_by(
        Requisition.state
    )
    return {state: (everything, mine) for state, everything, mine in db.session.execute(counted)}


def _first_of_each_group(base: Select[Requisition]) -> dict[RequisitionState, list[Requisition]]:
    """The newest of each state, by one statement that ranks them."""
    rank = func.row_number().over(partition_by=Requisition.state, order_by=Requisition.id.desc())
    ranked = base.with_only_columns(Requisition.id.label("id"), Requisition.state.label("state"), rank.label("rank"))
    inner = ranked.subquery()
    wanted = select(inner.c.id).where(
        (inner.c.rank <= FIRST_OF_CLOSED) | (inner.c.state.not_in(CLOSED) & (inner.c.rank <= FIRST_OF_GROUP))
    )
    found = db.session.scalars(
        _with_parts(select(Requisition).where(Requisition.id.in_(wanted)).order_by(Requisition.id.desc()))
    )
    groups: dict[RequisitionState, list[Requisition]] = {}
    for requisition in found:
        groups.setdefault(requisition.state, []).append(requisition)
    return groups


def _with_parts(statement: Select[Requisition]) -> Select[Requisition]:
    return statement.options(
        selectinload(Requisition.team_members).joinedload(TeamMember.user),
        selectinload(Requisition.openings).selectinload(Opening.spells),
        selectinload(Requisition.stages),
        joinedload(Requisition.created_by),
    )


def _rows(requisitions: Sequence[Requisition], reader: User) -> dict[int, Row]:
    figures = figures_of([entry.id for entry in requisitions if entry.state in LIVE], reader)
    return {
        entry.id: Row(
            requisition=entry,
            manager=hiring_manager(entry),
            recruiters=members(entry, TeamPart.RECRUITER),
            seats=seats_of(entry.openings),
            clock=clock_of(entry, entry.openings),
            phases=phase_counts(entry.stages, figures.get(entry.id, NOBODY)),
            figures=figures.get(entry.id, NOBODY),
        )
        for entry in requisitions
    }


def checklist_counts(requisition_id: BindParameter[int]) -> list[ColumnElement[int]]:
    """How many skills on the checklist are must-haves, and how many are nice to have."""
    items = (
        select(func.count())
        .select_from(ChecklistItem)
        .where(ChecklistItem.requisition_id == requisition_id, ChecklistItem.removed_at.is_(None))
    )
    return [items.where(ChecklistItem.need == need).scalar_subquery() for need in (Need.MUST_HAVE, Need.NICE_TO_HAVE)]


def checklist_note(must: int, nice: int) -> str:
    """What stands beside the checklist's tab: "6 must, 3 nice"."""
    return f"{must} must" + (f", {nice} nice" if nice else "")


def live_count(reader: Onlooker) -> ColumnElement[int]:
    """How many requisitions that the reader may see are open or on hold."""
    live = select(func.count()).select_from(Requisition).where(visible_requisitions(reader))
    return live.where(Requisition.state.in_(LIVE)).scalar_subquery()


def own_tabs() -> list[RequisitionTab]:
    """The pages of this domain, as tabs."""
    return [
        RequisitionTab("overview", "Overview", "requisitions.show", 10, "requisition.view"),
        RequisitionTab(
            "checklist", "Checklist", "requisitions.checklist", 30, "requisition.view", checklist_counts, checklist_note
        ),
        RequisitionTab("settings", "Settings", "requisitions.edit", 90, "requisition.edit"),
    ]
