"""The doorbell: tells a worker that something is due. The database is the record; a lost ring costs only delay."""

import time
import uuid
from dataclasses import dataclass, field

import structlog
from flask import current_app
from kombu import Connection, Exchange, Producer

from tracker.core.db import after_commit

log = structlog.get_logger(__name__)

QUEUE = "firsthire"
TICK_TASK = "firsthire.tick"
#: After a broker failed to answer, it is left alone so long: no page waits for it twice in a row.
PAUSE_SECONDS = 10.0


@dataclass
class Bell:
    """A bare producer: publishes the message that Celery's protocol 2 describes, without loading Celery."""

    broker_url: str
    transport_options: dict[str, object] = field(default_factory=dict)
    _quiet_until: float = 0.0

    def ring(self, tick: str) -> None:
        """Ask for a tick by name. A broker that is down is logged and swallowed."""
        if not self.broker_url or time.monotonic() < self._quiet_until:
            return
        task_id = str(uuid.uuid4())
        headers = {
            "lang": "py", "task": TICK_TASK, "id": task_id, "root_id": task_id, "parent_id": None, "group": None,
            "argsrepr": repr((tick,)), "kwargsrepr": "{}", "retries": 0, "eta": None, "expires": None,
            "timelimit": [None, None], "ignore_result": True,
        }  # fmt: skip
        try:
            with Connection(
                self.broker_url, connect_timeout=0.5, transport_options={"max_retries": 0, **self.transport_options}
            ) as connection:
                # Of all ways to a channel only this one heeds max_retries; the others wait two seconds and try again.
                channel = connection.default_channel
                Producer(channel, exchange=Exchange(QUEUE, type="direct"), routing_key=QUEUE).publish(
                    ([tick], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}),
                    headers=headers,
                    correlation_id=task_id,
                    serializer="json",
                    retry=False,
                )
        except Exception as error:  # noqa: BLE001, RUF100 - whatever a broker does, the work is recorded already
            self._quiet_until = time.monotonic() + PAUSE_SECONDS
            log.warning(
                "bell.unheard",
                tick=tick,
                error=type(error).__name__,
                said=f"The broker does not answer. What was asked for is written down, and the next tick of {tick} "
                "does it; they run while Firsthire does.",
            )


def ring(tick: str) -> None:
    """Ring for the tick once the running transaction has committed."""
    bell: Bell = current_app.extensions["bell"]
    after_commit(_Ring(bell, tick))


class _Ring:
    """A callback that equals another for the same tick, so that a transaction rings once."""

    def __init__(self, bell: Bell, tick: str) -> None:
        self.bell, self.tick = bell, tick

    def __call__(self) -> None:
        self.bell.ring(self.tick)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ring) and other.tick == self.tick

    def __hash__(self) -> int:
        return hash(self.tick)
