"""Whom a bulk action is about: people that were ticked, or all whom a filter leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.core.paging import whole_number
from tracker.desk.across import NAMES, Across
from tracker.desk.filters import Filter, Shape, conditions, parameters
from tracker.desk.listing import Choice
from tracker.desk.scopes import NEWEST_FIRST, OneRequisition
from tracker.pipeline.bulk import MOST, check_number
from tracker.pipeline.changes import order_of
from tracker.pipeline.models import Application
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition


@dataclass(frozen=True)
class Selection:
    """The people of a bulk action, in the order of their stages, each with the version that somebody saw."""

    applications: Sequence[Application]
    seen: Mapping[int, int]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.applications)

    @property
    def people(self) -> str:
        """As a form carries them on."""
        return " ".join(f"{each.id}:{self.seen[each.id]}" for each in self.applications)

    @property
    def by_stage(self) -> dict[str, int]:
        """How many stand in each stage, by its name."""
        found: dict[str, int] = {}
        for each in self.applications:
            found[each.stage.name] = found.get(each.stage.name, 0) + 1
        return found


def read_people(given: Iterable[str], reader: User) -> Selection:
    """Those whom `given` names, as "7" or "7:3" with the version that was seen; who is not visible is not there.

    Raises Refused for more than can be changed at once.
    """
    wanted: dict[int, int | None] = {}
    for text in given:
        for part in text.split():
            name, _, version = part.partition(":")
            number = whole_number(name)
            if number is not None:
                wanted[number] = whole_number(version)
    check_number(len(wanted))
    applications = _load(list(wanted), reader)
    seen = {each.id: wanted[each.id] for each in applications}
    return Selection(applications, {each.id: seen[each.id] or each.version for each in applications})


def read_filter(requisition: Requisition, query: str, reader: User) -> Selection:
    """All whom the filter of an address leaves on the board or list of a requisition.

    Raises Refused for more than can be changed at once.
    """
    scope, choice = OneRequisition(requisition, reader), Choice.read(MultiDict(parse_qsl(query)))
    wanted = [
        Application.requisition_id == bindparam("requisition"),
        *conditions(Shape.of(choice.filter, scope.limits)),
    ]
    if choice.status != "all":
        wanted.append(Application.status == ApplicationStatus(choice.status))
    if choice.stage_id is not None:
        wanted.append(Application.stage_id == choice.stage_id)
    values = {"requisition": requisition.id, **parameters(choice.filter, scope.limits, reader)}
    # One more than can be changed at once tells that there are too many.
    ids = db.session.scalars(select(Application.id).where(*wanted).order_by(*NEWEST_FIRST).limit(MOST + 1), values)
    found = list(ids)
    check_number(len(found))
    applications = _load(found, reader)
    return Selection(applications, {each.id: each.version for each in applications})


def read_board(name: str, query: str, reader: User) -> Selection:
    """All whom the filter of an address leaves on a board across requisitions.

    Raises NotVisible for no such board, Refused for more people than can be changed at once.
    """
    if name not in NAMES:
        raise NotVisible
    found = Across(name, reader).matching(Filter.read(MultiDict(parse_qsl(query))), MOST + 1)
    check_number(len(found))
    applications = _load(found, reader)
    return Selection(applications, {each.id: each.version for each in applications})


def _load(ids: Sequence[int], reader: User) -> list[Application]:
    if not ids:
        return []
    found = db.session.scalars(
        select(Application)
        .where(Application.id.in_(ids), visible_applications(reader))
        .options(joinedload(Application.stage), joinedload(Application.candidate), joinedload(Application.requisition))
    )
    return sorted(found, key=lambda each: (order_of(each.stage), each.candidate.search_name, each.id))
