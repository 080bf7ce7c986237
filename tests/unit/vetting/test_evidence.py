"""What is known of an application, who may read it, and how a change of it is told."""

from datetime import timedelta

from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.vetting import (
    digest_of,
    items_of,
    make_interview,
    make_scorecard,
    make_shortlist,
    make_vetted,
)
from tracker.accounts.states import Role
from tracker.candidates.models import CandidateFile, StoredFile
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.vetting.evidence import evidence_of, for_reader, frozen_for_reader, owes_scorecard
from tracker.vetting.facts import what_is_new
from tracker.vetting.operations.interviews import cancel_interview
from tracker.vetting.operations.scorecards import withdraw_scorecard
from tracker.vetting.queries import snapshots_of
from tracker.vetting.snapshots import freeze, thaw
from tracker.vetting.states import Rating, Recommendation, SnapshotMoment


def test_a_must_have_is_a_gap_until_somebody_assesses_it(app: Flask) -> None:
    application = make_vetted()
    assert [gap.title for gap in evidence_of(application).gaps] == [
        item.title for item in items_of(application.requisition).values()
    ]
    make_scorecard(application, ratings={"ci_cd_ml": Rating.NO, "monitoring": Rating.NOT_ASSESSED})
    evidence = evidence_of(application)
    # A "no" is an assessment; "not assessed" is none.
    titles = {gap.title for gap in evidence.gaps}
    assert "CI/CD for ML" not in titles
    assert "Monitoring and Alerting" in titles
    assert (evidence.must_haves_assessed, evidence.must_haves) == (1, 6)


def test_drafts_and_removed_skills_are_no_evidence(app: Flask) -> None:
    application = make_vetted()
    card = make_scorecard(application)
    with transaction():
        items_of(application.requisition)["collaboration"].removed_at = clock.now()
        withdraw_scorecard(card, actor=card.assessor)
    evidence = evidence_of(application)
    assert evidence.verdicts == ()
    assert (evidence.must_haves_assessed, evidence.must_haves) == (0, 5)


def test_whoever_owes_a_scorecard_sees_counts_only(app: Flask) -> None:
    application = make_vetted()
    assessor = make_user(Role.INTERVIEWER)
    make_scorecard(application, ratings=Rating.STRONG_YES, summary="Hire at once.")
    assert not for_reader(assessor, [application])[application.id].withheld

    interview = make_interview(application, assessor)
    seen = for_reader(assessor, [application])[application.id]
    assert seen.withheld
    assert seen.verdicts == ()
    assert all(item.judgements == () and item.assessed_by == 1 for item in seen.items)
    assert (seen.verdict_count, seen.must_haves_assessed, seen.gaps) == (1, 6, ())
    assert not for_reader(make_user(Role.RECRUITER), [application])[application.id].withheld

    make_scorecard(application, assessor, seat=interview.seats[0], ratings=Rating.MIXED)
    seen = for_reader(assessor, [application])[application.id]
    assert not seen.withheld
    assert {judgement.rating for judgement in seen.items[0].judgements} == {Rating.STRONG_YES, Rating.MIXED}


def test_ones_own_ratings_stay_visible_while_another_card_is_owed(app: Flask) -> None:
    application = make_vetted()
    assessor = make_user(Role.INTERVIEWER)
    make_scorecard(application, assessor)
    make_scorecard(application)
    make_interview(application, assessor)
    seen = for_reader(assessor, [application])[application.id]
    assert seen.withheld
    assert [len(item.judgements) for item in seen.items] == [1] * 6
    assert [verdict.assessor_id for verdict in seen.verdicts] == [assessor.id]


def test_nothing_is_owed_without_a_due_date_or_on_a_cancelled_interview(app: Flask) -> None:
    application = make_vetted()
    guest, assessor = make_user(Role.INTERVIEWER), make_user(Role.INTERVIEWER)
    recruiter = make_user(Role.RECRUITER)
    make_interview(application, guest, due_in=None)
    interview = make_interview(application, assessor)
    assert owes_scorecard(guest, [application.id]) == set()
    assert owes_scorecard(assessor, [application.id]) == {application.id}
    with transaction():
        cancel_interview(interview, reason="Double booked.", actor=recruiter)
    assert owes_scorecard(assessor, [application.id]) == set()


def test_snapshots_keep_what_was_known_and_the_independence(app: Flask) -> None:
    application = make_vetted()
    with transaction():
        application.salary_wish, application.salary_currency = 92000, "EUR"
        application.competing_deadline = clock.now() + timedelta(days=3)
        file = StoredFile(sha256="a" * 64, size=1, media_type="application/pdf", created_at=clock.now())
        db.session.add_all(
            [
                file,
                CandidateFile(
                    candidate_id=application.candidate_id,
                    sha256=file.sha256,
                    name="resume.pdf",
                    uploaded_at=clock.now(),
                ),
            ]
        )
    make_scorecard(application, ratings={"ci_cd_ml": (Rating.STRONG_YES, "Moved 14 models.")})
    shortlist = make_shortlist(application)
    known = evidence_of(application)
    assert thaw(application.id, freeze(known)) == known

    make_scorecard(application)
    snapshots = snapshots_of(shortlist.entries, SnapshotMoment.SUBMITTED)
    reader, assessor = make_user(Role.RECRUITER), make_user(Role.INTERVIEWER)
    make_interview(application, assessor)
    _row, frozen = frozen_for_reader(reader, snapshots)[application.id]
    assert frozen == known
    _row, withheld = frozen_for_reader(assessor, snapshots)[application.id]
    assert withheld.verdicts == ()


def test_a_difference_of_digests_says_what_is_new(app: Flask) -> None:
    application = make_vetted()
    assessor = make_user(Role.INTERVIEWER, name="Joan Okoye")
    card = make_scorecard(application, assessor, ratings={"ci_cd_ml": Rating.YES})
    shortlist = make_shortlist(application)
    seen = digest_of(shortlist.entries[0])
    assert what_is_new(seen, evidence_of(application)) == ()

    make_scorecard(application, make_user(Role.INTERVIEWER, name="Petr Novák"), ratings={"monitoring": Rating.NO})
    with transaction():
        withdraw_scorecard(card, actor=card.assessor)
        application.salary_wish = 99000
        application.notice = "3 months"
        items_of(application.requisition)["scalability"].title = "Scale"
        items_of(application.requisition)["collaboration"].removed_at = clock.now()
    assert set(what_is_new(seen, evidence_of(application))) == {
        "A scorecard was withdrawn.",
        "P. Novák submitted a scorecard.",
        "The salary wish changed.",
        "The notice period changed.",
        "Scale changed on the checklist.",
        "A skill left the checklist.",
    }


def test_the_number_of_statements_does_not_grow_with_the_people(app: Flask, statements: list[str]) -> None:
    first = make_vetted()
    make_scorecard(first, recommendation=Recommendation.STRONG_YES)
    reader = make_user(Role.RECRUITER)
    _ = (reader.id, first.requisition_id)
    statements.clear()
    for_reader(reader, [first])
    for_one = len(statements)
    people = [first, *(make_vetted(first.requisition) for _ in range(4))]
    for person in people[1:]:
        make_scorecard(person)
    make_shortlist(*people)
    _ = [reader.id, *(person.requisition_id for person in people)]
    statements.clear()
    assert len(for_reader(reader, people)) == 5
    assert len(statements) == for_one
