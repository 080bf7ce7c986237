"""Invented people and the way each of them went through a pipeline, as rows that agree with each other.

What the operations would have written one by one: applications with their stage changes, events, contacts, waits,
cards and search words. test_population.py holds the rows against the product's own derivation and `tracker verify`.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tests.benchmarks.loading import Row, last_id, load
from tests.benchmarks.ways import Ground, Place, Span, Visit, has_answered, kind_of_step, spans_of
from tracker.candidates.events import CandidateAdded
from tracker.candidates.facts import Facts
from tracker.candidates.keys import search_name
from tracker.candidates.models import Candidate, SearchWord
from tracker.core.calendar import local_date, start_of_day
from tracker.core.db import Base
from tracker.demo.cast import COMPANIES, FIRST_NAMES, LAST_NAMES, PLACES, SOURCES, TITLES
from tracker.history.models import Event
from tracker.pipeline.events import ApplicationEnded, ApplicationMoved, ApplicationStarted
from tracker.pipeline.limits import late_from
from tracker.pipeline.models import Application, ApplicationCard, Contact, StageChange, Wait
from tracker.pipeline.states import (
    REASONS,
    TRANSITIONS,
    ApplicationStatus,
    ChangeKind,
    ContactChannel,
    ContactDirection,
    SourceKind,
)
from tracker.requisitions.states import Phase, StageKind

#: How many of a hundred active people are in each stage; at a thousand every column is longer than a page of it.
SHARES = {
    StageKind.IDENTIFIED: 20,
    StageKind.CONTACTED: 24,
    StageKind.APPLIED: 20,
    StageKind.SCREENING: 13,
    StageKind.ASSESSMENT: 9,
    StageKind.INTERVIEW: 5,
    StageKind.SHORTLISTED: 3,
    StageKind.PREPARING_OFFER: 3,
    StageKind.OFFER_EXTENDED: 3,
}
ENDED = (*[ChangeKind.REJECT] * 7, ChangeKind.WITHDRAW, ChangeKind.CLOSE)
#: The order in which children follow those they point at.
ORDER: tuple[type[Base], ...] = (
    Candidate, SearchWord, Application, StageChange, Contact, Wait, ApplicationCard, Event
)  # fmt: skip
LONGEST_STAY = timedelta(days=60)


@dataclass
class Lives:
    """Makes people and writes them down. `now` is aware; `zone` is the organisation's; `chance` decides everything."""

    connection: Connection
    now: datetime
    zone: ZoneInfo
    chance: random.Random
    _rows: dict[type[Base], list[Row]] = field(default_factory=lambda: defaultdict(list))
    _ids: dict[type[Base], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number on from what is there."""
        self._ids = {model: last_id(self.connection, model) for model in (Candidate, Application, StageChange)}

    def add_active(self, ground: Ground, count: int) -> None:
        """So many new people under way, spread over the stages by SHARES."""
        places = {place.kind: place for place in ground.stages}
        kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
        for number in range(count):
            self._add(ground, places[kinds[number * 37 % 100]], None)

    def add_ended(self, ground: Ground, count: int) -> None:
        """So many new people for whom it is over, most of them early."""
        for _ in range(count):
            place = ground.stages[min(int(self.chance.expovariate(0.5)), len(ground.stages) - 1)]
            self._add(ground, place, self.chance.choice(ENDED))

    def write(self) -> None:
        """Put down what was made since the last time."""
        for model in ORDER:
            load(self.connection, model, self._rows[model])
        self._rows.clear()

    # --- one person -----------------------------------------------------------------------------------------------

    def _add(self, ground: Ground, place: Place, ending: ChangeKind | None) -> None:
        visits, source_kind = self._way(ground, place)
        candidate_id = self._candidate(ground, visits[0].entered_at)
        end = (visits[-1].entered_at + timedelta(hours=self.chance.uniform(2, 90))).replace(microsecond=0)
        over = min(self.now, end) if ending else None
        recruiter_id = self.chance.choice(ground.recruiters)
        words = self._words(visits, over or self.now)
        application_id = self._next(Application)
        self._application(ground, application_id, candidate_id, visits, source_kind, recruiter_id, words, ending, over)
        self._changes(ground, application_id, candidate_id, visits, source_kind, recruiter_id, ending, over)
        for direction, at in words:
            self._rows[Contact].append(
                {
                    "application_id": application_id,
                    "direction": direction,
                    "channel": ContactChannel.OTHER,
                    "at": at,
                    "recorded_at": at,
                    "actor_id": recruiter_id,
                    "note": "",
                }
            )
        spans = spans_of(visits, words, recruiter_id)
        for span, following in zip(spans, [*spans[1:], None], strict=True):
            self._rows[Wait].append(
                {
                    "application_id": application_id,
                    "reason": span.reason,
                    "user_id": span.user_id,
                    "since": span.since,
                    "until": following.since if following else over,
                }
            )
        self._card(ground, application_id, visits[-1], words, None if ending else spans[-1])

    def _way(self, ground: Ground, place: Place) -> tuple[list[Visit], SourceKind]:
        """The stages on the way to `place` with when each was entered, and how the person came in."""
        applied = place.kind is StageKind.APPLIED or (place.phase is not Phase.SOURCING and self.chance.random() < 0.4)
        passed = {StageKind.IDENTIFIED, StageKind.CONTACTED} if applied else {StageKind.APPLIED}
        way = [each for each in ground.stages[: ground.stages.index(place) + 1] if each.kind not in passed]
        referred = not applied and self.chance.random() < 0.1 and place.phase is Phase.SOURCING
        at = self.now - min(timedelta(days=self.chance.expovariate(1 / 6), minutes=5), LONGEST_STAY)
        visits = []
        for each in reversed(way):
            visits.append(Visit(each, at.replace(microsecond=0)))
            at -= timedelta(days=self.chance.uniform(1, 9))
        kind = SourceKind.APPLIED if applied else SourceKind.REFERRED if referred else SourceKind.SOURCED
        return visits[::-1], kind

    def _words(self, visits: Sequence[Visit], end: datetime) -> list[tuple[ContactDirection, datetime]]:
        """What was written either way: a word on entering Contacted, one or two more, sometimes an answer."""
        words: list[tuple[ContactDirection, datetime]] = []
        for visit, following in zip(visits, [*visits[1:], None], strict=True):
            if visit.place.kind is not StageKind.CONTACTED:
                continue
            until = following.entered_at if following else end
            moments = sorted(self.chance.uniform(0.05, 0.95) for _ in range(self.chance.choice((0, 0, 1, 2))))
            words.append((ContactDirection.OUT, visit.entered_at))
            words += [
                (ContactDirection.OUT, (visit.entered_at + (until - visit.entered_at) * part).replace(microsecond=0))
                for part in moments
            ]
            if self.chance.random() < 0.1:
                last = words[-1][1]
                answered = (last + (until - last) * 0.6).replace(microsecond=0)
                if answered > last:
                    words.append((ContactDirection.IN, answered))
        return words

    def _candidate(self, ground: Ground, created_at: datetime) -> int:
        number = self._next(Candidate)
        name = f"{self.chance.choice(FIRST_NAMES)} {self.chance.choice(LAST_NAMES)}"
        town, timezone = self.chance.choice(PLACES)
        facts = Facts(
            name=name,
            email=f"{search_name(name).replace(' ', '.')}.{number}@mail{number % 40}.example",
            title=self.chance.choice(TITLES[ground.role]),
            company=self.chance.choice(COMPANIES),
            location=town,
            timezone=timezone,
        )
        self._rows[Candidate].append(
            {
                "id": number,
                **facts.columns(),
                "do_not_contact_reason": "",
                "created_at": created_at,
                "created_by_id": ground.recruiters[0],
                "demo": False,
                "version": 1,
            }
        )
        self._rows[SearchWord] += [{"word": word, "candidate_id": number} for word in sorted(facts.words)]
        self._event(CandidateAdded.kind, created_at, ground.recruiters[0], {"import_id": None}, candidate_id=number)
        return number

    def _application(
        self,
        ground: Ground,
        application_id: int,
        candidate_id: int,
        visits: Sequence[Visit],
        source_kind: SourceKind,
        recruiter_id: int,
        words: Sequence[tuple[ContactDirection, datetime]],
        ending: ChangeKind | None,
        over: datetime | None,
    ) -> None:
        answers = [at for direction, at in words if direction is ContactDirection.IN]
        answers += [visit.entered_at for visit in visits if has_answered(visit.place)]
        self._rows[Application].append(
            {
                "id": application_id,
                "requisition_id": ground.id,
                "candidate_id": candidate_id,
                "stage_id": visits[-1].place.id,
                "status": TRANSITIONS[ending].after if ending else ApplicationStatus.ACTIVE,
                "started_at": visits[0].entered_at,
                "source_kind": source_kind,
                "source": self.chance.choice(SOURCES[source_kind.value]),
                "applied_at": visits[0].entered_at if source_kind is SourceKind.APPLIED else None,
                "responded_at": min(answers, default=None),
                "stage_entered_at": visits[-1].entered_at,
                "ended_at": over,
                "end_reason": next(iter(REASONS[ending])) if ending else "",
                "recruiter_id": recruiter_id,
                "salary_currency": "",
                "notice": "",
                "work_permit": "",
                "version": len(visits) + bool(ending),
            }
        )

    def _changes(
        self,
        ground: Ground,
        application_id: int,
        candidate_id: int,
        visits: Sequence[Visit],
        source_kind: SourceKind,
        recruiter_id: int,
        ending: ChangeKind | None,
        over: datetime | None,
    ) -> None:
        steps: list[tuple[ChangeKind, Visit | None, Visit, datetime]] = [
            (
                kind_of_step(ground, before, after, source_kind) if before else ChangeKind.START,
                before,
                after,
                after.entered_at,
            )
            for before, after in zip([None, *visits[:-1]], visits, strict=True)
        ]
        if ending and over:
            steps.append((ending, visits[-1], visits[-1], over))
        subject = {"requisition_id": ground.id, "candidate_id": candidate_id, "application_id": application_id}
        for seq, (kind, before, after, at) in enumerate(steps, start=1):
            change_id = self._next(StageChange)
            ends = kind is ending
            self._rows[StageChange].append(
                {
                    "id": change_id,
                    "application_id": application_id,
                    "seq": seq,
                    "kind": kind,
                    "from_stage_id": before.place.id if before else None,
                    "to_stage_id": after.place.id,
                    "from_status": ApplicationStatus.ACTIVE if before else None,
                    "to_status": TRANSITIONS[kind].after if ends else ApplicationStatus.ACTIVE,
                    "from_stage_entered_at": before.entered_at if before else None,
                    "happened_at": at,
                    "recorded_at": at,
                    "actor_id": recruiter_id,
                    "reason": next(iter(REASONS[kind])) if ends else "",
                    "comment": "",
                }
            )
            data: dict[str, Any] = {"change_id": change_id, "happened_at": at.isoformat()}
            if before is None:
                name = ApplicationStarted.kind
                data |= {"stage_id": after.place.id, "source_kind": source_kind.value, "transferred_from_id": None}
            elif ends:
                name = ApplicationEnded.kind
                data |= {"change": kind.value, "stage_id": after.place.id, "reason": "", "told": False}
            else:
                name = ApplicationMoved.kind
                data |= {"change": kind.value, "from_stage_id": before.place.id, "to_stage_id": after.place.id}
                data["override"] = False
            self._event(name, at, recruiter_id, data, **subject)

    def _card(
        self,
        ground: Ground,
        application_id: int,
        last: Visit,
        words: Sequence[tuple[ContactDirection, datetime]],
        waits: Span | None,
    ) -> None:
        answered = bool(words) and words[-1][0] is ContactDirection.IN and words[-1][1] >= last.entered_at
        self._rows[ApplicationCard].append(
            {
                "application_id": application_id,
                "requisition_id": ground.id if waits else None,
                "role": ground.role if waits else None,
                "stage_key": last.place.key if waits else None,
                "entered_at": last.entered_at if waits else None,
                "must_haves": ground.must_haves,
                "must_haves_assessed": 0,
                "waits_on": waits.reason if waits else None,
                "waits_on_user_id": waits.user_id if waits else None,
                "waits_since": waits.since if waits else None,
                "late_from": self._late_from(last) if waits else None,
                "next_interview_at": None,
                "offer_expires_at": None,
                "last_contact_at": words[-1][1] if words else None,
                "contacts_out": sum(direction is ContactDirection.OUT for direction, _ in words),
                "new_reply_at": words[-1][1] if answered else None,
                "decided_at": None,
            }
        )

    def _late_from(self, visit: Visit) -> datetime | None:
        return _late_from_day(local_date(visit.entered_at, self.zone), visit.place.limit_days, self.zone)

    def _event(self, kind: str, at: datetime, actor_id: int, data: Mapping[str, Any], **subject: int) -> None:
        self._rows[Event].append(
            {
                "kind": kind,
                "at": at,
                "actor_id": actor_id,
                "requisition_id": subject.get("requisition_id"),
                "candidate_id": subject.get("candidate_id"),
                "application_id": subject.get("application_id"),
                "data": data,
            }
        )

    def _next(self, model: type[Base]) -> int:
        self._ids[model] += 1
        return self._ids[model]


@cache
def _late_from_day(day: date, limit_days: int | None, zone: ZoneInfo) -> datetime | None:
    """Everybody who entered on one day passes the limit at one instant."""
    return late_from(start_of_day(day, zone), limit_days, zone)
