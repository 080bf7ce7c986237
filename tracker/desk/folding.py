"""Phases that somebody folds away on boards. The choice is theirs alone, and holds for all boards."""

from tracker.accounts.models import User
from tracker.accounts.queries import preference
from tracker.core.registry import Registry
from tracker.requisitions.states import Phase

FOLDED = "board.folded"
_NAMES = frozenset(phase.value for phase in Phase)


def register(registry: Registry) -> None:
    """Name what is remembered: the folded phases, with blanks between them."""
    registry.add_preference(FOLDED, default="", accepts=lambda value: set(value.split()) <= _NAMES)


def folded_phases(user: User) -> frozenset[Phase]:
    """The phases that a user has folded."""
    return frozenset(Phase(name) for name in preference(user, FOLDED).split())


def toggled(folded: frozenset[Phase], phase: Phase) -> str:
    """The choice as it is kept, once `phase` is folded, or opened where it is folded now."""
    return " ".join(each.value for each in Phase if each in folded ^ {phase})
