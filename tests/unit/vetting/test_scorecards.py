"""Scorecards: drafts, submitted for good, withdrawn while no decision rests on them."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.vetting import items_of, make_decision, make_interview, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Forbidden, Refused
from tracker.core.registry import get_registry
from tracker.history.queries import timeline
from tracker.pipeline.models import Application
from tracker.vetting.checks import decided_without_decision, decisions_without_snapshot, pending_on_what_is_over
from tracker.vetting.evidence import evidence_of
from tracker.vetting.models import InterviewSeat, Scorecard
from tracker.vetting.operations.scorecards import (
    Given,
    discard_draft,
    save_scorecard,
    submit_scorecard,
    withdraw_scorecard,
)
from tracker.vetting.states import EntryState, Rating, Recommendation


@pytest.fixture
def application(app: Flask) -> Application:
    """Somebody in Panel interview."""
    return make_vetted(name="Rahel Tesfaye")


@pytest.fixture
def joan(app: Flask) -> User:
    """Who assesses."""
    return make_user(Role.INTERVIEWER, name="Joan Okoye")


def save(
    application: Application,
    joan: User,
    *,
    submit: bool = False,
    seat: InterviewSeat | None = None,
    card: Scorecard | None = None,
    expected: int | None = None,
    recommendation: Recommendation | None = None,
    **ratings: Rating,
) -> Scorecard:
    """Save or submit with ratings by key."""
    with transaction():
        items = items_of(application.requisition)
        act = submit_scorecard if submit else save_scorecard
        return act(
            application,
            seat=seat,
            card=card,
            ratings={items[key].id: Given(rating, " Seen. ") for key, rating in ratings.items()},
            recommendation=recommendation,
            summary="",
            actor=db.session.get_one(User, joan.id),
            expected=expected,
        )


def test_a_draft_grows_into_a_submitted_card(application: Application, joan: User) -> None:
    seat = make_interview(application, joan).seats[0]
    draft = save(application, joan, seat=seat, monitoring=Rating.YES)
    assert draft.submitted_at is None
    assert evidence_of(application).verdict_count == 0
    again = save(application, joan, seat=seat, expected=draft.version, monitoring=Rating.MIXED, ci_cd_ml=Rating.NO)
    assert again.id == draft.id
    assert {row.item.key: (row.rating, row.evidence) for row in again.ratings} == {
        "monitoring": (Rating.MIXED, "Seen."),
        "ci_cd_ml": (Rating.NO, "Seen."),
    }
    card = save(application, joan, seat=seat, submit=True, recommendation=Recommendation.NO, monitoring=Rating.MIXED)
    assert card.submitted_at is not None
    assert timeline(application_id=application.id)[0].sentence == "submitted a scorecard"
    with pytest.raises(Refused, match="You have submitted this scorecard"):
        save(application, joan, seat=seat, monitoring=Rating.YES)


def test_what_is_missing_is_named(application: Application, joan: User) -> None:
    with pytest.raises(Refused) as refusal:
        save(application, joan, submit=True, monitoring=Rating.NOT_ASSESSED)
    assert set(refusal.value.fields) == {"recommendation", "ratings"}
    assert db.session.query(Scorecard).count() == 0


def test_a_draft_changed_in_another_window_is_told(application: Application, joan: User) -> None:
    draft = save(application, joan, monitoring=Rating.YES)
    seen = draft.version
    save(application, joan, card=draft, expected=seen, recommendation=Recommendation.YES)
    with pytest.raises(Conflict):
        save(application, joan, card=draft, expected=seen, recommendation=Recommendation.NO)


def test_nobody_writes_for_somebody_else(application: Application, joan: User) -> None:
    petr = make_user(Role.INTERVIEWER)
    seat = make_interview(application, joan).seats[0]
    with pytest.raises(Forbidden):
        save(application, petr, seat=seat, monitoring=Rating.YES)
    draft = save(application, joan, seat=seat, monitoring=Rating.YES)
    with pytest.raises(Forbidden):
        save(application, petr, card=draft, monitoring=Rating.NO)
    with pytest.raises(Forbidden), transaction():
        discard_draft(draft, actor=petr)
    with transaction():
        discard_draft(draft, actor=joan)
    assert db.session.query(Scorecard).count() == 0


def test_skills_of_another_requisition_are_refused(application: Application, joan: User) -> None:
    other = items_of(make_vetted().requisition)["monitoring"]
    with pytest.raises(Refused, match="not on the checklist"), transaction():
        save_scorecard(
            application, seat=None, ratings={other.id: Given(Rating.YES)}, recommendation=None, summary="", actor=joan
        )


def test_it_is_taken_back_until_a_decision_rests_on_it(application: Application, joan: User) -> None:
    card = make_scorecard(application, joan)
    with transaction():
        withdraw_scorecard(card, actor=joan)
    assert (card.submitted_at, application.card.must_haves_assessed) == (None, 0)
    with pytest.raises(Refused, match="draft already"), transaction():
        withdraw_scorecard(card, actor=joan)
    save(application, joan, card=card, submit=True, recommendation=Recommendation.YES, monitoring=Rating.YES)
    entry = make_shortlist(application).entries[0]
    make_decision(entry, EntryState.DECLINED)
    with pytest.raises(Refused, match="decided with this scorecard at hand"), transaction():
        withdraw_scorecard(card, actor=joan)
    later = make_scorecard(application)
    with transaction():
        withdraw_scorecard(later, actor=later.assessor)
    assert later.submitted_at is None


def test_an_erasure_leaves_no_words(application: Application, joan: User) -> None:
    make_interview(application, joan)
    make_scorecard(application, summary="Her words, in short.")
    entry = make_shortlist(application, notes=["A note on her."]).entries[0]
    make_decision(entry, EntryState.DECLINED, comment="A comment on her.")
    tables = {
        name: entry
        for name, entry in get_registry().personal_data.items()
        if name in {"scorecards", "scorecard_ratings", "shortlist_entries", "entry_decisions", "evidence_snapshots"}
    }
    assert len(tables) == 5
    before = {name: str(entry.export(application.candidate_id)) for name, entry in tables.items()}
    assert "Her words, in short." in before["scorecards"]
    assert "As we saw." in before["scorecard_ratings"]
    assert "A note on her." in before["shortlist_entries"]
    assert "A comment on her." in before["entry_decisions"]
    assert "As we saw." in before["evidence_snapshots"]
    with transaction():
        for entry_ in tables.values():
            entry_.erase(application.candidate_id)
    after = "".join(str(entry.export(application.candidate_id)) for entry in tables.values())
    assert not [word for word in ("Her words", "As we saw", "on her") if word in after]


def test_the_checks_of_verify_find_nothing_and_what_is_wrong(application: Application) -> None:
    make_scorecard(application)
    entry = make_shortlist(application).entries[0]
    make_decision(entry, EntryState.APPROVED)
    checks = (decided_without_decision, decisions_without_snapshot, pending_on_what_is_over)
    assert [list(check()) for check in checks] == [[], [], []]
    with transaction():
        entry.state = EntryState.DECLINED
    assert list(decided_without_decision()) == [f"Shortlist entry {entry.id} is decided without a decision."]
