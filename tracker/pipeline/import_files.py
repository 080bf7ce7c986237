"""The files that imports are read from: kept under DATA_DIR/imports by their content, deleted two weeks later."""

import hashlib
from pathlib import Path

from flask import current_app

from tracker.candidates import contents
from tracker.config import Settings


def keep(data: bytes) -> str:
    """Store the file; its digest."""
    sha256 = hashlib.sha256(data).hexdigest()
    contents.write(path_of(sha256), data)
    return sha256


def path_of(sha256: str) -> Path:
    """Where the file with this digest lies, or lay."""
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "imports" / sha256


def read(sha256: str) -> bytes | None:
    """The file; None when it was deleted."""
    try:
        return path_of(sha256).read_bytes()
    except FileNotFoundError:
        return None


def delete(sha256: str) -> None:
    """Delete the file, if it is there."""
    path_of(sha256).unlink(missing_ok=True)
