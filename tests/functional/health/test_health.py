"""What monitoring is told."""

from pathlib import Path

from tests.conftest import Client, make_settings
from tests.services.valkey import ValkeyServer
from tracker import create_app, migrations


def test_the_process_answers_without_a_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")


def test_pending_migrations_are_not_ready(client: Client) -> None:
    # The tests' databases are built from the models; for them every revision is pending.
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json is not None
    assert response.json["status"] == "unavailable"
    assert (response.json["database"], response.json["migrated"]) == (True, False)


def test_without_a_broker_it_is_degraded(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path}/x.db")
    migrations.upgrade(settings)

    response = create_app(settings).test_client().get("/readyz")

    assert response.status_code == 200
    assert response.json == {
        "status": "degraded",
        "database": True,
        "migrated": True,
        "broker": False,
        "disk": True,
        "oldest_unsent_mail": 0,
        "mail_put_off": 0,
        "ticks": {},
        "failing_ticks": [],
    }


def test_with_everything_it_is_ready(tmp_path: Path, shared_valkey: ValkeyServer) -> None:
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path}/x.db", redis_url=shared_valkey.url)
    migrations.upgrade(settings)

    response = create_app(settings).test_client().get("/readyz")

    assert response.json is not None
    assert (response.status_code, response.json["status"]) == (200, "ready")


def test_without_a_database_it_is_unavailable(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path}/nowhere/x.db")

    response = create_app(settings).test_client().get("/readyz")

    assert response.status_code == 503
    assert response.json is not None
    assert response.json["database"] is False
