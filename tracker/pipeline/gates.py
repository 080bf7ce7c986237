"""What stands between an application and a stage: the guards that other domains registered."""

from collections.abc import Iterable, Sequence

from tracker.accounts.models import User
from tracker.core.registry import Move, Refusal, get_registry
from tracker.pipeline.changes import order_of
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Stage


def ask_guards(moves: Sequence[Move]) -> list[list[Refusal]]:
    """What the guards say to each move, in their order.

    Nothing is said to one that leads nowhere, or is of an ended application: other rules refuse those.
    """
    said: list[list[Refusal]] = [[] for _ in moves]
    asked = [(position, move) for position, move in enumerate(moves) if _goes_on(move)]
    if asked:
        for guard in get_registry().move_guards:
            answers = guard([move for _, move in asked])
            for (position, _), refusal in zip(asked, answers, strict=True):
                if refusal is not None:
                    said[position].append(refusal)
    return said


def refusals(application: Application, stages: Iterable[Stage], *, actor: User) -> dict[int, Refusal]:
    """What the guards would say to each stage, by its id; a stage that is free is left out."""
    moves = [Move(application, stage, actor) for stage in stages]
    return {move.to_stage.id: said[0] for move, said in zip(moves, ask_guards(moves), strict=True) if said}


def has_own_form(application: Application, stage: Stage) -> bool:
    """Whether going on to the stage opens a form of its own instead of a plain move; going back to it needs none."""
    return stage.kind in get_registry().stage_forms and order_of(stage) > order_of(application.stage)


def _goes_on(move: Move) -> bool:
    return move.application.status is ApplicationStatus.ACTIVE and move.application.stage_id != move.to_stage.id
