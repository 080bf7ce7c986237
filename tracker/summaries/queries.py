"""Gathering what a summary says, and finding summaries. The statements do not grow with what there is to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from tracker.accounts.models import User
from tracker.accounts.permissions import me
from tracker.accounts.states import Role
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
)
from tracker.summaries.models import Summary
from tracker.summaries.waiting import waiting_on
from tracker.vetting.models import Interview
from tracker.vetting.states import InterviewState

#: Whose requisitions a summary is about.
OWN_PARTS = (TeamPart.RECRUITER, TeamPart.HIRING_MANAGER, TeamPart.DEPUTY)
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
    waiting, waiting_more = waiting_on(user, as_of)
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
    silent = _unanswered(ids, as_of)
    offers, coming = _offers(ids, as_of), _coming(ids, as_of)
    details = []
    for requisition in shown:
        id_ = requisition.id
        moved = [
            Moved(move.application_id, move.to_stage.key)
            for move in sorted(windows[id_].window.moved_forward, key=_furthest_first)
            if move.status is ApplicationStatus.ACTIVE
        ]
        late, late_in_all = stuck.get(id_, ([], 0))
        unanswered = silent.get(id_, 0)
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
                unanswered=unanswered,
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
    """Who has been late longest and waits on one of us, in each open requisition; and how many do in all."""
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
            *_late(requisition_ids, as_of),
            # Who does not answer is counted apart; for whom an interview is set, nobody holds the ball.
            ApplicationCard.waits_on.not_in([WaitReason.CANDIDATE, WaitReason.SCHEDULED]),
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


def _unanswered(requisition_ids: Collection[int], as_of: datetime) -> dict[int, int]:
    """How many are late because they do not answer, by requisition."""
    rows = db.session.execute(
        select(Application.requisition_id, func.count())
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Application.stage)
        .join(Application.requisition)
        .where(*_late(requisition_ids, as_of), ApplicationCard.waits_on == WaitReason.CANDIDATE)
        .group_by(Application.requisition_id)
    )
    return {row[0]: row[1] for row in rows}


def _late(requisition_ids: Collection[int], as_of: datetime) -> tuple[ColumnElement[bool], ...]:
    """Who is late in a stage of an open requisition; nobody in Identified."""
    return (
        Application.requisition_id.in_(requisition_ids),
        Requisition.state == RequisitionState.OPEN,
        Application.status == ApplicationStatus.ACTIVE,
        ApplicationCard.late_from <= as_of,
        Stage.kind != StageKind.IDENTIFIED,
    )


def _offers(requisition_ids: Collection[int], as_of: datetime) -> dict[int, list[OfferOut]]:
    rows = db.session.execute(
        select(Application.requisition_id, OfferVersion.offer_id, Offer.application_id, OfferVersion.expires_at)
        .join(OfferVersion.offer)
        .join(Offer.application)
        .where(
            Application.requisition_id.in_(requisition_ids),
            OfferVersion.state == OfferState.EXTENDED,
            or_(OfferVersion.expires_at.is_(None), OfferVersion.expires_at > as_of),
        )
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
