"""What Today shows of things that wait: each with what to do about it, and people in piles."""

from dataclasses import dataclass
from datetime import datetime

#: So many things are listed, the oldest; the others are counted, and shown in further steps up to the most.
NAMED, FURTHER, MOST = 25, 100, 1000


@dataclass(frozen=True)
class Step:
    """Something to press beside a thing. `dialog`: it opens in the dialog."""

    label: str
    url: str
    dialog: bool = False


@dataclass(frozen=True)
class Duty:
    """One thing that waits on the reader: what, since when, and what to do about it."""

    icon: str
    title: str
    detail: str
    since: datetime
    step: Step
    #: What it is about, where what to do about it may change meanwhile.
    about: str = ""
    #: Where the title leads; "" for nowhere but the step.
    url: str = ""
    #: A second thing that is often done.
    other: Step | None = None
    late: bool = False
    #: What the moment is, where it is not since when it waits: "due", "ends", "ended".
    moment: str = ""
    #: What somebody said about it.
    words: str = ""
    #: The requisition's number and role, for the chip.
    number: str = ""
    role: str = ""

    @property
    def key(self) -> str:
        """What the page knows the thing by from one look to the next, whatever there is to do about it by then."""
        return self.about or self.step.url


@dataclass(frozen=True)
class Pile:
    """People in one stage who wait on the reader, beyond those who are listed."""

    stage: str
    people: int
    oldest: datetime
    number: str
    role: str
    title: str
    url: str
