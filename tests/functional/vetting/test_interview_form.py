"""The form that plans an interview."""

import pytest

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_vetted
from tracker.accounts.states import Role
from tracker.requisitions.states import StageKind


@pytest.mark.parametrize(
    ("stage", "title"),
    [
        (StageKind.APPLIED, "Interview"),
        (StageKind.SCREENING, "Screening"),
        (StageKind.INTERVIEW, "Panel interview"),
        (StageKind.SHORTLISTED, "Interview"),
    ],
)
def test_it_is_called_after_a_stage_in_which_one_is_held(client: Client, stage: StageKind, title: str) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_vetted(make_requisition(recruiter=recruiter), stage=stage)
    client.sign_in(recruiter)
    form = client.get(f"/applications/{application.id}/interviews/new").text
    assert f'name="title" required type="text" value="{title}"' in form
