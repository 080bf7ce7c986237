"""Several people decide on one entry, or put one person forward, at the same time."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import digest_of, make_scorecard, make_shortlist, make_vetted
from tests.real_commit.conftest import AtOnce
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict
from tracker.mail.models import OutboxMessage
from tracker.pipeline.models import Application
from tracker.requisitions.queries import deciders
from tracker.vetting.models import EntryDecision, EvidenceSnapshot, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.operations.decisions import decide_entry
from tracker.vetting.operations.scorecards import withdraw_scorecard
from tracker.vetting.operations.shortlists import submit_shortlist
from tracker.vetting.queries import default_opens_stage
from tracker.vetting.states import EntryState, SnapshotMoment


def decides(entry_id: int, user_id: int, state: EntryState, digest: str) -> Callable[[], EntryState]:
    def act() -> EntryState:
        with transaction():
            decide_entry(
                db.session.get_one(ShortlistEntry, entry_id),
                state,
                actor=db.session.get_one(User, user_id),
                expected_round=1,
                expected_digest=digest,
                comment="We talked about it.",
            )
        return state

    return act


def test_of_two_who_decide_at_once_one_is_told_who_was_faster(committing: Flask, at_once: AtOnce) -> None:
    manager = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    deputy = make_user(Role.HIRING_MANAGER, name="Dev Anand")
    requisition = make_requisition(hiring_manager=manager, deputies=[deputy])
    for _ in range(5):
        application = make_vetted(requisition)
        make_scorecard(application)
        entry = make_shortlist(application).entries[0]
        entry_id, digest = entry.id, digest_of(entry)
        results = at_once(
            [
                decides(entry_id, manager.id, EntryState.APPROVED, digest),
                decides(entry_id, deputy.id, EntryState.DECLINED, digest),
            ]
        )
        (won,) = [result for result in results if isinstance(result, EntryState)]
        (told,) = [result for result in results if isinstance(result, Conflict)]
        decision = db.session.scalars(select(EntryDecision).where(EntryDecision.entry_id == entry_id)).one()
        assert decision.state is won
        assert db.session.get_one(ShortlistEntry, entry_id).state is won
        assert told.who == decision.decided_by.name
        assert told.when == decision.decided_at
        frozen = db.session.scalar(
            select(func.count(EvidenceSnapshot.id)).where(
                EvidenceSnapshot.entry_id == entry_id, EvidenceSnapshot.moment == SnapshotMoment.DECIDED
            )
        )
        assert frozen == 1
        mails = db.session.scalar(
            select(func.count(OutboxMessage.id)).where(
                OutboxMessage.dedupe_key.startswith(f"entry-decided:{entry_id}:")
            )
        )
        assert mails == 1


def withdraws(card_id: int) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            card = db.session.get_one(Scorecard, card_id)
            withdraw_scorecard(card, actor=card.assessor)
        return "withdrawn"

    return act


def test_a_decision_never_rests_on_a_scorecard_that_goes_at_the_same_time(committing: Flask, at_once: AtOnce) -> None:
    requisition = make_requisition()
    for _ in range(5):
        application = make_vetted(requisition)
        card = make_scorecard(application)
        entry = make_shortlist(application).entries[0]
        entry_id, card_id, digest, decider_id = entry.id, card.id, digest_of(entry), entry.shortlist.decider_id

        results = at_once([decides(entry_id, decider_id, EntryState.APPROVED, digest), withdraws(card_id)])
        stood = db.session.get_one(Scorecard, card_id).submitted_at is not None
        approved = db.session.get_one(ShortlistEntry, entry_id).state is EntryState.APPROVED
        assert approved == stood, results


def puts_forward(application_id: int, user_id: int) -> Callable[[], int]:
    def act() -> int:
        with transaction():
            application = db.session.get_one(Application, application_id)
            requisition = application.requisition
            stage = default_opens_stage(requisition)
            assert stage is not None
            return submit_shortlist(
                requisition,
                [application],
                opens_stage=stage,
                decider=deciders(requisition)[0],
                note="",
                entry_notes={},
                actor=db.session.get_one(User, user_id),
            ).id

    return act


def test_nobody_is_put_forward_twice_at_once(committing: Flask, at_once: AtOnce) -> None:
    application = make_vetted()
    recruiters = [make_user(Role.RECRUITER) for _ in range(3)]
    results = at_once([puts_forward(application.id, user.id) for user in recruiters])
    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert db.session.scalar(select(func.count(Shortlist.id))) == 1
