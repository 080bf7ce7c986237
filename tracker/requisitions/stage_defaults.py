"""The stages that the organisation's template starts with. Limits are in working days."""

from dataclasses import dataclass

from tracker.requisitions.states import Phase, StageKind


@dataclass(frozen=True)
class DefaultStage:
    """A stage before anybody changed it."""

    key: str
    name: str
    phase: Phase
    kind: StageKind
    limit_days: int
    requires_approval: bool = False


DEFAULT_STAGES = (
    DefaultStage("identified", "Identified", Phase.SOURCING, StageKind.IDENTIFIED, 5),
    DefaultStage("contacted", "Contacted", Phase.SOURCING, StageKind.CONTACTED, 5),
    DefaultStage("applied", "Applied", Phase.SOURCING, StageKind.APPLIED, 2),
    DefaultStage("screening", "Screening", Phase.VETTING, StageKind.SCREENING, 4),
    DefaultStage("technical_assessment", "Technical assessment", Phase.VETTING, StageKind.ASSESSMENT, 6),
    DefaultStage("panel_interview", "Panel interview", Phase.VETTING, StageKind.INTERVIEW, 5),
    DefaultStage("shortlisted", "Shortlisted", Phase.VETTING, StageKind.SHORTLISTED, 3),
    DefaultStage("preparing_offer", "Preparing offer", Phase.OFFER, StageKind.PREPARING_OFFER, 3, True),
    DefaultStage("offer_extended", "Offer extended", Phase.OFFER, StageKind.OFFER_EXTENDED, 5, True),
)
