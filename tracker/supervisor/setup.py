"""What has to be there before the web server starts: the tables, and at the very first start the demo."""

from collections.abc import Callable

from tracker import create_app, migrations
from tracker.accounts.queries import organisation
from tracker.config import Settings
from tracker.core import cycles
from tracker.demo.commands import accounts
from tracker.demo.load import load
from tracker.demo.remove import remove


def prepare(settings: Settings, say: Callable[[str], None]) -> None:
    """Migrate the database and, into a new one, load the demo organisation unless DEMO=0.

    A first start that was cut off is made good by the next: what it left of the demo is removed and loaded anew. Once
    it is there, or was removed, it is never loaded again by itself.
    """
    unfinished = settings.data_dir / "demo-unfinished"
    if settings.demo and not migrations.has_tables(settings.database_url):
        unfinished.touch()
    if done := migrations.upgrade(settings):
        say(f"Migrated the database: {', '.join(done)}.")
    with create_app(settings).app_context():
        if unfinished.exists():
            if organisation().demo_loaded_at is not None:
                remove()
            say("Loading the demo organisation, a year of recruiting; once, for a minute or two ...")
            load()
            unfinished.unlink()
        if organisation().demo_loaded_at is not None:
            say("The demo organisation is there (`tracker demo remove` removes it). Sign in as:")
            for line in accounts():
                say(line)
    # The supervisor lives on, and has no transactions that would ask for a search.
    cycles.search_unasked()
