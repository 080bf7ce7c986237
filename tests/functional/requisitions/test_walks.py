"""Leading a requisition through its life on pages, as people do it."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import OrganisationSettings
from tracker.accounts.states import DecideOwn, Role
from tracker.core.db import db, transaction
from tracker.mail.models import OutboxMessage
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.overviews import Filters, overview
from tracker.requisitions.queries import checklist_of, hiring_manager, stages_of
from tracker.requisitions.stage_templates import find_template
from tracker.requisitions.states import Need, Phase, RequisitionState, RoleProfileKey, TeamPart

FORM = {
    "role": "mlops_engineer", "title": "Senior MLOps Engineer, Berlin platform", "team": "Platform", "openings": "2",
    "workplace": "remote", "regions": "EU and UK", "overlap_hours": "4", "overlap_timezone": "Europe/Berlin",
    "engagement": "employee", "salary_from": "85,000", "salary_to": "105.000", "currency": "eur", "target_days": "45",
}  # fmt: skip


def found(number: str) -> Requisition:
    requisition = db.session.scalar(select(Requisition).where(Requisition.number == number))
    assert requisition is not None
    return requisition


def facts_of(requisition: Requisition, **changes: str) -> dict[str, str]:
    """What the form of the facts sends for this requisition as it is."""
    return {
        "title": requisition.title, "team": requisition.team, "workplace": requisition.workplace.value,
        "engagement": requisition.engagement.value, "currency": requisition.currency,
        "target_days": str(requisition.target_days), "version": str(requisition.version),
    } | changes  # fmt: skip


def test_from_a_blank_form_to_an_open_requisition(app: Flask, client: Client) -> None:
    tara = make_user(Role.RECRUITER, name="Tara Kessler")
    maya = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    client.sign_in(tara)
    assert "Can we build a valuable model?" in client.get("/requisitions/new").text
    answer = client.post("/requisitions/new", data=FORM | {"hiring_manager": str(maya.id), "recruiter": str(tara.id)})
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/requisitions/MLOPS-1")
    requisition = found("MLOPS-1")
    assert (requisition.salary_from, requisition.salary_to, requisition.currency) == (85000, 105000, "EUR")
    assert (len(requisition.openings), hiring_manager(requisition)) == (2, maya)

    page = client.get("/requisitions/MLOPS-1/opening-approval").text
    assert "Maya Lindqvist" in page
    client.post("/requisitions/MLOPS-1/opening-approval", data={"approver": str(maya.id)})
    assert found("MLOPS-1").state is RequisitionState.PENDING_APPROVAL
    (message,) = db.session.scalars(select(OutboxMessage))
    rendered = app.extensions["registry"].mail_kinds[message.kind].render(message)
    path = f"/approvals/{message.facts['approval_id']}/decision"
    assert rendered.subject == ("Tara Kessler asks for your approval: MLOPS-1, Senior MLOps Engineer, Berlin platform")
    for part in (rendered.text, rendered.html):
        assert f"http://localhost:8000{path}" in part
        assert "85,000–105,000" in part

    client.sign_in(maya)
    assert "Waits for your approval" in client.get("/requisitions/MLOPS-1").text
    assert "85,000–105,000" in client.get(path).text
    answer = client.post(path, data={"decision": "approved", "comment": "Go ahead."})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/requisitions/MLOPS-1")
    assert found("MLOPS-1").state is RequisitionState.OPEN
    again = client.post(path, data={"decision": "declined", "comment": "Or not."})
    assert again.status_code == 409
    assert "Maya Lindqvist" in again.text
    history = client.get("/requisitions/MLOPS-1/history").text
    assert "asked Maya Lindqvist to approve the requisition" in history


def test_a_decline_brings_the_words_back(app: Flask, client: Client) -> None:
    maya = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    requisition = make_requisition(state=RequisitionState.PENDING_APPROVAL, hiring_manager=maya)
    path = f"/approvals/{db.session.scalars(select(OutboxMessage)).one().facts['approval_id']}/decision"
    client.sign_in(maya)
    refused = client.post(path, data={"decision": "declined", "comment": ""})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    client.post(path, data={"decision": "declined", "comment": "The range is too low."})
    assert "The range is too low." in client.get(f"/requisitions/{requisition.number}").text
    assert requisition.state is RequisitionState.DRAFT
    decided = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "approvals/decided")).one()
    rendered = app.extensions["registry"].mail_kinds[decided.kind].render(decided)
    assert "declined" in rendered.subject
    assert "The range is too low." in rendered.text


def test_a_founder_alone_opens_it_where_that_is_allowed(app: Flask, client: Client) -> None:
    founder = make_user(Role.ADMIN, Role.RECRUITER, Role.HIRING_MANAGER, name="Finn Founder")
    client.sign_in(founder)
    client.post("/requisitions/new", data=FORM | {"hiring_manager": str(founder.id)})
    page = client.get("/requisitions/MLOPS-1/opening-approval").text
    assert "Nobody but you could approve this" in page
    # An admin is not sent to an admin.
    assert '<a href="/settings">allow deciding on one’s own submissions</a>' in page
    with transaction():
        db.session.add(OrganisationSettings(id=1, decide_own=DecideOwn.OWN_ALLOWED))
    page = client.get("/requisitions/MLOPS-1/opening-approval").text
    assert "decided by the submitter" in page
    client.post("/requisitions/MLOPS-1/opening-approval", data={"approver": str(founder.id)})
    assert found("MLOPS-1").state is RequisitionState.OPEN
    assert "(decided by the submitter)" in client.get("/requisitions/MLOPS-1/history").text


def test_what_cannot_be_kept_stays_in_the_form_with_a_word_beside_it(app: Flask, client: Client) -> None:
    client.sign_in(make_user(Role.RECRUITER))
    wrong = FORM | {"salary_to": "70,000", "openings": "0", "title": "Kept while typing", "currency": "euros"}
    answer = client.post("/requisitions/new", data=wrong)
    assert answer.status_code == 422
    assert "Give a number from 1 to 50." in answer.text
    assert 'value="Kept while typing"' in answer.text
    answer = client.post("/requisitions/new", data=FORM | {"salary_to": "70,000"})
    assert (answer.status_code, "The range ends below where it begins." in answer.text) == (422, True)
    assert db.session.scalar(select(Requisition.id)) is None


def test_the_slower_of_two_editors_sees_both_and_decides(app: Flask, client: Client) -> None:
    requisition = make_requisition(team="Platform")
    number = requisition.number
    client.sign_in(make_user(Role.RECRUITER, name="Tara Kessler"))
    stale = facts_of(requisition, team="Search")
    assert client.post(f"/requisitions/{number}/edit", data=facts_of(requisition, team="Edge")).status_code == 303

    slower = app.test_client()
    assert isinstance(slower, Client)
    slower.sign_in(make_user(Role.RECRUITER))
    answer = slower.post(f"/requisitions/{number}/edit", data=stale)
    assert answer.status_code == 409
    assert f"Tara Kessler changed the team while you were working on {number}." in answer.text
    assert "<b>Edge</b>" in answer.text
    assert 'value="Search"' in answer.text
    assert found(number).team == "Edge"
    assert f'value="{requisition.version}"' in answer.text
    known = stale | {"version": str(requisition.version)}
    assert slower.post(f"/requisitions/{number}/edit", data=known).status_code == 303
    assert found(number).team == "Search"


def test_the_checklist_is_edited_without_a_script(app: Flask, client: Client) -> None:
    requisition = make_requisition(role=RoleProfileKey.ML_ENGINEER)
    base = f"/requisitions/{requisition.number}/checklist"
    client.sign_in(make_user(Role.RECRUITER))
    first, second, *_rest = checklist_of(requisition)
    client.post(f"{base}/items/{first.id}/position", data={"step": "down"})
    assert checklist_of(requisition)[:2] == [second, first]
    answer = client.post(f"{base}/items/{first.id}/need", data={"need": "nice_to_have"})
    assert answer.headers["Location"] == f"{base}?at=need-{first.id}"
    assert first.need is Need.NICE_TO_HAVE
    client.post(
        f"{base}/responsibilities", data={"role": "mlops_engineer", "key": "monitoring", "need": "nice_to_have"}
    )
    assert "Monitoring and Alerting" in [item.title for item in checklist_of(requisition)]
    words = {"title": "Model craft", "description": "", "need": "must_have", "version": str(requisition.version)}
    client.post(f"{base}/items/{second.id}", data=words)
    assert second.title == "Model craft"
    stale = client.post(f"{base}/items/{second.id}", data=words | {"title": "Another"})
    assert (stale.status_code, "was faster" in stale.text) == (409, True)
    assert "Skill: it says <b>Model craft</b>" in stale.text
    assert f"{requisition.number}, {requisition.title}, is open." in stale.text
    client.post(f"{base}/items/{second.id}/removal")
    page = client.get(base).text
    assert "Put back" in page
    assert "Model craft" not in [item.title for item in checklist_of(requisition)]
    order = [str(item.id) for item in reversed(checklist_of(requisition))]
    client.post(f"{base}/order", data={"item": order, "version": str(requisition.version)})
    assert [str(item.id) for item in checklist_of(requisition)] == order
    client.post(f"{base}/items/new", data={"title": "Speaks Polish", "description": "", "need": "nice_to_have"})
    assert checklist_of(requisition)[-1].title == "Speaks Polish"


def test_the_stages_of_one_requisition(app: Flask, client: Client) -> None:
    requisition = make_requisition()
    base = f"/requisitions/{requisition.number}/stages"
    client.sign_in(make_user(Role.RECRUITER))
    added = client.post(
        f"{base}/new", data={"name": "Pairing", "phase": "vetting", "kind": "assessment", "limit_days": "3"}
    )
    assert added.status_code == 303
    pairing = next(stage for stage in stages_of(requisition) if stage.name == "Pairing")
    client.post(f"{base}/{pairing.id}/position", data={"step": "up"})
    names = [stage.name for stage in stages_of(requisition)]
    assert names.index("Pairing") == names.index("Panel interview") - 1
    form = {"name": "Pair programming", "limit_days": "", "requires_approval": "y", "version": str(pairing.version)}
    client.post(f"{base}/{pairing.id}", data=form)
    assert (pairing.name, pairing.limit_days, pairing.requires_approval) == ("Pair programming", None, True)
    late = client.post(f"{base}/{pairing.id}", data=form | {"name": "Late"})
    assert (late.status_code, "renamed the stage Pairing to Pair programming" in late.text) == (409, True)
    assert 'value="Late"' in late.text
    order = {phase.value: [stage.id for stage in stages_of(requisition) if stage.phase is phase] for phase in Phase}
    order["vetting"].reverse()
    dragged = client.post(f"{base}/order", data={**order, "version": str(requisition.version)})
    assert (dragged.status_code, stages_of(requisition)[3].name) == (303, "Shortlisted")
    assert client.post(f"{base}/order", data={**order, "version": "1"}).status_code == 409
    client.post(f"{base}/{pairing.id}/retirement")
    assert pairing not in stages_of(requisition)
    assert "Bring back" in client.get(base).text
    client.post(f"{base}/{pairing.id}/restoration")
    assert pairing in stages_of(requisition)
    shortlisted = next(stage for stage in stages_of(requisition) if stage.name == "Shortlisted")
    refused = client.post(f"{base}/{shortlisted.id}/retirement")
    assert (refused.status_code, "submitting a shortlist moves people here" in refused.text) == (422, True)


def test_the_stages_beside_the_template(app: Flask, client: Client) -> None:
    requisition = make_requisition()
    base = f"/requisitions/{requisition.number}/stages"
    client.sign_in(make_user(Role.ADMIN))
    template = f"/stage-templates/{requisition.role.value}"
    client.post(f"{template}/stages/new", data={"name": "Pairing", "phase": "vetting", "kind": "assessment"})
    screening = next(stage for stage in stages_of(requisition) if stage.name == "Screening")
    client.post(f"{base}/{screening.id}", data={"name": "First call", "version": str(screening.version)})
    assert "Compare with the template (2)" in client.get(base).text
    page = client.get(f"{base}/comparison").text
    assert ("is called Screening" in page, "is added" in page) == (True, True)
    assert client.post(f"{base}/comparison").status_code == 422
    client.post(f"{base}/comparison", data={"key": ["screening", "pairing"]})
    assert {"Screening", "Pairing"} <= {stage.name for stage in stages_of(requisition)}
    assert "Nothing differs" in client.get(f"{base}/comparison").text


def test_the_template_of_a_role(app: Flask, client: Client) -> None:
    client.sign_in(make_user(Role.ADMIN))
    base = "/stage-templates/ml_engineer"
    assert client.get("/stage-templates").headers["Location"] == base
    # The first look writes the defaults.
    assert "Technical assessment" in client.get(base).text
    template = find_template(RoleProfileKey.ML_ENGINEER)
    assert template is not None
    first, second = template.stages[:2]
    form = {"name": "Spotted", "limit_days": "9", "version": "1"}
    assert client.post(f"{base}/stages/{first.id}", data=form).status_code == 303
    late = client.post(f"{base}/stages/{first.id}", data=form | {"name": "Seen"})
    assert (late.status_code, "renamed the stage Identified" in late.text, 'value="Seen"' in late.text) == (
        409,
        True,
        True,
    )
    client.post(f"{base}/stages/{second.id}/position", data={"step": "up"})
    client.post(f"{base}/stages/{first.id}/retirement")
    page = client.get(base).text
    assert ("renamed the stage Identified to Spotted" in page, "retired Spotted" in page) == (True, True)
    client.post(f"{base}/stages/{first.id}/restoration")
    order = {phase.value: [stage.id for stage in template.stages if stage.phase is phase] for phase in Phase}
    client.post(f"{base}/stages/order", data={**order, "version": str(template.version)})
    assert client.get("/stage-templates/nobody").status_code == 404


def test_hold_resume_end_reopen(app: Flask, client: Client) -> None:
    requisition = make_requisition(openings=2)
    base = f"/requisitions/{requisition.number}"
    client.sign_in(make_user(Role.ADMIN))
    assert client.post(f"{base}/holds", data={"reason": ""}).status_code == 422
    client.post(f"{base}/holds", data={"reason": "The budget is being decided."})
    assert "The budget is being decided." in client.get(base).text
    client.post(f"{base}/resumption")
    assert requisition.state is RequisitionState.OPEN
    client.post(f"{base}/openings")
    assert len(requisition.openings) == 3
    client.post(f"{base}/openings/{requisition.openings[2].id}/cancellation")
    assert client.post(f"{base}/closure", data={"outcome": "cancelled", "reason": ""}).status_code == 422
    client.post(f"{base}/closure", data={"outcome": "cancelled", "reason": "The project ended."})
    assert "The project ended." in client.get(base).text
    assert "All that the cancellation closed" in client.get(f"{base}/reopening").text
    client.post(f"{base}/reopening", data={"opening": "0"})
    assert requisition.state is RequisitionState.OPEN
    assert sum(opening.spells[-1].ended_at is None for opening in requisition.openings) == 2


def test_the_hiring_team_is_set_on_its_page(app: Flask, client: Client) -> None:
    requisition = make_requisition()
    ben, james = make_user(Role.HIRING_MANAGER, name="Ben"), make_user(Role.INTERVIEWER, name="James Okoye")
    client.sign_in(make_user(Role.ADMIN))
    address = f"/requisitions/{requisition.number}/team"
    form = {"hiring_manager": str(ben.id), "interviewer": [str(james.id)], "version": str(requisition.version)}
    assert client.post(address, data=form).status_code == 303
    assert hiring_manager(requisition) is ben
    assert {member.part for member in requisition.team_members} == {TeamPart.HIRING_MANAGER, TeamPart.INTERVIEWER}
    faster = client.post(address, data=form | {"interviewer": []})
    assert (faster.status_code, "Interviewers: it says <b>James Okoye</b>" in faster.text) == (409, True)
    nobody = {"hiring_manager": "0", "version": str(requisition.version)}
    answer = client.post(address, data=nobody)
    assert (answer.status_code, "Choose a hiring manager." in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"MLOPS-1", "MLOPS-2", "MLE-1"}),
        ("?role=ml_engineer", {"MLE-1"}),
        ("?state=draft", {"MLOPS-2"}),
        ("?mine=1", {"MLOPS-1"}),
        ("?mine=1&state=draft", set()),
        ("?role=nonsense&state=nonsense", {"MLOPS-1", "MLOPS-2", "MLE-1"}),
    ],
)
def test_the_list_and_its_filters(app: Flask, client: Client, query: str, expected: set[str]) -> None:
    tara = make_user(Role.RECRUITER)
    make_requisition(recruiter=tara)
    make_requisition(state=RequisitionState.DRAFT)
    make_requisition(role=RoleProfileKey.ML_ENGINEER)
    make_requisition(role=RoleProfileKey.ML_ENGINEER, confidential=True)
    page = client.sign_in(tara).get(f"/requisitions{query}").text
    assert {
        number for number in ("MLOPS-1", "MLOPS-2", "MLE-1", "MLE-2") if f"/requisitions/{number}" in page
    } == expected


def test_one_state_is_paged(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.requisitions.overviews.PAGE", 2)
    for _ in range(3):
        make_requisition()
    client.sign_in(make_user(Role.RECRUITER))
    first = client.get("/requisitions?state=open").text
    assert "/requisitions/MLOPS-3" in first
    assert "/requisitions/MLOPS-1" not in first
    before = found("MLOPS-2").id
    assert f"before={before}" in first
    assert "/requisitions/MLOPS-1" in client.get(f"/requisitions?state=open&before={before}").text


def count_of(client: Client, statements: list[str], address: str) -> int:
    client.get(address)
    statements.clear()
    assert client.get(address).status_code == 200
    return len(statements)


def test_the_number_of_statements_does_not_grow(app: Flask, client: Client, statements: list[str]) -> None:
    admin = make_user(Role.ADMIN)
    client.sign_in(admin)
    first = make_requisition(openings=1)
    addresses = ["/requisitions", f"/requisitions/{first.number}"]
    before = [count_of(client, statements, address) for address in addresses]
    for _ in range(5):
        make_requisition(openings=3, deputies=[make_user(Role.HIRING_MANAGER)])
    interviewers = [make_user(Role.INTERVIEWER) for _ in range(4)]
    with transaction():
        first.team_members.extend(TeamMember(user=user, part=TeamPart.INTERVIEWER) for user in interviewers)
    assert [count_of(client, statements, address) for address in addresses] == before


def test_the_list_itself_takes_nine_statements(app: Flask, statements: list[str]) -> None:
    admin = make_user(Role.ADMIN)
    for state in (RequisitionState.OPEN, RequisitionState.DRAFT, RequisitionState.CANCELLED):
        make_requisition(state=state, openings=2)
    # Signing in has read these before.
    assert admin.has(Role.ADMIN)
    assert admin.id
    statements.clear()
    found = overview(admin, Filters())
    assert [(group.state, group.total) for group in found.groups] == [
        (RequisitionState.OPEN, 1),
        (RequisitionState.DRAFT, 1),
        (RequisitionState.CANCELLED, 1),
    ]
    assert len(statements) == 9


def test_a_number_in_small_letters_leads_to_the_requisition(app: Flask, client: Client) -> None:
    requisition = make_requisition()
    number = requisition.number
    client.sign_in(make_user(Role.RECRUITER))
    answer = client.get(f"/requisitions/{number.lower()}/history?before=7")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/requisitions/{number}/history?before=7")
    # Nothing is told about which numbers there are.
    assert client.get("/requisitions/mle-999").status_code == 302
    assert client.get("/requisitions/MLE-999").status_code == 404


def test_what_is_wrong_with_a_new_requisition_is_told_in_the_order_of_the_page(app: Flask, client: Client) -> None:
    client.sign_in(make_user(Role.RECRUITER))
    page = client.post("/requisitions/new", data=FORM | {"role": "", "title": "", "openings": "", "currency": ""}).text
    told = page.split('class="error-summary"')[1].split("</ul>")[0]
    places = [told.index(words) for words in ("Role:", "Title:", "Currency:", "Openings:")]
    assert places == sorted(places)
