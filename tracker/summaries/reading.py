"""A summary's facts in words, for one reader: names are looked up now, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.accounts.models import User
from tracker.core.calendar import local_date
from tracker.core.templating import days, listing, number, plural
from tracker.pipeline.states import WaitReason
from tracker.requisitions.states import RequisitionState
from tracker.summaries.asking import Line, headline_of, line_of
from tracker.summaries.book import Book, Person
from tracker.summaries.facts import (
    DaysToHire,
    Figures,
    Moved,
    PhaseFacts,
    RequisitionFacts,
    Stuck,
    SummaryFacts,
    from_document,
)
from tracker.summaries.models import Summary

#: So many requisitions are told whole; the others in a line each, so that mail clients do not cut the mail.
WHOLE = 8


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four numbers, with the words below it."""

    figure: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """A phase with its flows. `share` is its part of the largest phase shown, in percent, for the bar."""

    name: str
    active: int
    came_in: int
    went_on: int
    lost: int
    #: "1 came back, 2 went back", or nothing.
    aside: str
    share: int


@dataclass(frozen=True, slots=True)
class MovedTo:
    """Who reached one stage."""

    people: tuple[Person, ...]
    stage: str


@dataclass(frozen=True, slots=True)
class StuckLine:
    """Who is stuck where, for how long, and on whom."""

    person: Person
    words: str


@dataclass(frozen=True, slots=True)
class Dated:
    """Somebody and an instant: an offer's end, an interview. `title` names the interview."""

    person: Person
    at: datetime | None
    path: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One requisition as it is read."""

    number: str
    title: str
    path: str
    standing: str
    brief: str
    phases: tuple[PhaseLine, ...]
    moved: tuple[MovedTo, ...]
    moved_more: int
    stuck: tuple[StuckLine, ...]
    stuck_more: int
    #: "12 more have not answered", or nothing.
    unanswered: str
    offers: tuple[Dated, ...]
    hired: tuple[tuple[Person, int], ...]
    coming: tuple[Dated, ...]
    lost: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A summary as mail and page show it."""

    period: str
    as_of: datetime
    greeting: str
    headline: str
    subject: str
    waiting: tuple[Line, ...]
    waiting_more: int
    numbers: tuple[Number, ...]
    sections: tuple[Section, ...]
    briefly: tuple[Section, ...]
    together: tuple[PhaseLine, ...]
    together_lost: str
    together_title: str


def read(summary: Summary, reader: User) -> Reading:
    """The summary in words. Requisitions and people that the reader may not see any more are left out."""
    facts = from_document(SummaryFacts, summary.facts)
    book = Book.open(facts, reader)
    facts = replace(facts, waiting=tuple(one for one in facts.waiting if book.known.issuperset(one.application_ids)))
    shown = [one for one in facts.requisitions if one.requisition_id in book.visible]
    headline = headline_of(facts)
    return Reading(
        period=period_words(summary.window_from, summary.as_of, reader.zone),
        as_of=summary.as_of,
        greeting=f"Good morning, {reader.name.split()[0]}.",
        headline=headline,
        subject=_subject(facts, headline),
        waiting=tuple(line_of(one, book, summary.as_of, facts) for one in facts.waiting),
        waiting_more=facts.waiting_more,
        numbers=_numbers(facts) if facts.requisitions else (),
        sections=tuple(_section(one, book) for one in shown[:WHOLE]),
        briefly=tuple(_section(one, book) for one in shown[WHOLE:]),
        together=_phases(facts.together.phases) if len(shown) > 1 else (),
        together_lost=_lost(facts.together),
        together_title=_together_title(facts, len(shown)),
    )


def period_words(since: datetime, as_of: datetime, zone: ZoneInfo) -> str:
    """ "Week of 16 to 22 November 2026", or the dates and the number of weeks where weeks were missed."""
    first, end = local_date(since, zone), local_date(as_of, zone)
    last = max(first, end - timedelta(days=1))
    start = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%B}"
    if first.year != last.year:
        start += f" {first.year}"
    dates = f"{start} to {last.day} {last:%B %Y}"
    weeks = round((end - first).days / 7)
    return f"Week of {dates}" if weeks <= 1 else f"{dates}, {plural(weeks, 'week')}"


# --- numbers ----------------------------------------------------------------------------------------------------------


def _subject(facts: SummaryFacts, headline: str) -> str:
    said = [headline[0].lower() + headline[1:].rstrip(".")] if facts.waiting else []
    if facts.requisitions:
        if facts.together.moved or not said:
            said.append(f"{number(facts.together.moved)} moved forward")
        if facts.together.hired:
            said.append(f"{len(facts.together.hired)} hired")
    return f"Your week: {', '.join(said)}"


def _numbers(facts: SummaryFacts) -> tuple[Number, ...]:
    together = facts.together
    hired = tuple(one.days for one in together.hired)
    in_days = f"in {listing(number(value) for value in sorted(hired))} days" if hired else "nobody this time"
    return (
        Number(number(together.active), "active", f"{number(together.new)} new"),
        Number(number(together.moved), "moved forward", f"{number(together.lost)} lost"),
        Number(number(len(hired)), "hired", in_days),
        _days_to_hire(facts.days_to_hire),
    )


def _days_to_hire(summary: DaysToHire) -> Number:
    if summary.median is not None:
        return Number(number(summary.median), "days to hire", f"median of 12 months, n = {summary.n}")
    values = listing(number(value) for value in summary.values) or "–"
    note = f"all of 12 months, n = {summary.n}" if summary.n else "nobody hired in 12 months"
    return Number(values, "days to hire", note)


def _lost(figures: Figures) -> str:
    """ "3 lost: 1 rejected, 1 withdrew, 1 closed", or nothing."""
    if not figures.lost:
        return ""
    parts = [
        f"{number(count)} {word}"
        for count, word in (
            (figures.rejected, "rejected"),
            (figures.withdrawn, "withdrew"),
            (figures.closed, "closed"),
        )
        if count
    ]
    return f"{number(figures.lost)} lost: {', '.join(parts)}."


def _phases(phases: Iterable[PhaseFacts]) -> tuple[PhaseLine, ...]:
    those = tuple(phases)
    largest = max((phase.active for phase in those), default=0) or 1
    return tuple(
        PhaseLine(
            name=phase.phase.label,
            active=phase.active,
            came_in=phase.came_in,
            went_on=phase.went_on,
            lost=phase.lost,
            aside=_aside(phase),
            share=round(100 * phase.active / largest),
        )
        for phase in those
    )


def _aside(phase: PhaseFacts) -> str:
    back = [(phase.came_back, "came back"), (phase.went_back, "went back")]
    return ", ".join(f"{number(count)} {words}" for count, words in back if count)


def _together_title(facts: SummaryFacts, shown: int) -> str:
    whose = "All requisitions together" if facts.whole else "Your requisitions together"
    return f"{whose}, {shown} of them"


# --- a requisition ----------------------------------------------------------------------------------------------------


def _section(one: RequisitionFacts, book: Book) -> Section:
    requisition = book.requisitions[one.requisition_id]
    figures = one.figures
    flows = [f"{number(figures.active)} active", f"{number(figures.new)} new", f"{number(figures.moved)} moved forward"]
    standing = _standing(one)
    return Section(
        number=requisition.number,
        title=requisition.title,
        path=f"/requisitions/{requisition.number}",
        standing=standing,
        brief=f"{', '.join(flows)}. {standing}",
        phases=_phases(figures.phases),
        moved=_moved(one.moved, one.requisition_id, book),
        moved_more=one.moved_more,
        stuck=tuple(StuckLine(book.person(each.application_id), _stuck(each, book)) for each in one.stuck),
        stuck_more=one.stuck_more,
        unanswered=_unanswered(one.unanswered),
        offers=tuple(
            Dated(book.person(each.application_id), each.expires_at, f"/offers/{each.offer_id}") for each in one.offers
        ),
        hired=tuple((book.person(each.application_id), each.days) for each in figures.hired),
        coming=tuple(
            Dated(
                book.person(each.application_id),
                each.starts_at,
                f"/interviews/{each.interview_id}",
                book.interviews.get(each.interview_id, "Interview"),
            )
            for each in one.coming
        ),
        lost=_lost(figures),
    )


def _standing(one: RequisitionFacts) -> str:
    """ "34 days open, target 45 · 1 of 2 filled"."""
    said = []
    if one.state is not RequisitionState.OPEN:
        said.append(one.state.label.capitalize())
    if one.open_for is not None:
        said.append(f"{days(one.open_for.gross)} open, target {one.open_for.target}")
        if one.open_for.gross > one.open_for.target:
            said[-1] += f", {one.open_for.gross - one.open_for.target} over"
        if one.open_for.net != one.open_for.gross:
            said.append(f"{days(one.open_for.net)} without holds")
    said.append(f"{one.filled} of {one.openings} filled")
    return " · ".join(said)


def _moved(moved: Iterable[Moved], requisition_id: int, book: Book) -> tuple[MovedTo, ...]:
    stages: dict[str, list[Person]] = {}
    for each in moved:
        stages.setdefault(each.stage_key, []).append(book.person(each.application_id))
    return tuple(
        MovedTo(tuple(people), book.stage_keys.get((requisition_id, key), "a stage that is gone"))
        for key, people in stages.items()
    )


def _unanswered(count: int) -> str:
    return f"{plural(count, 'person has', 'people have')} not answered for long" if count else ""


def _stuck(one: Stuck, book: Book) -> str:
    """ "6 days in Panel interview, waits on R. Weiss"."""
    return f"{days(one.days)} in {book.stages.get(one.stage_id, 'a stage')}, {_waits_on(one, book)}"


def _waits_on(one: Stuck, book: Book) -> str:
    if one.reason is WaitReason.PERSON_SET and one.user_id is None:
        return "waits on the candidate"
    if one.user_id == book.reader_id:
        return "waits on you"
    if one.user_id is not None and one.user_id in book.users:
        return f"waits on {book.users[one.user_id]}"
    words = {WaitReason.HIRING_MANAGER: "the hiring manager", WaitReason.INTERVIEWERS: "the interviewers"}
    return f"waits on {words.get(one.reason, 'the recruiter')}" if one.reason else "waits on the recruiter"
