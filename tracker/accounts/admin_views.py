"""What admins do with accounts and settings, and the table of permissions that everybody may read."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import operations, queries
from tracker.accounts.forms import DisableForm, RolesForm, SettingsForm
from tracker.accounts.models import User
from tracker.accounts.permission_table import permission_table
from tracker.accounts.permissions import guarded, me
from tracker.accounts.states import DecideOwn, Role
from tracker.accounts.views import bp
from tracker.config import Settings
from tracker.core.db import transaction
from tracker.core.errors import Refused
from tracker.core.http import see_other
from tracker.core.templating import say
from tracker.history.queries import timeline


@bp.get("/users")
@guarded("users.manage")
def users() -> ResponseReturnValue:
    """Everybody with an account."""
    return render_template("accounts/users.html", users=queries.all_users())


@bp.get("/users/<int:user_id>")
@guarded("users.manage", load=queries.user_or_404)
def user(subject: User) -> ResponseReturnValue:
    """One account."""
    return _user_page(subject, RolesForm(formdata=None, roles=[role.value for role in subject.roles]))


@bp.post("/users/<int:user_id>/roles")
@guarded("users.manage", load=queries.user_or_404)
def change_roles(subject: User) -> ResponseReturnValue:
    """Give the user another set of roles."""
    form = RolesForm()
    try:
        if not form.validate():
            raise Refused("Choose from the roles that there are.", fields={"roles": "Choose from the list."})
        with transaction():
            operations.change_roles(subject, form.chosen, actor=me())
    except Refused as refused:
        form.refuse(refused)
        return _user_page(subject, form), form.answer_status
    say(f"The roles of {subject.name} are changed.")
    return see_other(url_for("accounts.user", user_id=subject.id))


@bp.route("/users/<int:user_id>/disabling", methods=["GET", "POST"])
@guarded("users.manage", load=queries.user_or_404)
def disabling(subject: User) -> ResponseReturnValue:
    """Disable the user; what waits on them goes to somebody else."""
    others = [person for person in queries.active_users() if person.id != subject.id]
    form = DisableForm()
    form.offer(others)
    if form.validate_on_submit():
        try:
            with transaction():
                successor = queries.find_user(form.successor.data) if form.successor.data else None
                operations.disable_user(subject, successor, actor=me())
        except Refused as refused:
            form.refuse(refused)
        else:
            say(f"{subject.name} is disabled and signed out everywhere.")
            return see_other(url_for("accounts.user", user_id=subject.id))
    page = render_template(
        "accounts/disabling.html", user=subject, form=form, duties=operations.duties_of(subject), own=subject == me()
    )
    return page, form.answer_status


@bp.post("/users/<int:user_id>/enabling")
@guarded("users.manage", load=queries.user_or_404)
def enable(subject: User) -> ResponseReturnValue:
    """Let a disabled user sign in again."""
    with transaction():
        operations.enable_user(subject, actor=me())
    say(f"{subject.name} can sign in again.")
    return see_other(url_for("accounts.user", user_id=subject.id))


@bp.route("/settings", methods=["GET", "POST"])
@guarded("settings.change")
def settings() -> ResponseReturnValue:
    """The organisation's settings, and those that come from the environment, to read."""
    form = SettingsForm(decide_own=queries.organisation().decide_own.value)
    if form.validate_on_submit():
        with transaction():
            operations.change_settings(decide_own=DecideOwn(form.decide_own.data), actor=me())
        say("The settings are saved.")
        return see_other(url_for("accounts.settings"))
    given: Settings = current_app.extensions["settings"]
    return render_template("accounts/settings.html", form=form, given=given), form.answer_status


@bp.get("/permissions")
@guarded("permissions.view")
def permissions() -> ResponseReturnValue:
    """What each role may do."""
    return render_template("accounts/permissions.html", areas=permission_table(), roles=list(Role))


def _user_page(subject: User, form: RolesForm) -> str:
    successor = queries.find_user(subject.successor_id) if subject.successor_id else None
    return render_template(
        "accounts/user.html",
        user=subject,
        form=form,
        successor=successor,
        history=timeline(subject=("users", subject.id), limit=20),
        own=subject == me(),
    )
