"""The home page: each reader's own pipelines, and nothing of what they may not see."""

from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.offers import make_hire
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.metrics.operations import compute_missing
from tracker.requisitions.states import StageKind


def test_who_only_interviews_sees_neither_pipelines_nor_whom_they_hired(app: Flask, client: Client) -> None:
    recruiter, manager, assessor = (
        make_user(Role.RECRUITER),
        make_user(Role.HIRING_MANAGER, Role.INTERVIEWER),
        make_user(Role.INTERVIEWER),
    )
    requisition = make_requisition(
        recruiter=recruiter, hiring_manager=manager, interviewers=[assessor], openings=2, title="Edge devices"
    )
    person = make_candidate("Ada Lind", email="ada@example.org")
    application = make_application(requisition, candidate=person, stage=StageKind.SHORTLISTED, actor=recruiter)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    make_hire(application, recruiter=recruiter, hiring_manager=manager)
    compute_missing()
    for reader, sees in ((recruiter, True), (manager, True), (assessor, False)):
        client.sign_in(reader)
        page = client.get("/").text
        assert ("Ada Lind" in page) is sees
        assert ("Edge devices" in page) is sees
        assert ("people in the pipeline" in page) is sees
