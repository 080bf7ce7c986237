"""Vetting: interviews, scorecards and shortlists."""

from collections.abc import Sequence

from flask import Blueprint

from tracker.core.registry import Duties, NavigationItem, Registry, RequisitionTab
from tracker.requisitions.states import StageKind
from tracker.vetting import (
    checks,
    duties,
    gates,
    mails,
    overviews,
    personal_data,
    policy,
    sentences,
    views_decisions,
    views_interviews,
    views_scorecards,
    views_shortlists,
    waiting,
    waits,
)
from tracker.vetting.blueprint import bp
from tracker.vetting.operations import interviews, shortlists

#: The modules whose views the blueprint carries.
PAGES = (views_decisions, views_interviews, views_scorecards, views_shortlists)


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)
    waits.register(registry)
    mails.register(registry)
    personal_data.register(registry)
    checks.register(registry)
    sentences.register()
    registry.move_guards.append(gates.guard)
    registry.on_ending.append(shortlists.on_ending)
    registry.on_ending.append(interviews.on_ending)
    registry.on_ending_undone.append(shortlists.on_ending_undone)
    registry.on_ending_undone.append(interviews.on_ending_undone)
    registry.on_deciders_changed.append(shortlists.hand_on_decisions)
    registry.on_requisition_closed.append(shortlists.on_requisition_closed)
    registry.stage_forms[StageKind.SHORTLISTED] = views_shortlists.stage_form
    registry.add_duties(Duties("vetting", duties.held_by, duties.hand_over))
    registry.add_requisition_tab(
        RequisitionTab(
            "shortlists", "Shortlists", "vetting.shortlists_of", 30, "shortlist.list", overviews.count_shortlists
        )
    )
    registry.add_requisition_tab(
        RequisitionTab(
            "interviews", "Interviews", "vetting.interviews_of", 40, "interview.list", overviews.count_interviews
        )
    )
    registry.add_navigation(
        NavigationItem(
            "Shortlists",
            "vetting.index",
            "list-check",
            40,
            "/shortlists",
            visible=policy.reads_shortlists,
            count=waiting.count_waiting_shortlists,
            urgent=True,
        )
    )
    registry.add_navigation(
        NavigationItem(
            "Interviews",
            "vetting.mine",
            "calendar-event",
            50,
            "/interviews",
            count=waiting.count_owed_scorecards,
            urgent=True,
        )
    )


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (bp,)
