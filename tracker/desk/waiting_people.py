"""The people who wait on somebody: who is late, has answered, or was decided on, one by one; all others in piles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import url_for
from sqlalchemy import BindParameter, ColumnElement, Integer, Row, Select, and_, bindparam, func, or_, select, union
from sqlalchemy.orm import aliased

from tracker.accounts.models import Anybody, Onlooker, User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.types import Instant, when_sent
from tracker.desk.duties import Duty, Pile, Step
from tracker.offers.models import Offer
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import WaitReason
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.policy import visible_requisitions
from tracker.requisitions.states import Phase, RequisitionState
from tracker.vetting.models import EntryDecision, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState

_MINE = (WaitReason.RECRUITER, WaitReason.PERSON_SET)


def _in_hands_of(reader: Onlooker) -> tuple[ColumnElement[bool], ...]:
    """Over cards: those that wait on the reader, in open requisitions which they may know of. Somebody may have left
    the team of a confidential requisition with people still in their name. Whoever it is over for waits on nobody."""
    open_to_reader = select(Requisition.id).where(
        Requisition.state == RequisitionState.OPEN, visible_requisitions(reader)
    )
    return (
        ApplicationCard.waits_on_user_id == reader.id,
        ApplicationCard.waits_on.in_(_MINE),
        ApplicationCard.requisition_id.in_(open_to_reader),
    )


def _is_late(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    return ApplicationCard.late_from <= now


def _is_in_time(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """The others."""
    return or_(ApplicationCard.late_from.is_(None), ApplicationCard.late_from > now)


def _has_news(card: type[ApplicationCard] = ApplicationCard) -> ColumnElement[bool]:
    """As the index of news says it: they have answered, or were decided on."""
    return or_(card.new_reply_at.is_not(None), card.decided_at.is_not(None))


def count_people(reader: Onlooker) -> ColumnElement[int]:
    """Late people by one index, and people with news who are not late by the other."""
    now = when_sent(clock.now)

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return (
            select(func.count())
            .select_from(ApplicationCard)
            .where(*_in_hands_of(reader), *conditions)
            .scalar_subquery()
        )

    return count(_is_late(now)) + count(_has_news(), _is_in_time(now))


@dataclass(frozen=True)
class UrgentPeople:
    """Those who are late or of whom there is news: who of them wait longest, and how many there are."""

    duties: Sequence[Duty]
    count: int


def urgent_people(reader: User, now: datetime, limit: int) -> UrgentPeople:
    """The people who wait longest, `limit` of them, counted by the same statement."""
    values = {"reader": reader.id, "now": now, "limit": limit}
    rows = db.session.execute(_urgent_statement(reader.roles), values).all()
    decided = _decisions_on([row.Application.id for row in rows if row.ApplicationCard.decided_at])
    duties = [_person(row, decided.get(row.Application.id), now) for row in rows]
    return UrgentPeople(duties, rows[0].people if rows else 0)


@lru_cache(64)
def _urgent_statement(roles: frozenset[Role]) -> Select[*tuple[Any, ...]]:
    """For readers with these roles; put together once, which takes longer than asking it."""
    reader, limit = Anybody(roles), bindparam("limit", type_=Integer())
    now: BindParameter[datetime] = bindparam("now", type_=Instant())

    def longest(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        found = (
            select(ApplicationCard.application_id.label("id"), ApplicationCard.waits_since.label("since"))
            .where(*_in_hands_of(reader), condition)
            .order_by(ApplicationCard.waits_since, ApplicationCard.application_id)
            .limit(limit)
        )
        return select(found.subquery())

    # Each by its own index; only for those who are named is anything else read.
    named = union(longest(_is_late(now)), longest(_has_news())).order_by("since", "id").limit(limit).subquery()
    return (
        select(
            Application,
            ApplicationCard,
            Candidate.name,
            Stage.name.label("stage"),
            Stage.phase,
            Requisition,
            Offer.id.label("offer_id"),
            count_people(reader).label("people"),
        )
        .join(named, named.c.id == Application.id)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(Offer, Offer.application_id == Application.id)
        .order_by(named.c.since, named.c.id)
    )


def _person(row: Row[*tuple[Any, ...]], decision: "_Made | None", now: datetime) -> Duty:
    application, card, name, stage, phase, requisition, offer_id, _people = row
    move = Step("Move to…", url_for("pipeline.choose_stage", application_id=application.id), dialog=True)
    reject = Step("Reject…", url_for("pipeline.end", application_id=application.id, ending="rejection"), dialog=True)
    late = card.late_from is not None and card.late_from <= now
    where = f"late in {stage}" if late else stage
    words = ""
    if offer_id is not None and phase is Phase.OFFER:
        # Past the last stage that is moved to: the offer says what comes next.
        move, reject = Step("Open the offer", url_for("offers.show", offer_id=offer_id)), move
    if decision is not None:
        icon, detail, words = "gavel", f"{decision.who} {_SAID[decision.state]}", decision.comment
        detail = f"{where}: {detail}" if late else detail
        if decision.state is EntryState.APPROVED:
            there = url_for("pipeline.choose_stage", application_id=application.id, stage=decision.stage_id)
            move, reject = Step(f"Move to {decision.stage}", there, dialog=True), move
        elif decision.state is EntryState.MORE_WANTED:
            plan = url_for("vetting.new_interview", application_id=application.id)
            move, reject = Step("Plan an interview", plan, dialog=True), move
        else:
            move, reject = reject, move
    elif card.new_reply_at is not None:
        icon, detail = "message-circle", f"answered, {where}"
    else:
        icon, detail = "user", where
    return Duty(
        icon=icon,
        title=name,
        detail=detail,
        since=card.waits_since or application.stage_entered_at,
        url=url_for("desk.candidate", candidate_id=application.candidate_id, _anchor=f"application-{application.id}"),
        step=move,
        about=f"application-{application.id}",
        other=reject,
        late=late,
        words=words,
        number=requisition.number,
        role=requisition.role.value,
    )


@dataclass(frozen=True)
class _Made:
    """A decision on somebody: which, by whom, in whose words, and the stage that it opens."""

    state: EntryState
    who: str
    comment: str
    stage: str
    stage_id: int


_SAID = {
    EntryState.APPROVED: "approved them",
    EntryState.DECLINED: "declined them; say what becomes of them",
    EntryState.MORE_WANTED: "wants to know more",
}


def _decisions_on(application_ids: Sequence[int]) -> dict[int, _Made]:
    """The latest decision on each; one statement, none for nobody."""
    if not application_ids:
        return {}
    decider = aliased(User)
    rows = db.session.execute(
        select(ShortlistEntry.application_id, EntryDecision, decider.name, Stage.name, Stage.id)
        .join(EntryDecision, EntryDecision.entry_id == ShortlistEntry.id)
        .join(decider, decider.id == EntryDecision.decided_by_id)
        .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
        .join(Stage, Stage.id == Shortlist.opens_stage_id)
        .where(ShortlistEntry.application_id.in_(application_ids), EntryDecision.round == ShortlistEntry.round)
        .order_by(ShortlistEntry.id)
    )
    return {
        application_id: _Made(decision.state, name, decision.comment, stage, stage_id)
        for application_id, decision, name, stage, stage_id in rows
    }


def piles(reader: User, now: datetime) -> list[Pile]:
    """The people in the reader's hands of whom there is no news and who are not late, by stage."""
    other = aliased(ApplicationCard)
    news = select(other.application_id).where(other.waits_on_user_id == reader.id, _has_news(other))
    # Counted by the index alone, which knows nothing of news; names are looked up once for each pile.
    pile = (
        select(
            ApplicationCard.requisition_id,
            ApplicationCard.stage_key,
            func.count().label("people"),
            func.min(ApplicationCard.waits_since).label("oldest"),
        )
        .where(*_in_hands_of(reader), _is_in_time(now), ApplicationCard.application_id.not_in(news))
        .group_by(ApplicationCard.requisition_id, ApplicationCard.stage_key)
        .subquery()
    )
    counted = db.session.execute(
        select(Requisition.number, Requisition.role, Requisition.title, Stage.name, pile.c.people, pile.c.oldest)
        .join(pile, pile.c.requisition_id == Requisition.id)
        .join(Stage, and_(Stage.requisition_id == pile.c.requisition_id, Stage.key == pile.c.stage_key))
        .order_by(pile.c.oldest)
    )
    return [
        Pile(
            stage=stage,
            people=people,
            oldest=oldest or now,
            number=number,
            role=role.value,
            title=title,
            url=url_for("desk.board", number=number, mine=1),
        )
        for number, role, title, stage, people, oldest in counted
    ]
