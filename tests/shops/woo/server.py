"""The stand-in over HTTPS, on loopback, with an authority of its own."""

from __future__ import annotations

import io
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from tests.shops.woo.asking import Answer, Refusal, Request, decode
from tests.shops.woo.routes import answer
from tests.shops.woo.world import World
from webupdate.webshop.certificates import ensure_certificates
from webupdate.webshop.folder import make_folder

HOST = "127.0.0.1"


# Where a connection breaks: before the request is read, when a half of a batch is carried out, before the answer, in
# the middle of it. `late`: nobody hears of it, and it is carried out when `catch_up` says so.
Cut = Literal["", "unread", "midway", "unheard", "half", "late"]


class StandIn(msgspec.Struct):
    """A running stand-in. `requests`: what it was asked, as method and path. `lost`: of which writes, by their
    number, nobody hears what became of them. `busy`: around the work on a request, told its method and body.
    `cut`: where the connection of a request breaks, told its method and path."""

    world: World
    url: str
    authority: Path
    requests: list[str] = []
    lost: tuple[int, ...] = ()
    busy: Callable[[str, bytes], AbstractContextManager[None]] = lambda _method, _body: nullcontext()
    cut: Callable[[str, str], Cut] = lambda _method, _path: ""
    late: list[Callable[[], object]] = []

    def catch_up(self) -> None:
        """Carry out what came late."""
        while self.late:
            self.late.pop(0)()

    @property
    def writes(self) -> list[str]:
        """What it was asked to change."""
        return [line for line in self.requests if not line.startswith("GET")]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32
    stand_in: StandIn
    lock: threading.Lock
    context: ssl.SSLContext

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that was cut or not trusted is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        # The handshake belongs to the thread of the connection: it may never come to an end.
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.request.close()

    def _handle(self) -> None:
        stand_in = self.server.stand_in
        cut = stand_in.cut(self.command, self.path)
        self.close_connection = cut != ""
        if cut == "unread":
            return
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if len(raw) < int(self.headers.get("Content-Length") or 0):
            return  # cut off on its way: PHP never sees it
        if cut == "late":
            stand_in.late.append(partial(self._answer, raw))
            return
        with stand_in.busy(self.command, raw), self.server.lock:
            given = self._answer(_first_half(raw) if cut == "midway" else raw)
            text = given.body if isinstance(given.body, str) else json.dumps(given.body)
            unheard = self.command != "GET" and len(stand_in.writes) in stand_in.lost
        if unheard or cut in ("midway", "unheard"):
            self.close_connection = True
        else:
            self._send(given, text.encode(), half=cut == "half")

    def _answer(self, raw: bytes) -> Answer:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.stand_in.requests.append(f"{self.command} {self.path}")
        try:
            body = decode(raw, headers.get("content-type", ""))
        except Refusal as refusal:
            return Answer(body=refusal.body, status=refusal.status)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        request = Request(
            method=self.command, path=unquote(parts.path), query=query, body=body, headers=headers
        )  # fmt: skip
        return answer(self.server.stand_in.world, request)

    def _send(self, given: Answer, body: bytes, *, half: bool = False) -> None:
        self.send_response(given.status)
        headers = {"content-type": "application/json; charset=UTF-8"} | given.headers
        for name, value in (headers | {"content-length": str(len(body))}).items():
            self.send_header(name, value)
        # In one piece: then it is one thing that a test can cut off.
        whole, self.wfile = self.wfile, io.BytesIO()
        self.end_headers()
        sent = self.wfile.getvalue() + body
        whole.write(sent[: len(sent) - len(body) // 2 - 1] if half else sent)
        self.wfile = whole

    # So the base class wants its methods called.
    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

    def log_message(self, *_: object) -> None:
        """The test's output is no place for it."""


def _first_half(raw: bytes) -> bytes:
    """Of a batch what was carried out when PHP ended."""
    body = json.loads(raw) if raw.startswith(b"{") else None
    if not isinstance(body, dict) or not {"create", "update", "delete"} >= body.keys():
        return raw
    return json.dumps({step: rows[: len(rows) // 2] for step, rows in body.items()}).encode()


@contextmanager
def running(directory: Path) -> Iterator[StandIn]:
    """A stand-in of its own, its certificates in the directory."""
    folder = make_folder(directory)
    ensure_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder.certificate, folder.certificate_key)
    with _Server((HOST, 0), _Handler) as server:
        server.context, server.lock = context, threading.Lock()
        server.stand_in = StandIn(World(time.time()), f"https://{HOST}:{server.server_port}", folder.ca)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="woo stand-in")
        thread.start()
        try:
            yield server.stand_in
        finally:
            server.shutdown()
            thread.join()
