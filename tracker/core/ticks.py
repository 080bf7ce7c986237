"""Runs periodic work: one at a time per name, whatever the number of beats and workers."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TypeVar

import structlog
from sqlalchemy import or_, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.db import Base, db, insert_or_ignore, transaction
from tracker.core.registry import get_registry

log = structlog.get_logger(__name__)

Thing = TypeVar("Thing")
#: So far apart the clocks of two machines may be.
SKEW = timedelta(minutes=10)
_time_limits: ContextVar[tuple[type[Exception], ...]] = ContextVar("time_limits", default=())


class TickRun(Base):
    """The last run of each tick, and the lease of the one that runs now."""

    __tablename__ = "tick_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    lease_token: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


def run(name: str, *, at: datetime | None = None, time_limits: tuple[type[Exception], ...] = ()) -> int | None:
    """Do what is due by `at` (aware; default: now) under the tick's lease.

    `time_limits` is what the caller raises when the run took too long. Returns how much was done, or None when another
    process holds the lease. Raises KeyError for an unknown name and whatever the work raised, after recording it.
    """
    tick = get_registry().ticks[name]
    token = _take_lease(name, tick.lease)
    if token is None:
        return None
    done, error = 0, None
    limits = _time_limits.set(time_limits)
    try:
        with clock.due_at(at), _renewing(name, token, tick.lease):
            done = tick.run()
    except Exception as failure:
        db.session.rollback()
        error = type(failure).__name__
        raise
    finally:
        _time_limits.reset(limits)
        _give_back(name, token, done, error)
    if done:
        log.info("tick.done", tick=name, done=done)
    return done


def each_alone(
    things: Iterable[Thing],
    work: Callable[[Thing], int],
    *,
    put_off: Callable[[Thing], object] | None = None,
    ends_all: tuple[type[Exception], ...] = (),
) -> int:
    """Do `work` for each of `things`, such as ids; returns the sum of what it returned, True counting as one.

    One that fails is logged, handed to `put_off`, and does not keep the others from theirs. In the end the first
    failure is raised: the run has failed, and the next one tries again. A database that does not answer, a run that
    took too long, or what the caller names in `ends_all` ends it.
    """
    done, failures = 0, []
    ends_all = (OperationalError, *_time_limits.get(), *ends_all)
    for thing in things:
        try:
            done += work(thing)
        except ends_all:
            raise
        except Exception as failure:
            db.session.rollback()
            what = f"{work.__name__.strip('_').replace('_', ' ')} {thing}"
            said = f"{what} failed ({type(failure).__name__}), and is tried again later."
            log.error("tick.part_failed", work=work.__name__, thing=thing, exc_info=failure, said=said)
            failures.append(failure)
            if put_off is not None:
                put_off(thing)
    if failures:
        raise failures[0]
    return done


def _real_now() -> datetime:
    return datetime.now(UTC)


def _take_lease(name: str, lease: timedelta) -> str | None:
    token, now = secrets.token_hex(8), _real_now()
    with transaction():
        if db.session.get(TickRun, name, with_for_update=True) is None:
            db.session.execute(insert_or_ignore(TickRun).values(name=name, done=0))
        result = db.session.execute(
            update(TickRun)
            .where(
                TickRun.name == name,
                # Further away than a lease lasts is one that was taken before the clock was set back.
                or_(
                    TickRun.leased_until.is_(None),
                    TickRun.leased_until < now,
                    TickRun.leased_until > now + lease + SKEW,
                ),
            )
            .values(lease_token=token, leased_until=now + lease, started_at=clock.now())
        )
        taken = result.rowcount == 1  # type: ignore[attr-defined]
    return token if taken else None


@contextmanager
def _renewing(name: str, token: str, lease: timedelta) -> Iterator[None]:
    """Renew the lease while the block runs: from a thread, because the work itself may take long in one statement."""
    engine, over = db.engine, Event()

    def renew() -> None:
        while not over.wait(lease.total_seconds() / 3):
            try:
                with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
                    connection.execute(
                        update(TickRun)
                        .where(TickRun.name == name, TickRun.lease_token == token)
                        .values(leased_until=_real_now() + lease)
                    )
            except SQLAlchemyError as error:
                # The next try is near; and while the database cannot be written, nobody else takes the lease either.
                said = f"The database cannot be written at the moment; {name} goes on, and tries again."
                log.warning("tick.lease_not_renewed", tick=name, error=type(error).__name__, said=said)

    thread = Thread(target=renew, name=f"lease of {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _give_back(name: str, token: str, done: int, error: str | None) -> None:
    with transaction():
        db.session.execute(
            update(TickRun)
            .where(TickRun.name == name, TickRun.lease_token == token)
            .values(lease_token=None, leased_until=None, finished_at=clock.now(), done=done, error=error)
        )
