"""How a version of an offer is made, locked and changed; what is done with offers is in operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.accounts.models import User
from tracker.approvals.operations import void_approval
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Refused
from tracker.history.operations import record
from tracker.offers import events
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.states import LIVE, TRANSITIONS, OfferState, PayPeriod
from tracker.pipeline.models import Application
from tracker.pipeline.queries import lock_application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.operations_life import refuse_unless_live


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is offered. `salary` is in whole units of `currency` per `period`; `expires_at` is aware."""

    salary: int
    currency: str
    period: PayPeriod = PayPeriod.YEAR
    starts_on: date | None = None
    expires_at: datetime | None = None
    text: str = ""


def resolve(version: OfferVersion, state: OfferState, *, actor: User | None, at: datetime, reason: str = "") -> None:
    """Write down what became of a version that is locked; hiring calls it for the acceptance."""
    change_state(version, state)
    version.resolved_at = at
    version.resolved_by_id = actor.id if actor else None
    version.reason = reason.strip()
    record(events.OfferResolved(number=version.number, state=state), events.about_version(version), actor=actor)


def change_state(version: OfferVersion, state: OfferState) -> None:
    """The one writer of a version's state. Raises Conflict when it is over, Refused when it cannot follow."""
    if state not in TRANSITIONS[version.state]:
        if version.state not in LIVE:
            who = db.session.get(User, version.resolved_by_id) if version.resolved_by_id else None
            raise Conflict(
                f"Offer {version.number} is {version.state.label} already.",
                who=who.name if who else None,
                when=version.resolved_at,
            )
        raise Refused(
            f"Offer {version.number} is {version.state.label}; it cannot be {state.label} from there.",
            needed=(_NEXT[version.state],),
        )
    version.state = state


_NEXT = {
    OfferState.DRAFT: "Submit it for approval first.",
    OfferState.PENDING_APPROVAL: "It waits for its approval.",
    OfferState.APPROVED: "Extend it to the candidate first.",
    OfferState.EXTENDED: "Record what the candidate answered, rescind it, or make a new version.",
}


def new_offer(application: Application) -> Offer:
    """An offer without a version."""
    offer = Offer(application_id=application.id, application=application, created_at=clock.now(), versions=[])
    db.session.add(offer)
    return offer


def add_version(offer: Offer, terms: Terms, *, actor: User) -> OfferVersion:
    """A draft of these terms, numbered on. Raises Refused, by field, for terms that cannot be."""
    check_terms(terms)
    version = OfferVersion(
        offer=offer,
        number=max((version.number for version in offer.versions), default=0) + 1,
        state=OfferState.DRAFT,
        salary=terms.salary,
        currency=terms.currency.upper(),
        period=terms.period,
        starts_on=terms.starts_on,
        expires_at=terms.expires_at,
        terms=terms.text.strip(),
        created_by_id=actor.id,
        created_at=clock.now(),
    )
    db.session.add(version)
    # The event names the row by its id.
    db.session.flush()
    record(events.OfferPrepared(number=version.number), events.about_version(version), actor=actor)
    return version


def check_terms(terms: Terms) -> None:
    """Raise Refused, by field, for terms that cannot be."""
    faults: dict[str, str] = {}
    if not 0 < terms.salary <= 100_000_000:
        faults["salary"] = "Give the pay as a whole number above 0."
    if len(terms.currency) != 3 or not terms.currency.isalpha():
        faults["currency"] = "Give a currency's three letters, like EUR."
    if faults:
        raise Refused("The terms cannot be kept like this.", fields=faults)


def void_pending(version: OfferVersion, *, actor: User) -> None:
    """Take back the request for approval that waits, if one does."""
    approval = pending_approval(ApprovalKind.OFFER, offer_version_id=version.id)
    if approval is not None:
        void_approval(approval, actor=actor)


def lock_offer_of(application: Application) -> Offer | None:
    """The offer of a locked application, locked and read anew; None when it has none."""
    return lock_offers([application.id]).get(application.id)


def lock_offers(application_ids: Sequence[int]) -> dict[int, Offer]:
    """The same for many locked applications, by their ids; one statement and one for the versions."""
    offers = db.session.scalars(
        select(Offer)
        .where(Offer.application_id.in_(application_ids))
        .order_by(Offer.id)
        .with_for_update(of=Offer)
        .options(selectinload(Offer.versions))
        .execution_options(populate_existing=True)
    )
    return {offer.application_id: offer for offer in offers}


def lock_offer(offer: Offer) -> tuple[Application, Offer]:
    """Lock the requisition, the application and the offer, in that order. Raises Conflict when the offer is gone."""
    application = lock_application(offer.application_id)
    locked = lock_offer_of(application)
    if locked is None:
        raise Conflict("This offer is gone.")
    return application, locked


def lock_version(version: OfferVersion) -> tuple[Application, OfferVersion]:
    """Lock the requisition, the application and the offer of a version, in that order, and read all of them anew."""
    application, offer = lock_offer(version.offer)
    return application, next(other for other in offer.versions if other.id == version.id)


def refuse_unless_worked_on(application: Application) -> None:
    """Nothing is offered to somebody who is no longer considered, nor where nobody is hired any more (rule 8)."""
    if application.status is not ApplicationStatus.ACTIVE:
        raise Refused(
            f"{application.candidate.name} is {application.status}.", needed=("Reopen the application first.",)
        )
    refuse_unless_live(application.requisition)


def check_number(live: OfferVersion, expected: int | None) -> None:
    """Raise Conflict, saying who made it, when another version than the `expected` one is the live one."""
    if expected is not None and live.number != expected:
        author = live.created_by.name if live.created_by else None
        raise Conflict(f"Offer {live.number} has taken its place.", who=author, when=live.created_at)


def moment(happened_at: datetime | None, *, not_before: datetime | None) -> datetime:
    """The instant that people gave (aware; default: now). Raises Refused in the future and before `not_before`."""
    now = clock.now()
    at = happened_at or now
    if at > now:
        message = "That lies in the future."
        raise Refused(message, fields={"happened_at": message})
    if not_before is not None and at < not_before:
        message = "That was before the offer was extended."
        raise Refused(message, fields={"happened_at": message})
    return at
