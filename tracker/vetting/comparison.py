"""What the page of a shortlist shows: people side by side against the checklist, as one reader may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from tracker.accounts.models import User, short_name
from tracker.accounts.permissions import can
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.approvals.policy import own_allowed
from tracker.candidates.models import Candidate
from tracker.config import Settings
from tracker.core import clock
from tracker.core.calendar import day_count
from tracker.core.db import db
from tracker.core.templating import listing
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.policy import decides as decides_for
from tracker.requisitions.queries import free_openings, whom_to_ask
from tracker.requisitions.states import Phase
from tracker.vetting import policy
from tracker.vetting.evidence import for_reader, frozen_for_reader
from tracker.vetting.facts import Evidence, ItemEvidence
from tracker.vetting.models import EntryDecision, Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.queries import decision_of, snapshots_of
from tracker.vetting.states import EntryState, InterviewState, SnapshotMoment

#: So many gaps are named; more of them are counted.
FEW = 2
#: A competing deadline within so many days is marked.
SOON = timedelta(days=5)


@dataclass(frozen=True)
class Asked:
    """Somebody who still owes a scorecard on the person, and until when."""

    name: str
    due_at: datetime
    title: str

    @property
    def late(self) -> bool:
        """Whether it should have been there by now."""
        return self.due_at < clock.now()


@dataclass(frozen=True)
class Person:
    """One column: a person, what the reader may know of them, and what the reader can do."""

    entry: ShortlistEntry
    evidence: Evidence
    #: When the evidence was frozen, for an entry that is settled; None while it is live.
    frozen_at: datetime | None
    decision: EntryDecision | None
    asked: tuple[Asked, ...]
    days_in_pipeline: int
    may_decide: bool
    is_own: bool
    #: Why Approve is not offered now, in words; empty when it is.
    hindrance: str
    places: tuple[int, ...]

    @property
    def application(self) -> Application:
        """The application."""
        return self.entry.application

    @property
    def candidate(self) -> Candidate:
        """The person."""
        return self.entry.application.candidate

    @property
    def pending(self) -> bool:
        """Whether a decision is still to be made."""
        return self.entry.state is EntryState.PENDING

    @property
    def blind(self) -> bool:
        """Whether the reader owes a scorecard on this person."""
        return self.evidence.withheld

    @property
    def earlier(self) -> tuple[EntryDecision, ...]:
        """Decisions of earlier rounds."""
        return tuple(each for each in self.entry.decisions if each.round < self.entry.round)

    @property
    def deadline_soon(self) -> bool:
        """Whether another offer wants an answer within days."""
        deadline = self.evidence.terms.competing_deadline
        return deadline is not None and deadline < clock.now() + SOON

    @property
    def above_range(self) -> int | None:
        """By how much the wish lies above the range; None when it does not, or cannot be compared."""
        terms = self.evidence.terms
        if not terms.above_range or terms.salary_wish is None or terms.range_to is None:
            return None
        return terms.salary_wish - terms.range_to


@dataclass(frozen=True)
class Row:
    """One skill, and what is known of it for each person; None where it was not on the checklist at the time."""

    title: str
    description: str
    must: bool
    item_id: int
    cells: tuple[ItemEvidence | None, ...]


@dataclass(frozen=True)
class Comparison:
    """The whole page."""

    shortlist: Shortlist
    reader_id: int
    people: tuple[Person, ...]
    must_haves: tuple[Row, ...]
    nice_to_haves: tuple[Row, ...]
    openings_left: int
    waiting_since: datetime | None
    #: Who can mend that nobody may decide on those who wait; nobody while somebody may.
    menders: tuple[User, ...]
    #: The reader is the one who is asked, or may decide as well.
    decides: bool
    works: bool
    strict: bool

    @property
    def waiting(self) -> tuple[Person, ...]:
        """Those who wait for a decision."""
        return tuple(person for person in self.people if person.pending)

    @property
    def hindered(self) -> tuple[Person, ...]:
        """Those whose approval lacks something that the reader can do something about."""
        return tuple(person for person in self.waiting if person.may_decide and person.hindrance and not person.blind)

    @property
    def blind(self) -> tuple[Person, ...]:
        """Those on whom the reader owes a scorecard."""
        return tuple(person for person in self.waiting if person.blind)


def compare(shortlist: Shortlist, user: User) -> Comparison:
    """People side by side, as `user` may see them, in a fixed number of statements.

    Those who wait are shown as they are known now; those who are settled as they were known then.
    """
    entries = shortlist.entries
    pending = [entry for entry in entries if entry.state is EntryState.PENDING]
    live = for_reader(user, [entry.application for entry in entries], entries=entries)
    decided = snapshots_of([entry for entry in entries if entry.state.is_decision], SnapshotMoment.DECIDED)
    lapsed = snapshots_of([entry for entry in entries if entry.state is EntryState.LAPSED], SnapshotMoment.SUBMITTED)
    frozen = frozen_for_reader(user, decided | lapsed)
    asked = _asked([entry.application_id for entry in pending])
    decides = decides_for(user, shortlist.requisition)
    own_ok = own_allowed()
    strict = shortlist.opens_stage.phase is Phase.OFFER
    people = []
    for entry in _in_order(entries):
        snapshot, evidence = frozen.get(entry.application_id, (None, live[entry.application_id]))
        own = policy.is_own(user, entry)
        people.append(
            Person(
                entry=entry,
                evidence=evidence,
                frozen_at=snapshot.taken_at if snapshot else None,
                decision=decision_of(entry),
                asked=tuple(asked.get(entry.application_id, ())),
                days_in_pipeline=_days(entry.application),
                may_decide=decides and (not own or own_ok) and entry.state is EntryState.PENDING,
                is_own=own,
                hindrance=_hindrance(entry, evidence, strict),
                places=_places(shortlist, entry),
            )
        )
    rows = _rows(people)
    return Comparison(
        shortlist=shortlist,
        reader_id=user.id,
        people=tuple(people),
        must_haves=tuple(row for row in rows if row.must),
        nice_to_haves=tuple(row for row in rows if not row.must),
        openings_left=len(free_openings(shortlist.requisition)),
        menders=_menders(shortlist) if pending else (),
        waiting_since=min((entry.pending_since for entry in pending), default=None),
        decides=decides,
        works=can(user, "shortlist.submit", shortlist.requisition),
        strict=strict,
    )


def _menders(shortlist: Shortlist) -> tuple[User, ...]:
    able = whom_to_ask(shortlist.requisition, policy.submitters(shortlist))
    return () if able else tuple(active_users(Role.ADMIN))


def _in_order(entries: Sequence[ShortlistEntry]) -> list[ShortlistEntry]:
    """Who waits comes first, then the approved ones by preference, then the rest."""
    last = len(entries) + 1
    rank = {EntryState.PENDING: 0, EntryState.APPROVED: 1}
    return sorted(entries, key=lambda entry: (rank.get(entry.state, 2), entry.preference or last, entry.id))


def _hindrance(entry: ShortlistEntry, evidence: Evidence, strict: bool) -> str:
    name = entry.application.candidate.name
    if evidence.withheld:
        return f"You still owe a scorecard on {name}."
    if not strict or not evidence.gaps:
        return ""
    gaps = evidence.gaps
    which = listing(gap.title for gap in gaps) if len(gaps) <= FEW else f"{len(gaps)} must-haves"
    verb = "is" if len(gaps) == 1 else "are"
    return f"{name} can be approved once {which} {verb} assessed, or waived with a reason."


def _places(shortlist: Shortlist, entry: ShortlistEntry) -> tuple[int, ...]:
    if len(shortlist.entries) < 2:
        return ()
    taken = {other.preference for other in shortlist.entries if other.id != entry.id}
    return tuple(place for place in range(1, len(shortlist.entries) + 1) if place not in taken)


def _rows(people: Sequence[Person]) -> list[Row]:
    """The skills in the order of the checklist; what has left it since stands at the end."""
    order: dict[int, ItemEvidence] = {}
    for person in sorted(people, key=lambda each: each.frozen_at is not None):
        for item in person.evidence.items:
            order.setdefault(item.item_id, item)
    return [
        Row(
            title=item.title,
            description=item.description,
            must=item.is_must,
            item_id=item_id,
            cells=tuple(person.evidence.of_item(item_id) for person in people),
        )
        for item_id, item in order.items()
    ]


def _asked(application_ids: Iterable[int]) -> dict[int, list[Asked]]:
    found: dict[int, list[Asked]] = {}
    for application_id, title, name, due_at in db.session.execute(
        select(Interview.application_id, Interview.title, User.name, InterviewSeat.scorecard_due_at)
        .join(InterviewSeat, InterviewSeat.interview_id == Interview.id)
        .join(User, User.id == InterviewSeat.user_id)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(
            Interview.application_id.in_(list(application_ids)),
            Interview.state != InterviewState.CANCELLED,
            InterviewSeat.scorecard_due_at.is_not(None),
            Scorecard.submitted_at.is_(None),
        )
        .order_by(InterviewSeat.scorecard_due_at, InterviewSeat.id)
    ):
        if due_at is not None:
            found.setdefault(application_id, []).append(Asked(short_name(name), due_at, title))
    return found


def _days(application: Application) -> int:
    settings: Settings = current_app.extensions["settings"]
    end = clock.now() if application.status is ApplicationStatus.ACTIVE else application.ended_at or clock.now()
    return day_count(application.started_at, end, settings.org_zone)
