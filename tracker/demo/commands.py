"""`tracker demo load|remove`."""

import click
from flask.cli import with_appcontext

from tracker.core.templating import plural
from tracker.demo import cast
from tracker.demo.load import load
from tracker.demo.remove import remove


@click.group("demo")
def demo() -> None:
    """A year of recruiting by invented people, to try the product out."""


@demo.command("load")
@with_appcontext
def load_command() -> None:
    """Load the demo organisation into an empty installation."""
    click.echo("Loading the demo organisation: a year of recruiting, played through in half a minute or so …")
    load()
    click.echo("Loaded. Sign in as:")
    for line in accounts():
        click.echo(line)


@demo.command("remove")
@with_appcontext
def remove_command() -> None:
    """Remove the demo organisation; what real users made stays."""
    gone = remove()
    click.echo(
        f"Removed {plural(gone.requisitions, 'requisition')}, {plural(gone.candidates, 'candidate')} and "
        f"{plural(gone.users, 'account')}."
    )
    if gone.kept_users:
        click.echo(f"{plural(gone.kept_users, 'demo account')} took part in real work and is disabled instead.")


def accounts() -> list[str]:
    """The accounts to sign in with, a line each."""
    return [f"  {player.leading:<16}{player.email:<28}{cast.PASSWORD}" for player in cast.PLAYERS if player.leading]
