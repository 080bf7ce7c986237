"""What SQLite's planner goes by: how many rows there are, and how they are spread over each index.

PostgreSQL keeps such figures by itself. SQLite has none until it is told to look, and without them takes a status that
everybody has for as good a way in as a number that one row has.
"""

from sqlalchemy import text

from tracker.core.db import db, on_postgresql, transaction

#: The tick that looks.
TICK = "database.statistics"
#: So many entries of each index are looked at, while whoever wants to write waits: at a million applications 0.16 s.
#: Fewer see only the first of very many people in one stage, and take that for all there are.
LOOKED_AT = 50_000


def renew() -> int:
    """Look at the tables as they are now. Returns how many databases were looked at: none where that is not needed.

    The table of the figures is made anew each time: a change of the schema is what every open connection, in whatever
    process, notices before its next statement, and reads the figures again. New figures alone nobody would notice.
    """
    if on_postgresql():
        return 0
    with transaction():
        connection = db.session.connection()
        connection.execute(text(f"PRAGMA analysis_limit={LOOKED_AT}"))
        connection.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
        connection.execute(text("ANALYZE"))
    return 1
