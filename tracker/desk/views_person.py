"""The candidate's page, and the search of the top bar."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import can, guarded, me
from tracker.candidates.models import Candidate, FileKind
from tracker.candidates.queries import candidate_or_404, files_of, notes_of, tags_in_use, tags_of
from tracker.core.http import see_other, wants_fragment
from tracker.core.paging import whole_number
from tracker.desk.blueprint import bp
from tracker.desk.finding import find
from tracker.desk.person import LATEST_NOTES, load_beside, load_person
from tracker.offers.queries import offers_by_application
from tracker.pipeline.models import Application
from tracker.pipeline.queries import application_or_404
from tracker.vetting.overviews import application_panel

#: The mark of each kind of event; of others the mark of what they are about.
ICONS = {
    "application.started": "user-plus",
    "application.moved": "arrow-right",
    "application.ended": "circle-x",
    "application.reopened": "refresh",
    "application.hired": "circle-check",
    "application.unhired": "arrow-back-up",
    "application.change_undone": "arrow-back-up",
    "application.contact": "message",
    "application.wait_set": "hourglass",
    "application.wait_lifted": "hourglass",
    "vetting.scorecard_submitted": "clipboard-check",
    "vetting.scorecard_withdrawn": "clipboard-list",
    "vetting.entry_submitted": "list-check",
    "vetting.entry_decided": "gavel",
    "vetting.entry_lapsed": "list-check",
    "vetting.entry_restored": "list-check",
    "candidate.note_added": "note",
    "candidate.file_added": "paperclip",
    "candidate.tagged": "tag",
    "candidate.untagged": "tag",
    "hire.recorded": "circle-check",
    "hire.undone": "arrow-back-up",
}
TOPICS = {
    "application": "briefcase",
    "approval": "gavel",
    "candidate": "user",
    "offer": "signature",
    "vetting": "calendar-event",
}


def mark_of(kind: str) -> str:
    """The icon beside a line of history."""
    return ICONS.get(kind) or TOPICS.get(kind.partition(".")[0], "circle-dashed")


@bp.get("/candidates/<int:candidate_id>")
@guarded("candidate.view", load=candidate_or_404)
def candidate(candidate: Candidate) -> ResponseReturnValue:
    """One person: who they are, where they are considered, what happened."""
    reader = me()
    words = can(reader, "candidate.read_notes", candidate)
    before = whole_number(request.args.get("before"))
    person = load_person(candidate, reader, before=before, reads_words=words)
    return render_template(
        "desk/candidate.html",
        candidate=candidate,
        person=person,
        files=files_of(candidate),
        notes=notes_of(candidate, reader=reader) if words else (),
        tags=tags_of(candidate.id) if can(reader, "candidate.read_tags", candidate) else (),
        known_tags=tags_in_use() if can(reader, "candidate.tag", candidate) else (),
        before=before,
        offers=offers_by_application([each.application.id for each in person.applications]),
        vetting=application_panel([each.application for each in person.applications], reader),
        mark_of=mark_of,
    )


@bp.get("/applications/<int:application_id>/panel")
@guarded("application.view", load=application_or_404)
def beside(application: Application) -> ResponseReturnValue:
    """One application beside the board: a fragment for its script. Anybody else is led to the person's page."""
    if not wants_fragment():
        return see_other(
            url_for("desk.candidate", candidate_id=application.candidate_id, _anchor=f"application-{application.id}")
        )
    reader, candidate = me(), application.candidate
    words = can(reader, "candidate.read_notes", candidate)
    notes = notes_of(candidate, reader=reader) if words else ()
    return render_template(
        "desk/beside.html",
        candidate=candidate,
        shown=load_beside(application, reader, reads_words=words),
        files=sorted(files_of(candidate), key=lambda file: file.kind is not FileKind.RESUME),
        notes=notes[:LATEST_NOTES],
        further_notes=max(0, len(notes) - LATEST_NOTES),
        offers=offers_by_application([application.id]),
        vetting=application_panel([application], reader),
        mark_of=mark_of,
    )


@bp.get("/search")
@guarded("candidate.search")
def search() -> ResponseReturnValue:
    """People and requisitions whose words match."""
    text = " ".join(request.args.get("q", "").split())[:100]
    return render_template("desk/search.html", text=text, found=find(text, me()))
