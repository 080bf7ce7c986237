"""The Celery application. It makes the Flask application, and runs every task in a context of it."""

import ctypes
import signal
import sys
import warnings
from typing import Any

from celery import Celery, Task, signals
from celery.platforms import SecurityWarning
from flask import Flask

from tracker import create_app
from tracker.config import Settings
from tracker.core.bell import QUEUE
from tracker.core.broker import celery_url
from worker.schedule import beat_schedule

#: A task that takes longer is told to stop, then killed, and only after that handed out again.
SOFT_LIMIT_SECONDS = 240
HARD_LIMIT_SECONDS = 300
VISIBILITY_SECONDS = 600
PR_SET_PDEATHSIG = 1


def create_celery(app: Flask) -> Celery:
    """The Celery application for a Flask application, its settings and its schedule included."""

    class TaskInContext(Task):  # type: ignore[misc] # Celery ships no types
        """A task that sees the application; its database session ends with it."""

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return super().__call__(*args, **kwargs)

    settings: Settings = app.extensions["settings"]
    celery = Celery("firsthire", task_cls=TaskInContext, include=["worker.tasks"])
    celery.conf.update(
        broker_url=celery_url(settings),
        broker_transport_options={
            "visibility_timeout": VISIBILITY_SECONDS,
            # Without these two a killed worker's task comes back ten times later.
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
        },
        broker_connection_retry_on_startup=True,
        # Ids only, and nothing that could carry code.
        accept_content=["json"],
        task_serializer="json",
        task_default_queue=QUEUE,
        # The database is the record of what was done; a result would be a second one.
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_soft_time_limit=SOFT_LIMIT_SECONDS,
        task_time_limit=HARD_LIMIT_SECONDS,
        worker_max_tasks_per_child=500,
        worker_max_memory_per_child=400_000,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        timezone="UTC",
        enable_utc=True,
        beat_schedule=beat_schedule(app.extensions["registry"]),
    )
    celery.set_default()
    return celery


@signals.setup_logging.connect  # type: ignore[untyped-decorator] # Celery ships no types
def keep_logging(**_given: object) -> None:
    """create_app() has set up the logs; a receiver here keeps Celery from setting up its own."""


@signals.worker_process_init.connect  # type: ignore[untyped-decorator] # Celery ships no types
def end_with_the_worker(**_given: object) -> None:
    """A killed worker takes its children with it, instead of leaving them to finish what is handed out again."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


# It warns whoever is root of serialised objects that carry code; only JSON is accepted here.
warnings.filterwarnings("ignore", category=SecurityWarning)

celery = create_celery(create_app())
