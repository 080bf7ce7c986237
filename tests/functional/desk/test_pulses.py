"""Whatever changes what a board shows raises its pulse, so that boards which are open look again."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, make_person, stage_of
from tests.factories.vetting import make_interview, make_scorecard, make_shortlist
from tracker.accounts.models import User
from tracker.accounts.operations import change_profile
from tracker.accounts.states import Role
from tracker.candidates.operations import update_candidate
from tracker.candidates.tagging import tag_candidates, untag_candidates
from tracker.core import clock
from tracker.core.db import transaction
from tracker.pipeline.contacts import add_contact, lift_wait, set_wait
from tracker.pipeline.details import update_details
from tracker.pipeline.models import Application
from tracker.pipeline.pulses import pulse_of
from tracker.pipeline.states import ContactChannel, ContactDirection
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import set_team, update_requisition
from tracker.requisitions.operations_checklist import add_item
from tracker.requisitions.operations_life import hold_requisition, resume_requisition
from tracker.requisitions.operations_stages import change_stage
from tracker.requisitions.states import Need, StageKind, TeamPart

Act = Callable[[Application, User], object]


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who works on it, and whom people wait on."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """An open one."""
    return make_open_requisition(recruiter)


@pytest.fixture
def ada(requisition: Requisition) -> Application:
    """Somebody who is being interviewed."""
    return make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.INTERVIEW, days_ago=3)


def _rename(ada: Application, actor: User) -> None:
    update_candidate(ada.candidate, expected_version=ada.candidate.version, actor=actor, name="Ada Lindqvist")


def _untag(ada: Application, actor: User) -> None:
    [(_, tag)] = tag_candidates([ada.candidate], ["Rust"], actor=actor)
    untag_candidates([ada.candidate], [tag], actor=actor)


def _lift(ada: Application, actor: User) -> None:
    set_wait(ada, note="take-home until Thursday", ends_at=None, user=None, actor=actor)
    lift_wait(ada, actor=actor)


def _limit(ada: Application, actor: User) -> None:
    stage = ada.stage
    change_stage(
        stage, expected=None, actor=actor, name="Panel", limit_days=1, requires_approval=stage.requires_approval
    )


def _resume(ada: Application, actor: User) -> None:
    hold_requisition(ada.requisition, actor=actor, reason="Budget")
    resume_requisition(ada.requisition, actor=actor)


def _called(ada: Application, actor: User) -> None:
    change_profile(
        actor,
        name="Tara Kessler-Moreau",
        timezone=actor.timezone,
        wants_summary=True,
        wants_reminders=True,
        wants_shortcuts=True,
        actor=actor,
    )


ACTS: dict[str, Act] = {
    "renamed": _rename,
    "tagged": lambda ada, actor: tag_candidates([ada.candidate], ["Rust"], actor=actor),
    "untagged": _untag,
    "given to a recruiter": lambda ada, actor: update_details(ada, actor=actor, expected=None, recruiter_id=actor.id),
    "source": lambda ada, actor: update_details(ada, actor=actor, expected=None, source="A meetup"),
    "contacted": lambda ada, actor: add_contact(
        ada, direction=ContactDirection.OUT, channel=ContactChannel.EMAIL, at=clock.now(), actor=actor
    ),
    "waits": lambda ada, actor: set_wait(ada, note="take-home until Thursday", ends_at=None, user=None, actor=actor),
    "waits no more": _lift,
    "stage's limit": _limit,
    "checklist": lambda ada, actor: add_item(ada.requisition, title="Rust", need=Need.MUST_HAVE, actor=actor),
    "shared hours": lambda ada, actor: update_requisition(
        ada.requisition, expected=None, actor=actor, overlap_timezone="America/Lima", overlap_hours=4
    ),
    "on hold": lambda ada, actor: hold_requisition(ada.requisition, actor=actor, reason="Budget"),
    "resumed": _resume,
    "recruiter called otherwise": _called,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_a_board_shows_raises_its_pulse(ada: Application, recruiter: User, act: Act) -> None:
    before = pulse_of([ada.requisition_id]).n
    with transaction():
        act(ada, recruiter)
    assert pulse_of([ada.requisition_id]).n > before


def test_vetting_raises_it(ada: Application, recruiter: User) -> None:
    seen = [pulse_of([ada.requisition_id]).n]

    def risen() -> bool:
        seen.append(pulse_of([ada.requisition_id]).n)
        return seen[-1] > seen[-2]

    assessor = make_user(Role.INTERVIEWER)
    make_interview(ada, assessor, actor=recruiter)
    assert risen()
    make_scorecard(ada, assessor)
    assert risen()
    make_shortlist(ada)
    assert risen()


def test_stages_of_an_empty_board_raise_it(requisition: Requisition, recruiter: User) -> None:
    before = pulse_of([requisition.id]).n
    stage = stage_of(requisition, StageKind.SCREENING)
    with transaction():
        change_stage(stage, expected=None, actor=recruiter, name="First call", limit_days=2, requires_approval=False)
    assert pulse_of([requisition.id]).n > before


def test_changes_elsewhere_do_not(ada: Application, recruiter: User) -> None:
    other = make_person("Bo Falk")
    before = pulse_of([ada.requisition_id]).n
    with transaction():
        tag_candidates([other], ["Rust"], actor=recruiter)
        update_candidate(other, expected_version=other.version, actor=recruiter, name="Bo Falck")
    assert pulse_of([ada.requisition_id]).n == before


def test_the_board_of_who_waits_follows_requisitions_of_others(client: Client, recruiter: User) -> None:
    """Whoever sits on an interview has that person on their board, and sees nothing else of the requisition."""
    application = make_application(make_open_requisition(recruiter), stage=StageKind.INTERVIEW, days_ago=3)
    assessor = make_user(Role.INTERVIEWER)
    client.sign_in(assessor)
    tag = client.get("/boards/mine/pulse").headers["ETag"]
    make_interview(application, assessor, actor=recruiter)
    with transaction():
        set_wait(application, note="their scorecard", ends_at=None, user=assessor, actor=recruiter)
    assert client.get("/boards/mine/pulse", headers={"If-None-Match": tag}).status_code == 200


def test_a_changed_team_raises_it(ada: Application, recruiter: User) -> None:
    second = make_user(Role.RECRUITER)
    before = pulse_of([ada.requisition_id]).n
    with transaction():
        set_team(ada.requisition, {TeamPart.RECRUITER: [second]}, expected=None, actor=recruiter)
    assert pulse_of([ada.requisition_id]).n > before
