"""Who may see applications, and who may do what to them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, union_all

from tracker.accounts.models import Onlooker, User
from tracker.accounts.permissions import can
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateImport
from tracker.core.db import db
from tracker.core.registry import Registry, get_registry
from tracker.pipeline.models import Application, Batch, BatchItem, StageChange
from tracker.pipeline.states import MOVES
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.policy import decides, on_team, sees, visible_requisitions
from tracker.requisitions.states import TeamPart

#: Who sees everybody of a requisition; interviewers see those whose interviews they sit on.
SEEING_PARTS = (TeamPart.RECRUITER, TeamPart.HIRING_MANAGER, TeamPart.DEPUTY)
STAFF = (Role.RECRUITER, Role.ADMIN)

WORKERS = "recruiters of the requisition and admins"
ENDERS = "recruiters and hiring managers of the requisition and admins"


def visible_pipelines(user: Onlooker) -> ColumnElement[bool]:
    """A predicate over Requisition: those in which `user` may see everybody."""
    if user.has(*STAFF):
        return visible_requisitions(user)
    parts = select(TeamMember.requisition_id).where(TeamMember.user_id == user.id, TeamMember.part.in_(SEEING_PARTS))
    return and_(visible_requisitions(user), Requisition.id.in_(parts))


def visible_applications(user: Onlooker) -> ColumnElement[bool]:
    """What `user` may see, as a predicate over applications."""
    return or_(
        Application.requisition_id.in_(select(Requisition.id).where(visible_pipelines(user))),
        *(predicate(user) for predicate in get_registry().application_visibility),
    )


def sees_person(user: User, application: Application) -> bool:
    """Whether `user` may see the page of whoever applied: the rule of visible_applications(), for one of them."""
    query = select(Application.id).where(Application.id == application.id, visible_applications(user))
    return db.session.scalar(query) is not None


def who_see(application: Application, users: Sequence[User]) -> list[User]:
    """Those of `users` who may see the person, in their order; one statement for all whose roles do not say so."""
    requisition = application.requisition
    seeing = {user.id for user in users if sees(user, requisition) and sees_pipeline(user, requisition)}
    others = [user for user in users if user.id not in seeing]
    if others:
        asked = (
            select(literal(user.id)).where(
                exists().where(
                    Application.id == application.id,
                    or_(*(predicate(user) for predicate in get_registry().application_visibility)),
                )
            )
            for user in others
        )
        seeing.update(db.session.scalars(union_all(*asked)))
    return [user for user in users if user.id in seeing]


def sees_pipeline(user: User, requisition: Requisition) -> bool:
    """Whether `user` may see everybody in the pipeline of a requisition that is visible to them."""
    return user.has(*STAFF) or on_team(user, requisition, *SEEING_PARTS)


def _candidates_by_application(user: User) -> ColumnElement[bool]:
    return Candidate.id.in_(select(Application.candidate_id).where(visible_applications(user)))


def _may_work(user: User, application: Application) -> bool:
    return works(user, application.requisition)


def works(user: User, requisition: Requisition) -> bool:
    """Who moves the people of a requisition."""
    return can(user, "pipeline.work", requisition)


def ends(user: User, requisition: Requisition) -> bool:
    """Deputies end as well: what becomes of those who are left is theirs to say, here as on the page that asks it."""
    return works(user, requisition) or decides(user, requisition)


def _may_end(user: User, application: Application) -> bool:
    return ends(user, application.requisition)


def _may_undo(user: User, change: StageChange) -> bool:
    """Taking back is doing: whoever may end takes an ending back, and only who may move a move."""
    may = _may_work if change.kind in MOVES else _may_end
    return may(user, change.application)


def _may_bulk(user: User, _subject: object) -> bool:
    """Whoever may change anybody; each person in it is judged by their requisition."""
    return user.has(Role.RECRUITER, Role.HIRING_MANAGER, Role.ADMIN)


def _may_undo_batch(user: User, batch: Batch) -> bool:
    """Whoever may take back what it did in one of its requisitions; in the others it is left alone."""
    may = works if batch.kind.ending is None else ends
    requisitions = db.session.scalars(
        select(Requisition).where(
            visible_requisitions(user),
            Requisition.id.in_(
                select(Application.requisition_id)
                .join(BatchItem, BatchItem.application_id == Application.id)
                .where(BatchItem.batch_id == batch.id)
            ),
        )
    )
    return any(may(user, requisition) for requisition in requisitions)


def _may_import(user: User, imported: CandidateImport) -> bool:
    return can(user, "pipeline.work", imported.requisition)


def _may_override(user: User, _application: Application) -> bool:
    return user.has(Role.ADMIN)


def register(registry: Registry) -> None:
    """Fill in the permissions, and whom applications make visible."""
    registry.candidate_visibility.append(_candidates_by_application)
    registry.add_permission("pipeline.view", sees_pipeline, who="recruiters, the requisition's hiring team and admins")
    registry.add_permission(
        "pipeline.export", lambda user, requisition: can(user, "pipeline.work", requisition), who=WORKERS
    )
    registry.add_permission(
        "application.view", sees_person, who="the hiring team, who sits on an interview, recruiters and admins"
    )
    registry.add_permission("application.move", _may_work, who=WORKERS)
    registry.add_permission("application.end", _may_end, who=ENDERS)
    registry.add_permission("application.reopen", _may_end, who=ENDERS)
    registry.add_permission("application.undo", _may_undo, who=ENDERS)
    registry.add_permission("application.contact", _may_work, who=WORKERS)
    registry.add_permission("pipeline.import", _may_import, who=WORKERS)
    registry.add_permission("batch.start", _may_bulk, who="recruiters, hiring managers and admins")
    # Its page names tags, which interviewers do not see.
    registry.add_permission("batch.view", _may_bulk, who="recruiters, hiring managers and admins")
    registry.add_permission("batch.undo", _may_undo_batch, who=ENDERS)
    registry.add_permission("application.override_gate", _may_override, who="admins")
