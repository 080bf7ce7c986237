"""What the home page shows: what waits on the reader, what others did since the last working day, and the pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.templating import days, plural
from tracker.desk.news import News, load_news
from tracker.desk.waiting import Waiting, load_waiting
from tracker.metrics.queries import HireLine, all_requisitions, hires_of_last_year, requisitions_in
from tracker.metrics.spread import Spread, spread
from tracker.pipeline.models import Application
from tracker.pipeline.policy import SEEING_PARTS
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.overviews import Filters, Overview, Row, overview
from tracker.requisitions.states import CLOSED
from tracker.vetting.models import Interview
from tracker.vetting.queries import interviews_where, sits
from tracker.vetting.states import InterviewState

#: The latest hires that are named.
SHOWN_HIRES = 6
#: How far ahead interviews are shown.
AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class HiredPerson:
    """Somebody who was hired lately."""

    name: str
    candidate_id: int
    number: str
    role: str
    days: int
    accepted_at: datetime


@dataclass(frozen=True)
class Today:
    """The home page."""

    waiting: Waiting
    news: News
    interviews: list[Interview]
    overview: Overview
    rows: list[Row]
    hires: list[HiredPerson]
    days_to_hire: Spread

    @property
    def people(self) -> int:
        """How many people are in the pipelines shown."""
        return sum(row.figures.people for row in self.rows)


def load_today(reader: User, shown: int) -> Today:
    """Everything on the home page, `shown` of the things that wait; a constant number of statements."""
    now = clock.now()
    own = _own_requisitions(reader)
    everything = reader.has(Role.ADMIN) and not reader.has(Role.RECRUITER, Role.HIRING_MANAGER)
    seen = overview(reader, Filters(mine=not everything))
    live = (row for group in seen.groups if group.state not in CLOSED for row in group.rows)
    rows = [row for row in live if everything or row.requisition.id in own]
    # Whoever is shown all pipelines hears of all, those that are over since yesterday too.
    told = {row.requisition.id for group in seen.groups for row in group.rows} if everything else own
    hires = hires_of_last_year(all_requisitions() if everything else requisitions_in(sorted(own)))
    return Today(
        waiting=load_waiting(reader, now, shown),
        news=load_news(reader, told, now),
        interviews=_coming_up(reader, now),
        overview=seen,
        rows=rows,
        hires=_hired(hires[:SHOWN_HIRES]),
        days_to_hire=spread(line.days_to_hire for line in hires),
    )


def _coming_up(reader: User, now: datetime) -> list[Interview]:
    """The reader's interviews of the next two days, and those still going on."""
    return interviews_where(
        sits(reader),
        Interview.state == InterviewState.PLANNED,
        Interview.starts_at >= now - timedelta(hours=2),
        Interview.starts_at < now + AHEAD,
    )


def _hired(lines: Sequence[HireLine]) -> list[HiredPerson]:
    if not lines:
        return []
    rows = db.session.execute(
        select(Application.id, Candidate.id, Candidate.name, Requisition.number, Requisition.role)
        .join(Application.candidate)
        .join(Application.requisition)
        .where(Application.id.in_([line.application_id for line in lines]))
    )
    people = {row[0]: row for row in rows}
    return [
        HiredPerson(name, candidate_id, number, role.value, line.days_to_hire, line.accepted_at)
        for line in lines
        for _, candidate_id, name, number, role in [people[line.application_id]]
    ]


def _own_requisitions(reader: User) -> frozenset[int]:
    """Those in which the reader sees everybody; who only interviews knows neither their numbers nor whom they hired."""
    mine = (TeamMember.user_id == reader.id, TeamMember.part.in_(SEEING_PARTS))
    return frozenset(db.session.scalars(select(TeamMember.requisition_id).where(*mine)))


def greeting(reader: User, now: datetime) -> str:
    """ "Good morning, Tara", by the reader's own clock."""
    hour = now.astimezone(reader.zone).hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {reader.name.split()[0]}"


def headline(waiting: Waiting, now: datetime) -> str:
    """How much waits, in a sentence; by the same rule as the list below it and the number in the sidebar."""
    if waiting.oldest is None:
        return "Nothing waits on you"
    age = (now - waiting.oldest).days
    since = f", the oldest for {days(age)}" if age > 0 else ""
    return f"{plural(waiting.count, 'thing waits', 'things wait')} on you{since}"
