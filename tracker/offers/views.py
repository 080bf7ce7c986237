"""The pages of offers: prepared, approved, extended, answered; and taking a hire back."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.models import User
from tracker.accounts.permissions import guarded, me
from tracker.approvals.queries import latest_approval, who_can_mend
from tracker.approvals.states import ApprovalKind
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.paging import whole_number
from tracker.core.templating import say
from tracker.offers import hiring, operations, queries
from tracker.offers.forms import AnswerForm, ExtensionForm, ReasonForm, TermsForm
from tracker.offers.models import Hire, Offer, OfferVersion
from tracker.offers.now import offer_as_it_is_now
from tracker.offers.states import LIVE, OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.queries import application_or_404
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import free_openings, requisition_or_404
from tracker.requisitions.states import CLOSED

bp = Blueprint("offers", __name__)


@bp.get("/requisitions/<number>/offers")
@guarded("offer.view", load=requisition_or_404)
def of_requisition(requisition: Requisition) -> ResponseReturnValue:
    """All offers of a requisition."""
    return render_template(
        "offers/of_requisition.html",
        requisition=requisition,
        offers=queries.offers_of(requisition),
        free=len(free_openings(requisition)),
    )


@bp.route("/applications/<int:application_id>/offers/new", methods=["GET", "POST"])
@guarded("offer.prepare", load=application_or_404)
def new(application: Application) -> ResponseReturnValue:
    """Prepare an offer; one that is under way is opened instead."""
    offer = queries.offer_of(application.id)
    form = TermsForm()
    if offer is not None and queries.live_version(offer) is not None and not form.is_submitted():
        return see_other(url_for("offers.show", offer_id=offer.id))
    if not form.is_submitted():
        form.currency.data = application.salary_currency or application.requisition.currency
        form.salary.data = application.salary_wish
    if form.validate_on_submit():
        try:
            with transaction():
                version = operations.prepare_offer(application, form.terms(), actor=me())
            return see_other(url_for("offers.show", offer_id=version.offer_id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        offer = queries.offer_of(application.id)
        form.now = offer_as_it_is_now(application, offer.versions[-1] if offer else None)
    page = render_template("offers/terms.html", form=form, application=application, version=None)
    return page, form.answer_status


@bp.route("/offers/<int:offer_id>/versions/new", methods=["GET", "POST"])
@guarded("offer.prepare", load=queries.offer_or_404)
def new_version(offer: Offer) -> ResponseReturnValue:
    """Replace the version under way by a new one."""
    form = TermsForm()
    live = queries.live_version(offer)
    if live is None:
        return see_other(url_for("offers.new", application_id=offer.application_id))
    if not form.is_submitted():
        form.show(live)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.new_version(offer, form.terms(), actor=me(), expected=whole_number(form.number.data) or 0)
            return see_other(url_for("offers.show", offer_id=offer.id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        live = queries.live_version(offer) or live
        form.look_at(number=live.number)
        known = TermsForm(formdata=None)
        known.show(live)
        known.expires_on.data = _last_day(live)
        form.show_beside(known)
        form.now = offer_as_it_is_now(offer.application, offer.versions[-1])
    page = render_template("offers/terms.html", form=form, application=offer.application, version=live)
    return page, form.answer_status


@bp.get("/offers/<int:offer_id>")
@guarded("offer.view", load=queries.offer_or_404)
def show(offer: Offer) -> ResponseReturnValue:
    """An offer with its versions and what can be done next."""
    live = queries.live_version(offer)
    approval = latest_approval(ApprovalKind.OFFER, offer_version_id=live.id) if live else None
    approver = db.session.get(User, approval.approver_id) if approval else None
    return render_template(
        "offers/show.html",
        offer=offer,
        application=offer.application,
        requisition=offer.application.requisition,
        live=live,
        approval=approval,
        approver=approver,
        decider=db.session.get(User, approval.decided_by_id) if approval and approval.decided_by_id else None,
        asked_of_reader=approver == me(),
        menders=who_can_mend(approval),
        hires=queries.hires_of_offer(offer),
        states=OfferState,
    )


@bp.post("/offer-versions/<int:version_id>/submission")
@guarded("offer.prepare", load=queries.version_or_404)
def submit(version: OfferVersion) -> ResponseReturnValue:
    """Ask the hiring manager to approve it."""
    with transaction():
        approval = operations.submit_offer(version, actor=me())
    approver = db.session.get_one(User, approval.approver_id)
    say(f"{'You are' if approver == me() else f'{approver.name} is'} asked to approve it.")
    return see_other(url_for("offers.show", offer_id=version.offer_id))


@bp.route("/offer-versions/<int:version_id>/extension", methods=["GET", "POST"])
@guarded("offer.extend", load=queries.version_or_404)
def extend(version: OfferVersion) -> ResponseReturnValue:
    """The candidate gets it."""
    form = ExtensionForm()
    if not form.is_submitted():
        form.expires_on.data = _last_day(version)

    def act() -> None:
        operations.extend_offer(
            version,
            actor=me(),
            expires_at=form.expires_at,
            happened_at=form.happened_at.data,
            overcommit_reason=form.overcommit_reason.data or "",
        )

    requisition = version.offer.application.requisition
    return _answered(
        version,
        form,
        act,
        template="offers/extend.html",
        said="The offer is out.",
        free=len(free_openings(requisition)),
        out=queries.extended_count(requisition.id),
    )


@bp.route("/offer-versions/<int:version_id>/acceptance", methods=["GET", "POST"])
@guarded("offer.resolve", load=queries.version_or_404)
def accept(version: OfferVersion) -> ResponseReturnValue:
    """The candidate said yes: a hire."""
    form = AnswerForm()
    application = version.offer.application

    def act() -> None:
        hiring.accept_offer(version, actor=me(), happened_at=form.happened_at.data)

    answer = _answered(
        version,
        form,
        act,
        template="offers/accept.html",
        said=f"{application.candidate.name} is hired.",
        free=len(free_openings(application.requisition)),
    )
    if not form.conflict and version.state is OfferState.ACCEPTED and application.requisition.state in CLOSED:
        # The last opening is filled: what becomes of the rest is asked at once.
        return see_other(url_for("pipeline.remaining", number=application.requisition.number))
    return answer


@bp.route("/offer-versions/<int:version_id>/decline", methods=["GET", "POST"])
@guarded("offer.resolve", load=queries.version_or_404)
def decline(version: OfferVersion) -> ResponseReturnValue:
    """The candidate said no."""
    form = AnswerForm()

    def act() -> None:
        operations.decline_offer(version, actor=me(), reason=form.reason.data or "", happened_at=form.happened_at.data)

    return _answered(version, form, act, template="offers/decline.html", said="Recorded. What next is yours to say.")


@bp.post("/offer-versions/<int:version_id>/expiry")
@guarded("offer.resolve", load=queries.version_or_404)
def expire(version: OfferVersion) -> ResponseReturnValue:
    """No answer came."""
    with transaction():
        operations.expire_offer(version, actor=me())
    say("The offer has expired.")
    return see_other(url_for("offers.show", offer_id=version.offer_id))


@bp.route("/offer-versions/<int:version_id>/rescission", methods=["GET", "POST"])
@guarded("offer.resolve", load=queries.version_or_404)
def rescind(version: OfferVersion) -> ResponseReturnValue:
    """We take it back."""
    form = ReasonForm()

    def act() -> None:
        operations.rescind_offer(version, actor=me(), reason=form.reason.data or "")

    return _answered(version, form, act, template="offers/rescind.html", said="The offer is taken back.")


@bp.route("/hires/<int:hire_id>/undo", methods=["GET", "POST"])
@guarded("hire.undo", load=queries.hire_or_404)
def undo_hire(hire: Hire) -> ResponseReturnValue:
    """Take a hire back: a new spell for its opening."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                hiring.undo_hire(hire, actor=me(), reason=form.reason.data or "")
            say("The hire is taken back; the opening is open again.")
            return see_other(url_for("offers.show", offer_id=hire.offer_version.offer_id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.now = offer_as_it_is_now(hire.application, hire.offer_version)
    page = render_template("offers/undo_hire.html", form=form, hire=hire, application=hire.application)
    return page, form.answer_status


def _answered(
    version: OfferVersion,
    form: Any,
    act: Callable[[], None],
    *,
    template: str,
    said: str,
    **context: Any,
) -> ResponseReturnValue:
    """The form of one step of a version: shown, sent, refused beside its fields, or done."""
    if not form.is_submitted() and version.state not in LIVE:
        raise Conflict(f"Offer {version.number} is {version.state.label} already.", when=version.resolved_at)
    if form.validate_on_submit():
        try:
            with transaction():
                act()
            say(said)
            return see_other(url_for("offers.show", offer_id=version.offer_id))
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if form.conflict:
        form.now = offer_as_it_is_now(version.offer.application, version.offer.versions[-1])
    page = render_template(template, form=form, version=version, application=version.offer.application, **context)
    return page, form.answer_status


def _last_day(version: OfferVersion) -> date | None:
    """The last day on which it can be accepted, in the reader's zone."""
    return version.expires_at.astimezone(me().zone).date() if version.expires_at else None
