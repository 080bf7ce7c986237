"""What the history says of people: by ids and field names, never by what somebody wrote."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.history.operations import EventData


@dataclass(frozen=True, kw_only=True)
class CandidateAdded(EventData):
    """A person was added; `import_id` names the import that brought them."""

    kind: ClassVar[str] = "candidate.added"
    import_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CandidateEdited(EventData):
    """Details changed; `fields` are the names of the columns."""

    kind: ClassVar[str] = "candidate.edited"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ContactForbidden(EventData):
    """The person wants no word from us."""

    kind: ClassVar[str] = "candidate.do_not_contact"


@dataclass(frozen=True, kw_only=True)
class ContactAllowed(EventData):
    """The person may be written to again."""

    kind: ClassVar[str] = "candidate.contact_allowed"


@dataclass(frozen=True, kw_only=True)
class NoteAdded(EventData):
    """Somebody wrote a note."""

    kind: ClassVar[str] = "candidate.note_added"
    note_id: int


@dataclass(frozen=True, kw_only=True)
class NoteRemoved(EventData):
    """A note was removed."""

    kind: ClassVar[str] = "candidate.note_removed"


@dataclass(frozen=True, kw_only=True)
class FileAdded(EventData):
    """A file was added."""

    kind: ClassVar[str] = "candidate.file_added"
    file_id: int


@dataclass(frozen=True, kw_only=True)
class FileRemoved(EventData):
    """A file was removed."""

    kind: ClassVar[str] = "candidate.file_removed"


@dataclass(frozen=True, kw_only=True)
class CandidateTagged(EventData):
    """Tags were put on a person."""

    kind: ClassVar[str] = "candidate.tagged"
    tag_ids: tuple[int, ...]
    #: The mark of the bulk action that put them there.
    batch: str | None = None


@dataclass(frozen=True, kw_only=True)
class CandidateUntagged(EventData):
    """Tags were taken off a person."""

    kind: ClassVar[str] = "candidate.untagged"
    tag_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CandidateExported(EventData):
    """All that is kept about the person was handed over."""

    kind: ClassVar[str] = "candidate.exported"


@dataclass(frozen=True, kw_only=True)
class CandidateErased(EventData):
    """The person's data was erased."""

    kind: ClassVar[str] = "candidate.erased"
