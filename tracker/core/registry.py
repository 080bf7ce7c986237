"""What must flow upwards: each domain's `register(registry)` fills this in create_app(), and then it is frozen.

A lower domain asks the registry; it never imports the higher one that answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import BindParameter, ColumnElement, SQLColumnExpression

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.accounts.models import Onlooker, User
    from tracker.approvals.models import Approval
    from tracker.history.operations import Subject
    from tracker.mail.models import OutboxMessage
    from tracker.pipeline.models import Application, StageChange
    from tracker.requisitions.models import Requisition, Stage


class RegistryError(RuntimeError):
    """A name was registered twice, asked for without being there, or added after the start."""


@dataclass(frozen=True)
class Permission:
    """One thing a person may be allowed to do. `allows(user, subject)` decides; `who` says it in words."""

    name: str
    allows: Callable[[User, Any], bool]
    who: str


@dataclass(frozen=True)
class Tick:
    """Periodic work: `run()` does what is due by clock.due_now(), is idempotent, and returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[], int]
    #: A run renews its lease as long as it lives, so that a killed worker delays the tick by this much at most.
    lease: timedelta = timedelta(seconds=30)


@dataclass(frozen=True)
class RenderedMail:
    """A mail as it leaves: the subject, an equal text and HTML part."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class MailKind:
    """How a kind of mail is rendered from its frozen facts, and whether it still holds just before sending."""

    name: str
    render: Callable[[OutboxMessage], RenderedMail]
    still_true: Callable[[OutboxMessage], bool]
    #: Mail to candidates waits for a person after an uncertain delivery; internal mail is tried again.
    internal: bool = True
    #: What in it opens a door, as a link to choose a password does: its recipient reads it, and no page shows it.
    secret: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Move:
    """An intended move, as guards see it."""

    application: Application
    to_stage: Stage
    actor: User


@dataclass(frozen=True)
class Refusal:
    """Why a guard says no, what is needed instead, and where to do it (an address within the application)."""

    message: str
    needed: tuple[str, ...] = ()
    address: str = ""
    #: An admin may override this refusal with a reason.
    overridable: bool = False


@dataclass(frozen=True)
class Ending:
    """An application has ended (rejected, withdrawn, closed) or its person was hired: what hangs on it ends with it.

    `at` is when it happened; `change` is the row that says so. The same describes an ending that is taken back.
    """

    application: Application
    actor: User | None
    at: datetime
    change: StageChange


@dataclass(frozen=True)
class Holder:
    """Whom an application waits on. `why` is a WaitReason value, `user_id` the person when there is one."""

    why: str
    user_id: int | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class WaitSource:
    """One way of waiting. Sources are asked in the order of `rank`; the first that answers holds the ball.

    `rests_on` is the column of application ids in the table that it reads: it is asked about those in there only.
    """

    name: str
    rank: int
    holders: Callable[[Sequence[Application]], Mapping[int, Holder]]
    rests_on: SQLColumnExpression[int]


@dataclass(frozen=True)
class CardFacts:
    """A domain's share of the derived facts on cards: applications in, columns of application_cards out by their ids.

    `rests_on` as in WaitSource; without it all applications are asked about.
    """

    name: str
    columns: tuple[str, ...]
    facts: Callable[[Sequence[Application]], Mapping[int, Mapping[str, Any]]]
    rests_on: SQLColumnExpression[int] | None = None


@dataclass(frozen=True)
class CandidateLine:
    """What a list of people says of one of their applications. `live`: it is still under way."""

    candidate_id: int
    number: str
    role: str
    text: str
    url: str
    live: bool


@dataclass(frozen=True)
class PersonalData:
    """How a table that holds personal data is exported and erased for a candidate."""

    table: str
    export: Callable[[int], list[dict[str, Any]]]
    erase: Callable[[int], None]


@dataclass(frozen=True)
class Duties:
    """What may wait on a user in one domain, and how a successor takes it over when the user is disabled.

    `held_by(user)` gives a line for each such thing; `hand_over(user, successor, actor)` runs in the same transaction.
    """

    name: str
    held_by: Callable[[User], Sequence[str]]
    hand_over: Callable[[User, User, User | None], None]


@dataclass(frozen=True)
class NavigationItem:
    """A line of the sidebar. Lower `order` comes first.

    `count(reader)` gives a number to show beside it, in SQL: every page shows all of them, read by one statement. That
    statement is built once for each set of roles and kept: instants in it are asked for by types.when_sent().
    `prefix` is the start of the addresses at which the line is marked as the current one.
    """

    label: str
    endpoint: str
    icon: str
    order: int
    prefix: str
    visible: Callable[[User], bool] = lambda _user: True
    count: Callable[[Onlooker], ColumnElement[int]] | None = None
    #: The count waits on the reader; nothing is shown while it is zero.
    urgent: bool = False
    section: str = ""


@dataclass(frozen=True)
class PreferenceKind:
    """Something that people set for themselves on the page it is about, kept as a short text.

    `accepts(value)` says whether a value can be meant; `default` holds for who never chose.
    """

    key: str
    default: str
    accepts: Callable[[str], bool]


@dataclass(frozen=True)
class Check:
    """An invariant for `tracker verify`: yields one line for each fault found."""

    name: str
    faults: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class ApprovalSummary:
    """What somebody is asked to agree to: a headline, the facts by label, and the page that shows it whole."""

    headline: str
    facts: tuple[tuple[str, str], ...]
    address: str
    #: What the page does next when it was agreed to, as a sentence.
    consequence: str


@dataclass(frozen=True)
class ApprovalSubject:
    """A kind of thing that people agree to (an ApprovalKind value), as the approvals domain needs to know it.

    `lock` takes the locks of the owner, in the house's order; `visible` and `deciders` say who sees it and who may
    decide, those who are asked first at the head; `about` names what shows its events; `handed_over` is called when
    somebody else is asked to decide.
    """

    kind: str
    lock: Callable[[Approval], None]
    summary: Callable[[Approval], ApprovalSummary]
    visible: Callable[[User, Approval], bool]
    deciders: Callable[[Approval], Sequence[User]]
    about: Callable[[Approval], Subject]
    handed_over: Callable[[Approval], None] = lambda _approval: None


@dataclass(frozen=True)
class PipelineFigures:
    """The people of one requisition: active and late ones by stage id."""

    active: Mapping[int, int]
    late: Mapping[int, int]
    #: How many wait on the reader.
    waits_on_reader: int
    hired: int
    ended: int

    @property
    def people(self) -> int:
        """How many are active."""
        return sum(self.active.values())


@dataclass(frozen=True)
class RequisitionTab:
    """A page of a requisition, as its tabs show it: the endpoint takes `number`.

    `counts(requisition id)` gives numbers in SQL, which are read by one statement for all tabs; `note(*numbers)` makes
    of them what stands beside the tab. The statement is built once, for an id that is a parameter, and kept: instants
    in it are asked for by types.when_sent().
    """

    name: str
    label: str
    endpoint: str
    rank: int
    permission: str
    counts: Callable[[BindParameter[int]], Sequence[ColumnElement[int]]] | None = None
    note: Callable[..., str] = lambda count: str(count or "")


@dataclass(eq=False)
class Registry:
    """Everything that domains contribute. See the dataclasses above for each kind."""

    permissions: dict[str, Permission] = field(default_factory=dict)
    ticks: dict[str, Tick] = field(default_factory=dict)
    mail_kinds: dict[str, MailKind] = field(default_factory=dict)
    #: Moves in, what is said to each in their order; a constant number of statements for any number of moves.
    move_guards: list[Callable[[Sequence[Move]], Sequence[Refusal | None]]] = field(default_factory=list)
    #: Stage kinds on which a drop opens a form of its own, instead of moving: kind → address for (application, stage).
    stage_forms: dict[str, Callable[[Application, Stage], str]] = field(default_factory=dict)
    #: A password was set: what was sent out to set another is over, in the same transaction.
    on_password_set: list[Callable[[User], None]] = field(default_factory=list)
    #: An account was made, enabled, disabled or changed: what is planned for its owner is planned anew.
    on_account: list[Callable[[User], None]] = field(default_factory=list)
    #: Who may decide changed, in one requisition or (None) in any, by the actor: what waits for somebody who may no
    #: longer is handed on, in the same transaction.
    on_deciders_changed: list[Callable[[Requisition | None, User | None], None]] = field(default_factory=list)
    #: What lists and cards say of people changed (their details, their tags); called with their ids.
    on_people_changed: list[Callable[[Collection[int]], None]] = field(default_factory=list)
    #: Applications ended, each by a change of its own: what hangs on them ends with them, in the same transaction.
    on_ending: list[Callable[[Sequence[Ending]], None]] = field(default_factory=list)
    #: Endings were taken back: what ended with them is as it was before, in the same transaction.
    on_ending_undone: list[Callable[[Sequence[Ending]], None]] = field(default_factory=list)
    #: A requisition was filled or cancelled: pending things lapse. Called with the requisition and the actor.
    on_requisition_closed: list[Callable[[Requisition, User | None], None]] = field(default_factory=list)
    #: A live requisition's stages, checklist, team or state changed: what is derived from them is derived again.
    on_requisition_changed: list[Callable[[Requisition], None]] = field(default_factory=list)
    #: Approval of a kind was decided: kind → callback(approval id, actor).
    on_approval_decided: dict[str, Callable[[int, User], None]] = field(default_factory=dict)
    approval_subjects: dict[str, ApprovalSubject] = field(default_factory=dict)
    #: The pipeline answers: requisition ids and the reader in, figures by requisition id out.
    pipeline_figures: list[Callable[[Sequence[int], User | None], Mapping[int, PipelineFigures]]] = field(
        default_factory=list
    )
    requisition_tabs: list[RequisitionTab] = field(default_factory=list)
    #: What a change answers to a part of a page that asked for it: the part's name → (application, change, sentence).
    fragments: dict[str, Callable[[Application, StageChange, str], ResponseReturnValue]] = field(default_factory=dict)
    wait_sources: list[WaitSource] = field(default_factory=list)
    card_facts: list[CardFacts] = field(default_factory=list)
    #: Who may see a candidate: SQL predicates over candidates.id for a user, OR-ed.
    candidate_visibility: list[Callable[[User], ColumnElement[bool]]] = field(default_factory=list)
    #: Who may see an application, beside the hiring team: SQL predicates over applications.id, OR-ed.
    application_visibility: list[Callable[[Onlooker], ColumnElement[bool]]] = field(default_factory=list)
    #: What lists of people say of their applications: candidate ids and the reader in, lines out.
    candidate_lines: list[Callable[[Sequence[int], User], Iterable[CandidateLine]]] = field(default_factory=list)
    personal_data: dict[str, PersonalData] = field(default_factory=dict)
    preference_kinds: dict[str, PreferenceKind] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    #: What may wait on a user; asked and handed over when one is disabled.
    duties: list[Duties] = field(default_factory=list)
    navigation: list[NavigationItem] = field(default_factory=list)
    frozen: bool = False

    def add_permission(self, name: str, allows: Callable[[User, Any], bool], *, who: str) -> None:
        """Register a permission by a name like "application.move".

        `who` completes the sentence "This is for …"; it names roles in the plural, and "of the requisition" or
        "on the interview" right behind a role that may only do it to what is theirs.
        """
        self._put(self.permissions, name, Permission(name, allows, who))

    def add_tick(self, name: str, run: Callable[[], int], *, every: timedelta) -> None:
        """Register periodic work."""
        self._put(self.ticks, name, Tick(name, every, run))

    def add_mail_kind(self, kind: MailKind) -> None:
        """Register a kind of mail."""
        self._put(self.mail_kinds, kind.name, kind)

    def add_personal_data(self, entry: PersonalData) -> None:
        """Register a table that holds personal data."""
        self._put(self.personal_data, entry.table, entry)

    def add_preference(self, key: str, *, default: str, accepts: Callable[[str], bool]) -> None:
        """Register something that people set for themselves, by a key like "board.folded"."""
        self._put(self.preference_kinds, key, PreferenceKind(key, default, accepts))

    def add_check(self, name: str, faults: Callable[[], Iterable[str]]) -> None:
        """Register an invariant."""
        self._put(self.checks, name, Check(name, faults))

    def add_duties(self, duties: Duties) -> None:
        """Register what may wait on a user."""
        self._check_open()
        self.duties.append(duties)

    def add_navigation(self, item: NavigationItem) -> None:
        """Register a line of the sidebar; the lines stay sorted by order."""
        self._check_open()
        self.navigation.append(item)
        self.navigation.sort(key=lambda entry: entry.order)

    def add_wait_source(self, source: WaitSource) -> None:
        """Register a way of waiting; the sources stay sorted by rank."""
        self._check_open()
        self.wait_sources.append(source)
        self.wait_sources.sort(key=lambda entry: entry.rank)

    def add_card_facts(self, facts: CardFacts) -> None:
        """Register a share of the cards' derived facts."""
        self._check_open()
        self.card_facts.append(facts)

    def add_approval_subject(self, subject: ApprovalSubject) -> None:
        """Register a kind of thing that people agree to."""
        self._put(self.approval_subjects, subject.kind, subject)

    def add_requisition_tab(self, tab: RequisitionTab) -> None:
        """Register a page of a requisition; the tabs stay sorted by rank."""
        self._check_open()
        self.requisition_tabs.append(tab)
        self.requisition_tabs.sort(key=lambda entry: entry.rank)

    def freeze(self) -> None:
        """No more entries from here on."""
        self.frozen = True

    def _check_open(self) -> None:
        if self.frozen:
            raise RegistryError("The registry is filled in create_app() only.")

    def _put(self, table: dict[str, Any], name: str, entry: object) -> None:
        self._check_open()
        if name in table:
            raise RegistryError(f"{name!r} is registered twice.")
        table[name] = entry


def get_registry() -> Registry:
    """The registry of the running application."""
    registry: Registry = current_app.extensions["registry"]
    return registry
