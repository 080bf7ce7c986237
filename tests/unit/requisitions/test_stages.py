"""The stages of one requisition."""

from collections.abc import Mapping, Sequence

import pytest
from flask import Flask

from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.core.db import transaction
from tracker.core.errors import Refused
from tracker.core.registry import PipelineFigures, get_registry
from tracker.requisitions import operations_stages as stages
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.queries import stage_of_kind, stages_of
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
        stages.add_stage(requisition, actor=actor, name="References", phase=Phase.OFFER)
        stages.add_stage(requisition, actor=actor, name="Warm", phase=Phase.SOURCING)
    assert names(requisition, Phase.OFFER) == ["Preparing offer", "References", "Offer extended"]
    assert names(requisition, Phase.SOURCING)[-1] == "Warm"


def test_a_removed_stage_comes_back_under_its_name(requisition: Requisition, actor: User) -> None:
    panel = of_kind(requisition, StageKind.INTERVIEW)
    with transaction():
        stages.remove_stage(panel, actor=actor)
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


def test_a_stage_with_people_is_not_removed(
    requisition: Requisition, actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    screening = of_kind(requisition, StageKind.SCREENING)

    def two_people(_ids: Sequence[int], _reader: User | None) -> Mapping[int, PipelineFigures]:
        return {requisition.id: PipelineFigures({screening.id: 2}, {}, 0, 0, 0)}

    monkeypatch.setattr(get_registry(), "pipeline_figures", [two_people])
    with pytest.raises(Refused, match="2 people are in Screening") as refused, transaction():
        stages.remove_stage(screening, actor=actor)
    assert refused.value.needed


@pytest.mark.parametrize("kind", sorted(stages.NEEDED))
def test_what_the_product_needs_stays(requisition: Requisition, actor: User, kind: StageKind) -> None:
    with pytest.raises(Refused), transaction():
        stages.remove_stage(of_kind(requisition, kind), actor=actor)


def test_a_phase_keeps_one_stage(requisition: Requisition, actor: User) -> None:
    for kind in (StageKind.IDENTIFIED, StageKind.CONTACTED):
        with transaction():
            stages.remove_stage(of_kind(requisition, kind), actor=actor)
    with pytest.raises(Refused, match="at least one"), transaction():
        stages.remove_stage(of_kind(requisition, StageKind.APPLIED), actor=actor)


def test_stages_move_within_their_phase(requisition: Requisition, actor: User) -> None:
    screening = of_kind(requisition, StageKind.SCREENING)
    with transaction():
        stages.move_stage(screening, 1, actor=actor)
    assert names(requisition, Phase.VETTING)[:2] == ["Technical assessment", "Screening"]
    first = of_kind(requisition, StageKind.ASSESSMENT)
    with transaction():
        stages.move_stage(first, -1, actor=actor)
    assert names(requisition, Phase.SOURCING) == ["Identified", "Contacted", "Applied"]
    with pytest.raises(Refused, match="prepared before"), transaction():
        stages.move_stage(of_kind(requisition, StageKind.OFFER_EXTENDED), -1, actor=actor)


def test_a_stage_is_added_where_its_kind_belongs(requisition: Requisition, actor: User) -> None:
    with pytest.raises(Refused) as refused, transaction():
        stages.add_stage(requisition, actor=actor, name="Call", phase=Phase.SOURCING, kind=StageKind.INTERVIEW)
    assert "kind" in refused.value.fields
