"""States of requisitions, and the fixed vocabulary of phases and stage kinds."""

from enum import StrEnum

# Named here too, because a requisition is always spoken of with its role.
from tracker.roles.states import RoleProfileKey as RoleProfileKey  # noqa: PLC0414 - the alias says that it is meant


class RequisitionState(StrEnum):
    """draft → pending approval → open ⇄ on hold → filled / cancelled; the last two can be reopened."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    OPEN = "open"
    ON_HOLD = "on_hold"
    FILLED = "filled"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state in words."""
        return self.value.replace("_", " ")

    @property
    def is_live(self) -> bool:
        """Whether people are worked with."""
        return self in LIVE


#: What may follow what; the one writer is requisitions.operations.
TRANSITIONS: dict[RequisitionState, frozenset[RequisitionState]] = {
    RequisitionState.DRAFT: frozenset(
        {RequisitionState.PENDING_APPROVAL, RequisitionState.OPEN, RequisitionState.CANCELLED}
    ),
    RequisitionState.PENDING_APPROVAL: frozenset(
        {RequisitionState.DRAFT, RequisitionState.OPEN, RequisitionState.CANCELLED}
    ),
    RequisitionState.OPEN: frozenset({RequisitionState.ON_HOLD, RequisitionState.FILLED, RequisitionState.CANCELLED}),
    RequisitionState.ON_HOLD: frozenset({RequisitionState.OPEN, RequisitionState.FILLED, RequisitionState.CANCELLED}),
    RequisitionState.FILLED: frozenset({RequisitionState.OPEN}),
    # One that was never opened goes back to a draft: reopening is no way around the approval.
    RequisitionState.CANCELLED: frozenset({RequisitionState.OPEN, RequisitionState.DRAFT}),
}

#: People are worked with in these.
LIVE = frozenset({RequisitionState.OPEN, RequisitionState.ON_HOLD})
CLOSED = frozenset({RequisitionState.FILLED, RequisitionState.CANCELLED})


class Workplace(StrEnum):
    """Where the work is done."""

    ON_SITE = "on_site"
    HYBRID = "hybrid"
    REMOTE = "remote"

    @property
    def label(self) -> str:
        """The workplace in words."""
        return {"on_site": "On site", "hybrid": "Hybrid", "remote": "Remote"}[self.value]


class Engagement(StrEnum):
    """How somebody is engaged."""

    EMPLOYEE = "employee"
    CONTRACTOR = "contractor"

    @property
    def label(self) -> str:
        """The engagement in words."""
        return self.value.capitalize()


class Need(StrEnum):
    """How much a skill matters for a requisition."""

    MUST_HAVE = "must_have"
    NICE_TO_HAVE = "nice_to_have"

    @property
    def label(self) -> str:
        """The need in words."""
        return {"must_have": "must have", "nice_to_have": "nice to have"}[self.value]


class TeamPart(StrEnum):
    """What part somebody has in a hiring team."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    DEPUTY = "deputy"
    INTERVIEWER = "interviewer"

    @property
    def label(self) -> str:
        """The part in words."""
        return self.value.replace("_", " ")


class Phase(StrEnum):
    """The fixed phases; stages lie within them."""

    SOURCING = "sourcing"
    VETTING = "vetting"
    OFFER = "offer"

    @property
    def position(self) -> int:
        """The phase's place in the order, from 1."""
        return {"sourcing": 1, "vetting": 2, "offer": 3}[self.value]

    @property
    def label(self) -> str:
        """The phase in words."""
        return self.value.capitalize()


class StageKind(StrEnum):
    """What a stage is for; code and metrics bind to the kind, never to the name."""

    IDENTIFIED = "identified"
    CONTACTED = "contacted"
    APPLIED = "applied"
    SCREENING = "screening"
    ASSESSMENT = "assessment"
    INTERVIEW = "interview"
    SHORTLISTED = "shortlisted"
    PREPARING_OFFER = "preparing_offer"
    OFFER_EXTENDED = "offer_extended"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            "assessment": "Technical assessment",
            "interview": "Interview",
            "other": "Something else",
        }.get(self.value, self.value.replace("_", " ").capitalize())


class SpellEnd(StrEnum):
    """How a spell ended; voided by an unhire."""

    FILLED = "filled"
    CANCELLED = "cancelled"
    VOIDED = "voided"
