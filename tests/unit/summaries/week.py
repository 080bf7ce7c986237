"""A week in March 2026 to tell of: one requisition with two openings, its people, and what happened to them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import time_machine

from tests.factories.accounts import make_user
from tests.factories.offers import make_offer, make_terms
from tests.factories.pipeline import make_application, make_person, stage_of
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_interview, make_shortlist
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.offers.hiring import accept_offer
from tracker.offers.queries import offer_of
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application, move_application
from tracker.pipeline.states import ChangeKind, SourceKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

#: Monday 2 March, 09:00 in Berlin: the window of 9 March began an hour before.
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass
class Week:
    """Who is there."""

    tara: User
    maya: User
    rahel: User
    admin: User
    requisition: Requisition
    people: dict[str, Application]


def on(day: int, hour: int = 10) -> datetime:
    """A day of March 2026, at that hour in UTC."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def a_week() -> Week:
    """Let it happen, each thing on its day."""
    with time_machine.travel(MONDAY, tick=False):
        week = Week(
            tara=make_user(Role.RECRUITER, name="Tara Nkemelu"),
            maya=make_user(Role.HIRING_MANAGER, name="Maya Lindqvist"),
            rahel=make_user(Role.INTERVIEWER, name="Rahel Weiss", timezone="Asia/Kolkata"),
            admin=make_user(Role.ADMIN, name="Jon Okoye", timezone="America/Sao_Paulo"),
            requisition=None,  # type: ignore[arg-type]  # it follows
            people={},
        )
        week.requisition = make_requisition(
            recruiter=week.tara,
            hiring_manager=week.maya,
            openings=2,
            opened_at=MONDAY - timedelta(days=10),
            title="Berlin platform",
        )
        for name, stage, days_ago in (
            ("Lukas Brandt", StageKind.APPLIED, 5),
            ("Bo Rejected", StageKind.SCREENING, 5),
            ("Cy Withdrew", StageKind.CONTACTED, 5),
            ("Ada Hired", StageKind.PREPARING_OFFER, 6),
            ("Amina Yusuf", StageKind.PREPARING_OFFER, 4),
            ("Hugo Marchetti", StageKind.INTERVIEW, 5),
            ("Ingrid Solheim", StageKind.INTERVIEW, 3),
            ("Only Listed", StageKind.IDENTIFIED, 9),
        ):
            week.people[name] = make_application(
                week.requisition, candidate=make_person(name), stage=stage, days_ago=days_ago
            )
    with time_machine.travel(on(3), tick=False):
        make_offer(week.people["Ada Hired"], recruiter=week.tara, hiring_manager=week.maya, terms=make_terms(days=9))
    with time_machine.travel(on(4), tick=False):
        week.people["Priya Nair"] = make_application(
            week.requisition,
            candidate=make_person("Priya Nair"),
            stage=StageKind.APPLIED,
            source_kind=SourceKind.APPLIED,
            days_ago=0,
        )
        make_offer(week.people["Amina Yusuf"], recruiter=week.tara, hiring_manager=week.maya, terms=make_terms(days=10))
    with time_machine.travel(on(5), tick=False):
        _move(week, "Lukas Brandt", StageKind.SCREENING)
        _end(week, "Bo Rejected", ChangeKind.REJECT, "skills")
        make_shortlist(week.people["Ingrid Solheim"], submitter=week.tara, move=True)
    with time_machine.travel(on(6), tick=False):
        _end(week, "Cy Withdrew", ChangeKind.WITHDRAW, "other_offer")
        _accept(week, "Ada Hired")
        make_interview(week.people["Hugo Marchetti"], week.rahel, title="Take-home", due_in=timedelta(days=1))
        make_interview(week.people["Lukas Brandt"], week.rahel, title="First call", starts_at=on(12, 13))
    return week


def _move(week: Week, name: str, kind: StageKind) -> None:
    with transaction():
        move_application(week.people[name], stage_of(week.requisition, kind), actor=week.tara, expected=None)


def _end(week: Week, name: str, kind: ChangeKind, reason: str) -> None:
    with transaction():
        end_application(week.people[name], kind, actor=week.tara, expected=None, reason=reason)


def _accept(week: Week, name: str) -> None:
    with transaction():
        offer = offer_of(week.people[name].id)
        assert offer
        accept_offer(offer.versions[-1], actor=week.tara)
