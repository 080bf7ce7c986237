"""The life of a mail."""

from enum import StrEnum


class MailState(StrEnum):
    """queued → sending → sent.

    uncertain: the connection broke after DATA began; failed: the server refused for good.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"
