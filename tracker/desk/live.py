"""What an open board must know to stay as it is at the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.accounts.models import User
from tracker.desk.folding import folded_phases, toggled
from tracker.desk.scopes import Token
from tracker.pipeline.pulses import Pulse, pulse_of, standing_since
from tracker.requisitions.states import Phase


@dataclass(frozen=True)
class Live:
    """What the page of a board carries for its script, and the phases that its reader has folded."""

    #: What the board sends with what is done on it: a requisition's number, or another name for other boards.
    board: str
    pulse_url: str
    pulse: Pulse
    #: Where those stand who were moved since the board looked last, by application id; None for who has left.
    standing: Mapping[int, Token | None]
    folded: frozenset[Phase]

    def toggled(self, phase: Phase) -> str:
        """What the reader's choice becomes once `phase` is folded, or opened."""
        return toggled(self.folded, phase)


def live_board(board: str, pulse_url: str, requisition_ids: Sequence[int], reader: User, *, since: str = "") -> Live:
    """The live side of a board over these requisitions; `since` is the pulse that an open board knows.

    To be asked before the cards are read: what happens in between is then asked for once more, and never missed.
    """
    pulse = pulse_of(requisition_ids)
    known = Pulse.read(since)
    standing: Mapping[int, Token | None] = dict(standing_since(requisition_ids, known.change)) if known else {}
    return Live(board, pulse_url, pulse, standing, folded_phases(reader))
