"""The vocabulary of applications."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tracker.requisitions.states import LIVE, RequisitionState


class ApplicationStatus(StrEnum):
    """closed = nobody's decision: position filled, requisition cancelled, no answer."""

    ACTIVE = "active"
    HIRED = "hired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The status in words."""
        return self.value


ENDED = frozenset({ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN, ApplicationStatus.CLOSED})


class ChangeKind(StrEnum):
    """What a stage change did."""

    #: The first row of an application: it entered the pipeline.
    START = "start"
    MOVE = "move"
    SKIP = "skip"
    BACK = "back"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    HIRE = "hire"
    REOPEN = "reopen"
    UNHIRE = "unhire"
    UNDO = "undo"


@dataclass(frozen=True)
class Transition:
    """What a kind of change asks of the status before it, and the status it leaves behind."""

    before: frozenset[ApplicationStatus]
    after: ApplicationStatus


_ACTIVE = frozenset({ApplicationStatus.ACTIVE})

#: What may follow what; the one writer is pipeline.changes. Starting and undoing have rules of their own.
TRANSITIONS: dict[ChangeKind, Transition] = {
    ChangeKind.MOVE: Transition(_ACTIVE, ApplicationStatus.ACTIVE),
    ChangeKind.SKIP: Transition(_ACTIVE, ApplicationStatus.ACTIVE),
    ChangeKind.BACK: Transition(_ACTIVE, ApplicationStatus.ACTIVE),
    ChangeKind.REJECT: Transition(_ACTIVE, ApplicationStatus.REJECTED),
    ChangeKind.WITHDRAW: Transition(_ACTIVE, ApplicationStatus.WITHDRAWN),
    ChangeKind.CLOSE: Transition(_ACTIVE, ApplicationStatus.CLOSED),
    ChangeKind.HIRE: Transition(_ACTIVE, ApplicationStatus.HIRED),
    ChangeKind.REOPEN: Transition(ENDED, ApplicationStatus.ACTIVE),
    ChangeKind.UNHIRE: Transition(frozenset({ApplicationStatus.HIRED}), ApplicationStatus.ACTIVE),
}

MOVES = frozenset({ChangeKind.MOVE, ChangeKind.SKIP, ChangeKind.BACK})
ENDINGS = frozenset({ChangeKind.REJECT, ChangeKind.WITHDRAW, ChangeKind.CLOSE})
#: What undo takes back. A hire is undone with its offer; somebody who should not be there is closed.
UNDOABLE = MOVES | ENDINGS | {ChangeKind.REOPEN}
UNDO_WITHIN = timedelta(hours=24)

#: What may be done while the requisition is in which state. Hiring and its undoing are the offers' to judge, because
#: the last opening closes the requisition within the same transaction.
_AT_ANY_TIME = ENDINGS | {ChangeKind.UNDO, ChangeKind.HIRE, ChangeKind.UNHIRE}


def requisition_allows(state: RequisitionState, kind: ChangeKind) -> bool:
    """Whether a change of that kind may be made while its requisition is in `state` (rule 8 of the design)."""
    return kind in _AT_ANY_TIME or state in LIVE


class SourceKind(StrEnum):
    """How somebody came in: we found them, they applied, or somebody referred them."""

    SOURCED = "sourced"
    APPLIED = "applied"
    REFERRED = "referred"

    @property
    def label(self) -> str:
        """How somebody came in, in words."""
        return self.value


class WaitReason(StrEnum):
    """Who holds the ball, in the order in which they are asked (metrics.md, "Waiting on")."""

    PERSON_SET = "person_set"
    HIRING_MANAGER = "hiring_manager"
    INTERVIEWERS = "interviewers"
    SCHEDULED = "scheduled"
    CANDIDATE = "candidate"
    RECRUITER = "recruiter"


#: The rank of each way of waiting; a hold of the requisition comes before all and is no row.
WAIT_RANKS = {reason: rank for rank, reason in enumerate(WaitReason)}


class ContactDirection(StrEnum):
    """Who wrote or spoke."""

    OUT = "out"
    IN = "in"

    @property
    def label(self) -> str:
        """Who wrote or spoke, in words."""
        return {"out": "we wrote or called", "in": "they answered"}[self.value]


class ContactChannel(StrEnum):
    """How."""

    EMAIL = "email"
    PHONE = "phone"
    LINKEDIN = "linkedin"
    MEETING = "meeting"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The channel in words."""
        return {"email": "e-mail", "phone": "phone", "linkedin": "LinkedIn", "meeting": "in person", "other": "other"}[
            self.value
        ]


class BatchKind(StrEnum):
    """What a bulk action does to everybody in it."""

    MOVE = "move"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    ASSIGN = "assign"
    TAG = "tag"

    @property
    def ending(self) -> ChangeKind | None:
        """The kind of change that it ends applications by; None for what ends nothing."""
        return ChangeKind(self.value) if self in _ENDING_BATCHES else None


_ENDING_BATCHES = frozenset({BatchKind.REJECT, BatchKind.WITHDRAW, BatchKind.CLOSE})


class BatchOutcome(StrEnum):
    """What became of one application in a bulk action."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    #: Done and taken back again.
    UNDONE = "undone"
    #: Done, and left so when the rest was taken back: somebody went on with it.
    KEPT = "kept"


#: Reasons by the kind of ending. A reason is a key; what people add in words goes beside it.
REJECT_REASONS = {
    "skills": "Lacks a must-have skill",
    "experience": "Experience below what the role needs",
    "salary": "Salary wish above the range",
    "location": "Place or time zone does not fit",
    "permit": "No work permit",
    "communication": "Communication",
    "other_preferred": "Others fit better",
    "other": "Another reason",
}
WITHDRAW_REASONS = {
    "other_offer": "Took another offer",
    "salary": "Salary",
    "role": "The role is not what they want",
    "location": "Place or time zone",
    "process": "The process took too long",
    "personal": "Personal reasons",
    "other": "Another reason",
}
CLOSE_REASONS = {
    "filled": "The position is filled",
    "cancelled": "The requisition was cancelled",
    "no_answer": "No answer",
    "duplicate": "Entered twice",
    "other": "Another reason",
}

#: The reasons that people may give.
REASONS: dict[ChangeKind, dict[str, str]] = {
    ChangeKind.REJECT: REJECT_REASONS,
    ChangeKind.WITHDRAW: WITHDRAW_REASONS,
    ChangeKind.CLOSE: CLOSE_REASONS,
}

#: The kind of change that led to a status.
ENDED_BY: dict[ApplicationStatus, ChangeKind] = {
    TRANSITIONS[kind].after: kind for kind in (ChangeKind.REJECT, ChangeKind.WITHDRAW, ChangeKind.CLOSE)
}

#: The reason that a move carries when an admin overrode a gate.
OVERRIDE = "override"
#: The reason of an ending that goes on in another requisition. A transfer writes it; nobody chooses it.
TRANSFERRED = "transferred"


def reason_label(kind: ChangeKind, reason: str) -> str:
    """The reason of an ending in words; a key that is no longer offered reads as it stands."""
    if (kind, reason) == (ChangeKind.CLOSE, TRANSFERRED):
        return "Went on to another requisition"
    return REASONS.get(kind, {}).get(reason, reason)
