"""The bundled Redis-compatible server, where it is and whose it has to be."""

from pathlib import Path

import pytest

from tests.conftest import make_settings
from tests.services.fixtures import Install
from tracker.core.broker import socket_path
from tracker.supervisor.broker import BrokerUnavailable, broker_program


def test_a_deep_data_folder_moves_the_socket_to_a_private_temporary_folder(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / ("deep" * 30), "sqlite://")

    program = broker_program(settings)

    path = socket_path(settings)
    assert not path.is_relative_to(settings.data_dir)
    assert str(path) in program.command
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.parent.rmdir()


def test_a_temporary_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / ("else" * 30), "sqlite://")
    folder = socket_path(settings).parent
    folder.symlink_to(tmp_path)

    with pytest.raises(BrokerUnavailable, match="belongs to somebody else"):
        broker_program(settings)

    folder.unlink()


def test_it_works_from_a_deep_data_folder(install: Install, tmp_path: Path) -> None:
    server = install(tmp_path / ("long" * 30)).start()

    assert "broker" in server.pids
