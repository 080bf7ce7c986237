"""Removing the demo organisation, and nothing else."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from tracker.accounts.models import User
from tracker.accounts.queries import organisation
from tracker.candidates.models import Candidate
from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import Base, db, transaction
from tracker.core.errors import Refused
from tracker.demo import cast
from tracker.history.models import Event
from tracker.mail.models import OutboxMessage
from tracker.mail.sending import name_of
from tracker.pipeline.models import Application, Batch, BatchItem
from tracker.requisitions.models import Requisition, RequisitionCounter
from tracker.vetting.models import Shortlist


@dataclass(frozen=True)
class Removed:
    """How much went. `kept_users` are demo accounts that real work refers to; they were disabled."""

    requisitions: int
    candidates: int
    users: int
    kept_users: int


def remove() -> Removed:
    """Delete the demo's users, their requisitions, the people in them and the mail; what real users made stays.

    A demo account that real work still refers to is disabled instead. Raises Refused when there is no demo.
    """
    with transaction():
        settings = organisation()
        if settings.demo_loaded_at is None:
            raise Refused("There is no demo organisation here.")
        users = db.session.scalars(select(User).where(User.email.like(f"%@{cast.DOMAIN}"))).all()
        ids = [user.id for user in users]
        theirs = select(Requisition.id).where(Requisition.created_by_id.in_(ids))
        # What names stages and checklist items goes before them: PostgreSQL checks each step of a cascade by itself.
        _delete(Shortlist, Shortlist.requisition_id.in_(theirs))
        _delete(Application, Application.requisition_id.in_(theirs))
        _delete(Batch, ~exists().where(BatchItem.batch_id == Batch.id))
        requisitions = _delete(Requisition, Requisition.created_by_id.in_(ids))
        _count_anew()
        candidates = _delete(Candidate, or_(Candidate.demo, Candidate.created_by_id.in_(ids)))
        _delete(
            Event,
            Event.actor_id.in_(ids) | ((Event.subject_table == User.__tablename__) & Event.subject_id.in_(ids)),
            Event.requisition_id.is_(None),
            Event.candidate_id.is_(None),
            Event.application_id.is_(None),
        )
        db.session.execute(update(User).where(User.successor_id.in_(ids)).values(successor_id=None))
        kept, mails = 0, list[str]()
        for user in users:
            if _is_referred_to(user):
                user.disabled_at = user.disabled_at or clock.now()
                kept += 1
            else:
                mails += map(name_of, db.session.scalars(select(OutboxMessage).filter_by(user_id=user.id)))
                db.session.delete(user)
        settings.demo_loaded_at = None
        db.session.flush()
    # Where mail becomes files, those are full of the demo's people.
    installation: Settings = current_app.extensions["settings"]
    for name in mails:
        (installation.mail_dir / f"{name}.eml").unlink(missing_ok=True)
    return Removed(requisitions, candidates, len(users) - kept, kept)


def _count_anew() -> None:
    """Let numbers go on from the highest that is left, so that the first real requisition is a first one."""
    for counter in db.session.scalars(select(RequisitionCounter).with_for_update()):
        numbers = db.session.scalars(select(Requisition.number).where(Requisition.number.like(f"{counter.prefix}-%")))
        digits = [number.rpartition("-")[2] for number in numbers]
        counter.last = max((int(each) for each in digits if each.isdecimal()), default=0)


def _delete(model: type[Base], *conditions: ColumnElement[bool]) -> int:
    result = db.session.execute(delete(model).where(*conditions).execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _is_referred_to(user: User) -> bool:
    """Whether a row that would not go with the user names them."""
    for table in Base.registry.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table is not User.__table__ or key.ondelete == "CASCADE":
                continue
            if db.session.scalar(select(exists().where(key.parent == user.id))):
                return True
    return False
