"""What a board is of: here one requisition, whose columns are its stages; across.py has those of many. Whatever a board
asks the database is asked by its scope, in a constant number of statements for any number of people."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, case, func, or_, select, union_all

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core import clock
from tracker.core.addresses import url_for
from tracker.core.db import db, read_rows
from tracker.core.paging import Cursor
from tracker.core.registry import PipelineFigures, get_registry
from tracker.core.templating import reader_zone
from tracker.desk.cards import Card, Ground, Reading, card_rows, grounds_of, make_cards
from tracker.desk.filters import Filter, Limits, Shape, conditions, late_condition, parameters
from tracker.pipeline.changes import order_of
from tracker.pipeline.limits import organisation_zone
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import CLOSED, Phase, StageKind

#: Cards in the first page of a column, and in each further one.
PAGE = 20
#: Beyond this many the count of what waits on the reader reads "99+".
MINE_SHOWN = 99
#: The order within a column.
NEWEST_FIRST = (Application.stage_entered_at.desc(), Application.id.desc())
#: Nobody entered a stage before this: the limit of stages that have none.
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
#: How many shapes of filter have their statements at hand.
SHAPES = 256

#: What stands for a column in addresses and on the page: a stage's id, or the key that stages of many share.
Token = int | str
#: Rows as card_rows() gives them.
Rows = Sequence[Any]


@dataclass(frozen=True)
class Lane:
    """One column, whoever is in it."""

    id: Token
    name: str
    phase: Phase
    kind: StageKind
    #: Nobody enters it any more; it is shown as long as somebody is in it.
    retired: bool = False
    #: Its place in the order of columns.
    place: tuple[int, int] = (0, 0)

    @property
    def form_url(self) -> str | None:
        """A drop opens this form instead of moving; `{application}` stands for the application's id."""
        if self.kind not in get_registry().stage_forms:
            return None
        # The page that chooses a stage knows the person, and leads on to the form.
        return url_for("pipeline.choose_stage", application_id=0, stage=self.id).replace("/0/", "/{application}/", 1)


@dataclass(frozen=True)
class Counts:
    """How many are in each column, and how many of them are late; how many of all wait on the reader."""

    total: Mapping[Token, int]
    late: Mapping[Token, int]
    mine: int = 0

    def by_phase(self, lanes: Sequence[Lane]) -> dict[Phase, int]:
        """How many are in each phase."""
        found = dict.fromkeys(Phase, 0)
        for lane in lanes:
            found[lane.phase] += self.total.get(lane.id, 0)
        return found


class Scope(ABC):
    """What a board is of, for one reader at one instant."""

    def __init__(self, reader: User, now: datetime | None = None) -> None:
        self.reader = reader
        self.now = now or clock.now()

    #: The one requisition that it is of.
    requisition: Requisition | None = None
    #: Why nothing can be dropped here; empty when things can.
    refusal: str = ""

    @property
    @abstractmethod
    def lanes(self) -> Sequence[Lane]:
        """All columns, in order."""

    @abstractmethod
    def count(self, chosen: Filter) -> Counts:
        """How many there are, whatever is shown of them."""

    @abstractmethod
    def first_cards(self, chosen: Filter) -> Mapping[Token, Sequence[Card]]:
        """The first page of every column."""

    @abstractmethod
    def next_cards(self, lane: Lane, after: Cursor | None, chosen: Filter) -> Sequence[Card]:
        """The page of one column that begins after a cursor."""

    @abstractmethod
    def card(self, application_id: int) -> Card | None:
        """One card as it is now; None when the person is not on the board."""

    @abstractmethod
    def cards_among(self, application_ids: Sequence[int], chosen: Filter) -> list[Card]:
        """The cards of those among these people whom the filter leaves on the board, in no order."""

    def lane_of(self, card: Card) -> Token:
        """The column in which a card of this board lies."""
        return card.stage_id

    @abstractmethod
    def requisition_ids(self) -> list[int]:
        """The requisitions whose changes may change this board."""

    @abstractmethod
    def address(self, chosen: Filter) -> str:
        """The address of the board."""

    @abstractmethod
    def column_address(self, lane: Lane, after: Cursor, chosen: Filter) -> str:
        """The address of the next cards of a column."""

    @property
    def may_move(self) -> bool:
        """Whether the reader may move anybody at all."""
        return True

    def lane(self, token: Token) -> Lane | None:
        """The column that a token stands for."""
        return next((lane for lane in self.lanes if lane.id == token), None)

    @cached_property
    def reading(self) -> Reading:
        """What the words on cards depend on."""
        return Reading(reader=self.reader, now=self.now, zone=reader_zone(), counting=organisation_zone())


class OneRequisition(Scope):
    """The board of a requisition that the reader may see."""

    def __init__(self, requisition: Requisition, reader: User, now: datetime | None = None) -> None:
        super().__init__(reader, now)
        self.requisition: Requisition = requisition
        if requisition.state in CLOSED:
            state = requisition.state.label
            self.refusal = f"{requisition.number} is {state}: nobody is moved. Reopen it, or transfer the person."

    @cached_property
    def stages(self) -> list[Stage]:
        """Every stage in order, those that are no longer entered among them."""
        return sorted(self.requisition.stages, key=order_of)

    @cached_property
    def limits(self) -> Limits:
        """Since when somebody must be in each stage to be late."""
        return Limits.of(self.requisition, self.stages, self.now)

    @cached_property
    def lanes(self) -> Sequence[Lane]:
        """Its stages."""
        return [
            Lane(each.id, each.name, each.phase, each.kind, each.retired_at is not None, order_of(each))
            for each in self.stages
        ]

    @cached_property
    def may_move(self) -> bool:
        """Whether the reader works on the requisition."""
        return can(self.reader, "pipeline.work", self.requisition)

    @cached_property
    def grounds(self) -> Mapping[int, Ground]:
        """Where its cards lie."""
        return grounds_of(self.requisition, self.stages, self.limits, movable=self.may_move)

    def count(self, chosen: Filter) -> Counts:
        """By the board's index alone where everybody counts."""
        if not self.stages:
            return Counts({}, {})
        return self._count_some(chosen) if chosen else self._count_all()

    def _count_all(self) -> Counts:
        values = self.values(self.stages)
        for index, stage in enumerate(self.stages):
            values[f"before_{index}"] = self.limits.entered_before.get(stage.id, LONG_AGO)
        [(*found, mine)] = read_rows(_all_statement(len(self.stages)), values)
        late: dict[Token, int] = {}
        total: dict[Token, int] = {}
        for stage, in_time, overdue in zip(self.stages, found[::2], found[1::2], strict=True):
            late[stage.id], total[stage.id] = overdue, in_time + overdue
        return Counts(total, late, mine)

    def _count_some(self, chosen: Filter) -> Counts:
        values = {"requisition": self.requisition.id, **parameters(chosen, self.limits, self.reader)}
        rows = read_rows(_some_statement(Shape.of(chosen, self.limits)), values)
        [(mine,)] = read_rows(_MINE_STATEMENT, values)
        return Counts({row.stage_id: row.total for row in rows}, {row.stage_id: row.late for row in rows}, mine)

    def first_cards(self, chosen: Filter) -> Mapping[Token, Sequence[Card]]:
        """One LIMIT per stage over the board's index, put together."""
        if not self.stages:
            return {}
        values = self.values(self.stages) | parameters(chosen, self.limits, self.reader)
        rows = read_rows(_board_statement(len(self.stages), Shape.of(chosen, self.limits)), values)
        pages: dict[Token, list[Card]] = {stage.id: [] for stage in self.stages}
        for card in self.cards(rows):
            pages[card.stage_id].append(card)
        for page in pages.values():
            newest_first(page)
        return pages

    def next_cards(self, lane: Lane, after: Cursor | None, chosen: Filter) -> Sequence[Card]:
        """From the cursor on, by the board's index."""
        values = {"requisition": self.requisition.id, "stage_0": lane.id} | parameters(chosen, self.limits, self.reader)
        if after is not None:
            values |= {"after_at": after.at, "after_id": after.id}
        statement = _column_statement(Shape.of(chosen, self.limits), after is not None)
        return self.cards(read_rows(statement, values))

    def card(self, application_id: int) -> Card | None:
        """One card as it is now; None when the person is not on the board."""
        found = self.cards(read_rows(_CARD_STATEMENT, {"application": application_id}))
        return found[0] if found else None

    def cards_among(self, application_ids: Sequence[int], chosen: Filter) -> list[Card]:
        """By their ids."""
        values = {"requisition": self.requisition.id, "applications": list(application_ids)}
        values |= parameters(chosen, self.limits, self.reader)
        return self.cards(db.session.execute(_among_statement(Shape.of(chosen, self.limits)), values).all())

    def requisition_ids(self) -> list[int]:
        """The one."""
        return [self.requisition.id]

    def cards(self, rows: Rows) -> list[Card]:
        """The cards of rows as card_rows() gives them."""
        return make_cards(rows, self.grounds, self.reading)

    def values(self, stages: Sequence[Stage]) -> dict[str, Any]:
        """The values of what in_column() names, for these stages."""
        return {
            "requisition": self.requisition.id,
            "reader": self.reader.id,
            **{f"stage_{index}": stage.id for index, stage in enumerate(stages)},
        }

    def address(self, chosen: Filter) -> str:
        """The board's own."""
        values: dict[str, Any] = {"number": self.requisition.number, **chosen.arguments}
        return url_for("desk.board", **values)

    def column_address(self, lane: Lane, after: Cursor, chosen: Filter) -> str:
        """Of one stage."""
        values: dict[str, Any] = {"number": self.requisition.number, "stage_id": lane.id, **chosen.arguments}
        return url_for("desk.column", after=str(after), **values)


def shown_mine(counts: Counts) -> int | None:
    """How many wait on the reader; None where there are too many to say."""
    return counts.mine if counts.mine <= MINE_SHOWN else None


def figures(counts: Counts) -> PipelineFigures:
    """Counts as the head of a requisition's page shows them; what it does not show is left out."""
    active, late = ({int(token): n for token, n in found.items()} for found in (counts.total, counts.late))
    return PipelineFigures(active=active, late=late, waits_on_reader=0, hired=0, ended=0)


def newest_first(cards: list[Card]) -> None:
    """Put the cards of a column in its order. The database gives the columns of a board one after the other, and would
    sort all of them together for longer."""
    cards.sort(key=lambda card: (card.entered_at, card.id), reverse=True)


# --- statements, each built once for a shape of filter ----------------------------------------------------------------

#: One value for all columns of a statement, and not one each.
_ACTIVE = bindparam("active", ApplicationStatus.ACTIVE, type_=Application.status.type)
_CARD_STATEMENT = card_rows().where(
    Application.id == bindparam("application"), Application.status == ApplicationStatus.ACTIVE
)


def in_column(index: int = 0) -> tuple[ColumnElement[bool], ...]:
    """Everybody in the index-th stage of OneRequisition.values()."""
    return (
        Application.requisition_id == bindparam("requisition"),
        Application.status == _ACTIVE,
        Application.stage_id == bindparam(f"stage_{index}"),
    )


def _mine() -> Select[int]:
    """How many wait on the reader; counting ends one beyond what is shown."""
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


_MINE_STATEMENT = _mine()


@lru_cache(SHAPES)
def _all_statement(stages: int) -> Select[*tuple[Any, ...]]:
    """Those who are in time and those who are late in so many stages, each a stretch of the board's index: a quarter of
    the time that one walk over all of it takes, which has to judge each person."""
    counts: list[ColumnElement[Any]] = []
    for index in range(stages):
        people = select(func.count()).select_from(Application).where(*in_column(index))
        before: BindParameter[datetime] = bindparam(f"before_{index}")
        counts += [
            people.where(side).scalar_subquery()
            for side in (Application.stage_entered_at >= before, Application.stage_entered_at < before)
        ]
    return select(*counts, _mine().scalar_subquery())


@lru_cache(SHAPES)
def _some_statement(shape: Shape) -> Select[*tuple[Any, ...]]:
    """Those whom a filter leaves, by one walk over the board's index."""
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
    return card_rows().join(chosen_ids, chosen_ids.c.id == Application.id)


@lru_cache(SHAPES)
def _among_statement(shape: Shape) -> Select[*tuple[Any, ...]]:
    return card_rows().where(
        Application.id.in_(bindparam("applications", expanding=True)),
        Application.requisition_id == bindparam("requisition"),
        Application.status == ApplicationStatus.ACTIVE,
        *conditions(shape),
    )


@lru_cache(SHAPES)
def _column_statement(shape: Shape, beyond: bool) -> Select[*tuple[Any, ...]]:
    found = card_rows().where(*in_column(), *conditions(shape)).order_by(*NEWEST_FIRST).limit(PAGE)
    if not beyond:
        return found
    at: BindParameter[Any] = bindparam("after_at")
    entered = Application.stage_entered_at
    # The plain comparison in front lets the index be entered there.
    return found.where(entered <= at, or_(entered < at, Application.id < bindparam("after_id")))
