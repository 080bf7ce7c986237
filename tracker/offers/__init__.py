"""Offers: terms in versions, acceptance, and the hire."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.approvals.states import ApprovalKind
from tracker.core.registry import ApprovalSubject, CardFacts, Registry, RequisitionTab, WaitSource
from tracker.offers import checks, operations, policy, privacy, queries, rules, sentences, views
from tracker.offers.models import Offer
from tracker.pipeline.states import WAIT_RANKS, WaitReason
from tracker.requisitions.states import StageKind


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register_permissions(registry)
    sentences.register_sentences()
    privacy.register(registry)
    checks.register(registry)
    registry.move_guards.append(rules.guard_offer_extended)
    registry.stage_forms[StageKind.OFFER_EXTENDED] = rules.offer_form
    registry.on_ending.append(operations.rescind_with_applications)
    registry.on_ending_undone.append(operations.restore_with_applications)
    registry.add_approval_subject(
        ApprovalSubject(
            kind=ApprovalKind.OFFER,
            lock=rules.lock,
            summary=rules.summary,
            visible=rules.visible,
            deciders=rules.who_decides,
            about=rules.about,
            handed_over=rules.wait_on_another,
        )
    )
    registry.on_approval_decided[ApprovalKind.OFFER] = operations.approval_decided
    registry.add_wait_source(
        WaitSource(
            "offer approval", WAIT_RANKS[WaitReason.HIRING_MANAGER], queries.waits_on_approval, Offer.application_id
        )
    )
    registry.add_wait_source(
        WaitSource("offer out", WAIT_RANKS[WaitReason.CANDIDATE], queries.waits_on_candidate, Offer.application_id)
    )
    registry.add_card_facts(CardFacts("offers", ("offer_expires_at",), queries.card_facts, Offer.application_id))
    registry.add_requisition_tab(
        RequisitionTab(
            "offers", "Offers", "offers.of_requisition", 60, "offer.view", queries.count_out, queries.words_out
        )
    )
    registry.add_tick("offers_expire", rules.expire_due_offers, every=timedelta(minutes=5))


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (views.bp,)
