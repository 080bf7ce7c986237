"""The bar above a board or list: the filters in force as words that can be taken away, and the form that adds some."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, func, select

from tracker.accounts.models import User, UserRole, short_name
from tracker.accounts.permissions import can
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, Tag
from tracker.candidates.queries import tags_in_use
from tracker.core.addresses import url_for
from tracker.core.db import db
from tracker.core.paging import whole_number
from tracker.desk.filters import ANY, LONGEST, ME, NOBODY, Filter
from tracker.desk.listing import Choice
from tracker.pipeline.models import Application
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import ChecklistItem, Requisition
from tracker.requisitions.queries import checklist_of
from tracker.requisitions.states import Need

#: Where the world's time zones lie, as they are named; a person's zone is searched together with their place.
AREAS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific")
#: How many sources and places are suggested.
SUGGESTED = 40
#: Who looks after people.
CARERS = (Role.RECRUITER, Role.ADMIN)
#: What is said of an id that stands for nothing the reader could choose.
UNKNOWN = "nothing that is here"


def address(endpoint: str, *arguments: Mapping[str, str]) -> str:
    """The address of a page with all of these arguments."""
    values: dict[str, Any] = {name: value for each in arguments for name, value in each.items()}
    return url_for(endpoint, **values)


@dataclass(frozen=True)
class Place:
    """A page that can be filtered: what its address is made of, and the arguments that stay whatever the filter."""

    endpoint: str
    values: Mapping[str, str]
    kept: Mapping[str, str]
    #: What it says when it would say nothing else.
    plain: Mapping[str, str]

    def url(self, chosen: Filter) -> str:
        """The address of the page with this filter."""
        said = {**self.kept, **chosen.arguments}
        return address(self.endpoint, self.values, said or self.plain)


@dataclass(frozen=True)
class Chip:
    """One filter in words, and where the page is without it."""

    label: str
    words: str
    url: str


@dataclass(frozen=True)
class Bar:
    """What the bar shows."""

    chosen: Filter
    place: Place
    chips: Sequence[Chip]
    #: Where the form is that adds filters, and the page without any.
    form_url: str
    everybody_url: str
    #: Whether "waits on me" tells people apart here.
    asks_mine: bool = True
    #: How many characters words of a filter may have; what is pasted beyond would make an address that no server takes.
    longest: int = LONGEST

    def toggle(self, name: str) -> str:
        """The address with `mine` or `late` the other way round."""
        return self.place.url(self.chosen.toggled(name))

    @property
    def form_action(self) -> str:
        """Where forms send what they hold."""
        return address(self.place.endpoint, self.place.values)

    @property
    def beside_words(self) -> dict[str, str]:
        """What the form of the words carries along."""
        return {**self.place.plain, **self.place.kept, **replace(self.chosen, q="").arguments}


@dataclass(frozen=True)
class Choices:
    """What can be asked for: values with their words."""

    kinds: Sequence[SourceKind]
    sources: Sequence[str]
    tags: Sequence[Tag]
    items: Sequence[ChecklistItem]
    regions: Sequence[str]
    recruiters: Sequence[User]


def make_bar(
    chosen: Filter, place: Place, *, form_url: str, everybody_url: str, requisition: Requisition | None = None
) -> Bar:
    """The bar of a page; `requisition` when it is about one. A statement for each kind of id that is asked for."""
    return Bar(chosen, place, list(_chips(chosen, place, requisition)), form_url, everybody_url)


def bar_of_board(requisition: Requisition, chosen: Filter, plain: Mapping[str, str]) -> Bar:
    """The bar above the board of a requisition; `plain` is what its address says for everybody."""
    number = {"number": requisition.number}
    return make_bar(
        chosen,
        Place("desk.board", number, {}, plain),
        form_url=address("desk.filters", number, plain, chosen.arguments),
        everybody_url=address("desk.board", number, plain),
        requisition=requisition,
    )


def bar_of_boards(name: str, chosen: Filter, plain: Mapping[str, str], *, asks_mine: bool) -> Bar:
    """The bar above a board across requisitions; `asks_mine` unless everybody on it waits on the reader anyhow."""
    named = {"name": name}
    bar = make_bar(
        chosen,
        Place("desk.across", named, {}, plain),
        form_url=address("desk.across_filters", named, plain, chosen.arguments),
        everybody_url=address("desk.across", named, plain),
    )
    return replace(bar, asks_mine=asks_mine)


def bar_of_list(requisition: Requisition, choice: Choice, plain: Mapping[str, str]) -> Bar:
    """The bar above the list of a requisition; sort, stage and status stay whatever the filter."""
    number = {"number": requisition.number}
    return make_bar(
        choice.filter,
        Place("desk.list_view", number, choice.kept, plain),
        form_url=address("desk.filters", number, plain, {"view": "list"}, choice.arguments()),
        everybody_url=address("desk.list_view", number, plain),
        requisition=requisition,
    )


def load_choices(chosen: Filter, reader: User, requisition: Requisition | None = None) -> Choices:
    """What the form offers: of one requisition what its people have, across all of them what is known everywhere."""
    tags = {tag.id: tag for tag in tags_in_use()} if can(reader, "candidate.filter_by_tag") else {}
    further = set(chosen.tags) - set(tags)
    if further:
        tags |= {tag.id: tag for tag in db.session.scalars(select(Tag).where(Tag.id.in_(further)))}
    return Choices(
        kinds=tuple(SourceKind),
        sources=_sources(requisition) if requisition else (),
        tags=list(tags.values()),
        items=checklist_of(requisition, Need.MUST_HAVE) if requisition else (),
        regions=[*(_places(requisition) if requisition else ()), *AREAS],
        recruiters=active_users(*CARERS),
    )


def _chips(chosen: Filter, place: Place, requisition: Requisition | None) -> Iterator[Chip]:
    def chip(label: str, words: str, **without: object) -> Chip:
        return Chip(label, words, place.url(replace(chosen, **without)))  # type: ignore[arg-type]  # fields of Filter

    if chosen.kinds:
        yield chip("Came in", " or ".join(kind.label for kind in chosen.kinds), kinds=())
    if chosen.source:
        yield chip("Source", chosen.source, source="")
    if chosen.tags:
        joined = (" and " if chosen.all_tags else " or ").join(_tag_names(chosen.tags))
        yield chip("Tag", joined or UNKNOWN, tags=(), all_tags=False)
    if chosen.missing:
        yield chip("Not assessed", _item_words(chosen, requisition), missing="")
    if chosen.region:
        yield chip("Region", chosen.region, region="")
    if chosen.recruiter:
        yield chip("Recruiter", _recruiter_words(chosen.recruiter), recruiter="")


def _tag_names(tags: Sequence[int]) -> list[str]:
    names = {tag.id: tag.name for tag in db.session.scalars(select(Tag).where(Tag.id.in_(tags)))}
    return [names[tag] for tag in tags if tag in names]


def _item_words(chosen: Filter, requisition: Requisition | None) -> str:
    if chosen.missing == ANY:
        return "any must-have"
    if requisition is None:
        return UNKNOWN
    asked = select(ChecklistItem.title).where(
        ChecklistItem.id == chosen.item_id,
        ChecklistItem.requisition_id == requisition.id,
        ChecklistItem.removed_at.is_(None),
    )
    return db.session.scalar(asked) or UNKNOWN


def _recruiter_words(recruiter: str) -> str:
    if recruiter in {ME, NOBODY}:
        return recruiter
    # Names of those who look after people only: an address is no way to ask for the names of all others.
    carer = exists().where(UserRole.user_id == User.id, UserRole.role.in_(CARERS))
    name = db.session.scalar(select(User.name).where(User.id == whole_number(recruiter), carer))
    return short_name(name) if name else UNKNOWN


def _sources(requisition: Requisition) -> Sequence[str]:
    return db.session.scalars(
        select(Application.source)
        .where(Application.requisition_id == requisition.id, Application.source != "")
        .group_by(Application.source)
        .order_by(func.count().desc(), Application.source)
        .limit(SUGGESTED)
    ).all()


def _places(requisition: Requisition) -> list[str]:
    """The countries, as far as places end in one: what stands behind the last comma."""
    rows = db.session.scalars(
        select(Candidate.location)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.requisition_id == requisition.id, Candidate.location != "")
        .group_by(Candidate.location)
        .order_by(func.count().desc(), Candidate.location)
        .limit(5 * SUGGESTED)
    )
    return list(dict.fromkeys(row.rpartition(",")[2].strip() for row in rows))[:SUGGESTED]
