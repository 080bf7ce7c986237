"""Who may decide, and who may decide on what they submitted themselves."""

from collections.abc import Sequence

from tracker.accounts.models import User
from tracker.accounts.queries import organisation
from tracker.accounts.states import DecideOwn, Role
from tracker.approvals.models import Approval
from tracker.approvals.states import ApprovalState
from tracker.core.registry import ApprovalSubject, Registry, get_registry
from tracker.history.operations import Subject


def register_permissions(registry: Registry) -> None:
    """What may be done with approvals."""
    registry.add_permission("approval.view", may_see, who="those who can see what it is about")
    registry.add_permission(
        "approval.decide", may_decide, who="the person who was asked, the requisition's hiring managers and admins"
    )


def subject_of(approval: Approval) -> ApprovalSubject:
    """What the approval is about, as its domain registered it."""
    return get_registry().approval_subjects[approval.kind.value]


def about(approval: Approval) -> Subject:
    """What events on the approval are about: whoever may not see an offer does not read of its approval either."""
    return subject_of(approval).about(approval)


def may_see(user: User, approval: Approval) -> bool:
    """Whoever sees what it is about, and whoever is asked, as long as it waits on them."""
    asked = user.id == approval.approver_id and approval.state is ApprovalState.PENDING
    return asked or subject_of(approval).visible(user, approval)


def may_decide(user: User, approval: Approval) -> bool:
    """The approver, those who decide for the requisition, and admins who can see it."""
    if user.id == approval.approver_id:
        return True
    if user.id in {person.id for person in subject_of(approval).deciders(approval)}:
        return True
    return user.has(Role.ADMIN)


def own_allowed() -> bool:
    """Whether people may decide on what they submitted themselves: the organisation's setting."""
    return organisation().decide_own is DecideOwn.OWN_ALLOWED


def barred_as_own(user: User, requested_by_id: int | None) -> bool:
    """Whether this person may not decide because they submitted it."""
    return user.id == requested_by_id and not own_allowed()


def names(people: Sequence[User]) -> str:
    """The people as a sentence lists them: "A, B or C"."""
    found = list(dict.fromkeys(person.name for person in people))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}" if found else ""
