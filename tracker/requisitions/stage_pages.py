"""What the pages of stages show: rows with what can be done to each, and the addresses that do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.core.errors import Refused
from tracker.requisitions.models import Requisition
from tracker.requisitions.stage_owners import AnyStage, Owner, stages_in
from tracker.requisitions.stage_rules import NEEDED, check_layout, phase_refusal
from tracker.requisitions.states import Phase


@dataclass(frozen=True)
class Pages:
    """The addresses of one owner's stages, for templates that show both kinds of owner."""

    owner: Owner

    @property
    def of_requisition(self) -> bool:
        """Whether they are a requisition's; else the organisation's."""
        return isinstance(self.owner, Requisition)

    @property
    def frame(self) -> str:
        """The template that their pages extend."""
        return "requisitions/_frame.html" if self.of_requisition else "requisitions/_template_frame.html"

    def url(self, page: str, **values: Any) -> str:
        """The address of a page: "stages", "new_stage", "edit_stage", "place_stage", "order_stages", …"""
        if isinstance(self.owner, Requisition):
            endpoint = "pipeline.retire_stage" if page == "retire_stage" else f"requisitions.{page}"
            return url_for(endpoint, number=self.owner.number, **values)
        return url_for(f"requisitions.template_{page}", role=self.owner.role.value, **values)


@dataclass(frozen=True)
class Row:
    """A stage as its list shows it. The refusals say why a button does nothing; empty when it does."""

    stage: AnyStage
    place: int
    people: int
    up_refusal: str
    down_refusal: str
    retire_refusal: str


def rows_of(owner: Owner, people: Mapping[int, int]) -> list[tuple[Phase, list[Row]]]:
    """The stages that people can enter, by phase; `people` says how many are in each, by id."""
    stages = stages_in(owner)
    rows = [
        Row(
            stage=stage,
            place=place,
            people=people.get(stage.id, 0),
            up_refusal=_step_refusal(stages, stage, -1),
            down_refusal=_step_refusal(stages, stage, 1),
            retire_refusal=_retire_refusal(stages, stage),
        )
        for place, stage in enumerate(stages, start=1)
    ]
    return [(phase, [row for row in rows if row.stage.phase is phase]) for phase in Phase]


def retired_of(owner: Owner) -> list[AnyStage]:
    """The stages that nobody enters any more, the last retired first."""
    gone: list[AnyStage] = [stage for stage in owner.stages if stage.retired_at is not None]
    return sorted(gone, key=lambda stage: str(stage.retired_at), reverse=True)


def _step_refusal(stages: Sequence[AnyStage], stage: AnyStage, by: int) -> str:
    line = [each for each in stages if each.phase is stage.phase]
    if 0 <= line.index(stage) + by < len(line):
        return ""
    phases = list(Phase)
    place = phases.index(stage.phase) + by
    if not 0 <= place < len(phases):
        return f"{stage.name} is the {'first' if by < 0 else 'last'}"
    return phase_refusal(stage, phases[place])


def _retire_refusal(stages: Sequence[AnyStage], stage: AnyStage) -> str:
    if stage.kind in NEEDED:
        return f"{stage.name} cannot be retired: {NEEDED[stage.kind]}"
    try:
        check_layout([each for each in stages if each is not stage])
    except Refused as refused:
        return f"{stage.name} cannot be retired: {refused.message}"
    return ""
