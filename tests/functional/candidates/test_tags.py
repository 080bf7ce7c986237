"""Tags on somebody's page: whoever keeps the records puts them there, and who only interviews does not see them."""

import pytest

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.queries import tags_of


def test_tags_are_added_suggested_and_removed(client: Client, tara: User) -> None:
    ada, ben = make_candidate("Ada Lovelace"), make_candidate("Ben Other")
    client.sign_in(tara)
    for _ in range(2):
        answer = client.post(f"/candidates/{ada.id}/tags", data={"tags": "Relocation, <b>bold</b>"})
        assert (answer.status_code, answer.location) == (303, f"/candidates/{ada.id}#tags")
    page = client.get(f"/candidates/{ada.id}").text
    assert "<span>Relocation</span>" in page
    assert "<span>&lt;b&gt;bold&lt;/b&gt;</span>" in page
    assert "put 2 tags on Ada Lovelace" in page
    assert '<option value="Relocation">' in client.get(f"/candidates/{ben.id}").text
    tag_id = tags_of(ada.id)[1].tag_id
    for _ in range(2):
        assert client.post(f"/candidates/{ada.id}/tags/{tag_id}/removal").status_code == 303
    assert [left.tag.name for left in tags_of(ada.id)] == ["<b>bold</b>"]
    assert client.post(f"/candidates/{ada.id}/tags/{2**40}/removal").status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Write a tag first."), (" , ;", "Write a tag first."), ("y" * 40_000, "40 characters at most")],
)
def test_what_cannot_be_a_tag_comes_back_with_a_word(client: Client, tara: User, typed: str, said: str) -> None:
    ada = make_candidate()
    client.sign_in(tara)
    answer = client.post(f"/candidates/{ada.id}/tags", data={"tags": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert typed.strip() in answer.text
    assert tags_of(ada.id) == []


def test_nul_is_no_part_of_a_tag(client: Client, tara: User) -> None:
    ada = make_candidate()
    client.sign_in(tara)
    client.post(f"/candidates/{ada.id}/tags", data={"tags": "on\x00site"})
    assert [each.tag.name for each in tags_of(ada.id)] == ["on site"]


def test_interviewers_see_no_tags_and_managers_change_none(client: Client, tara: User) -> None:
    manager, interviewer = make_user(Role.HIRING_MANAGER), make_user(Role.INTERVIEWER)
    application = make_application(make_open_requisition(tara, hiring_manager=manager), actor=tara)
    make_interview(application, interviewer, actor=tara)
    person = application.candidate_id
    client.sign_in(tara)
    client.post(f"/candidates/{person}/tags", data={"tags": "doubtful"})
    for reader, sees, expected in ((manager, True, 403), (interviewer, False, 403), (make_user(), False, 404)):
        client.sign_in(reader)
        assert ("doubtful" in client.get(f"/candidates/{person}").text) is sees
        assert client.post(f"/candidates/{person}/tags", data={"tags": "more"}).status_code == expected
        assert client.get(f"/candidates/{person}/tags").status_code == (200 if sees else expected)
