"""What stands between an application and a stage: the guards that other domains registered."""

from collections.abc import Iterable
from datetime import datetime

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core import clock
from tracker.core.errors import Refused
from tracker.core.registry import Move, Refusal, get_registry
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


def refusals(application: Application, stages: Iterable[Stage], *, actor: User) -> dict[int, Refusal]:
    """What the guards would say to each stage, by its id; a stage that is free is left out."""
    found: dict[int, Refusal] = {}
    now = clock.now()
    for stage in stages:
        if stage.id == application.stage_id:
            continue
        for guard in get_registry().move_guards:
            refusal = guard(Move(application, stage, actor, now))
            if refusal is not None:
                found.setdefault(stage.id, refusal)
    return found
