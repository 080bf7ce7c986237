"""The vocabulary of vetting."""

from enum import StrEnum


class InterviewState(StrEnum):
    """planned until it is held or cancelled."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Rating(StrEnum):
    """One assessor's judgement on one skill. A "no" is an assessment; "not assessed" is none."""

    STRONG_YES = "strong_yes"
    YES = "yes"
    MIXED = "mixed"
    NO = "no"
    NOT_ASSESSED = "not_assessed"

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


class SnapshotMoment(StrEnum):
    """What was known is frozen twice."""

    SUBMITTED = "submitted"
    DECIDED = "decided"
