"""The organisation's stages, and a requisition's beside them."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.history.queries import timeline
from tracker.requisitions import operations_stages as stages
from tracker.requisitions.models import StageTemplate, TemplateStage
from tracker.requisitions.queries import stages_of
from tracker.requisitions.stage_comparison import compare, take_over
from tracker.requisitions.stage_templates import ensure_templates, find_template
from tracker.requisitions.states import Phase, RoleProfileKey, StageKind

OPS = RoleProfileKey.MLOPS_ENGINEER


@pytest.fixture
def template(app: Flask) -> StageTemplate:
    with transaction():
        ensure_templates()
    found = find_template(OPS)
    assert found is not None
    return found


@pytest.fixture
def admin(app: Flask) -> User:
    return make_user(Role.ADMIN)


def of_kind(template: StageTemplate, kind: StageKind) -> TemplateStage:
    return next(stage for stage in template.stages if stage.kind is kind)


def test_new_requisitions_begin_with_the_template_and_old_ones_keep_theirs(
    template: StageTemplate, admin: User
) -> None:
    before = make_requisition(role=OPS)
    with transaction():
        stages.add_stage(template, actor=admin, name="Pairing", phase=Phase.VETTING, kind=StageKind.ASSESSMENT)
        stages.retire_stage(of_kind(template, StageKind.INTERVIEW), actor=admin)
        screening = of_kind(template, StageKind.SCREENING)
        stages.change_stage(
            screening, expected=screening.version, actor=admin, name="First call", limit_days=2, requires_approval=True
        )
    after = make_requisition(role=OPS)
    assert [stage.name for stage in after.stages if stage.phase is Phase.VETTING] == [
        "First call", "Technical assessment", "Pairing", "Shortlisted",
    ]  # fmt: skip
    assert [stage.position for stage in after.stages] == list(range(1, 10))
    called = next(stage for stage in after.stages if stage.name == "First call")
    assert (called.key, called.limit_days, called.requires_approval) == ("screening", 2, True)
    assert "Panel interview" in [stage.name for stage in before.stages]
    assert "Screening" in [stage.name for stage in make_requisition(role=RoleProfileKey.ML_ENGINEER).stages]


def test_the_template_has_a_history(template: StageTemplate, admin: User) -> None:
    shortlisted = of_kind(template, StageKind.SHORTLISTED)
    with transaction():
        stages.change_stage(
            shortlisted, expected=None, actor=admin, name="Put forward", limit_days=1, requires_approval=False
        )
        stages.move_stage(shortlisted, -1, actor=admin)
    entries = timeline(subject=("stage_templates", template.id))
    assert [entry.sentence for entry in entries] == [
        "put the template in another order",
        "renamed the stage Shortlisted to Put forward and set the limit of Put forward to 1 working day",
    ]
    with pytest.raises(Refused, match="submitting a shortlist moves people here"), transaction():
        stages.retire_stage(shortlisted, actor=admin)


def test_two_admins_at_once(template: StageTemplate, admin: User) -> None:
    screening, seen = of_kind(template, StageKind.SCREENING), template.version
    version = screening.version
    with transaction():
        stages.change_stage(
            screening, expected=version, actor=admin, name="First call", limit_days=2, requires_approval=False
        )
    with pytest.raises(Conflict, match="renamed the stage Screening to First call"), transaction():
        stages.change_stage(
            screening, expected=version, actor=admin, name="Call", limit_days=2, requires_approval=False
        )
    order = {phase: [stage.id for stage in template.stages if stage.phase is phase] for phase in Phase}
    with pytest.raises(Conflict) as conflict, transaction():
        stages.order_stages(template, order, expected=seen, actor=admin)
    assert conflict.value.who == admin.name


def test_a_stage_that_the_template_has_too_is_counted_with_it(template: StageTemplate, admin: User) -> None:
    requisition = make_requisition(role=OPS)
    with transaction():
        pairing = stages.add_stage(
            template, actor=admin, name="Pairing", phase=Phase.VETTING, kind=StageKind.ASSESSMENT
        )
        stages.change_stage(
            pairing, expected=None, actor=admin, name="Pair work", limit_days=5, requires_approval=False
        )
        own = stages.add_stage(
            requisition, actor=admin, name="pair work", phase=Phase.VETTING, kind=StageKind.ASSESSMENT
        )
    assert own.key == "pairing"


def test_taking_over_what_differs(template: StageTemplate, admin: User) -> None:
    requisition = make_requisition(role=OPS)
    actor = requisition.created_by
    assert actor is not None
    assert not any(entry.changes for entry in compare(requisition))
    own = {stage.kind: stage for stage in requisition.stages}
    with transaction():
        stages.retire_stage(own[StageKind.INTERVIEW], actor=actor)
        stages.add_stage(requisition, actor=actor, name="Lunch", phase=Phase.VETTING)
        stages.add_stage(template, actor=admin, name="References", phase=Phase.OFFER, requires_approval=True)
        screening = of_kind(template, StageKind.SCREENING)
        stages.change_stage(
            screening, expected=None, actor=admin, name="First call", limit_days=None, requires_approval=True
        )
    told = {entry.name: entry.changes for entry in compare(requisition) if entry.changes}
    assert told == {
        "Screening": ("is called First call", "no limit", "asks for an approval"),
        "Panel interview": ("comes back",),
        "References": ("is added",),
    }
    keys = [entry.key for entry in compare(requisition)]
    with transaction():
        taken = take_over(requisition, keys, actor=actor)
    assert taken == ["First call", "Panel interview", "References"]
    assert [stage.name for stage in stages_of(requisition)] == [
        "Identified", "Contacted", "Applied", "First call", "Technical assessment", "Panel interview", "Lunch",
        "Shortlisted", "Preparing offer", "References", "Offer extended",
    ]  # fmt: skip
    assert {entry.name for entry in compare(requisition) if entry.changes or not entry.theirs} == {"Lunch"}
    sentences = [entry.sentence for entry in timeline(requisition_id=requisition.id)]
    assert "added References to the stages and brought Panel interview back to the stages" in sentences
    with transaction():
        assert take_over(requisition, keys, actor=actor) == []


def test_two_stages_of_one_name_are_not_taken_over(template: StageTemplate, admin: User) -> None:
    requisition = make_requisition(role=OPS)
    with transaction():
        stages.add_stage(requisition, actor=admin, name="Pairing", phase=Phase.VETTING)
        stages.add_stage(template, actor=admin, name="Pairing", phase=Phase.VETTING, kind=StageKind.ASSESSMENT)
        added = next(stage for stage in template.stages if stage.name == "Pairing")
        added.key = "pairing_up"
    with pytest.raises(Refused, match="Two stages would be called Pairing"), transaction():
        take_over(requisition, ["pairing_up"], actor=admin)
