"""What a card says: one person in one stage, at a glance. Worded here; the template only prints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Row, Select, select

from tracker.accounts.models import User, short_name
from tracker.candidates.models import Candidate
from tracker.core.calendar import day_count
from tracker.core.db import db
from tracker.core.templating import format_day, plural
from tracker.desk.filters import Limits
from tracker.pipeline.models import Application, ApplicationCard, SetWait
from tracker.pipeline.states import ApplicationStatus, SourceKind, WaitReason
from tracker.requisitions.models import Stage
from tracker.requisitions.states import Phase, StageKind

#: Where it is no news that a person waits on the candidate.
CANDIDATES_TURN = frozenset({StageKind.CONTACTED, StageKind.OFFER_EXTENDED})
_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}
_NOBODY_OF_US = {WaitReason.CANDIDATE: "the candidate", WaitReason.SCHEDULED: "the interview"}
_WORKS_ON = {WaitReason.HIRING_MANAGER: "decision", WaitReason.INTERVIEWERS: "scorecard"}


@dataclass(frozen=True, slots=True)
class Wait:
    """Whom or what it waits on, in words. `kind` as ui.wait takes it: "" | me | late | ok."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Card:
    """One card, ready to print."""

    id: int
    version: int
    person: int
    name: str
    line: str
    entered_at: datetime
    age: str
    age_said: str
    late: bool
    pips: Markup | None
    foot: str
    waits: tuple[Wait, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, when and where: what the words depend on."""

    reader: User
    now: datetime
    zone: ZoneInfo
    #: The organisation's zone: days are counted in it.
    counting: ZoneInfo


#: What a card is made of, in one row.
CARD_COLUMNS = (
    Application.id,
    Application.version,
    Application.status,
    Application.stage_id,
    Application.stage_entered_at,
    Application.source_kind,
    Application.source,
    Application.candidate_id,
    Candidate.name,
    Candidate.title,
    Candidate.company,
    ApplicationCard.must_haves,
    ApplicationCard.must_haves_assessed,
    ApplicationCard.waits_on,
    ApplicationCard.waits_on_user_id,
    ApplicationCard.next_interview_at,
    ApplicationCard.offer_expires_at,
    ApplicationCard.last_contact_at,
    ApplicationCard.contacts_out,
    ApplicationCard.new_reply_at,
    User.name.label("holder"),
)


def card_rows() -> Select[*tuple[Any, ...]]:
    """A statement for the rows that make_cards() takes; the caller says which."""
    return (
        select(*CARD_COLUMNS)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id, isouter=True)
        .join(User, User.id == ApplicationCard.waits_on_user_id, isouter=True)
    )


def make_cards(
    rows: Sequence[Row[*tuple[Any, ...]]], stages: Mapping[int, Stage], limits: Limits, reading: Reading
) -> list[tuple[int, Card]]:
    """The cards of these rows in their order, each with its stage's id. One statement at most, for any number."""
    names = {row.waits_on_user_id: short_name(row.holder) for row in rows if row.holder is not None}
    notes = _notes([row.id for row in rows if row.waits_on is WaitReason.PERSON_SET])
    return [(row.stage_id, _card(row, stages[row.stage_id], limits, reading, names, notes)) for row in rows]


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Short names of users: "J. Okoye"."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    # Names only: loading users would load their roles as well.
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: short_name(row.name) for row in rows}


def _notes(application_ids: list[int]) -> dict[int, str]:
    if not application_ids:
        return {}
    rows = db.session.execute(
        select(SetWait.application_id, SetWait.note).where(
            SetWait.application_id.in_(application_ids), SetWait.lifted_at.is_(None)
        )
    )
    return {row.application_id: row.note for row in rows}


def _card(
    row: Row[*tuple[Any, ...]],
    stage: Stage,
    limits: Limits,
    reading: Reading,
    names: Mapping[int, str],
    notes: Mapping[int, str],
) -> Card:
    days = day_count(row.stage_entered_at, reading.now, reading.counting)
    late = row.status is ApplicationStatus.ACTIVE and limits.is_late(row.stage_id, row.stage_entered_at)
    vetted = stage.phase is not Phase.SOURCING
    return Card(
        id=row.id,
        version=row.version,
        person=row.candidate_id,
        name=row.name,
        line=" · ".join(filter(None, (row.title, row.company))),
        entered_at=row.stage_entered_at,
        age=f"{days} d" if days else "today",
        age_said=_age_said(days, stage, late=late),
        late=late,
        pips=pips(row.must_haves_assessed, row.must_haves) if vetted and row.must_haves else None,
        foot=_foot(row, stage, reading, vetted=vetted),
        waits=tuple(_waits(row, stage, reading, names, notes, late=late)),
    )


def _age_said(days: int, stage: Stage, *, late: bool) -> str:
    here = f"{plural(days, 'day')} in {stage.name}" if days else f"in {stage.name} since today"
    if stage.limit_days is None:
        return here
    limit = f"limit {plural(stage.limit_days, 'working day')}"
    return f"{here}, late: {limit}" if late else f"{here}, {limit}"


def source_words(kind: SourceKind, source: str) -> str:
    """Where somebody came from: "LinkedIn", "referral, A. Kern"."""
    if kind is SourceKind.REFERRED:
        return f"referral, {source}" if source else "referral"
    return source or kind.label


def _foot(row: Row[*tuple[Any, ...]], stage: Stage, reading: Reading, *, vetted: bool) -> str:
    source = source_words(row.source_kind, row.source)
    if vetted or not row.contacts_out or row.last_contact_at is None or stage.kind is StageKind.APPLIED:
        return source
    days = day_count(row.last_contact_at, reading.now, reading.counting)
    ordinal = _ORDINALS.get(row.contacts_out, f"{row.contacts_out}th")
    when = "today" if not days else "yesterday" if days == 1 else f"{days} d ago"
    return f"{ordinal} contact {when} · {source}"


def _waits(
    row: Row[*tuple[Any, ...]],
    stage: Stage,
    reading: Reading,
    names: Mapping[int, str],
    notes: Mapping[int, str],
    *,
    late: bool,
) -> Iterable[Wait]:
    if row.new_reply_at is not None:
        yield Wait("new reply", "me")
    coming = row.next_interview_at is not None and row.next_interview_at > reading.now
    if coming:
        yield Wait(f"interview {near(row.next_interview_at, reading)}", "ok")
    if row.offer_expires_at is not None:
        yield _offer(row.offer_expires_at, reading)
    if row.waits_on is None or (row.waits_on is WaitReason.SCHEDULED and (coming or not late)):
        return
    if row.waits_on is WaitReason.PERSON_SET and row.id in notes:
        yield Wait(notes[row.id], "late" if late else "")
        return
    usual = row.waits_on is WaitReason.RECRUITER or (
        row.waits_on is WaitReason.CANDIDATE and stage.kind in CANDIDATES_TURN
    )
    if not usual or late:
        mine = row.waits_on_user_id == reading.reader.id
        text = f"waits on {holder_words(row.waits_on, row.waits_on_user_id, reading.reader, names)}"
        yield Wait(text, "late" if late else "me" if mine else "")


def _offer(expires_at: datetime, reading: Reading) -> Wait:
    day = near(expires_at, reading, time=False)
    if expires_at <= reading.now:
        return Wait(f"offer ran out {day}", "late")
    left = day_count(reading.now, expires_at, reading.counting)
    return Wait(f"offer until {day}", "late" if left <= 2 else "ok")


def holder_words(reason: WaitReason, user_id: int | None, reader: User, names: Mapping[int, str]) -> str:
    """Whom something waits on: "you", "J. Okoye, scorecard", "the candidate", "the recruiter"."""
    if reason in _NOBODY_OF_US:
        return _NOBODY_OF_US[reason]
    unnamed = {WaitReason.RECRUITER: "a recruiter", WaitReason.INTERVIEWERS: "the interviewers"}
    who = "you" if user_id == reader.id else names.get(user_id or 0) or unnamed.get(reason, "the hiring manager")
    return f"{who}, {_WORKS_ON[reason]}" if reason in _WORKS_ON else who


def near(moment: datetime, reading: Reading, *, time: bool = True) -> str:
    """An instant that is close: "today 14:00", "tomorrow 10:30", "Thu 14:00", later the date."""
    local, today = moment.astimezone(reading.zone), reading.now.astimezone(reading.zone).date()
    days = (local.date() - today).days
    if days in {0, 1}:
        day = "tomorrow" if days else "today"
    elif 1 < days < 7:
        day = f"{local:%a}"
    else:
        day = format_day(local, reading.zone, today=today)
    return f"{day} {local:%H:%M}" if time else day


@lru_cache(maxsize=512)
def pips(done: int, total: int) -> Markup:
    """The marks of assessed must-haves, drawn once for each pair of counts."""
    module: Any = current_app.jinja_env.get_template("_macros/ui.html").module
    return Markup(module.pips(done, total))  # noqa: S704 - the macro's own output, of two numbers
