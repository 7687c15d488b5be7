"""Where messages to support arrive in tests: a real mail server and a real HTTPS server, on loopback."""

from __future__ import annotations

import email
import email.policy
import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.webshop.running import free_port
from webupdate.webshop.certificates import ensure_certificates
from webupdate.webshop.folder import ShopFolder, make_folder

USER, PASSWORD = "robot", "hush-hush-4711"
PATH = "Tok3nInThePath"


def certificates(folder: Path) -> ShopFolder:
    """An authority of a firm's own and a certificate of it for localhost."""
    made = make_folder(folder)
    ensure_certificates(made)
    return made


def _context(made: ShopFolder) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.certificate_key)
    return context


class Mailbox:
    """A mail server that wants STARTTLS and a login, and keeps what comes."""

    def __init__(self, made: ShopFolder) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self._made = made
        self._controller: Controller | None = None

    def address(self, password: str = PASSWORD, **query: str) -> str:
        """This server as an address of support."""
        asked = {"from": "webupdate@firm.example", "to": "support@firm.example", **query}
        return f"mailtos://{USER}:{password}@localhost:{self.port}?" + "&".join(f"{k}={v}" for k, v in asked.items())

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    @property
    def texts(self) -> list[str]:
        """What stands in the mails, with their subjects."""
        return [f"{mail['subject']}\n{mail.get_content()}".replace("\r\n", "\n") for mail in self.mails]

    def start(self) -> None:
        def check(_server: object, _session: object, _envelope: object, _how: str, data: object) -> AuthResult:
            good = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
            return AuthResult(success=good, handled=False)

        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, tls_context=_context(self._made), authenticator=check,
            auth_required=True, require_starttls=True,
        )  # fmt: skip
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


@contextmanager
def mailbox(made: ShopFolder) -> Iterator[Mailbox]:
    """A mail server that runs."""
    box = Mailbox(made)
    box.start()
    try:
        yield box
    finally:
        box.stop()


class Hook:
    """An HTTPS server that keeps the JSON it is sent, and answers with `status`."""

    def __init__(self, server: http.server.HTTPServer) -> None:
        self._server = server
        self.got: list[dict[str, Any]] = []
        self.status = 200

    @property
    def address(self) -> str:
        """This server as an address of support."""
        return f"jsons://{USER}:{PASSWORD}@localhost:{self._server.server_port}/{PATH}"


@contextmanager
def hook(made: ShopFolder) -> Iterator[Hook]:
    """An HTTPS server that runs."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.status == 200:
                kept.got.append(json.loads(body))
            self.send_response(kept.status)
            self.send_header("Location", "https://localhost:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = _context(made).wrap_socket(server.socket, server_side=True)
    kept = Hook(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
