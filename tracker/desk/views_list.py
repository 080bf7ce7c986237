"""The list of a requisition, the form of its filters and the board's, and the list as a file."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import can, guarded, me
from tracker.core.db import transaction
from tracker.core.downloads import streamed_csv, streamed_json
from tracker.core.http import wants_fragment
from tracker.desk.blueprint import bp
from tracker.desk.filter_bar import bar_of_board, bar_of_list, load_choices
from tracker.desk.listing import COLUMNS, COMPACT, DENSITY, STATUSES, Choice, Listing, ListRow, is_compact, load_people
from tracker.desk.saved import EVERYBODY, Shelf, menu_of
from tracker.history.operations import Subject, record
from tracker.pipeline.events import PeopleExported
from tracker.pipeline.states import ChangeKind, requisition_allows
from tracker.requisitions.models import Requisition
from tracker.requisitions.overviews import head
from tracker.requisitions.queries import requisition_or_404
from tracker.saved_views.states import ViewKind

#: How many rows of an export are read at a time.
BATCH = 500
#: What stands above the columns of an export: those of the page, with what stands in small letters there.
EXPORTED = (
    "Name", "Job title", "Employer", "Stage", "Status", "Ended because",
    "Days in stage", "Working days in stage", "Limit in working days", "Late",
    "Must-haves assessed", "Must-haves", "Waits on", "New reply", "Next interview", "Offer until",
    "Last contact", "Source", "Recruiter", "Entered",
)  # fmt: skip


@bp.get("/requisitions/<number>/list")
@guarded("pipeline.view", load=requisition_or_404)
def list_view(requisition: Requisition) -> ResponseReturnValue:
    """The pipeline as rows."""
    choice, reader = Choice.read(request.args), me()
    views = menu_of(Shelf.of(requisition), ViewKind.LIST, choice.arguments(), reader)
    people = load_people(requisition, choice, reader)
    may_move = can(reader, "pipeline.work", requisition)
    return render_template(
        "desk/list.html",
        requisition=requisition,
        head=head(requisition, reader, people.figures),
        people=people,
        choice=choice,
        bar=bar_of_list(requisition, choice, views.plain),
        views=views,
        columns=COLUMNS,
        statuses=STATUSES,
        compact=is_compact(reader),
        density=(DENSITY, COMPACT),
        may_move=may_move,
        may_add=may_move and requisition_allows(requisition.state, ChangeKind.START),
        may_export=can(reader, "pipeline.export", requisition),
    )


@bp.get("/requisitions/<number>/filters")
@guarded("pipeline.view", load=requisition_or_404)
def filters(requisition: Requisition) -> ResponseReturnValue:
    """The form that adds filters to the board or, with `view=list`, to the list; a fragment for the bar's menu."""
    choice = Choice.read(request.args)
    listed = request.args.get("view") == "list"
    plain = EVERYBODY if "all" in request.args else {}
    return render_template(
        "desk/_filter_form.html" if wants_fragment() else "desk/filters.html",
        board=f"{requisition.number} {requisition.title}",
        bar=bar_of_list(requisition, choice, plain) if listed else bar_of_board(requisition, choice.filter, plain),
        choices=load_choices(choice.filter, me(), requisition),
    )


@bp.post("/requisitions/<number>/list/exports")
@guarded("pipeline.export", load=requisition_or_404)
def export_list(requisition: Requisition) -> ResponseReturnValue:
    """What the list shows, all pages of it, as a file: the same filter, order and columns. The history says so."""
    reader, as_json = me(), request.form.get("format") == "json"
    choice = Choice.read(request.args)
    with transaction():
        taken = Listing(requisition, choice, reader)
        event = PeopleExported(people=taken.total(), format="json" if as_json else "csv")
        record(event, Subject(requisition_id=requisition.id), actor=reader)
    name = f"{requisition.number}-people"
    listing = Listing(requisition, choice, reader)
    zone = listing.scope.reading.zone
    rows = (_cells(row, zone) for row in listing.all_rows(BATCH))
    if as_json:
        return streamed_json((dict(zip(EXPORTED, row, strict=True)) for row in rows), f"{name}.json")
    return streamed_csv(_with_head(rows), f"{name}.csv")


def _with_head(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    yield EXPORTED
    yield from rows


def _cells(row: ListRow, zone: ZoneInfo) -> tuple[object, ...]:
    """One person as a row of the file. Of evidence only how much there is: whoever owes a scorecard may read it."""
    done, of = row.evidence or (None, None)
    contacted, entered = _day(row.contacted_at, zone), _day(row.started_at, zone)
    limit = row.stage.limit_days if row.worked is not None else None
    return (
        row.card.name, row.title, row.company, row.stage.name, row.status.label, row.ending,
        row.days, row.worked, limit, "late" if row.card.late else "", done, of, row.waits_on,
        _day(row.replied_at, zone), _minute(row.interview_at, zone), _day(row.offer_until, zone),
        contacted, row.source, row.recruiter, entered,
    )  # fmt: skip


def _minute(at: datetime | None, zone: ZoneInfo) -> str | None:
    """The same with the time of the day."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else None


def _day(at: datetime | None, zone: ZoneInfo) -> str | None:
    """A date that spreadsheets read alike everywhere, in the reader's zone."""
    return at.astimezone(zone).date().isoformat() if at else None
