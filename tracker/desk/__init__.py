"""The pages people work at. Owns no table and no rule."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Registry, RequisitionTab
from tracker.desk import (
    views_board,
    views_person,  # noqa: F401 - hangs its routes on the blueprint
)
from tracker.desk.blueprint import bp


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    registry.add_requisition_tab(RequisitionTab("pipeline", "Pipeline", "desk.board", 20, "pipeline.view"))
    registry.fragments["card"] = views_board.answer_card


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (bp,)
