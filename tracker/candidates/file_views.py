"""Files of people over HTTP: sent in, and handed out as attachments that no browser opens by itself."""

from flask import Blueprint, current_app, make_response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.candidates import contents, files, queries
from tracker.candidates.forms import FileForm
from tracker.candidates.models import Candidate, CandidateFile, FileKind
from tracker.core.db import transaction
from tracker.core.errors import NotVisible, Refused
from tracker.core.http import see_other
from tracker.core.templating import say

bp = Blueprint("files", __name__)


@bp.get("/candidates/<int:candidate_id>/files")
@guarded("candidate.view", load=queries.candidate_or_404)
def of_candidate(candidate: Candidate) -> ResponseReturnValue:
    """The files of somebody, on a page of their own."""
    return _page(candidate, FileForm(formdata=None), 200)


@bp.post("/candidates/<int:candidate_id>/files")
@guarded("candidate.add_file", load=queries.candidate_or_404)
def upload(candidate: Candidate) -> ResponseReturnValue:
    """Take a file in. Its content is stored before the transaction that names it."""
    form = FileForm()
    sent = request.files.get("file")
    try:
        if not form.validate_on_submit():
            return _page(candidate, form, 422)
        if sent is None or not sent.filename:
            raise Refused("No file was chosen.", fields={"file": "Choose a file first."})
        content = contents.keep(sent.read(), sent.filename)
        with transaction():
            file = files.attach_content(candidate, content, actor=me(), kind=FileKind(form.kind.data))
    except Refused as refused:
        form.refuse(refused)
        return _page(candidate, form, 422)
    say(f"{file.name} is added.")
    return see_other(url_for("desk.candidate", candidate_id=candidate.id, _anchor="files"))


@bp.get("/files/<int:file_id>")
@guarded("candidate.download", load=queries.file_or_404)
def download(file: CandidateFile) -> ResponseReturnValue:
    """The file as it came, under its own name, in a sandbox, and never shown in place."""
    path = contents.path_of(file.sha256)
    if not path.exists():
        raise NotVisible("The content of this file is missing on the server. Ask your admin for the backup.")
    response = send_file(
        path, mimetype=file.content.media_type, as_attachment=True, download_name=file.name, conditional=True,
        etag=file.sha256,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/files/<int:file_id>/removal")
@guarded("candidate.remove_file", load=queries.file_or_404)
def remove(file: CandidateFile) -> ResponseReturnValue:
    """Take a file away."""
    candidate_id, name = file.candidate_id, file.name
    with transaction():
        files.remove_file(file, actor=me())
    say(f"{name} is removed.")
    return see_other(url_for("desk.candidate", candidate_id=candidate_id, _anchor="files"))


def _page(candidate: Candidate, form: FileForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "candidates/files.html",
        candidate=candidate,
        files=queries.files_of(candidate),
        file_form=form,
        limit_mb=current_app.extensions["settings"].upload_limit_mb,
    )
    return make_response(page, status)
