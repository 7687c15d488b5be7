"""What stands between a connector and its shop: a port that cuts, and a server that only says one thing."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

HOST = "127.0.0.1"

Reply = tuple[int, dict[str, str], bytes]


class Cutter:
    """Passes the bytes of a shop (TLS and all) through a port of its own, until told to cut.

    Cutting the answer means that the shop has done its work and nobody hears of it; cutting the request, that the
    shop never hears of it. The connector cannot tell one from the other.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        self._stop, self._stopped = socket.socketpair()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._from_shop: set[socket.socket] = set()
        self._cut: Literal["answer", "request"] | None = None
        self._skip = 0
        self._begun = 0  # exchanges since the cut was ordered
        self._asking = False  # whether the last bytes were a request's
        self._thread = threading.Thread(target=self._run, name="cutter")
        self._thread.start()

    def cut_next(self, what: Literal["answer", "request"], *, skip: int = 0) -> None:
        """Cut at the first bytes of the next request or answer, after so many whole exchanges.

        A connection must be open and quiet, its handshake done.
        """
        assert self._peers, "no connection is kept alive: the cut would hit a handshake"
        self._begun, self._asking = 0, False
        self._cut, self._skip = what, skip

    def close(self) -> None:
        """End the thread and every connection."""
        self._stop.close()
        self._thread.join()
        for end in (self._listener, self._stopped, *self._peers):
            end.close()

    def _run(self) -> None:
        while True:
            ready = select.select([self._stopped, self._listener, *self._peers], [], [])[0]
            if self._stopped in ready:
                return
            for source in ready:
                if source is self._listener:
                    self._accept()
                elif source in self._peers:  # else it fell with its peer a moment ago
                    self._pass(source)

    def _accept(self) -> None:
        client = self._listener.accept()[0]
        shop = socket.create_connection((HOST, self._target))
        self._peers |= {client: shop, shop: client}
        self._from_shop.add(shop)

    def _pass(self, source: socket.socket) -> None:
        try:
            data = source.recv(65536)
            if data and not self._cuts(source):
                self._peers[source].sendall(data)
                return
        except OSError:
            pass  # one end is gone: so is the other
        self._drop(source)

    def _cuts(self, source: socket.socket) -> bool:
        answers = source in self._from_shop
        if not answers and not self._asking:
            self._begun += 1
        self._asking = not answers
        if self._cut != ("answer" if answers else "request") or self._begun <= self._skip:
            return False
        self._cut = None
        return True

    def _drop(self, source: socket.socket) -> None:
        peer = self._peers[source]
        for end in (source, peer):
            del self._peers[end]
            self._from_shop.discard(end)
            end.close()


@contextmanager
def answering(reply: Callable[[str], Reply]) -> Iterator[str]:
    """The address of a server that gives one reply to everything; `reply` is told the request's headers."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, body = reply(str(self.headers))
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        # So the base class wants its methods called.
        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """The test's output is no place for it."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="stand-in")
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
