"""Settings from the environment: what is made, what is refused, and in which words."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracker.config import Settings, SettingsError


def settings(folder: Path, **environment: str) -> Settings:
    return Settings.from_environment({"DATA_DIR": str(folder), **environment})


def test_a_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first, second = settings(tmp_path / "data"), settings(tmp_path / "data")

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_key_file_that_was_emptied_signs_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("\n")
    with pytest.raises(SettingsError, match="secret_key is empty or too short; put it back, or delete the file"):
        settings(tmp_path)


def test_whoever_starts_at_the_same_time_signs_with_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = {each.secret_key for each in pool.map(settings, [tmp_path / "data"] * 24)}

    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_all_state_is_below_the_data_folder(tmp_path: Path) -> None:
    found = settings(tmp_path)

    assert found.database_url == f"sqlite:///{tmp_path}/firsthire.db"
    assert found.mail_dir.parent == found.files_dir.parent == tmp_path


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("postgres://u:p@host/name", "postgresql+psycopg://u:p@host/name"),
        ("postgresql://u:p@host/name", "postgresql+psycopg://u:p@host/name"),
        ("postgresql+psycopg://host/name", "postgresql+psycopg://host/name"),
        ("sqlite:////elsewhere/x.db", "sqlite:////elsewhere/x.db"),
    ],
)
def test_databases_are_named_as_usual(tmp_path: Path, given: str, meant: str) -> None:
    assert settings(tmp_path, DATABASE_URL=given).database_url == meant


def test_a_relative_file_is_below_the_data_folder(tmp_path: Path) -> None:
    assert settings(tmp_path, DATABASE_URL="sqlite:///x.db").database_url == f"sqlite:///{tmp_path}/x.db"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is empty, a sample or too short"),
        ("SECRET_KEY", "Change-Me", "SECRET_KEY is empty, a sample or too short"),
        ("SECRET_KEY", "your-secret-key-here", "SECRET_KEY is empty, a sample or too short"),
        ("SECRET_KEY", "CHANGE_ME_1234567890", "SECRET_KEY is empty, a sample or too short"),
        ("SECRET_KEY", "aaaaaaaaaaaaaaaaaaaaaaaa", "SECRET_KEY is empty, a sample or too short"),
        ("SECRET_KEY", "fifteen letters", "SECRET_KEY is empty, a sample or too short"),
        ("PORT", "http", "PORT is 'http'; give a whole number from 1 to 65535"),
        ("PORT", "0", "PORT is '0'; give a whole number from 1 to 65535"),
        ("WEB_PROCESSES", "-1", "WEB_PROCESSES is '-1'; give a whole number"),
        ("DEMO", "perhaps", "DEMO is 'perhaps'; give 1 or 0"),
        ("ORG_TIMEZONE", "Berlin", "ORG_TIMEZONE is 'Berlin', which is no time zone"),
        ("DATABASE_URL", "mysql://host/name", "DATABASE_URL starts with 'mysql'"),
        ("BASE_URL", "hiring.example.com", "BASE_URL is no address that can be used; it looks like https://"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL is no address that can be used; it looks like redis://"),
        (
            "REDIS_URL",
            "redis+socket:///run/redis.sock",
            "REDIS_URL is no address that can be used; it looks like redis://",
        ),
        ("SMTP_URL", "mail.example.com", "SMTP_URL is no address that can be used; it looks like smtp://"),
        ("SMTP_URL", "smtp://mail.example.com:port", "SMTP_URL is no address that can be used"),
        ("MAIL_FROM", "hiring", "MAIL_FROM is 'hiring'; it looks like Northwind AI <hiring@example.com>"),
        ("MAIL_FROM", "A <a@b@c>", "MAIL_FROM is 'A <a@b@c>'"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'LOUD'; give one of DEBUG, INFO"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, **{name: value})

    assert said in str(refused.value)


def test_the_clock_moves_in_tests_only(tmp_path: Path) -> None:
    assert settings(tmp_path, CLOCK_OFFSET_SECONDS="60").clock_offset_seconds == 0
    assert settings(tmp_path, CLOCK_OFFSET_SECONDS="60", TESTING="1").clock_offset_seconds == 60


def test_cookies_are_for_https_when_the_address_is(tmp_path: Path) -> None:
    assert settings(tmp_path, BASE_URL="https://hire.example.org/").secure_cookies
    assert not settings(tmp_path).secure_cookies


@pytest.mark.parametrize(("processors", "processes"), [(1, 2), (2, 2), (3, 3), (64, 4)])
def test_web_processes_follow_the_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int, processes: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)

    assert settings(tmp_path).web_processes == processes
    assert settings(tmp_path, WEB_PROCESSES="7").web_processes == 7
