"""Inviting people, and choosing a password by a link."""

import time

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.access import operations, queries
from tracker.access.forms import ChoosePasswordForm, ForgotForm, InviteForm, TakeUpForm
from tracker.access.models import AccessLink, LinkPurpose
from tracker.access.tokens import token_of
from tracker.accounts.models import User
from tracker.accounts.operations import note_sign_in
from tracker.accounts.permissions import PUBLIC, guarded, me
from tracker.accounts.queries import find_user_by_email, user_or_404
from tracker.accounts.signing_in import begin_session
from tracker.accounts.timezones import choices as zone_choices
from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.errors import Refused
from tracker.core.http import home_address, see_other
from tracker.core.limits import form_key, limiter
from tracker.core.templating import say
from tracker.mail.rendering import address_of

bp = Blueprint("access", __name__)

#: An answer that comes sooner when nobody has the address would tell that nobody has it.
SAME_WAIT_SECONDS = 0.8
PER_ADDRESS = "20 per hour"
PER_ACCOUNT = "4 per hour"


@bp.route("/users/new", methods=["GET", "POST"])
@guarded("users.manage")
def invite() -> ResponseReturnValue:
    """Make an account and send an invitation."""
    form = InviteForm(timezone=me().timezone)
    if form.validate_on_submit():
        try:
            with transaction():
                user = operations.invite_user(
                    form.name.data, form.email.data, form.chosen, timezone=form.timezone.data, actor=me()
                )
        except Refused as refused:
            form.refuse(refused)
        else:
            say(f"{user.name} gets an invitation by mail.")
            return see_other(url_for("accounts.user", user_id=user.id))
    page = render_template("access/invite.html", form=form, zones=zone_choices(clock.now()))
    return page, form.answer_status


@bp.get("/users/<int:user_id>/links")
@guarded("users.manage", load=user_or_404)
def links(user: User) -> ResponseReturnValue:
    """The user's links that can still be used, to copy when mail does not arrive."""
    settings: Settings = current_app.extensions["settings"]
    waiting = queries.links_to_hand_over(user, asked_by_themselves=not settings.smtp_url)
    found = [(link, _address(link)) for link in waiting]
    return render_template("access/links.html", user=user, links=found)


@bp.post("/users/<int:user_id>/links")
@guarded("users.manage", load=user_or_404)
def send_link(user: User) -> ResponseReturnValue:
    """Send the user a new link."""
    with transaction():
        operations.send_link(user, actor=me())
    say(f"A new link goes to {user.email}.")
    return see_other(url_for("access.links", user_id=user.id))


@bp.get("/forgot")
@guarded(PUBLIC)
def forgot() -> ResponseReturnValue:
    """Ask for a link to choose a new password."""
    return render_template("access/forgot.html", form=ForgotForm(formdata=None))


@bp.post("/forgot")
@guarded(PUBLIC)
@limiter.limit(PER_ADDRESS)
@limiter.limit(PER_ACCOUNT, key_func=lambda: form_key("email"))
def request_link() -> ResponseReturnValue:
    """Send a link, if somebody has the address; the answer and its timing are the same if nobody has."""
    began = time.monotonic()
    form = ForgotForm()
    if not form.validate():
        return render_template("access/forgot.html", form=form), form.answer_status
    user = find_user_by_email(form.email.data)
    if user is not None and user.is_active:
        with transaction():
            operations.send_link(user, actor=None)
    settings: Settings = current_app.extensions["settings"]
    if not settings.testing:
        time.sleep(max(0.0, SAME_WAIT_SECONDS - (time.monotonic() - began)))
    return see_other(url_for("access.link_sent"))


@bp.get("/forgot/sent")
@guarded(PUBLIC)
def link_sent() -> ResponseReturnValue:
    """What happens next, whoever asked."""
    return render_template("access/sent.html")


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@guarded(PUBLIC)
def choose_password(token: str) -> ResponseReturnValue:
    """Choose a password by a link, and be signed in."""
    link = queries.good_link(token)
    if link is None:
        return render_template("access/over.html"), 404
    owner = queries.owner(link)
    invited = link.purpose is LinkPurpose.INVITATION
    form = TakeUpForm(timezone=owner.timezone) if invited else ChoosePasswordForm()
    if form.validate_on_submit():
        timezone = form.timezone.data if isinstance(form, TakeUpForm) else None
        try:
            with transaction():
                user = operations.use_link(link, form.password.data, timezone=timezone)
                note_sign_in(user, form.password.data, seen_hash=user.password_hash)
        except Refused as refused:
            form.refuse(refused)
        else:
            begin_session(user, keep=False)
            say("Your password is set, and you are signed in.")
            return see_other(home_address())
    page = render_template(
        "access/choose_password.html", form=form, owner=owner, invited=invited, zones=zone_choices(clock.now())
    )
    return page, form.answer_status


def _address(link: AccessLink) -> str:
    return address_of(url_for("access.choose_password", token=token_of(link)))
