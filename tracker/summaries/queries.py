"""Gathering what a summary says, and finding summaries. The statements do not grow with what there is to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Row, func, or_, select

from tracker.accounts.models import User
from tracker.accounts.permissions import me
from tracker.accounts.states import Role
from tracker.approvals.queries import pending_for
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.metrics import queries as metrics
from tracker.metrics.days import day_count
from tracker.metrics.loading import Openings, load_openings, org_zone
from tracker.metrics.openings import days_open
from tracker.metrics.queries import HireLine, PipelineWindow
from tracker.metrics.window import MoveForward, Whose
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import ApplicationStatus, WaitReason
from tracker.requisitions.models import Requisition, Stage, TeamMember
from tracker.requisitions.states import LIVE, RequisitionState, SpellEnd, StageKind, TeamPart
from tracker.summaries.facts import (
    Coming,
    DaysToHire,
    Figures,
    Hired,
    Moved,
    OfferOut,
    OpenFor,
    PhaseFacts,
    RequisitionFacts,
    Stuck,
    SummaryFacts,
    Waiting,
    WaitKind,
)
from tracker.summaries.models import Summary
from tracker.vetting.models import Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState, InterviewState

#: Whose requisitions a summary is about.
OWN_PARTS = (TeamPart.RECRUITER, TeamPart.HIRING_MANAGER, TeamPart.DEPUTY)
MOST_WAITING = 12
MOST_MOVED = 12
MOST_STUCK = 6
MOST_COMING = 5
AHEAD = timedelta(days=7)


def summary_or_404(summary_id: int) -> Summary:
    """A summary of the reader's own; raises NotVisible."""
    summary = db.session.get(Summary, summary_id)
    if summary is None or summary.user_id != me().id:
        raise NotVisible
    return summary


def summaries_of(user: User, *, limit: int = 53) -> list[Summary]:
    """The person's summaries, newest first."""
    return list(
        db.session.scalars(
            select(Summary).where(Summary.user_id == user.id).order_by(Summary.as_of.desc()).limit(limit)
        )
    )


def latest_summary(user: User) -> Summary | None:
    """The summary after which the next window begins."""
    return next(iter(summaries_of(user, limit=1)), None)


def gather(user: User, *, since: datetime, as_of: datetime) -> SummaryFacts:
    """What the summary of the window [since, as_of) tells this person."""
    waiting, waiting_more = _waiting(user, as_of)
    requisitions = _requisitions_of(user)
    ids = [requisition.id for requisition in requisitions]
    windows = metrics.windows(ids, since=since, until=as_of)
    hires: defaultdict[int, list[HireLine]] = defaultdict(list)
    for line in metrics.hires_accepted(metrics.requisitions_in(ids), since=since, until=as_of):
        hires[line.requisition_id].append(line)
    figures = {id_: _figures(window, hires.get(id_, ())) for id_, window in windows.each.items()}
    shown = [one for one in requisitions if one.state in LIVE or figures[one.id].happened]
    every_hire = [line for those in hires.values() for line in those]
    spread = windows.together.window.days_to_hire
    return SummaryFacts(
        whole=user.has(Role.ADMIN),
        waiting=waiting,
        waiting_more=waiting_more,
        requisitions=_details(shown, windows.each, figures, as_of),
        together=_figures(windows.together, every_hire),
        days_to_hire=DaysToHire(spread.n, spread.median, () if spread.has_percentiles else spread.values),
    )


# --- what waits on the reader -----------------------------------------------------------------------------------------


def _waiting(user: User, as_of: datetime) -> tuple[tuple[Waiting, ...], int]:
    """What waits on the reader, most urgent first, cut to so many lines; and how many more there are."""
    found = [*_decisions(user), *_approvals(user), *_scorecards(user, as_of), *_people(user, as_of)]
    return tuple(found[:MOST_WAITING]), max(len(found) - MOST_WAITING, 0)


def _decisions(user: User) -> list[Waiting]:
    """A line for each shortlist with people on it who wait for this decision."""
    rows = db.session.execute(
        select(
            ShortlistEntry.shortlist_id, Shortlist.requisition_id,
            ShortlistEntry.application_id, ShortlistEntry.pending_since,
        )
        .join(ShortlistEntry.shortlist)
        .join(ShortlistEntry.application)
        .where(
            Shortlist.decider_id == user.id,
            ShortlistEntry.state == EntryState.PENDING,
            Application.status == ApplicationStatus.ACTIVE,
        )
        .order_by(ShortlistEntry.pending_since, ShortlistEntry.id)
    )  # fmt: skip
    shortlists: dict[tuple[int, int], list[Row[int, int, int, datetime]]] = {}
    for row in rows:
        shortlists.setdefault((row.shortlist_id, row.requisition_id), []).append(row)
    return [
        Waiting(
            WaitKind.DECISION,
            shortlist_id,
            requisition_id,
            tuple(entry.application_id for entry in entries),
            entries[0].pending_since,
        )
        for (shortlist_id, requisition_id), entries in shortlists.items()
    ]


def _approvals(user: User) -> list[Waiting]:
    approvals = pending_for(user)
    version_ids = [approval.offer_version_id for approval in approvals if approval.offer_version_id]
    rows = db.session.execute(
        select(OfferVersion.id, Offer.application_id).join(OfferVersion.offer).where(OfferVersion.id.in_(version_ids))
    )
    offered = {row.id: row.application_id for row in rows}
    return [
        Waiting(
            WaitKind.APPROVAL,
            approval.id,
            approval.requisition_id,
            (offered[approval.offer_version_id],) if approval.offer_version_id else (),
            approval.requested_at,
        )
        for approval in approvals
    ]


def _scorecards(user: User, as_of: datetime) -> list[Waiting]:
    """Scorecards that the reader owes on what took place, or has no time; the one due first leads."""
    rows = db.session.execute(
        select(InterviewSeat.id, Application.requisition_id, Interview.application_id, InterviewSeat.scorecard_due_at)
        .join(InterviewSeat.interview)
        .join(Interview.application)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(
            InterviewSeat.user_id == user.id,
            InterviewSeat.scorecard_due_at.is_not(None),
            Interview.state != InterviewState.CANCELLED,
            or_(Interview.state == InterviewState.HELD, Interview.starts_at.is_(None), Interview.starts_at <= as_of),
            Application.status == ApplicationStatus.ACTIVE,
            Scorecard.submitted_at.is_(None),
        )
        .order_by(InterviewSeat.scorecard_due_at, InterviewSeat.id)
    )
    return [
        Waiting(WaitKind.SCORECARD, row.id, row.requisition_id, (row.application_id,), row.scorecard_due_at)
        for row in rows
    ]


def _people(user: User, as_of: datetime) -> list[Waiting]:
    """People who wait on the reader in person: whoever answered, and whoever is late. Nobody in Identified."""
    late = ApplicationCard.late_from <= as_of
    rows = db.session.execute(
        select(
            Application.id, Application.requisition_id, ApplicationCard.new_reply_at, ApplicationCard.waits_since,
            Application.stage_entered_at,
        )
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Application.stage)
        .join(Application.requisition)
        .where(
            ApplicationCard.waits_on_user_id == user.id,
            ApplicationCard.waits_on.in_([WaitReason.RECRUITER, WaitReason.PERSON_SET]),
            or_(ApplicationCard.new_reply_at.is_not(None), late),
            Application.status == ApplicationStatus.ACTIVE,
            Requisition.state == RequisitionState.OPEN,
            Stage.kind != StageKind.IDENTIFIED,
        )
        .order_by(ApplicationCard.waits_since, Application.id)
    )  # fmt: skip
    lines = [
        Waiting(WaitKind.REPLY, row.id, row.requisition_id, (row.id,), row.new_reply_at)
        if row.new_reply_at is not None
        else Waiting(WaitKind.LATE, row.id, row.requisition_id, (row.id,), row.waits_since or row.stage_entered_at)
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.kind is WaitKind.LATE, line.since))


# --- the requisitions -------------------------------------------------------------------------------------------------


def _requisitions_of(user: User) -> list[Requisition]:
    """The requisitions that were ever opened and are the reader's: by part in the hiring team, of admins all."""
    query = select(Requisition).where(Requisition.opened_at.is_not(None)).order_by(Requisition.id)
    if not user.has(Role.ADMIN):
        own = select(TeamMember.requisition_id).where(TeamMember.user_id == user.id, TeamMember.part.in_(OWN_PARTS))
        query = query.where(Requisition.id.in_(own))
    return list(db.session.scalars(query))


def _figures(window: PipelineWindow, hires: Iterable[HireLine]) -> Figures:
    lost = [loss.whose for loss in window.window.lost]
    return Figures(
        active=window.active_in_all,
        new=len(window.window.new),
        moved=len(window.window.moved_forward),
        rejected=lost.count(Whose.OURS),
        withdrawn=lost.count(Whose.THEIRS),
        closed=lost.count(Whose.NOBODYS),
        phases=tuple(
            PhaseFacts(
                phase=phase,
                active=window.active[phase],
                came_in=len(flow.came_in),
                went_on=len(flow.went_on),
                lost=len(flow.lost),
                came_back=len(flow.came_back),
                went_back=len(flow.went_back),
            )
            for phase, flow in window.window.phases.items()
        ),
        hired=tuple(Hired(line.application_id, line.days_to_hire) for line in hires),
    )


def _details(
    shown: Collection[Requisition],
    windows: Mapping[int, PipelineWindow],
    figures: Mapping[int, Figures],
    as_of: datetime,
) -> tuple[RequisitionFacts, ...]:
    ids = [requisition.id for requisition in shown]
    openings = load_openings(metrics.requisitions_in(ids))
    stuck = _stuck(ids, as_of)
    offers, coming = _offers(ids), _coming(ids, as_of)
    details = []
    for requisition in shown:
        id_ = requisition.id
        moved = [
            Moved(move.application_id, move.to_stage.key)
            for move in sorted(windows[id_].window.moved_forward, key=_furthest_first)
            if move.status is ApplicationStatus.ACTIVE
        ]
        late, late_in_all = stuck.get(id_, ([], 0))
        own = openings.get(id_, Openings((), ()))
        details.append(
            RequisitionFacts(
                requisition_id=id_,
                state=requisition.state,
                open_for=_open_for(requisition, own, as_of),
                openings=len(_seats(own)),
                filled=sum(end is SpellEnd.FILLED for end in _seats(own).values()),
                figures=figures[id_],
                moved=tuple(moved[:MOST_MOVED]),
                moved_more=max(len(moved) - MOST_MOVED, 0),
                stuck=tuple(late),
                stuck_more=late_in_all - len(late),
                offers=tuple(offers.get(id_, ())),
                coming=tuple(coming.get(id_, ())[:MOST_COMING]),
            )
        )
    return tuple(sorted(details, key=_what_needs_a_look_first))


def _furthest_first(move: MoveForward) -> tuple[int, int, int]:
    """Who came closest to a hire leads."""
    return -move.to_stage.phase.position, -move.to_stage.position, move.application_id


def _what_needs_a_look_first(facts: RequisitionFacts) -> tuple[bool, float, int]:
    """Open ones first, those furthest beyond their target leading."""
    used = facts.open_for.gross / facts.open_for.target if facts.open_for else 0.0
    return facts.state is not RequisitionState.OPEN, -used, facts.requisition_id


def _open_for(requisition: Requisition, openings: Openings, as_of: datetime) -> OpenFor | None:
    length = days_open(
        openings.spells, openings.holds, target_days=requisition.target_days, as_of=as_of, zone=org_zone()
    )
    return None if length is None else OpenFor(length.gross, length.net, requisition.target_days)


def _seats(openings: Openings) -> dict[int, SpellEnd | None]:
    """The openings, by how their last spell ended; without those that were given up."""
    last = {spell.opening_id: spell.end for spell in openings.spells}
    return {opening_id: end for opening_id, end in last.items() if end is not SpellEnd.CANCELLED}


def _stuck(requisition_ids: Collection[int], as_of: datetime) -> dict[int, tuple[list[Stuck], int]]:
    """Who has been late longest in each open requisition, and how many are late in all."""
    rank = func.row_number().over(
        partition_by=Application.requisition_id, order_by=(ApplicationCard.late_from, Application.id)
    )
    late = (
        select(
            Application.id, Application.requisition_id, Application.stage_id, Application.stage_entered_at,
            ApplicationCard.waits_on, ApplicationCard.waits_on_user_id,
            rank.label("rank"),
            func.count().over(partition_by=Application.requisition_id).label("in_all"),
        )
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Application.stage)
        .join(Application.requisition)
        .where(
            Application.requisition_id.in_(requisition_ids),
            Requisition.state == RequisitionState.OPEN,
            Application.status == ApplicationStatus.ACTIVE,
            ApplicationCard.late_from <= as_of,
            Stage.kind != StageKind.IDENTIFIED,
        )
        .subquery()
    )  # fmt: skip
    zone = org_zone()
    found: dict[int, tuple[list[Stuck], int]] = {}
    for row in db.session.execute(select(late).where(late.c.rank <= MOST_STUCK).order_by(late.c.rank)):
        days = day_count(min(row.stage_entered_at, as_of), as_of, zone)
        people, _ = found.setdefault(row.requisition_id, ([], row.in_all))
        people.append(Stuck(row.id, row.stage_id, days, row.waits_on, row.waits_on_user_id))
    return found


def _offers(requisition_ids: Collection[int]) -> dict[int, list[OfferOut]]:
    rows = db.session.execute(
        select(Application.requisition_id, OfferVersion.offer_id, Offer.application_id, OfferVersion.expires_at)
        .join(OfferVersion.offer)
        .join(Offer.application)
        .where(Application.requisition_id.in_(requisition_ids), OfferVersion.state == OfferState.EXTENDED)
        .order_by(OfferVersion.expires_at, OfferVersion.id)
    )
    found: defaultdict[int, list[OfferOut]] = defaultdict(list)
    for row in rows:
        found[row.requisition_id].append(OfferOut(row.offer_id, row.application_id, row.expires_at))
    return found


def _coming(requisition_ids: Collection[int], as_of: datetime) -> dict[int, list[Coming]]:
    rows = db.session.execute(
        select(Application.requisition_id, Interview.id, Interview.application_id, Interview.starts_at)
        .join(Interview.application)
        .where(
            Application.requisition_id.in_(requisition_ids),
            Application.status == ApplicationStatus.ACTIVE,
            Interview.state == InterviewState.PLANNED,
            Interview.starts_at >= as_of,
            Interview.starts_at < as_of + AHEAD,
        )
        .order_by(Interview.starts_at, Interview.id)
    )
    found: defaultdict[int, list[Coming]] = defaultdict(list)
    for row in rows:
        found[row.requisition_id].append(Coming(row.id, row.application_id, row.starts_at))
    return found
