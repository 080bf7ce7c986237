"""What stands between an application and a stage: the guards that other domains registered."""

from datetime import datetime

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core.errors import Refused
from tracker.core.registry import Move, get_registry
from tracker.pipeline.models import Application
from tracker.requisitions.models import Stage


def pass_gates(application: Application, to_stage: Stage, *, actor: User, at: datetime, override_reason: str) -> bool:
    """Ask the guards; whether an admin overrode one. Raises Refused, saying what is needed."""
    overridden = False
    for guard in get_registry().move_guards:
        refusal = guard(Move(application, to_stage, actor, at))
        if refusal is None:
            continue
        may_override = refusal.overridable and can(actor, "application.override_gate", application)
        if may_override and override_reason.strip():
            overridden = True
            continue
        fields = {"override_reason": "Or say why the gate may be passed."} if may_override else {}
        raise Refused(refusal.message, needed=refusal.needed, fields=fields)
    return overridden
