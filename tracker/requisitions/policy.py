"""Who sees a requisition, and who may do what with it."""

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, or_, true
from sqlalchemy.orm import aliased

from tracker.accounts.models import Onlooker, User, UserRole
from tracker.accounts.states import Role
from tracker.core.registry import Registry
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.states import TeamPart

#: The parts that decide for a requisition.
DECIDING = (TeamPart.HIRING_MANAGER, TeamPart.DEPUTY)
#: Which role somebody must hold for a part; admins may take any, and anybody may interview.
ROLE_FOR_PART = {
    TeamPart.RECRUITER: Role.RECRUITER,
    TeamPart.HIRING_MANAGER: Role.HIRING_MANAGER,
    TeamPart.DEPUTY: Role.HIRING_MANAGER,
}


def register_permissions(registry: Registry) -> None:
    """What may be done with requisitions."""
    workers = "recruiters of the requisition and admins"
    managers = "recruiters and hiring managers of the requisition, and admins"
    registry.add_permission(
        "requisition.list", lambda user, _subject: True, who="everybody; each sees the requisitions they work on"
    )
    registry.add_permission(
        "requisition.view", sees, who="the hiring team, recruiters (unless it is confidential) and admins"
    )
    registry.add_permission("requisition.create", may_create, who="recruiters, hiring managers and admins")
    for name in ("edit", "team", "hold", "close", "reopen"):
        registry.add_permission(f"requisition.{name}", manages, who=managers)
    registry.add_permission("requisition.approve", decides, who="the requisition's hiring managers, and admins")
    registry.add_permission("requisition.stages", works, who=workers)
    registry.add_permission("stage_template.edit", lambda user, _subject: user.has(Role.ADMIN), who="admins")
    registry.add_permission("pipeline.work", works, who=workers)


def on_team(user: User, requisition: Requisition, *parts: TeamPart) -> bool:
    """Whether the user has one of these parts (none given: any part) in the requisition's hiring team."""
    return any(member.user_id == user.id and (not parts or member.part in parts) for member in requisition.team_members)


def sees(user: User, requisition: Requisition) -> bool:
    """The same rule as visible_requisitions(), for one that is loaded."""
    if user.has(Role.ADMIN) or (user.has(Role.RECRUITER) and not requisition.confidential):
        return True
    return on_team(user, requisition)


def visible_requisitions(user: Onlooker) -> ColumnElement[bool]:
    """A predicate over Requisition: what this user may know of."""
    if not user.is_active:
        return false()
    if user.has(Role.ADMIN):
        return true()
    own = exists().where(and_(TeamMember.requisition_id == Requisition.id, TeamMember.user_id == user.id))
    if user.has(Role.RECRUITER):
        return or_(Requisition.confidential.is_(False), own)
    return own


def may_create(user: User, _subject: object) -> bool:
    """Whoever recruits or hires may ask for a hire."""
    return user.has(Role.RECRUITER, Role.HIRING_MANAGER, Role.ADMIN)


def works(user: User, requisition: Requisition) -> bool:
    """Who brings people in and moves them: recruiters who see it, and admins."""
    # The roles are at hand; the hiring team may have to be read first.
    if user.has(Role.ADMIN) or (user.has(Role.RECRUITER) and not requisition.confidential):
        return True
    return on_team(user, requisition, TeamPart.RECRUITER)


def decides(user: User, requisition: Requisition) -> bool:
    """Who agrees to it: its hiring manager or a deputy while their roles allow that part, and admins."""
    if not user.is_active:
        return False
    return user.has(Role.ADMIN) or (user.has(Role.HIRING_MANAGER) and on_team(user, requisition, *DECIDING))


def deciding(person: SQLColumnExpression[int], requisition: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """The same rule as decides(), over the ids of a person and of a requisition."""
    # Under names of their own, wherever it is asked: these tables may be among those that are asked.
    account, admin, manager, member = (aliased(User), aliased(UserRole), aliased(UserRole), aliased(TeamMember))
    return and_(
        exists().where(account.id == person, account.disabled_at.is_(None)),
        or_(
            exists().where(admin.user_id == person, admin.role == Role.ADMIN),
            and_(
                exists().where(manager.user_id == person, manager.role == Role.HIRING_MANAGER),
                exists().where(
                    member.user_id == person, member.requisition_id == requisition, member.part.in_(DECIDING)
                ),
            ),
        ),
    )


def manages(user: User, requisition: Requisition) -> bool:
    """Who edits, holds and closes it: those who work on it and those who decide on it."""
    return works(user, requisition) or decides(user, requisition)


def may_take(user: User, part: TeamPart) -> bool:
    """Whether somebody's roles let them take this part in a hiring team."""
    role = ROLE_FOR_PART.get(part)
    return role is None or user.has(role, Role.ADMIN)
