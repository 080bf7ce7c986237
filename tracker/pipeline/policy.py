"""Who may see applications, and who may do what to them."""

from sqlalchemy import ColumnElement, or_, select

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateImport
from tracker.core.db import db
from tracker.core.registry import Registry, get_registry
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.states import MOVES
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.policy import DECIDING, on_team, visible_requisitions
from tracker.requisitions.states import TeamPart

#: Who sees everybody of a requisition; interviewers see those whose interviews they sit on.
SEEING_PARTS = (TeamPart.RECRUITER, TeamPart.HIRING_MANAGER, TeamPart.DEPUTY)
STAFF = (Role.RECRUITER, Role.ADMIN)

WORKERS = "recruiters of the requisition and admins"
ENDERS = "recruiters and hiring managers of the requisition and admins"


def visible_applications(user: User) -> ColumnElement[bool]:
    """What `user` may see, as a predicate over applications."""
    seen = select(Requisition.id).where(visible_requisitions(user))
    if not user.has(*STAFF):
        seen = seen.where(
            Requisition.id.in_(
                select(TeamMember.requisition_id).where(
                    TeamMember.user_id == user.id, TeamMember.part.in_(SEEING_PARTS)
                )
            )
        )
    return or_(
        Application.requisition_id.in_(seen),
        *(predicate(user) for predicate in get_registry().application_visibility),
    )


def sees_pipeline(user: User, requisition: Requisition) -> bool:
    """Whether `user` may see everybody in the pipeline of a requisition that is visible to them."""
    return user.has(*STAFF) or on_team(user, requisition, *SEEING_PARTS)


def _candidates_by_application(user: User) -> ColumnElement[bool]:
    return Candidate.id.in_(select(Application.candidate_id).where(visible_applications(user)))


def _may_view(user: User, application: Application) -> bool:
    query = select(Application.id).where(Application.id == application.id, visible_applications(user))
    return db.session.scalar(query) is not None


def _may_work(user: User, application: Application) -> bool:
    return can(user, "pipeline.work", application.requisition)


def _may_end(user: User, application: Application) -> bool:
    """Deputies end as well: what becomes of those who are left is theirs to say, here as on the page that asks it."""
    return _may_work(user, application) or on_team(user, application.requisition, *DECIDING)


def _may_undo(user: User, change: StageChange) -> bool:
    """Taking back is doing: whoever may end takes an ending back, and only who may move a move."""
    may = _may_work if change.kind in MOVES else _may_end
    return may(user, change.application)


def _may_import(user: User, imported: CandidateImport) -> bool:
    return can(user, "pipeline.work", imported.requisition)


def _may_override(user: User, _application: Application) -> bool:
    return user.has(Role.ADMIN)


def register(registry: Registry) -> None:
    """Fill in the permissions, and whom applications make visible."""
    registry.candidate_visibility.append(_candidates_by_application)
    registry.add_permission("pipeline.view", sees_pipeline, who="recruiters, the requisition's hiring team and admins")
    registry.add_permission(
        "application.view", _may_view, who="the hiring team, who sits on an interview, recruiters and admins"
    )
    registry.add_permission("application.move", _may_work, who=WORKERS)
    registry.add_permission("application.end", _may_end, who=ENDERS)
    registry.add_permission("application.reopen", _may_end, who=ENDERS)
    registry.add_permission("application.undo", _may_undo, who=ENDERS)
    registry.add_permission("application.contact", _may_work, who=WORKERS)
    registry.add_permission("pipeline.import", _may_import, who=WORKERS)
    registry.add_permission("application.override_gate", _may_override, who="admins")
