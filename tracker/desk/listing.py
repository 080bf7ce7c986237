"""The list view of a requisition: one row per person, sorted by any column, the same filters as the board."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, Subquery, asc, bindparam, desc, false, func, select, union_all

from tracker.accounts.models import User
from tracker.candidates.models import Candidate
from tracker.core.db import db
from tracker.core.paging import whole_number
from tracker.core.registry import PipelineFigures
from tracker.desk.cards import Card, card_rows
from tracker.desk.filters import Filter, Shape, conditions, parameters
from tracker.desk.scopes import NEWEST_FIRST, Counts, OneRequisition, figures, in_column
from tracker.pipeline.models import Application
from tracker.pipeline.states import ENDED_BY, ApplicationStatus, reason_label
from tracker.requisitions.models import Requisition, Stage

PAGE = 50
#: What can be sorted by, and the way that comes first.
SORTS: Mapping[str, tuple[SQLColumnExpression[Any], str]] = {
    "stage": (Stage.position, "asc"),
    "entered": (Application.stage_entered_at, "desc"),
    "name": (Candidate.search_name, "asc"),
    "source": (func.lower(Application.source), "asc"),
    "started": (Application.started_at, "desc"),
}
STATUSES = ("active", "hired", "rejected", "withdrawn", "closed", "all")


@dataclass(frozen=True)
class Choice:
    """What the list shows and how: an address."""

    filter: Filter
    stage_id: int | None = None
    status: str = "active"
    sort: str = "stage"
    direction: str = "asc"
    page: int = 1

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "Choice":
        """As it stands in an address; what is unknown counts as not given."""
        sort = arguments.get("sort", "")
        sort = sort if sort in SORTS else "stage"
        direction = arguments.get("dir", "")
        page, status = whole_number(arguments.get("page")) or 1, arguments.get("status", "")
        return cls(
            filter=Filter.read(arguments),
            stage_id=whole_number(arguments.get("stage")),
            status=status if status in STATUSES else "active",
            sort=sort,
            direction=direction if direction in {"asc", "desc"} else SORTS[sort][1],
            page=page if page < 10_000 else 1,
        )

    def arguments(self, **changes: str | int | None) -> dict[str, str | int]:
        """For an address; `changes` replace what is given, None takes it away."""
        given: dict[str, str | int | None] = {
            **self.filter.arguments,
            "stage": self.stage_id,
            "status": self.status if self.status != "active" else None,
            "sort": self.sort if self.sort != "stage" else None,
            "dir": self.direction if self.direction != SORTS[self.sort][1] else None,
        }
        return {name: value for name, value in {**given, **changes}.items() if value not in {None, ""}}

    def sorted_by(self, sort: str) -> dict[str, str | int]:
        """For the address that sorts by a column, or turns its direction round."""
        first = SORTS[sort][1]
        turned = {"asc": "desc", "desc": "asc"}[self.direction] if sort == self.sort else first
        return self.arguments(sort=sort if sort != "stage" else None, dir=turned if turned != first else None)


@dataclass(frozen=True)
class ListRow:
    """One person of the list."""

    card: Card
    stage: Stage
    started_at: datetime
    status: ApplicationStatus
    #: Why it ended, in words.
    ending: str
    ended_at: datetime | None


@dataclass(frozen=True)
class People:
    """A page of the list."""

    rows: Sequence[ListRow]
    total: int
    stages: Sequence[Stage]
    choice: Choice
    #: All active people by stage, whatever the list is narrowed to.
    everybody: Counts

    @property
    def figures(self) -> PipelineFigures:
        """What the head of the page shows of them; what it does not show is left out."""
        return figures(self.everybody)

    @property
    def first(self) -> int:
        """The number of the first row of this page."""
        return (self.choice.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last row of this page."""
        return self.first + len(self.rows) - 1


def load_people(requisition: Requisition, choice: Choice, reader: User) -> People:
    """The list as `reader` sees it."""
    scope = OneRequisition(requisition, reader)
    stages = scope.stages
    everybody = scope.count(Filter())
    shape = Shape.of(choice.filter, scope.limits)
    wanted = [Application.requisition_id == bindparam("requisition"), *conditions(shape)]
    values = {"requisition": requisition.id, **parameters(choice.filter, scope.limits, reader)}
    if choice.status != "all":
        wanted.append(Application.status == ApplicationStatus(choice.status))
    if choice.stage_id is not None:
        wanted.append(Application.stage_id == choice.stage_id)
    way = asc if choice.direction == "asc" else desc
    order = (way(SORTS[choice.sort][0]), *NEWEST_FIRST)
    start = (choice.page - 1) * PAGE
    if choice.status == "active":
        counted = scope.count(choice.filter) if choice.filter else everybody
        chosen_stages = [stage for stage in stages if choice.stage_id in {None, stage.id}]
        total = sum(counted.total.get(stage.id, 0) for stage in chosen_stages)
    else:
        counting = select(func.count()).select_from(Application).where(*wanted)
        total = db.session.scalar(counting, values) or 0
    if choice.status == "active" and choice.sort == "stage":
        in_order = sorted(chosen_stages, key=lambda stage: stage.position, reverse=choice.direction == "desc")
        slices = list(_slices(in_order, counted, start))
        values |= scope.values([stage for stage, _, _ in slices])
        shown = _by_stage(slices, shape)
    else:
        # Everybody is sorted by as little as that takes; only those on the page are read whole.
        sorted_ids = select(Application.id).join(Stage, Stage.id == Application.stage_id).where(*wanted)
        if choice.sort == "name":
            sorted_ids = sorted_ids.join(Candidate, Candidate.id == Application.candidate_id)
        shown = sorted_ids.order_by(*order).offset(start).limit(PAGE).subquery()
    query = (
        card_rows()
        .add_columns(Application.started_at, Application.end_reason, Application.ended_at)
        .join(shown, shown.c.id == Application.id)
        .join(Stage, Stage.id == Application.stage_id)
        .order_by(*order)
    )
    rows = db.session.execute(query, values).all()
    by_id = {stage.id: stage for stage in stages}
    cards = scope.cards(rows)
    return People(
        rows=[
            ListRow(
                card=card,
                stage=by_id[card.stage_id],
                started_at=row.started_at,
                status=row.status,
                ending=reason_label(ENDED_BY[row.status], row.end_reason) if row.status in ENDED_BY else "",
                ended_at=row.ended_at,
            )
            for row, card in zip(rows, cards, strict=True)
        ],
        total=total,
        stages=stages,
        choice=choice,
        everybody=everybody,
    )


def _slices(stages: Sequence[Stage], counted: Counts, start: int) -> Iterator[tuple[Stage, int, int]]:
    """(stage, how many to pass over in it, how many to take) for the page that begins after `start` people."""
    left = PAGE
    for stage in stages:
        people = counted.total.get(stage.id, 0)
        taken = max(0, min(left, people - start))
        if taken:
            yield stage, start, taken
        start, left = max(0, start - people), left - taken


def _by_stage(slices: Sequence[tuple[Stage, int, int]], shape: Shape) -> Subquery:
    """The people of these slices, by the board's index: nobody beyond the page is sorted."""
    parts = [
        select(
            select(Application.id.label("id"))
            .where(*in_column(index), *conditions(shape))
            .order_by(*NEWEST_FIRST)
            .offset(passed)
            .limit(taken)
            .subquery()
        )
        for index, (_stage, passed, taken) in enumerate(slices)
    ]
    return (union_all(*parts) if parts else select(Application.id).where(false())).subquery()
