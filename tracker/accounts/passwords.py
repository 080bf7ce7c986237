"""Hashing passwords with argon2id, and what a password must be."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app

from tracker.config import Settings

SHORTEST = 10
LONGEST = 200
#: Long enough, and still the first that anybody tries.
WELL_KNOWN = frozenset(
    {
        "1234567890", "12345678910", "0123456789", "0987654321", "1111111111", "qwertyuiop", "qwerty12345",
        "1q2w3e4r5t", "password12", "password123", "password1234", "passwort123", "iloveyou12", "administrator",
        "letmein123", "welcome123", "changeme123", "firsthire123", "abcdefghij", "abcd123456",
    }
)  # fmt: skip


@lru_cache
def _hasher(cheap: bool) -> PasswordHasher:
    """argon2id with the library's default costs (RFC 9106, low memory); tests hash cheaply."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()


@lru_cache
def _nobodys_hash(cheap: bool) -> str:
    return _hasher(cheap).hash("nobody signs in with this")


def _cheap() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return settings.testing


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return _hasher(_cheap()).hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one behind the hash. Without a hash the same work is done, and the answer is no."""
    hasher = _hasher(_cheap())
    try:
        hasher.verify(password_hash or _nobodys_hash(_cheap()), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other costs than today's, so that signing in should renew it."""
    return _hasher(_cheap()).check_needs_rehash(password_hash)


def password_problem(password: str, *, name: str = "", email: str = "") -> str:
    """What is wrong with a password that somebody wants, as a sentence; empty when nothing is."""
    plain = password.strip().casefold()
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; a few words in a row are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if plain in WELL_KNOWN or len(set(plain)) < 4:
        return "This is one of the first passwords anybody tries; choose another."
    if plain in {name.strip().casefold(), email.strip().casefold(), email.partition("@")[0].strip().casefold()}:
        return "Choose something other than your name or address."
    return ""
