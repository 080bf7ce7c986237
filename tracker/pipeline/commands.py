"""`tracker candidates …`: the same operations as the pages."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.candidates.tabular import read_table
from tracker.core.db import db, transaction
from tracker.core.templating import plural
from tracker.pipeline import import_files, import_work, imports
from tracker.pipeline.import_report import lines_left_out, lines_mended, lines_of_done
from tracker.pipeline.import_rows import LABELS, Outcome
from tracker.requisitions.models import Requisition
from tracker.requisitions.queries import recruiters


@click.group("candidates")
def candidates() -> None:
    """People: bring them in from files."""


@candidates.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--requisition", "number", required=True, metavar="NUMBER", help="Where they apply, as in MLE-1.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each line; this is the default.")
@click.option("--confirm", is_flag=True, help="Write everybody who is fit to be written.")
@click.option("--as", "email", metavar="EMAIL", help="In whose name; by default the requisition's recruiter.")
@with_appcontext
def import_file(file: Path, number: str, email: str | None, *, dry_run: bool, confirm: bool) -> None:
    """Import the people of a CSV FILE with an application each."""
    if dry_run and confirm:
        raise click.UsageError("Choose one of --dry-run and --confirm.")
    requisition = db.session.scalar(select(Requisition).where(Requisition.number == number))
    if requisition is None:
        raise click.BadParameter(f"There is no requisition {number!r}.", param_hint="--requisition")
    actor = _actor(requisition, email)
    data = file.read_bytes()
    settled = imports.read_file(data)
    if confirm:
        sha256 = import_files.keep(data)
        with transaction():
            imported = imports.create_import(
                requisition, sha256=sha256, file_name=file.name, settled=settled, actor=actor
            )
        imported = import_work.import_all(imported, actor=actor)
        _say_counts(imported.counts)
        lines = lines_of_done(imported)
    else:
        table = read_table(data, encoding=settled.encoding, delimiter=settled.delimiter)
        report = imports.report_on(table, settled, requisition)
        _say_counts(report.counts)
        lines = [*lines_left_out(report.rows), *lines_mended(report.rows)]
    for line in sorted(lines, key=lambda line: line.number):
        click.echo(f"line {line.number}: {' '.join([*line.why, *line.mend])}")
    if not confirm:
        click.echo("Nobody was written. Repeat with --confirm to import.")


def _actor(requisition: Requisition, email: str | None) -> User:
    if email is not None:
        user: User | None = db.session.scalar(select(User).where(User.email == email.strip().lower()))
        if user is None or not user.is_active:
            raise click.BadParameter(f"Nobody signs in as {email!r}.", param_hint="--as")
        return user
    able = [*recruiters(requisition), *active_users(Role.ADMIN)]
    if able:
        return able[0]
    raise click.UsageError("The requisition has no recruiter, and there is no admin; say --as EMAIL.")


def _say_counts(counts: dict[str, int]) -> None:
    for outcome in Outcome:
        if counts.get(outcome):
            click.echo(f"{counts[outcome]:>6,}  {LABELS[outcome]}")
    if counts.get("mended"):
        click.echo(f"        ({plural(counts['mended'], 'line')} mended)")
