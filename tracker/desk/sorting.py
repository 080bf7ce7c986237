"""The order of a list, and where a page of it ended: stable while rows come and go, whatever the sort, with or without
a value in every row.

Whoever has no value in the column stands at the end, both ways round. Equal ones follow newest in the stage first.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from tracker.accounts.models import User
from tracker.candidates.models import Candidate
from tracker.core.paging import EPOCH, LARGEST
from tracker.core.types import Instant
from tracker.desk.filters import Shape, conditions
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import ApplicationStatus

#: The user in whose care somebody is, beside the one they wait on.
Carer = aliased(User)
#: Statements that are kept, each built once for a way of asking.
KEPT = 256


class Value(Enum):
    """What a column is sorted by."""

    INSTANT = "instant"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True)
class Sort:
    """A column to sort by: the way that comes first, the table that it needs beside applications."""

    value: Value
    first: str
    by: SQLColumnExpression[Any] | None
    beside: str = ""
    #: Some rows hold nothing here.
    gaps: bool = False


#: By the name that stands in addresses. The stage's own order is asked for by the stages at hand.
SORTS: Mapping[str, Sort] = {
    "stage": Sort(Value.NUMBER, "asc", None),
    "name": Sort(Value.TEXT, "asc", Candidate.search_name, "person"),
    "entered": Sort(Value.INSTANT, "desc", Application.stage_entered_at),
    "evidence": Sort(Value.NUMBER, "desc", ApplicationCard.must_haves_assessed, "card", gaps=True),
    "waits": Sort(Value.INSTANT, "asc", ApplicationCard.waits_since, "card", gaps=True),
    "contact": Sort(Value.INSTANT, "desc", ApplicationCard.last_contact_at, "card", gaps=True),
    "source": Sort(Value.TEXT, "asc", func.nullif(func.lower(Application.source), ""), gaps=True),
    "recruiter": Sort(Value.TEXT, "asc", func.lower(Carer.name), "carer", gaps=True),
    "started": Sort(Value.INSTANT, "desc", Application.started_at),
}


@dataclass(frozen=True)
class Position:
    """The last row of a page: what it is sorted by (None: nothing), when it entered its stage, its id, its number."""

    value: str | int | datetime | None
    entered: datetime
    id: int
    #: How many rows lie before and on that page; only said, never relied on.
    number: int

    def __str__(self) -> str:
        """As it stands in an address; packed, so that no address shows names."""
        value = _number_of(self.value) if isinstance(self.value, datetime) else self.value
        parts = [value, _number_of(self.entered), self.id, self.number]
        text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str | None, kind: Value) -> "Position | None":
        """The position in an address, for a sort by that kind of value; None for none and for what is no position."""
        if not text or len(text) > 2000:
            return None
        try:
            parts = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            value, entered, row, number = parts
            # Half a pair of surrogates is no text that a database takes.
            str(value).encode()
        except (ValueError, TypeError, RecursionError):
            return None
        if not all(_is_number(each) for each in (entered, row, number)) or not _fits(value, kind):
            return None
        if kind is Value.INSTANT and value is not None:
            value = _instant_of(value)
        at = _instant_of(entered)
        if at is None or (kind is Value.INSTANT and value is None and parts[0] is not None):
            return None
        return cls(value, at, row, number)


@dataclass(frozen=True)
class Way:
    """How a list is asked for, without the values: one statement for each."""

    shape: Shape
    sort: str
    descending: bool
    #: How many stages there are, in their order: parameters `stage_0` and so on.
    stages: int
    #: "" for all, else an ApplicationStatus value.
    status: str
    one_stage: bool
    #: "" from the start, "value" behind a row with a value, "gap" behind one without.
    behind: str


def position_values(behind: Position | None) -> dict[str, Any]:
    """The values of the parameters that say where the page begins."""
    if behind is None:
        return {}
    return {"behind": behind.value, "behind_entered": behind.entered, "behind_id": behind.id}


@lru_cache(KEPT)
def page_of_ids(way: Way) -> Select[*tuple[Any, ...]]:
    """Ids of applications in their order with what they are sorted by (`id`, `entered`, `key`); `:limit` many."""
    if way.sort == "stage" and way.status == ApplicationStatus.ACTIVE and not way.one_stage:
        return _by_stage(way)
    key = _key(way)
    statement = select(
        Application.id.label("id"), Application.stage_entered_at.label("entered"), key.label("key")
    ).where(Application.requisition_id == bindparam("requisition"), *conditions(way.shape))
    beside = SORTS[way.sort].beside
    if beside == "person":
        statement = statement.join(Candidate, Candidate.id == Application.candidate_id)
    elif beside == "card":
        statement = statement.outerjoin(ApplicationCard, ApplicationCard.application_id == Application.id)
    elif beside == "carer":
        statement = statement.outerjoin(Carer, Carer.id == Application.recruiter_id)
    if way.status:
        statement = statement.where(Application.status == ApplicationStatus(way.status))
    if way.one_stage:
        statement = statement.where(Application.stage_id == bindparam("only_stage"))
    if way.behind:
        statement = statement.where(_behind(way, key))
    order = [key.desc() if way.descending else key.asc()]
    if SORTS[way.sort].gaps:
        order.insert(0, key.is_(None).asc())
    return statement.order_by(*order, Application.stage_entered_at.desc(), Application.id.desc()).limit(
        bindparam("limit")
    )


@lru_cache(KEPT)
def counting(way: Way) -> Select[int]:
    """How many there are, whatever the page."""
    statement = select(func.count()).where(
        Application.requisition_id == bindparam("requisition"), *conditions(way.shape)
    )
    if way.status:
        statement = statement.where(Application.status == ApplicationStatus(way.status))
    if way.one_stage:
        statement = statement.where(Application.stage_id == bindparam("only_stage"))
    return statement


def _by_stage(way: Way) -> Select[*tuple[Any, ...]]:
    """Stage by stage, as little of each as the page can hold, by the board's index: nobody beyond it is sorted."""
    parts = []
    for index in range(way.stages):
        rows: Select[*tuple[Any, ...]] = select(
            Application.id.label("id"),
            Application.stage_entered_at.label("entered"),
            bindparam(f"at_{index}", index, literal_execute=True).label("key"),
        ).where(
            Application.requisition_id == bindparam("requisition"),
            Application.status == ApplicationStatus.ACTIVE,
            Application.stage_id == bindparam(f"stage_{index}"),
            *conditions(way.shape),
        )
        if way.behind:
            here = bindparam("behind") == index
            later = bindparam("behind") > index if way.descending else bindparam("behind") < index
            rows = rows.where(or_(later, and_(here, _later_row())))
        rows = rows.order_by(Application.stage_entered_at.desc(), Application.id.desc()).limit(bindparam("limit"))
        parts.append(select(rows.subquery()))
    found = union_all(*parts).subquery()
    key = found.c.key.desc() if way.descending else found.c.key.asc()
    return (
        select(found.c.id, found.c.entered, found.c.key)
        .order_by(key, found.c.entered.desc(), found.c.id.desc())
        .limit(bindparam("limit"))
    )


def _key(way: Way) -> ColumnElement[Any]:
    by = SORTS[way.sort].by
    if by is not None:
        return by  # type: ignore[return-value]  # a column is an element
    order = [(Application.stage_id == bindparam(f"stage_{index}"), index) for index in range(way.stages)]
    return case(*order, else_=way.stages)


def _behind(way: Way, key: ColumnElement[Any]) -> ColumnElement[bool]:
    sort = SORTS[way.sort]
    if way.behind == "gap":
        return and_(key.is_(None), _later_row())
    value = bindparam("behind", type_=Instant() if sort.value is Value.INSTANT else None)
    beyond = key < value if way.descending else key > value
    after = or_(beyond, and_(key == value, _later_row()))
    return or_(after, key.is_(None)) if sort.gaps else after


def _later_row() -> ColumnElement[bool]:
    entered, at = Application.stage_entered_at, bindparam("behind_entered", type_=Instant())
    return or_(entered < at, and_(entered == at, Application.id < bindparam("behind_id")))


def _number_of(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _instant_of(number: int) -> datetime | None:
    try:
        return EPOCH + timedelta(microseconds=number)
    except OverflowError:
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _fits(value: object, kind: Value) -> bool:
    if value is None:
        return True
    if kind is Value.TEXT:
        return isinstance(value, str) and "\x00" not in value
    return _is_number(value)
