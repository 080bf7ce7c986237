"""The names behind a summary's ids, looked up in a constant number of statements when it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.queries import names_of
from tracker.candidates.models import Candidate
from tracker.core.db import db
from tracker.pipeline.models import Application
from tracker.pipeline.policy import visible_applications, visible_pipelines
from tracker.requisitions.models import Requisition, Stage
from tracker.summaries.facts import SummaryFacts, WaitKind
from tracker.vetting.models import Interview, InterviewSeat, Shortlist, ShortlistEntry

NOBODY = "somebody whose data was erased"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name, with the page that shows them ("" where there is none any more)."""

    name: str
    path: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that the words need, by id."""

    reader_id: int
    requisitions: Mapping[int, Requisition]
    #: The requisitions, and the people, that the reader may see today.
    visible: Collection[int]
    known: frozenset[int]
    applications: Mapping[int, Application]
    stages: Mapping[int, str]
    stage_keys: Mapping[tuple[int, str], str]
    users: Mapping[int, str]
    interviews: Mapping[int, str]
    #: The interview of a seat.
    seats: Mapping[int, int]

    @classmethod
    def open(cls, facts: SummaryFacts, reader: User) -> Book:
        """Look up all names of the summary."""
        requisition_ids = {one.requisition_id for one in facts.requisitions}
        requisition_ids |= {one.requisition_id for one in facts.waiting}
        requisitions = db.session.scalars(select(Requisition).where(Requisition.id.in_(requisition_ids)))
        visible = db.session.scalars(
            select(Requisition.id).where(Requisition.id.in_(requisition_ids), visible_pipelines(reader))
        )
        known = db.session.scalars(
            select(Application.id).where(Application.id.in_(_application_ids(facts)), visible_applications(reader))
        )
        # Whoever is asked to decide compares the people of that shortlist, on the hiring team or not.
        asked = db.session.scalars(
            select(ShortlistEntry.application_id)
            .join(ShortlistEntry.shortlist)
            .where(
                Shortlist.id.in_([one.subject_id for one in facts.waiting if one.kind is WaitKind.DECISION]),
                Shortlist.decider_id == reader.id,
            )
        )
        applications = db.session.scalars(
            select(Application)
            .where(Application.id.in_(_application_ids(facts)))
            .options(joinedload(Application.candidate), joinedload(Application.stage))
        )
        stages = db.session.execute(
            select(Stage.id, Stage.requisition_id, Stage.key, Stage.name).where(
                Stage.requisition_id.in_(requisition_ids)
            )
        ).all()
        holders = {stuck.user_id for one in facts.requisitions for stuck in one.stuck if stuck.user_id is not None}
        seat_ids = [one.subject_id for one in facts.waiting if one.kind is WaitKind.SCORECARD]
        seats = db.session.execute(
            select(InterviewSeat.id, InterviewSeat.interview_id).where(InterviewSeat.id.in_(seat_ids))
        ).all()
        interview_ids = {coming.interview_id for one in facts.requisitions for coming in one.coming}
        interviews = db.session.execute(
            select(Interview.id, Interview.title).where(
                Interview.id.in_(interview_ids | {seat.interview_id for seat in seats})
            )
        )
        return cls(
            reader_id=reader.id,
            requisitions={row.id: row for row in requisitions},
            visible=frozenset(visible),
            known=frozenset(known) | frozenset(asked),
            applications={row.id: row for row in applications},
            stages={row.id: row.name for row in stages},
            stage_keys={(row.requisition_id, row.key): row.name for row in stages},
            users=names_of(holders),
            interviews={row.id: row.title for row in interviews},
            seats={row.id: row.interview_id for row in seats},
        )

    def person(self, application_id: int) -> Person:
        """Somebody by their application; without a name where there is none any more."""
        application = self.applications.get(application_id)
        if application is None:
            return Person(NOBODY, "")
        candidate: Candidate = application.candidate
        if candidate.erased_at is not None:
            return Person(NOBODY, "")
        return Person(candidate.name, f"/candidates/{candidate.id}")

    def place(self, requisition_id: int) -> str:
        """ "MLOPS-3, Berlin platform"."""
        requisition = self.requisitions.get(requisition_id)
        return f"{requisition.number}, {requisition.title}" if requisition else "A requisition that is gone"

    def stage_of(self, application_id: int) -> str:
        """The stage in which somebody is now."""
        application = self.applications.get(application_id)
        return application.stage.name if application else ""


def _application_ids(facts: SummaryFacts) -> set[int]:
    ids = {application_id for one in facts.waiting for application_id in one.application_ids}
    for one in facts.requisitions:
        ids.update(each.application_id for each in one.moved)
        ids.update(each.application_id for each in one.stuck)
        ids.update(each.application_id for each in one.offers)
        ids.update(each.application_id for each in one.coming)
        ids.update(each.application_id for each in one.figures.hired)
    return ids
