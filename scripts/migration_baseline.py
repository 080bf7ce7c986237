"""Writes the one revision anew from the models: `make migration-baseline`.

While there is no release, no database out there has to be carried over; so there is one revision, and it is written
from the models on an empty database. Triggers are no part of what Alembic finds; they are copied from a database that
was built from the models, for SQLite and for PostgreSQL.
"""

import re
import sys
import tempfile

from alembic import command

from scripts.schemas import built_from_models, triggers
from tests.services.postgres import start_postgres
from tracker.migrations import SCRIPTS, alembic_config, migration_engine

BASELINE = "0001"


def main() -> int:
    """Write migrations/versions/0001_baseline.py; 0 when that is done."""
    for old in (SCRIPTS / "versions").glob(f"{BASELINE}_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        with (
            migration_engine(f"sqlite:///{folder}/empty.db") as engine,
            engine.connect() as connection,
        ):
            command.revision(alembic_config(connection), message="baseline", autogenerate=True, rev_id=BASELINE)
        statements = {"sqlite": triggers(built_from_models(f"sqlite:///{folder}/models.db"))}
    server = start_postgres()
    try:
        statements["postgresql"] = triggers(built_from_models(server.create_database("baseline")))
        server.drop_database("baseline")
    finally:
        server.stop()
    path = SCRIPTS / "versions" / f"{BASELINE}_baseline.py"
    plain = "".join(line for line in path.read_text().splitlines(keepends=True) if "### " not in line)
    path.write_text(with_triggers(plain, statements))
    sys.stdout.write(f"Wrote {path.name}.\n")
    return 0


def with_triggers(source: str, statements: dict[str, list[str]]) -> str:
    """The revision with the statements of each database at the end of upgrade(), told apart by the dialect's name."""
    if not any(statements.values()):
        return source
    upgrade, found, downgrade = source.partition("\n\ndef downgrade")
    lines = ["", "    dialect = op.get_bind().dialect.name"]
    for dialect, wanted in statements.items():
        lines += [f'    if dialect == "{dialect}":', *(["        pass"] if not wanted else [])]
        for statement in wanted:
            text = re.sub(r"\s+\n", "\n", statement).replace("\\", "\\\\").replace('"""', '\\"""')
            lines.append(f'        op.execute("""{text}""")')
    return f"{upgrade.rstrip()}\n" + "\n".join(lines) + f"\n{found}{downgrade}"


if __name__ == "__main__":
    sys.exit(main())
