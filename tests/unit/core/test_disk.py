"""What a full disk and one that may only be read are known by."""

import errno
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from tracker.core.disk import FULL, READ_ONLY, takes_more, why_not_written


class OfPostgres(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
        (OSError(errno.EROFS, "Read-only file system"), READ_ONLY),
        (PermissionError(errno.EACCES, "Permission denied"), READ_ONLY),
        (FileNotFoundError(errno.ENOENT, "No such file"), ""),
        (OSError("without a number"), ""),
        (DBAPIError("INSERT", {}, OfPostgres("53100")), FULL),
        (DBAPIError("INSERT", {}, OfPostgres("25006")), READ_ONLY),
        (DBAPIError("INSERT", {}, OfPostgres("40P01")), ""),
        (ValueError("another fault"), ""),
    ],
)
def test_what_is_told(error: Exception, said: str) -> None:
    assert why_not_written(error) == said


def test_a_folder_that_is_gone_takes_nothing(tmp_path: Path) -> None:
    assert takes_more(tmp_path)
    assert not takes_more(tmp_path / "gone")
