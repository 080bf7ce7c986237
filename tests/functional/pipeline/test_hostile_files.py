"""Files and cells that nobody writes by hand: NUL, 40,000 characters, names of folders. Nothing fails."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateFile
from tracker.core import ticks
from tracker.core.db import db
from tracker.requisitions.models import Requisition

LONG = "x" * 40_000


@pytest.fixture
def tara(app: Flask) -> User:
    return make_user(Role.RECRUITER)


@pytest.fixture
def requisition(tara: User) -> Requisition:
    return make_open_requisition(tara)


def import_of(client: Client, requisition: Requisition, data: bytes) -> str:
    """Hand the file over and confirm it; what the page of the import says in the end."""
    sent = client.post(
        f"/requisitions/{requisition.number}/imports", data={"file": (io.BytesIO(data), "people\x00\u202e.csv")}
    )
    assert sent.status_code in {303, 422}, sent.text
    if sent.status_code == 422:
        return sent.text
    address = sent.headers["Location"]
    ticks.run("pipeline.imports")
    shown = client.get(address)
    assert shown.status_code == 200
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', shown.text)
    if found is None:
        return shown.text
    confirmed = client.post(f"{address}/confirmation", data={"seen": found[1]})
    assert confirmed.status_code in {303, 422}, confirmed.text
    ticks.run("pipeline.imports")
    after = client.get(address)
    assert after.status_code == 200
    return after.text


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Ada\x00 Lind", None),
        ("\x00", None),
        (LONG, None),
        (f"Ada {LONG}", None),
        ("Ada\u202e Lind", None),
        ("Ada\x07 Lind", "Ada Lind"),
        ('"Ada ""the"" Lind"', 'Ada "the" Lind'),
    ],
    ids=["nul", "nul alone", "long", "long tail", "override", "bell", "quotes"],
)
def test_whatever_stands_in_a_cell_no_import_fails(
    client: Client, tara: User, requisition: Requisition, cell: str, kept: str | None
) -> None:
    client.sign_in(tara)
    rows = f"Name,E-mail,Company\r\n{cell},ada@example.org,Northwind\r\nNoor Haddad,noor@example.org,Tiffin\r\n"
    import_of(client, requisition, rows.encode())
    names = set(db.session.scalars(select(Candidate.name)))
    assert all("\x00" not in name and len(name) <= 200 for name in names)
    if kept is not None:
        assert kept in names
    assert "Noor Haddad" in names


def test_every_cell_may_be_too_long_or_hold_nul(client: Client, tara: User, requisition: Requisition) -> None:
    client.sign_in(tara)
    columns = ["Name", "E-mail", "Phone", "Company", "Title", "Location", "LinkedIn", "Source", "Salary", "Applied"]
    hostile = ",".join([LONG, "\x00", *[f"a\x00{LONG}"] * (len(columns) - 2)])
    data = f"{','.join(columns)}\r\n{hostile}\r\n{','.join(['Ada Lind', 'ada@example.org', *[''] * 8])}\r\n"
    import_of(client, requisition, data.encode())
    assert "Ada Lind" in set(db.session.scalars(select(Candidate.name)))


@pytest.mark.parametrize(
    "data", [b"\x00" * 1000, b"\xff\xfe\x00", b"", b"\x00,\x00\r\n\x00,\x00", ("," * 40_000).encode()]
)
def test_what_is_no_table_is_told_so(client: Client, tara: User, requisition: Requisition, data: bytes) -> None:
    client.sign_in(tara)
    assert import_of(client, requisition, data)
    assert list(db.session.scalars(select(Candidate))) == []


@pytest.mark.parametrize(
    "name",
    [
        "resume\x00.pdf.txt",
        f"{LONG}.txt",
        "../../etc/passwd.txt",
        "..\\..\\boot.txt",
        "\u202etxt.exe",
        ".txt",
        "\r\nX: y.txt",
    ],
    ids=["nul", "long", "folders", "other folders", "override", "no stem", "line break"],
)
def test_whatever_a_file_is_called_it_goes_in_and_comes_out(client: Client, tara: User, name: str) -> None:
    candidate = make_candidate("Ada Lind")
    client.sign_in(tara)
    sent = {"file": (io.BytesIO(b"Plain words about Ada."), name), "kind": "other"}
    answer = client.post(f"/candidates/{candidate.id}/files", data=sent)
    assert answer.status_code in {303, 422}, answer.text
    for file in db.session.scalars(select(CandidateFile)):
        assert len(file.name) <= 200
        assert not re.search(r"[\x00-\x1f\u202e/\\]", file.name)
        back = client.get(f"/files/{file.id}", buffered=True)
        assert (back.status_code, back.data) == (200, b"Plain words about Ada.")
        assert back.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/candidates/{candidate.id}").status_code == 200
