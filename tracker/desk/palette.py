"""What the command palette offers: people and requisitions by their words, and where the reader was or belongs.

The palette itself is a script; what can be done on the page at hand it finds there. Here is what only the server knows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.candidates.models import Candidate
from tracker.candidates.queries import visible_candidates
from tracker.core.db import db
from tracker.core.paging import LARGEST
from tracker.core.registry import get_registry
from tracker.desk.finding import find_people, find_requisitions, places_of
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.policy import visible_requisitions
from tracker.requisitions.states import CLOSED

#: So many of each are offered; the page of the search has more.
PEOPLE = 8
REQUISITIONS = 6
#: So many places that somebody comes back to are named at once.
SEEN = 24
#: So many requisitions of the reader's own are at hand before a letter is typed.
OWN = 30
#: Keys of places, as browsers keep them: c7 is a candidate, rMLE-3 a requisition.
_SEEN_KEY = re.compile(r"c(?P<candidate>\d{1,18})|r(?P<requisition>[\w.-]{1,40})")


@dataclass(frozen=True)
class Place:
    """A page of a requisition, or what can be begun there. `dialog`: it opens in the dialog."""

    label: str
    url: str
    icon: str
    dialog: bool = False


@dataclass(frozen=True)
class RequisitionLine:
    """A requisition; the first of its places is where it opens."""

    key: str
    number: str
    title: str
    role: str
    state: str
    places: list[Place]


@dataclass(frozen=True)
class PersonLine:
    """Somebody, and where they are considered."""

    key: str
    name: str
    line: str
    note: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What the palette shows beside the actions of the page. `actions` come with an empty question only."""

    people: list[PersonLine]
    requisitions: list[RequisitionLine]
    actions: list[Place]


def answer(text: str, reader: User) -> Answer:
    """What matches `text`: four statements at most, whatever there is.

    Words that name a page ("checklist MLE-3") are not looked for in the names of requisitions.
    """
    words = text.split()
    # Somebody may look for a requisition of that very name: "board" alone finds "Dashboards, ML Engineer".
    named = [word for word in words if not _names_page(word)] or words
    people = find_people(text, reader, limit=PEOPLE)
    return Answer(
        people=[_person(found.candidate, found.places) for found in people],
        requisitions=_lines(find_requisitions(named, reader, limit=REQUISITIONS), reader),
        actions=[],
    )


def start(seen: Sequence[str], reader: User) -> Answer:
    """What is there before a letter is typed: the places in `seen` that the reader may see, and their own requisitions.

    Four statements at most.
    """
    keys = [found for key in seen[:SEEN] if (found := _SEEN_KEY.fullmatch(key))]
    ids = [int(key["candidate"]) for key in keys if key["candidate"]]
    people = db.session.scalars(
        select(Candidate).where(
            Candidate.id.in_([each for each in ids if each <= LARGEST]),
            Candidate.erased_at.is_(None),
            visible_candidates(reader),
        )
    ).all()
    places = places_of([person.id for person in people], reader)
    own = select(TeamMember.requisition_id).where(TeamMember.user_id == reader.id)
    requisitions = (
        db.session.scalars(
            select(Requisition)
            .where(
                visible_requisitions(reader),
                or_(
                    Requisition.number.in_([key["requisition"] for key in keys if key["requisition"]]),
                    Requisition.id.in_(own) & Requisition.state.not_in(CLOSED),
                ),
            )
            .order_by(Requisition.id.desc())
            .limit(SEEN + OWN)
            .options(joinedload(Requisition.team_members))
        )
        .unique()
        .all()
    )
    return Answer(
        people=[_person(person, places.get(person.id, [])) for person in people],
        requisitions=_lines(requisitions, reader),
        actions=_actions(reader),
    )


def _actions(reader: User) -> list[Place]:
    offered = (
        ("requisition.create", Place("New requisition", url_for("requisitions.new"), "briefcase")),
        ("candidate.create", Place("Add candidate", url_for("candidates.new"), "user-plus")),
    )
    return [place for permission, place in offered if can(reader, permission)]


def _person(candidate: Candidate, places: Sequence[str]) -> PersonLine:
    return PersonLine(
        key=f"c{candidate.id}",
        name=candidate.name,
        line=" · ".join(filter(None, (candidate.title, candidate.company))),
        note="; ".join(places),
        url=url_for("desk.candidate", candidate_id=candidate.id),
    )


def _lines(requisitions: Sequence[Requisition], reader: User) -> list[RequisitionLine]:
    return [
        RequisitionLine(
            key=f"r{requisition.number}",
            number=requisition.number,
            title=requisition.title,
            role=requisition.role.value,
            state=requisition.state.label,
            places=_places(requisition, reader),
        )
        for requisition in requisitions
    ]


def _places(requisition: Requisition, reader: User) -> list[Place]:
    """The pages of a requisition that the reader may open, the board first."""
    number = requisition.number
    places = []
    if can(reader, "pipeline.view", requisition):
        places.append(Place("Board", url_for("desk.board", number=number), "layout-kanban"))
        places.append(Place("List", url_for("desk.list_view", number=number), "list"))
    places.extend(
        Place(tab.label, url_for(tab.endpoint, number=number), "arrow-right")
        for tab in get_registry().requisition_tabs
        if tab.endpoint != "desk.board" and can(reader, tab.permission, requisition)
    )
    if requisition.state not in CLOSED and can(reader, "pipeline.work", requisition):
        places.append(Place("Add candidate", url_for("pipeline.add_person", number=number), "user-plus", dialog=True))
    return places


def _names_page(word: str) -> bool:
    """Whether `word` begins the name of a page of requisitions; one letter is no name."""
    labels = ["board", "list", "add candidate", *(tab.label.lower() for tab in get_registry().requisition_tabs)]
    return len(word) > 1 and any(part.startswith(word.lower()) for label in labels for part in label.split())
