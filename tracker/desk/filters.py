"""What a board or list is narrowed to. Every choice has an address; what it says wrongly counts as not said.

The conditions are over applications, wherever these are looked at: in one requisition or in many. Each is a probe by
the application's or the person's own id, so that a filter costs no more than the people it looks at, however many
others the installation holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, false, func, or_, select
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import User
from tracker.candidates.keys import place_words, query_words
from tracker.candidates.models import Candidate, CandidateTag, SearchWord
from tracker.candidates.queries import LAST
from tracker.core.paging import whole_number
from tracker.pipeline.limits import late_if_entered_before, organisation_zone
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import ChecklistItem, Requisition, Stage
from tracker.requisitions.states import RequisitionState
from tracker.vetting.models import Scorecard, ScorecardRating
from tracker.vetting.states import Rating

#: The longest text of a filter, in characters.
LONGEST = 100
#: The most tags that are asked for at once.
MOST_TAGS = 20
#: What `missing` says for "any must-have", and `recruiter` for the reader and for nobody.
ANY, ME, NOBODY = "any", "me", "nobody"


@dataclass(frozen=True)
class Filter:
    """Who is left: whoever fits all that is asked for."""

    mine: bool = False
    late: bool = False
    #: How somebody came in: any of these.
    kinds: tuple[SourceKind, ...] = ()
    #: The source by its name, case aside: "LinkedIn".
    source: str = ""
    #: Ids of tags: somebody has any of them, or all of them.
    tags: tuple[int, ...] = ()
    all_tags: bool = False
    #: A must-have that nobody assessed: "any", or the id of an item of the checklist.
    missing: str = ""
    #: Beginnings of words of the place or the time zone.
    region: str = ""
    #: In whose care: "me", "nobody", or a user's id.
    recruiter: str = ""
    q: str = ""

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "Filter":
        """As it stands in an address; several values of one name may stand in one argument, or in several."""
        kinds = _values(arguments, "source")
        tags = dict.fromkeys(number for value in _values(arguments, "tag") if (number := whole_number(value)))
        return cls(
            mine=arguments.get("mine") == "1",
            late=arguments.get("late") == "1",
            kinds=tuple(kind for kind in SourceKind if kind.value in kinds),
            source=_line(arguments, "from"),
            tags=tuple(tags)[:MOST_TAGS],
            all_tags=arguments.get("tags") == "all" and len(tags) > 1,
            missing=_word_or_id(arguments.get("missing"), ANY),
            region=_line(arguments, "region"),
            recruiter=_word_or_id(arguments.get("recruiter"), ME, NOBODY),
            q=_line(arguments, "q"),
        )

    @cached_property
    def arguments(self) -> Mapping[str, str]:
        """For an address."""
        given = {
            "mine": "1" if self.mine else "",
            "late": "1" if self.late else "",
            "source": ",".join(self.kinds),
            "from": self.source,
            "tag": ",".join(map(str, self.tags)),
            "tags": "all" if self.all_tags else "",
            "missing": self.missing,
            "region": self.region,
            "recruiter": self.recruiter,
            "q": self.q,
        }
        return {name: value for name, value in given.items() if value}

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.arguments)

    def toggled(self, name: str) -> "Filter":
        """The same with `mine` or `late` the other way round."""
        return replace(self, mine=self.mine != (name == "mine"), late=self.late != (name == "late"))

    @property
    def item_id(self) -> int | None:
        """The item of the checklist that is asked for by `missing`."""
        return whole_number(self.missing)


def _values(arguments: Mapping[str, str], name: str) -> list[str]:
    given = arguments.getlist(name) if isinstance(arguments, MultiDict) else [arguments.get(name, "")]
    return [value for text in given for value in text.split(",")]


def _line(arguments: Mapping[str, str], name: str) -> str:
    # An address within a form may hold what PostgreSQL keeps in no text.
    return " ".join(arguments.get(name, "").replace("\x00", "").split())[:LONGEST].strip()


def _word_or_id(text: str | None, *words: str) -> str:
    if text in words:
        return text or ""
    # As everybody writes it: "007" would be another address of the same filter.
    return str(whole_number(text) or "")


@dataclass(frozen=True)
class Limits:
    """Before which instant somebody must have entered each stage to be late now; stages without a limit lack."""

    entered_before: Mapping[int, datetime]

    @classmethod
    def of(cls, requisition: Requisition, stages: Sequence[Stage], now: datetime) -> "Limits":
        """The limits of these stages at `now`. While a requisition is on hold nobody is late."""
        if requisition.state is RequisitionState.ON_HOLD:
            return cls({})
        zone = organisation_zone()
        found = {stage.id: late_if_entered_before(now, stage.limit_days, zone) for stage in stages}
        return cls({stage_id: instant for stage_id, instant in found.items() if instant is not None})

    def is_late(self, stage_id: int, entered_at: datetime) -> bool:
        """Whether somebody who entered the stage then is late."""
        before = self.entered_before.get(stage_id)
        return before is not None and entered_at < before


@dataclass(frozen=True)
class Shape:
    """A filter without its values: what is asked of applications, and how many stages have a limit. Statements of one
    shape are built once; building one anew for each request costs more than the database takes to answer it."""

    limits: int
    late: bool
    mine: bool
    words: int
    #: What was typed holds no word, so nobody matches.
    nobody: bool
    kinds: bool = False
    source: bool = False
    tags: int = 0
    all_tags: bool = False
    #: "" | "any" | "item"
    missing: str = ""
    places: int = 0
    #: "" | "somebody" | "nobody"
    recruiter: str = ""

    @classmethod
    def of(cls, chosen: Filter, limits: Limits) -> "Shape":
        """The shape of a filter on stages with these limits."""
        words, places = query_words(chosen.q), place_words(chosen.region)
        return cls(
            limits=len(limits.entered_before),
            late=chosen.late,
            mine=chosen.mine,
            words=len(words),
            nobody=bool(chosen.q and not words) or bool(chosen.region and not places),
            kinds=bool(chosen.kinds),
            source=bool(chosen.source),
            tags=len(chosen.tags) if chosen.all_tags else min(1, len(chosen.tags)),
            all_tags=chosen.all_tags,
            missing="item" if chosen.item_id else chosen.missing,
            places=len(places),
            recruiter=chosen.recruiter if chosen.recruiter in {"", NOBODY} else "somebody",
        )


def parameters(chosen: Filter, limits: Limits, reader: User) -> dict[str, Any]:
    """The values of the parameters that the conditions of such a filter name."""
    values: dict[str, Any] = {"reader": reader.id}
    for index, (stage_id, before) in enumerate(limits.entered_before.items()):
        values |= {f"limited_{index}": stage_id, f"before_{index}": before}
    for index, word in enumerate(query_words(chosen.q)):
        values |= {f"word_{index}": word, f"word_{index}_end": word + LAST}
    if chosen.kinds:
        values["kinds"] = list(chosen.kinds)
    if chosen.source:
        values["source"] = chosen.source
    if chosen.all_tags:
        values |= {f"tag_{index}": tag for index, tag in enumerate(chosen.tags)}
    elif chosen.tags:
        values["tags"] = list(chosen.tags)
    if chosen.item_id:
        values["item"] = chosen.item_id
    # Words hold letters, digits and nothing that LIKE knows.
    values |= {f"place_{index}": f"% {word}%" for index, word in enumerate(place_words(chosen.region))}
    if chosen.recruiter and chosen.recruiter != NOBODY:
        values["recruiter"] = reader.id if chosen.recruiter == ME else whole_number(chosen.recruiter)
    return values


def late_condition(limits: int) -> ColumnElement[bool]:
    """Limits.is_late() as a predicate over applications, for so many stages with a limit."""
    return or_(
        false(),
        *(
            and_(
                Application.stage_id == bindparam(f"limited_{index}"),
                Application.stage_entered_at < bindparam(f"before_{index}"),
            )
            for index in range(limits)
        ),
    )


def conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """What a filter of this shape asks of applications; parameters() gives the values."""
    found = [*_about_application(shape), *_about_person(shape)]
    if shape.late:
        found.append(late_condition(shape.limits))
    if shape.nobody:
        found.append(false())
    return found


def _about_application(shape: Shape) -> Iterator[ColumnElement[bool]]:
    if shape.kinds:
        yield Application.source_kind.in_(bindparam("kinds", expanding=True))
    if shape.source:
        yield func.lower(Application.source) == func.lower(bindparam("source"))
    if shape.recruiter:
        asked: BindParameter[Any] | None = bindparam("recruiter") if shape.recruiter != NOBODY else None
        yield Application.recruiter_id == asked
    if shape.mine:
        yield _card(ApplicationCard.waits_on_user_id == bindparam("reader"))
    if shape.missing == ANY:
        yield _card(ApplicationCard.must_haves_assessed < ApplicationCard.must_haves)
    elif shape.missing:
        yield from _not_assessed()


def _about_person(shape: Shape) -> Iterator[ColumnElement[bool]]:
    if shape.places:
        yield _lives_in(shape.places)
    if shape.all_tags:
        yield from (_tagged(CandidateTag.tag_id == bindparam(f"tag_{index}")) for index in range(shape.tags))
    elif shape.tags:
        yield _tagged(CandidateTag.tag_id.in_(bindparam("tags", expanding=True)))
    yield from (_has_word(f"word_{index}") for index in range(shape.words))


# Only the application is the same in these as in the statement around them, which may name cards and people as well.


def _card(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ApplicationCard.application_id == Application.id, condition).correlate(Application)


def _tagged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(CandidateTag.candidate_id == Application.candidate_id, condition).correlate(Application)


def _lives_in(places: int) -> ColumnElement[bool]:
    words = (Candidate.place_key.like(bindparam(f"place_{index}")) for index in range(places))
    return exists().where(Candidate.id == Application.candidate_id, *words).correlate(Application)


def _not_assessed() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The item is on the requisition's checklist, and no submitted scorecard rates it."""
    asked: ColumnElement[bool] = ChecklistItem.id == bindparam("item")
    ours = exists().where(
        asked, ChecklistItem.requisition_id == Application.requisition_id, ChecklistItem.removed_at.is_(None)
    )
    rated = (
        select(ScorecardRating.id)
        .join(Scorecard, Scorecard.id == ScorecardRating.scorecard_id)
        .where(
            Scorecard.application_id == Application.id,
            Scorecard.submitted_at.is_not(None),
            ScorecardRating.item_id == bindparam("item"),
            ScorecardRating.rating != Rating.NOT_ASSESSED,
        )
        .correlate(Application)
        .exists()
    )
    return ours.correlate(Application), ~rated


def _has_word(name: str) -> ColumnElement[bool]:
    found = exists().where(
        SearchWord.candidate_id == Application.candidate_id,
        SearchWord.word >= bindparam(name),
        SearchWord.word < bindparam(f"{name}_end"),
    )
    return found.correlate(Application)
