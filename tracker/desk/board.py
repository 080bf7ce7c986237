"""A board as its page shows it: phases, columns, and what stands above them. scopes.py says what a board is of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from tracker.core.paging import Cursor, whole_number
from tracker.desk.cards import Card
from tracker.desk.filters import Filter
from tracker.desk.scopes import PAGE, Counts, Lane, Scope, Token, shown_mine
from tracker.requisitions.states import Phase

#: So many cards beyond the first pages are brought up to date in one answer; an address holds no more.
MOST_FURTHER = 300


@dataclass(frozen=True)
class Column:
    """One column: the newest people in it, and how many there are in truth."""

    stage: Lane
    cards: Sequence[Card]
    total: int
    late: int
    #: Where the next cards are; None when these were the last.
    next_url: str | None

    @property
    def form_url(self) -> str | None:
        """A drop opens this form instead of moving; `{application}` stands for the application's id."""
        return self.stage.form_url

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

    scope: Scope
    phases: Sequence[PhaseColumns]
    filter: Filter
    counts: Counts
    #: Cards that an open board shows beyond the first page of a column, as they are now: by column.
    further: Mapping[Token, Sequence[Card]] = field(default_factory=dict)

    @property
    def refusal(self) -> str:
        """Why nothing can be dropped on this board; empty when things can."""
        return self.scope.refusal

    @property
    def mine(self) -> int | None:
        """How many wait on the reader; None where there are too many to say."""
        return shown_mine(self.counts)

    @cached_property
    def everybody(self) -> Counts:
        """How many there are on the board, whatever the filter leaves."""
        return self.scope.count(Filter()) if self.filter else self.counts

    @property
    def active(self) -> int:
        """The same in all columns together."""
        return sum(self.everybody.total.values())

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


def load_board(scope: Scope, chosen: Filter, shown: str = "") -> Board:
    """The board as the scope's reader sees it; `shown` names the people, by their applications' ids with commas between
    them, whom an open board shows beyond the first pages."""
    counts = scope.count(chosen)
    pages = scope.first_cards(chosen)
    columns = [
        _column(scope, lane, pages.get(lane.id, ()), counts, chosen)
        for lane in scope.lanes
        if not lane.retired or counts.total.get(lane.id)
    ]
    return Board(
        scope=scope,
        phases=[
            PhaseColumns(phase, list(members)) for phase, members in groupby(columns, key=lambda each: each.stage.phase)
        ],
        filter=chosen,
        counts=counts,
        further=_further(scope, chosen, shown),
    )


def _further(scope: Scope, chosen: Filter, shown: str) -> Mapping[Token, Sequence[Card]]:
    ids = [number for text in shown.split(",") if (number := whole_number(text))][:MOST_FURTHER]
    found: dict[Token, list[Card]] = {}
    for card in scope.cards_among(ids, chosen) if ids else ():
        found.setdefault(scope.lane_of(card), []).append(card)
    return found


def load_column(scope: Scope, token: Token, after: Cursor | None, chosen: Filter, *, counting: bool) -> Column | None:
    """The next cards of one column, after a cursor; None for what is no column of this board.

    Without `counting` the column does not say how many people it holds.
    """
    lane = scope.lane(token)
    if lane is None:
        return None
    cards = scope.next_cards(lane, after, chosen)
    counts = scope.count(chosen) if counting else Counts({}, {})
    return Column(
        stage=lane,
        cards=cards,
        total=counts.total.get(lane.id, 0),
        late=counts.late.get(lane.id, 0),
        next_url=_next_url(scope, lane, cards, chosen) if len(cards) == PAGE else None,
    )


def _column(scope: Scope, lane: Lane, cards: Sequence[Card], counts: Counts, chosen: Filter) -> Column:
    total = counts.total.get(lane.id, 0)
    return Column(
        stage=lane,
        cards=cards,
        total=total,
        late=counts.late.get(lane.id, 0),
        next_url=_next_url(scope, lane, cards, chosen) if cards and len(cards) < total else None,
    )


def _next_url(scope: Scope, lane: Lane, cards: Sequence[Card], chosen: Filter) -> str:
    return scope.column_address(lane, Cursor(cards[-1].entered_at, cards[-1].id), chosen)
