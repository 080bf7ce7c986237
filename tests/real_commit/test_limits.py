"""Tries are counted in the broker's server, and in the process while it is away."""

from pathlib import Path

from redis import Redis

from tests.conftest import Client, make_settings
from tests.services.valkey import ValkeyServer
from tracker import create_app
from tracker.core.db import db
from tracker.core.limits import limiter


def test_tries_are_counted_with_the_broker_and_without(tmp_path: Path, valkey: ValkeyServer) -> None:
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path / 'a.db'}", redis_url=valkey.url)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Client
    # Applications of other tests in this process may have found their broker away.
    limiter._storage_dead = False
    with app.app_context():
        db.create_all()
        client = app.test_client()

        def ask() -> int:
            return client.post("/forgot", data={"email": "maya@example.com"}).status_code

        assert [ask() for _ in range(5)] == [303, 303, 303, 303, 429]
        with Redis(unix_socket_path=str(valkey.socket), db=3) as server:
            keys = [key.decode() for key in server.scan_iter()]
        assert keys
        assert not [key for key in keys if "maya" in key]

        valkey.kill()
        limiter._fallback_storage.reset()
        assert [ask() for _ in range(5)] == [303, 303, 303, 303, 429]
        db.session.remove()
        db.engine.dispose()
