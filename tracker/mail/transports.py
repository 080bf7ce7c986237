"""How mail leaves: by SMTP, or as files under DATA_DIR/mail when no server is configured."""

import os
import smtplib
import ssl
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.config import Settings

#: Seconds to wait for each of a server's answers, and for all of them before the content flows.
TIMEOUT = 15
PATIENCE = 30
#: Seconds to wait for the answer to the content: some servers look through it first.
VERDICT = 60


class Delivery(Exception):
    """A mail did not arrive for certain; `detail` says what the server said, without addresses."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotNow(Delivery):
    """The server cannot be reached, or asks to try again (4xx)."""


class Never(Delivery):
    """The server refuses this mail for good (5xx)."""


class Unsure(Delivery):
    """The connection broke after the content began to flow: it may have arrived."""


class Transport(Protocol):
    """A way for mail to leave."""

    def send(self, message: bytes, *, sender: str, recipient: str, name: str) -> None:
        """Hand over an RFC 5322 message, called `name` where it gets one. Raises NotNow, Never or Unsure."""


class FileTransport:
    """Writes each mail as an .eml file: for trying the product out, and for tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: bytes, *, sender: str, recipient: str, name: str) -> None:
        """Write the file under its name, whole or not at all; another try of the same mail takes its place."""
        temporary = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, temporary = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(descriptor, "wb") as file:
                file.write(message)
            os.replace(temporary, self.folder / f"{name}.eml")
        except OSError as error:
            if temporary is not None:
                with suppress(OSError):
                    os.unlink(temporary)
            raise NotNow(f"the mail folder cannot be written: {error.strerror}") from error


class SmtpTransport:
    """Sends by SMTP: `smtp://user:password@host:587?starttls=1`, or `smtps://…` for TLS from the first byte."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or ""
        self.tls = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.tls else 25)
        self.starttls = parse_qs(parts.query).get("starttls", ["0"])[0] in {"1", "true"}
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")

    def send(self, message: bytes, *, sender: str, recipient: str, name: str) -> None:
        """Send one message over a connection of its own.

        A server that takes its time is left before the content flows, so that nobody else takes the mail up meanwhile.
        """
        ends = time.monotonic() + PATIENCE
        server = self._connect()
        began = False
        try:
            _expect(server.mail(sender))
            _expect(server.rcpt(recipient))
            if time.monotonic() > ends:
                raise NotNow("the server answers too slowly")
            began = True
            if server.sock is not None:
                server.sock.settimeout(VERDICT)
            _expect(server.data(message))
        except smtplib.SMTPDataError as error:
            # The server answered something other than "go ahead": the content never flowed.
            raise _refusal(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            # SMTPServerDisconnected is among them.
            raise (Unsure if began else NotNow)(type(error).__name__) from error
        finally:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _connect(self) -> smtplib.SMTP:
        server: smtplib.SMTP | None = None
        try:
            if self.tls:
                server = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
            server.ehlo_or_helo_if_needed()
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            if server is not None:
                server.close()
            # A wrong password is the installation's fault, not the mail's: it is tried again once mended.
            raise NotNow(f"no connection: {type(error).__name__}") from error
        return server


def make_transport(settings: Settings) -> Transport:
    """The transport that the settings name."""
    return SmtpTransport(settings.smtp_url) if settings.smtp_url else FileTransport(settings.mail_dir)


def _expect(answer: tuple[int, bytes]) -> None:
    code = answer[0]
    if not 200 <= code < 300:
        raise _refusal(code)


def _refusal(code: int) -> Delivery:
    return Never(f"refused with {code}") if code >= 500 else NotNow(f"put off with {code}")
