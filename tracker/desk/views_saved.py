"""Saving what is on the page as a view, changing and deleting views, and choosing the one that a board opens with."""

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired, Length

from tracker.accounts.permissions import guarded, me
from tracker.core.db import transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.forms import Form, SelectChoice, Text
from tracker.core.http import home_address, see_other
from tracker.core.paging import whole_number
from tracker.core.templating import say
from tracker.desk.across import NAMES
from tracker.desk.blueprint import bp
from tracker.desk.filters import ANY
from tracker.desk.saved import EVERYBODY, Shelf
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import requisition_or_404
from tracker.saved_views import operations
from tracker.saved_views.models import SavedView
from tracker.saved_views.queries import names_of_own, view_on_or_404, view_or_404
from tracker.saved_views.states import Reach, ViewKind

#: Arguments that name what only one requisition has.
LOCAL = frozenset({"stage", "missing"})


class ViewForm(Form):
    """A view's name, and who is offered it."""

    name = Text("Name", [InputRequired("Give the view a name."), Length(max=operations.LONGEST_NAME)])
    shared = BooleanField("Share it", description="Everybody who sees such a board is offered it.")


class SaveForm(ViewForm):
    """What is on the page, as a view."""

    reach = RadioField("Offer it on")
    default = BooleanField("Open this board with it", description="For you alone.")
    replace = BooleanField("Put it in the place of the view that has this name")


@bp.route("/requisitions/<number>/views/new", methods=["GET", "POST"])
@guarded("pipeline.view", load=requisition_or_404)
def save_view(requisition: Requisition) -> ResponseReturnValue:
    """Save the filter, and of a list its order, that the address says."""
    return _save(Shelf.of(requisition))


@bp.route("/boards/<name>/views/new", methods=["GET", "POST"])
@guarded("board.across")
def save_across_view(name: str) -> ResponseReturnValue:
    """The same for a board across requisitions."""
    return _save(_shelf_across(name))


def _save(shelf: Shelf) -> ResponseReturnValue:
    kind = ViewKind.LIST if request.args.get("view") == ViewKind.LIST.value else ViewKind.BOARD
    if kind not in shelf.pages:
        raise NotVisible
    arguments = shelf.meant(kind, request.args)
    form, reader = SaveForm(), me()
    reaches = _reaches(shelf, arguments)
    form.reach.choices = [SelectChoice(each.value, shelf.reach_words(each)) for each in reaches]
    if not form.is_submitted():
        form.reach.data = reaches[0].value
    if form.validate_on_submit():
        try:
            with transaction():
                view = operations.save_view(
                    form.name.data,
                    arguments,
                    kind=kind,
                    reach=Reach(form.reach.data),
                    board=shelf.board,
                    shared=form.shared.data,
                    replace=form.replace.data,
                    actor=reader,
                )
                if form.default.data:
                    operations.choose_default(shelf.board, view, actor=reader)
            say(f"The view {view.name} is saved.")
            return see_other(shelf.view_address(view))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template(
        "desk/save_view.html",
        title=shelf.title,
        form=form,
        names=names_of_own(reader),
        taken="name" in form.errors and form.is_submitted(),
        back=shelf.address(shelf.pages[kind], arguments),
    )
    return page, form.answer_status


@bp.route("/views/<int:view_id>", methods=["GET", "POST"])
@guarded("saved_view.change", load=view_or_404)
def change_view(view: SavedView) -> ResponseReturnValue:
    """Rename a view, share it, or keep it to oneself."""
    shelf = _shelf_at_hand(view)
    back = shelf.view_address(view) if shelf else home_address()
    known = {"view_id": str(view.id)}
    delete_url = shelf.address("desk.delete_view", known) if shelf else url_for("desk.delete_view", view_id=view.id)
    form = ViewForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_view(view, name=form.name.data, shared=form.shared.data)
            say("Saved.")
            return see_other(back)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if not form.is_submitted():
        form.name.data, form.shared.data = view.name, view.shared
    page = render_template("desk/change_view.html", view=view, shelf=shelf, form=form, back=back, delete_url=delete_url)
    return page, form.answer_status


@bp.post("/views/<int:view_id>/deletion")
@guarded("saved_view.change", load=view_or_404)
def delete_view(view: SavedView) -> ResponseReturnValue:
    """Delete a view; whoever opened a board with it sees everybody again."""
    shelf, kind, name = _shelf_at_hand(view), view.kind, view.name
    back = shelf.address(shelf.pages[kind], EVERYBODY) if shelf else home_address()
    with transaction():
        operations.delete_view(view)
    say(f"The view {name} is deleted.")
    return see_other(back)


@bp.post("/requisitions/<number>/default-view")
@guarded("pipeline.view", load=requisition_or_404)
def choose_default(requisition: Requisition) -> ResponseReturnValue:
    """Let the board of this requisition open with a view, for the reader alone; without one, with everybody."""
    return _choose(Shelf.of(requisition))


@bp.post("/boards/<name>/default-view")
@guarded("board.across")
def choose_across_default(name: str) -> ResponseReturnValue:
    """The same for a board across requisitions."""
    return _choose(_shelf_across(name))


def _choose(shelf: Shelf) -> ResponseReturnValue:
    wanted = whole_number(request.form.get("view"))
    with transaction():
        view = view_on_or_404(shelf.board, wanted) if wanted else None
        operations.choose_default(shelf.board, view, actor=me())
    if view is None:
        say("The board opens with everybody again.")
        return see_other(shelf.address(shelf.pages[ViewKind.BOARD]))
    say(f"The board opens with {view.name} from now on.")
    return see_other(shelf.view_address(view))


def _reaches(shelf: Shelf, arguments: dict[str, str]) -> Sequence[Reach]:
    """Where it can be offered: what names something of this requisition alone means nothing elsewhere."""
    local = any(name in LOCAL and arguments[name] != ANY for name in arguments)
    return shelf.board.reaches[:1] if local else shelf.board.reaches


def _shelf_across(name: str) -> Shelf:
    if name not in NAMES:
        raise NotVisible
    return Shelf.across(name, me())


def _shelf_at_hand(view: SavedView) -> Shelf | None:
    """Where somebody came from, else the view's own requisition; None when neither is theirs to see."""
    if request.args.get("name") in NAMES and view.kind is ViewKind.BOARD:
        return Shelf.across(request.args["name"], me())
    number = request.args.get("number", "") or (view.requisition.number if view.requisition else "")
    try:
        return Shelf.of(requisition_or_404(number))
    except NotVisible:
        return None
