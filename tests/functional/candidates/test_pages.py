"""People are listed, found, added and edited by whoever keeps their records."""

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.candidates.operations import update_candidate
from tracker.core.db import db, transaction


def test_the_list_shows_the_newest_and_their_applications(client: Client, tara: User) -> None:
    client.sign_in(tara)
    assert "No candidates yet" in client.get("/candidates").text
    ada = make_candidate("Ada Lovelace", title="Analyst", company="Engine & Co")
    application = make_application(make_open_requisition(tara), candidate=ada, actor=tara)
    page = client.get("/candidates").text
    assert "Ada Lovelace" in page
    assert "Analyst, Engine &amp; Co" in page
    assert application.requisition.number in page


def test_a_search_folds_accents_and_keeps_its_words(client: Client, tara: User) -> None:
    make_candidate("Jindřiška Malý", company="Vistula Bank")
    client.sign_in(tara)
    page = client.get("/candidates?q=maly+vist").text
    assert "Jindřiška Malý" in page
    assert 'value="maly vist"' in page
    assert "Nobody found for “xyz”" in client.get("/candidates?q=xyz").text
    assert client.get("/candidates?q=maly&from=~~").status_code == 200


def test_pages_lead_on(client: Client, tara: User) -> None:
    for number in range(52):
        make_candidate(f"Karl Number{number}")
    client.sign_in(tara)
    for first in ("/candidates", "/candidates?q=karl"):
        page = client.get(first).text
        assert page.count('class="goes"') == 50
        following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        assert client.get(following).text.count('class="goes"') == 2


def test_the_number_of_statements_does_not_depend_on_the_people(
    client: Client, tara: User, statements: list[str]
) -> None:
    requisition = make_open_requisition(tara)
    client.sign_in(tara)
    used = []
    for more in (2, 10):
        for number in range(more):
            make_application(requisition, candidate=make_candidate(f"Karl {more} {number}"), actor=tara)
        for address in ("/candidates", "/candidates?q=karl"):
            statements.clear()
            assert client.get(address).status_code == 200
            used.append(len(statements))
    assert used[:2] == used[2:]
    assert max(used) <= 12


def test_others_see_only_who_is_theirs(client: Client, tara: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_open_requisition(tara, hiring_manager=manager)
    make_application(requisition, candidate=make_candidate("Ada Lovelace"), actor=tara)
    other = make_candidate("Ben Other")
    client.sign_in(manager)
    assert "Ada Lovelace" in client.get("/candidates").text
    assert "Ben Other" not in client.get("/candidates").text
    assert "Ben Other" not in client.get("/candidates?q=ben").text
    assert client.get(f"/candidates/{other.id}/files").status_code == 404
    assert client.get("/candidates/new").status_code == 403


def test_somebody_is_added(client: Client, tara: User) -> None:
    client.sign_in(tara)
    assert client.get("/candidates/new").status_code == 200
    answer = client.post("/candidates/new", data={"name": "Ada Lovelace", "email": "ada@example.org"})
    ada = db.session.query(Candidate).one()
    assert (answer.status_code, answer.location) == (303, f"/candidates/{ada.id}")
    page = client.get(answer.location).text
    assert "ada@example.org" in page


def test_what_cannot_be_used_is_said_beside_its_field(client: Client, tara: User) -> None:
    client.sign_in(tara)
    answer = client.post("/candidates/new", data={"name": " ", "email": "two@@example.com", "company": "Kept Ltd"})
    assert answer.status_code == 422
    assert "Give a name." in answer.text
    assert "Kept Ltd" in answer.text
    answer = client.post("/candidates/new", data={"name": "Ada", "email": "two@@example.com"})
    assert "Give an address like name@example.com" in answer.text
    assert db.session.query(Candidate).count() == 0


def test_who_is_here_already_is_named(client: Client, tara: User) -> None:
    ada = make_candidate("Ada Lovelace", email="ada@example.org")
    client.sign_in(tara)
    same = client.post("/candidates/new", data={"name": "A. L.", "email": "ADA@example.org", "somebody_else": "y"})
    assert same.status_code == 422
    assert f'href="/candidates/{ada.id}"' in same.text
    alike = client.post("/candidates/new", data={"name": "Ada Lovelace", "email": "ada.king@example.org"})
    assert alike.status_code == 422
    assert "the name is the same" in alike.text
    sure = {"name": "Ada Lovelace", "email": "ada.king@example.org", "somebody_else": "y"}
    assert client.post("/candidates/new", data=sure).status_code == 303


def test_likenesses_show_while_typing(client: Client, tara: User) -> None:
    make_candidate("Ada Lovelace", email="ada@example.org", phone="+44 20 7946 0239")
    client.sign_in(tara)
    like = client.post("/candidates/duplicates", data={"phone": "+442079460239"}).text
    assert "phone number is the same" in like
    assert "here already" in client.post("/candidates/duplicates?number=MLE-1", data={"email": "ada@example.org"}).text
    assert client.post("/candidates/duplicates", data={"name": "Ben"}).text.strip() == ""


def test_an_edit_in_time_is_saved_and_one_too_late_is_told(client: Client, tara: User) -> None:
    lukas = make_user(Role.RECRUITER, name="Lukas Brandt")
    ada = make_candidate("Ada Lovelace", email="ada@example.org")
    address, version = f"/candidates/{ada.id}/edit", ada.version
    client.sign_in(tara)
    assert 'value="ada@example.org"' in client.get(address).text
    with transaction():
        update_candidate(ada, expected_version=version, actor=lukas, company="Engine & Co")
    mine = {"name": "Ada King", "email": "ada@example.org", "version": str(version)}
    late = client.post(address, data=mine)
    assert late.status_code == 409
    assert "Lukas Brandt changed Ada Lovelace while you were editing" in late.text
    assert "Engine &amp; Co" in late.text
    assert 'value="Ada King"' in late.text
    db.session.refresh(ada)
    assert ada.name == "Ada Lovelace"
    again = client.post(address, data={**mine, "company": "Engine & Co", "version": str(ada.version)})
    assert again.status_code == 303
    db.session.refresh(ada)
    assert (ada.name, ada.company) == ("Ada King", "Engine & Co")


def test_no_contact_needs_a_reason_and_shows(client: Client, tara: User) -> None:
    ada = make_candidate("Ada Lovelace")
    client.sign_in(tara)
    assert client.post(f"/candidates/{ada.id}/contact-block", data={"reason": " "}).status_code == 422
    assert client.post(f"/candidates/{ada.id}/contact-block", data={"reason": "Asked by phone"}).status_code == 303
    assert "Asked by phone" in client.get(f"/candidates/{ada.id}").text
    assert "no contact" in client.get("/candidates").text
    assert client.post(f"/candidates/{ada.id}/contact-block/removal").status_code == 303
    db.session.refresh(ada)
    assert ada.do_not_contact_at is None


def test_notes_are_read_by_those_who_decide_and_removed_by_their_author(client: Client, tara: User) -> None:
    manager, interviewer = make_user(Role.HIRING_MANAGER), make_user(Role.INTERVIEWER)
    requisition = make_open_requisition(tara, hiring_manager=manager)
    ada = make_candidate("Ada Lovelace")
    make_application(requisition, candidate=ada, actor=tara)
    client.sign_in(tara)
    assert client.post(f"/candidates/{ada.id}/notes", data={"body": ""}).status_code == 422
    assert client.post(f"/candidates/{ada.id}/notes", data={"body": "Knows <b>Kubeflow</b>"}).status_code == 303
    (note,) = ada.notes
    client.sign_in(manager)
    assert "Knows &lt;b&gt;Kubeflow&lt;/b&gt;" in client.get(f"/candidates/{ada.id}").text
    assert client.post(f"/notes/{note.id}/removal").status_code == 403
    client.sign_in(interviewer)
    assert client.get(f"/candidates/{ada.id}/notes").status_code == 404
    client.sign_in(tara)
    assert client.post(f"/notes/{note.id}/removal").status_code == 303
    assert "Kubeflow" not in client.get(f"/candidates/{ada.id}").text
