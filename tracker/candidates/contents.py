"""The content of files: recognised by its bytes, kept once under its digest. Nothing here reads further into a file.

What lies in a file is opened nowhere in this process; that is the business of a process that may be killed.
"""

import hashlib
import io
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from tracker.config import Settings
from tracker.core.errors import Refused
from tracker.core.signs import JOINERS, readable

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
RTF = "application/rtf"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"

#: The endings that go with a type; the first is added to a name that has none of them.
ENDINGS = {
    PDF: (".pdf",),
    DOCX: (".docx",),
    ODT: (".odt",),
    RTF: (".rtf",),
    MARKDOWN: (".md", ".markdown"),
    PLAIN: (".txt", ".text"),
}
LABELS = {PDF: "PDF", DOCX: "Word", ODT: "OpenDocument", RTF: "RTF", MARKDOWN: "Markdown", PLAIN: "Text"}
TAKEN = "PDF, Word (.docx), OpenDocument (.odt), RTF, Markdown and plain text"
#: What a browser's file dialog offers.
ACCEPT = ",".join(ending for endings in ENDINGS.values() for ending in endings)
LONGEST_NAME = 150
SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_ODT_MARK = b"mimetype" + ODT.encode()
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*(?:<\?xml|<!doctype|<html|<head|<body|<script|<svg|<!--)", re.IGNORECASE)

#: What people send by mistake, by the first bytes, and what to do about it.
KNOWN_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "This is an old Word or Excel file (.doc, .xls). Save it as .docx or PDF and try again."),
    (b"\x89PNG", "This is a picture. Save it as a PDF and try again."),
    (b"\xff\xd8\xff", "This is a picture. Save it as a PDF and try again."),
    (b"GIF8", "This is a picture. Save it as a PDF and try again."),
    (b"PK\x03\x04", "This is a zip archive or another kind of office file. Unpack it, or save it as .docx or PDF."),
    (b"MZ", "This is a program."),
    (b"\x7fELF", "This is a program."),
)


@dataclass(frozen=True)
class Content:
    """A file's content that lies in the store, and the name it goes by."""

    sha256: str
    #: In bytes.
    size: int
    media_type: str
    name: str


def recognise(data: bytes, name: str = "") -> str | None:
    """The media type of what we take, by its bytes; only Markdown and plain text are told apart by the name."""
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"{\\rtf"):
        return RTF
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    if data.strip() and _is_text(data):
        return MARKDOWN if name.lower().endswith(ENDINGS[MARKDOWN]) else PLAIN
    return None


def keep(data: bytes, name: str) -> Content:
    """Put a file into the store, before the transaction that will name it. The same content again costs nothing.

    Raises Refused when it is empty, too large, or of a kind that is not taken.
    """
    settings = _settings()
    limit = settings.upload_limit_mb
    if not data:
        raise _refused("This file is empty.")
    if len(data) > limit * 1024 * 1024:
        raise _refused(f"This file is too large: {limit} MB is the limit.")
    media_type = recognise(data, name)
    if media_type is None:
        known = next((why for mark, why in KNOWN_OTHERS if data.startswith(mark)), "")
        raise _refused(known or "This kind of file is not taken.")
    sha256 = hashlib.sha256(data).hexdigest()
    write(path_of(sha256), data)
    return Content(sha256, len(data), media_type, clean_name(name, media_type))


def path_of(sha256: str) -> Path:
    """Where content with this digest lies."""
    return _settings().files_dir / sha256[:2] / sha256[2:]


def write(path: Path, data: bytes) -> None:
    """Write `data` so that `path` never holds half of it, whatever happens; an existing file is only touched."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        # So that the sweep, which spares what is new, spares it too.
        os.utime(path)
        return
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def older_than(seconds: float, *, now: float) -> Iterator[tuple[str, Path]]:
    """Digest and path of all content in the store that was not touched for so long; left-over temporary files too.

    `now` is in seconds since the epoch, as file systems count.
    """
    for path in _settings().files_dir.glob("??/*"):
        if is_old(path, seconds, now=now):
            yield path.parent.name + path.name, path


def is_old(path: Path, seconds: float, *, now: float) -> bool:
    """Whether the file is there and was not touched for so long."""
    try:
        return now - path.stat().st_mtime > seconds
    except FileNotFoundError:
        return False


def plain_name(name: str) -> str:
    """What a file is called, without folders and invisible characters; empty when nothing is left."""
    bare = readable(re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1])
    return "".join(each for each in bare if each in JOINERS or unicodedata.category(each)[0] != "C").strip(" .")


def clean_name(name: str, media_type: str) -> str:
    """A file's name without folders and invisible characters, ending as its type does."""
    bare = plain_name(name)
    endings = ENDINGS[media_type]
    given = next((ending for ending in endings if bare.lower().endswith(ending)), None)
    stem, ending = (bare[: -len(given)], bare[-len(given) :]) if given else (bare, endings[0])
    return (stem.strip(" .")[: LONGEST_NAME - 10] or "file") + ending


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _refused(message: str) -> Refused:
    return Refused(message, needed=(f"We take {TAKEN}.",), fields={"file": f"{message} We take {TAKEN}."})


def _office(data: bytes) -> str | None:
    if data[30 : 30 + len(_ODT_MARK)] == _ODT_MARK:
        return ODT
    try:
        # Only the table of contents is read; nothing is unpacked.
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # NotImplementedError is how zipfile says that an archive asks for a newer version of the format than it reads.
        return None
    if {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names:
        return DOCX
    return None


def _is_text(data: bytes) -> bool:
    if _CONTROL.search(data):
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not _MARKUP.match(text)
    return False
