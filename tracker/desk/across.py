"""Boards across requisitions: one for each role profile, and one of everybody who waits on the reader. A column holds
all stages with one key; what is asked of the database does not grow with the requisitions either."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, TypeVarTuple

from flask import url_for
from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import joinedload, load_only, selectinload

from tracker.accounts.models import Anybody, User
from tracker.accounts.permissions import can
from tracker.accounts.states import Role
from tracker.core.db import db, read_rows
from tracker.core.paging import Cursor
from tracker.core.registry import get_registry
from tracker.desk.cards import Card, Ground, card_rows, make_cards
from tracker.desk.filters import Filter, Limits, Shape, conditions, parameters
from tracker.desk.scopes import PAGE, SHAPES, Counts, Lane, Rows, Scope, Token, newest_first
from tracker.pipeline.changes import order_of
from tracker.pipeline.limits import late_if_entered_before, organisation_zone
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.policy import visible_pipelines
from tracker.requisitions.models import Requisition, Stage, StageMixin, StageTemplate, TeamMember, TemplateStage
from tracker.requisitions.states import CLOSED, LIVE, RequisitionState, RoleProfileKey

#: The names of these boards in addresses; None is the one of whoever waits on the reader.
MINE = "mine"
NAMES: Mapping[str, RoleProfileKey | None] = {
    MINE: None,
    **{role.value.replace("_", "-"): role for role in RoleProfileKey},
}


def title_of(name: str) -> str:
    """What such a board is called."""
    role = NAMES[name]
    return "Everybody who waits on me" if role is None else f"{role.label}s"


#: The order within a column, by the indexes that these boards have.
_NEWEST_FIRST = (ApplicationCard.entered_at.desc(), ApplicationCard.application_id.desc())


class Across(Scope):
    """The board called `name` (a key of NAMES): of one role profile, or of everybody who waits on the reader."""

    def __init__(self, name: str, reader: User, now: datetime | None = None) -> None:
        super().__init__(reader, now)
        self.name = name
        self.role = NAMES[name]
        self._grounds: dict[int, Ground] = {}
        self._counted: frozenset[str] = frozenset()

    @cached_property
    def _usual(self) -> dict[str, Lane]:
        """The stages of the organisation's templates, by key."""
        wanted = select(TemplateStage)
        if self.role is not None:
            wanted = wanted.join(TemplateStage.template).where(StageTemplate.role == self.role)
        return _lanes(db.session.scalars(wanted))

    def _unusual(self, keys: Iterable[str]) -> dict[str, Lane]:
        """The columns of keys that no template has, named as the newest stage with that key is which the reader may
        know of."""
        if not keys:
            return {}
        values = self._values(Filter()) | {"keys": list(keys)}
        return _lanes(db.session.scalars(_stages_statement(self._kind), values))

    @property
    def lanes(self) -> Sequence[Lane]:
        """The stages of the templates, and those of single requisitions in which somebody was counted."""
        found = self._usual | self._unusual(self._counted - set(self._usual))
        return sorted(found.values(), key=lambda lane: lane.place)

    def lane(self, token: Token) -> Lane | None:
        """By key; a stage that only some requisitions have is a column as well."""
        key = str(token)
        return (self._usual if key in self._usual else self._unusual(frozenset({key}))).get(key)

    @property
    def may_move(self) -> bool:
        """Whether any of the people who are shown may be moved."""
        return any(ground.movable for ground in self._grounds.values())

    def count(self, chosen: Filter) -> Counts:
        """By one walk over the index of the board's people."""
        shape = _shape(chosen)
        rows = read_rows(_count_statement(self._kind, shape, chosen.late), self._values(chosen))
        self._counted = frozenset(row.stage_key for row in rows)
        total, late = {}, {}
        for row in rows:
            total[row.stage_key], late[row.stage_key] = row.total, row.late
        return Counts(total, late, sum(row.mine for row in rows))

    def first_cards(self, chosen: Filter) -> Mapping[Token, Sequence[Card]]:
        """One LIMIT per column over the index, put together: as many parts as columns, not as stages."""
        keys = sorted(self._counted)
        if not keys:
            return {}
        values = self._values(chosen) | {f"key_{index}": key for index, key in enumerate(keys)}
        statement = _board_statement(self._kind, len(keys), _shape(chosen), chosen.late)
        rows = read_rows(statement, values)
        pages: dict[Token, list[Card]] = {key: [] for key in keys}
        for card in self.cards(rows):
            pages[self.lane_of(card)].append(card)
        for page in pages.values():
            newest_first(page)
        return pages

    def next_cards(self, lane: Lane, after: Cursor | None, chosen: Filter) -> Sequence[Card]:
        """From the cursor on, by the index."""
        values = self._values(chosen) | {"key_0": lane.id}
        if after is not None:
            values |= {"after_at": after.at, "after_id": after.id}
        statement = _board_statement(self._kind, 1, _shape(chosen), chosen.late, beyond=after is not None)
        cards = self.cards(read_rows(statement, values))
        newest_first(cards)
        return cards

    def card(self, application_id: int) -> Card | None:
        """One card as it is now; None when the person is not on this board."""
        values = self._values(Filter()) | {"application": application_id}
        found = self.cards(read_rows(_card_statement(self._kind), values))
        return found[0] if found else None

    def cards_among(self, application_ids: Sequence[int], chosen: Filter) -> list[Card]:
        """By their ids."""
        values = self._values(chosen) | {"applications": list(application_ids)}
        statement = _among_statement(self._kind, _shape(chosen), chosen.late)
        return self.cards(db.session.execute(statement, values).all())

    def cards(self, rows: Rows) -> list[Card]:
        """The cards of rows as card_rows() gives them."""
        self._read_grounds({row.stage_id for row in rows} - set(self._grounds))
        return make_cards(rows, self._grounds, self.reading)

    def lane_of(self, card: Card) -> Token:
        """The key of its stage."""
        return self._grounds[card.stage_id].key

    def standing(self, application_ids: Iterable[int]) -> dict[int, str | None]:
        """In which columns these people are; None for whoever is not on this board."""
        ids = list(application_ids)
        values = self._values(Filter()) | {"applications": ids}
        rows = read_rows(_standing_statement(self._kind), values)
        return dict.fromkeys(ids) | {row.application_id: row.stage_key for row in rows}

    def matching(self, chosen: Filter, limit: int) -> list[int]:
        """The applications that a filter leaves on this board, shown or not; at most so many."""
        everybody = select(ApplicationCard.application_id).where(*_lies_here(self._kind), _seen_by_set(self._kind))
        found = _narrowed(everybody, _shape(chosen), chosen.late).limit(limit)
        return list(db.session.scalars(found, self._values(chosen)))

    def requisition_ids(self) -> list[int]:
        """The requisitions whose changes may change this board."""
        return list(db.session.scalars(_requisitions_statement(self._kind), self._values(Filter())))

    def _read_grounds(self, stage_ids: set[int]) -> None:
        """The stages of the cards that are shown, with their requisitions and hiring teams."""
        if not stage_ids:
            return
        zone = organisation_zone()
        for stage in db.session.scalars(_GROUNDS, {"stages": list(stage_ids)}):
            requisition = stage.requisition
            held = requisition.state is RequisitionState.ON_HOLD
            self._grounds[stage.id] = Ground.of(
                stage,
                None if held else late_if_entered_before(self.now, stage.limit_days, zone),
                sharing=requisition.overlap_timezone,
                number=requisition.number,
                role=requisition.role.value,
                movable=requisition.state not in CLOSED and can(self.reader, "pipeline.work", requisition),
            )

    @property
    def _kind(self) -> "_Kind":
        return self.reader.roles, self.role is None

    def _values(self, chosen: Filter) -> dict[str, Any]:
        values = parameters(chosen, Limits({}), self.reader) | {"now": self.now}
        return values if self.role is None else values | {"role": self.role}

    def address(self, chosen: Filter) -> str:
        """The board's own."""
        values: dict[str, Any] = {"name": self.name, **chosen.arguments}
        return url_for("desk.across", **values)

    def column_address(self, lane: Lane, after: Cursor, chosen: Filter) -> str:
        """Of one key."""
        values: dict[str, Any] = {"name": self.name, "key": lane.id, **chosen.arguments}
        return url_for("desk.across_column", after=str(after), **values)


def _lanes(stages: Iterable[StageMixin]) -> dict[str, Lane]:
    """Columns by key, named as the first stage with that key is that people can enter."""
    found: dict[str, Lane] = {}
    for stage in sorted(stages, key=order_of):
        retired = stage.retired_at is not None
        if stage.key not in found or found[stage.key].retired:
            found[stage.key] = Lane(stage.key, stage.name, stage.phase, stage.kind, retired, order_of(stage))
    return found


# --- statements, each built once for readers with the same roles and a shape of filter -------------------------------

Parts = TypeVarTuple("Parts")
#: The reader's roles, and whether it is the board of whoever waits on them.
_Kind = tuple[frozenset[Role], bool]

_GROUNDS = (
    select(Stage)
    .where(Stage.id.in_(bindparam("stages", expanding=True)))
    .options(
        joinedload(Stage.requisition).options(
            load_only(
                Requisition.number,
                Requisition.role,
                Requisition.state,
                Requisition.confidential,
                Requisition.overlap_timezone,
            ),
            selectinload(Requisition.team_members).load_only(TeamMember.user_id, TeamMember.part),
        )
    )
)


def _shape(chosen: Filter) -> Shape:
    """A filter's shape where limits are of many stages: who is late is known to the card."""
    return Shape.of(replace(chosen, late=False), Limits({}))


def _lies_here(kind: _Kind) -> tuple[ColumnElement[bool], ...]:
    """The people of the board, whoever may see them."""
    if kind[1]:
        return ApplicationCard.waits_on_user_id == bindparam("reader"), ApplicationCard.stage_key.is_not(None)
    return ApplicationCard.role == bindparam("role"), ApplicationCard.stage_key.is_not(None)


def _requisitions(kind: _Kind) -> Select[int]:
    """The ids of the requisitions whose people the reader sees; on the board of a role those that are worked on. What
    waits on somebody in one that is over still waits."""
    roles, mine = kind
    seen = select(Requisition.id).where(visible_pipelines(Anybody(roles)))
    return seen if mine else seen.where(Requisition.state.in_(LIVE), Requisition.role == bindparam("role"))


def _seen_by_set(kind: _Kind) -> ColumnElement[bool]:
    """Whom the reader may see, for statements that look at everybody: the requisitions are found once."""
    by_requisition = ApplicationCard.requisition_id.in_(_requisitions(kind))
    if not kind[1]:
        return by_requisition
    return or_(by_requisition, ApplicationCard.application_id.in_(select(Application.id).where(_by_itself(kind))))


def _seen_one_by_one(kind: _Kind) -> ColumnElement[bool]:
    """The same for statements that look at the first twenty. A value and not a set: PostgreSQL would join a set, and
    sort everybody for that."""
    requisition = _requisitions(kind).where(Requisition.id == ApplicationCard.requisition_id)
    by_requisition = requisition.correlate(ApplicationCard).scalar_subquery().is_not(None)
    if not kind[1]:
        return by_requisition
    one = select(Application.id).where(Application.id == ApplicationCard.application_id, _by_itself(kind))
    return or_(by_requisition, one.correlate(ApplicationCard).scalar_subquery().is_not(None))


def _by_itself(kind: _Kind) -> ColumnElement[bool]:
    """Applications that the reader sees without their requisition, as whoever sits on an interview does."""
    reader = Anybody(kind[0])
    return or_(*(predicate(reader) for predicate in get_registry().application_visibility))


def _is_late() -> ColumnElement[bool]:
    """While a requisition is on hold nobody is late, here as on its own board."""
    held = select(Requisition.id).where(Requisition.state == RequisitionState.ON_HOLD)
    return and_(ApplicationCard.late_from <= bindparam("now"), ApplicationCard.requisition_id.not_in(held))


def _narrowed(found: Select[*Parts], shape: Shape, late: bool) -> Select[*Parts]:
    """Only those whom a filter leaves. Its conditions are over applications, which are read for them alone."""
    if late:
        found = found.where(_is_late())
    asked = conditions(shape)
    if not asked:
        return found
    return found.join(Application, Application.id == ApplicationCard.application_id).where(*asked)


@lru_cache(SHAPES)
def _stages_statement(kind: _Kind) -> Select[Stage]:
    """For each of these keys the newest stage that the reader may know of: of a requisition, or where somebody is."""
    known: ColumnElement[bool] = Stage.requisition_id.in_(_requisitions(kind))
    if kind[1]:
        known = or_(known, Stage.id.in_(select(Application.stage_id).where(_by_itself(kind))))
    newest = select(func.max(Stage.id)).where(Stage.key.in_(bindparam("keys", expanding=True)), known)
    return select(Stage).where(Stage.id.in_(newest.group_by(Stage.key)))


@lru_cache(SHAPES)
def _count_statement(kind: _Kind, shape: Shape, late: bool) -> Select[*tuple[Any, ...]]:
    on_reader = ApplicationCard.waits_on_user_id == bindparam("reader")
    found = (
        select(
            ApplicationCard.stage_key,
            func.count().label("total"),
            func.sum(case((_is_late(), 1), else_=0)).label("late"),
            func.sum(case((on_reader, 1), else_=0)).label("mine"),
        )
        .select_from(ApplicationCard)
        .where(*_lies_here(kind), _seen_by_set(kind))
    )
    return _narrowed(found, shape, late).group_by(ApplicationCard.stage_key)


@lru_cache(SHAPES)
def _board_statement(
    kind: _Kind, keys: int, shape: Shape, late: bool, *, beyond: bool = False
) -> Select[*tuple[Any, ...]]:
    """The first cards of so many columns; with `beyond` those behind a cursor."""
    at: BindParameter[Any] = bindparam("after_at")
    entered = ApplicationCard.entered_at
    parts = []
    for index in range(keys):
        part = select(ApplicationCard.application_id.label("id")).where(
            *_lies_here(kind), ApplicationCard.stage_key == bindparam(f"key_{index}"), _seen_one_by_one(kind)
        )
        if beyond:
            # The plain comparison in front lets the index be entered there.
            part = part.where(entered <= at, or_(entered < at, ApplicationCard.application_id < bindparam("after_id")))
        parts.append(select(_narrowed(part, shape, late).order_by(*_NEWEST_FIRST).limit(PAGE).subquery()))
    shown = union_all(*parts).subquery()
    return card_rows().join(shown, shown.c.id == Application.id)


@lru_cache(SHAPES)
def _card_statement(kind: _Kind) -> Select[*tuple[Any, ...]]:
    return card_rows().where(Application.id == bindparam("application"), *_lies_here(kind), _seen_one_by_one(kind))


@lru_cache(SHAPES)
def _among_statement(kind: _Kind, shape: Shape, late: bool) -> Select[*tuple[Any, ...]]:
    found = card_rows().where(
        Application.id.in_(bindparam("applications", expanding=True)), *_lies_here(kind), _seen_one_by_one(kind)
    )
    return found.where(*([_is_late()] if late else []), *conditions(shape))


@lru_cache(SHAPES)
def _standing_statement(kind: _Kind) -> Select[*tuple[Any, ...]]:
    return select(ApplicationCard.application_id, ApplicationCard.stage_key).where(
        ApplicationCard.application_id.in_(bindparam("applications", expanding=True)),
        *_lies_here(kind),
        _seen_one_by_one(kind),
    )


@lru_cache(SHAPES)
def _requisitions_statement(kind: _Kind) -> Select[int]:
    if not kind[1]:
        return _requisitions(kind)
    # Whether or not the reader sees the requisition: who sits on an interview has that person on this board.
    waiting = select(ApplicationCard.requisition_id).where(*_lies_here(kind))
    team = Requisition.team_members.any(TeamMember.user_id == bindparam("reader"))
    return select(Requisition.id).where(or_(Requisition.id.in_(waiting), team))
