"""Who may decide, and who may decide on what they submitted themselves."""

from collections.abc import Sequence

from tracker.accounts.models import User
from tracker.accounts.queries import organisation
from tracker.accounts.states import DecideOwn
from tracker.approvals.models import Approval
from tracker.core.errors import Refused
from tracker.core.registry import ApprovalSubject, Registry, get_registry
from tracker.history.operations import Subject

#: What gets a decision moving that only its submitter could make, and may not.
NOBODY_CAN = (
    "Add a deputy to the hiring team.",
    "Or ask an admin to allow deciding on one’s own submissions, in the settings.",
)


def register_permissions(registry: Registry) -> None:
    """What may be done with approvals."""
    registry.add_permission("approval.view", may_see, who="those who can see what it is about")
    registry.add_permission("approval.decide", may_decide, who="the requisition's hiring managers and admins")


def subject_of(approval: Approval) -> ApprovalSubject:
    """What the approval is about, as its domain registered it."""
    return get_registry().approval_subjects[approval.kind.value]


def about(approval: Approval) -> Subject:
    """What events on the approval are about: whoever may not see an offer does not read of its approval either."""
    return subject_of(approval).about(approval)


def may_see(user: User, approval: Approval) -> bool:
    """Whoever sees what it is about; those who decide on it do."""
    return subject_of(approval).visible(user, approval)


def may_decide(user: User, approval: Approval) -> bool:
    """Those who decide for the requisition now. Having been asked by name gives no right: it is lost with the part."""
    return user in subject_of(approval).deciders(approval)


def able_deciders(approval: Approval) -> list[User]:
    """Those who may decide, without whoever submitted it where the organisation wants another person to."""
    people = subject_of(approval).deciders(approval)
    return [person for person in people if not barred_as_own(person, approval.requested_by_id)]


def own_allowed() -> bool:
    """Whether people may decide on what they submitted themselves: the organisation's setting."""
    return organisation().decide_own is DecideOwn.OWN_ALLOWED


def barred_as_own(user: User, requested_by_id: int | None) -> bool:
    """Whether this person may not decide because they submitted it."""
    return user.id == requested_by_id and not own_allowed()


def nobody_but_you() -> Refused:
    """Nobody else could decide on what somebody is about to submit."""
    return Refused(
        "Nobody but you could approve this, and your organisation wants another person to decide.",
        needed=NOBODY_CAN,
    )


def names(people: Sequence[User]) -> str:
    """The people as a sentence lists them: "A, B or C"."""
    found = list(dict.fromkeys(person.name for person in people))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}" if found else ""
