"""A real SMTP server that keeps what it is sent, and refuses or hangs up when told to."""

import email
import socket
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.waiting import wait_for


@dataclass(frozen=True)
class Received:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return email.message_from_bytes(self.content, policy=default)

    @property
    def subject(self) -> str:
        """Its subject line. A long one may begin on a line of its own; the blank before it is none of it."""
        return str(self.message["Subject"]).strip()

    @property
    def text(self) -> str:
        """Its text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """Its HTML part."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


class SmtpSink:
    """The server. `refuse_with` is the answer after DATA ("451 Later"); `hang_up_before` or `hang_up_after` break off.

    A hang-up *before* keeps nothing; one *after* keeps the mail and says nothing, which is what a sender cannot tell
    from a crash.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refuse_with: str | None = None
        self.refuse_recipients: dict[str, str] = {}
        self.hang_up_before = False
        self.hang_up_after = False
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    @property
    def url(self) -> str:
        """Its address as SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """Forget all mail and accept again."""
        self.received.clear()
        self.refuse_with, self.refuse_recipients = None, {}
        self.hang_up_before = self.hang_up_after = False

    def to(self, address: str) -> list[Received]:
        """The mails for one recipient, in the order they came."""
        return [mail for mail in self.received if address in mail.recipients]

    def wait_for(self, count: int = 1, *, to: str | None = None, seconds: float = 30) -> list[Received]:
        """Wait until at least `count` mails have come (for that recipient); returns them."""

        def mails() -> list[Received]:
            return self.to(to) if to else list(self.received)

        wait_for(lambda: len(mails()) >= count, seconds=seconds, what=f"{count} mails{f' to {to}' if to else ''}")
        return mails()

    def stop(self) -> None:
        """End the server."""
        self._controller.stop()

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, or refuse it as told."""
        if address in self.refuse_recipients:
            return self.refuse_recipients[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, or refuse it, or break off, as told."""
        transport = cast("Any", server).transport
        if self.hang_up_before:
            transport.abort()
            return "421 Gone"
        if self.refuse_with is not None:
            return self.refuse_with
        self.received.append(
            Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), cast("bytes", envelope.content))
        )
        if self.hang_up_after:
            transport.abort()
        return "250 Kept"
