"""The mail of reminders: what still waits when it leaves, a line each with its own link."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.queries import names_of
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.calendar import local_date
from tracker.core.db import db
from tracker.core.registry import MailKind, Registry, RenderedMail
from tracker.core.templating import listing, plural
from tracker.mail.models import OutboxMessage
from tracker.mail.rendering import render_mail
from tracker.metrics.loading import org_zone
from tracker.metrics.openings import DaysOpen
from tracker.metrics.queries import days_open_of, requisitions_in
from tracker.offers.models import OfferVersion
from tracker.pipeline.models import Application
from tracker.pipeline.states import WaitReason
from tracker.reminders import queries
from tracker.reminders.models import ReminderRule
from tracker.reminders.operations import KIND
from tracker.reminders.queries import Claim
from tracker.requisitions.models import Requisition
from tracker.vetting.models import InterviewSeat, ShortlistEntry

#: A mail names so many things; the rest is counted, and stands on the home page.
MOST_LINES = 25

#: How each rule's things are counted in the subject.
_COUNTED = {
    ReminderRule.OFFER_EXPIRING: ("offer", "offers"),
    ReminderRule.SHORTLIST_WAITING: ("decision", "decisions"),
    ReminderRule.SCORECARD_DUE: ("scorecard", "scorecards"),
    ReminderRule.STAGE_LATE: ("late candidate", "late candidates"),
    ReminderRule.REQUISITION_LATE: ("requisition past its target", "requisitions past their target"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing as the mail says it. `expires_at` is an instant that the sentence ends with, in the reader's zone."""

    rule: ReminderRule
    headline: str
    detail: str
    path: str
    action: str
    expires_at: datetime | None = None


def register_mails(registry: Registry) -> None:
    """The kind of mail of this domain."""
    registry.add_mail_kind(MailKind(KIND, render, still_true))


def still_true(message: OutboxMessage) -> bool:
    """Whether anything of it still waits on this person, and they still want to be told."""
    user = db.session.get(User, message.user_id)
    with clock.due_at(_instant_of(message)):
        return user is not None and user.wants_reminders and bool(_standing(message))


def render(message: OutboxMessage) -> RenderedMail:
    """The mail with the lines that still stand."""
    user = db.session.get_one(User, message.user_id)
    with clock.due_at(_instant_of(message)):
        claims = _standing(message)
        lines = lines_of(claims[:MOST_LINES])
    return render_mail(
        "reminders/due",
        recipient=user,
        subject=subject_of(claims, lines),
        lines=lines,
        more=len(claims) - len(lines),
        headline=headline_of(claims, lines),
    )


def subject_of(claims: Sequence[Claim], lines: Sequence[Line]) -> str:
    """One thing is named; several are counted by kind."""
    if len(claims) == 1:
        return lines[0].headline
    counts = Counter(claim.rule for claim in claims)
    return f"Reminder: {listing(plural(counts[rule], *_COUNTED[rule]) for rule in ReminderRule if counts[rule])}"


def headline_of(claims: Sequence[Claim], lines: Sequence[Line]) -> str:
    """How the mail begins."""
    if len(claims) == 1:
        return lines[0].headline
    return f"{plural(len(claims), 'thing')} to look at today"


def _instant_of(message: OutboxMessage) -> datetime:
    """Now, or when it was written for, if that is still to come: `tick --now` writes what a later day would bring."""
    return max(clock.due_now(), datetime.fromisoformat(message.facts["as_of"]))


def _standing(message: OutboxMessage) -> list[Claim]:
    """What the mail was written for and still waits on its recipient, most urgent first."""
    wanted: defaultdict[ReminderRule, list[int]] = defaultdict(list)
    keys = set()
    for line in message.facts["lines"]:
        rule = ReminderRule(line["rule"])
        wanted[rule].append(line["subject"])
        keys.add((rule, line["subject"], datetime.fromisoformat(line["since"])))
    found = queries.claims(clock.due_now(), only=wanted).get(message.user_id or 0, [])
    return [claim for claim in found if claim.key in keys]


# --- lines ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the lines of a mail need, loaded at once."""

    requisitions: Mapping[int, Requisition]
    applications: Mapping[int, Application]
    versions: Mapping[int, OfferVersion]
    entries: Mapping[int, ShortlistEntry]
    seats: Mapping[int, InterviewSeat]
    open_for: Mapping[int, DaysOpen]
    users: Mapping[int, str]

    def application_of(self, claim: Claim) -> Application:
        """Whom the claim is about; raises LookupError for one that is about a requisition."""
        if claim.application_id is None:
            raise LookupError(f"{claim.rule} is about no application")
        return self.applications[claim.application_id]


def lines_of(claims: Sequence[Claim]) -> list[Line]:
    """The lines of these claims, in their order; a constant number of statements."""
    facts = _load(claims)
    return [_WORDS[claim.rule](claim, facts) for claim in claims]


def _load(claims: Sequence[Claim]) -> _Facts:
    def ids(rule: ReminderRule) -> list[int]:
        return [claim.subject_id for claim in claims if claim.rule is rule]

    requisition_ids = {claim.requisition_id for claim in claims}
    application_ids = {claim.application_id for claim in claims if claim.application_id is not None}
    requisitions = db.session.scalars(select(Requisition).where(Requisition.id.in_(requisition_ids)))
    applications = db.session.scalars(
        select(Application)
        .where(Application.id.in_(application_ids))
        .options(joinedload(Application.candidate), joinedload(Application.stage), joinedload(Application.card))
    ).all()
    versions = db.session.scalars(select(OfferVersion).where(OfferVersion.id.in_(ids(ReminderRule.OFFER_EXPIRING))))
    entries = db.session.scalars(
        select(ShortlistEntry).where(ShortlistEntry.id.in_(ids(ReminderRule.SHORTLIST_WAITING)))
    )
    seats = db.session.scalars(
        select(InterviewSeat)
        .where(InterviewSeat.id.in_(ids(ReminderRule.SCORECARD_DUE)))
        .options(joinedload(InterviewSeat.interview))
    )
    late = requisitions_in(ids(ReminderRule.REQUISITION_LATE))
    holders = {application.card.waits_on_user_id for application in applications if application.card}
    return _Facts(
        requisitions={row.id: row for row in requisitions},
        applications={row.id: row for row in applications},
        versions={row.id: row for row in versions},
        entries={row.id: row for row in entries},
        seats={row.id: row for row in seats},
        open_for=days_open_of(late, as_of=clock.due_now()),
        users=names_of(holder for holder in holders if holder is not None),
    )


def name_of(candidate: Candidate) -> str:
    """The person's name, or that there is none any more."""
    return candidate.name if candidate.erased_at is None else "Somebody whose data was erased"


def _place(requisition: Requisition) -> str:
    return f"{requisition.number}, {requisition.title}"


def _waited(since: datetime) -> str:
    """How many days something has waited, by the organisation's calendar."""
    zone = org_zone()
    return plural((local_date(clock.due_now(), zone) - local_date(since, zone)).days, "day")


def _offer(claim: Claim, facts: _Facts) -> Line:
    version = facts.versions[claim.subject_id]
    name = name_of(facts.application_of(claim).candidate)
    return Line(
        claim.rule,
        f"{name} has not answered the offer",
        f"{_place(facts.requisitions[claim.requisition_id])}. Open until",
        f"/offers/{version.offer_id}",
        "See the offer",
        version.expires_at,
    )


def _shortlist(claim: Claim, facts: _Facts) -> Line:
    entry = facts.entries[claim.subject_id]
    name = name_of(facts.application_of(claim).candidate)
    return Line(
        claim.rule,
        f"{name} waits for your decision",
        f"On the shortlist of {_place(facts.requisitions[claim.requisition_id])} for {_waited(entry.pending_since)}.",
        f"/shortlists/{entry.shortlist_id}",
        "Decide",
    )


def _scorecard(claim: Claim, facts: _Facts) -> Line:
    seat = facts.seats[claim.subject_id]
    name = name_of(facts.application_of(claim).candidate)
    today = local_date(clock.due_now(), org_zone())
    due = "is due today" if claim.start >= today else f"was due {plural((today - claim.start).days, 'day')} ago"
    return Line(
        claim.rule,
        f"Your scorecard on {name} {due}",
        f"{seat.interview.title}. {_place(facts.requisitions[claim.requisition_id])}.",
        f"/interviews/{seat.interview_id}",
        "Fill it in",
    )


def _stage(claim: Claim, facts: _Facts) -> Line:
    application = facts.application_of(claim)
    in_stage = f"{name_of(application.candidate)} has been in {application.stage.name} for"
    holder = _holder(application, claim.user_id, facts.users)
    return Line(
        claim.rule,
        f"{in_stage} {_waited(application.stage_entered_at)}",
        f"Waits on {holder}. {_place(facts.requisitions[claim.requisition_id])}.",
        f"/candidates/{application.candidate_id}",
        "Write again" if application.card.waits_on is WaitReason.CANDIDATE else "Take the next step",
    )


def _holder(application: Application, reader_id: int, users: Mapping[int, str]) -> str:
    card = application.card
    if card.waits_on is WaitReason.CANDIDATE:
        return "the candidate"
    if card.waits_on_user_id == reader_id or card.waits_on in {WaitReason.RECRUITER, None}:
        return "you"
    if card.waits_on_user_id is not None:
        return users[card.waits_on_user_id]
    return "the hiring manager" if card.waits_on is WaitReason.HIRING_MANAGER else "the interviewers"


def _requisition(claim: Claim, facts: _Facts) -> Line:
    requisition, length = facts.requisitions[claim.requisition_id], facts.open_for[claim.subject_id]
    over = plural(length.days_over or 0, "day")
    held = f", {plural(length.net, 'day')} without holds" if length.net != length.gross else ""
    return Line(
        claim.rule,
        f"{_place(requisition)} is {over} past its target",
        f"{plural(length.gross, 'day')} open{held}, target {length.target_days}.",
        f"/requisitions/{requisition.number}",
        "See where it stands",
    )


_WORDS = {
    ReminderRule.OFFER_EXPIRING: _offer,
    ReminderRule.SHORTLIST_WAITING: _shortlist,
    ReminderRule.SCORECARD_DUE: _scorecard,
    ReminderRule.STAGE_LATE: _stage,
    ReminderRule.REQUISITION_LATE: _requisition,
}
