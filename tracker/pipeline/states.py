"""The vocabulary of applications."""

from enum import StrEnum


class ApplicationStatus(StrEnum):
    """closed = nobody's decision: position filled, requisition cancelled, no answer."""

    ACTIVE = "active"
    HIRED = "hired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


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


class SourceKind(StrEnum):
    """How somebody came in: we found them, they applied, or somebody referred them."""

    SOURCED = "sourced"
    APPLIED = "applied"
    REFERRED = "referred"


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


class ContactChannel(StrEnum):
    """How."""

    EMAIL = "email"
    PHONE = "phone"
    LINKEDIN = "linkedin"
    MEETING = "meeting"
    OTHER = "other"


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
