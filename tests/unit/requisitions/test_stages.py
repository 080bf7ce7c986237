"""The stages of one requisition."""

from collections.abc import Mapping, Sequence

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import PipelineFigures, get_registry
from tracker.history.queries import timeline
from tracker.requisitions import operations_stages as stages
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.queries import stage_of_kind, stages_of
from tracker.requisitions.stage_rules import NEEDED, PHASES_OF, addable
from tracker.requisitions.states import Phase, StageKind


@pytest.fixture
def requisition(app: Flask) -> Requisition:
    return make_requisition()


@pytest.fixture
def actor(requisition: Requisition) -> User:
    assert requisition.created_by is not None
    return requisition.created_by


def of_kind(requisition: Requisition, kind: StageKind) -> Stage:
    stage = stage_of_kind(requisition, kind)
    assert stage is not None
    return stage


def names(requisition: Requisition, phase: Phase) -> list[str]:
    return [stage.name for stage in stages_of(requisition) if stage.phase is phase]


def test_a_new_stage_stands_before_the_shortlist(requisition: Requisition, actor: User) -> None:
    with transaction():
        stage = stages.add_stage(
            requisition, actor=actor, name="Pairing", phase=Phase.VETTING, kind=StageKind.ASSESSMENT, limit_days=3
        )
    assert names(requisition, Phase.VETTING)[-2:] == ["Pairing", "Shortlisted"]
    assert stage.key == "pairing"
    assert [entry.position for entry in stages_of(requisition)] == list(range(1, 11))
    with transaction():
        stages.add_stage(requisition, actor=actor, name="References", phase=Phase.OFFER, requires_approval=True)
        stages.add_stage(requisition, actor=actor, name="Warm", phase=Phase.SOURCING)
    assert names(requisition, Phase.OFFER) == ["Preparing offer", "References", "Offer extended"]
    assert names(requisition, Phase.SOURCING)[-1] == "Warm"


def test_a_retired_stage_comes_back_under_its_name(requisition: Requisition, actor: User) -> None:
    panel = of_kind(requisition, StageKind.INTERVIEW)
    with transaction():
        stages.retire_stage(panel, actor=actor)
    assert "Panel interview" not in names(requisition, Phase.VETTING)
    with transaction():
        again = stages.add_stage(
            requisition, actor=actor, name="Panel interview", phase=Phase.VETTING, kind=StageKind.INTERVIEW
        )
    assert (again.id, again.retired_at) == (panel.id, None)


def test_a_renamed_stage_keeps_its_key(requisition: Requisition, actor: User) -> None:
    screening = of_kind(requisition, StageKind.SCREENING)
    with transaction():
        stages.change_stage(
            screening, expected=None, actor=actor, name="First call", limit_days=None, requires_approval=True
        )
    assert (screening.name, screening.key, screening.limit_days) == ("First call", "screening", None)
    for name, limit in (("", 3), ("shortlisted", 3), ("First call", 0), ("First call", 91)):
        with pytest.raises(Refused) as refused, transaction():
            stages.change_stage(
                screening, expected=None, actor=actor, name=name, limit_days=limit, requires_approval=False
            )
        assert len(refused.value.fields) == 1


def test_a_stage_with_people_is_not_retired_unasked(
    requisition: Requisition, actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    screening = of_kind(requisition, StageKind.SCREENING)

    def two_people(_ids: Sequence[int], _reader: User | None) -> Mapping[int, PipelineFigures]:
        return {requisition.id: PipelineFigures({screening.id: 2}, {}, 0, 0, 0)}

    monkeypatch.setattr(get_registry(), "pipeline_figures", [two_people])
    with pytest.raises(Refused, match="2 people are in Screening") as refused, transaction():
        stages.retire_stage(screening, actor=actor)
    assert refused.value.needed
    with transaction():
        stages.retire_stage(screening, actor=actor, people_stay=True)
    assert screening.retired_at is not None


@pytest.mark.parametrize("kind", sorted(NEEDED))
def test_what_the_product_needs_stays(requisition: Requisition, actor: User, kind: StageKind) -> None:
    with pytest.raises(Refused), transaction():
        stages.retire_stage(of_kind(requisition, kind), actor=actor)


def test_a_phase_keeps_one_stage(requisition: Requisition, actor: User) -> None:
    for kind in (StageKind.IDENTIFIED, StageKind.CONTACTED):
        with transaction():
            stages.retire_stage(of_kind(requisition, kind), actor=actor)
    with pytest.raises(Refused, match="at least one"), transaction():
        stages.retire_stage(of_kind(requisition, StageKind.APPLIED), actor=actor)


def test_stages_move_within_their_phase(requisition: Requisition, actor: User) -> None:
    screening = of_kind(requisition, StageKind.SCREENING)
    with transaction():
        stages.move_stage(screening, 1, actor=actor)
    assert names(requisition, Phase.VETTING)[:2] == ["Technical assessment", "Screening"]
    assert timeline(requisition_id=requisition.id)[0].sentence == "put the stages in another order"
    with pytest.raises(Refused, match="belongs to vetting"), transaction():
        stages.move_stage(of_kind(requisition, StageKind.ASSESSMENT), -1, actor=actor)
    with pytest.raises(Refused, match="prepared before"), transaction():
        stages.move_stage(of_kind(requisition, StageKind.OFFER_EXTENDED), -1, actor=actor)


def test_a_stage_of_no_special_kind_goes_on_into_the_next_phase(requisition: Requisition, actor: User) -> None:
    with transaction():
        stage = stages.add_stage(requisition, actor=actor, name="Warm", phase=Phase.SOURCING)
        stages.move_stage(stage, 1, actor=actor)
    assert (stage.phase, names(requisition, Phase.VETTING)[0]) == (Phase.VETTING, "Warm")
    with transaction():
        order = {
            Phase.SOURCING: ids(requisition, Phase.SOURCING),
            Phase.VETTING: [number for number in ids(requisition, Phase.VETTING) if number != stage.id],
            Phase.OFFER: [stage.id, *ids(requisition, Phase.OFFER)],
        }
        stages.order_stages(requisition, order, expected=requisition.version, actor=actor)
    # Whoever enters the offer phase was approved.
    assert (stage.phase, stage.requires_approval) == (Phase.OFFER, True)
    assert timeline(requisition_id=requisition.id)[0].sentence == (
        "let people into Warm by an approved shortlist entry only and put the stage Warm into offer"
    )
    with transaction():
        stages.move_stage(stage, -1, actor=actor)
    assert names(requisition, Phase.VETTING)[-1] == "Warm"


def test_nobody_comes_into_the_offer_phase_with_their_stage(
    requisition: Requisition, actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        stage = stages.add_stage(requisition, actor=actor, name="Warm", phase=Phase.VETTING)
        stages.move_stage(stage, 1, actor=actor)

    def one_person(_ids: Sequence[int], _reader: User | None) -> Mapping[int, PipelineFigures]:
        return {requisition.id: PipelineFigures({stage.id: 1}, {}, 0, 0, 0)}

    monkeypatch.setattr(get_registry(), "pipeline_figures", [one_person])
    with pytest.raises(Refused, match="1 person is in Warm"), transaction():
        stages.move_stage(stage, 1, actor=actor)


def test_nobody_comes_into_the_offer_phase_with_a_stage_that_comes_back(
    requisition: Requisition, actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        stage = stages.add_stage(requisition, actor=actor, name="Warm", phase=Phase.VETTING)
        stages.retire_stage(stage, actor=actor, people_stay=True)

    def one_person(_ids: Sequence[int], _reader: User | None) -> Mapping[int, PipelineFigures]:
        return {requisition.id: PipelineFigures({stage.id: 1}, {}, 0, 0, 0)}

    monkeypatch.setattr(get_registry(), "pipeline_figures", [one_person])
    with pytest.raises(Refused, match="1 person is in Warm"), transaction():
        stages.add_stage(requisition, actor=actor, name="warm", phase=Phase.OFFER, requires_approval=True)
    assert (stage.phase, stage.retired_at is None) == (Phase.VETTING, False)
    with transaction():
        stages.add_stage(requisition, actor=actor, name="warm", phase=Phase.SOURCING)
    assert (stage.phase, stage.retired_at) == (Phase.SOURCING, None)


def test_a_stage_is_retired_once(requisition: Requisition, actor: User) -> None:
    screening = of_kind(requisition, StageKind.SCREENING)
    with transaction():
        stages.retire_stage(screening, actor=actor)
    at, other = screening.retired_at, make_user(Role.ADMIN)
    with pytest.raises(Conflict) as faster, transaction():
        stages.retire_stage(screening, actor=other)
    assert (faster.value.who, screening.retired_at) == (actor.name, at)


def test_an_order_names_every_stage_once(requisition: Requisition, actor: User) -> None:
    whole = {phase: ids(requisition, phase) for phase in Phase}
    for wrong in (
        {Phase.VETTING: whole[Phase.VETTING]},
        whole | {Phase.OFFER: [*whole[Phase.OFFER], 0]},
        whole | {Phase.OFFER: whole[Phase.OFFER][:1] * 2},
    ):
        with pytest.raises(Refused, match="every stage once"), transaction():
            stages.order_stages(requisition, wrong, expected=None, actor=actor)
    with pytest.raises(Conflict), transaction():
        stages.order_stages(requisition, whole, expected=requisition.version - 1, actor=actor)


def test_a_stage_is_added_where_its_kind_belongs(requisition: Requisition, actor: User) -> None:
    for kind in (StageKind.INTERVIEW, StageKind.APPLIED):
        with pytest.raises(Refused) as refused, transaction():
            stages.add_stage(requisition, actor=actor, name="Call", phase=Phase.SOURCING, kind=kind)
        assert "kind" in refused.value.fields


@pytest.mark.parametrize("phase", Phase)
def test_what_can_be_added_to_a_phase(requisition: Requisition, phase: Phase) -> None:
    every = {kind for kind in StageKind if phase in PHASES_OF[kind]}
    assert set(addable([], phase)) == every
    assert StageKind.OTHER in addable(stages_of(requisition), phase)
    assert not {StageKind.APPLIED, StageKind.SHORTLISTED, StageKind.OFFER_EXTENDED} & set(
        addable(stages_of(requisition), phase)
    )


def test_the_gate_of_the_offer_phase_is_lifted_by_admins_only(requisition: Requisition, actor: User) -> None:
    preparing = of_kind(requisition, StageKind.PREPARING_OFFER)

    def lift(by: User) -> None:
        with transaction():
            stages.change_stage(
                preparing, expected=None, actor=by, name=preparing.name, limit_days=3, requires_approval=False
            )

    with pytest.raises(Refused) as refused:
        lift(actor)
    assert "requires_approval" in refused.value.fields
    lift(make_user(Role.ADMIN))
    assert timeline(requisition_id=requisition.id)[0].sentence == "opened Preparing offer to everybody"


def test_who_was_slower_hears_what_the_other_did(requisition: Requisition, actor: User) -> None:
    screening = of_kind(requisition, StageKind.SCREENING)
    version = screening.version

    def rename(name: str) -> None:
        with transaction():
            stages.change_stage(
                screening, expected=version, actor=actor, name=name, limit_days=4, requires_approval=False
            )

    rename("First call")
    # Another stage that changed meanwhile is in nobody's way.
    with transaction():
        stages.move_stage(screening, 1, actor=actor)
    with pytest.raises(Conflict, match="renamed the stage Screening to First call while you") as conflict:
        rename("Second call")
    assert (conflict.value.who, screening.name) == (actor.name, "First call")
    assert conflict.value.when is not None
    with transaction():
        stages.retire_stage(screening, actor=actor)
    with pytest.raises(Conflict, match="retired First call"):
        rename("Third call")


def test_a_retired_stage_keeps_its_place_among_the_others(requisition: Requisition, actor: User) -> None:
    assessment = of_kind(requisition, StageKind.ASSESSMENT)
    with transaction():
        stages.retire_stage(assessment, actor=actor)
        stages.add_stage(requisition, actor=actor, name="Pairing", phase=Phase.VETTING)
        stages.move_stage(of_kind(requisition, StageKind.SHORTLISTED), -1, actor=actor)
    assert [stage.name for stage in requisition.stages if stage.phase is Phase.VETTING] == [
        "Screening", "Technical assessment", "Panel interview", "Shortlisted", "Pairing",
    ]  # fmt: skip
    assert [stage.position for stage in requisition.stages] == list(range(1, 11))
    with transaction():
        stages.restore_stage(assessment, actor=actor)
    assert names(requisition, Phase.VETTING)[:2] == ["Screening", "Technical assessment"]


def test_a_stage_whose_name_was_taken_does_not_come_back(requisition: Requisition, actor: User) -> None:
    panel = of_kind(requisition, StageKind.INTERVIEW)
    with transaction():
        stages.retire_stage(panel, actor=actor)
        other = stages.add_stage(requisition, actor=actor, name=panel.name, phase=Phase.VETTING)
    assert (other.id != panel.id, other.key) == (True, "panel_interview_2")
    with pytest.raises(Refused), transaction():
        stages.restore_stage(panel, actor=actor)


def ids(requisition: Requisition, phase: Phase) -> list[int]:
    return [stage.id for stage in stages_of(requisition) if stage.phase is phase]
