"""Who is looking at the same thing: known for some seconds, and to nobody without the broker's server."""

from pathlib import Path

from tests.conftest import make_settings
from tests.services.valkey import ValkeyServer
from tracker.core.presence import Presence


def presence_at(server: ValkeyServer, folder: Path) -> Presence:
    return Presence(make_settings(folder, "sqlite://", redis_url=server.url))


def test_others_at_the_same_place_are_known(tmp_path: Path, shared_valkey: ValkeyServer) -> None:
    presence = presence_at(shared_valkey, tmp_path)
    assert presence.note("board:a", 1) == []
    assert presence.note("board:a", 2) == [1]
    assert presence.note("board:a", 1) == [2]
    assert presence.note("board:b", 3) == []


def test_without_the_server_nobody_is_there_and_nobody_waits_twice(tmp_path: Path, valkey: ValkeyServer) -> None:
    presence = presence_at(valkey, tmp_path)
    assert presence.note("board:a", 1) == []
    valkey.kill()
    assert presence.note("board:a", 2) == []
    valkey.start()
    # It would answer again, and is left alone for a while.
    assert presence.note("board:a", 2) == []
