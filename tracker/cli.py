"""The `tracker` command. Each domain brings its own commands in its `commands.py`."""

import os
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from tracker import create_app, migrations
from tracker.accounts.commands import user_group
from tracker.config import Settings, SettingsError
from tracker.core import logs, ticks
from tracker.core.errors import Refused, TrackerError
from tracker.core.registry import get_registry
from tracker.demo.commands import demo
from tracker.pipeline.commands import candidates
from tracker.supervisor import CannotStart, up
from tracker.supervisor.programs import ENVIRONMENT, WEB_ENVIRONMENT, beat_command, web_command, worker_command
from tracker.supervisor.setup import prepare

#: What PostgreSQL and SQLite say of a table or column that is not there (yet).
MISSING = frozenset({"42P01", "42703"})
NO_SUCH = re.compile(r"no such (table|column)")


class CannotBegin(click.ClickException):
    """A command that could not begin, for a reason that a person can mend."""

    exit_code = 2


class Console(click.Group):
    """A group of commands in which refusals and unusable settings become one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit code 2 when it could not begin, 1 when it was refused."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise in_one_line(error) from error
        except (SettingsError, CannotStart, migrations.MigrationFault) as error:
            raise CannotBegin(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise CannotBegin(why_unusable(error)) from error
        except TrackerError as error:
            raise click.ClickException(" ".join([error.message, *details_of(error)])) from error

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the words of the command line; what is wrong with them is said in one line."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise in_one_line(error) from error


def in_one_line(error: click.UsageError) -> click.ClickException:
    """What is wrong with the words of a command line, and where to read how they are meant."""
    path = error.ctx.command_path if error.ctx else "tracker"
    refusal = CannotBegin(f"{error.format_message().rstrip('.')}. See {path} --help.")
    # Asked for without a word, a group shows its help.
    return error if isinstance(error, click.exceptions.NoArgsIsHelpError) else refusal


def why_unusable(error: DBAPIError) -> str:
    """Why the database cannot be used, in one line that says what to do."""
    reason = (str(error.orig).strip().splitlines() or [""])[0]
    if getattr(error.orig, "sqlstate", None) in MISSING or NO_SUCH.search(reason):
        return "The database is not at the newest revision; run tracker migrate."
    return f"The database cannot be used: {reason}"


@click.group("tracker", cls=Console, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="firsthire", message="Firsthire %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Firsthire: a self-hosted recruiting-pipeline tracker.

    Settings come from the environment; the README lists them.
    """
    ctx.obj = ScriptInfo(create_app=create_spoken)


def create_spoken() -> Flask:
    """The application, for somebody who typed a command: what it has to say are sentences."""
    app = create_app(settings())
    logs.configure(settings().log_level, people=True)
    return app


def settings() -> Settings:
    """The settings of this process. Raises CannotStart when DATA_DIR cannot be used, and SettingsError."""
    try:
        return Settings.from_environment(os.environ)
    except OSError as error:
        raise CannotStart(
            f"DATA_DIR is {os.environ.get('DATA_DIR') or 'var'}, and nothing can be written there "
            f"({error.strerror}); choose another folder."
        ) from error


@main.command("up")
def up_command() -> None:
    """Start everything and keep it running, until Ctrl-C."""
    raise SystemExit(up(settings()))


@main.command("web")
def web() -> None:
    """Run the web server alone (gunicorn)."""
    chosen = settings()
    become(web_command(chosen, bind=f"{chosen.host}:{chosen.port}"), WEB_ENVIRONMENT)


@main.command("worker")
def worker() -> None:
    """Run a worker alone (Celery)."""
    become(worker_command(settings()), ENVIRONMENT)


@main.command("beat")
def beat() -> None:
    """Run the clock of the periodic tasks alone (Celery); one of it is enough."""
    become(beat_command(settings()), ENVIRONMENT)


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest revision; a SQLite file is copied first."""
    done = migrations.upgrade(settings())
    click.echo(f"Migrated: {', '.join(done)}." if done else "The database is at the newest revision.")


@main.command("setup", hidden=True)
def setup() -> None:
    """What `tracker up` does before it starts the web server."""
    prepare(settings(), click.echo)


@main.command("verify")
@with_appcontext
def verify() -> None:
    """Check that the records agree with each other and with what was computed from them."""
    found = 0
    for check in get_registry().checks.values():
        faults = list(check.faults())
        found += len(faults)
        click.echo(f"{'FAULT' if faults else 'ok':<6}{check.name}")
        for fault in faults:
            click.echo(f"      {fault}")
    if found:
        raise click.ClickException(f"{found} fault{'s' if found > 1 else ''} found.")


@main.command("tick")
@click.argument("name", required=False)
@click.option("--now", "instant", metavar="ISO", help="Do what is due by this instant, as in 2026-11-23T08:00+01:00.")
@with_appcontext
def tick(name: str | None, instant: str | None) -> None:
    """Do at once what the periodic task NAME would do; without NAME, what all of them would do.

    One that fails keeps no other from its work; the exit code is 1 then.
    """
    known = get_registry().ticks
    if name is not None and name not in known:
        raise click.BadParameter(f"There is no {name!r}; there are: {', '.join(sorted(known))}.", param_hint="NAME")
    at = instant_from(instant) if instant else None

    def periodic_task(each: str) -> int:
        done = ticks.run(each, at=at)
        click.echo(f"{each}: {'running elsewhere' if done is None else done}")
        return done or 0

    # The database is away, or not migrated: so it is for all of them.
    ends_all = (OperationalError, ProgrammingError)
    try:
        ticks.each_alone([name] if name else list(known), periodic_task, ends_all=ends_all)
    except ends_all:
        raise
    except Exception as failure:
        # Each that failed has been said when it did.
        raise click.exceptions.Exit(1) from failure


main.add_command(candidates)


def instant_from(text: str) -> datetime:
    """An aware instant from ISO 8601; without an offset it is in the organisation's time zone."""
    try:
        result = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no instant like 2026-11-23T08:00+01:00.", param_hint="--now") from error
    chosen: Settings = current_app.extensions["settings"]
    return result if result.tzinfo else result.replace(tzinfo=chosen.org_zone)


def become(command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Replace this process by the program, which then gets the signals itself; `environment` is added to ours."""
    os.execve(command[0], command, {**os.environ, **environment})  # noqa: S606 - the commands are those of tracker.supervisor.programs


def details_of(error: TrackerError) -> tuple[str, ...]:
    """What a refusal says beside its message: what is needed first, and what is wrong with each value."""
    details = (*error.needed, *error.fields.values()) if isinstance(error, Refused) else ()
    return tuple(detail for detail in dict.fromkeys(details) if detail != error.message)


main.add_command(demo)
main.add_command(user_group)

if __name__ == "__main__":
    main()
