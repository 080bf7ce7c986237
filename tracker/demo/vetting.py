"""How people of the demo are vetted: interviews, scorecards, shortlists, and the résumé they sent."""

from collections.abc import Generator
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.files import attach_file
from tracker.core import clock
from tracker.core.db import db
from tracker.demo import cast
from tracker.demo.stage import Life, Play
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import ChecklistItem
from tracker.requisitions.queries import checklist_of, stage_of_kind
from tracker.requisitions.states import Need, StageKind
from tracker.vetting.evidence import evidence_of
from tracker.vetting.models import ShortlistEntry
from tracker.vetting.operations.decisions import decide_entry, waive_item
from tracker.vetting.operations.interviews import mark_held, plan_interview
from tracker.vetting.operations.scorecards import Given, submit_scorecard
from tracker.vetting.operations.shortlists import resubmit_entry, submit_shortlist
from tracker.vetting.states import EntryState, Rating, Recommendation

TALKS = {
    StageKind.SCREENING: ("Screening call", 30, "video call"),
    StageKind.ASSESSMENT: ("Technical assessment", 90, "video call"),
    StageKind.INTERVIEW: ("Panel interview", 60, "video call"),
}


def interview(play: Play, application: Application, kind: StageKind, quality: float, recruiter: User) -> Life:
    """Plan one, hold it, and let the assessors write their scorecards: some at once, some late."""
    title, minutes, place = TALKS[kind]
    asked = [recruiter] if kind is StageKind.SCREENING else _assessors(play, application, kind)
    take_home = kind is StageKind.ASSESSMENT and play.chance.random() < 0.3
    starts = None if take_home else _on_the_quarter(play.later(3, 2))
    due = play.later(2, since=starts or play.later(5))
    yield play.later(0.5, 0.4)
    planned = plan_interview(
        application,
        title="Take-home assignment" if take_home else title,
        starts_at=starts if starts is None or starts > clock.now() else _on_the_quarter(play.later(2)),
        assessors=asked,
        scorecard_due_at=None if kind is StageKind.SCREENING else max(due, clock.now() + timedelta(hours=4)),
        actor=recruiter,
        minutes=None if take_home else minutes,
        place="" if take_home else place,
    )
    yield (planned.starts_at or play.later(4, 1)) + timedelta(minutes=minutes + 1)
    mark_held(planned, actor=recruiter)
    if kind is StageKind.SCREENING:
        return
    items = checklist_of(application.requisition)
    # The assessment looks at the first half of the checklist, the panel at the second; together at all of it.
    half = (len(items) + 1) // 2
    looked_at = items[:half] if kind is StageKind.ASSESSMENT else items[half:]
    for place_, seat in enumerate(planned.seats):
        yield play.later(1.2, 1.1)
        mine = looked_at[place_ :: len(planned.seats)] if len(planned.seats) > 1 else looked_at
        submit_scorecard(
            application,
            seat=seat,
            ratings=_ratings(play, items, mine, quality),
            recommendation=_recommendation(play, quality),
            summary="",
            actor=seat.user,
        )


def _on_the_quarter(at: datetime) -> datetime:
    """People meet on the hour and on its quarters."""
    return at.replace(minute=at.minute // 15 * 15)


def shortlist(
    play: Play, application: Application, quality: float, recruiter: User, manager: User, *, wins: bool
) -> Generator[datetime, None, bool]:
    """Put somebody forward; the manager decides days later. The answer is whether it was approved."""
    opens = stage_of_kind(application.requisition, StageKind.PREPARING_OFFER)
    shortlisted = stage_of_kind(application.requisition, StageKind.SHORTLISTED)
    if opens is None:
        return False
    ready = play.ready.setdefault(application.requisition_id, [])
    ready.append(application)
    yield play.later(2.5, 0.5)
    if application in ready:
        together = [each for each in ready if each.status is ApplicationStatus.ACTIVE]
        ready.clear()
        submit_shortlist(
            application.requisition,
            together,
            opens_stage=opens,
            decider=manager,
            note="Worth a decision this week." if play.chance.random() < 0.5 else "",
            entry_notes={each.id: play.chance.choice(cast.PUT_FORWARD) for each in together},
            actor=recruiter,
            move_to=shortlisted,
        )
    entry = db.session.scalar(
        select(ShortlistEntry)
        .where(ShortlistEntry.application_id == application.id, ShortlistEntry.state == EntryState.PENDING)
        .limit(1)
    )
    if entry is None:
        return False
    yield play.later(3.5, 2.5)
    if not wins and play.chance.random() < 0.15:
        _decide(play, entry, EntryState.MORE_WANTED, manager, "How would they handle an outage at night?")
        yield play.later(2, 1)
        resubmit_entry(
            entry, note="Asked them: they ran a rota for two years.", actor=recruiter, expected_round=entry.round
        )
        yield play.later(2, 1)
    if not wins and play.chance.random() > 0.35 + quality * 0.6:
        _decide(play, entry, EntryState.DECLINED, manager, "Others fit this team better.")
        return False
    _waive_gaps(entry, manager)
    _decide(play, entry, EntryState.APPROVED, manager, "")
    return True


def attach_resume(play: Play, application: Application, recruiter: User) -> None:
    """A short résumé in plain words, for those who are talked to."""
    person = application.candidate
    lines = [
        f"# {person.name}", "", f"{person.title} at {person.company}, {person.location}", "",
        "## Experience", "", f"- {person.company}: {person.title}, {play.chance.randint(1, 6)} years",
        f"- {play.chance.choice(cast.COMPANIES)}: {play.chance.choice(cast.TITLES[application.requisition.role])}",
        "", "## Contact", "", person.email or "", "",
    ]  # fmt: skip
    name = f"{person.name.lower().replace(' ', '-')}.md"
    attach_file(person, data="\n".join(lines).encode(), name=name, actor=recruiter)


def _assessors(play: Play, application: Application, kind: StageKind) -> list[User]:
    people = [
        member.user
        for member in application.requisition.team_members
        if member.part.value == "interviewer" and member.user.has(Role.INTERVIEWER)
    ]
    return play.chance.sample(people, 1 if kind is StageKind.ASSESSMENT else 2)


def _ratings(
    play: Play, items: list[ChecklistItem], looked_at: list[ChecklistItem], quality: float
) -> dict[int, Given]:
    given = {item.id: Given(Rating.NOT_ASSESSED) for item in items}
    for nth, item in enumerate(looked_at or items[:1]):
        # Now and then something is not talked about; a card that says nothing cannot be submitted.
        if nth and play.chance.random() < 0.06:
            continue
        level = min(0.99, max(0.0, play.chance.gauss(quality, 0.18)))
        rating = (Rating.NO, Rating.MIXED, Rating.YES, Rating.STRONG_YES)[int(level * 4)]
        words = {Rating.STRONG_YES: 0, Rating.YES: 0, Rating.MIXED: 1, Rating.NO: 2}[rating]
        silent = rating is Rating.YES and play.chance.random() < 0.4
        given[item.id] = Given(rating, "" if silent else cast.EVIDENCE[item.key][words])
    return given


def _recommendation(play: Play, quality: float) -> Recommendation:
    level = min(0.99, max(0.0, play.chance.gauss(quality, 0.15)))
    return (Recommendation.NO, Recommendation.UNDECIDED, Recommendation.YES, Recommendation.STRONG_YES)[int(level * 4)]


def _waive_gaps(entry: ShortlistEntry, manager: User) -> None:
    gaps = {gap.item_id for gap in evidence_of(entry.application).gaps}
    for item in checklist_of(entry.application.requisition, Need.MUST_HAVE):
        if item.id in gaps:
            waive_item(entry, item, reason="We will teach this in the first months.", actor=manager)


def _decide(play: Play, entry: ShortlistEntry, state: EntryState, manager: User, comment: str) -> None:
    decide_entry(
        entry,
        state,
        actor=manager,
        expected_round=entry.round,
        expected_digest=evidence_of(entry.application).digest,
        comment=comment,
        preference=play.chance.randint(1, 2) if state is EntryState.APPROVED else None,
    )
