"""A disk that takes nothing in: how it is known from what was raised, and what people are told."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

FULL = (
    "There is no room left on the server’s disk; nothing was saved. Tell your admin. It goes on by itself as soon as "
    "there is room."
)
READ_ONLY = (
    "The server may not write to its disk at the moment; nothing was saved. Tell your admin. It goes on by itself as "
    "soon as it may."
)
#: With less room than this an installation is not well: the next upload may be the last.
LITTLE = 100 * 1024 * 1024

_BY_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
}
_BY_SQLITE = {sqlite3.SQLITE_FULL: FULL, sqlite3.SQLITE_READONLY: READ_ONLY}
#: What PostgreSQL says for the same.
_BY_SQLSTATE = {"53100": FULL, "25006": READ_ONLY}


def why_not_written(error: BaseException) -> str:
    """What to tell people when the disk, or the database's, took nothing in; empty for any other fault."""
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, "")
    if not isinstance(error, DBAPIError):
        return ""
    # The lower byte of SQLite's code says what it is, the others where it was found.
    by_sqlite = _BY_SQLITE.get((getattr(error.orig, "sqlite_errorcode", None) or 0) & 0xFF, "")
    return by_sqlite or _BY_SQLSTATE.get(getattr(error.orig, "sqlstate", None) or "", "")


def takes_more(folder: Path) -> bool:
    """Whether a folder may be written, and has room for what people send in."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= LITTLE
