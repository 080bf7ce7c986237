"""The list view of a requisition: one row per person, sorted by any column, the same filters as the board."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam

from tracker.accounts.models import User, short_name
from tracker.accounts.queries import preference
from tracker.core.calendar import day_count, local_date, working_days_between
from tracker.core.db import db
from tracker.core.paging import whole_number
from tracker.core.registry import PipelineFigures, Registry
from tracker.desk.cards import Card, card_rows, holder_words, source_words
from tracker.desk.filters import Filter, Shape, parameters
from tracker.desk.scopes import Counts, OneRequisition, figures
from tracker.desk.sorting import SORTS, Carer, Position, Way, counting, page_of_ids, position_values
from tracker.pipeline.models import Application
from tracker.pipeline.states import ENDED_BY, ApplicationStatus, WaitReason, reason_label
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import Phase

PAGE = 50
STATUSES = ("active", "hired", "rejected", "withdrawn", "closed", "all")
#: The columns in their order: what they are sorted by, and what stands above them.
COLUMNS = (
    ("name", "Name"),
    ("stage", "Stage"),
    ("entered", "In stage"),
    ("evidence", "Must-haves"),
    ("waits", "Waits on"),
    ("contact", "Last contact"),
    ("source", "Source"),
    ("recruiter", "Recruiter"),
    ("started", "Entered"),
)
#: How close the rows of a list stand.
DENSITY, COMFORTABLE, COMPACT = "list.density", "comfortable", "compact"


def register(registry: Registry) -> None:
    """Name what is remembered of how somebody likes lists."""
    registry.add_preference(DENSITY, default=COMFORTABLE, accepts=lambda value: value in {COMFORTABLE, COMPACT})


def is_compact(user: User) -> bool:
    """Whether a user wants the rows of lists close together."""
    return preference(user, DENSITY) == COMPACT


@dataclass(frozen=True)
class Choice:
    """What the list shows and how: an address."""

    filter: Filter
    stage_id: int | None = None
    status: str = "active"
    sort: str = "stage"
    direction: str = "asc"
    #: The row that the page comes after; None from the start.
    after: Position | None = None

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "Choice":
        """As it stands in an address; what is unknown counts as not given."""
        sort = arguments.get("sort", "")
        sort = sort if sort in SORTS else "stage"
        direction, status = arguments.get("dir", ""), arguments.get("status", "")
        return cls(
            filter=Filter.read(arguments),
            stage_id=whole_number(arguments.get("stage")),
            status=status if status in STATUSES else "active",
            sort=sort,
            direction=direction if direction in {"asc", "desc"} else SORTS[sort].first,
            after=Position.read(arguments.get("after"), SORTS[sort].value),
        )

    @property
    def kept(self) -> dict[str, str]:
        """For an address: all but the filter and the page."""
        given = {
            "stage": str(self.stage_id or ""),
            "status": self.status if self.status != "active" else "",
            "sort": self.sort if self.sort != "stage" else "",
            "dir": self.direction if self.direction != SORTS[self.sort].first else "",
        }
        return {name: value for name, value in given.items() if value}

    def arguments(self, **changes: str) -> dict[str, str]:
        """For an address; `changes` replace what is given, an empty text takes it away."""
        return {name: value for name, value in {**self.filter.arguments, **self.kept, **changes}.items() if value}

    def sorted_by(self, sort: str) -> dict[str, str]:
        """For the address that sorts by a column, or turns its direction round."""
        first = SORTS[sort].first
        turned = {"asc": "desc", "desc": "asc"}[self.direction] if sort == self.sort else first
        return self.arguments(sort=sort if sort != "stage" else "", dir=turned if turned != first else "")

    @property
    def narrowed(self) -> bool:
        """Whether anybody may be left out."""
        return bool(self.filter) or self.stage_id is not None or self.status != "active"


@dataclass(frozen=True)
class ListRow:
    """One person of the list."""

    card: Card
    stage: Stage
    status: ApplicationStatus
    #: Why it ended, in words.
    ending: str
    title: str
    company: str
    #: In the stage: until now, or until it ended.
    days: int
    #: Working days in the stage; None where no limit counts them.
    worked: int | None
    #: Must-haves that were assessed, of how many; None before vetting, where nobody asks.
    evidence: tuple[int, int] | None
    waits_on: str
    #: What is going on besides: a new reply, the next interview, the offer's last day.
    replied_at: datetime | None
    interview_at: datetime | None
    offer_until: datetime | None
    contacted_at: datetime | None
    source: str
    recruiter: str
    started_at: datetime


@dataclass(frozen=True)
class People:
    """A page of the list."""

    rows: Sequence[ListRow]
    total: int
    stages: Sequence[Stage]
    choice: Choice
    #: All active people by stage, whatever the list is narrowed to.
    everybody: Counts
    #: Where the next page begins; None when this was the last.
    next: Position | None

    @property
    def figures(self) -> PipelineFigures:
        """What the head of the page shows of them; what it does not show is left out."""
        return figures(self.everybody)

    @property
    def first(self) -> int:
        """The number of the first row of this page."""
        return (self.choice.after.number if self.choice.after else 0) + 1

    @property
    def last(self) -> int:
        """The number of the last row of this page."""
        return self.first + len(self.rows) - 1


class Listing:
    """The list of one requisition as one reader sees it, read page by page."""

    def __init__(self, requisition: Requisition, choice: Choice, reader: User) -> None:
        self.choice = choice
        self.scope = OneRequisition(requisition, reader)
        self.stages = {stage.id: stage for stage in self.scope.stages}
        self.shape = Shape.of(choice.filter, self.scope.limits)
        self.values: dict[str, Any] = self.scope.values(self.scope.stages)
        self.values |= parameters(choice.filter, self.scope.limits, reader)
        if choice.stage_id is not None:
            self.values["only_stage"] = choice.stage_id

    def total(self) -> int:
        """How many the whole list holds."""
        return db.session.scalar(counting(self._way(None)), self.values) or 0

    def page(self, after: Position | None, limit: int) -> tuple[list[ListRow], Position | None]:
        """The rows behind `after`, and where the ones behind them begin. Three statements at most."""
        values = self.values | position_values(after) | {"limit": limit + 1}
        found = db.session.execute(page_of_ids(self._way(after)), values).all()
        shown = found[:limit]
        rows = self._rows([row.id for row in shown])
        if len(found) <= limit:
            return rows, None
        last = shown[-1]
        return rows, Position(last.key, last.entered, last.id, (after.number if after else 0) + len(shown))

    def all_rows(self, batch: int) -> Iterator[ListRow]:
        """Every row of the list from the start, so many of them in memory at a time.

        The rows may be read when the request that asked for them is over, and its session with it: whatever they need
        beside the database is looked up now.
        """
        _ = self.scope.grounds, self.scope.reading
        return self._all_rows(batch)

    def _all_rows(self, batch: int) -> Iterator[ListRow]:
        after: Position | None = None
        while True:
            rows, after = self.page(after, batch)
            yield from rows
            if after is None:
                return

    def _way(self, after: Position | None) -> Way:
        choice = self.choice
        return Way(
            shape=self.shape,
            sort=choice.sort,
            descending=choice.direction == "desc",
            stages=len(self.stages),
            status="" if choice.status == "all" else choice.status,
            one_stage=choice.stage_id is not None,
            behind="" if after is None else "gap" if after.value is None else "value",
        )

    def _rows(self, ids: Sequence[int]) -> list[ListRow]:
        if not ids:
            return []
        found = db.session.execute(_LIST_ROWS, {"ids": list(ids)}).all()
        by_id = {row.id: row for row in found}
        rows = [by_id[row_id] for row_id in ids if row_id in by_id]
        return [self._row(row, card) for row, card in zip(rows, self.scope.cards(rows), strict=True)]

    def _row(self, row: Row[*tuple[Any, ...]], card: Card) -> ListRow:
        stage, reading, ended = self.stages[card.stage_id], self.scope.reading, row.status in ENDED_BY
        active = row.status is ApplicationStatus.ACTIVE
        coming = row.next_interview_at is not None and row.next_interview_at > reading.now
        vetted = stage.phase is not Phase.SOURCING and row.must_haves
        return ListRow(
            card=card,
            stage=stage,
            status=row.status,
            ending=reason_label(ENDED_BY[row.status], row.end_reason) if ended else "",
            title=row.title,
            company=row.company,
            days=day_count(row.stage_entered_at, row.ended_at or reading.now, reading.counting),
            worked=self._worked(row) if active and stage.limit_days is not None else None,
            evidence=(row.must_haves_assessed, row.must_haves) if vetted else None,
            waits_on=self._waits_on(row),
            replied_at=row.new_reply_at if active else None,
            interview_at=row.next_interview_at if active and coming else None,
            offer_until=row.offer_expires_at if active else None,
            contacted_at=row.last_contact_at,
            source=source_words(row.source_kind, row.source),
            recruiter=short_name(row.carer) if row.carer else "",
            started_at=row.started_at,
        )

    def _worked(self, row: Row[*tuple[Any, ...]]) -> int:
        reading = self.scope.reading
        entered, today = (local_date(at, reading.counting) for at in (row.stage_entered_at, reading.now))
        return working_days_between(entered, today)

    def _waits_on(self, row: Row[*tuple[Any, ...]]) -> str:
        if row.waits_on is None:
            return ""
        if row.waits_on is WaitReason.PERSON_SET and row.note is not None:
            return str(row.note)
        names = {row.waits_on_user_id: short_name(row.holder)} if row.holder else {}
        return holder_words(row.waits_on, row.waits_on_user_id, self.scope.reader, names)


_LIST_ROWS: Select[*tuple[Any, ...]] = (
    card_rows()
    .add_columns(Application.started_at, Application.end_reason, Application.ended_at, Carer.name.label("carer"))
    .outerjoin(Carer, Carer.id == Application.recruiter_id)
    .where(Application.id.in_(bindparam("ids", expanding=True)))
)


def load_people(requisition: Requisition, choice: Choice, reader: User) -> People:
    """A page of the list as `reader` sees it. The number of statements does not depend on how many people there are."""
    listing = Listing(requisition, choice, reader)
    everybody = listing.scope.count(Filter())
    rows, following = listing.page(choice.after, PAGE)
    return People(
        rows=rows,
        total=listing.total() if choice.narrowed else sum(everybody.total.values()),
        stages=listing.scope.stages,
        choice=choice,
        everybody=everybody,
        next=following,
    )
