"""What the history keeps of mail."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.history.operations import EventData


@dataclass(frozen=True, kw_only=True)
class MailResent(EventData):
    """Somebody sent a mail once more; `message_id` is the new row."""

    kind: ClassVar[str] = "mail.resent"
    message_id: int
