"""The list: filters of the board, sort by any column, pages, density, and the file that holds exactly what is shown."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import fill_pipeline, make_application, make_open_requisition
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.candidates.tagging import tag_candidates
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.history.models import Event
from tracker.pipeline.contacts import add_contact
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind, ContactChannel, ContactDirection, SourceKind
from tracker.requisitions.models import ChecklistItem, Requisition
from tracker.requisitions.states import Need, StageKind


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<a class="name" [^>]*>([^<]*)</a>', page)]


def next_of(page: str) -> str | None:
    found = re.search(r'href="([^"]*)" rel="next"', page)
    return unescape(found.group(1)) if found else None


def exported(client: Client, requisition: Requisition, query: str = "") -> list[list[str]]:
    answer = client.post(f"/requisitions/{requisition.number}/list/exports{query}", buffered=True)
    assert answer.status_code == 200
    text = answer.data.decode("utf-8")
    # Spreadsheets know UTF-8 by it.
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


@pytest.mark.parametrize(
    "query", ["", "?sort=name", "?sort=contact&dir=desc", "?status=all&sort=entered", "?source=sourced"]
)
def test_an_export_holds_all_pages_in_the_order_of_the_list(
    client: Client, tara: User, requisition: Requisition, query: str
) -> None:
    fill_pipeline(requisition, 120, actor=tara)
    client.sign_in(tara)
    seen: list[str] = []
    address: str | None = f"/requisitions/{requisition.number}/list{query}"
    while address:
        page = client.get(address).text
        seen += names(page)
        address = next_of(page)
    rows = exported(client, requisition, query)
    assert rows[0][:3] == ["Name", "Job title", "Employer"]
    assert [row[0] for row in rows[1:]] == seen
    assert len(seen) == 120


def test_an_export_counts_days_and_names_what_is_coming_as_the_list_does(
    client: Client, tara: User, requisition: Requisition
) -> None:
    ada = make_application(requisition, stage=StageKind.SCREENING, days_ago=10, actor=tara)
    interview = make_interview(ada, tara, starts_at=clock.now() + timedelta(days=2))
    assert interview.starts_at is not None
    with transaction():
        add_contact(ada, direction=ContactDirection.IN, channel=ContactChannel.EMAIL, at=clock.now(), actor=None)
    client.sign_in(tara)
    page = client.get(f"/requisitions/{requisition.number}/list").text
    shown = re.search(r'class="age[^>]*>(\d+)/(\d+) d', page)
    assert shown is not None
    head, cells = exported(client, requisition)
    row = dict(zip(head, cells, strict=True))
    assert (row["Working days in stage"], row["Limit in working days"]) == shown.groups()
    assert row["Days in stage"] == "10"
    assert "new reply" in page
    zone = ZoneInfo(tara.timezone)
    assert row["New reply"] == clock.now().astimezone(zone).date().isoformat()
    assert row["Next interview"] == f"{interview.starts_at.astimezone(zone):%Y-%m-%d %H:%M}"
    assert row["Offer until"] == ""
    # Of whom it is over, neither is shown.
    with transaction():
        end_application(ada, ChangeKind.REJECT, actor=tara, expected=None, reason="skills")
    head, cells = exported(client, requisition, "?status=rejected")
    row = dict(zip(head, cells, strict=True))
    assert [row[name] for name in ("Working days in stage", "New reply", "Next interview")] == ["", "", ""]


def test_nothing_in_an_export_is_a_formula(client: Client, tara: User, requisition: Requisition) -> None:
    for name, company in (("=HYPERLINK(1)", "+cmd|' /C calc'!A0"), ("@SUM(A1)", "-2+3"), ("Ana\t=1", "\t=2")):
        make_application(requisition, candidate=make_candidate(name, company=company), source="=1+1", actor=tara)
    client.sign_in(tara)
    for row in exported(client, requisition, "?sort=name")[1:]:
        assert not any(cell.lstrip().startswith(("=", "+", "@", "\t")) for cell in row), row
    assert "'=HYPERLINK(1)" in [row[0] for row in exported(client, requisition)]


def test_an_export_is_for_recruiters_and_told_without_names(client: Client, tara: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_open_requisition(tara, hiring_manager=manager)
    make_application(requisition, candidate=make_candidate("Ada Lovelace"), actor=tara)
    address = f"/requisitions/{requisition.number}/list"
    client.sign_in(manager)
    assert "Export as CSV" not in client.get(address).text
    assert client.post(f"{address}/exports").status_code == 403
    client.sign_in(tara)
    assert "Export as CSV" in client.get(address).text
    assert client.post(f"{address}/exports?q=ada", buffered=True).status_code == 200
    event = db.session.query(Event).filter_by(kind="pipeline.exported").one()
    assert event.data == {"people": 1, "format": "csv"}
    history = client.get(f"/requisitions/{requisition.number}/history").text
    assert "took a list of 1 person away as a file" in history


def test_json_says_the_same(client: Client, tara: User, requisition: Requisition) -> None:
    address = f"/requisitions/{requisition.number}/list/exports"
    client.sign_in(tara)
    assert client.post(address, data={"format": "json"}, buffered=True).json == []
    make_application(requisition, candidate=make_candidate("Žofie “Z” Malá"), stage=StageKind.SCREENING, actor=tara)
    answer = client.post(address, data={"format": "json"}, buffered=True)
    assert answer.content_type == "application/json"
    (row,) = json.loads(answer.data)
    assert (row["Name"], row["Stage"], row["Status"]) == ("Žofie “Z” Malá", "Screening", "active")


def test_filters_are_words_that_can_be_taken_away(client: Client, tara: User, requisition: Requisition) -> None:
    ada = make_candidate("Ada Lind", location="Lyon, France")
    make_application(requisition, candidate=ada, source_kind=SourceKind.REFERRED, source="A. Kern", actor=tara)
    make_application(requisition, candidate=make_candidate("Ben Marsh"), actor=tara)
    with transaction():
        person = db.session.get_one(Candidate, ada.id)
        ((_, tag),) = tag_candidates([person], ["relocation"], actor=tara)
    client.sign_in(tara)
    for page in ("board", "list"):
        address = f"/requisitions/{requisition.number}/{page}"
        asked = f"source=referred&from=a.+kern&tag={tag}&region=france&recruiter={tara.id}&missing=any"
        text = client.get(f"{address}?{asked.replace('&missing=any', '')}").text
        assert "Ada Lind" in text
        assert "Ben Marsh" not in text
        assert "1 matches" in re.sub("<[^>]+>", "", text)
        for words in ("Came in: <b>referred", "Source: <b>a. kern", "Tag: <b>relocation", "Region: <b>france"):
            assert words in text
        assert "Recruiter: <b>T. Kessler" in text
        form = client.get(f"/requisitions/{requisition.number}/filters?{asked}&view={page}").text
        assert f'value="{tag}" checked' in form
        assert 'value="A. Kern"' in form
        assert '<option value="France">' in form


@pytest.mark.parametrize("name", ["tag", "missing", "recruiter"])
def test_ids_of_others_leave_nobody_and_tell_nothing(
    client: Client, tara: User, requisition: Requisition, name: str
) -> None:
    interviewer = make_user(Role.INTERVIEWER, name="Ida Secret")
    make_application(requisition, candidate=make_candidate("Ada Lind"), actor=tara)
    elsewhere = make_open_requisition(tara)
    with transaction():
        item = ChecklistItem(requisition_id=elsewhere.id, position=99, key="z", title="Ida Secret", need=Need.MUST_HAVE)
        db.session.add(item)
    client.sign_in(tara)
    theirs = {"recruiter": interviewer.id, "missing": item.id}
    for value in (theirs.get(name, 2**39), 2**40):
        for page in ("board", "list"):
            text = client.get(f"/requisitions/{requisition.number}/{page}?{name}={value}").text
            assert "Nobody matches" in text
            assert "Ida Secret" not in text
            assert "nothing that is here" in text


def test_what_is_no_filter_is_passed_over(client: Client, tara: User, requisition: Requisition) -> None:
    make_application(requisition, candidate=make_candidate("Ada Lind"), actor=tara)
    client.sign_in(tara)
    for query in ("mine=yes&source=%20&tag=x&missing=none&recruiter=%F0%9F%99%82&tags=all", "after=~~&sort=%27&dir=up"):
        for page in ("board", "list", "filters"):
            answer = client.get(f"/requisitions/{requisition.number}/{page}?{query}")
            assert answer.status_code == 200
            assert page == "filters" or "Ada Lind" in answer.text
    long = "x" * 40_000
    for name in ("q", "from", "region", "tag", "missing", "recruiter", "after", "stage"):
        assert client.get(f"/requisitions/{requisition.number}/list?{name}={long}").status_code == 200
        assert client.get(f"/requisitions/{requisition.number}/list?{name}=%00").status_code == 404


def test_fields_take_no_more_words_than_an_address_can_hold(
    client: Client, tara: User, requisition: Requisition
) -> None:
    make_application(requisition, actor=tara)
    client.sign_in(tara)
    for page in (f"/requisitions/{requisition.number}/{view}" for view in ("board", "list", "filters")):
        text = client.get(page).text
        fields = re.findall(r'<input[^>]* name="(?:q|from|region)"[^>]*>', text)
        assert fields
        assert [field for field in fields if "hidden" not in field and "maxlength" not in field] == []


def test_rows_stand_as_the_reader_likes_them(client: Client, tara: User, requisition: Requisition) -> None:
    make_application(requisition, actor=tara)
    client.sign_in(tara)
    address = f"/requisitions/{requisition.number}/list"
    assert "grid-compact" not in client.get(address).text
    assert client.post("/preferences", data={"key": "list.density", "value": "compact"}).status_code == 303
    assert "grid-compact" in client.get(address).text


def test_the_cost_of_filters_and_sorts_does_not_grow_with_people(
    client: Client, tara: User, requisition: Requisition, statements: list[str]
) -> None:
    client.sign_in(tara)
    asked = "source=sourced&from=linkedin&tag=1&region=x&recruiter=me&missing=any&q=person&late=1&mine=1"
    queries = [f"list?sort={sort}" for sort in ("stage", "name", "evidence", "waits", "contact", "recruiter")]
    addresses = [*queries, f"list?{asked}", f"board?{asked}", f"filters?{asked}"]

    def cost() -> list[int]:
        used = []
        for address in addresses:
            statements.clear()
            assert client.get(f"/requisitions/{requisition.number}/{address}").status_code == 200
            used.append(len(statements))
        return used

    fill_pipeline(requisition, 10, actor=tara)
    few = cost()
    fill_pipeline(requisition, 200, actor=tara)
    assert cost() == few
