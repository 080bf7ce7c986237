"""Decisions on entries: who may, what is needed, who was faster; and the gate that rests on them."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import (
    digest_of,
    items_of,
    make_decision,
    make_interview,
    make_scorecard,
    make_shortlist,
    make_vetted,
)
from tracker.accounts.models import OrganisationSettings, User
from tracker.accounts.states import DecideOwn, Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Forbidden, Refused
from tracker.core.registry import Move
from tracker.history.models import Event
from tracker.history.queries import timeline
from tracker.pipeline.hiring import hire_application
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application, move_application
from tracker.pipeline.states import ApplicationStatus, ChangeKind
from tracker.pipeline.taking_back import reopen_application, undo_change
from tracker.requisitions.operations_life import close_requisition
from tracker.requisitions.queries import stage_of_kind
from tracker.requisitions.states import Phase, StageKind
from tracker.vetting.checks import pending_on_what_is_over
from tracker.vetting.gates import guard
from tracker.vetting.models import EntryDecision, EvidenceSnapshot, ShortlistEntry, Waiver
from tracker.vetting.operations.decisions import decide_entry, take_back_waiver, waive_item
from tracker.vetting.operations.shortlists import resubmit_entry, submit_shortlist, take_back_entry
from tracker.vetting.states import ENTRY_TRANSITIONS, EntryState, InterviewState, Rating, SnapshotMoment

A, D, M, L, P = (
    EntryState.APPROVED,
    EntryState.DECLINED,
    EntryState.MORE_WANTED,
    EntryState.LAPSED,
    EntryState.PENDING,
)


@pytest.fixture
def entry(app: Flask) -> ShortlistEntry:
    """Somebody fully assessed who waits for Maya's decision."""
    recruiter = make_user(Role.RECRUITER, name="Tara Kessler")
    manager = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    application = make_vetted(requisition, name="Ingrid Solheim")
    make_scorecard(application)
    return make_shortlist(application).entries[0]


def put_forward(entry: ShortlistEntry, state: EntryState) -> None:
    """Bring a pending entry into that state."""
    if state.is_decision:
        make_decision(entry, state)
    elif state is EntryState.LAPSED:
        with transaction():
            take_back_entry(entry, actor=entry.put_forward_by, expected_round=1)


@pytest.mark.parametrize("before", list(EntryState))
@pytest.mark.parametrize("after", list(EntryState))
def test_every_transition(entry: ShortlistEntry, before: EntryState, after: EntryState) -> None:
    put_forward(entry, before)
    legal = after in ENTRY_TRANSITIONS[before]

    def attempt() -> None:
        with transaction():
            if after is EntryState.PENDING:
                resubmit_entry(entry, note="", actor=entry.put_forward_by, expected_round=entry.round)
            elif after is EntryState.LAPSED:
                take_back_entry(entry, actor=entry.put_forward_by, expected_round=entry.round)
            else:
                decide_entry(
                    entry,
                    after,
                    actor=entry.shortlist.decider,
                    expected_round=entry.round,
                    expected_digest=digest_of(entry),
                    comment="Because.",
                )

    if legal:
        attempt()
        assert entry.state is after
    else:
        with pytest.raises((Refused, Conflict)):
            attempt()
        assert entry.state is before


def test_a_decision_moves_nobody_and_keeps_what_was_known(entry: ShortlistEntry) -> None:
    stage = entry.application.stage.kind
    decision = make_decision(entry, A, comment="Yes.", preference=1)
    assert (entry.state, entry.preference, decision.own) == (A, 1, False)
    assert entry.application.stage.kind is stage
    frozen = {row.moment: row for row in db.session.scalars(select(EvidenceSnapshot))}
    assert set(frozen) == set(SnapshotMoment)
    assert frozen[SnapshotMoment.DECIDED].digest == digest_of(entry)
    said = timeline(application_id=entry.application_id)[0]
    assert f"{said.actor_name} {said.sentence}" == "Maya Lindqvist approved them for Preparing offer, as number 1"


@pytest.mark.parametrize("state", [D, M])
def test_what_somebody_has_to_act_on_says_why(entry: ShortlistEntry, state: EntryState) -> None:
    with pytest.raises(Refused) as refusal:
        make_decision(entry, state, comment=" ")
    assert "comment" in refusal.value.fields


def test_a_second_decision_names_the_first(entry: ShortlistEntry) -> None:
    make_decision(entry, D)
    with pytest.raises(Conflict) as conflict:
        make_decision(entry, A)
    assert conflict.value.message == "Maya Lindqvist declined Ingrid Solheim already."
    assert conflict.value.who == "Maya Lindqvist"
    assert conflict.value.when is not None
    assert db.session.scalars(select(EntryDecision)).one().state is D


def test_another_round_than_the_page_showed(entry: ShortlistEntry) -> None:
    make_decision(entry, M)
    with transaction():
        resubmit_entry(entry, note="Now with references.", actor=entry.put_forward_by, expected_round=1)
    assert (entry.state, entry.round, entry.note) == (P, 2, "Now with references.")
    with pytest.raises(Conflict, match="put Ingrid Solheim forward again"), transaction():
        decide_entry(
            entry,
            A,
            actor=entry.shortlist.decider,
            expected_round=1,
            expected_digest=digest_of(entry),
            comment="",
        )
    with pytest.raises(Conflict, match="put Ingrid Solheim forward again"), transaction():
        resubmit_entry(entry, note="", actor=entry.put_forward_by, expected_round=1)
    make_decision(entry, A)
    assert [each.state for each in entry.decisions] == [M, A]


def test_evidence_that_changed_since_the_page_was_shown(entry: ShortlistEntry) -> None:
    seen = digest_of(entry)
    make_scorecard(entry.application, make_user(Role.INTERVIEWER, name="Joan Okoye"), ratings=Rating.NO)
    with pytest.raises(Conflict) as conflict, transaction():
        decide_entry(entry, A, actor=entry.shortlist.decider, expected_round=1, expected_digest=seen, comment="")
    assert conflict.value.message == (
        "What is known of Ingrid Solheim changed: J. Okoye submitted a scorecard. Look again."
    )
    assert entry.state is P


def test_a_gap_is_assessed_or_waived_before_an_approval(app: Flask) -> None:
    application = make_vetted(name="Tomás Etxeberria")
    make_scorecard(
        application, ratings={key: Rating.YES for key in items_of(application.requisition) if key != "scalability"}
    )
    entry = make_shortlist(application).entries[0]
    gap = items_of(application.requisition)["scalability"]
    with pytest.raises(Refused) as refusal:
        make_decision(entry, A)
    assert refusal.value.needed == ("Scalability and Efficiency: ask for an assessment, or waive it with a reason.",)
    assert entry.state is P

    decider = entry.shortlist.decider
    with pytest.raises(Refused, match="Say why"), transaction():
        waive_item(entry, gap, reason=" ", actor=decider)
    with transaction():
        waiver = waive_item(entry, gap, reason="Small scale for now.", actor=decider)
    with pytest.raises(Conflict, match="waived Scalability and Efficiency already"), transaction():
        waive_item(entry, gap, reason="Again.", actor=decider)
    with transaction():
        take_back_waiver(waiver, actor=decider)
    assert db.session.scalars(select(Waiver)).all() == []
    with transaction():
        waive_item(entry, gap, reason="Small scale for now.", actor=decider)
    make_decision(entry, A)
    assert entry.state is A


def test_waiving_what_is_no_gap_is_refused(entry: ShortlistEntry) -> None:
    items = items_of(entry.application.requisition)
    with pytest.raises(Refused, match="has been assessed"), transaction():
        waive_item(entry, items["monitoring"], reason="Not needed.", actor=entry.shortlist.decider)
    other = items_of(make_requisition())["monitoring"]
    with pytest.raises(Refused, match="not on the checklist"), transaction():
        waive_item(entry, other, reason="Not needed.", actor=entry.shortlist.decider)


def test_gaps_do_not_hinder_what_opens_an_earlier_stage(app: Flask) -> None:
    application = make_vetted(stage=StageKind.SCREENING)
    with transaction():
        requisition = application.requisition
        assessment = stage_of_kind(requisition, StageKind.ASSESSMENT)
        assert assessment is not None
        assessment.requires_approval = True
        db.session.flush()
        entry = submit_shortlist(
            requisition,
            [application],
            opens_stage=assessment,
            decider=next(m.user for m in requisition.team_members if m.part == "hiring_manager"),
            note="",
            entry_notes={},
            actor=next(m.user for m in requisition.team_members if m.part == "recruiter"),
        ).entries[0]
    make_decision(entry, A)
    assert entry.state is A
    recruiter = entry.put_forward_by
    with transaction():
        move_application(application, assessment, actor=recruiter, expected=None)
    # It opened that stage only.
    with pytest.raises(Refused, match="Preparing offer asks for an approved"):
        move_to(application, StageKind.PREPARING_OFFER, recruiter)


def test_who_submitted_does_not_decide(entry: ShortlistEntry) -> None:
    with pytest.raises(Forbidden, match="other than whoever submitted it"):
        make_decision(entry, A, decider=entry.put_forward_by)
    with pytest.raises(Forbidden):
        make_decision(entry, A, decider=make_user(Role.HIRING_MANAGER))
    make_decision(entry, A, decider=make_user(Role.ADMIN))


def test_where_own_decisions_are_allowed_the_history_says_so(app: Flask) -> None:
    founder = make_user(Role.RECRUITER, Role.HIRING_MANAGER, Role.ADMIN, name="Femi Adeyemi")
    requisition = make_requisition(recruiter=founder, hiring_manager=founder)
    application = make_vetted(requisition)
    make_scorecard(application)
    with pytest.raises(Refused, match="Somebody else decides"):
        make_shortlist(application)
    with transaction():
        db.session.add(OrganisationSettings(id=1, decide_own=DecideOwn.OWN_ALLOWED))
    decision = make_decision(make_shortlist(application).entries[0], A)
    assert decision.own
    assert timeline(application_id=application.id)[0].sentence.endswith("(decided by the submitter)")


def test_whoever_owes_a_scorecard_submits_it_before_deciding(entry: ShortlistEntry) -> None:
    interview = make_interview(entry.application, entry.shortlist.decider)
    with pytest.raises(Refused, match="You still owe a scorecard on Ingrid Solheim"):
        make_decision(entry, A)
    make_scorecard(entry.application, entry.shortlist.decider, seat=interview.seats[0])
    make_decision(entry, A)


def test_an_order_of_preference_has_no_ties(app: Flask) -> None:
    requisition = make_requisition()
    people = [make_vetted(requisition, name=name) for name in ("Ada Lind", "Ben Roth")]
    for person in people:
        make_scorecard(person)
    first, second = make_shortlist(*people).entries
    make_decision(first, A, preference=1)
    with pytest.raises(Refused, match="Ada Lind has that place already"):
        make_decision(second, A, preference=1)
    make_decision(second, A, preference=2)


def move_to(application: Application, kind: StageKind, actor: User, *, override_reason: str = "") -> None:
    """Move somebody to the stage of that kind, as the present version."""
    with transaction():
        stage = stage_of_kind(application.requisition, kind)
        assert stage is not None
        move_application(application, stage, actor=actor, expected=None, override_reason=override_reason)


def is_gated(application: Application, kind: StageKind, actor: User) -> bool:
    """Whether this domain's own gate would refuse the move."""
    stage = stage_of_kind(application.requisition, kind)
    assert stage is not None
    return guard([Move(application, stage, actor)]) != [None]


class TestGate:
    """Entering the offer phase asks for an approved entry."""

    def test_it_opens_with_the_approval_and_says_what_is_needed_before(self, app: Flask) -> None:
        application = make_vetted(name="Ingrid Solheim")
        recruiter = make_user(Role.RECRUITER)
        for target in (StageKind.PREPARING_OFFER, StageKind.OFFER_EXTENDED):
            with pytest.raises(Refused) as refusal:
                move_to(application, target, recruiter)
            assert refusal.value.needed == ("Put Ingrid Solheim on a shortlist, and have it approved.",)
        make_scorecard(application)
        entry = make_shortlist(application).entries[0]
        with pytest.raises(Refused) as refusal:
            move_to(application, StageKind.PREPARING_OFFER, recruiter)
        assert "has not decided on the shortlist yet" in refusal.value.needed[0]
        make_decision(entry, M)
        with pytest.raises(Refused) as refusal:
            move_to(application, StageKind.PREPARING_OFFER, recruiter)
        assert "asked for more about Ingrid Solheim" in refusal.value.needed[0]
        with transaction():
            resubmit_entry(entry, note="", actor=recruiter, expected_round=1)
        make_decision(entry, A)
        move_to(application, StageKind.PREPARING_OFFER, recruiter)
        assert not is_gated(application, StageKind.OFFER_EXTENDED, recruiter)

    def test_the_latest_decided_entry_counts(self, entry: ShortlistEntry) -> None:
        recruiter = entry.put_forward_by
        make_decision(entry, A)
        again = make_shortlist(entry.application).entries[0]
        # One that waits changes nothing.
        move_to(entry.application, StageKind.PREPARING_OFFER, recruiter)
        move_to(entry.application, StageKind.INTERVIEW, recruiter)
        make_decision(again, D)
        with pytest.raises(Refused) as refusal:
            move_to(entry.application, StageKind.PREPARING_OFFER, recruiter)
        assert refusal.value.needed == ("Maya Lindqvist declined Ingrid Solheim. A new shortlist can ask again.",)

    def test_an_approval_outlives_moves_back_endings_and_undo(self, entry: ShortlistEntry) -> None:
        recruiter, application = entry.put_forward_by, entry.application
        make_decision(entry, A)
        move_to(application, StageKind.PREPARING_OFFER, recruiter)
        move_to(application, StageKind.SCREENING, recruiter)
        with transaction():
            end_application(application, ChangeKind.WITHDRAW, actor=recruiter, expected=None, reason="salary")
        with transaction():
            change = reopen_application(application, actor=recruiter, expected=None)
        with transaction():
            undo_change(change, actor=recruiter)
        with transaction():
            reopen_application(application, actor=recruiter, expected=None)
        move_to(application, StageKind.PREPARING_OFFER, recruiter)
        assert application.stage.phase is Phase.OFFER

    def test_an_admin_overrides_with_a_reason(self, app: Flask) -> None:
        application = make_vetted()
        admin, recruiter = make_user(Role.ADMIN), make_user(Role.RECRUITER)
        with pytest.raises(Refused) as refusal:
            move_to(application, StageKind.PREPARING_OFFER, admin)
        assert "override_reason" in refusal.value.fields
        with pytest.raises(Refused):
            move_to(application, StageKind.PREPARING_OFFER, recruiter, override_reason="I am in a hurry.")
        move_to(application, StageKind.PREPARING_OFFER, admin, override_reason="Agreed by phone.")
        # Going on within the phase asks nothing more.
        assert not is_gated(application, StageKind.OFFER_EXTENDED, recruiter)


class TestLapsing:
    """What waits for a decision goes with its cause."""

    def test_an_ending_lets_it_lapse_and_it_can_be_put_forward_again(self, entry: ShortlistEntry) -> None:
        recruiter, application = entry.put_forward_by, entry.application
        with transaction():
            end_application(application, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
        assert entry.state is L
        with pytest.raises(Refused, match="is rejected"), transaction():
            resubmit_entry(entry, note="", actor=recruiter, expected_round=1)
        with transaction():
            reopen_application(application, actor=recruiter, expected=None)
        with transaction():
            resubmit_entry(entry, note="", actor=recruiter, expected_round=1)
        assert (entry.state, entry.round) == (P, 2)

    def test_an_ending_taken_back_lets_it_wait_again(self, entry: ShortlistEntry) -> None:
        recruiter, application = entry.put_forward_by, entry.application
        since = entry.pending_since
        with transaction():
            change = end_application(application, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
        with transaction():
            undo_change(change, actor=recruiter)
        assert (entry.state, entry.round, entry.pending_since, entry.lapsed_at) == (P, 1, since, None)
        assert application.card.waits_on_user_id == entry.shortlist.decider_id
        assert "the shortlist entry waits again" in timeline(application_id=application.id)[1].sentence
        make_decision(entry, A)

    def test_what_was_taken_off_before_the_ending_stays_off(self, entry: ShortlistEntry) -> None:
        recruiter = entry.put_forward_by
        with transaction():
            take_back_entry(entry, actor=recruiter, expected_round=1)
        with transaction():
            change = end_application(
                entry.application, ChangeKind.CLOSE, actor=recruiter, expected=None, reason="other"
            )
        with transaction():
            undo_change(change, actor=recruiter)
        assert entry.state is L

    def test_nothing_waits_again_in_a_requisition_that_is_over(self, entry: ShortlistEntry) -> None:
        recruiter, application = entry.put_forward_by, entry.application
        with transaction():
            change = end_application(application, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
        with transaction():
            close_requisition(application.requisition, actor=recruiter, cancelled=True, reason="No budget.")
        with transaction():
            undo_change(change, actor=recruiter)
        assert (entry.state, application.status) == (L, ApplicationStatus.ACTIVE)

    def test_nobody_decides_on_somebody_who_is_hired(self, entry: ShortlistEntry) -> None:
        recruiter, application = entry.put_forward_by, entry.application
        planned = make_interview(application)
        with transaction():
            hire_application(application, actor=recruiter, happened_at=clock.now())
        assert (entry.state, planned.state) == (L, InterviewState.CANCELLED)
        assert list(pending_on_what_is_over()) == []

    def test_closing_the_requisition_ends_nobody(self, entry: ShortlistEntry) -> None:
        approved = make_vetted(entry.application.requisition)
        make_scorecard(approved)
        standing = make_shortlist(approved).entries[0]
        make_decision(standing, A)
        with transaction():
            close_requisition(
                entry.application.requisition, actor=entry.put_forward_by, cancelled=True, reason="No budget."
            )
        assert (entry.state, standing.state) == (L, A)
        assert entry.application.status is ApplicationStatus.ACTIVE
        lapsed = db.session.scalars(select(Event).where(Event.kind == "vetting.entry_lapsed")).one()
        assert lapsed.data["why"] == "requisition_closed"
