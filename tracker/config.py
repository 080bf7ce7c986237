"""Settings, read once from the environment. Nothing else in the project reads it."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: What keys in samples and guides say; a session signed with such a key can be forged by anybody.
#: Their letters are looked at alone: "change-me", "your-secret-key-here".
SAMPLE_WORDS = ("secret", "changeme", "changethis", "replaceme", "placeholder", "example", "password")
MINIMUM_SECRET_LENGTH = 16
FEWEST_DIFFERENT_CHARACTERS = 6
SMTP_SCHEMES = ("smtp", "smtps")
#: Those of servers that are reached by a file have no host.
LOCAL_SCHEMES = ("unix",)
REDIS_SCHEMES = ("redis", "rediss", *LOCAL_SCHEMES)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and says how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one installation."""

    secret_key: str
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str
    database_url: str
    #: Empty: the bundled server, which the supervisor starts.
    redis_url: str = ""
    #: Empty: mail becomes files under DATA_DIR/mail.
    smtp_url: str = ""
    mail_from: str = "Firsthire <firsthire@localhost>"
    org_name: str = "Firsthire"
    org_timezone: str = "UTC"
    web_processes: int = 2
    worker_processes: int = 1
    upload_limit_mb: int = 10
    #: How many proxies stand in front and say in X-Forwarded-… for whom they ask; 0: nobody is believed.
    trusted_proxies: int = 0
    #: Load the demo organisation at the very first start; by default only into the embedded database.
    demo: bool = True
    log_level: str = "INFO"
    #: True only in tests: the clock may be moved, and passwords are hashed cheaply.
    testing: bool = False
    clock_offset_seconds: float = 0.0

    @property
    def org_zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.org_timezone)

    @property
    def mail_dir(self) -> Path:
        """Where mail is written when no SMTP server is configured."""
        return self.data_dir / "mail"

    @property
    def files_dir(self) -> Path:
        """Where uploaded files lie, named by their content."""
        return self.data_dir / "files"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are sent over HTTPS only: they are as soon as the installation's address is one."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; without SECRET_KEY one is made on first start and kept in DATA_DIR.

        Raises SettingsError, with a line that says what to do, for a value that cannot be used.
        """
        env = os.environ if environ is None else environ
        data_dir = Path(env.get("DATA_DIR") or "var").expanduser().absolute()
        port = _number(env, "PORT", 8000, low=1, high=65535)
        zone = env.get("ORG_TIMEZONE") or "UTC"
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SettingsError(
                f"ORG_TIMEZONE is {zone!r}, which is no time zone; use a name like Europe/Berlin."
            ) from error
        testing = _flag(env, "TESTING", default=False)
        return cls(
            secret_key=_secret_key(env, data_dir),
            data_dir=data_dir,
            host=env.get("HOST") or "127.0.0.1",
            port=port,
            base_url=_base_url(env, port),
            database_url=_database_url(env.get("DATABASE_URL") or "", data_dir),
            redis_url=_address(
                env, "REDIS_URL", REDIS_SCHEMES, "redis://host:6379/0, rediss://… or unix:///path/to/socket"
            ),
            smtp_url=_address(
                env, "SMTP_URL", SMTP_SCHEMES, "smtp://user:password@host:587?starttls=1 or smtps://user:password@host"
            ),
            mail_from=_mail_from(env),
            org_name=env.get("ORG_NAME") or "Firsthire",
            org_timezone=zone,
            web_processes=_number(env, "WEB_PROCESSES", _usual_web_processes(), low=1, high=64),
            worker_processes=_number(env, "WORKER_PROCESSES", 1, low=1, high=64),
            upload_limit_mb=_number(env, "UPLOAD_LIMIT_MB", 10, low=1, high=100),
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0, low=0, high=5),
            demo=_flag(env, "DEMO", default=not env.get("DATABASE_URL")),
            log_level=_log_level(env),
            testing=testing,
            clock_offset_seconds=float(env.get("CLOCK_OFFSET_SECONDS") or 0) if testing else 0.0,
        )


def _usual_web_processes() -> int:
    """One for each processor, but two at least, so that one slow page holds nobody up, and four at most."""
    return min(max(os.cpu_count() or 1, 2), 4)


def _number(env: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{name} is {text!r}; give a whole number from {low} to {high}.")
    return int(text)


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name)
    if text is None:
        return default
    if text.lower() in TRUE_WORDS:
        return True
    if text.lower() in FALSE_WORDS:
        return False
    raise SettingsError(f"{name} is {text!r}; give 1 or 0.")


def _base_url(env: Mapping[str, str], port: int) -> str:
    given = _address(env, "BASE_URL", ("http", "https"), "https://hiring.example.com")
    return (given or f"http://localhost:{port}").rstrip("/")


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...], example: str) -> str:
    """An address of one of these kinds; empty when none is given. What it says beside its kind may be a password."""
    text = env.get(name) or ""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in schemes and bool(parts.hostname or parts.scheme in LOCAL_SCHEMES) and parts.port != 0
    except ValueError:
        usable = False
    if text and not usable:
        raise SettingsError(f"{name} is no address that can be used; it looks like {example}.")
    return text


def _mail_from(env: Mapping[str, str]) -> str:
    text = env.get("MAIL_FROM") or "Firsthire <firsthire@localhost>"
    name, address = parseaddr(text)
    try:
        usable = "@" in address and bool(Address(name, addr_spec=address).domain)
    except (ValueError, HeaderParseError, IndexError):
        usable = False
    if not usable:
        raise SettingsError(f"MAIL_FROM is {text!r}; it looks like Northwind AI <hiring@example.com>.")
    return text


def _log_level(env: Mapping[str, str]) -> str:
    text = (env.get("LOG_LEVEL") or "INFO").upper()
    if text not in LOG_LEVELS:
        raise SettingsError(f"LOG_LEVEL is {text!r}; give one of {', '.join(LOG_LEVELS)}.")
    return text


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'firsthire.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        # Below DATA_DIR, as all state; and every process means the same file, wherever it was started.
        return f"sqlite:///{data_dir / url.removeprefix('sqlite:///')}"
    if url.startswith(("sqlite:////", "postgresql+psycopg://")):
        return url
    raise SettingsError(f"DATABASE_URL starts with {url.split(':', 1)[0]!r}; use postgresql://… or sqlite:///….")


def _secret_key(env: Mapping[str, str], data_dir: Path) -> str:
    if "SECRET_KEY" in env:
        key = env["SECRET_KEY"]
        if len(key) < MINIMUM_SECRET_LENGTH or _can_be_guessed(key):
            raise SettingsError(
                "SECRET_KEY is empty, a sample or too short; leave it out to have one made, "
                f"or give at least {MINIMUM_SECRET_LENGTH} random characters."
            )
        return key
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_key(path)
    key = path.read_text().strip()
    if len(key) < MINIMUM_SECRET_LENGTH:
        raise SettingsError(
            f"The key in {path} is empty or too short; put it back, or delete the file to have one made."
        )
    return key


def _can_be_guessed(key: str) -> bool:
    letters = "".join(character for character in key.lower() if character.isalpha())
    return len(set(key)) < FEWEST_DIFFERENT_CHARACTERS or any(word in letters for word in SAMPLE_WORDS)


def _make_key(path: Path) -> None:
    """Write a new key for its owner alone, whole at once: who starts at the same time never reads half of one."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    # Another process of the same start may have been faster; its key is the one.
    with suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)
