"""The vocabulary of vetting."""

from enum import StrEnum


class InterviewState(StrEnum):
    """planned until it is held or cancelled."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


#: What may follow what. A slip is taken back by going to planned again.
INTERVIEW_TRANSITIONS: dict[InterviewState, frozenset[InterviewState]] = {
    InterviewState.PLANNED: frozenset({InterviewState.HELD, InterviewState.CANCELLED}),
    InterviewState.HELD: frozenset({InterviewState.PLANNED}),
    InterviewState.CANCELLED: frozenset({InterviewState.PLANNED}),
}


class Rating(StrEnum):
    """One assessor's judgement on one skill. A "no" is an assessment; "not assessed" is none."""

    STRONG_YES = "strong_yes"
    YES = "yes"
    MIXED = "mixed"
    NO = "no"
    NOT_ASSESSED = "not_assessed"

    @property
    def is_assessment(self) -> bool:
        """Whether it says anything about the skill."""
        return self is not Rating.NOT_ASSESSED

    @property
    def label(self) -> str:
        """The rating in words."""
        return self.value.replace("_", " ").capitalize()


class Recommendation(StrEnum):
    """What an assessor would do."""

    STRONG_YES = "strong_yes"
    YES = "yes"
    UNDECIDED = "undecided"
    NO = "no"

    @property
    def label(self) -> str:
        """The recommendation in words."""
        return self.value.replace("_", " ").capitalize()


class EntryState(StrEnum):
    """pending / approved / declined / more wanted / lapsed."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    MORE_WANTED = "more_wanted"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """The state in words."""
        return self.value.replace("_", " ")

    @property
    def is_decision(self) -> bool:
        """Whether somebody decided it, rather than it waiting or having lapsed."""
        return self in DECISIONS


DECISIONS = frozenset({EntryState.APPROVED, EntryState.DECLINED, EntryState.MORE_WANTED})

#: What may follow what. What was asked to show more, or lapsed, can be put forward again in a new round.
ENTRY_TRANSITIONS: dict[EntryState, frozenset[EntryState]] = {
    EntryState.PENDING: DECISIONS | {EntryState.LAPSED},
    EntryState.MORE_WANTED: frozenset({EntryState.PENDING}),
    EntryState.LAPSED: frozenset({EntryState.PENDING}),
    EntryState.APPROVED: frozenset(),
    EntryState.DECLINED: frozenset(),
}


class SnapshotMoment(StrEnum):
    """What was known is frozen twice."""

    SUBMITTED = "submitted"
    DECIDED = "decided"
