"""Saving what is on the page as a view, changing and deleting views, and choosing the one that a board opens with."""

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
from tracker.desk.blueprint import bp
from tracker.desk.saved import EVERYBODY, address_of, canonical, view_address
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import requisition_or_404
from tracker.roles.profiles import PROFILES
from tracker.saved_views import operations
from tracker.saved_views.models import SavedView
from tracker.saved_views.queries import Board, names_of_own, view_or_404
from tracker.saved_views.states import Reach, ViewKind

#: Arguments that name what only one requisition has.
LOCAL = frozenset({"stage", "missing"})


class ViewForm(Form):
    """A view's name, and who is offered it."""

    name = Text("Name", [InputRequired("Give the view a name."), Length(max=operations.LONGEST_NAME)])
    shared = BooleanField("Share it", description="Everybody who sees such a board is offered it.")


class SaveForm(ViewForm):
    """What is on the page, as a view."""

    reach = RadioField("Offer it on", default=Reach.REQUISITION.value)
    default = BooleanField("Open this board with it", description="For you alone.")
    replace = BooleanField("Put it in the place of the view that has this name")


@bp.route("/requisitions/<number>/views/new", methods=["GET", "POST"])
@guarded("pipeline.view", load=requisition_or_404)
def save_view(requisition: Requisition) -> ResponseReturnValue:
    """Save the filter, and of a list its order, that the address says."""
    kind = ViewKind.LIST if request.args.get("view") == ViewKind.LIST.value else ViewKind.BOARD
    arguments = canonical(kind, request.args)
    form, reader = SaveForm(), me()
    form.reach.choices = _reaches(requisition, arguments)
    if form.validate_on_submit():
        try:
            with transaction():
                view = operations.save_view(
                    form.name.data,
                    arguments,
                    kind=kind,
                    reach=Reach(form.reach.data),
                    requisition=requisition,
                    shared=form.shared.data,
                    replace=form.replace.data,
                    actor=reader,
                )
                if form.default.data:
                    operations.choose_default(Board.of(requisition), view, actor=reader)
            say(f"The view {view.name} is saved.")
            return see_other(view_address(view, requisition))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template(
        "desk/save_view.html",
        requisition=requisition,
        form=form,
        names=names_of_own(reader),
        taken="name" in form.errors and form.is_submitted(),
        back=address_of(requisition, _page_of(kind), arguments),
    )
    return page, form.answer_status


@bp.route("/views/<int:view_id>", methods=["GET", "POST"])
@guarded("saved_view.change", load=view_or_404)
def change_view(view: SavedView) -> ResponseReturnValue:
    """Rename a view, share it, or keep it to oneself."""
    requisition = _requisition_at_hand(view)
    back = view_address(view, requisition) if requisition else home_address()
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
    page = render_template("desk/change_view.html", view=view, requisition=requisition, form=form, back=back)
    return page, form.answer_status


@bp.post("/views/<int:view_id>/deletion")
@guarded("saved_view.change", load=view_or_404)
def delete_view(view: SavedView) -> ResponseReturnValue:
    """Delete a view; whoever opened a board with it sees everybody again."""
    requisition, kind, name = _requisition_at_hand(view), view.kind, view.name
    back = url_for(_page_of(kind), number=requisition.number, **EVERYBODY) if requisition else home_address()  # type: ignore[arg-type]  # arguments are texts
    with transaction():
        operations.delete_view(view)
    say(f"The view {name} is deleted.")
    return see_other(back)


@bp.post("/requisitions/<number>/default-view")
@guarded("pipeline.view", load=requisition_or_404)
def choose_default(requisition: Requisition) -> ResponseReturnValue:
    """Let the board of this requisition open with a view, for the reader alone; without one, with everybody."""
    wanted = whole_number(request.form.get("view"))
    with transaction():
        view = view_or_404(wanted) if wanted else None
        operations.choose_default(Board.of(requisition), view, actor=me())
    if view is None:
        say("The board opens with everybody again.")
        return see_other(url_for("desk.board", number=requisition.number))
    say(f"The board opens with {view.name} from now on.")
    return see_other(view_address(view, requisition))


def _page_of(kind: ViewKind) -> str:
    return "desk.board" if kind is ViewKind.BOARD else "desk.list_view"


def _reaches(requisition: Requisition, arguments: dict[str, str]) -> list[SelectChoice]:
    """Where it can be offered: what names something of this requisition alone means nothing elsewhere."""
    here = SelectChoice(Reach.REQUISITION.value, f"{requisition.number} only")
    if any(name in LOCAL and arguments[name] != "any" for name in arguments):
        return [here]
    role = PROFILES[requisition.role].name
    return [
        here,
        SelectChoice(Reach.ROLE.value, f"Every requisition for {role}s"),
        SelectChoice(Reach.EVERYWHERE.value, "Every requisition"),
    ]


def _requisition_at_hand(view: SavedView) -> Requisition | None:
    """The requisition from whose page somebody came, else the view's own; None when neither is theirs to see."""
    number = request.args.get("number", "") or (view.requisition.number if view.requisition else "")
    try:
        return requisition_or_404(number)
    except NotVisible:
        return None
