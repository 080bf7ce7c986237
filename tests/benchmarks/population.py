"""An organisation of any size: users and requisitions by the product's operations, people in bulk."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from tests.benchmarks.copies import Copy, Model, last_keys, ranges_between, write_copies
from tests.benchmarks.lives import Lives
from tests.benchmarks.loading import settle_ids
from tests.benchmarks.ways import Ground, Place
from tracker.accounts.models import User
from tracker.accounts.operations import create_user
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.pipeline.changes import order_of
from tracker.pipeline.limits import organisation_zone
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.refresh import bump_pulses
from tracker.requisitions.models import ChecklistItem, Requisition, Stage
from tracker.requisitions.operations import create_requisition
from tracker.requisitions.operations_life import close_requisition, open_requisition
from tracker.requisitions.stage_templates import ensure_templates
from tracker.requisitions.states import Need, RoleProfileKey

SEED = 20261123
PASSWORD = "seven quiet harbours"
#: Requisitions that are written down in one transaction.
TOGETHER = 50
#: After so many requisitions it is said how far it is.
TOLD_EVERY = 500
#: People who are written down in one transaction.
SHARE = 10_000
#: Of the requisitions that are not measured one in so many is open; the others are over.
OPEN_EVERY = 20
#: What the reader of the measured pages works on, beside the measured requisition.
OWN = 7
ROLES = (RoleProfileKey.MLOPS_ENGINEER, RoleProfileKey.ML_ENGINEER)


@dataclass(frozen=True, order=True)
class Size:
    """How large: active applications in the measured requisition; and all others, over so many requisitions."""

    active: int
    others: int = 0
    requisitions: int = 0
    #: Of requisitions that are alike so many get people of their own; the others get theirs once more.
    variety: int = 16

    @property
    def name(self) -> str:
        """As tables name it: "10,000", "10,000 of 1,000,000"."""
        return f"{self.active:,} of {self.active + self.others:,}" if self.others else f"{self.active:,}"


@dataclass(frozen=True)
class Population:
    """What was made: the measured requisition, who signs in, and how long it took."""

    number: str
    email: str
    password: str
    people: int
    seconds: float


@contextmanager
def _as_always() -> Iterator[Connection]:
    with transaction():
        yield db.session.connection()


def populate(
    size: Size,
    connect: Callable[[], AbstractContextManager[Connection]] = _as_always,
    tell: Callable[[str], None] = lambda _line: None,
) -> Population:
    """Fill the running application's empty database. The same size gives the same people, apart from the date.

    `connect` gives the connection on which the largest part is written, and commits; `tell` is told how far it is.
    """
    began = time.perf_counter()
    now = clock.now().replace(microsecond=0)
    chance = random.Random(SEED)
    with transaction():
        ensure_templates()
        reader = _user("Recruiter North", Role.RECRUITER, password=PASSWORD)
        recruiters = [reader, *(_user(f"Recruiter {word}", Role.RECRUITER) for word in ("East", "South", "West"))]
        manager = _user("Manager Main", Role.HIRING_MANAGER)
        measured = _requisition(recruiters[:2], manager, ROLES[0], now - timedelta(days=200))
        number, email, ground = measured.number, reader.email, _ground(measured, recruiters[:2])
    _people(ground, size.active, 0, now, chance)
    each = size.others // size.requisitions if size.requisitions else 0
    copies: list[Copy] = []
    models: dict[tuple[bool, RoleProfileKey], list[Model]] = defaultdict(list)
    for index, ground in enumerate(_others(size, recruiters, manager, now)):
        if (index + 1) % TOLD_EVERY == 0:
            tell(f"{index + 1:,} of {size.requisitions:,} requisitions")
        over = _is_over(index)
        alike = models[over, ground.role]
        if index >= OWN and len(alike) >= size.variety:
            copies.append(Copy(chance.choice(alike), ground))
            continue
        before = last_keys(db.session.connection())
        active = 0 if over else min(each, 60)
        _people(ground, active, each - active, now, chance)
        if index >= OWN:
            alike.append(Model(ground, ranges_between(before, last_keys(db.session.connection()))))
    if copies:
        tell(f"the people of {len(copies):,} requisitions, by copying")
    with connect() as connection:
        write_copies(connection, copies)
    with transaction():
        people = db.session.scalar(select(func.count()).select_from(Candidate)) or 0
    return Population(number, email, PASSWORD, people, time.perf_counter() - began)


def _others(size: Size, recruiters: list[User], manager: User, now: datetime) -> Iterator[Ground]:
    """The requisitions that are not measured, still without people."""
    for first in range(0, size.requisitions, TOGETHER):
        grounds = []
        with transaction():
            for index in range(first, min(first + TOGETHER, size.requisitions)):
                team = recruiters[:1] if index < OWN else recruiters[2:]
                requisition = _requisition(team, manager, ROLES[index % 2], now - timedelta(days=200))
                grounds.append(_ground(requisition, team))
                if _is_over(index):
                    close_requisition(requisition, actor=manager, cancelled=True, reason="The project was stopped.")
        yield from grounds


def _is_over(index: int) -> bool:
    return index >= OWN and bool(index % OPEN_EVERY)


def _user(name: str, role: Role, *, password: str | None = None) -> User:
    address = f"{name.lower().replace(' ', '.')}@bench.example"
    return create_user(name, address, [role], timezone="Europe/Berlin", password=password, actor=None)


def _requisition(recruiters: list[User], manager: User, role: RoleProfileKey, at: datetime) -> Requisition:
    requisition = create_requisition(
        role=role,
        actor=manager,
        recruiters=recruiters,
        hiring_manager=manager,
        happened_at=at,
        title="MLOps Engineer, platform" if role is ROLES[0] else "ML Engineer, ranking",
    )
    open_requisition(requisition, actor=manager, happened_at=at)
    return requisition


def _ground(requisition: Requisition, recruiters: list[User]) -> Ground:
    stages = db.session.scalars(select(Stage).where(Stage.requisition_id == requisition.id))
    must_haves = select(func.count()).where(
        ChecklistItem.requisition_id == requisition.id,
        ChecklistItem.need == Need.MUST_HAVE,
        ChecklistItem.removed_at.is_(None),
    )
    return Ground(
        id=requisition.id,
        role=requisition.role,
        stages=[
            Place(each.id, each.key, each.kind, each.phase, each.limit_days) for each in sorted(stages, key=order_of)
        ],
        must_haves=db.session.scalar(must_haves) or 0,
        recruiters=[user.id for user in recruiters],
    )


def _people(ground: Ground, active: int, ended: int, now: datetime, chance: random.Random) -> None:
    while active or ended:
        with transaction():
            lives = Lives(db.session.connection(), now, organisation_zone(), chance)
            share = min(active, SHARE)
            lives.add_active(ground, share)
            active -= share
            share = min(ended, SHARE - share)
            lives.add_ended(ground, share)
            ended -= share
            lives.write()
            for model in (Candidate, Application, StageChange):
                settle_ids(db.session.connection(), model)
            bump_pulses([ground.id])
