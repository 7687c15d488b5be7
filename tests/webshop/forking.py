"""The demo's real shop for tests, forked from a process that has Django and Oscar in it and nothing open.

It is the same server with the same code: TLS, a worker, a database of its own. Three things are spared for each shop:
that Python imports Oscar, that the tables are made (a template is copied), and the million rounds of each password's
hash. test_server.py has the shop as `webupdate demo` starts it.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import IO, Any, cast

from webupdate.webshop.folder import ShopFolder, make_folder, make_secrets

MESSAGE = 65536
DONE = b"."
SETTINGS = "webupdate.webshop.settings"


class ForkedShop:
    """As much of subprocess.Popen as `webshop.server` needs."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self._line = line
        self.stdin = self

    def close(self) -> None:
        """The end of its standard input, at which it ends."""
        with suppress(OSError):  # it has ended
            self._line.shutdown(socket.SHUT_WR)

    def poll(self) -> int | None:
        """None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """When it has ended nobody holds the other end of the line."""
        if self._line.fileno() >= 0:
            self._line.settimeout(timeout)
            try:
                self._line.recv(1)
            except (TimeoutError, BlockingIOError) as error:
                raise subprocess.TimeoutExpired("shop", timeout or 0) from error
            self._line.close()
        return 0

    def communicate(self) -> None:
        self.wait()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def fork(folder: ShopFolder, port: int, name: str, demo_login: str) -> subprocess.Popen[bytes]:
    """In the place of `server._spawn`."""
    with folder.log.open("wb") as log:
        pid, line = _ask(log, folder.path, {"port": port, "name": name, "demo_login": demo_login})
    return cast("subprocess.Popen[bytes]", ForkedShop(pid, line))


def run(directory: Path, program: str) -> str:
    """Run a Python program with the settings and the database of a shop, give what it prints."""
    with tempfile.TemporaryFile("w+b") as told:
        _, line = _ask(told, directory, {"program": program})
        with line:
            done = line.recv(1) == DONE
        told.seek(0)
        text = told.read().decode()
    assert done, text
    return text


def _ask(told: IO[bytes], directory: Path, options: dict[str, Any]) -> tuple[int, socket.socket]:
    """A process that says what it says in the file `told`, and the line to it."""
    ours, its = socket.socketpair()
    message = json.dumps({"directory": str(directory), **options}).encode()
    with its:
        line = _server()
        socket.send_fds(line, [message], [its.fileno(), told.fileno()])
        return int(line.recv(MESSAGE)), ours


@functools.cache
def _server() -> socket.socket:
    """The line to the process that forks the others; it ends with this one."""
    ours, its = socket.socketpair()
    command = [sys.executable, "-m", __name__, str(its.fileno())]
    with its:
        root = Path(__file__).parents[2]
        process = subprocess.Popen(command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, cwd=root)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def main(line: socket.socket) -> None:
    """Fork a process for each order that comes, until nobody is there to give one."""
    with tempfile.TemporaryDirectory() as directory:
        template = _make_template(Path(directory))
        while True:
            message, given, *_ = socket.recv_fds(line, MESSAGE, 2)
            if not message:
                _bury()
                return
            pid = os.fork()
            if pid == 0:
                line.close()
                _become(template, given, **json.loads(message))
            for descriptor in given:
                os.close(descriptor)
            line.send(str(pid).encode())
            _bury()


def _bury() -> None:
    """Forget the processes that have ended."""
    with suppress(ChildProcessError):  # there is none left
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _make_template(directory: Path) -> ShopFolder:
    """All that a new shop has, and its code loaded."""
    template = make_folder(directory)
    make_secrets(template, "")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ["WEBUPDATE_SHOP_DIR"] = str(template.path)
    import django

    django.setup()
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    from django.urls import get_resolver

    from webupdate.webshop import database, serving

    PBKDF2PasswordHasher.iterations = 1
    assert get_resolver().url_patterns and serving
    database.prepare()
    return template


def _become(template: ShopFolder, given: list[int], *, directory: str, program: str = "", **shop: Any) -> None:
    """In the fork: run the program in the shop of this folder, or be the shop until the line to the test ends."""
    os.dup2(given[0], sys.stdin.fileno())
    os.dup2(given[1], sys.stdout.fileno())
    os.dup2(given[1], sys.stderr.fileno())
    try:
        if program:
            _settle(ShopFolder(Path(directory)), "")
            with redirect_stdout(io.StringIO()) as printed:
                exec(program, {})
            # Not what was logged meanwhile.
            os.truncate(given[1], 0)
            os.pwrite(given[1], printed.getvalue().encode(), 0)
        else:
            _serve(template, Path(directory), **shop)
        os.write(sys.stdin.fileno(), DONE)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _serve(template: ShopFolder, directory: Path, *, port: int, name: str, demo_login: str) -> None:
    folder = make_folder(directory)
    if not folder.database.exists():
        shutil.copytree(template.media, folder.media, dirs_exist_ok=True)
        shutil.copy(template.database, folder.database)
    make_secrets(folder, demo_login)
    _settle(folder, name)
    from webupdate.webshop.serving import serve

    serve(folder.path, "127.0.0.1", port, name=name, demo_login=demo_login)


def _settle(folder: ShopFolder, name: str) -> None:
    """Django's settings once more, for this folder."""
    from django.conf import settings
    from django.db import connections

    os.environ["WEBUPDATE_SHOP_DIR"] = str(folder.path)
    os.environ["WEBUPDATE_SHOP_NAME"] = name
    module = importlib.reload(sys.modules[SETTINGS])
    for key in filter(str.isupper, vars(module)):
        setattr(settings, key, getattr(module, key))
    connections.settings["default"]["NAME"] = settings.DATABASES["default"]["NAME"]


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
