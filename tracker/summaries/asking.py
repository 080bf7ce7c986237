"""What waits on the reader, in words: a line each, with its own link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.core.calendar import local_date
from tracker.core.templating import days, listing, number
from tracker.metrics.loading import org_zone
from tracker.summaries.book import Book, Person
from tracker.summaries.facts import SummaryFacts, Waiting, WaitKind

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits on the reader, and where to do it."""

    headline: str
    detail: str
    path: str
    action: str
    #: A decision, an approval or a scorecard: what others cannot go on without.
    pressing: bool


def headline_of(facts: SummaryFacts) -> str:
    """ "Two people wait on you." """
    if not facts.waiting:
        return "Nothing waits on you."
    if any(not one.application_ids for one in facts.waiting):
        count = len(facts.waiting) + facts.waiting_more
        return f"{_in_words(count)} {'thing waits' if count == 1 else 'things wait'} on you.".capitalize()
    people = len({id_ for one in facts.waiting for id_ in one.application_ids}) + facts.waiting_more
    return f"{_in_words(people)} {'person waits' if people == 1 else 'people wait'} on you.".capitalize()


def _in_words(count: int) -> str:
    return SMALL[count] if count < len(SMALL) else number(count)


def _openings_left(one: Waiting, facts: SummaryFacts) -> str:
    """ " One opening is left." for a decision, where that is known."""
    left = next(
        (each.openings - each.filled for each in facts.requisitions if each.requisition_id == one.requisition_id), 0
    )
    if left < 1:
        return ""
    return f" {_in_words(left).capitalize()} {'opening is' if left == 1 else 'openings are'} left."


def line_of(one: Waiting, book: Book, as_of: datetime, facts: SummaryFacts) -> Line:
    """One thing that waits on the reader, in words."""
    people, place = [book.person(id_) for id_ in one.application_ids], book.place(one.requisition_id)
    zone = org_zone()
    waited = max((local_date(as_of, zone) - local_date(one.since, zone)).days, 0)
    since = f"for {days(waited)}" if waited else "since today"
    match one.kind:
        case WaitKind.DECISION:
            verb = "waits" if len(people) == 1 else "wait"
            return Line(
                f"Shortlist for {place}",
                f"{_sentence(people)} {verb} for your decision, {since}.{_openings_left(one, facts)}",
                f"/shortlists/{one.subject_id}",
                "Decide now",
                pressing=True,
            )
        case WaitKind.APPROVAL:
            what = f"Offer to {people[0]}" if people else place
            detail = f"{place}. Asked for your approval" if people else "Asked for your approval to open it"
            return Line(
                what, f"{detail}, {since}.", f"/approvals/{one.subject_id}/decision", "Look at it", pressing=True
            )
        case WaitKind.SCORECARD:
            interview_id = book.seats.get(one.subject_id)
            title = book.interviews.get(interview_id or 0, "Interview")
            due = "is due" if one.since >= as_of else f"was due {days(waited)} ago" if waited else "was due today"
            return Line(
                f"Your scorecard on {people[0]}",
                f"{title}, {place}. It {due}.",
                f"/interviews/{interview_id}" if interview_id else "/interviews",
                "Fill it in",
                pressing=True,
            )
        case WaitKind.REPLY:
            return Line(
                f"{people[0]} answered",
                f"{place}. Waits on you, {since}.",
                people[0].path or "/",
                "Read and reply",
                pressing=False,
            )
        case WaitKind.LATE:
            return Line(
                f"{people[0]} is late in {book.stage_of(one.application_ids[0])}",
                f"{place}. Waits on you, {since}.",
                people[0].path or "/",
                "Next step",
                pressing=False,
            )


def _sentence(people: Iterable[Person]) -> str:
    """Names in a row, with a capital in front."""
    text = listing(people)
    return text[:1].upper() + text[1:]
