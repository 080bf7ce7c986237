"""A file is handed over, checked, corrected, confirmed; and whoever has no business there is kept out."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateImport, ImportState
from tracker.core.db import db, transaction
from tracker.pipeline import import_files, imports
from tracker.pipeline.commands import candidates
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RequisitionState

DATA = Path(__file__).parents[2] / "data" / "import"
MESSY = DATA / "candidates-messy.csv"


@pytest.fixture
def hand_over(client: Client, tara: User, requisition: Requisition) -> Callable[[bytes], TestResponse]:
    client.sign_in(tara)

    def send(data: bytes) -> TestResponse:
        address = f"/requisitions/{requisition.number}/imports"
        return client.post(address, data={"file": (io.BytesIO(data), "people.csv")})

    return send


def seen(page: str) -> str:
    return page.split('name="seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def people() -> int:
    return db.session.scalar(select(func.count(Candidate.id))) or 0


def test_from_the_file_to_the_board(
    client: Client, requisition: Requisition, hand_over: Callable[[bytes], TestResponse]
) -> None:
    assert client.get(f"/requisitions/{requisition.number}/imports/new").status_code == 200
    answer = hand_over(MESSY.read_bytes())
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert people() == 0
    assert "Import 75 people" in page
    assert "“two@@example.com” is no e-mail address." in page
    assert "The same person as line 2: name and phone number are the same." in page
    done = client.post(f"{answer.location}/confirmation", data={"seen": seen(page)})
    assert done.location == answer.location
    page = client.get(done.location).text
    assert "75 people imported" in page
    assert people() == 75
    assert "This may be" not in page
    assert client.post(f"{answer.location}/confirmation", data={"seen": "old"}).status_code == 303
    assert people() == 75


def test_the_lines_left_out_can_be_mended_and_handed_over_again(
    client: Client, hand_over: Callable[[bytes], TestResponse]
) -> None:
    address = hand_over(MESSY.read_bytes()).location
    download = client.get(f"{address}/left-out.csv")
    assert download.mimetype == "text/csv"
    assert download.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(download.text.removeprefix("\ufeff"))))
    assert rows[0][:5] == ["Line", "What is wrong", "How to mend it", "Name", "Email"]
    assert len(rows) == 1 + 45
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "\t", "-2+3", "+cmd"))]
    client.post(f"{address}/confirmation", data={"seen": seen(client.get(address).text)})
    again = client.get(f"{address}/left-out.csv")
    assert again.text == download.text
    one = next(row for row in rows if row[4] == "two@@example.com")
    one[4] = "two@example.com"
    mended = io.StringIO()
    csv.writer(mended).writerows([rows[0], one])
    second = hand_over(mended.getvalue().encode()).location
    assert "Import 1 person" in client.get(second).text


def test_columns_can_be_corrected(client: Client, hand_over: Callable[[bytes], TestResponse]) -> None:
    address = hand_over(b"Wer,Wo,Email\nAda Lovelace,London,ada@example.org\n").location
    page = client.get(address).text
    assert "No column holds the names" in page
    assert "Import 1" not in page
    form = {
        "encoding": "utf-8", "delimiter": ",", "date_order": "dmy", "decimal": ".", "name_order": "given_first",
        "currency": "", "stage": "", "mended": "y", "seen": seen(page),
    }  # fmt: skip
    twice = client.post(f"{address}/mapping", data={**form, "column": ["name", "name", "email"]})
    assert twice.status_code == 422
    assert "Two columns are said to hold “Full name”" in twice.text
    assert client.post(f"{address}/mapping", data={**form, "column": ["name", "location", "email"]}).status_code == 303
    late = client.post(f"{address}/mapping", data={**form, "column": ["location", "name", "email"]})
    assert late.status_code == 409
    page = client.get(address).text
    assert client.post(f"{address}/confirmation", data={"seen": form["seen"]}).status_code == 409
    client.post(f"{address}/confirmation", data={"seen": seen(page)})
    ada = db.session.scalars(select(Candidate)).one()
    assert (ada.name, ada.location) == ("Ada Lovelace", "London")


def test_another_encoding_makes_other_columns(client: Client, hand_over: Callable[[bytes], TestResponse]) -> None:
    address = hand_over("Name;E-Mail\nMłynarska, Zofia;z@example.org\n".encode("cp1250")).location
    page = client.get(address).text
    form = {
        "encoding": "cp1250", "delimiter": ";", "date_order": "dmy", "decimal": ".", "name_order": "given_first",
        "currency": "", "stage": "", "mended": "y", "seen": seen(page), "column": ["-", "-"],
    }  # fmt: skip
    assert client.post(f"{address}/mapping", data=form).status_code == 303
    page = client.get(address).text
    assert "Młynarska" in page
    wrong = client.post(f"{address}/mapping", data={**form, "encoding": "utf-8", "seen": seen(page)})
    assert wrong.status_code == 422
    assert "choose another encoding" in wrong.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (bytes(range(256)) * 20, "no text file"),
        (b"a@b.example,x\n1,2\n", "first line"),
    ],
)
def test_what_is_no_table_of_people_is_told(
    client: Client, hand_over: Callable[[bytes], TestResponse], data: bytes, words: str
) -> None:
    answer = hand_over(data)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(func.count(CandidateImport.id))) == 0


def test_a_file_that_is_only_checked_can_be_discarded(
    client: Client, hand_over: Callable[[bytes], TestResponse]
) -> None:
    address = hand_over(b"Name,Email\nAda,a.unique.file@example.org\n").location
    (imported,) = db.session.scalars(select(CandidateImport))
    path = import_files.path_of(imported.sha256)
    assert path.exists()
    assert client.post(f"{address}/discarding").status_code == 303
    assert client.get(address).status_code == 404
    assert not path.exists()


def test_only_those_who_work_on_the_requisition_get_there(
    client: Client, tara: User, hand_over: Callable[[bytes], TestResponse], requisition: Requisition
) -> None:
    address = hand_over(b"Name,Email\nAda,ada@example.org\n").location
    manager, stranger, admin = make_user(Role.HIRING_MANAGER), make_user(Role.INTERVIEWER), make_user(Role.ADMIN)
    own = make_open_requisition(tara, hiring_manager=manager)
    with transaction():
        imported = db.session.scalars(select(CandidateImport)).one()
        imported.requisition_id = own.id
    for user, status in ((manager, 403), (stranger, 404), (admin, 200)):
        client.sign_in(user)
        assert client.get(address).status_code == status
        assert client.get(f"{address}/left-out.csv").status_code == status
        confirmed = client.post(f"{address}/confirmation", data={"seen": "?"})
        assert confirmed.status_code == (409 if status == 200 else status)
    assert people() == 0


def test_nobody_comes_into_a_requisition_that_is_not_open(client: Client, tara: User) -> None:
    draft = make_open_requisition(tara, state=RequisitionState.DRAFT)
    client.sign_in(tara)
    sent = {"file": (io.BytesIO(b"Name,Email\nAda,ada@example.org\n"), "people.csv")}
    answer = client.post(f"/requisitions/{draft.number}/imports", data=sent)
    assert answer.status_code == 422
    assert "not open yet" in answer.text


def test_an_import_that_is_being_written_says_how_far_it_is(
    client: Client, hand_over: Callable[[bytes], TestResponse]
) -> None:
    address = hand_over(b"Name,Email\nAda,ada@example.org\nBen,ben@example.org\n").location
    with transaction():
        imported = db.session.scalars(select(CandidateImport)).one()
        imported.state, imported.rows, imported.next_row = ImportState.RUNNING, 2, 1
    page = client.get(address).text
    assert "1 of 2" in page
    fragment = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert client.post(f"{address}/confirmation").status_code == 303
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert [candidate.name for candidate in db.session.scalars(select(Candidate))] == ["Ben"]


def test_statements_do_not_depend_on_the_lines(
    client: Client, hand_over: Callable[[bytes], TestResponse], statements: list[str]
) -> None:
    used = []
    for count in (2, 150):
        rows = "".join(f"P{count} {number},p{count}.{number}@example.org\n" for number in range(count))
        address = hand_over(f"Name,Email\n{rows}".encode()).location
        statements.clear()
        assert client.get(address).status_code == 200
        used.append(len(statements))
        mark = seen(client.get(address).text)
        statements.clear()
        client.post(f"{address}/confirmation", data={"seen": mark})
        used.append(len(statements))
    assert used[0] == used[2]
    assert used[3] - used[1] <= 2


@pytest.mark.parametrize("arguments", [["--dry-run"], []])
def test_the_console_says_what_would_happen(app: Flask, requisition: Requisition, arguments: list[str]) -> None:
    result = app.test_cli_runner().invoke(
        candidates, ["import", str(MESSY), "--requisition", requisition.number, *arguments]
    )
    assert result.exit_code == 0, result.output
    assert "75  new" in result.output
    assert "line 20: “two@@example.com” is no e-mail address." in result.output
    assert "Nobody was written." in result.output
    assert people() == 0


def test_the_console_imports_in_the_recruiters_name(app: Flask, requisition: Requisition, tara: User) -> None:
    result = app.test_cli_runner().invoke(
        candidates, ["import", str(MESSY), "--requisition", requisition.number, "--confirm"]
    )
    assert result.exit_code == 0, result.output
    assert people() == 75
    assert db.session.scalars(select(CandidateImport.created_by_id)).one() == tara.id
    assert db.session.scalar(select(func.count(Application.id))) == 75
    assert imports.Settled.of(db.session.scalars(select(CandidateImport)).one()).mended
