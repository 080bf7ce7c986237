"""A person's data over HTTP: what is kept, all of it as an archive, and erasing it."""

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.candidates import privacy
from tracker.candidates.forms import EraseForm
from tracker.candidates.models import Candidate
from tracker.candidates.queries import candidate_or_404
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.templating import say

bp = Blueprint("privacy", __name__)

#: Where the name of a table would not tell what lies in it.
WORDS = {
    "candidates": "Name and contact details",
    "candidate_notes": "Notes",
    "candidate_files": "Files",
    "candidate_tags": "Tags",
    "set_waits": "Waits that were noted",
    "scorecard_ratings": "Ratings",
    "evidence_snapshots": "What was known at decisions",
    "outbox_messages": "Mail to them",
    "approvals": "Decisions on offers",
    "offer_versions": "Versions of offers",
}


@bp.get("/candidates/<int:candidate_id>/personal-data")
@guarded("candidate.personal_data", load=candidate_or_404)
def show(candidate: Candidate) -> ResponseReturnValue:
    """What is kept about somebody, and what can be done with it."""
    return _page(candidate, EraseForm(formdata=None))


@bp.post("/candidates/<int:candidate_id>/exports")
@guarded("candidate.export", load=candidate_or_404)
def export(candidate: Candidate) -> ResponseReturnValue:
    """Everything that is kept about somebody, as an archive; the history says that it was handed over."""
    with transaction():
        privacy.note_export(candidate, actor=me())
    answer = make_response(privacy.archive_of(candidate))
    answer.mimetype = "application/zip"
    # No name: it would stand in the downloads of whoever shares the screen.
    answer.headers.set("Content-Disposition", "attachment", filename=f"person-{candidate.id}.zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/candidates/<int:candidate_id>/erasure")
@guarded("candidate.erase", load=candidate_or_404)
def erase(candidate: Candidate) -> ResponseReturnValue:
    """Erase somebody's data for good."""
    form = EraseForm()
    if form.validate():
        try:
            with transaction():
                privacy.erase_person(candidate, expected=whole_number(form.version.data) or 0, actor=me())
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say("The person’s data are erased.")
            return see_other(url_for("desk.candidate", candidate_id=candidate.id))
    return _page(candidate, form)


def _page(candidate: Candidate, form: EraseForm) -> ResponseReturnValue:
    form.look_at(version=candidate.version)
    kept = {_words(table): len(rows) for table, rows in privacy.kept_of(candidate).items()}
    page = render_template("candidates/personal_data.html", candidate=candidate, kept=kept, form=form)
    return page, form.answer_status


def _words(table: str) -> str:
    """A table as people speak of what lies in it."""
    return WORDS.get(table, table.replace("_", " ").capitalize())
