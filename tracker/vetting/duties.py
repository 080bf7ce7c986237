"""What vetting may have waiting on somebody, and how a successor takes it over."""

from tracker.accounts.models import User
from tracker.vetting.operations.interviews import hand_over_seats
from tracker.vetting.operations.shortlists import hand_over_decisions
from tracker.vetting.waiting import decisions_waiting_on, scorecards_owed_by


def held_by(user: User) -> list[str]:
    """A line for each decision and each scorecard that waits on the user."""
    return [
        *(
            f"Decide on {', '.join(shortlist.waiting)} for {shortlist.requisition_number}."
            for shortlist in decisions_waiting_on(user)
        ),
        *(f"Scorecard on {card.candidate} for {card.requisition_number}." for card in scorecards_owed_by(user)),
    ]


def hand_over(user: User, successor: User, actor: User | None) -> None:
    """The successor decides and assesses instead."""
    hand_over_decisions(user, successor, actor)
    hand_over_seats(user, successor, actor)
