"""How the events of people read."""

from tracker.candidates import events
from tracker.candidates.models import Candidate
from tracker.core.db import db
from tracker.core.templating import listing, plural
from tracker.history import sentences
from tracker.history.models import Event

_FIELDS = {
    "name": "name",
    "email": "e-mail",
    "phone": "phone",
    "title": "job title",
    "company": "company",
    "location": "place",
    "timezone": "time zone",
    "linkedin_url": "LinkedIn address",
    "github_url": "GitHub address",
    "website_url": "website",
}


def register() -> None:
    """Say how each kind reads."""
    people = {"candidate_id": Candidate}
    sentences.add(events.CandidateAdded.kind, _added, refers_to=people)
    sentences.add(events.CandidateEdited.kind, _edited, refers_to=people)
    sentences.add(events.ContactForbidden.kind, _forbidden, refers_to=people)
    sentences.add(events.ContactAllowed.kind, _allowed, refers_to=people)
    sentences.add(events.NoteAdded.kind, _note_added, refers_to=people)
    sentences.add(events.NoteRemoved.kind, _note_removed, refers_to=people)
    sentences.add(events.FileAdded.kind, _file_added, refers_to=people)
    sentences.add(events.FileRemoved.kind, _file_removed, refers_to=people)
    sentences.add(events.CandidateTagged.kind, _tagged, refers_to=people)
    sentences.add(events.CandidateUntagged.kind, _untagged, refers_to=people)
    sentences.add(events.CandidateExported.kind, _exported)
    sentences.add(events.CandidateErased.kind, _erased)


def _name(event: Event) -> str:
    candidate = db.session.get(Candidate, event.candidate_id) if event.candidate_id is not None else None
    return candidate.name if candidate else "somebody"


def _added(event: Event) -> str:
    how = " by an import" if event.data.get("import_id") else ""
    return f"added {_name(event)}{how}"


def _edited(event: Event) -> str:
    return f"changed {listing(_FIELDS.get(field, field) for field in event.data['fields'])} of {_name(event)}"


def _forbidden(event: Event) -> str:
    return f"recorded that {_name(event)} wants no contact"


def _allowed(event: Event) -> str:
    return f"recorded that {_name(event)} may be contacted again"


def _note_added(event: Event) -> str:
    return f"wrote a note about {_name(event)}"


def _note_removed(event: Event) -> str:
    return f"removed a note about {_name(event)}"


def _file_added(event: Event) -> str:
    return f"added a file to {_name(event)}"


def _file_removed(event: Event) -> str:
    return f"removed a file from {_name(event)}"


def _tagged(event: Event) -> str:
    # Which ones is not said: a tag may hold a judgement, and interviewers read the history too.
    return f"put {_tags(event)} on {_name(event)}"


def _untagged(event: Event) -> str:
    return f"took {_tags(event)} off {_name(event)}"


def _tags(event: Event) -> str:
    count = len(event.data["tag_ids"])
    return "a tag" if count == 1 else plural(count, "tag")


def _exported(_event: Event) -> str:
    return "exported the person’s data"


def _erased(_event: Event) -> str:
    return "erased the person’s data"
