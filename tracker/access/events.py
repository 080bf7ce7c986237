"""What the history keeps of invitations and resets."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.access.models import LinkPurpose
from tracker.history.operations import EventData


@dataclass(frozen=True, kw_only=True)
class LinkMade(EventData):
    """A link to set a password was sent."""

    kind: ClassVar[str] = "access.link_made"
    purpose: LinkPurpose


@dataclass(frozen=True, kw_only=True)
class LinkUsed(EventData):
    """A link was used."""

    kind: ClassVar[str] = "access.link_used"
    purpose: LinkPurpose
