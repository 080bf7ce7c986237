"""What a card says: one person in one stage, at a glance. Worded here; drawing.py puts it into markup."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Select, and_, select

from tracker.accounts.models import User, short_name
from tracker.candidates.models import Candidate
from tracker.core.calendar import day_count, local_date, working_days_between
from tracker.core.db import db
from tracker.core.templating import format_day, plural
from tracker.desk.filters import Limits
from tracker.pipeline.models import Application, ApplicationCard, SetWait
from tracker.pipeline.states import ApplicationStatus, SourceKind, WaitReason
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import Phase, StageKind

#: Where it is no news that a person waits on the candidate.
CANDIDATES_TURN = frozenset({StageKind.CONTACTED, StageKind.OFFER_EXTENDED})
#: The working day whose hours are shared, by the clock of each.
WORKING_HOURS = 8
_NOBODY_OF_US = {WaitReason.CANDIDATE: "the candidate", WaitReason.SCHEDULED: "the interview"}
_WORKS_ON = {WaitReason.HIRING_MANAGER: "decision", WaitReason.INTERVIEWERS: "scorecard"}


class Wait(NamedTuple):
    """Whom or what it waits on, in words. `kind` as ui.wait takes it: "" | me | late | ok."""

    text: str
    kind: str


class Card(NamedTuple):
    """One card, ready to print."""

    id: int
    version: int
    person: int
    stage_id: int
    name: str
    #: Role and employer now.
    line: str
    entered_at: datetime
    #: Working days in the stage against its limit: "4/5 d"; days where there is no limit.
    age: str
    #: The same, said in full.
    age_said: str
    late: bool
    pips: Markup | None
    #: In sourcing: where somebody is, and the hours of the working day that are shared with them.
    place: str
    #: Where they came from; in sourcing the last word to them before it.
    foot: str
    waits: Sequence[Wait]
    #: The requisition's number and the key of its role, where several are mixed; empty elsewhere.
    number: str
    role: str
    #: Whether the reader may move it.
    movable: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, when and where: what the words depend on."""

    reader: User
    now: datetime
    zone: ZoneInfo
    #: The organisation's zone: days are counted in it.
    counting: ZoneInfo


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a card lies: its stage, and what its requisition has to do with its words. Plain values: what is asked
    for each of two hundred cards is not asked of a row of the session."""

    stage: str
    key: str
    kind: StageKind
    sourcing: bool
    limit_days: int | None
    #: Whoever entered before this instant is late; None: nobody is.
    late_before: datetime | None
    #: The zone whose working hours are to be shared; empty: none is.
    sharing: str = ""
    number: str = ""
    role: str = ""
    movable: bool = True

    @classmethod
    def of(cls, stage: Stage, late_before: datetime | None, **more: Any) -> "Ground":
        """That of a stage; `more` is what its requisition has to do with it."""
        sourcing = stage.phase is Phase.SOURCING
        return cls(stage.name, stage.key, stage.kind, sourcing, stage.limit_days, late_before, **more)


def grounds_of(
    requisition: Requisition, stages: Iterable[Stage], limits: Limits, *, movable: bool = True
) -> dict[int, Ground]:
    """The grounds of one requisition's stages, by their ids."""
    return {
        stage.id: Ground.of(
            stage, limits.entered_before.get(stage.id), sharing=requisition.overlap_timezone, movable=movable
        )
        for stage in stages
    }


#: What a card is made of, in one row; _card() takes it apart in this order.
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
    Candidate.location,
    Candidate.timezone,
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
    SetWait.note,
)


#: Where the stage stands among them.
_STAGE = CARD_COLUMNS.index(Application.stage_id)


def card_rows() -> Select[*tuple[Any, ...]]:
    """A statement for the rows that make_cards() takes; the caller says which."""
    return (
        select(*CARD_COLUMNS)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id, isouter=True)
        .join(User, User.id == ApplicationCard.waits_on_user_id, isouter=True)
        .join(SetWait, and_(SetWait.application_id == Application.id, SetWait.lifted_at.is_(None)), isouter=True)
    )


def make_cards(rows: Sequence[Any], grounds: Mapping[int, Ground], reading: Reading) -> list[Card]:
    """The cards of these rows, in their order; `grounds` by the ids of stages."""
    today = local_date(reading.now, reading.counting)
    return [_card(row, grounds[row[_STAGE]], reading, today) for row in rows]


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Short names of users: "J. Okoye"."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    # Names only: loading users would load their roles as well.
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: short_name(row.name) for row in rows}


def _card(row: Any, ground: Ground, reading: Reading, today: date) -> Card:
    # Taken apart at once: asking a row for its columns one by one takes as long as all the wording.
    (
        application_id,
        version,
        status,
        stage_id,
        entered_at,
        source_kind,
        source,
        candidate_id,
        name,
        title,
        company,
        location,
        timezone,
        must_haves,
        assessed,
        waits_on,
        holder_id,
        interview_at,
        expires_at,
        contact_at,
        contacts,
        reply_at,
        holder,
        note,
        *_more,
    ) = row
    entered_on = _day_of(entered_at, reading.counting)
    late = ground.late_before is not None and entered_at < ground.late_before and status is ApplicationStatus.ACTIVE
    age, age_said = age_words(entered_on, today, ground.stage, ground.limit_days, late)
    vetted = not ground.sourcing
    foot = source_words(source_kind, source)
    waits: list[Wait] = []
    if reply_at is not None:
        waits.append(NEW_REPLY)
    coming = interview_at is not None and interview_at > reading.now
    if coming:
        waits.append(Wait(f"interview {near(interview_at, reading)}", "ok"))
    if expires_at is not None:
        waits.append(_offer(expires_at, reading))
    if waits_on is not None:
        waiting = _wait(waits_on, holder_id, holder, note, ground.kind, reading, late=late, coming=coming)
        if waiting is not None:
            waits.append(waiting)
    if not vetted and contacts and contact_at is not None:
        ago = _days_ago((today - _day_of(contact_at, reading.counting)).days)
        foot = f"{ordinal(contacts)} contact {ago} · {foot}"
    return Card(
        id=application_id,
        version=version,
        person=candidate_id,
        stage_id=stage_id,
        name=name,
        line=f"{title} · {company}" if title and company else title or company,
        entered_at=entered_at,
        age=age,
        age_said=age_said,
        late=late,
        pips=pips(assessed, must_haves) if vetted and must_haves else None,
        place="" if vetted else place_words(location, timezone, ground.sharing, today),
        foot=foot,
        waits=waits,
        number=ground.number,
        role=ground.role,
        movable=ground.movable,
    )


# Of instants as rows hold them, all in UTC: those of a local clock may be equal, and hours apart.
@lru_cache(8192)
def _day_of(instant: datetime, zone: ZoneInfo) -> date:
    """local_date(), remembered: whoever looks at a board again sees mostly the same instants."""
    return local_date(instant, zone)


NEW_REPLY = Wait("new reply", "me")


@lru_cache(4096)
def age_words(entered_on: date, today: date, stage: str, limit: int | None, late: bool) -> tuple[str, str]:
    """How long in the stage: as it stands on a card, and said in full. A limit counts working days, so both do then."""
    days = (today - entered_on).days
    since = f"since {format_day(entered_on, _UTC, today=today)}" if days else "since today"
    if limit is None:
        return (f"{days} d", f"{plural(days, 'day')} in {stage}, {since}") if days else ("today", f"in {stage} {since}")
    worked = working_days_between(entered_on, today)
    said = f"{plural(worked, 'working day')} in {stage}, {since}; {'late, ' if late else ''}limit {limit}"
    return (f"{worked}/{limit} d" if days else "today"), said


def ordinal(number: int) -> str:
    """1 → "1st", 12 → "12th", 23 → "23rd"."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _days_ago(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"


@lru_cache(4096)
def place_words(location: str, timezone: str, sharing: str, today: date) -> str:
    """Where somebody is, and how many hours of a working day they share with the zone `sharing`: "Lagos, 7 h shared".

    Zones are names ("Africa/Lagos") or empty where unknown.
    """
    place = location or timezone.rpartition("/")[2].replace("_", " ")
    if not timezone or not sharing:
        return place
    return f"{place}, {shared_hours(ZoneInfo(timezone), ZoneInfo(sharing), today)} h shared"


def shared_hours(here: ZoneInfo, there: ZoneInfo, day: date) -> int:
    """How many hours two working days, each from 9 to 17 by its own clock, have in common on `day`; begun ones count
    for nothing."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=_UTC)
    apart = abs((noon.astimezone(here).utcoffset() or _NONE) - (noon.astimezone(there).utcoffset() or _NONE))
    hours = apart.total_seconds() / 3600
    # Half round the earth the one's evening is the other's morning.
    return max(0, int(WORKING_HOURS - min(hours, 24 - hours)))


_UTC = ZoneInfo("UTC")
_NONE = timedelta(0)


def source_words(kind: SourceKind, source: str) -> str:
    """Where somebody came from: "LinkedIn", "referral, A. Kern"."""
    if kind is SourceKind.REFERRED:
        return f"referral, {source}" if source else "referral"
    return source or kind.label


def _wait(
    reason: WaitReason,
    holder_id: int | None,
    holder: str | None,
    note: str | None,
    kind: StageKind,
    reading: Reading,
    *,
    late: bool,
    coming: bool,
) -> Wait | None:
    """Whom it waits on, where that is not the usual; of somebody who is late, always."""
    if reason is WaitReason.SCHEDULED and (coming or not late):
        return None
    if reason is WaitReason.PERSON_SET and note is not None:
        whom = f"waits on {short_name(holder)}: " if late and holder is not None else ""
        return Wait(f"{whom}{note}", "late" if late else "")
    usual = reason is WaitReason.RECRUITER or (reason is WaitReason.CANDIDATE and kind in CANDIDATES_TURN)
    if usual and not late:
        return None
    names = {holder_id: short_name(holder)} if holder_id is not None and holder is not None else {}
    text = f"waits on {holder_words(reason, holder_id, reading.reader, names)}"
    return Wait(text, "late" if late else "me" if holder_id == reading.reader.id else "")


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
