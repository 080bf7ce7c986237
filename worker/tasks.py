"""Every task there is. What is due, the database knows; a task only names the tick that asks it."""

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from tracker.core import ticks
from tracker.core.bell import TICK_TASK


@shared_task(name=TICK_TASK)  # type: ignore[untyped-decorator] # Celery ships no types
def tick(name: str) -> None:
    """Do what is due for the tick called `name`."""
    ticks.run(name, time_limits=(SoftTimeLimitExceeded,))
