"""The pages people work at. Owns no table and no rule."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import NavigationItem, Registry, RequisitionTab
from tracker.desk import (
    folding,
    listing,
    views_across,
    views_board,
    views_bulk,
    views_history,
    views_list,
    views_live,
    views_palette,
    views_person,
    views_saved,
    views_today,
    waiting,
)
from tracker.desk.blueprint import bp

#: Importing them hangs their pages on the blueprint.
PAGES = (
    views_across,
    views_board,
    views_bulk,
    views_history,
    views_list,
    views_live,
    views_palette,
    views_person,
    views_saved,
    views_today,
)


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    registry.add_requisition_tab(RequisitionTab("pipeline", "Pipeline", "desk.board", 20, "pipeline.view"))
    registry.add_requisition_tab(RequisitionTab("history", "History", "desk.history", 80, "requisition.view"))
    registry.add_navigation(
        NavigationItem("Today", "desk.today", "sun", 10, "/", count=waiting.count_waiting, urgent=True)
    )
    registry.add_permission(
        "board.across", lambda user, _subject: True, who="everybody; each sees the people of requisitions they work on"
    )
    registry.add_navigation(NavigationItem("Boards", "desk.boards", "layout-kanban", 25, "/boards"))
    folding.register(registry)
    listing.register(registry)
    registry.fragments["card"] = views_live.answer_card


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (bp,)
