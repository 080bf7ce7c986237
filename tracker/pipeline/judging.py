"""Whether a change may be made, for one application or many: what is asked of the database is read for all at once,
and each is judged by itself. Nothing is written here.

A judgement raises Conflict when somebody was faster and Refused when a rule says no; else it gives the step to write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import Refusal
from tracker.core.templating import when_for_reader
from tracker.pipeline.changes import MINUTE, Step, check_requisition, order_of, plan, status_columns
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.progress import without_progress
from tracker.pipeline.states import (
    ENDED,
    ENDINGS,
    OVERRIDE,
    REASONS,
    TRANSFERRED,
    UNDO_WITHIN,
    UNDOABLE,
    ApplicationStatus,
    ChangeKind,
    SourceKind,
)
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import StageKind

#: The same person asking for the same thing again within this time has clicked twice.
DOUBLE_CLICK = timedelta(seconds=15)

_PARTICIPLES = {
    ChangeKind.START: "added {name} in {stage}",
    ChangeKind.REJECT: "rejected {name}",
    ChangeKind.WITHDRAW: "recorded that {name} withdrew",
    ChangeKind.CLOSE: "closed the application of {name}",
    ChangeKind.HIRE: "hired {name}",
    ChangeKind.REOPEN: "reopened the application of {name}, in {stage}",
    ChangeKind.UNHIRE: "undid the hire of {name}",
    ChangeKind.UNDO: "undid the last change of {name}, who is back in {stage}",
}


@dataclass(frozen=True)
class Standing:
    """What the changes of an application say of it: the last one, and when the latest of all happened."""

    last: StageChange
    latest_at: datetime


@dataclass(frozen=True)
class Past:
    """What taking changes back rests on, by application."""

    #: The last ending of those that are ended again by it.
    endings: Mapping[int, StageChange]
    #: When they first answered, by the contacts that were recorded.
    answers: Mapping[int, datetime]
    #: Whose person has another active application for the same requisition.
    active_elsewhere: frozenset[int]


# --- reading, for all at once -----------------------------------------------------------------------------------------

_LATEST = (
    select(
        StageChange.application_id,
        func.max(StageChange.seq).label("seq"),
        func.max(StageChange.happened_at).label("at"),
    )
    .where(StageChange.application_id.in_(bindparam("applications", expanding=True)))
    .group_by(StageChange.application_id)
    .subquery()
)
_STANDINGS = (
    select(StageChange, _LATEST.c.at)
    .join(_LATEST, and_(_LATEST.c.application_id == StageChange.application_id, _LATEST.c.seq == StageChange.seq))
    .execution_options(populate_existing=True)
)
#: With whoever made them and where they led, which a refusal names.
_NAMED_STANDINGS = _STANDINGS.options(
    joinedload(StageChange.actor), joinedload(StageChange.to_stage), joinedload(StageChange.from_stage)
)


def standings(applications: Sequence[Application]) -> dict[int, Standing]:
    """Where these applications stand, by their ids."""
    # Of one alone the names are read when it comes to a refusal; mostly they are at hand, and mostly it does not.
    statement = _NAMED_STANDINGS if len(applications) > 1 else _STANDINGS
    rows = db.session.execute(statement, {"applications": [application.id for application in applications]})
    return {change.application_id: Standing(change, at) for change, at in rows}


def active_elsewhere(applications: Sequence[Application]) -> frozenset[int]:
    """The ids of those whose person has another active application for the same requisition."""
    other = aliased(Application)
    found = db.session.scalars(
        select(Application.id)
        .join(
            other,
            and_(
                other.candidate_id == Application.candidate_id,
                other.requisition_id == Application.requisition_id,
                other.id != Application.id,
                other.status == ApplicationStatus.ACTIVE,
            ),
        )
        .where(Application.id.in_([application.id for application in applications]))
    )
    return frozenset(found)


# --- what everything is judged by -------------------------------------------------------------------------------------


def check_expected(application: Application, expected: int | None, standing: Standing) -> None:
    """Raise Conflict, saying who did what, when the application is not the one that somebody looked at."""
    if expected is not None and application.version != expected:
        raise conflict_with(application, standing.last)


def conflict_with(application: Application, change: StageChange) -> Conflict:
    """The conflict with somebody's change, in words."""
    return Conflict(
        f"{describe_change(change, application.candidate.name)} in the meantime.",
        who=change.actor.name if change.actor else None,
        when=change.recorded_at,
    )


def describe_change(change: StageChange, name: str) -> str:
    """What a change did, as a sentence to tell somebody who came second: "Tara Kessler moved Ada Lind to Screening"."""
    actor = change.actor.name if change.actor else "An import"
    words = _PARTICIPLES.get(change.kind, "moved {name} to {stage}")
    return f"{actor} {words.format(name=name, stage=change.to_stage.name)}"


def repeated(
    application: Application,
    expected: int | None,
    standing: Standing,
    actor: User,
    kinds: frozenset[ChangeKind],
    *,
    to_stage: Stage | None = None,
) -> StageChange | None:
    """The change that this very request has made already, when somebody clicked twice."""
    last = standing.last
    if expected is None or application.version == expected or last.actor_id != actor.id or last.kind not in kinds:
        return None
    if to_stage is not None and last.to_stage_id != to_stage.id:
        return None
    return last if clock.now() - last.recorded_at < DOUBLE_CLICK else None


def check_only_one(application: Application, elsewhere: frozenset[int]) -> None:
    """Raise Refused when the person has another active application for the same requisition."""
    if application.id in elsewhere:
        raise Refused(
            f"{application.candidate.name} has another active application for {application.requisition.number}."
        )


def moment(standing: Standing, happened_at: datetime | None) -> datetime:
    """When a change happened: as given, or now. Raises Refused for the future and for before the previous change."""
    now = clock.now()
    if happened_at is None:
        # Another machine's clock may run ahead of ours by a little.
        return max(now, standing.latest_at)
    if happened_at > now + MINUTE:
        raise Refused("That is in the future.", fields={"happened_at": "Give a time that has passed."})
    if happened_at < standing.latest_at:
        if standing.latest_at - happened_at < MINUTE:
            return standing.latest_at
        raise Refused(
            "That is before the previous change of this application.",
            fields={"happened_at": f"Give a time after that change, {when_for_reader(standing.latest_at)}."},
        )
    return happened_at


def entered(requisition: Requisition, stage: Stage) -> Stage:
    """The stage, if people can enter it; raises Refused otherwise."""
    if stage.requisition_id != requisition.id or stage.retired_at is not None:
        raise Refused(
            f"{stage.name} is not a stage of {requisition.number}.", fields={"stage": "Choose one of its stages."}
        )
    return stage


def check_contactable(candidate: Candidate, stage: Stage) -> None:
    """Raise Refused for a stage that says we wrote to somebody who asked not to be contacted."""
    if stage.kind is StageKind.CONTACTED and candidate.do_not_contact_at is not None:
        raise Refused(f"{candidate.name} asked not to be contacted.")


def kind_of_move(application: Application, to_stage: Stage, stages: Sequence[Stage]) -> ChangeKind:
    """Whether going from the application's stage to `to_stage` is a move, a skip or a way back.

    `stages` are those that can be entered, in order. Passing over Applied is no skip for somebody who was sourced.
    """
    here, there = order_of(application.stage), order_of(to_stage)
    if there < here:
        return ChangeKind.BACK
    passed = [stage for stage in stages if here < order_of(stage) < there]
    if application.source_kind is SourceKind.SOURCED:
        passed = [stage for stage in passed if stage.kind is not StageKind.APPLIED]
    return ChangeKind.SKIP if passed else ChangeKind.MOVE


# --- the judgements ---------------------------------------------------------------------------------------------------


def judge_move(
    application: Application,
    standing: Standing,
    to_stage: Stage,
    stages: Sequence[Stage],
    refusals: Sequence[Refusal],
    *,
    actor: User,
    expected: int | None,
    reason: str = "",
    comment: str = "",
    happened_at: datetime | None = None,
    override_reason: str = "",
    batch: str | None = None,
) -> Step:
    """The step that moves an application to `to_stage`; `stages` are those that can be entered, in order.

    `refusals` is what the guards say; an admin passes those that can be overridden by `override_reason`.
    """
    check_expected(application, expected, standing)
    check_requisition(application.requisition, ChangeKind.MOVE)
    to_stage = entered(application.requisition, to_stage)
    name = application.candidate.name
    if application.status is ApplicationStatus.ACTIVE and to_stage.id == application.stage_id:
        raise Refused(f"{name} is in {to_stage.name} already.")
    at = moment(standing, happened_at)
    overridden = application.status is ApplicationStatus.ACTIVE and _pass(
        application, refusals, actor=actor, override_reason=override_reason
    )
    check_contactable(application.candidate, to_stage)
    return plan(
        application,
        standing.last.seq,
        kind_of_move(application, to_stage, stages),
        to_stage=to_stage,
        happened_at=at,
        actor=actor,
        reason=OVERRIDE if overridden else reason,
        comment="\n".join(filter(None, [override_reason.strip() if overridden else "", comment.strip()])),
        batch=batch,
    )


def judge_ending(
    application: Application,
    standing: Standing,
    kind: ChangeKind,
    *,
    actor: User,
    expected: int | None,
    reason: str,
    comment: str = "",
    told: bool = False,
    happened_at: datetime | None = None,
    batch: str | None = None,
) -> Step:
    """The step that rejects, withdraws or closes an application; `reason` is a key of that kind's reasons."""
    check_expected(application, expected, standing)
    check_requisition(application.requisition, kind)
    if reason not in REASONS[kind]:
        raise Refused("Say why.", fields={"reason": "Choose a reason."})
    return plan(
        application,
        standing.last.seq,
        kind,
        to_stage=application.stage,
        happened_at=moment(standing, happened_at),
        actor=actor,
        reason=reason,
        comment=comment.strip(),
        batch=batch,
        told=told,
    )


def judge_transfer(
    application: Application, standing: Standing, *, actor: User, expected: int | None, comment: str = ""
) -> Step:
    """The step that closes an application because it goes on in another requisition; no other ending says so."""
    check_expected(application, expected, standing)
    check_requisition(application.requisition, ChangeKind.CLOSE)
    return plan(
        application,
        standing.last.seq,
        ChangeKind.CLOSE,
        to_stage=application.stage,
        happened_at=moment(standing, None),
        actor=actor,
        reason=TRANSFERRED,
        comment=comment.strip(),
    )


def before_change(application: Application, standing: Standing, change: StageChange) -> tuple[ApplicationStatus, Stage]:
    """The status and stage that taking `change` back restores.

    Raises Conflict when somebody went on since, Refused after 24 hours and for what has no undo here.
    """
    if standing.last.id != change.id:
        raise conflict_with(application, standing.last)
    if change.kind not in UNDOABLE or change.from_stage is None or change.from_status is None:
        raise Refused(_no_undo(change))
    if clock.now() - change.recorded_at > UNDO_WITHIN:
        raise Refused(
            "This change is more than 24 hours old.",
            needed=["Move the person back instead, or reopen the application."],
        )
    return change.from_status, change.from_stage


def judge_undo(
    application: Application,
    standing: Standing,
    change: StageChange,
    past: Past,
    *,
    actor: User,
    batch: str | None = None,
) -> Step:
    """The step that takes `change` back: stage, status and since when are as before it."""
    status, stage = before_change(application, standing, change)
    if status is ApplicationStatus.ACTIVE and application.status is not ApplicationStatus.ACTIVE:
        check_only_one(application, past.active_elsewhere)
    at = moment(standing, None)
    if status in ENDED:
        ending = past.endings.get(application.id)
        if ending is None:
            raise Conflict("The ending that this reopened is gone.")
        after = status_columns(status, happened_at=ending.happened_at, reason=ending.reason)
    else:
        after = status_columns(status, happened_at=at)
    after |= {
        "stage_id": stage.id,
        "stage_entered_at": change.from_stage_entered_at or application.stage_entered_at,
    }
    after |= without_progress(application, change, past.answers.get(application.id))
    if change.kind in ENDINGS and application.told_at == change.happened_at:
        after["told_at"] = None
    return Step(
        application=application,
        seq=standing.last.seq + 1,
        kind=ChangeKind.UNDO,
        to_stage=stage,
        to_status=status,
        happened_at=at,
        actor=actor,
        batch=batch,
        undoes_id=change.id,
        after=after,
    )


def _pass(application: Application, refusals: Sequence[Refusal], *, actor: User, override_reason: str) -> bool:
    """Whether an admin overrode what a guard says. Raises Refused, saying what is needed."""
    for refusal in refusals:
        may_override = refusal.overridable and can(actor, "application.override_gate", application)
        if may_override and override_reason.strip():
            continue
        fields = {"override_reason": "Or say why the gate may be passed."} if may_override else {}
        raise Refused(refusal.message, needed=refusal.needed, fields=fields)
    return bool(refusals)


def _no_undo(change: StageChange) -> str:
    if change.kind is ChangeKind.HIRE:
        return "A hire is undone on the offer's page."
    if change.kind is ChangeKind.UNDO:
        return "This was undone already. Move the person instead."
    if change.kind is ChangeKind.START:
        return "Adding somebody is not undone. Close the application as entered twice instead."
    return "This cannot be undone. Make another offer instead."
