"""Content is recognised by its bytes, kept once, and never half."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.states import Role
from tracker.candidates import contents, files
from tracker.candidates.models import CandidateFile, StoredFile
from tracker.core.db import db, transaction
from tracker.core.errors import Refused

RESUMES = Path(__file__).parents[2] / "data" / "resumes"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


@pytest.mark.parametrize(
    "path", sorted(path for path in RESUMES.iterdir() if path.suffix != ".json"), ids=lambda p: p.name
)
def test_every_resume_is_recognised(path: Path) -> None:
    media_type = contents.recognise(path.read_bytes(), path.name)
    assert media_type is not None
    assert path.suffix in contents.ENDINGS[media_type]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "cv.pdf"),
        (b"   ", "cv.txt"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "cv.pdf"),
        (b"  <svg onload=alert(1)>", "cv.txt"),
        (b"MZ\x90\x00\x03", "cv.pdf"),
        (b"\x89PNG\r\n\x1a\n", "cv.pdf"),
        (zipped("evil.exe"), "cv.docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "cv.docx"),
        (zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "cv.docx"),
        (b"PK\x03\x04 broken", "cv.docx"),
        (b"text with \x00 zero", "cv.txt"),
    ],
)
def test_what_is_not_taken_is_refused_whatever_its_name(app: Flask, data: bytes, name: str) -> None:
    assert contents.recognise(data, name) is None
    with pytest.raises(Refused) as refused:
        contents.keep(data, name)
    assert "file" in refused.value.fields


def test_a_file_over_the_limit_is_refused(app: Flask) -> None:
    limit = app.extensions["settings"].upload_limit_mb
    with pytest.raises(Refused, match=f"{limit} MB is the limit"):
        contents.keep(PDF + b"x" * limit * 1024 * 1024, "cv.pdf")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Résumé Ada.pdf", "Résumé Ada.pdf"),
        ("CV.PDF", "CV.PDF"),
        ("cv.exe", "cv.exe.pdf"),
        ("..\\..\\windows\\cv.pdf", "cv.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("fdp.\u202efdp.exe", "fdp.fdp.exe.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("", "file.pdf"),
        (" . ", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 140 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert contents.clean_name(name, contents.PDF) == clean


@given(st.text(max_size=400))
def test_any_name_becomes_a_name(name: str) -> None:
    clean = contents.clean_name(name, contents.PDF)
    assert clean.lower().endswith(".pdf")
    assert len(clean) <= contents.LONGEST_NAME
    assert not set(clean) & set("/\\\r\n\x00")


def test_the_same_content_lies_there_once(app: Flask) -> None:
    first = contents.keep(PDF, "a.pdf")
    second = contents.keep(PDF, "b.pdf")
    assert first.sha256 == second.sha256
    path = contents.path_of(first.sha256)
    assert path.read_bytes() == PDF
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o077 == 0


def test_files_come_and_go_and_their_content_is_swept_later(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    ada, ben = make_candidate("Ada"), make_candidate("Ben")
    data = PDF + b"% of Ada and Ben"
    with transaction():
        hers = files.attach_file(ada, data=data, name="ada.pdf", actor=tara)
        his = files.attach_file(ben, data=data, name="ben.pdf", actor=tara)
        assert files.attach_file(ada, data=data, name="again.pdf", actor=tara).id == hers.id
    path = contents.path_of(hers.sha256)
    with transaction():
        files.remove_file(hers, actor=tara)
    os.utime(path, (1, 1))
    files.sweep()
    assert path.exists()
    with transaction():
        files.remove_file(db.session.get_one(CandidateFile, his.id), actor=tara)
    os.utime(path)
    files.sweep()
    assert path.exists(), "what was touched a moment ago may be in the middle of an upload"
    os.utime(path, (1, 1))
    assert files.sweep() == 1
    assert not path.exists()
    assert db.session.get(StoredFile, his.sha256) is None
