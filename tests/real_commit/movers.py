"""A process of its own that moves people over HTTP, in step with another one."""

from collections.abc import Sequence
from multiprocessing import Queue, get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

from tests.conftest import make_settings
from tracker import create_app


class Answer(NamedTuple):
    """What one request got."""

    status: int
    text: str


class Request(NamedTuple):
    """One POST, as JSON is asked for, so that the answer is easily read."""

    address: str
    form: dict[str, str]


def race(
    database_url: str, folder: Path, sessions: Sequence[str], rounds: Sequence[Sequence[Request]]
) -> list[list[Answer]]:
    """Send each round's requests at the same time, each from the process of its own session; the answers by round."""
    context = get_context("spawn")
    barrier = context.Barrier(len(sessions))
    queue: Queue[tuple[int, list[Answer]]] = context.Queue()
    processes = [
        context.Process(
            target=_send_all,
            args=(database_url, folder, session, [each[number] for each in rounds], barrier, queue, number),
        )
        for number, session in enumerate(sessions)
    ]
    for process in processes:
        process.start()
    answers = dict(queue.get(timeout=120) for _ in processes)
    for process in processes:
        process.join(timeout=30)
    return [[answers[number][at] for number in range(len(sessions))] for at in range(len(rounds))]


def _send_all(
    database_url: str,
    folder: Path,
    session_key: str,
    requests: Sequence[Request],
    barrier: Barrier,
    queue: "Queue[tuple[int, list[Answer]]]",
    number: int,
) -> None:
    app = create_app(make_settings(folder, database_url))
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = session_key
        session["_fresh"] = True
    answers = []
    for request in requests:
        barrier.wait(timeout=60)
        answer = client.post(request.address, data=request.form, headers={"Accept": "application/json"})
        answers.append(Answer(answer.status_code, answer.get_data(as_text=True)))
    queue.put((number, answers))
