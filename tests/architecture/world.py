"""A small organisation in which every route has something to be about.

The arguments of routes are looked up here by their names. A route with an argument that nothing supplies fails the
test: write a function marked `@supplies("name")` that makes the row and returns what stands in the address. It is
called once; what it needs of others it takes with `world.get("…")`. A row of the table that needs another value names
a supply of its own: `version_id=draft_version_id`.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.offers import make_offer
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import (
    items_of,
    make_decision,
    make_interview,
    make_scorecard,
    make_shortlist,
    make_vetted,
)
from tracker.access.operations import send_link
from tracker.access.tokens import token_of
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind
from tracker.candidates.files import attach_file
from tracker.candidates.models import Candidate
from tracker.candidates.operations import add_note
from tracker.candidates.tagging import tag_candidates
from tracker.core.db import db, transaction
from tracker.core.limits import limiter
from tracker.mail.models import OutboxMessage
from tracker.offers.hiring import accept_offer
from tracker.offers.models import OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline import import_files
from tracker.pipeline.bulk import start_batch, work_off
from tracker.pipeline.bulk_judging import Order
from tracker.pipeline.imports import create_import, read_file
from tracker.pipeline.queries import latest_change
from tracker.pipeline.states import BatchKind
from tracker.requisitions.stage_templates import find_template
from tracker.requisitions.states import RequisitionState, StageKind
from tracker.saved_views.operations import save_view
from tracker.saved_views.queries import Board
from tracker.saved_views.states import Reach, ViewKind
from tracker.summaries.models import Summary, SummarySchedule
from tracker.summaries.operations import settle_schedules, summarise
from tracker.vetting.operations.decisions import waive_item
from tracker.vetting.operations.interviews import cancel_interview
from tracker.vetting.operations.scorecards import withdraw_scorecard
from tracker.vetting.states import EntryState, Rating

#: The columns of the table, in its order; the last is somebody who is not signed in.
READERS = ("admin", "recruiter", "manager", "interviewer", "nobody")

_supplies: dict[str, Callable[["World"], Any]] = {}


def supplies(name: str) -> Callable[[Callable[["World"], Any]], Callable[["World"], Any]]:
    """Mark the function that makes what the argument `name` stands for."""

    def mark(function: Callable[["World"], Any]) -> Callable[["World"], Any]:
        assert name not in _supplies, f"{name} is supplied twice"
        _supplies[name] = function
        return function

    return mark


class World:
    """The organisation: four people, one of each role, who work together on one requisition, and what they made.

    The recruiter and the manager are on the requisition's hiring team, and so is the interviewer.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._made: dict[str, Any] = {}
        self.writes: list[str] = []

    @cached_property
    def people(self) -> dict[str, User]:
        """The readers, by their column."""
        roles = (Role.ADMIN, Role.RECRUITER, Role.HIRING_MANAGER, Role.INTERVIEWER)
        return {name: make_user(role, name=f"Ada {role.label}") for name, role in zip(READERS, roles, strict=False)}

    def get(self, name: str) -> Any:
        """What a supply made; made now if nobody asked before. Raises KeyError when nothing supplies it."""
        if name not in self._made:
            self._made[name] = _supplies[name](self)
        return self._made[name]

    def make_everything(self) -> None:
        """Make what every supply makes."""
        for name in _supplies:
            self.get(name)

    def address(self, rule: str, values: dict[str, str]) -> str:
        """The address that the rule stands for. `values` are names of supplies for its arguments."""
        arguments = argument_names(rule)
        given = {name: self.get(values.get(name, name)) for name in arguments}
        return "".join(str(given[part]) if part in arguments else part for part in split_rule(rule))

    def ask(
        self, reader: str, method: str, rule: str, values: dict[str, str], headers: dict[str, str] | None = None
    ) -> TestResponse:
        """Send one request as that reader, and take back whatever it did. `self.writes` has what it wrote.

        `values` are names of supplies for the rule's arguments, and fields of the form for all other names.
        """
        path = self.address(rule, values)
        form = {name: value for name, value in values.items() if name not in argument_names(rule)}
        key = self.people[reader].get_id() if reader != "nobody" else None
        # What was read to get here ends, so that the savepoint below lies within nothing else.
        db.session.commit()
        connection: Any = db.engines[None]
        # Tries are counted in this process; here nobody is held back by those of others.
        limiter._fallback_storage.reset()
        self.writes.clear()
        savepoint = connection.begin_nested()
        event.listen(connection, "before_cursor_execute", self._note)
        try:
            with self.client.session_transaction() as session:
                session.clear()
                if key:
                    session["_user_id"] = key
                    session["_fresh"] = True
            # Read to its end, so that a file that is sent is closed.
            return self.client.open(path, method=method, data=form or None, headers=headers, buffered=True)
        finally:
            event.remove(connection, "before_cursor_execute", self._note)
            db.session.rollback()
            savepoint.rollback()
            db.session.expire_all()

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self.writes.append(statement)


def split_rule(rule: str) -> list[str]:
    """ "/users/<int:user_id>/roles" → ["/users/", "user_id", "/roles"]."""
    parts: list[str] = []
    for piece in rule.split("<"):
        argument, closed, rest = piece.partition(">")
        parts.extend([argument.rpartition(":")[2], rest] if closed else [argument])
    return parts


def argument_names(rule: str) -> list[str]:
    """The names of a rule's arguments."""
    return split_rule(rule)[1::2]


# --- accounts and access --------------------------------------------------------------------------------------------


@supplies("user_id")
def _user(_world: World) -> int:
    return make_user(Role.INTERVIEWER, name="Priya Raghunathan").id


@supplies("disabled_user_id")
def _disabled_user(_world: World) -> int:
    user = make_user(Role.INTERVIEWER, name="Hugo Marchetti")
    with transaction():
        disable_user(user, None, actor=None)
    return user.id


@supplies("token")
def _token(_world: World) -> str:
    user = make_user(Role.INTERVIEWER)
    with transaction():
        return token_of(send_link(user, actor=None))


# --- mail -----------------------------------------------------------------------------------------------------------


@supplies("message_id")
def _message(world: World) -> int:
    world.get("token")
    message = db.session.query(OutboxMessage).first()
    assert message is not None
    return message.id


# --- requisitions, candidates, applications -------------------------------------------------------------------------


@supplies("requisition")
def _requisition(world: World) -> Any:
    people = world.people
    return make_requisition(
        recruiter=people["recruiter"], hiring_manager=people["manager"], interviewers=[people["interviewer"]]
    )


@supplies("number")
def _number(world: World) -> str:
    return str(world.get("requisition").number)


@supplies("name")
def _name(_world: World) -> str:
    """Of a board across requisitions."""
    return "mine"


@supplies("role_board")
def _role_board(_world: World) -> str:
    return "mlops-engineer"


@supplies("no_board")
def _no_board(_world: World) -> str:
    return "nonsense"


@supplies("key")
def _key(world: World) -> str:
    """Of a column of such a board, which a requisition has."""
    world.get("requisition")
    return "screening"


@supplies("draft")
def _draft(world: World) -> Any:
    people = world.people
    return make_requisition(
        state=RequisitionState.DRAFT,
        recruiter=people["recruiter"],
        hiring_manager=people["manager"],
        interviewers=[people["interviewer"]],
    )


@supplies("draft_number")
def _draft_number(world: World) -> str:
    return str(world.get("draft").number)


@supplies("pending")
def _pending(world: World) -> Any:
    people = world.people
    return make_requisition(
        state=RequisitionState.PENDING_APPROVAL,
        recruiter=people["recruiter"],
        hiring_manager=people["manager"],
        interviewers=[people["interviewer"]],
    )


@supplies("pending_number")
def _pending_number(world: World) -> str:
    return str(world.get("pending").number)


@supplies("held_number")
def _held_number(world: World) -> str:
    people = world.people
    return make_requisition(
        state=RequisitionState.ON_HOLD,
        recruiter=people["recruiter"],
        hiring_manager=people["manager"],
        interviewers=[people["interviewer"]],
    ).number


@supplies("cancelled_number")
def _cancelled_number(world: World) -> str:
    people = world.people
    return make_requisition(
        state=RequisitionState.CANCELLED,
        recruiter=people["recruiter"],
        hiring_manager=people["manager"],
        interviewers=[people["interviewer"]],
    ).number


@supplies("approval_id")
def _approval(world: World) -> int:
    approval = pending_approval(ApprovalKind.REQUISITION, requisition_id=world.get("pending").id)
    assert approval is not None
    return approval.id


@supplies("item_id")
def _item(world: World) -> int:
    return int(world.get("requisition").checklist[0].id)


@supplies("stage_id")
def _stage(world: World) -> int:
    return int(world.get("requisition").stages[1].id)


@supplies("role")
def _role(world: World) -> str:
    return str(world.get("requisition").role.value)


@supplies("template_stage")
def _template_stage(world: World) -> int:
    template = find_template(world.get("requisition").role)
    assert template is not None
    return int(template.stages[1].id)


@supplies("opening_id")
def _opening(world: World) -> int:
    return int(world.get("requisition").openings[0].id)


@supplies("candidate_id")
def _candidate(world: World) -> int:
    return make_candidate("Ingrid Solheim", actor=world.people["recruiter"]).id


@supplies("application")
def _application(world: World) -> Any:
    person = make_candidate("Lukas Brandt", actor=world.people["recruiter"])
    return make_application(world.get("requisition"), candidate=person, actor=world.people["recruiter"])


@supplies("applicant_id")
def _applicant(world: World) -> int:
    return int(world.get("application").candidate_id)


@supplies("file_id")
def _file(world: World) -> int:
    person = world.get("application").candidate
    with transaction():
        file = attach_file(person, data=b"%PDF-1.7\n", name="cv.pdf", actor=world.people["recruiter"])
    return file.id


@supplies("note_id")
def _note(world: World) -> int:
    with transaction():
        note = add_note(world.get("application").candidate, body="Keen.", actor=world.people["recruiter"])
    return note.id


@supplies("tag_id")
def _tag(world: World) -> int:
    applicant = world.get("applicant_id")
    with transaction():
        person = db.session.get_one(Candidate, applicant)
        ((_, tag_id),) = tag_candidates([person], ["relocation"], actor=world.people["recruiter"])
    return tag_id


@supplies("view_id")
def _view(world: World) -> int:
    requisition, recruiter = world.get("requisition"), world.people["recruiter"]
    with transaction():
        view = save_view(
            "Late ones",
            {"late": "1"},
            kind=ViewKind.BOARD,
            reach=Reach.EVERYWHERE,
            board=Board.of(requisition),
            shared=True,
            actor=recruiter,
        )
    return view.id


def _hand_over(world: World, data: bytes) -> int:
    requisition = world.get("requisition")
    with transaction():
        imported = create_import(
            requisition,
            sha256=import_files.keep(data),
            file_name="people.csv",
            settled=read_file(data),
            actor=world.people["recruiter"],
        )
    return imported.id


@supplies("import_id")
def _import(world: World) -> int:
    return _hand_over(world, b"Name,Email\nPriya,priya@example.org\n,nobody@example.org\n")


@supplies("discarded_id")
def _discarded(world: World) -> int:
    # Its file is deleted for good, whatever becomes of the row.
    return _hand_over(world, b"Name,Email\nHugo,hugo@example.org\n")


@supplies("application_id")
def _application_id(world: World) -> int:
    return int(world.get("application").id)


@supplies("change_id")
def _change_id(world: World) -> int:
    change = latest_change(world.get("application_id"))
    assert change is not None
    return change.id


@supplies("ending")
def _ending(_world: World) -> str:
    return "rejection"


@supplies("action")
def _action(_world: World) -> str:
    return "reject"


@supplies("mark")
def _mark(world: World) -> str:
    """A bulk action that is done and can be taken back."""
    people = [make_application(world.get("requisition")) for _ in range(2)]
    order = Order(kind=BatchKind.REJECT, reason="skills")
    with transaction():
        batch = start_batch("ab" * 16, order, {each.id: 1 for each in people}, actor=world.people["recruiter"])
    work_off(batch.id)
    return batch.mark


# --- vetting --------------------------------------------------------------------------------------------------------


@supplies("vetted")
def _vetted(world: World) -> Any:
    """Somebody whose interview the interviewer sits on, and owes a scorecard for."""
    return make_vetted(world.get("requisition"), name="Rahel Tesfaye")


@supplies("interview")
def _interview(world: World) -> Any:
    return make_interview(world.get("vetted"), world.people["interviewer"])


@supplies("interview_id")
def _interview_id(world: World) -> int:
    return int(world.get("interview").id)


@supplies("cancelled_interview_id")
def _cancelled_interview_id(world: World) -> int:
    interview = make_interview(make_vetted(world.get("requisition")), world.people["interviewer"])
    with transaction():
        cancel_interview(interview, reason="Double booked.", actor=world.people["recruiter"])
    return interview.id


@supplies("seat_id")
def _seat_id(world: World) -> int:
    return int(world.get("interview").seats[0].id)


@supplies("scorecard_id")
def _scorecard_id(world: World) -> int:
    """A submitted scorecard of the manager on somebody whom the interviewer does not know."""
    return make_scorecard(make_vetted(world.get("requisition")), world.people["manager"]).id


@supplies("draft_scorecard_id")
def _draft_scorecard_id(world: World) -> int:
    card = make_scorecard(make_vetted(world.get("requisition")), world.people["manager"])
    with transaction():
        withdraw_scorecard(card, actor=world.people["manager"])
    return card.id


@supplies("entry")
def _entry(world: World) -> Any:
    """Somebody with every skill but one assessed, who waits for the manager."""
    person = make_vetted(world.get("requisition"), name="Hugo Marchetti")
    items = list(items_of(person.requisition))
    make_scorecard(person, ratings=dict.fromkeys(items[1:], Rating.YES))
    return make_shortlist(person).entries[0]


@supplies("entry_id")
def _entry_id(world: World) -> int:
    return int(world.get("entry").id)


@supplies("shortlist_id")
def _shortlist_id(world: World) -> int:
    return int(world.get("entry").shortlist_id)


@supplies("open_entry_id")
def _open_entry_id(world: World) -> int:
    """An entry about which more is wanted."""
    person = make_vetted(world.get("requisition"))
    return make_decision(make_shortlist(person).entries[0], EntryState.MORE_WANTED).entry_id


@supplies("waiver_id")
def _waiver_id(world: World) -> int:
    person = make_vetted(world.get("requisition"))
    entry = make_shortlist(person).entries[0]
    item = next(iter(items_of(person.requisition).values()))
    with transaction():
        return waive_item(entry, item, reason="Not needed.", actor=world.people["manager"]).id


# --- what is not there ----------------------------------------------------------------------------------------------


@supplies("no_id")
def _no_id(_world: World) -> int:
    return 987_654_321


@supplies("nothing")
def _nothing(_world: World) -> str:
    return "nothing"


# --- offers ---------------------------------------------------------------------------------------------------------


def _offered(world: World, name: str, state: OfferState) -> OfferVersion:
    """An offer in that state, in a requisition of its own whose gates stand open."""
    people = world.people
    requisition = make_requisition(
        recruiter=people["recruiter"], hiring_manager=people["manager"], interviewers=[people["interviewer"]]
    )
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    person = make_candidate(name, actor=people["recruiter"])
    application = make_application(
        requisition, candidate=person, stage=StageKind.SHORTLISTED, days_ago=5, actor=people["recruiter"]
    )
    return make_offer(application, recruiter=people["recruiter"], hiring_manager=people["manager"], state=state)


@supplies("version_id")
def _version(world: World) -> int:
    return _offered(world, "Rahel Tesfaye", OfferState.EXTENDED).id


@supplies("draft_version_id")
def _draft_version(world: World) -> int:
    return _offered(world, "Davi Nogueira", OfferState.DRAFT).id


@supplies("offer_id")
def _offer(world: World) -> int:
    version = db.session.get(OfferVersion, world.get("draft_version_id"))
    assert version is not None
    return version.offer_id


@supplies("hire_id")
def _hire(world: World) -> int:
    version = _offered(world, "Karolina Wójcik", OfferState.EXTENDED)
    with transaction():
        return accept_offer(version, actor=world.people["recruiter"]).id


# --- summaries --------------------------------------------------------------------------------------------------------


@supplies("summary_id")
def _summary(world: World) -> int:
    """The recruiter's last summary, written as the worker does it on the Monday that follows."""
    world.get("application_id")
    settle_schedules()
    recruiter = world.people["recruiter"]
    monday = db.session.get_one(SummarySchedule, recruiter.id).next_due_at
    assert summarise(recruiter.id, monday)
    return db.session.query(Summary).filter_by(user_id=recruiter.id).one().id
