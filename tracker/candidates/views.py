"""The pages of people: the list and its search, adding, editing, notes, and who must not be contacted.

The page of one person is `desk.candidate`, because it shows what the domains above know of them.
"""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.candidates import operations, queries, tagging
from tracker.candidates.facts import clean_facts
from tracker.candidates.forms import DETAILS, BlockForm, CandidateForm, EditForm, NoteForm, TagForm
from tracker.candidates.keys import query_words
from tracker.candidates.models import Candidate, CandidateNote
from tracker.candidates.queries import Duplicate, likely_duplicates
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.templating import say

bp = Blueprint("candidates", __name__)


@bp.get("/candidates")
@guarded("candidate.search")
def index() -> ResponseReturnValue:
    """The people the reader may see: newest first, or those whom a search finds."""
    text, start = request.args.get("q", "").strip()[:200], request.args.get("from", "")
    if query_words(text):
        word, _, number = start.rpartition("~")
        last = whole_number(number)
        page = queries.search_page(me(), text, after=None if last is None else (word, last))
    else:
        page = queries.newest(me(), before=whole_number(start))
    return render_template(
        "candidates/index.html", page=page, lines=queries.lines_of(page.people, me()), text=text, start=start
    )


@bp.route("/candidates/new", methods=["GET", "POST"])
@guarded("candidate.create")
def new() -> ResponseReturnValue:
    """Add somebody, without an application yet."""
    form = CandidateForm()
    duplicates: list[Duplicate] = []
    if form.validate_on_submit():
        try:
            duplicates = likely_duplicates(form.details(), certain_only=bool(form.somebody_else.data))
            if not duplicates:
                with transaction():
                    candidate = operations.create_candidate(**form.details(), actor=me())
                say(f"{candidate.name} is added.")
                return see_other(url_for("desk.candidate", candidate_id=candidate.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template("candidates/new.html", form=form, duplicates=duplicates)
    return page, form.answer_status


@bp.post("/candidates/duplicates")
@guarded("candidate.create")
def duplicates() -> ResponseReturnValue:
    """A fragment: who is here already and like what is being typed. Posted, so that no address names people."""
    facts, _ = clean_facts({field: request.form.get(field, "") for field in DETAILS})
    found = queries.possible_duplicates(
        name=facts.name,
        email_key=facts.email_key,
        phone_key=facts.phone_key,
        linkedin_url=facts.linkedin_url,
        github_url=facts.github_url,
    )
    return render_template("candidates/_duplicates.html", duplicates=found[:5], number=request.args.get("number", ""))


@bp.route("/candidates/<int:candidate_id>/edit", methods=["GET", "POST"])
@guarded("candidate.edit", load=queries.candidate_or_404)
def edit(candidate: Candidate) -> ResponseReturnValue:
    """Change somebody's details. Whoever comes second is shown what is true now, keeping what they typed."""
    form = EditForm()
    if not form.is_submitted():
        form.show(candidate)
        form.version.data = str(candidate.version)
    elif form.validate_on_submit():
        try:
            with transaction():
                operations.update_candidate(candidate, expected_version=form.expected, actor=me(), **form.details())
            say("Saved.")
            return see_other(url_for("desk.candidate", candidate_id=candidate.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    theirs = {}
    if form.conflict:
        # Saving once more is a decision made in sight of what is true now.
        form.look_at(version=candidate.version)
        present = {name: getattr(candidate, name) or "" for name in form.details()}
        theirs = {name: now or "nothing" for name, now in present.items() if (form[name].data or "") != now}
    page = render_template("candidates/edit.html", form=form, candidate=candidate, theirs=theirs)
    return page, form.answer_status


@bp.route("/candidates/<int:candidate_id>/contact-block", methods=["GET", "POST"])
@guarded("candidate.do_not_contact", load=queries.candidate_or_404)
def block(candidate: Candidate) -> ResponseReturnValue:
    """Record that somebody wants no word from us."""
    form = BlockForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.forbid_contact(candidate, reason=form.reason.data, actor=me())
            say(f"{candidate.name} will not be contacted.")
            return see_other(url_for("desk.candidate", candidate_id=candidate.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if not form.is_submitted():
        form.reason.data = candidate.do_not_contact_reason
    page = render_template("candidates/block.html", form=form, candidate=candidate)
    return page, form.answer_status


@bp.post("/candidates/<int:candidate_id>/contact-block/removal")
@guarded("candidate.do_not_contact", load=queries.candidate_or_404)
def unblock(candidate: Candidate) -> ResponseReturnValue:
    """They may be written to again."""
    with transaction():
        operations.allow_contact(candidate, actor=me())
    say(f"{candidate.name} may be contacted again.")
    return see_other(url_for("desk.candidate", candidate_id=candidate.id))


@bp.get("/candidates/<int:candidate_id>/notes")
@guarded("candidate.read_notes", load=queries.candidate_or_404)
def notes(candidate: Candidate) -> ResponseReturnValue:
    """The notes about somebody, on a page of their own."""
    return _notes_page(candidate, NoteForm())


@bp.post("/candidates/<int:candidate_id>/notes")
@guarded("candidate.add_note", load=queries.candidate_or_404)
def add_note(candidate: Candidate) -> ResponseReturnValue:
    """Write a note."""
    form = NoteForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_note(candidate, body=form.body.data, actor=me())
            return see_other(url_for("desk.candidate", candidate_id=candidate.id, _anchor="notes"))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    return _notes_page(candidate, form)


@bp.post("/notes/<int:note_id>/removal")
@guarded("candidate.remove_note", load=queries.note_or_404)
def remove_note(note: CandidateNote) -> ResponseReturnValue:
    """Take a note away."""
    candidate_id = note.candidate_id
    with transaction():
        operations.remove_note(note, actor=me())
    say("The note is removed.")
    return see_other(url_for("desk.candidate", candidate_id=candidate_id, _anchor="notes"))


@bp.get("/candidates/<int:candidate_id>/tags")
@guarded("candidate.read_tags", load=queries.candidate_or_404)
def tags(candidate: Candidate) -> ResponseReturnValue:
    """The tags of somebody, on a page of their own."""
    return _tags_page(candidate, TagForm(formdata=None))


@bp.post("/candidates/<int:candidate_id>/tags")
@guarded("candidate.tag", load=queries.candidate_or_404)
def add_tags(candidate: Candidate) -> ResponseReturnValue:
    """Put tags on somebody."""
    form = TagForm()
    if form.validate_on_submit():
        try:
            with transaction():
                tagging.tag_candidates([candidate], tagging.split_names(form.tags.data), actor=me())
            return see_other(url_for("desk.candidate", candidate_id=candidate.id, _anchor="tags"))
        except Refused as refused:
            form.refuse(refused)
    return _tags_page(candidate, form)


@bp.post("/candidates/<int:candidate_id>/tags/<int:tag_id>/removal")
@guarded("candidate.tag", load=queries.candidate_or_404)
def remove_tag(candidate: Candidate, tag_id: int) -> ResponseReturnValue:
    """Take a tag off somebody; nothing happens when they do not have it any more."""
    with transaction():
        tagging.untag_candidates([candidate], [tag_id], actor=me())
    return see_other(url_for("desk.candidate", candidate_id=candidate.id, _anchor="tags"))


def _tags_page(candidate: Candidate, form: TagForm) -> ResponseReturnValue:
    page = render_template(
        "candidates/tags.html",
        candidate=candidate,
        tags=queries.tags_of(candidate.id),
        known_tags=queries.tags_in_use(),
        tag_form=form,
    )
    return make_response(page, form.answer_status)


def _notes_page(candidate: Candidate, form: NoteForm) -> ResponseReturnValue:
    page = render_template(
        "candidates/notes.html", candidate=candidate, notes=queries.notes_of(candidate, reader=me()), note_form=form
    )
    return make_response(page, form.answer_status)
