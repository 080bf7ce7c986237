"""The board of a requisition: its columns with the first cards of each, and the true counts. The number of statements
does not depend on the number of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import url_for
from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, case, func, or_, select, union_all

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.paging import Cursor
from tracker.core.registry import PipelineFigures, get_registry
from tracker.core.templating import reader_zone
from tracker.desk.cards import Card, Reading, card_rows, make_cards
from tracker.desk.filters import Filter, Limits, Shape, conditions, late_condition, parameters
from tracker.pipeline.changes import order_of
from tracker.pipeline.limits import organisation_zone
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import CLOSED, Phase

#: Cards in the first page of a column, and in each further one.
PAGE = 20
#: Beyond this many the count of what waits on the reader reads "99+".
MINE_SHOWN = 99
#: The order within a column.
NEWEST_FIRST = (Application.stage_entered_at.desc(), Application.id.desc())


@dataclass(frozen=True)
class Column:
    """One stage: the newest people in it, and how many there are in truth."""

    stage: Stage
    cards: Sequence[Card]
    total: int
    late: int
    #: Where the next cards are; None when these were the last.
    next_url: str | None
    #: A drop opens this form instead of moving; `{application}` stands for the application's id.
    form_url: str | None

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(0, self.total - len(self.cards))


@dataclass(frozen=True)
class PhaseColumns:
    """The columns of a phase."""

    phase: Phase
    columns: Sequence[Column]

    @property
    def total(self) -> int:
        """Everybody in the phase."""
        return sum(column.total for column in self.columns)


@dataclass(frozen=True)
class Board:
    """A whole board."""

    requisition: Requisition
    phases: Sequence[PhaseColumns]
    filter: Filter
    mine: int
    counts: "Counts"
    #: Why nothing can be dropped on this board; empty when things can.
    refusal: str

    @property
    def columns(self) -> list[Column]:
        """All columns, in order."""
        return [column for phase in self.phases for column in phase.columns]

    @property
    def first_busy(self) -> Column | None:
        """The first column with somebody in it: where a phone begins, which shows one column at a time."""
        return next((column for column in self.columns if column.total), None)

    @property
    def total(self) -> int:
        """Everybody who is shown or counted."""
        return sum(phase.total for phase in self.phases)

    @property
    def late(self) -> int:
        """Those who are late, of everybody who is counted."""
        return sum(column.late for column in self.columns)


@dataclass(frozen=True)
class Counts:
    """How many are in each stage, and how many of them are late."""

    total: dict[int, int]
    late: dict[int, int]

    @property
    def figures(self) -> PipelineFigures:
        """The same, as the head of a page shows it; what it does not show is left out."""
        return PipelineFigures(active=self.total, late=self.late, waits_on_reader=0, hired=0, ended=0)

    def by_phase(self, stages: Sequence[Stage]) -> dict[Phase, int]:
        """How many are in each phase."""
        found = dict.fromkeys(Phase, 0)
        for stage in stages:
            found[stage.phase] += self.total.get(stage.id, 0)
        return found


def load_board(requisition: Requisition, chosen: Filter, reader: User) -> Board:
    """The board as `reader` sees it."""
    now = clock.now()
    stages = all_stages(requisition)
    limits = Limits.of(requisition, stages, now)
    counted = count(requisition, stages, limits, chosen, reader)
    pages = _first_cards(requisition, stages, limits, chosen, make_reading(reader, now))
    columns = [
        Column(
            stage=stage,
            cards=pages.get(stage.id, []),
            total=counted.total.get(stage.id, 0),
            late=counted.late.get(stage.id, 0),
            next_url=_next_url(requisition, stage, pages.get(stage.id, []), counted.total.get(stage.id, 0), chosen),
            form_url=_form_url(stage),
        )
        for stage in stages
        # A stage that nobody enters any more is shown as long as somebody is in it.
        if stage.retired_at is None or counted.total.get(stage.id)
    ]
    return Board(
        requisition=requisition,
        phases=[
            PhaseColumns(phase, list(members)) for phase, members in groupby(columns, key=lambda each: each.stage.phase)
        ],
        filter=chosen,
        mine=count_mine(requisition, reader),
        counts=counted,
        refusal=_refusal(requisition),
    )


def load_column(
    requisition: Requisition, stage_id: int, after: Cursor | None, chosen: Filter, reader: User, *, counting: bool
) -> Column | None:
    """The next cards of one column, after a cursor; None for a stage of another requisition.

    Without `counting` the column does not say how many people it holds.
    """
    now = clock.now()
    stages = all_stages(requisition)
    stage = next((each for each in stages if each.id == stage_id), None)
    if stage is None:
        return None
    limits = Limits.of(requisition, stages, now)
    values = column_values(requisition, [stage]) | parameters(chosen, limits, reader)
    if after is not None:
        values |= {"after_at": after.at, "after_id": after.id}
    rows = db.session.execute(_column_statement(Shape.of(chosen, limits), after is not None), values).all()
    cards = [card for _, card in make_cards(rows, {stage.id: stage}, limits, make_reading(reader, now))]
    counted = count(requisition, stages, limits, chosen, reader) if counting else Counts({}, {})
    full = len(cards) == PAGE
    return Column(
        stage=stage,
        cards=cards,
        total=counted.total.get(stage.id, 0),
        late=counted.late.get(stage.id, 0),
        next_url=_column_url(requisition, stage, cards[-1].entered_at, cards[-1].id, chosen) if full else None,
        form_url=_form_url(stage),
    )


def load_card(application_id: int, stages: Sequence[Stage], limits: Limits, reader: User) -> Card | None:
    """One card as it is now; None when the person is not on the board. `stages` are all of the requisition's."""
    rows = db.session.execute(
        card_rows().where(Application.id == application_id, Application.status == ApplicationStatus.ACTIVE)
    ).all()
    found = make_cards(rows, {stage.id: stage for stage in stages}, limits, make_reading(reader, clock.now()))
    return found[0][1] if found else None


def count(requisition: Requisition, stages: Sequence[Stage], limits: Limits, chosen: Filter, reader: User) -> Counts:
    """How many are in each stage, and late, by one walk over the board's index."""
    values = {"requisition": requisition.id, **parameters(chosen, limits, reader)}
    rows = db.session.execute(_count_statement(Shape.of(chosen, limits)), values).all()
    known = {stage.id for stage in stages}
    return Counts(
        total={row.stage_id: row.total for row in rows if row.stage_id in known},
        late={row.stage_id: row.late for row in rows if row.stage_id in known},
    )


def count_mine(requisition: Requisition, reader: User) -> int:
    """How many wait on the reader; counting ends one beyond what is shown."""
    return db.session.scalar(_mine_statement(), {"requisition": requisition.id, "reader": reader.id}) or 0


def all_stages(requisition: Requisition) -> list[Stage]:
    """Every stage in order, those that are no longer entered among them."""
    stages = db.session.scalars(select(Stage).where(Stage.requisition_id == requisition.id))
    return sorted(stages, key=order_of)


def make_reading(reader: User, now: datetime) -> Reading:
    """What the words on cards depend on."""
    return Reading(reader=reader, now=now, zone=reader_zone(), counting=organisation_zone())


def _first_cards(
    requisition: Requisition, stages: Sequence[Stage], limits: Limits, chosen: Filter, reading: Reading
) -> dict[int, list[Card]]:
    """The first page of every column: one LIMIT per stage over the board's index, put together."""
    if not stages:
        return {}
    values = column_values(requisition, stages) | parameters(chosen, limits, reading.reader)
    rows = db.session.execute(_board_statement(len(stages), Shape.of(chosen, limits)), values).all()
    pages: dict[int, list[Card]] = {}
    for stage_id, card in make_cards(rows, {stage.id: stage for stage in stages}, limits, reading):
        pages.setdefault(stage_id, []).append(card)
    return pages


# --- statements, each built once for a shape of filter ----------------------------------------------------------------

SHAPES = 256


def in_column(index: int = 0) -> tuple[ColumnElement[bool], ...]:
    """Everybody in the index-th stage of column_values()."""
    return (
        Application.requisition_id == bindparam("requisition"),
        Application.status == ApplicationStatus.ACTIVE,
        Application.stage_id == bindparam(f"stage_{index}"),
    )


def column_values(requisition: Requisition, stages: Sequence[Stage]) -> dict[str, Any]:
    """The values of what in_column() names."""
    return {"requisition": requisition.id, **{f"stage_{index}": stage.id for index, stage in enumerate(stages)}}


@lru_cache(SHAPES)
def _count_statement(shape: Shape) -> Select[*tuple[Any, ...]]:
    late = func.sum(case((late_condition(shape.limits), 1), else_=0))
    return (
        select(Application.stage_id, func.count().label("total"), late.label("late"))
        .where(
            Application.requisition_id == bindparam("requisition"),
            Application.status == ApplicationStatus.ACTIVE,
            *conditions(shape),
        )
        .group_by(Application.stage_id)
    )


@lru_cache(SHAPES)
def _board_statement(stages: int, shape: Shape) -> Select[*tuple[Any, ...]]:
    narrowed = conditions(shape)
    parts = [
        select(
            select(Application.id.label("id"))
            .where(*in_column(index), *narrowed)
            .order_by(*NEWEST_FIRST)
            .limit(PAGE)
            .subquery()
        )
        for index in range(stages)
    ]
    chosen_ids = union_all(*parts).subquery()
    return card_rows().join(chosen_ids, chosen_ids.c.id == Application.id).order_by(*NEWEST_FIRST)


@lru_cache(SHAPES)
def _column_statement(shape: Shape, beyond: bool) -> Select[*tuple[Any, ...]]:
    found = card_rows().where(*in_column(), *conditions(shape)).order_by(*NEWEST_FIRST).limit(PAGE)
    if not beyond:
        return found
    at: BindParameter[Any] = bindparam("after_at")
    entered = Application.stage_entered_at
    # The plain comparison in front lets the index be entered there.
    return found.where(entered <= at, or_(entered < at, Application.id < bindparam("after_id")))


@lru_cache(1)
def _mine_statement() -> Select[int]:
    found = (
        select(Application.id)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .where(
            Application.requisition_id == bindparam("requisition"),
            Application.status == ApplicationStatus.ACTIVE,
            ApplicationCard.waits_on_user_id == bindparam("reader"),
        )
        .limit(MINE_SHOWN + 1)
        .subquery()
    )
    return select(func.count()).select_from(found)


# --- addresses --------------------------------------------------------------------------------------------------------


def _column_url(requisition: Requisition, stage: Stage, at: datetime, row: int, chosen: Filter) -> str:
    values: dict[str, Any] = {"number": requisition.number, "stage_id": stage.id, **chosen.arguments}
    return url_for("desk.column", after=str(Cursor(at, row)), **values)


def _next_url(requisition: Requisition, stage: Stage, cards: Sequence[Card], total: int, chosen: Filter) -> str | None:
    if len(cards) >= total or not cards:
        return None
    return _column_url(requisition, stage, cards[-1].entered_at, cards[-1].id, chosen)


def _form_url(stage: Stage) -> str | None:
    if stage.kind not in get_registry().stage_forms:
        return None
    # The page that chooses a stage knows the person, and leads on to the form.
    return url_for("pipeline.choose_stage", application_id=0, stage=stage.id).replace("/0/", "/{application}/", 1)


def _refusal(requisition: Requisition) -> str:
    if requisition.state not in CLOSED:
        return ""
    return f"{requisition.number} is {requisition.state.label}: nobody is moved. Reopen it, or transfer the person."
