"""The routes around a move: contacts, waits, details."""

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.models import User
from tracker.accounts.permissions import can, guarded, me
from tracker.accounts.queries import active_users, find_user
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.templating import say
from tracker.pipeline import contacts
from tracker.pipeline.blueprint import bp
from tracker.pipeline.details import update_details
from tracker.pipeline.forms import ContactForm, DetailsForm, WaitForm
from tracker.pipeline.models import Application
from tracker.pipeline.now import as_it_is_now
from tracker.pipeline.policy import who_see
from tracker.pipeline.queries import application_or_404, open_set_wait
from tracker.pipeline.returning import came_from, page_of
from tracker.pipeline.states import ContactChannel, ContactDirection


@bp.route("/applications/<int:application_id>/contacts", methods=["GET", "POST"])
@guarded("application.contact", load=application_or_404)
def contact(application: Application) -> ResponseReturnValue:
    """Record a word between us and the candidate: by the form, or by the one button "answered"."""
    form = ContactForm()
    back = came_from(page_of(application))
    if form.validate_on_submit():
        direction = ContactDirection(form.direction.data)
        try:
            with transaction():
                contacts.add_contact(
                    application,
                    direction=direction,
                    channel=ContactChannel(form.channel.data),
                    at=form.at.data or clock.now(),
                    actor=me(),
                    note=form.note.data,
                )
            answered = direction is ContactDirection.IN
            name = application.candidate.name
            say(f"{name} answered" if answered else f"Contact with {name} recorded")
            return see_other(back)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if not form.is_submitted():
        wanted = request.args.get("direction")
        form.direction.data = wanted if wanted in {each.value for each in ContactDirection} else "out"
        form.back.data = back
    page = render_template("pipeline/contact.html", application=application, form=form, back=back)
    return page, form.answer_status


@bp.route("/applications/<int:application_id>/waits", methods=["GET", "POST"])
@guarded("application.contact", load=application_or_404)
def wait(application: Application) -> ResponseReturnValue:
    """Say what the application waits on."""
    form = WaitForm()
    form.offer(who_see(application, active_users()))
    back = came_from(page_of(application))
    if form.validate_on_submit():
        user = find_user(form.user.data) if form.user.data else None
        try:
            with transaction():
                contacts.set_wait(application, note=form.note.data, ends_at=form.ends_at.data, user=user, actor=me())
            say("Noted what it waits on")
            return see_other(back)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    if not form.is_submitted():
        form.back.data = back
    page = render_template(
        "pipeline/wait.html", application=application, form=form, back=back, current=open_set_wait(application.id)
    )
    return page, form.answer_status


@bp.post("/applications/<int:application_id>/waits/end")
@guarded("application.contact", load=application_or_404)
def end_wait(application: Application) -> ResponseReturnValue:
    """The wait that somebody set is over."""
    with transaction():
        contacts.lift_wait(application, actor=me())
    say("The wait is over")
    return see_other(came_from(page_of(application)))


@bp.route("/applications/<int:application_id>/details", methods=["GET", "POST"])
@guarded("application.contact", load=application_or_404)
def details(application: Application) -> ResponseReturnValue:
    """Salary wish, notice, permit, deadline, source and recruiter."""
    form = DetailsForm()
    form.offer(_who_may_look_after(application))
    back = came_from(page_of(application))
    if form.validate_on_submit():
        try:
            with transaction():
                update_details(
                    application,
                    actor=me(),
                    expected=form.expected,
                    salary_wish=form.salary_wish.data,
                    salary_currency=form.salary_currency.data.upper(),
                    notice=form.notice.data,
                    work_permit=form.work_permit.data,
                    competing_deadline=_same_minute(form.competing_deadline.data, application.competing_deadline),
                    source=form.source.data,
                    recruiter_id=form.recruiter.data or None,
                )
            say("Kept")
            return see_other(back)
        except (Refused, Conflict) as refused:
            form.refuse(refused)
    theirs = {}
    if form.conflict:
        form.look_at(version=application.version)
        form.now = as_it_is_now(application)
        theirs = form.differing(application)
    if not form.is_submitted():
        form.show(application)
        form.version.data = str(application.version)
        form.back.data = back
    page = render_template("pipeline/details.html", application=application, form=form, back=back, theirs=theirs)
    return page, form.answer_status


def _who_may_look_after(application: Application) -> list[User]:
    """Recruiters who work on the requisition, and whoever it is now: a form that is only looked at changes nothing."""
    people = [user for user in active_users(Role.RECRUITER) if can(user, "pipeline.work", application.requisition)]
    present = application.recruiter
    return people if present is None or present in people else [*people, present]


def _same_minute(typed: datetime | None, known: datetime | None) -> datetime | None:
    """A form shows minutes; an instant that was not touched keeps its seconds."""
    if typed is not None and known is not None and typed == known.replace(second=0, microsecond=0):
        return known
    return typed
