"""Boards that must look again although no application changed: what they say of people, or of a user, did."""

from collections.abc import Collection

from sqlalchemy import Select, select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.refresh import SLICE, bump_pulses
from tracker.pipeline.states import ApplicationStatus


def raise_for_people(candidate_ids: Collection[int]) -> None:
    """Raise the pulses of all boards that show these people."""
    ids, boards = sorted(set(candidate_ids)), set[int]()
    for start in range(0, len(ids), SLICE):
        boards |= _found(
            select(Application.requisition_id).where(
                Application.candidate_id.in_(ids[start : start + SLICE]),
                Application.status == ApplicationStatus.ACTIVE,
            )
        )
    if boards:
        bump_pulses(boards)


def raise_for_user(user: User) -> None:
    """Raise the pulses of all boards on which somebody waits on this user, for their name stands there."""
    if user.id is None:
        return
    boards = _found(
        select(ApplicationCard.requisition_id).where(
            ApplicationCard.waits_on_user_id == user.id, ApplicationCard.requisition_id.is_not(None)
        )
    )
    if boards:
        bump_pulses(boards)


def _found(requisitions: Select[int] | Select[int | None]) -> set[int]:
    return {each for each in db.session.scalars(requisitions.distinct()) if each is not None}
