"""The checklist and the hiring team of a requisition."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.accounts.queries import active_users
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.templating import say
from tracker.requisitions import operations, operations_checklist
from tracker.requisitions.blueprint import bp
from tracker.requisitions.forms import ItemForm, TeamForm
from tracker.requisitions.models import ChecklistItem, Requisition
from tracker.requisitions.now import requisition_as_it_is_now
from tracker.requisitions.operations_checklist import item_of
from tracker.requisitions.queries import changeable, checklist_of, members, requisition_or_404
from tracker.requisitions.states import Need, RoleProfileKey, TeamPart
from tracker.requisitions.views import shown_version
from tracker.roles.profiles import PROFILES

STEPS = {"up": -1, "down": 1}


@bp.get("/requisitions/<number>/checklist")
@guarded("requisition.view", load=requisition_or_404)
def checklist(requisition: Requisition) -> ResponseReturnValue:
    """The checklist, to read and, for those who may, to edit in place."""
    items = checklist_of(requisition)
    taken = {(item.role, item.key) for item in items}
    offered = [
        (profile, [entry for entry in profile.responsibilities if (profile.key, entry.key) not in taken])
        for profile in sorted(PROFILES.values(), key=lambda profile: profile.key is not requisition.role)
    ]
    return render_template(
        "requisitions/checklist.html",
        requisition=requisition,
        items=items,
        offered=[(profile, entries) for profile, entries in offered if entries],
        at=request.args.get("at", ""),
        changeable=changeable(requisition),
        needs=Need,
    )


@bp.route("/requisitions/<number>/checklist/items/new", methods=["GET", "POST"])
@guarded("requisition.edit", load=requisition_or_404)
def new_item(requisition: Requisition) -> ResponseReturnValue:
    """Add an item in one's own words."""
    form = ItemForm(need=Need.MUST_HAVE.value)
    if form.validate_on_submit():
        try:
            with transaction():
                item = operations_checklist.add_item(
                    requisition,
                    actor=me(),
                    title=form.title.data,
                    description=form.description.data,
                    need=Need(form.need.data),
                )
                item_id = item.id
            return _to_item(requisition, item_id)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    page = render_template("requisitions/item.html", requisition=requisition, form=form, item=None)
    return page, form.answer_status


@bp.route("/requisitions/<number>/checklist/items/<int:item_id>", methods=["GET", "POST"])
@guarded("requisition.edit", load=requisition_or_404)
def edit_item(requisition: Requisition, item_id: int) -> ResponseReturnValue:
    """Reword an item."""
    item = item_of(requisition, item_id)
    form = ItemForm() if request.method == "POST" else _item_form(item)
    if form.validate_on_submit():
        try:
            with transaction():
                operations_checklist.change_item(
                    item,
                    expected=shown_version(form.version.data),
                    actor=me(),
                    title=form.title.data,
                    description=form.description.data,
                    need=Need(form.need.data),
                )
            return _to_item(requisition, item_id)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.look_at(version=requisition.version)
        form.show_beside(_item_form(item))
        form.now = requisition_as_it_is_now(requisition)
    page = render_template("requisitions/item.html", requisition=requisition, form=form, item=item)
    return page, form.answer_status


@bp.post("/requisitions/<number>/checklist/items/<int:item_id>/need")
@guarded("requisition.edit", load=requisition_or_404)
def weigh_item(requisition: Requisition, item_id: int) -> ResponseReturnValue:
    """Make an item a must-have or a nice-to-have."""
    need = request.form.get("need", "")
    if need not in set(Need):
        raise Refused("Say whether it is a must-have or a nice-to-have.")
    with transaction():
        operations_checklist.set_need(item_of(requisition, item_id), Need(need), actor=me())
    return _to_item(requisition, item_id, at="need")


@bp.post("/requisitions/<number>/checklist/items/<int:item_id>/position")
@guarded("requisition.edit", load=requisition_or_404)
def place_item(requisition: Requisition, item_id: int) -> ResponseReturnValue:
    """Move an item up or down by one."""
    step = request.form.get("step", "")
    with transaction():
        operations_checklist.move_item(item_of(requisition, item_id), STEPS.get(step, 0), actor=me())
    return _to_item(requisition, item_id, at=step)


@bp.post("/requisitions/<number>/checklist/items/<int:item_id>/removal")
@guarded("requisition.edit", load=requisition_or_404)
def remove_item(requisition: Requisition, item_id: int) -> ResponseReturnValue:
    """Take an item off the checklist."""
    with transaction():
        item = item_of(requisition, item_id)
        title = item.title
        operations_checklist.remove_item(item, actor=me())
    say(f"{title} is off the checklist. What was assessed on it stays readable.")
    return see_other(url_for("requisitions.checklist", number=requisition.number))


@bp.post("/requisitions/<number>/checklist/responsibilities")
@guarded("requisition.edit", load=requisition_or_404)
def take_responsibility(requisition: Requisition) -> ResponseReturnValue:
    """Add a documented responsibility of either role."""
    role, need = request.form.get("role", ""), request.form.get("need", Need.MUST_HAVE.value)
    if role not in set(RoleProfileKey) or need not in set(Need):
        raise Refused("Choose a responsibility from the list.")
    with transaction():
        item = operations_checklist.take_responsibility(
            requisition, RoleProfileKey(role), request.form.get("key", ""), actor=me(), need=Need(need)
        )
        item_id = item.id
    return _to_item(requisition, item_id, at="need")


@bp.post("/requisitions/<number>/checklist/order")
@guarded("requisition.edit", load=requisition_or_404)
def order_items(requisition: Requisition) -> ResponseReturnValue:
    """Put the items in the order that somebody dragged them into."""
    order = [whole_number(item) or 0 for item in request.form.getlist("item")]
    with transaction():
        operations_checklist.reorder_items(
            requisition, order, expected=shown_version(request.form.get("version")), actor=me()
        )
    return see_other(url_for("requisitions.checklist", number=requisition.number))


@bp.route("/requisitions/<number>/team", methods=["GET", "POST"])
@guarded("requisition.team", load=requisition_or_404)
def team(requisition: Requisition) -> ResponseReturnValue:
    """Who is on the hiring team."""
    people = active_users()
    form = TeamForm() if request.method == "POST" else _team_form(requisition)
    form.offer(people)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.set_team(
                    requisition,
                    form.wanted(active_users()),
                    expected=shown_version(form.version.data),
                    actor=me(),
                )
            say("The hiring team is saved.")
            return see_other(url_for("requisitions.show", number=requisition.number))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.look_at(version=requisition.version)
        known = _team_form(requisition)
        known.offer(people)
        form.show_beside(known)
        form.now = requisition_as_it_is_now(requisition)
    page = render_template("requisitions/team.html", requisition=requisition, form=form)
    return page, form.answer_status


def _item_form(item: ChecklistItem) -> ItemForm:
    return ItemForm(
        formdata=None,
        title=item.title,
        description=item.description,
        need=item.need.value,
        version=item.requisition.version,
    )


def _team_form(requisition: Requisition) -> TeamForm:
    def ids(part: TeamPart) -> list[int]:
        return [user.id for user in members(requisition, part)]

    return TeamForm(
        formdata=None,
        hiring_manager=next(iter(ids(TeamPart.HIRING_MANAGER)), 0),
        deputy=ids(TeamPart.DEPUTY),
        recruiter=ids(TeamPart.RECRUITER),
        interviewer=ids(TeamPart.INTERVIEWER),
        version=requisition.version,
    )


def _to_item(requisition: Requisition, item_id: int, *, at: str = "") -> ResponseReturnValue:
    """Back to the checklist, at the item; with the button focused that was pressed, where one was."""
    return see_other(url_for("requisitions.checklist", number=requisition.number, **place("item", item_id, at)))


def place(row: str, row_id: int, at: str) -> dict[str, Any]:
    """What an address says so that the page is shown at a row, or with one of its buttons focused."""
    # Browsers leave autofocus alone where the address names an anchor.
    return {"at": f"{at}-{row_id}"} if at else {"_anchor": f"{row}-{row_id}"}
