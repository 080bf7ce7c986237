"""Signing in and out, the first account, and one's own account."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import operations, queries
from tracker.accounts.forms import PasswordForm, PreferenceForm, ProfileForm, SetUpForm, SignInForm
from tracker.accounts.kept import read_kept
from tracker.accounts.passwords import password_fits
from tracker.accounts.permissions import PUBLIC, SIGNED_IN, guarded, me
from tracker.accounts.signing_in import begin_session, end_session, stays_signed_in
from tracker.accounts.timezones import choices as zone_choices
from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.errors import NotVisible, Refused
from tracker.core.http import home_address, local_address, referring_page, see_other, wants_fragment
from tracker.core.limits import failed, form_key, limiter
from tracker.core.templating import say

bp = Blueprint("accounts", __name__)

#: Failed tries from one network address, and for one account from anywhere.
PER_ADDRESS = "30 per 5 minutes"
PER_ACCOUNT = "10 per 10 minutes"
#: The same words whether the account is there or not, has a password or not, is disabled or not.
NO_MATCH = "This address and password do not belong together."


@bp.get("/sign-in")
@guarded(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """The page to sign in on; a new installation is set up first."""
    if queries.nobody_yet():
        return redirect(url_for("accounts.set_up"))
    home = local_address(request.args.get("next", ""), home_address())
    if current_user.is_authenticated:
        return redirect(home)
    return render_template("accounts/sign_in.html", form=SignInForm(formdata=None, next=home))


@bp.post("/sign-in")
@guarded(PUBLIC)
@limiter.limit(PER_ADDRESS, deduct_when=failed)
@limiter.limit(PER_ACCOUNT, key_func=lambda: form_key("email"), deduct_when=failed)
def begin_sign_in() -> ResponseReturnValue:
    """Sign in."""
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), form.answer_status
    user = queries.find_user_by_email(form.email.data)
    seen_hash = user.password_hash if user else None
    fits = password_fits(seen_hash, form.password.data)
    try:
        if user is None or not fits or not user.is_active:
            raise Refused(NO_MATCH)
        with transaction():
            operations.note_sign_in(user, form.password.data, seen_hash=seen_hash)
    except Refused as refused:
        form.refuse(refused)
        return render_template("accounts/sign_in.html", form=form), form.answer_status
    begin_session(user, keep=form.keep.data)
    kept = read_kept(form.kept.data)
    if kept is not None:
        back = local_address(form.next.data or "", home_address())
        return render_template("accounts/send_again.html", kept=kept, back=back)
    return see_other(local_address(form.next.data or "", home_address()))


@bp.post("/sign-out")
@guarded(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """Sign out on this device. Who is signed out already is not told off for it."""
    end_session()
    say("You are signed out.")
    return see_other(url_for("accounts.sign_in"))


@bp.route("/setup", methods=["GET", "POST"])
@guarded(PUBLIC)
@limiter.limit(PER_ADDRESS, methods=["POST"], deduct_when=failed)
def set_up() -> ResponseReturnValue:
    """Make the first account, an admin's. The page is there only as long as there is none."""
    if queries.nobody_yet() is False:
        raise NotVisible
    form = SetUpForm(timezone=_settings().org_timezone)
    if form.validate_on_submit():
        try:
            with transaction():
                user = operations.create_first_admin(
                    form.name.data, form.email.data, timezone=form.timezone.data, password=form.password.data
                )
                operations.note_sign_in(user, form.password.data, seen_hash=user.password_hash)
        except Refused as refused:
            form.refuse(refused)
        else:
            begin_session(user, keep=False)
            say("Your account is ready. Next, add the people you work with.")
            return see_other(url_for("accounts.users"))
    page = render_template("accounts/set_up.html", form=form, zones=zone_choices(clock.now()))
    return page, form.answer_status


@bp.route("/account", methods=["GET", "POST"])
@guarded(SIGNED_IN)
def account() -> ResponseReturnValue:
    """One's own account."""
    user = me()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_profile(
                    user,
                    name=form.name.data,
                    timezone=form.timezone.data,
                    wants_summary=form.wants_summary.data,
                    wants_reminders=form.wants_reminders.data,
                    wants_shortcuts=form.wants_shortcuts.data,
                    actor=user,
                )
        except Refused as refused:
            form.refuse(refused)
        else:
            say("Your account is saved.")
            return see_other(url_for("accounts.account"))
    page = _account_page(form)
    return page, form.answer_status


@bp.post("/preferences")
@guarded(SIGNED_IN)
def choose() -> ResponseReturnValue:
    """Keep how somebody likes a page: `key`, `value`. A script gets no answer, a form the page it was sent from."""
    user, form = me(), PreferenceForm()
    if not form.validate():
        raise Refused("Load the page again.")
    with transaction():
        operations.set_preference(user, form.key.data or "", form.value.data or "")
    if wants_fragment():
        return "", 204
    return see_other(referring_page() or home_address())


@bp.route("/account/password", methods=["GET", "POST"])
@guarded(SIGNED_IN)
@limiter.limit(PER_ACCOUNT, key_func=lambda: f"user-{me().id}", methods=["POST"], deduct_when=failed)
def password() -> ResponseReturnValue:
    """Change one's password; all other sign-ins end."""
    user, form = me(), PasswordForm()
    if form.validate_on_submit():
        try:
            if not password_fits(user.password_hash, form.current.data):
                wrong = "This is not your present password."
                raise Refused(wrong, fields={"current": wrong})
            with transaction():
                operations.set_password(user, form.password.data, actor=user)
        except Refused as refused:
            form.refuse(refused)
        else:
            begin_session(user, keep=stays_signed_in())
            say("Your password is changed. You are signed out everywhere else.")
            return see_other(url_for("accounts.account"))
    return render_template("accounts/password.html", form=form), form.answer_status


@bp.post("/account/sign-outs")
@guarded(SIGNED_IN)
def sign_out_elsewhere() -> ResponseReturnValue:
    """Sign out everywhere else."""
    user = me()
    with transaction():
        operations.end_sessions(user)
    begin_session(user, keep=stays_signed_in())
    say("You are signed out everywhere else.")
    return see_other(url_for("accounts.account"))


def _account_page(form: ProfileForm) -> str:
    return render_template("accounts/account.html", form=form, user=me(), zones=zone_choices(clock.now()))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
