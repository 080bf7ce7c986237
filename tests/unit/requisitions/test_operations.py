"""Writing requisitions down, editing them, the hiring team."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.requisitions.facts import Facts
from tracker.requisitions.models import Requisition, StageTemplate, TemplateStage
from tracker.requisitions.operations import create_requisition, set_team, update_requisition
from tracker.requisitions.queries import deciders, hiring_manager, recruiters
from tracker.requisitions.stage_templates import ensure_templates
from tracker.requisitions.states import Need, Phase, RequisitionState, RoleProfileKey, StageKind, TeamPart
from tracker.roles.profiles import PROFILES

ML, OPS = RoleProfileKey.ML_ENGINEER, RoleProfileKey.MLOPS_ENGINEER


def write(role: RoleProfileKey = OPS, number: str | None = None, title: str = "Engineer") -> Requisition:
    actor = make_user(Role.RECRUITER)
    with transaction():
        return create_requisition(role=role, actor=actor, number=number, title=title)


def test_numbers_count_per_role(app: Flask) -> None:
    assert [write(ML).number, write(OPS).number, write(ML).number] == ["MLE-1", "MLOPS-1", "MLE-2"]


def test_an_imported_number_is_kept_and_counting_goes_on_after_it(app: Flask) -> None:
    assert write(ML, number="mle-41").number == "MLE-41"
    assert write(ML).number == "MLE-42"
    assert write(ML, number="MLE-7").number == "MLE-7"
    assert write(ML).number == "MLE-43"
    with pytest.raises(Refused, match="taken"):
        write(ML, number="MLE-7")
    with pytest.raises(Refused):
        write(ML, number="7")


@pytest.mark.parametrize("role", [ML, OPS])
def test_the_responsibilities_become_the_checklist(app: Flask, role: RoleProfileKey) -> None:
    requisition = write(role)
    assert [item.key for item in requisition.checklist] == [entry.key for entry in PROFILES[role].responsibilities]
    assert {item.need for item in requisition.checklist} == {Need.MUST_HAVE}
    assert [item.position for item in requisition.checklist] == list(range(1, len(requisition.checklist) + 1))


def test_the_template_becomes_the_stages(app: Flask) -> None:
    requisition = write()
    assert [stage.name for stage in requisition.stages] == [
        "Identified", "Contacted", "Applied", "Screening", "Technical assessment", "Panel interview", "Shortlisted",
        "Preparing offer", "Offer extended",
    ]  # fmt: skip
    assert [stage.phase.position for stage in requisition.stages] == [1, 1, 1, 2, 2, 2, 2, 3, 3]
    assert {stage.kind for stage in requisition.stages if stage.requires_approval} == {
        StageKind.PREPARING_OFFER,
        StageKind.OFFER_EXTENDED,
    }
    assert all(stage.phase is Phase.OFFER for stage in requisition.stages if stage.requires_approval)
    assert all(stage.limit_days for stage in requisition.stages)


def test_the_template_is_written_once_and_changes_to_it_stay(app: Flask) -> None:
    write(OPS)
    with transaction():
        screening = db.session.scalar(
            select(TemplateStage)
            .join(TemplateStage.template)
            .where(StageTemplate.role == OPS, TemplateStage.key == "screening")
        )
        assert screening is not None
        screening.name = "First call"
    with transaction():
        ensure_templates()
    assert "First call" in [stage.name for stage in write(OPS).stages]
    assert "Screening" in [stage.name for stage in write(ML).stages]
    assert db.session.scalar(select(func.count()).select_from(TemplateStage)) == 18


def test_shared_hours_are_meant_by_a_city_too(app: Flask) -> None:
    actor = make_user(Role.RECRUITER)
    with transaction():
        kept = create_requisition(role=OPS, actor=actor, title="A", overlap_timezone="são paulo", overlap_hours=3)
    assert kept.overlap_timezone == "America/Sao_Paulo"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (Facts(title=" "), "title"),
        (Facts(title="x" * 121), "title"),
        (Facts(title="A", salary_from=90000, salary_to=80000), "salary_to"),
        (Facts(title="A", salary_from=0), "salary_from"),
        (Facts(title="A", currency="euro"), "currency"),
        (Facts(title="A", target_days=0), "target_days"),
        (Facts(title="A", overlap_timezone="Middle/Earth"), "overlap_timezone"),
        (Facts(title="A", overlap_timezone="", overlap_hours=4), "overlap_timezone"),
        (Facts(title="A", overlap_timezone="Europe/Berlin", overlap_hours=13), "overlap_hours"),
    ],
)
def test_facts_that_cannot_be_kept(app: Flask, facts: Facts, field: str) -> None:
    actor = make_user(Role.RECRUITER)
    with pytest.raises(Refused) as refused, transaction():
        create_requisition(role=OPS, actor=actor, **facts)
    assert list(refused.value.fields) == [field]


def test_whoever_writes_it_down_takes_the_parts_their_roles_allow(app: Flask) -> None:
    founder = make_user(Role.ADMIN, Role.RECRUITER, Role.HIRING_MANAGER)
    with transaction():
        own = create_requisition(role=OPS, actor=founder, title="Engineer")
    assert (hiring_manager(own), recruiters(own)) == (founder, [founder])
    recruiter = make_user(Role.RECRUITER)
    with transaction():
        other = create_requisition(role=OPS, actor=recruiter, title="Engineer")
    assert (hiring_manager(other), recruiters(other)) == (None, [recruiter])


def test_editing_says_what_changed_and_only_that(app: Flask) -> None:
    requisition = make_requisition(title="Engineer", salary_from=80000, salary_to=90000)
    somebody = make_user(Role.RECRUITER)
    with transaction():
        changed = update_requisition(
            requisition,
            expected=requisition.version,
            actor=somebody,
            title=" Engineer ",
            salary_to=95000,
            currency="eur",
        )
    assert (changed, requisition.salary_to, requisition.currency) == (["salary_to"], 95000, "EUR")


def test_one_of_two_editors_is_told_who_was_faster(app: Flask) -> None:
    requisition = make_requisition()
    seen = requisition.version
    tara = make_user(Role.RECRUITER, name="Tara Kessler")
    with transaction():
        update_requisition(requisition, expected=seen, actor=tara, team="Platform")
    slower = make_user(Role.RECRUITER)
    with pytest.raises(Conflict) as conflict, transaction():
        update_requisition(requisition, expected=seen, actor=slower, team="Search")
    assert conflict.value.who == "Tara Kessler"
    assert conflict.value.when is not None
    assert clock.now() - conflict.value.when < timedelta(minutes=1)
    assert requisition.team == "Platform"


def test_half_a_range_is_checked_against_the_other_half(app: Flask) -> None:
    requisition = make_requisition(salary_from=80000, salary_to=90000)
    somebody = make_user(Role.RECRUITER)
    with pytest.raises(Refused) as refused, transaction():
        update_requisition(requisition, expected=None, actor=somebody, salary_from=99000)
    assert "salary_to" in refused.value.fields


@pytest.mark.parametrize("state", [RequisitionState.PENDING_APPROVAL, RequisitionState.CANCELLED])
def test_what_waits_or_is_over_is_not_edited(app: Flask, state: RequisitionState) -> None:
    requisition = make_requisition(state=state)
    somebody = make_user(Role.RECRUITER)
    with pytest.raises(Refused) as refused, transaction():
        update_requisition(requisition, expected=None, actor=somebody, title="Another")
    assert refused.value.needed


def test_the_hiring_team_is_what_was_set(app: Flask) -> None:
    requisition = make_requisition()
    anna, ben = make_user(Role.HIRING_MANAGER, name="Anna"), make_user(Role.HIRING_MANAGER, name="Ben")
    actor = make_user(Role.ADMIN)
    before = recruiters(requisition)
    with transaction():
        set_team(
            requisition,
            {TeamPart.HIRING_MANAGER: [ben], TeamPart.DEPUTY: [anna], TeamPart.INTERVIEWER: [ben]},
            expected=requisition.version,
            actor=actor,
        )
    assert (hiring_manager(requisition), deciders(requisition), recruiters(requisition)) == (ben, [ben, anna], before)


def test_a_team_is_refused_without_a_hiring_manager_or_the_role_for_a_part(app: Flask) -> None:
    requisition = make_requisition()
    actor = make_user(Role.ADMIN)
    with pytest.raises(Refused) as nobody, transaction():
        set_team(requisition, {TeamPart.HIRING_MANAGER: []}, expected=None, actor=actor)
    assert "hiring_manager" in nobody.value.fields
    somebody = make_user(Role.INTERVIEWER)
    with pytest.raises(Refused) as wrong, transaction():
        set_team(requisition, {TeamPart.DEPUTY: [somebody]}, expected=None, actor=actor)
    assert "deputy" in wrong.value.fields
