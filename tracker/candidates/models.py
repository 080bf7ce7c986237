"""Candidates and what is kept about them."""

from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.db import Base
from tracker.core.trying import TriedAgain
from tracker.core.types import Document, PrimaryKey, enum_type
from tracker.requisitions.models import Requisition


class FileKind(StrEnum):
    """What a file is."""

    RESUME = "resume"
    OTHER = "other"


class Candidate(Base):
    """A person; applies 0..n times."""

    __tablename__ = "candidates"

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    #: Folded (case, accents, spaces) for search and for finding duplicates; kept by candidates.operations.
    search_name: Mapped[str]
    email: Mapped[str | None]
    #: Lower case, trimmed: the identity that imports match on.
    email_key: Mapped[str | None]
    phone: Mapped[str | None]
    #: Digits with a leading + where the country is known.
    phone_key: Mapped[str | None]
    title: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    #: The person's zone, where known: for hours of overlap.
    timezone: Mapped[str] = mapped_column(default="")
    #: The folded words of place and time zone, a blank before each: what the filter by region compares.
    place_key: Mapped[str] = mapped_column(default="")
    linkedin_url: Mapped[str | None]
    github_url: Mapped[str | None]
    website_url: Mapped[str | None]
    #: Blocks every outgoing word and every import.
    do_not_contact_at: Mapped[datetime | None]
    do_not_contact_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    erased_at: Mapped[datetime | None]
    #: True for the demo organisation's people, so that they can be removed.
    demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    notes: Mapped[list["CandidateNote"]] = relationship(
        back_populates="candidate",
        order_by="CandidateNote.id.desc()",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    files: Mapped[list["CandidateFile"]] = relationship(
        back_populates="candidate",
        order_by="CandidateFile.id.desc()",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def zone(self) -> ZoneInfo | None:
        """The person's time zone, where known."""
        return ZoneInfo(self.timezone) if self.timezone else None

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(
            "uq_candidates_email_key", "email_key", unique=True,
            sqlite_where=text("email_key IS NOT NULL"), postgresql_where=text("email_key IS NOT NULL"),
        ),
        Index("ix_candidates_phone_key", "phone_key"),
        Index("ix_candidates_search_name", "search_name", postgresql_ops={"search_name": "text_pattern_ops"}),
        Index("ix_candidates_linkedin_url", "linkedin_url"),
    )  # fmt: skip


class SearchWord(Base):
    """A word by whose beginning a person is found: of the name, the company, the e-mail address.

    One plain table instead of each database's own full-text search: a beginning is a range of the primary key, so a
    search reads as many rows as it shows, on both databases alike.
    """

    __tablename__ = "candidate_search_words"

    #: By bytes on PostgreSQL too (SQLite's order anyway): only then is a beginning a range.
    word: Mapped[str] = mapped_column(String().with_variant(String(collation="C"), "postgresql"), primary_key=True)
    candidate_id: Mapped[int] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )

    __table_args__ = (
        Index("ix_candidate_search_words_candidate", "candidate_id", "word"),
        {"sqlite_with_rowid": False},
    )


class CandidateNote(Base):
    """What somebody wrote down about a person."""

    __tablename__ = "candidate_notes"

    id: Mapped[PrimaryKey]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    requisition_id: Mapped[int | None] = mapped_column(ForeignKey("requisitions.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    candidate: Mapped[Candidate] = relationship(back_populates="notes")
    author: Mapped[User | None] = relationship()

    __table_args__ = (Index("ix_candidate_notes_candidate", "candidate_id", "id"),)


class Tag(Base):
    """A word that people are sorted by: "relocation", "conference 2026". One list for the whole organisation."""

    __tablename__ = "tags"

    id: Mapped[PrimaryKey]
    #: As the first to use it wrote it.
    name: Mapped[str]
    #: Lower and upper case are one tag; kept by candidates.tagging.
    key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class CandidateTag(Base):
    """A person's tag: since when, and from whom."""

    __tablename__ = "candidate_tags"

    candidate_id: Mapped[int] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    #: None when whoever it was is not known.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    tag: Mapped[Tag] = relationship()
    by: Mapped[User | None] = relationship()

    __table_args__ = (Index("ix_candidate_tags_tag", "tag_id", "candidate_id"),)


class StoredFile(Base):
    """The content of a file, once, whoever uploaded it; the bytes lie under DATA_DIR/files by their digest."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str]
    created_at: Mapped[datetime]


class CandidateFile(Base):
    """A file of a person, under the name it came with."""

    __tablename__ = "candidate_files"

    id: Mapped[PrimaryKey]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    name: Mapped[str]
    kind: Mapped[FileKind] = mapped_column(enum_type(FileKind, "kind"), default=FileKind.RESUME)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]

    candidate: Mapped[Candidate] = relationship(back_populates="files")
    content: Mapped[StoredFile] = relationship()
    uploaded_by: Mapped[User | None] = relationship()

    @property
    def type_name(self) -> str:
        """What kind of document its name says: "PDF"; empty for a name without an ending."""
        return PurePath(self.name).suffix.removeprefix(".").upper()

    __table_args__ = (
        UniqueConstraint("candidate_id", "sha256"),
        Index("ix_candidate_files_sha256", "sha256"),
    )


class ImportState(StrEnum):
    """checked: read and reported, nothing written; running: being written; done."""

    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"


class CandidateImport(TriedAgain, Base):
    """A file that was handed over for import, and its report. The file itself is deleted two weeks later."""

    __tablename__ = "candidate_imports"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    file_name: Mapped[str]
    sha256: Mapped[str]
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState, "state"), default=ImportState.CHECKED)
    #: Which column of the file holds what, the date order and the like, as found or corrected by a person.
    mapping: Mapped[dict[str, Any]] = mapped_column(Document)
    #: Rows of the file, once writing has begun.
    rows: Mapped[int] = mapped_column(default=0)
    #: Rows of the file that were judged and, where they were fit, written; work goes on from here after a crash.
    next_row: Mapped[int] = mapped_column(default=0)
    #: When a share of the rows was written last.
    worked_at: Mapped[datetime | None]
    #: Counts by outcome. The rows themselves are read from the file again, so nothing personal lies here.
    counts: Mapped[dict[str, Any]] = mapped_column(Document)
    #: What was left out, as [line, outcome, id of the person it is or resembles].
    left_out: Mapped[list[Any]] = mapped_column(Document)
    finished_at: Mapped[datetime | None]
    #: When the file itself was deleted.
    file_deleted_at: Mapped[datetime | None]

    requisition: Mapped[Requisition] = relationship()
    created_by: Mapped[User] = relationship()

    __table_args__ = (
        CheckConstraint("(state = 'done') = (finished_at IS NOT NULL)", name="done_has_time"),
        Index("ix_candidate_imports_requisition", "requisition_id", "id"),
        Index("ix_candidate_imports_state", "state", "worked_at"),
    )
