"""The pages of imports: a file is handed over, checked and corrected, confirmed, and reported on."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.candidates.columns import FIELDS
from tracker.candidates.models import CandidateImport, ImportState
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.downloads import csv_response
from tracker.core.errors import NotVisible, Refused
from tracker.core.http import see_other, wants_fragment
from tracker.core.templating import plural, say
from tracker.pipeline import import_files, import_work, imports
from tracker.pipeline.import_forms import SettledForm, UploadForm, field_by_column
from tracker.pipeline.import_report import lines_left_out, lines_mended, lines_of_done, table_to_mend
from tracker.pipeline.import_rows import LABELS, Outcome
from tracker.pipeline.imports import Settled
from tracker.pipeline.queries import enterable_stages, import_or_404, imports_of
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import requisition_or_404

bp = Blueprint("imports", __name__)

#: Lines that a page shows; the download has all of them.
MOST_LINES = 100
SAMPLES = 3


@bp.get("/requisitions/<number>/imports/new")
@guarded("pipeline.work", load=requisition_or_404)
def new(requisition: Requisition) -> ResponseReturnValue:
    """Hand a file over, beside those that were."""
    return _new_page(requisition, UploadForm(formdata=None), 200)


@bp.post("/requisitions/<number>/imports")
@guarded("pipeline.work", load=requisition_or_404)
def create(requisition: Requisition) -> ResponseReturnValue:
    """Check a file. Nobody is written."""
    form = UploadForm()
    sent = request.files.get("file")
    try:
        if not form.validate_on_submit() or sent is None or not sent.filename:
            raise Refused("No file was chosen.", fields={"file": "Choose a CSV file first."})
        data = sent.read()
        settled = imports.read_file(data)
        sha256 = import_files.keep(data)
        with transaction():
            imported = imports.create_import(
                requisition, sha256=sha256, file_name=sent.filename, settled=settled, actor=me()
            )
    except Refused as refused:
        form.refuse(refused)
        return _new_page(requisition, form, 422)
    return see_other(url_for("imports.show", import_id=imported.id))


@bp.get("/imports/<int:import_id>")
@guarded("pipeline.import", load=import_or_404)
def show(imported: CandidateImport) -> ResponseReturnValue:
    """What would become of each line; while it is written, how far it is; afterwards, what became of them."""
    if imported.state is ImportState.CHECKED:
        return _check_page(imported, None, 200)
    if imported.state is ImportState.RUNNING:
        forsaken = imported.worked_at is None or clock.now() - imported.worked_at > import_work.FORSAKEN_AFTER
        template = "_progress.html" if wants_fragment() else "running.html"
        return render_template(f"pipeline/imports/{template}", imported=imported, forsaken=forsaken)
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Refresh"] = "true"
        return response
    lines = None if imported.file_deleted_at else lines_of_done(imported)
    return render_template(
        "pipeline/imports/done.html",
        imported=imported,
        requisition=imported.requisition,
        lines=lines,
        most=MOST_LINES,
        labels=LABELS,
        outcomes=Outcome,
    )


@bp.post("/imports/<int:import_id>/mapping")
@guarded("pipeline.import", load=import_or_404)
def settle(imported: CandidateImport) -> ResponseReturnValue:
    """Correct how the file is read, and look again."""
    form = SettledForm(stages=enterable_stages(imported.requisition_id))
    data = import_files.read(imported.sha256)
    if data is None:
        raise NotVisible("The file of this import was deleted; hand it over again.")
    try:
        if not form.validate_on_submit():
            return _check_page(imported, form, 422)
        settled = form.settled(Settled.of(imported), data, request.form.getlist("column"))
        with transaction():
            imports.settle(imported, settled, seen=str(form.seen.data))
    except Refused as refused:
        form.refuse(refused)
        return _check_page(imported, form, 422)
    return see_other(url_for("imports.show", import_id=imported.id))


@bp.post("/imports/<int:import_id>/confirmation")
@guarded("pipeline.import", load=import_or_404)
def confirm(imported: CandidateImport) -> ResponseReturnValue:
    """Write everybody who is fit to be written; also goes on with an import that stopped in the middle."""
    if imported.state is ImportState.CHECKED:
        imports.check_mark(imported, request.form.get("seen", ""))
    done = import_work.import_all(imported, actor=me())
    written = done.counts.get(Outcome.NEW, 0) + done.counts.get(Outcome.KNOWN, 0)
    say(f"{plural(written, 'person', 'people')} imported into {done.requisition.number}.")
    return see_other(url_for("imports.show", import_id=done.id))


@bp.post("/imports/<int:import_id>/discarding")
@guarded("pipeline.import", load=import_or_404)
def discard(imported: CandidateImport) -> ResponseReturnValue:
    """Drop a file that was only checked."""
    number = imported.requisition.number
    sha256 = imported.sha256
    with transaction():
        imports.discard(imported)
    import_work.delete_unneeded(sha256)
    say("The file is discarded; nobody was imported.")
    return see_other(url_for("imports.new", number=number))


@bp.get("/imports/<int:import_id>/left-out.csv")
@guarded("pipeline.import", load=import_or_404)
def left_out(imported: CandidateImport) -> ResponseReturnValue:
    """The lines that stay out, with what is wrong, as a table to mend and hand over again."""
    header = imports.table_of(imported).header
    if imported.state is ImportState.DONE:
        lines = lines_of_done(imported)
    else:
        lines = lines_left_out(imports.report_of(imported, imported.requisition).rows)
    return csv_response(table_to_mend(header, lines), f"{imported.requisition.number}-left-out.csv")


def _new_page(requisition: Requisition, form: UploadForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "pipeline/imports/new.html", requisition=requisition, form=form, earlier=imports_of(requisition)
    )
    return make_response(page, status)


def _check_page(imported: CandidateImport, form: SettledForm | None, status: int) -> ResponseReturnValue:
    requisition, settled = imported.requisition, Settled.of(imported)
    if imported.file_deleted_at:
        raise NotVisible("The file of this import was deleted; hand it over again.")
    report = imports.report_of(imported, requisition)
    mark = imports.mark_of(imported)
    if form is None:
        form = SettledForm(formdata=None, stages=enterable_stages(requisition.id))
        form.show(settled, mark)
    header = report.table.header
    samples = [
        [row.reading.cells[index] for row in report.rows if len(row.reading.cells) > index][:SAMPLES]
        for index in range(len(header))
    ]
    page = render_template(
        "pipeline/imports/check.html",
        imported=imported,
        requisition=requisition,
        report=report,
        counts=report.counts,
        form=form,
        mark=mark,
        columns=list(
            zip(report.table.header, field_by_column(settled.plan, report.table.header), samples, strict=True)
        ),
        fields=FIELDS,
        lines=lines_left_out(report.rows),
        mended=lines_mended(report.rows),
        settled=settled,
        most=MOST_LINES,
        labels=LABELS,
        outcomes=Outcome,
    )
    return make_response(page, status)
