"""What beat asks for, and how often: one entry for each tick that a domain has registered.

A tick that was not run within its interval is dropped from the queue, because the next one is there already.
"""

from typing import Any

from tracker.core.bell import TICK_TASK
from tracker.core.registry import Registry


def beat_schedule(registry: Registry) -> dict[str, dict[str, Any]]:
    """Celery's beat table from the registered ticks."""
    return {
        tick.name: {
            "task": TICK_TASK,
            "args": (tick.name,),
            "schedule": tick.every,
            "options": {"expires": tick.every.total_seconds()},
        }
        for tick in registry.ticks.values()
    }
