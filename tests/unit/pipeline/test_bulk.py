"""Many at once: what one alone would get, a few statements per chunk, refusals as results, and one undo."""

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from tests.factories.accounts import make_user
from tests.factories.pipeline import (
    fill_pipeline,
    give_to,
    make_application,
    make_open_requisition,
    make_person,
    stage_of,
)
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import CandidateTag, Tag
from tracker.candidates.tagging import tag_candidates, untag_candidates
from tracker.core import clock
from tracker.core.db import Base, db, transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.history.models import Event
from tracker.pipeline.bulk import CHUNK, MOST, start_batch, work_off
from tracker.pipeline.bulk_judging import Order
from tracker.pipeline.bulk_resume import go_on
from tracker.pipeline.bulk_undo import begin_undo, work_off_undo
from tracker.pipeline.models import (
    Application,
    ApplicationCard,
    Batch,
    BatchItem,
    BoardPulse,
    Contact,
    StageChange,
    Wait,
)
from tracker.pipeline.operations import end_application, move_application
from tracker.pipeline.states import ApplicationStatus, BatchKind, BatchOutcome, ChangeKind
from tracker.pipeline.taking_back import undo_change
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.states import RequisitionState, StageKind, TeamPart
from tracker.vetting.states import InterviewState

D, R, U, K = BatchOutcome.DONE, BatchOutcome.REFUSED, BatchOutcome.UNDONE, BatchOutcome.KEPT


@pytest.fixture
def tara(app: Flask) -> User:
    """Who does it all."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(tara: User) -> Requisition:
    """An open one."""
    return make_open_requisition(tara)


def to_stage(key: str, **rest: Any) -> Order:
    return Order(kind=BatchKind.MOVE, stage_key=key, **rest)


REJECT = Order(kind=BatchKind.REJECT, reason="skills", comment="No Kubernetes", told=True)


def run(order: Order, applications: Sequence[Application], actor: User, *, seen: dict[int, int] | None = None) -> Batch:
    people = {each.id: each.version for each in applications} | (seen or {})
    with transaction():
        batch = start_batch(token_hex(16), order, people, actor=actor)
    work_off(batch.id)
    return batch


def take_back(batch: Batch, actor: User) -> None:
    with transaction():
        begin_undo(batch.id, actor=actor)
    work_off_undo(batch.id)


def outcomes(batch: Batch) -> dict[int, tuple[BatchOutcome, str]]:
    rows = db.session.execute(
        select(BatchItem.application_id, BatchItem.outcome, BatchItem.why).where(BatchItem.batch_id == batch.id)
    )
    return {row.application_id: (row.outcome, row.why) for row in rows}


OWN = {"id", "candidate_id", "application_id", "requisition_id", "recorded_at", "batch", "at"}


def written(model: type[Base], application: Application) -> list[dict[str, Any]]:
    column = Application.id if model is Application else model.application_id  # type: ignore[attr-defined]
    rows = db.session.execute(select(*model.__table__.columns).where(column == application.id))
    return [{key: value for key, value in row._mapping.items() if key not in OWN} for row in rows]


def state_of(application: Application) -> tuple[object, ...]:
    db.session.refresh(application)
    waits = db.session.execute(
        select(Wait.reason, Wait.user_id, Wait.since, Wait.until)
        .where(Wait.application_id == application.id)
        .order_by(Wait.since)
    )
    return (
        waits.all(),
        application.stage_id,
        application.status,
        application.stage_entered_at,
        application.ended_at,
        application.end_reason,
        application.told_at,
        application.responded_at,
        application.applied_at,
        application.recruiter_id,
    )


ORDERS = {
    "move": to_stage("screening", comment="A good fit"),
    "contacted": to_stage("contacted"),
    "skip": to_stage("panel_interview", happened_at=None),
    "reject": REJECT,
    "withdraw": Order(kind=BatchKind.WITHDRAW, reason="salary"),
    "close": Order(kind=BatchKind.CLOSE, reason="no_answer", comment="Twice"),
}


@pytest.mark.parametrize("name", list(ORDERS))
def test_many_get_what_one_alone_gets(tara: User, name: str) -> None:
    order = ORDERS[name]
    with time_machine.travel(clock.now(), tick=False):
        one, many = [make_application(make_open_requisition(tara), actor=tara) for _ in range(2)]
    with time_machine.travel(clock.now(), tick=False):
        with transaction():
            if order.kind.ending is None:
                target = next(stage for stage in one.requisition.stages if stage.key == order.stage_key)
                move_application(one, target, actor=tara, expected=1, comment=order.comment)
            else:
                end_application(
                    one,
                    order.kind.ending,
                    actor=tara,
                    expected=1,
                    reason=order.reason,
                    comment=order.comment,
                    told=order.told,
                )
        batch = run(order, [many], tara)
    assert outcomes(batch) == {many.id: (D, "")}
    names = {stage.id: stage.key for each in (one, many) for stage in each.requisition.stages}
    for model in (Application, StageChange, ApplicationCard, Wait, Contact, Event):
        for left, right in zip(written(model, one), written(model, many), strict=True):
            for row in (left, right):
                for column, value in row.items():
                    if column.endswith("stage_id"):
                        row[column] = names.get(value)
                if "data" in row:
                    row["data"] = {
                        key: names.get(value) if key.endswith("stage_id") else value
                        for key, value in row["data"].items()
                        if key != "change_id"
                    }
            assert left == right, model


def test_everybody_is_judged_alone_and_refusals_are_results(tara: User, requisition: Requisition) -> None:
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    fine, moved, ended, there, silent = (
        make_application(requisition, candidate=make_person(name))
        for name in ("Ada Fine", "Ben Moved", "Cleo Ended", "Dan There", "Eve Silent")
    )
    seen = {each.id: each.version for each in (fine, moved, ended, there, silent)}
    with transaction():
        move_application(moved, stage_of(requisition, StageKind.SCREENING), actor=olga, expected=None)
        silent.candidate.do_not_contact_at = clock.now()
    with transaction():
        end_application(ended, ChangeKind.REJECT, actor=olga, expected=None, reason="skills")
        move_application(there, stage_of(requisition, StageKind.CONTACTED), actor=olga, expected=None)
    seen |= {ended.id: ended.version, there.id: there.version}
    batch = run(to_stage("contacted"), [fine, moved, ended, there, silent], tara, seen=seen)
    assert outcomes(batch) == {
        fine.id: (D, ""),
        moved.id: (R, "Olga Petrova moved Ben Moved to Screening in the meantime."),
        ended.id: (R, "The application of Cleo Ended is rejected. Reopen it first."),
        there.id: (R, "Dan There is in Contacted already."),
        silent.id: (R, "Eve Silent asked not to be contacted."),
    }
    why_at = db.session.scalar(select(BatchItem.why_at).where(BatchItem.application_id == moved.id))
    assert why_at == db.session.scalar(
        select(func.max(StageChange.recorded_at)).where(StageChange.application_id == moved.id)
    )
    assert moved.stage.kind is StageKind.SCREENING
    assert batch.finished_at is not None


def test_stages_that_ask_for_more_say_so_to_each(tara: User, requisition: Requisition) -> None:
    ada = make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.INTERVIEW)
    alone = "opens a form of its own. Move Ada Lind there by itself."
    offer_stage = run(to_stage("offer_extended"), [ada], tara)
    assert outcomes(offer_stage)[ada.id] == (R, f"Offer extended {alone}")
    shortlisted = run(to_stage("shortlisted"), [ada], tara)
    assert outcomes(shortlisted)[ada.id] == (R, f"Shortlisted {alone}")
    needed = "Put Ada Lind on a shortlist, and have it approved."
    gated = run(to_stage("preparing_offer"), [ada], tara)
    assert outcomes(gated)[ada.id] == (
        R,
        f"Preparing offer asks for an approved shortlist entry, and Ada Lind has none. {needed}",
    )
    nowhere = run(to_stage("no_such_stage"), [ada], tara)
    assert outcomes(nowhere)[ada.id] == (R, f"{requisition.number} has no such stage.")


def test_requisitions_that_are_over_or_not_yet_open_only_end_people(tara: User) -> None:
    requisition = make_open_requisition(tara)
    ada, ben = (make_application(requisition) for _ in range(2))
    with transaction():
        db.session.execute(update(Requisition).values(state=RequisitionState.FILLED, closed_at=clock.now()))
    moved = run(to_stage("screening"), [ada], tara)
    assert outcomes(moved)[ada.id][0] is R
    assert "is filled" in outcomes(moved)[ada.id][1]
    assert outcomes(run(REJECT, [ben], tara)) == {ben.id: (D, "")}


def test_one_batch_may_span_requisitions_and_does_only_what_is_allowed_in_each(tara: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    own = make_open_requisition(tara, hiring_manager=manager)
    other = make_open_requisition(tara)
    mine, theirs = make_application(own), make_application(other)
    batch = run(REJECT, [mine, theirs], manager)
    assert outcomes(batch) == {
        mine.id: (D, ""),
        theirs.id: (R, "This is for recruiters and hiring managers of the requisition and admins."),
    }
    both = run(to_stage("screening"), [make_application(own), make_application(other)], tara)
    assert {outcome for outcome, _ in outcomes(both).values()} == {D}
    pulses = {row.requisition_id: row.n for row in db.session.execute(select(*BoardPulse.__table__.columns))}
    assert pulses[own.id] > 0
    assert pulses[other.id] > 0


def test_what_hangs_on_an_application_ends_with_it_and_comes_back(tara: User, requisition: Requisition) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    ada, ben = (make_application(requisition, stage=StageKind.INTERVIEW) for _ in range(2))
    interviews = [make_interview(each) for each in (ada, ben)]
    batch = run(REJECT, [ada, ben], tara)
    assert {interview.state for interview in interviews} == {InterviewState.CANCELLED}
    assert all(each.status is ApplicationStatus.REJECTED for each in (ada, ben))
    take_back(batch, tara)
    assert {interview.state for interview in interviews} == {InterviewState.PLANNED}
    assert manager is not None


def test_a_recruiter_is_assigned_and_the_ones_before_come_back(tara: User, requisition: Requisition) -> None:
    olga, davide = make_user(Role.RECRUITER, name="Olga Petrova"), make_user(Role.RECRUITER)
    none, davides, olgas, later = (make_application(requisition) for _ in range(4))
    with transaction():
        give_to(davides, davide, actor=tara)
        give_to(olgas, olga, actor=tara)
    batch = run(Order(kind=BatchKind.ASSIGN, recruiter=olga), [none, davides, olgas, later], tara)
    assert outcomes(batch)[olgas.id] == (R, f"Olga Petrova looks after {olgas.candidate.name} already.")
    assert {each.recruiter_id for each in (none, davides, olgas, later)} == {olga.id}
    assert none.card.waits_on_user_id == olga.id
    with transaction():
        give_to(later, davide, actor=tara)
    take_back(batch, tara)
    assert (none.recruiter_id, davides.recruiter_id, olgas.recruiter_id) == (None, davide.id, olga.id)
    assert later.recruiter_id == davide.id
    found = outcomes(batch)
    assert [found[each.id][0] for each in (none, davides, olgas, later)] == [U, U, R, K]
    events = db.session.scalars(select(Event).where(Event.kind == "application.recruiter_assigned"))
    assert len(events.all()) == 2 + 3 + 1 + 2


def test_tags_are_put_on_and_only_the_new_ones_come_off(tara: User, requisition: Requisition) -> None:
    new, tagged, lost = (make_application(requisition) for _ in range(3))
    with transaction():
        tag_candidates([tagged.candidate], ["remote"], actor=tara)
    order = Order(kind=BatchKind.TAG, tags=("Remote", "berlin"))
    batch = run(order, [new, tagged, lost], tara)
    assert {outcome for outcome, _ in outcomes(batch).values()} == {D}

    def tags_of(application: Application) -> set[str]:
        rows = select(Tag.key).join(CandidateTag).where(CandidateTag.candidate_id == application.candidate_id)
        return set(db.session.scalars(rows))

    assert tags_of(new) == tags_of(tagged) == {"remote", "berlin"}
    berlin = db.session.scalars(select(Tag.id).where(Tag.key == "berlin")).one()
    with transaction():
        untag_candidates([lost.candidate], [berlin], actor=tara)
    take_back(batch, tara)
    assert (tags_of(new), tags_of(tagged), tags_of(lost)) == (set(), {"remote"}, set())


@pytest.mark.parametrize("name", list(ORDERS))
def test_undo_restores_everybody_but_those_somebody_went_on_with(
    tara: User, requisition: Requisition, name: str
) -> None:
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    people = [make_application(requisition, candidate=make_person(f"Person {n}")) for n in range(4)]
    before = [state_of(each) for each in people]
    batch = run(ORDERS[name], people, tara)
    assert all(state_of(each) != was for each, was in zip(people, before, strict=True))
    last = people[-1]
    change = db.session.scalars(
        select(StageChange).where(StageChange.application_id == last.id, StageChange.batch == batch.mark)
    ).one()
    with transaction():
        undo_change(change, actor=olga)
    with transaction():
        move_application(last, stage_of(requisition, StageKind.ASSESSMENT), actor=olga, expected=None)
    stays = state_of(last)
    take_back(batch, tara)
    assert [state_of(each) for each in people] == [*before[:3], stays]
    found = outcomes(batch)
    assert [found[each.id][0] for each in people] == [U, U, U, K]
    assert found[last.id][1] == "Olga Petrova moved Person 3 to Technical assessment in the meantime."
    assert db.session.scalars(select(Contact)).all() == []
    undos = db.session.scalars(select(StageChange).where(StageChange.kind == ChangeKind.UNDO)).all()
    assert [undo.batch for undo in undos] == [None, *[batch.mark] * 3]
    assert batch.undone_by is tara


def test_undo_has_its_time_and_happens_once(tara: User, requisition: Requisition) -> None:
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    people = [make_application(requisition) for _ in range(2)]
    with transaction():
        open_batch = start_batch(token_hex(16), REJECT, {people[1].id: 1}, actor=tara)
    with pytest.raises(Refused, match="still being worked on"), transaction():
        begin_undo(open_batch.id, actor=tara)
    batch = run(to_stage("screening"), people[:1], tara)
    with (
        time_machine.travel(clock.now() + timedelta(hours=25)),
        pytest.raises(Refused, match="24 hours"),
        transaction(),
    ):
        begin_undo(batch.id, actor=tara)
    take_back(batch, olga)
    with pytest.raises(Conflict, match="Olga Petrova took this back already"), transaction():
        begin_undo(batch.id, actor=tara)


def test_who_lost_the_right_meanwhile_takes_nothing_back(tara: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_open_requisition(tara, hiring_manager=manager)
    ada = make_application(requisition)
    batch = run(REJECT, [ada], manager)
    with transaction():
        db.session.execute(update(TeamMember).where(TeamMember.user_id == manager.id).values(part=TeamPart.INTERVIEWER))
    db.session.expire_all()
    take_back(batch, manager)
    assert outcomes(batch)[ada.id][0] is K
    assert ada.status is ApplicationStatus.REJECTED


def test_the_same_form_twice_is_one_batch(tara: User, requisition: Requisition) -> None:
    ada, ben = (make_application(requisition) for _ in range(2))
    mark = token_hex(16)
    with transaction():
        first = start_batch(mark, REJECT, {ada.id: 1}, actor=tara)
    work_off(first.id)
    with transaction():
        again = start_batch(mark, REJECT, {ada.id: 1, ben.id: 1}, actor=tara)
    work_off(again.id)
    assert again.id == first.id
    assert list(outcomes(first)) == [ada.id]
    olga = make_user(Role.RECRUITER)
    with pytest.raises(NotVisible), transaction():
        start_batch(mark, REJECT, {ben.id: 1}, actor=olga)


def test_what_says_too_little_or_too_much_is_refused(tara: User) -> None:
    for order, people, field in (
        (REJECT, {}, None),
        (REJECT, dict.fromkeys(range(MOST + 1), 1), None),
        (to_stage(""), {1: 1}, "stage"),
        (Order(kind=BatchKind.REJECT, reason="no_answer"), {1: 1}, "reason"),
        (Order(kind=BatchKind.CLOSE, reason="transferred"), {1: 1}, "reason"),
        (Order(kind=BatchKind.TAG, tags=(" ",)), {1: 1}, "tags"),
    ):
        with pytest.raises(Refused) as caught, transaction():
            start_batch(token_hex(16), order, people, actor=tara)
        assert list(caught.value.fields) == ([field] if field else [])


def test_what_was_left_in_the_middle_goes_on_by_itself(tara: User, requisition: Requisition) -> None:
    people = fill_pipeline(requisition, CHUNK + 10)
    with transaction():
        batch = start_batch(token_hex(16), REJECT, {each.id: 1 for each in people}, actor=tara)
    assert work_off(batch.id, chunks=1) is True
    assert go_on() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert go_on() == 1
        assert go_on() == 0
        assert set(db.session.scalars(select(BatchItem.outcome))) == {D}
        with transaction():
            begin_undo(batch.id, actor=tara)
        assert work_off_undo(batch.id, chunks=1) is True
    with time_machine.travel(clock.now() + timedelta(minutes=4)):
        assert go_on() == 1
        assert go_on() == 0
    assert set(db.session.scalars(select(BatchItem.outcome))) == {U}


def test_words_are_kept_with_each_change_and_not_with_the_batch(tara: User, requisition: Requisition) -> None:
    people = [make_application(requisition) for _ in range(2)]
    batch = run(REJECT, people, tara)
    assert batch.comment == ""
    comments = db.session.scalars(select(StageChange.comment).where(StageChange.batch == batch.mark))
    assert comments.all() == ["No Kubernetes"] * 2


@pytest.mark.parametrize("name", [*ORDERS, "assign", "tag"])
def test_statements_do_not_depend_on_how_many_there_are(
    tara: User, requisition: Requisition, statements: list[str], name: str
) -> None:
    order = (
        ORDERS.get(name)
        or {
            "assign": Order(kind=BatchKind.ASSIGN, recruiter=make_user(Role.RECRUITER)),
            "tag": Order(kind=BatchKind.TAG, tags=("remote",)),
        }[name]
    )
    people = fill_pipeline(requisition, 210)
    groups = [[each.id for each in group] for group in (people[:1], people[1:11], people[11:])]
    stage_id = stage_of(requisition, StageKind.IDENTIFIED).id
    db.session.execute(update(Application).values(stage_id=stage_id))
    db.session.commit()
    sent = []
    for group in groups:
        with transaction():
            batch_id = start_batch(token_hex(16), order, dict.fromkeys(group, 1), actor=tara).id
        db.session.expire_all()
        statements.clear()
        assert work_off(batch_id) is False
        done = len(statements)
        assert set(db.session.scalars(select(BatchItem.outcome).where(BatchItem.batch_id == batch_id))) == {D}
        with transaction():
            begin_undo(batch_id, actor=tara)
        db.session.expire_all()
        statements.clear()
        work_off_undo(batch_id)
        sent.append((done, len(statements)))
    # The first one makes the tag.
    assert sent[1] == sent[2]
