"""The lives of the demo: of each requisition, and of each application from the first word to its end."""

from datetime import datetime, timedelta

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.approvals.operations import decide
from tracker.candidates.models import Candidate
from tracker.candidates.operations import add_note, create_candidate
from tracker.core import clock
from tracker.demo import cast, vetting
from tracker.demo.cast import Story
from tracker.demo.stage import Life, Play
from tracker.offers.changes import Terms
from tracker.offers.hiring import accept_offer
from tracker.offers.operations import decline_offer, expire_offer, extend_offer, prepare_offer, submit_offer
from tracker.pipeline.contacts import add_contact, set_wait
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application, move_application, start_application
from tracker.pipeline.queries import active_of
from tracker.pipeline.states import (
    CLOSE_REASONS,
    REJECT_REASONS,
    WITHDRAW_REASONS,
    ApplicationStatus,
    ChangeKind,
    ContactChannel,
    ContactDirection,
    SourceKind,
)
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import create_requisition
from tracker.requisitions.operations_checklist import set_need, take_responsibility
from tracker.requisitions.operations_life import close_requisition, hold_requisition, submit_for_approval
from tracker.requisitions.queries import checklist_of, stage_of_kind
from tracker.requisitions.states import CLOSED, Need, StageKind


def requisition_life(play: Play, story: Story) -> Life:
    """A requisition from its draft to what became of it; its people begin their own lives."""
    recruiter, manager = play.users[story.recruiter], play.users[story.manager]
    requisition = _written_down(play, story, recruiter, manager)
    if story.then == "draft":
        return
    yield play.later(0.1)
    approval = submit_for_approval(requisition, actor=recruiter, approver=manager)
    if story.then == "pending":
        return
    yield play.later(0.3)
    decide(approval, actor=manager, approved=True, comment="Go ahead.")
    opened = clock.now()
    left = play.ends - opened
    busy = timedelta(days=story.then_after) if story.then_after else left
    for _ in range(story.people):
        arrives = opened + min(left, busy) * min(play.chance.betavariate(1.0, 1.5), 0.99)
        play.begin(play.later(0.0, since=arrives), application_life(play, requisition, story))
    for days in story.winners:
        play.begin(play.later(days), application_life(play, requisition, story, wins=True))
    if story.then_after:
        yield play.later(story.then_after)
        if story.then == "hold":
            hold_requisition(requisition, actor=manager, reason=story.reason)
            return
        close_requisition(requisition, actor=manager, cancelled=True, reason=story.reason)
    while requisition.state not in CLOSED:
        yield play.later(1)
    yield play.later(1)
    reason = "filled" if requisition.state.value == "filled" else "cancelled"
    for application in active_of(requisition):
        end_application(application, ChangeKind.CLOSE, actor=recruiter, expected=None, reason=reason, told=True)


def _written_down(play: Play, story: Story, recruiter: User, manager: User) -> Requisition:
    interviewers = [user for user in play.users.values() if user.has(Role.INTERVIEWER) and user is not manager]
    requisition = create_requisition(
        role=story.role,
        actor=recruiter,
        openings=story.openings,
        recruiters=[recruiter],
        hiring_manager=manager,
        deputies=[play.users["sofia"]] if story.manager == "manager" else [],
        interviewers=interviewers,
        title=story.title,
        team=story.team,
        workplace=story.workplace,
        location=story.location,
        regions=story.regions,
        overlap_timezone="Europe/Berlin",
        overlap_hours=4,
        engagement=story.engagement,
        salary_from=story.pay[0],
        salary_to=story.pay[1],
        currency="EUR",
        target_days=story.target,
    )
    set_need(checklist_of(requisition)[-1], Need.NICE_TO_HAVE, actor=recruiter)
    for key in story.also:
        other = cast.OPS if story.role is cast.ML else cast.ML
        take_responsibility(requisition, other, key, actor=recruiter, need=Need.NICE_TO_HAVE)
    return requisition


def application_life(play: Play, requisition: Requisition, story: Story, *, wins: bool = False) -> Life:
    """One person from the first word to an ending, or to where they stand today."""
    recruiter, manager = play.users[story.recruiter], play.users[story.manager]
    if requisition.state in CLOSED:
        return
    kind = SourceKind.APPLIED if wins else play.chance.choices(list(SourceKind), [50, 35, 15])[0]
    application = start_application(
        requisition,
        somebody(play, story),
        actor=recruiter,
        source_kind=kind,
        source=play.chance.choice(cast.SOURCES[kind.value]),
        recruiter=recruiter,
    )
    quality = 0.95 if wins else play.chance.betavariate(2, 2)
    _say_terms(play, application, story)
    if kind is not SourceKind.APPLIED:
        yield from _reach_out(play, application, recruiter)
        if application.status is not ApplicationStatus.ACTIVE:
            return
    yield play.later(1.5, 1)
    if not wins and play.chance.random() < 0.45 * (1.2 - quality):
        _end(play, application, recruiter, ChangeKind.REJECT)
        return
    for stage_kind in (StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW):
        _move(application, stage_kind, recruiter)
        if stage_kind is StageKind.SCREENING:
            vetting.attach_resume(play, application, recruiter)
        yield from vetting.interview(play, application, stage_kind, quality, recruiter)
        if not wins and play.chance.random() < 0.5 * (1.15 - quality):
            withdrew = play.chance.random() < 0.25
            _end(play, application, recruiter, ChangeKind.WITHDRAW if withdrew else ChangeKind.REJECT)
            return
        if not wins and play.chance.random() < 0.06:
            set_wait(
                application,
                note=play.chance.choice(cast.WAITS),
                ends_at=play.later(4),
                user=None,
                actor=recruiter,
            )
        yield play.later(1, 0.8)
    approved = yield from vetting.shortlist(play, application, quality, recruiter, manager, wins=wins)
    if not approved:
        yield play.later(2, 1)
        _end(play, application, recruiter, ChangeKind.REJECT)
        return
    yield from _offer(play, application, story, recruiter, manager, wins=wins)


def _reach_out(play: Play, application: Application, recruiter: User) -> Life:
    yield play.later(2, 1.5)
    _move(application, StageKind.CONTACTED, recruiter)
    for round_ in range(3):
        yield play.later(2.5, 1.5)
        if play.chance.random() < 0.42:
            add_contact(
                application,
                direction=ContactDirection.IN,
                channel=play.chance.choice([ContactChannel.EMAIL, ContactChannel.LINKEDIN]),
                at=clock.now(),
                actor=recruiter,
            )
            return
        if round_ < 2:
            yield play.later(3, 1)
            add_contact(
                application,
                direction=ContactDirection.OUT,
                channel=ContactChannel.LINKEDIN,
                at=clock.now(),
                actor=recruiter,
            )
    yield play.later(6, 2)
    end_application(application, ChangeKind.CLOSE, actor=recruiter, expected=None, reason="no_answer")


def _offer(play: Play, application: Application, story: Story, recruiter: User, manager: User, *, wins: bool) -> Life:
    yield play.later(1, 0.8)
    salary = round(play.chance.randint(*story.pay), -3)
    terms = Terms(salary=salary, currency="EUR", expires_at=_end_of_day(play, 9))
    version = prepare_offer(application, terms, actor=recruiter)
    yield play.later(0.2)
    approval = submit_offer(version, actor=recruiter, approver=manager)
    yield play.later(1, 0.8)
    decide(approval, actor=manager, approved=True)
    yield play.later(0.4)
    extend_offer(
        version, actor=recruiter, expires_at=_end_of_day(play, 8), overcommit_reason="One of them is wavering."
    )
    yield play.later(4, 3)
    # Where the story goes another way, nobody says yes before it does.
    if wins or (not story.then and play.chance.random() < 0.7):
        accept_offer(version, actor=recruiter)
        return
    if play.chance.random() < 0.5:
        # No answer came; or it is out to this day.
        yield (version.expires_at or play.later(5)) + timedelta(minutes=1)
        expire_offer(version, actor=None)
        return
    decline_offer(version, actor=recruiter, reason="Took an offer closer to home.")
    yield play.later(2, 1)
    _end(play, application, recruiter, ChangeKind.WITHDRAW)


def _end_of_day(play: Play, days: int) -> datetime:
    moment = play.later(days).astimezone(play.zone)
    return moment.replace(hour=23, minute=59, second=59).astimezone(clock.now().tzinfo)


def somebody(play: Play, story: Story) -> Candidate:
    """A new person, who fits the role more or less; no two have the same name."""
    taken = play.names
    while True:
        first, last = play.chance.choice(cast.FIRST_NAMES), play.chance.choice(cast.LAST_NAMES)
        if (first, last) not in taken:
            break
    taken.add((first, last))
    place, zone = play.chance.choice(cast.PLACES)
    number = len(taken)
    candidate = create_candidate(
        name=f"{first} {last}",
        actor=play.users[story.recruiter],
        email=f"person{number}@people.{cast.DOMAIN}",
        phone=f"+49 30 5550 {number:04d}" if number % 3 else None,
        title=play.chance.choice(cast.TITLES[story.role]),
        company=play.chance.choice(cast.COMPANIES),
        location=place,
        timezone=zone,
        demo=True,
    )
    if play.chance.random() < 0.15:
        add_note(candidate, body=play.chance.choice(cast.NOTES), actor=play.users[story.recruiter])
    return candidate


def _say_terms(play: Play, application: Application, story: Story) -> None:
    if play.chance.random() < 0.7:
        low, high = story.pay
        application.salary_wish = round(play.chance.randint(int(low * 0.9), int(high * 1.12)), -3)
        application.salary_currency = "EUR"
        application.notice = play.chance.choice(cast.NOTICES)
        application.work_permit = play.chance.choice(cast.PERMITS)
    if play.chance.random() < 0.08:
        application.competing_deadline = play.later(20)


def _move(application: Application, kind: StageKind, actor: User) -> None:
    stage = stage_of_kind(application.requisition, kind)
    if stage is not None and application.stage_id != stage.id:
        move_application(application, stage, actor=actor, expected=None)


def _end(play: Play, application: Application, actor: User, kind: ChangeKind) -> None:
    reasons = {
        ChangeKind.REJECT: REJECT_REASONS,
        ChangeKind.WITHDRAW: WITHDRAW_REASONS,
        ChangeKind.CLOSE: CLOSE_REASONS,
    }[kind]
    reason = play.chance.choice([key for key in reasons if key != "other"])
    end_application(application, kind, actor=actor, expected=None, reason=reason, told=play.chance.random() < 0.9)
