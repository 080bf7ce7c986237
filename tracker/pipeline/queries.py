"""Reading applications and their records."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Select, bindparam, func, inspect, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from tracker.accounts.models import Anybody, User
from tracker.accounts.permissions import me
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateImport
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.core.paging import whole_number
from tracker.pipeline.models import Application, Batch, BatchItem, Contact, SetWait, StageChange
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.states import ApplicationStatus, BatchOutcome
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.policy import visible_requisitions

Found = TypeVar("Found", Application, StageChange)


def application_or_404(application_id: int) -> Application:
    """The application with its person, requisition and stage, if the signed-in user may see it. Raises NotVisible."""
    return _visible_or_404(_visible_application, application=application_id)


@lru_cache(64)
def _visible_application(roles: frozenset[Role]) -> Select[Application]:
    return (
        select(Application)
        .where(Application.id == bindparam("application"), visible_applications(Anybody(roles)))
        .options(
            joinedload(Application.candidate),
            joinedload(Application.requisition),
            joinedload(Application.stage),
        )
    )


def change_or_404(change_id: int) -> StageChange:
    """A stage change of an application that the signed-in user may see. Raises NotVisible."""
    return _visible_or_404(_visible_change, change=change_id)


@lru_cache(64)
def _visible_change(roles: frozenset[Role]) -> Select[StageChange]:
    return (
        select(StageChange)
        .join(StageChange.application)
        .where(StageChange.id == bindparam("change"), visible_applications(Anybody(roles)))
        .options(joinedload(StageChange.application).joinedload(Application.requisition))
    )


def _visible_or_404(statement: Callable[[frozenset[Role]], Select[Found]], **values: int) -> Found:
    """What a statement finds that is built once for each set of roles; who is disabled sees nothing."""
    reader = me()
    found = db.session.scalar(statement(reader.roles), values | {"reader": reader.id}) if reader.is_active else None
    if found is None:
        raise NotVisible
    return found


def batch_or_404(mark: str) -> Batch:
    """A bulk action on somebody whom the signed-in user may see. Raises NotVisible."""
    seen = (
        select(BatchItem.batch_id)
        .join(Application, Application.id == BatchItem.application_id)
        .where(BatchItem.batch_id == Batch.id, visible_applications(me()))
        .correlate(Batch)
        .exists()
    )
    batch = db.session.scalar(
        select(Batch)
        .where(Batch.mark == mark, seen)
        .options(joinedload(Batch.actor), joinedload(Batch.recruiter), joinedload(Batch.undone_by))
    )
    if batch is None:
        raise NotVisible
    return batch


def batch_sizes(marks: Collection[str]) -> dict[str, int]:
    """How many people were in the bulk actions with these marks; a mark of something else is left out."""
    if not marks:
        return {}
    rows = db.session.execute(
        select(Batch.mark, func.count())
        .join(BatchItem, BatchItem.batch_id == Batch.id)
        .where(Batch.mark.in_(marks))
        .group_by(Batch.mark)
    )
    return {row[0]: row[1] for row in rows}


def batch_counts(batch_id: int) -> dict[BatchOutcome, int]:
    """How many people of a bulk action have which outcome."""
    rows = db.session.execute(
        select(BatchItem.outcome, func.count()).where(BatchItem.batch_id == batch_id).group_by(BatchItem.outcome)
    )
    return {row[0]: row[1] for row in rows}


def batch_stage(batch: Batch) -> str:
    """The name of the stage that a bulk action moves people to, as the signed-in user knows it; empty when it moves
    nobody."""
    name = db.session.scalar(
        select(Stage.name)
        .join(Application, Application.requisition_id == Stage.requisition_id)
        .join(BatchItem, BatchItem.application_id == Application.id)
        .where(BatchItem.batch_id == batch.id, Stage.key == batch.stage_key, visible_applications(me()))
        .limit(1)
    )
    return name or ""


def batch_people(batch: Batch, reader: User, *outcomes: BatchOutcome, limit: int) -> list[BatchItem]:
    """The people with one of these outcomes whom `reader` may see, by name."""
    return list(
        db.session.scalars(
            select(BatchItem)
            .join(BatchItem.application)
            .join(Application.candidate)
            .where(BatchItem.batch_id == batch.id, BatchItem.outcome.in_(outcomes), visible_applications(reader))
            .order_by(Candidate.search_name, BatchItem.application_id)
            .limit(limit)
            .options(contains_eager(BatchItem.application).contains_eager(Application.candidate))
        )
    )


def import_or_404(import_id: int) -> CandidateImport:
    """An import into a requisition that the signed-in user may see. Raises NotVisible."""
    imported = db.session.scalar(
        select(CandidateImport)
        .join(CandidateImport.requisition)
        .where(CandidateImport.id == import_id, visible_requisitions(me()))
        .options(joinedload(CandidateImport.created_by))
    )
    if imported is None:
        raise NotVisible
    return imported


def imports_of(requisition: Requisition, limit: int = 20) -> list[CandidateImport]:
    """The last imports into a requisition, newest first."""
    return list(
        db.session.scalars(
            select(CandidateImport)
            .where(CandidateImport.requisition_id == requisition.id)
            .order_by(CandidateImport.id.desc())
            .limit(limit)
            .options(joinedload(CandidateImport.created_by))
        )
    )


#: No key of either changes, so rows that refer to them can be written meanwhile.
_LOCKED_REQUISITION = (
    select(Requisition)
    .where(
        Requisition.id
        == select(Application.requisition_id).where(Application.id == bindparam("application")).scalar_subquery()
    )
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_LOCKED_APPLICATION = (
    select(Application)
    .where(Application.id == bindparam("application"))
    .with_for_update(key_share=True, of=Application)
    .options(joinedload(Application.stage), joinedload(Application.candidate))
    .execution_options(populate_existing=True)
)


def lock_application(which: Application | int) -> Application:
    """The application (or that with this id) as it is now, held until the transaction ends; its requisition is locked
    before it.

    Raises NotVisible when it is gone.
    """
    # Asking a row of an earlier transaction for its id would read it once more.
    identity = inspect(which).identity if isinstance(which, Application) else (which,)
    values = {"application": identity[0] if identity else None}
    requisition = db.session.scalar(_LOCKED_REQUISITION, values)
    application = db.session.scalar(_LOCKED_APPLICATION, values)
    if application is None or requisition is None:
        raise NotVisible
    set_committed_value(application, "requisition", requisition)
    return application


def lock_applications(application_ids: Sequence[int]) -> list[Application]:
    """These applications as they are now, in the order of their ids, as lock_application() gives one: the requisitions
    are locked first, both in the order of their ids. What is gone is left out."""
    requisition_ids = select(Application.requisition_id).where(Application.id.in_(application_ids))
    requisitions = db.session.scalars(
        select(Requisition)
        .where(Requisition.id.in_(requisition_ids))
        .order_by(Requisition.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    by_id = {requisition.id: requisition for requisition in requisitions}
    applications = db.session.scalars(
        select(Application)
        .where(Application.id.in_(application_ids))
        .order_by(Application.id)
        .with_for_update(key_share=True, of=Application)
        .options(joinedload(Application.stage), joinedload(Application.candidate))
        .execution_options(populate_existing=True)
    ).all()
    for application in applications:
        set_committed_value(application, "requisition", by_id[application.requisition_id])
    return list(applications)


def active_application(candidate: Candidate, requisition: Requisition) -> Application | None:
    """The one active application of this person for this requisition."""
    return db.session.scalar(
        select(Application).where(
            Application.candidate_id == candidate.id,
            Application.requisition_id == requisition.id,
            Application.status == ApplicationStatus.ACTIVE,
        )
    )


def active_of(requisition: Requisition) -> list[Application]:
    """Everybody who is still in the pipeline of a requisition, with person and stage, in the order of the stages."""
    return list(
        db.session.scalars(
            select(Application)
            .join(Application.stage)
            .where(Application.requisition_id == requisition.id, Application.status == ApplicationStatus.ACTIVE)
            .order_by(Stage.position.desc(), Application.stage_entered_at.desc(), Application.id.desc())
            .options(contains_eager(Application.stage), joinedload(Application.candidate))
        )
    )


def latest_change(application_id: int) -> StageChange | None:
    """The last change of an application, with who made it and where it led."""
    return db.session.scalar(
        select(StageChange)
        .where(StageChange.application_id == application_id)
        .order_by(StageChange.seq.desc())
        .limit(1)
        .options(joinedload(StageChange.actor), joinedload(StageChange.to_stage))
        .execution_options(populate_existing=True)
    )


def open_set_wait(application_id: int) -> SetWait | None:
    """The wait that a person set and that is not over."""
    return db.session.scalar(
        select(SetWait).where(SetWait.application_id == application_id, SetWait.lifted_at.is_(None))
    )


def contacts_of(application_id: int) -> list[Contact]:
    """The words between us and the candidate about this application, newest first."""
    return list(
        db.session.scalars(
            select(Contact)
            .where(Contact.application_id == application_id)
            .order_by(Contact.at.desc(), Contact.id.desc())
            .options(joinedload(Contact.actor))
        )
    )


_STAGES = select(Stage).where(Stage.requisition_id == bindparam("requisition"))
_BY_ID, _BY_KEY = (
    _STAGES.where(Stage.retired_at.is_(None), each)
    for each in (Stage.id == bindparam("stage"), Stage.key == bindparam("key"))
)


def enterable_stages(requisition_id: int) -> list[Stage]:
    """The stages that people can be moved to, in order."""
    return [stage for stage in _all_stages(requisition_id) if stage.retired_at is None]


def enterable_stage(requisition_id: int, token: int | str | None) -> Stage | None:
    """The one of these that a token stands for: its id, or its key."""
    values = {"requisition": requisition_id}
    if isinstance(token, str):
        # PostgreSQL keeps NUL in no text.
        return db.session.scalar(_BY_KEY, values | {"key": token.replace("\x00", "")})
    stage_id = whole_number(token)
    return db.session.scalar(_BY_ID, values | {"stage": stage_id}) if stage_id is not None else None


def read_stages(requisition: Requisition) -> list[Stage]:
    """The same, of a requisition that is locked; from here on all its stages are at hand, also for what answers."""
    stages = _all_stages(requisition.id)
    set_committed_value(requisition, "stages", stages)
    return [stage for stage in stages if stage.retired_at is None]


def _all_stages(requisition_id: int) -> list[Stage]:
    stages = db.session.scalars(_STAGES, {"requisition": requisition_id})
    return sorted(stages, key=lambda stage: (stage.phase.position, stage.position))
