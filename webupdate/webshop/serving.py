"""The server process: granian with TLS in front of one worker that runs Django.

The process ends when its standard input is closed, so it never outlives whoever started it, not even
after kill -9; the worker ends with this process in the same way.
"""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.server.common import AbstractServer

from webupdate.webshop.certificates import ensure_certificates
from webupdate.webshop.folder import ShopFolder, forget_old_parts, make_folder, make_secrets, write_private

KILL_AFTER = 3  # seconds that a worker may take to finish its requests


def serve(directory: Path, host: str, port: int, *, name: str, demo_login: str) -> None:
    """Run the shop of `directory` until standard input is closed or a signal comes."""
    folder = make_folder(directory)
    make_secrets(folder, demo_login)
    forget_old_parts(folder)
    ensure_certificates(folder)
    # The worker is a process of its own: the environment is how its settings learn of these.
    os.environ["WEBUPDATE_SHOP_DIR"] = str(folder.path)
    os.environ["WEBUPDATE_SHOP_NAME"] = name
    os.environ["DJANGO_SETTINGS_MODULE"] = "webupdate.webshop.settings"
    server = _granian(folder, host, port)
    server.on_startup(lambda: _write_state(folder, host, port))
    server.on_shutdown(lambda: folder.state.unlink(missing_ok=True))
    stop: Callable[[], Any] = server.signal_handler_interrupt
    threading.Thread(target=_stop_at_end_of_input, args=[stop], daemon=True).start()
    server.serve(target_loader=load_application, wrap_loader=False)


def _granian(folder: ShopFolder, host: str, port: int) -> AbstractServer[Any]:
    oscar = importlib.util.find_spec("oscar")
    assert oscar is not None and oscar.submodule_search_locations
    server: AbstractServer[Any] = Granian(
        "webupdate.webshop",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,  # Oscar caches category addresses in each process
        blocking_threads=4,
        websockets=False,
        ssl_cert=folder.certificate,
        ssl_key=folder.certificate_key,
        static_path_route=["/static", "/media"],
        static_path_mount=[Path(oscar.submodule_search_locations[0], "static"), folder.media],
        workers_kill_timeout=KILL_AFTER,
    )
    return server


def _write_state(folder: ShopFolder, host: str, port: int) -> None:
    """Called when the port is ours: a second server that fails to get it leaves the file alone."""
    state = {"host": host, "port": port, "pid": os.getpid()}
    write_private(folder.state, json.dumps(state).encode())


def _stop_at_end_of_input(stop: Callable[[], Any]) -> None:
    # os.read takes no lock of Python's file object, which the worker's start would meet
    while os.read(0, 4096):
        pass
    stop()


def load_application() -> Callable[..., Any]:
    """In the worker: make the database ready, give Django's WSGI application."""
    threading.Thread(target=_end_with_server, daemon=True).start()
    import django

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler

    from webupdate.webshop import database

    database.prepare()
    return WSGIHandler()


def _end_with_server() -> None:
    server = multiprocessing.parent_process()
    assert server is not None
    server.join()
    os._exit(1)
