"""Files go in by what they are, and come out as downloads that nothing opens by itself."""

import io
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates import contents
from tracker.candidates.models import Candidate
from tracker.core.db import db

RESUMES = Path(__file__).parents[2] / "data" / "resumes"


def upload(client: Client, candidate: Candidate, data: bytes, name: str) -> TestResponse:
    return client.post(f"/candidates/{candidate.id}/files", data={"file": (io.BytesIO(data), name), "kind": "resume"})


@pytest.mark.parametrize("path", sorted(RESUMES.glob("*.[!j]*")), ids=lambda path: path.name)
def test_a_resume_comes_back_as_it_went_in(client: Client, tara: User, path: Path) -> None:
    ada = make_candidate("Ada Lovelace")
    client.sign_in(tara)
    answer = upload(client, ada, path.read_bytes(), path.name)
    assert answer.status_code == 303
    assert path.name in client.get(f"/candidates/{ada.id}").text
    (file,) = ada.files
    back = client.get(f"/files/{file.id}", buffered=True)
    assert back.data == path.read_bytes()
    assert back.headers["Content-Disposition"].startswith("attachment")
    assert back.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.mimetype == file.content.media_type


def test_a_name_with_any_letters_survives(client: Client, tara: User) -> None:
    ada = make_candidate("Ada Lovelace")
    client.sign_in(tara)
    upload(client, ada, b"%PDF-1.7\n", "Résumé ‘Ada’ 魏成.pdf")
    (file,) = ada.files
    said = client.get(f"/files/{file.id}", buffered=True).headers["Content-Disposition"]
    assert "filename*=UTF-8''R%C3%A9sum%C3%A9%20%E2%80%98Ada%E2%80%99%20%E9%AD%8F%E6%88%90.pdf" in said


def test_what_is_not_taken_is_told(client: Client, tara: User, app: Flask) -> None:
    ada = make_candidate("Ada Lovelace")
    client.sign_in(tara)
    for data, name, words in (
        (b"", "cv.pdf", "empty"),
        (b"MZ\x90", "cv.pdf", "a program"),
        (b"<html><script>alert(1)</script>", "cv.pdf", "not taken"),
        (b"\xd0\xcf\x11\xe0", "cv.doc", "Save it as .docx"),
    ):
        answer = upload(client, ada, data, name)
        assert answer.status_code == 422
        assert words in answer.text
    answer = client.post(f"/candidates/{ada.id}/files", data={"kind": "resume"})
    assert (answer.status_code, "Choose a file first" in answer.text) == (422, True)
    limit = app.extensions["settings"].upload_limit_mb
    # The body as a browser sends it: the client would spool so much to a file of its own.
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="cv.pdf"\r\n\r\n%PDF-1.7\n'
    too_large = client.post(
        f"/candidates/{ada.id}/files",
        data=head + b"x" * (limit * 1024 * 1024) + b"\r\n--b--\r\n",
        content_type="multipart/form-data; boundary=b",
    )
    assert too_large.status_code == 413
    assert f"{limit} MB" in too_large.text
    assert ada.files == []


def test_files_are_for_whoever_may_see_the_person(client: Client, tara: User) -> None:
    manager, stranger = make_user(Role.HIRING_MANAGER), make_user(Role.HIRING_MANAGER)
    ada = make_candidate("Ada Lovelace")
    make_application(make_open_requisition(tara, hiring_manager=manager), candidate=ada, actor=tara)
    client.sign_in(tara)
    upload(client, ada, b"%PDF-1.7\n", "cv.pdf")
    (file,) = ada.files
    address = f"/files/{file.id}"
    for user, status in ((manager, 200), (stranger, 404)):
        client.sign_in(user)
        assert client.get(address, buffered=True).status_code == status
        assert upload(client, ada, b"%PDF-1.7\n2", "cv.pdf").status_code == (403 if status == 200 else 404)
    client.sign_in(manager)
    assert client.post(f"{address}/removal").status_code == 403
    client.sign_in(tara)
    assert client.post(f"{address}/removal").status_code == 303
    assert client.get(address).status_code == 404


def test_content_that_is_missing_is_said_to_be(client: Client, tara: User) -> None:
    ada = make_candidate("Ada Lovelace")
    client.sign_in(tara)
    upload(client, ada, b"%PDF-1.7\nlost", "cv.pdf")
    (file,) = ada.files
    contents.path_of(file.sha256).unlink()
    answer = client.get(f"/files/{file.id}")
    assert answer.status_code == 404
    assert "missing on the server" in answer.text
    db.session.refresh(ada)
