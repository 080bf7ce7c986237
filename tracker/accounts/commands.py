"""`tracker user …`: accounts from the console, by the operations that the pages use."""

import click
from flask import current_app
from flask.cli import with_appcontext

from tracker.accounts import operations, queries
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.accounts.timezones import find_zone
from tracker.config import Settings
from tracker.core.db import transaction
from tracker.core.errors import Refused


@click.group("user")
def user_group() -> None:
    """Add, disable and list accounts; set passwords."""


@user_group.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name as others see it.")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    required=True,
    help="A role; repeat it for several.",
)
@click.option("--timezone", help="A zone or its city, such as Europe/Berlin or Berlin (default: the organisation's).")
@click.option("--password", help="Asked for when left out.")
@with_appcontext
def add(email: str, name: str, roles: tuple[str, ...], timezone: str | None, password: str | None) -> None:
    """Make an account that can sign in at once with EMAIL."""
    settings: Settings = current_app.extensions["settings"]
    zone = find_zone(timezone) if timezone else settings.org_timezone
    if queries.find_user_by_email(email):
        raise click.ClickException(f"Somebody with {email} has an account already.")
    chosen = password or _asked_password()
    with transaction():
        operations.create_user(name, email, [Role(role) for role in roles], timezone=zone, password=chosen, actor=None)
    click.echo(f"{name} can sign in.")


@user_group.command("disable")
@click.argument("email")
@click.option("--successor", metavar="EMAIL", help="Who takes over what waits on them.")
@with_appcontext
def disable(email: str, successor: str | None) -> None:
    """End the access of the account with EMAIL."""
    try:
        with transaction():
            user = _user(email)
            name = user.name
            operations.disable_user(user, _user(successor) if successor else None, actor=None)
    except Refused as refused:
        if not refused.needed:
            raise
        lines = [
            f"Something waits on {name}. Say who takes it over, as in --successor maya@example.com:",
            *refused.needed,
        ]
        raise click.ClickException("\n  ".join(lines)) from refused
    click.echo(f"{name} is disabled and signed out everywhere.")


@user_group.command("password")
@click.argument("email")
@click.option("--password", help="Asked for when left out.")
@with_appcontext
def password(email: str, password: str | None) -> None:
    """Set the password of the account with EMAIL, and sign it out everywhere."""
    _user(email)
    chosen = password or _asked_password()
    with transaction():
        user = _user(email)
        operations.set_password(user, chosen, actor=None)
        name = user.name
    click.echo(f"The password of {name} is set.")


@user_group.command("list")
@with_appcontext
def list_users() -> None:
    """List all accounts: address, name, roles, state."""
    for user in queries.all_users():
        roles = ", ".join(user.role_labels)
        click.echo(f"{user.email}\t{user.name}\t{roles}\t{'active' if user.is_active else 'disabled'}")


def _asked_password() -> str:
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


def _user(email: str) -> User:
    user = queries.find_user_by_email(email)
    if user is None:
        raise click.ClickException(f"There is no account with {email}.")
    return user
