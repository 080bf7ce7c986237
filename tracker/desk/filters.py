"""What a board or list is narrowed to. Every choice has an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select

from tracker.accounts.models import User
from tracker.candidates.keys import query_words
from tracker.candidates.models import SearchWord
from tracker.candidates.queries import LAST
from tracker.pipeline.limits import late_if_entered_before, organisation_zone
from tracker.pipeline.models import Application, ApplicationCard
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import RequisitionState


@dataclass(frozen=True)
class Filter:
    """Late ones, those that wait on the reader, and those whose words match."""

    mine: bool = False
    late: bool = False
    q: str = ""

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "Filter":
        """As it stands in an address."""
        return cls(
            mine=arguments.get("mine") == "1",
            late=arguments.get("late") == "1",
            q=" ".join(arguments.get("q", "").split())[:100],
        )

    @property
    def arguments(self) -> dict[str, str]:
        """For an address."""
        given = {"mine": "1" if self.mine else "", "late": "1" if self.late else "", "q": self.q}
        return {name: value for name, value in given.items() if value}

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.arguments)

    def toggled(self, name: str) -> "Filter":
        """The same with `mine` or `late` the other way round."""
        return replace(self, mine=self.mine != (name == "mine"), late=self.late != (name == "late"))


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

    @classmethod
    def of(cls, chosen: Filter, limits: Limits) -> "Shape":
        """The shape of a filter on stages with these limits."""
        words = query_words(chosen.q)
        return cls(len(limits.entered_before), chosen.late, chosen.mine, len(words), bool(chosen.q) and not words)


def parameters(chosen: Filter, limits: Limits, reader: User) -> dict[str, Any]:
    """The values of the parameters that the conditions of such a filter name."""
    values: dict[str, Any] = {"reader": reader.id}
    for index, (stage_id, before) in enumerate(limits.entered_before.items()):
        values |= {f"limited_{index}": stage_id, f"before_{index}": before}
    for index, word in enumerate(query_words(chosen.q)):
        values |= {f"word_{index}": word, f"word_{index}_end": word + LAST}
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
    found: list[ColumnElement[bool]] = []
    if shape.late:
        found.append(late_condition(shape.limits))
    if shape.mine:
        found.append(
            # The list's own statement names cards as well; only the application is the same in both.
            exists()
            .where(
                ApplicationCard.application_id == Application.id,
                ApplicationCard.waits_on_user_id == bindparam("reader"),
            )
            .correlate(Application)
        )
    found.extend(_has_word(f"word_{index}") for index in range(shape.words))
    if shape.nobody:
        found.append(false())
    return found


def _has_word(name: str) -> ColumnElement[bool]:
    words = select(SearchWord.candidate_id).where(
        SearchWord.word >= bindparam(name), SearchWord.word < bindparam(f"{name}_end")
    )
    return Application.candidate_id.in_(words)
