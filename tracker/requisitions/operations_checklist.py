"""The checklist of a requisition: items added, reworded, weighed, removed, put in order."""

from collections.abc import Sequence

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotVisible, Refused
from tracker.history.operations import record
from tracker.requisitions import events
from tracker.requisitions.models import ChecklistItem, Requisition
from tracker.requisitions.operations import announce, check_version, lock_requisition, refuse_while_pending, touch
from tracker.requisitions.queries import checklist_of
from tracker.requisitions.states import Need, RoleProfileKey
from tracker.roles.profiles import PROFILES

LONGEST_TITLE = 80
LONGEST_DESCRIPTION = 500
MOST_ITEMS = 30


def add_item(
    requisition: Requisition, *, actor: User, title: str, description: str = "", need: Need = Need.MUST_HAVE
) -> ChecklistItem:
    """Add an item in one's own words, at the end. Raises Refused with `fields` for words that cannot be kept."""
    requisition = _open_checklist(requisition)
    title, description = _tidy(requisition, title, description)
    item = ChecklistItem(key="", role=None, title=title, description=description, need=need, position=0)
    return _append(requisition, item, actor=actor)


def take_responsibility(
    requisition: Requisition, role: RoleProfileKey, key: str, *, actor: User, need: Need = Need.MUST_HAVE
) -> ChecklistItem:
    """Add a documented responsibility of either role, at the end; one that was removed comes back as it was worded.

    Raises Refused for a responsibility that the role does not have, or that is on the checklist already.
    """
    requisition = _open_checklist(requisition)
    responsibility = PROFILES[role].responsibility(key)
    if responsibility is None:
        raise Refused(f"{role.label} has no such responsibility.")
    known = next((item for item in requisition.checklist if item.key == key and item.role is role), None)
    if known is not None and known.removed_at is None:
        raise Refused(f"{known.title} is on the checklist already.")
    if known is not None:
        known.need = need
        return _append(requisition, known, actor=actor)
    item = ChecklistItem(
        key=key, role=role, title=responsibility.title, description=responsibility.covers, need=need, position=0
    )
    return _append(requisition, item, actor=actor)


def change_item(
    item: ChecklistItem, *, expected: int | None, actor: User, title: str, description: str, need: Need
) -> None:
    """Reword an item, and say how much it matters. `expected` is the requisition's version that was on the page.

    Raises Conflict for another version, Refused with `fields` for words that cannot be kept.
    """
    requisition = _open_checklist(item.requisition)
    check_version(requisition, expected)
    item = item_of(requisition, item.id)
    title, description = _tidy(requisition, title, description, but=item)
    if (item.title, item.description, item.need) == (title, description, need):
        return
    item.title, item.description, item.need = title, description, need
    _changed(requisition, actor=actor, changed=[item.id])


def set_need(item: ChecklistItem, need: Need, *, actor: User) -> None:
    """Make an item a must-have or a nice-to-have; nothing happens when it is one already."""
    requisition = _open_checklist(item.requisition)
    item = item_of(requisition, item.id)
    if item.need is need:
        return
    item.need = need
    _changed(requisition, actor=actor, changed=[item.id])


def remove_item(item: ChecklistItem, *, actor: User) -> None:
    """Take an item off the checklist. What was assessed on it stays readable. Raises Refused for the last one."""
    requisition = _open_checklist(item.requisition)
    item = item_of(requisition, item.id)
    if len(checklist_of(requisition)) == 1:
        raise Refused("A checklist has at least one item.", needed=("Add another one first.",))
    item.removed_at = clock.now()
    _number(checklist_of(requisition))
    _changed(requisition, actor=actor, removed=[item.id])


def move_item(item: ChecklistItem, by: int, *, actor: User) -> None:
    """Move an item up (`by` -1) or down (1); at the end of the list nothing happens."""
    requisition = _open_checklist(item.requisition)
    item = item_of(requisition, item.id)
    items = checklist_of(requisition)
    index = items.index(item)
    target = min(max(index + by, 0), len(items) - 1)
    if target == index:
        return
    items.insert(target, items.pop(index))
    _number(items)
    _changed(requisition, actor=actor)


def reorder_items(requisition: Requisition, order: Sequence[int], *, expected: int | None, actor: User) -> None:
    """Put the items in this order of ids.

    Raises Conflict for another version, Refused when the ids are not exactly those on the checklist.
    """
    requisition = _open_checklist(requisition)
    check_version(requisition, expected)
    items = {item.id: item for item in checklist_of(requisition)}
    if sorted(order) != sorted(items):
        raise Refused("The order does not name every item once.", needed=("Load the page again.",))
    if list(order) == list(items):
        return
    _number([items[number] for number in order])
    _changed(requisition, actor=actor)


def item_of(requisition: Requisition, item_id: int) -> ChecklistItem:
    """An item that is on the requisition's checklist now; raises NotVisible otherwise."""
    for item in checklist_of(requisition):
        if item.id == item_id:
            return item
    raise NotVisible("This item is not on the checklist any more.")


def _open_checklist(requisition: Requisition) -> Requisition:
    requisition = lock_requisition(requisition.id)
    refuse_while_pending(requisition)
    db.session.refresh(requisition, ["checklist"])
    return requisition


def _append(requisition: Requisition, item: ChecklistItem, *, actor: User) -> ChecklistItem:
    items = checklist_of(requisition)
    if len(items) >= MOST_ITEMS:
        raise Refused(f"A checklist has at most {MOST_ITEMS} items.", needed=("Remove one first.",))
    item.position = len(items) + 1
    item.removed_at = None
    if item not in requisition.checklist:
        requisition.checklist.append(item)
    # The event names the item by its id.
    db.session.flush()
    _changed(requisition, actor=actor, added=[item.id])
    return item


def _tidy(
    requisition: Requisition, title: str, description: str, *, but: ChecklistItem | None = None
) -> tuple[str, str]:
    title, description = title.strip(), description.strip()
    wrong: dict[str, str] = {}
    taken = {item.title.casefold() for item in checklist_of(requisition) if item is not but}
    if not title:
        wrong["title"] = "Name the skill."
    elif len(title) > LONGEST_TITLE:
        wrong["title"] = f"Keep the name to {LONGEST_TITLE} characters."
    elif title.casefold() in taken:
        wrong["title"] = "This is on the checklist already."
    if len(description) > LONGEST_DESCRIPTION:
        wrong["description"] = f"Keep this to {LONGEST_DESCRIPTION} characters."
    if wrong:
        raise Refused("The item cannot be kept like this.", fields=wrong)
    return title, description


def _number(items: Sequence[ChecklistItem]) -> None:
    for position, item in enumerate(items, start=1):
        item.position = position


def _changed(
    requisition: Requisition,
    *,
    actor: User,
    added: Sequence[int] = (),
    changed: Sequence[int] = (),
    removed: Sequence[int] = (),
) -> None:
    data = events.ChecklistChanged(
        added=list(added),
        changed=list(changed),
        removed=list(removed),
        reordered=not (added or changed or removed),
    )
    record(data, events.about(requisition), actor=actor)
    touch(requisition)
    # Nothing is derived from the order.
    if not data.reordered:
        announce(requisition)
    # The relationship is read again in the order of positions, which have to be written for that.
    db.session.flush()
    db.session.expire(requisition, ["checklist"])
