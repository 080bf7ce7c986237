"""What becomes of the people who are left when a requisition is filled or cancelled: a person decides on each."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.accounts.models import User
from tracker.core.errors import TrackerError
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application
from tracker.pipeline.queries import active_of
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.states import RequisitionState

#: The reason that an ending gets when somebody is closed because the requisition is over.
CLOSE_REASON = {RequisitionState.FILLED: "filled", RequisitionState.CANCELLED: "cancelled"}


@dataclass(frozen=True)
class Choice:
    """What becomes of one application: a kind of ending and its reason, at the version that the page showed."""

    kind: ChangeKind
    reason: str
    expected: int
    told: bool = False


@dataclass(frozen=True)
class Outcome:
    """How it went: whose endings were recorded, and who was left with the reason why."""

    ended: tuple[Application, ...]
    left: tuple[tuple[Application, str], ...]


def end_remaining(requisition: Requisition, choices: Mapping[int, Choice], *, actor: User) -> Outcome:
    """End the applications that were chosen (by id), each on its own terms; one that somebody moved meanwhile is left.

    The rows are locked by the requisition, so nothing moves between judging and writing.
    """
    requisition = lock_requisition(requisition.id)
    ended, left = [], []
    for application in active_of(requisition):
        choice = choices.get(application.id)
        if choice is None:
            continue
        try:
            # What can be refused is refused before anything is written for this application.
            end_application(
                application,
                choice.kind,
                actor=actor,
                expected=choice.expected,
                reason=choice.reason,
                told=choice.told,
            )
        except TrackerError as error:
            left.append((application, error.message))
        else:
            ended.append(application)
    return Outcome(tuple(ended), tuple(left))
