"""How mail leaves: what each answer of a real server means, and mail that becomes files."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services.smtp import SmtpSink
from tracker.mail import transports
from tracker.mail.transports import Delivery, FileTransport, Never, NotNow, SmtpTransport, Unsure

MESSAGE = b"Subject: One\r\n\r\nWords.\r\n"
MAYA = "maya@example.com"


@pytest.fixture
def server() -> Iterator[SmtpSink]:
    """A server that does as it is told."""
    sink = SmtpSink()
    yield sink
    sink.stop()


def send(url: str) -> None:
    SmtpTransport(url).send(MESSAGE, sender="firsthire@example.com", recipient=MAYA, name="one")


def refused(url: str) -> Delivery:
    with pytest.raises(Delivery) as caught:
        send(url)
    assert MAYA not in caught.value.detail
    return caught.value


def test_mail_arrives(server: SmtpSink) -> None:
    send(server.url)
    assert [mail.recipients for mail in server.received] == [(MAYA,)]


@pytest.mark.parametrize(
    ("answer", "kind"), [("451 Later", NotNow), ("552 Too big", Never), ("421 Going down", NotNow)]
)
def test_what_the_answer_to_the_content_means(server: SmtpSink, answer: str, kind: type[Delivery]) -> None:
    server.refuse_with = answer
    failure = refused(server.url)
    assert type(failure) is kind
    assert answer[:3] in failure.detail


@pytest.mark.parametrize(("answer", "kind"), [("450 Greylisted", NotNow), ("550 Nobody of that name", Never)])
def test_what_the_answer_to_the_recipient_means(server: SmtpSink, answer: str, kind: type[Delivery]) -> None:
    server.refuse_recipients[MAYA] = answer
    assert type(refused(server.url)) is kind
    assert server.received == []


@pytest.mark.parametrize("where", ["hang_up_before", "hang_up_after"])
def test_a_connection_that_breaks_once_the_content_flows_leaves_it_unsure(server: SmtpSink, where: str) -> None:
    setattr(server, where, True)
    assert type(refused(server.url)) is Unsure


@pytest.mark.parametrize("address", ["smtp://{host}?starttls=1", "smtps://{host}", "smtp://somebody:wrong@{host}"])
def test_no_encryption_or_no_sign_in_is_tried_again(server: SmtpSink, address: str) -> None:
    failure = refused(address.format(host=f"127.0.0.1:{server.port}"))
    assert type(failure) is NotNow
    assert "wrong" not in failure.detail
    assert server.received == []


def test_a_server_that_is_away_is_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert type(refused(f"smtp://127.0.0.1:{port}")) is NotNow


# --- servers that answer slowly or not at all -------------------------------------------------------------------------

Answer = Callable[[bytes], bytes | None]


@pytest.fixture
def scripted() -> Iterator[Callable[[Answer], str]]:
    """Starts a server that says what a function answers to each line (None: nothing at all); its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve(answer: Answer) -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 Ready\r\n")
            for line in lines:
                said = answer(line)
                if said is None:
                    over.wait(10)
                    return
                connection.sendall(said)

    def start(answer: Answer) -> str:
        threading.Thread(target=serve, args=(answer,), daemon=True).start()
        return f"smtp://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    over.set()
    listener.close()


def says(*, silent_at: bytes) -> Answer:
    """Agrees to everything, up to the line at which it falls silent."""

    talking = True

    def answer(line: bytes) -> bytes | None:
        nonlocal talking
        if line.startswith(silent_at):
            return None
        if line.startswith(b"data"):
            talking = False
            return b"354 Go on\r\n"
        return b"250 Fine\r\n" if talking else b""

    return answer


@pytest.mark.parametrize("silent_at", [b"ehlo", b"mail", b"rcpt"])
def test_a_server_that_falls_silent_before_the_content_is_tried_again(
    scripted: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch, silent_at: bytes
) -> None:
    monkeypatch.setattr(transports, "TIMEOUT", 0.3)
    assert type(refused(scripted(says(silent_at=silent_at)))) is NotNow


def test_a_server_that_falls_silent_after_the_content_leaves_it_unsure(
    scripted: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "VERDICT", 0.3)
    assert type(refused(scripted(says(silent_at=b".")))) is Unsure


def test_a_server_that_takes_its_time_is_left_before_the_content(
    scripted: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "PATIENCE", 0)
    failure = refused(scripted(says(silent_at=b"data")))
    assert (type(failure), failure.detail) == (NotNow, "the server answers too slowly")


# --- files ------------------------------------------------------------------------------------------------------------


def test_mail_becomes_files_that_sort_by_time_and_are_told_apart(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path / "mail")
    for name in ("20261123T093000Z-reminders-000002", "20261122T093000Z-summary-000001"):
        transport.send(MESSAGE, sender="", recipient=MAYA, name=name)
    transport.send(MESSAGE, sender="", recipient=MAYA, name="20261122T093000Z-summary-000001")
    assert sorted(path.name for path in (tmp_path / "mail").iterdir()) == [
        "20261122T093000Z-summary-000001.eml",
        "20261123T093000Z-reminders-000002.eml",
    ]


def test_a_folder_that_cannot_be_made_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(NotNow, match="the mail folder cannot be written: File exists"):
        FileTransport(tmp_path / "mail").send(MESSAGE, sender="", recipient=MAYA, name="one")


def test_a_mail_that_cannot_take_its_name_leaves_nothing_behind(tmp_path: Path) -> None:
    """A folder has the name of the mail, so that what was written cannot take its place."""
    folder = tmp_path / "mail"
    (folder / "one.eml" / "x").mkdir(parents=True)
    with pytest.raises(NotNow, match="the mail folder cannot be written"):
        FileTransport(folder).send(MESSAGE, sender="", recipient=MAYA, name="one")
    assert [path.name for path in folder.iterdir()] == ["one.eml"]
