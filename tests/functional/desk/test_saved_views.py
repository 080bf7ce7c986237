"""Views are saved, offered, opened first, changed and deleted; a private one exists for its owner alone."""

import re
from html import unescape

import pytest

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import Requisition
from tracker.saved_views.models import SavedView


@pytest.fixture
def requisition(tara: User) -> Requisition:
    requisition = make_open_requisition(tara)
    make_application(requisition, source_kind=SourceKind.REFERRED, source="A. Kern", actor=tara)
    return requisition


def save(client: Client, requisition: Requisition, query: str, **form: str) -> str:
    """Save a view; returns where that leads."""
    answer = client.post(f"/requisitions/{requisition.number}/views/new?{query}", data={"reach": "requisition", **form})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def offered(client: Client, requisition: Requisition, page: str = "board?all=1") -> dict[str, str]:
    """The views of the menu: name → address."""
    text = client.get(f"/requisitions/{requisition.number}/{page}").text
    menu = text.partition('class="menu views"')[2].partition("</details>")[0]
    return {
        unescape(name): unescape(url)
        for url, name in re.findall(r'<a class="menu-item" href="([^"]*)"[^>]*>.*?<span>([^<]*)', menu)
        if "/views/new" not in url
    }


def test_a_view_is_saved_with_the_filter_and_found_again(client: Client, tara: User, requisition: Requisition) -> None:
    client.sign_in(tara)
    address = save(client, requisition, "source=referred&late=0&nonsense=1", name="Referrals")
    assert address == f"/requisitions/{requisition.number}/board?source=referred"
    assert offered(client, requisition) == {"Referrals": address}
    page = client.get(address).text
    assert "Came in: <b>referred</b>" in page
    assert re.search(r'class="chip chip-on">.*?<span>Referrals</span>', page)
    # Elsewhere it is not offered.
    assert offered(client, make_open_requisition(tara)) == {}


def test_a_list_is_saved_with_its_order(client: Client, tara: User, requisition: Requisition) -> None:
    client.sign_in(tara)
    address = save(client, requisition, "view=list&sort=name&dir=desc&status=all", name="By name", reach="everywhere")
    page, _, query = address.partition("?")
    assert page == f"/requisitions/{requisition.number}/list"
    assert set(query.split("&")) == {"status=all", "sort=name", "dir=desc"}
    other = make_open_requisition(tara)
    assert offered(client, other, "list") == {"By name": address.replace(requisition.number, other.number)}


def test_the_board_opens_with_the_default_until_asked_for_everybody(
    client: Client, tara: User, requisition: Requisition
) -> None:
    client.sign_in(tara)
    board = f"/requisitions/{requisition.number}/board"
    address = save(client, requisition, "mine=1", name="Mine", default="y")
    assert (client.get(board).status_code, client.get(board).location) == (302, address)
    page = client.get(address).text
    # What shows everybody says so, or it would lead back to the default.
    assert f'href="{board}?all=1">Show everybody' in page
    assert f'href="{board}"' not in page.partition('class="bar"')[2].partition("</main>")[0]
    assert client.get(f"{board}?all=1").status_code == 200
    # It is nobody else's default.
    client.sign_in(make_user(Role.RECRUITER))
    assert client.get(board).status_code == 200
    client.sign_in(tara)
    assert client.post(f"/requisitions/{requisition.number}/default-view").status_code == 303
    assert client.get(board).status_code == 200


def test_private_views_are_nobody_elses(client: Client, tara: User, requisition: Requisition) -> None:
    client.sign_in(tara)
    save(client, requisition, "mine=1", name="Mine")
    save(client, requisition, "late=1", name="Late ones", shared="y")
    private, shared = (db.session.query(SavedView).filter_by(name=name).one().id for name in ("Mine", "Late ones"))
    other = make_user(Role.RECRUITER)
    client.sign_in(other)
    assert list(offered(client, requisition)) == ["Late ones"]
    for address in (f"/views/{private}", f"/views/{private}/deletion"):
        assert client.post(address, data={"name": "Stolen"}).status_code == 404
    assert client.post(f"/views/{shared}", data={"name": "Stolen"}).status_code == 403
    default = f"/requisitions/{requisition.number}/default-view"
    assert client.post(default, data={"view": str(private)}).status_code == 404
    assert client.post(default, data={"view": str(shared)}).status_code == 303
    client.sign_in(make_user(Role.ADMIN))
    assert client.post(f"/views/{shared}/deletion?number={requisition.number}").status_code == 303
    # Whoever opened a board with it sees everybody again.
    client.sign_in(other)
    assert client.get(f"/requisitions/{requisition.number}/board").status_code == 200


def test_views_of_a_confidential_requisition_are_its_teams(client: Client, tara: User) -> None:
    requisition = make_open_requisition(tara, confidential=True)
    client.sign_in(tara)
    save(client, requisition, "late=1", name="Late ones", shared="y")
    view = db.session.query(SavedView).one().id
    client.sign_in(make_user(Role.RECRUITER))
    assert client.get(f"/views/{view}").status_code == 404


def test_a_name_is_used_once(client: Client, tara: User, requisition: Requisition) -> None:
    client.sign_in(tara)
    save(client, requisition, "mine=1", name="Mine")
    address = f"/requisitions/{requisition.number}/views/new?late=1"
    again = client.post(address, data={"name": " MINE ", "reach": "requisition"})
    assert again.status_code == 422
    assert "You have a view called Mine already." in again.text
    assert 'name="replace"' in again.text
    assert client.post(address, data={"name": "mine", "reach": "requisition", "replace": "y"}).status_code == 303
    (url,) = offered(client, requisition).values()
    assert url.endswith("?late=1")
    # Others name theirs as they like.
    client.sign_in(make_user(Role.RECRUITER))
    save(client, requisition, "mine=1", name="Mine")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "Give the view a name."),
        ({"name": "x" * 40_000}, "60"),
        ({"name": "Mine", "reach": "planet"}, "Not a valid choice"),
        ({"name": "\x00"}, "Give the view a name."),
    ],
)
def test_what_cannot_be_a_view_comes_back(
    client: Client, tara: User, requisition: Requisition, form: dict[str, str], said: str
) -> None:
    client.sign_in(tara)
    answer = client.post(f"/requisitions/{requisition.number}/views/new?mine=1", data={"reach": "requisition"} | form)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.query(SavedView).count() == 0


def test_what_names_something_of_one_requisition_stays_there(
    client: Client, tara: User, requisition: Requisition
) -> None:
    client.sign_in(tara)
    address = f"/requisitions/{requisition.number}/views/new?missing=7"
    assert 'value="everywhere"' not in client.get(address).text
    assert client.post(address, data={"name": "No CI", "reach": "everywhere"}).status_code == 422
    assert 'value="everywhere"' in client.get(address.replace("missing=7", "missing=any")).text


def test_shared_views_stay_when_their_owner_goes(client: Client, tara: User, requisition: Requisition) -> None:
    admin, heir = make_user(Role.ADMIN), make_user(Role.RECRUITER)
    for user in (tara, heir):
        client.sign_in(user)
        save(client, requisition, "late=1", name="Late ones", shared="y")
    client.sign_in(tara)
    save(client, requisition, "mine=1", name="Mine")
    with transaction():
        disable_user(db.session.get_one(User, tara.id), db.session.get_one(User, heir.id), actor=admin)
    client.sign_in(heir)
    assert list(offered(client, requisition)) == ["Late ones", "Late ones 2"]


def test_a_view_is_renamed_shared_and_kept(client: Client, tara: User, requisition: Requisition) -> None:
    client.sign_in(tara)
    save(client, requisition, "mine=1", name="Mine")
    view = db.session.query(SavedView).one().id
    edit = f"/views/{view}?number={requisition.number}"
    assert 'value="Mine"' in client.get(edit).text
    assert client.post(edit, data={"name": "All mine", "shared": "y"}).status_code == 303
    client.sign_in(make_user(Role.RECRUITER))
    assert list(offered(client, requisition)) == ["All mine"]
    client.sign_in(tara)
    assert client.post(edit, data={"name": "All mine"}).status_code == 303
    client.sign_in(make_user(Role.RECRUITER))
    assert offered(client, requisition) == {}


# --- boards across requisitions ---------------------------------------------------------------------------------------


def offered_across(client: Client, page: str) -> dict[str, str]:
    """The views of the menu of a board across requisitions: name → address."""
    menu = client.get(page).text.partition('class="menu views"')[2].partition("</details>")[0]
    found = re.findall(r'<a class="menu-item" href="([^"]*)"[^>]*>.*?<span>([^<]*)', menu)
    return {unescape(name): unescape(url) for url, name in found if "/views/new" not in url}


def test_boards_across_keep_views(client: Client, tara: User, requisition: Requisition) -> None:
    client.sign_in(tara)
    ops = "/boards/mlops-engineer"
    page = client.get(f"{ops}/views/new?source=referred").text
    assert "Everywhere for MLOps Engineers" in page
    assert "requisition only" not in page
    form = {"name": "Referrals", "reach": "role", "shared": "y", "default": "y"}
    assert client.post(f"{ops}/views/new?source=referred", data=form).location == f"{ops}?source=referred"
    assert offered_across(client, f"{ops}?all=1") == {"Referrals": f"{ops}?source=referred"}
    # It opens with it, unless everybody is asked for.
    assert client.get(ops).location == f"{ops}?source=referred"
    assert client.get(f"{ops}?all=1").status_code == 200
    assert 'href="/boards/mlops-engineer?all=1"' in client.get(f"{ops}?source=referred").text
    # On the requisition's board it is offered as well, elsewhere it is not; a colleague has it, for it is shared.
    assert offered(client, requisition) == {"Referrals": f"/requisitions/{requisition.number}/board?source=referred"}
    assert offered_across(client, "/boards/mine") == offered_across(client, "/boards/ml-engineer") == {}
    assert client.post(f"{ops}/default-view").location == ops
    assert client.get(ops).status_code == 200
    client.sign_in(make_user(Role.RECRUITER))
    assert offered_across(client, ops) == {"Referrals": f"{ops}?source=referred"}


def test_views_of_boards_across_are_changed_from_there(client: Client, tara: User) -> None:
    client.sign_in(tara)
    client.post("/boards/mine/views/new?late=1", data={"name": "Late", "reach": "everywhere"})
    view = db.session.query(SavedView).one()
    assert f'href="/views/{view.id}?name=mine"' in client.get("/boards/mine?late=1").text
    renamed = client.post(f"/views/{view.id}?name=mine", data={"name": "Overdue"})
    assert renamed.location == "/boards/mine?late=1"
    assert client.post(f"/views/{view.id}/deletion?name=mine").location == "/boards/mine?all=1"
    assert offered_across(client, "/boards/mine?late=1") == {}


def test_what_means_nothing_on_a_board_is_not_offered_there(
    client: Client, tara: User, requisition: Requisition
) -> None:
    client.sign_in(tara)
    save(client, requisition, "mine=1", name="Mine", reach="everywhere")
    save(client, requisition, "view=list&sort=name", name="By name", reach="everywhere")
    save(client, requisition, "mine=1&late=1", name="Mine and late", reach="everywhere")
    assert set(offered_across(client, "/boards/mlops-engineer")) == {"Mine", "Mine and late"}
    # Everybody there waits on the reader; nothing says so, and nothing asks.
    assert offered_across(client, "/boards/mine") == {"Mine and late": "/boards/mine?late=1"}
    page = client.get("/boards/mine?mine=1&late=1").text
    assert "Waits on me" not in page.partition("<main")[2]
    assert "Waits on me" not in client.get("/boards/mine/filters").text.partition("<main")[2]
    assert "Waits on me" in client.get("/boards/mlops-engineer").text
    by_name = db.session.query(SavedView).filter_by(name="By name").one()
    assert client.post("/boards/mine/default-view", data={"view": by_name.id}).status_code == 404
    assert client.get("/boards/mine/views/new?view=list&sort=name").status_code == 404


def test_a_reach_that_a_board_does_not_have_is_refused(client: Client, tara: User) -> None:
    client.sign_in(tara)
    answer = client.post("/boards/mine/views/new?late=1", data={"name": "Late", "reach": "requisition"})
    assert answer.status_code == 422
    assert db.session.query(SavedView).count() == 0


def test_a_board_opens_only_with_what_is_offered_there(client: Client, tara: User, requisition: Requisition) -> None:
    """One's own view of another requisition is none of this board's, whatever a form says."""
    client.sign_in(tara)
    save(client, requisition, "source=referred", name="Referrals")
    view_id = str(db.session.query(SavedView).one().id)
    elsewhere = make_open_requisition(tara)
    for board in (f"/requisitions/{elsewhere.number}", "/boards/mine"):
        assert client.post(f"{board}/default-view", data={"view": view_id}).status_code == 404
    answer = client.post(f"/requisitions/{requisition.number}/default-view", data={"view": view_id})
    assert answer.status_code == 303
