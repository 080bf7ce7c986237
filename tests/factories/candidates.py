"""People."""

from itertools import count
from typing import Any

from tracker.accounts.models import User
from tracker.candidates.models import Candidate
from tracker.candidates.operations import create_candidate
from tracker.core.db import transaction

_numbers = count(1)


def make_candidate(name: str = "", *, actor: User | None = None, **facts: Any) -> Candidate:
    """A person with an e-mail address of their own, unless `email` is given (None: without one)."""
    number = next(_numbers)
    facts.setdefault("email", f"person{number}@example.org")
    with transaction():
        return create_candidate(name=name or f"Person Number{number}", actor=actor, **facts)
