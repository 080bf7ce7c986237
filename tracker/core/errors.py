"""What can be refused, as exceptions. The answers to them over HTTP are in tracker.core.http."""

from collections.abc import Mapping, Sequence
from datetime import datetime


class TrackerError(Exception):
    """The root of everything that a person can be told."""

    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotVisible(TrackerError):
    """It does not exist, or this person may not know that it does (404)."""

    status = 404

    def __init__(self, message: str = "There is nothing at this address, or it is not yours to see.") -> None:
        super().__init__(message)


class Forbidden(TrackerError):
    """Visible, but not allowed (403); `who` says who may."""

    status = 403

    def __init__(self, message: str, *, who: str = "") -> None:
        super().__init__(message)
        self.who = who


class Refused(TrackerError):
    """Illegal as things stand (422). `needed` says what to do first; `fields` has errors by form field."""

    status = 422

    def __init__(self, message: str, *, needed: Sequence[str] = (), fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.needed = tuple(needed)
        self.fields = dict(fields or {})


class Conflict(TrackerError):
    """Somebody was faster (409): who, what, when. `who` is None when nobody can be named."""

    status = 409

    def __init__(self, message: str, *, who: str | None = None, when: datetime | None = None) -> None:
        super().__init__(message)
        self.who = who
        self.when = when
