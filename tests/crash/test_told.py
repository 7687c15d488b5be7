"""kill -9 on a real service: the next start tells support, once; a service that is asked to end is no event."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.test_kill_file import ROOT
from tests.receivers import Mailbox, certificates, mailbox
from tests.store.making import Place, make_place
from tests.webshop.running import wait_until
from webupdate.config import Paths, open_data_dir
from webupdate.store import board
from webupdate.store.db import open_store
from webupdate.store.secrets import KEY_VARIABLE, open_vault
from webupdate.webshop.folder import ShopFolder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


@pytest.fixture
def made(tmp_path: Path) -> ShopFolder:
    return certificates(tmp_path / "ca")


@pytest.fixture
def box(made: ShopFolder) -> Iterator[Mailbox]:
    with mailbox(made) as box:
        yield box


@pytest.fixture
def place(tmp_path: Path, box: Mailbox) -> Iterator[Place]:
    paths = open_data_dir(str(tmp_path / "data"))
    store = open_store(paths.store)
    for folder in ("export", "orders"):
        (tmp_path / folder).mkdir()
    yield make_place(
        store, open_vault(paths.key), tmp_path, support=box.address(), address="https://127.0.0.1:1", time_zone="UTC"
    )
    store.close()


Service = Callable[[int], None]


@pytest.fixture
def service(place: Place, tmp_path: Path, made: ShopFolder) -> Service:
    """Runs the service until it is at work, then ends it with a signal."""
    paths = Paths(tmp_path / "data")
    environment = {**os.environ, "SSL_CERT_FILE": str(made.ca), "PYTHONPATH": str(ROOT)}
    environment.pop(KEY_VARIABLE, None)
    command = [sys.executable, "-m", "webupdate", "--data", str(paths.data), "--headless"]

    @contextmanager
    def started() -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def run(end: int) -> None:
        with started() as process:
            wait_until(lambda: _works(place, process.pid), "the service at work, and nothing left to tell")
            process.send_signal(end)
            assert process.wait(20) == (0 if end == signal.SIGTERM else -end)

    return run


def _works(place: Place, pid: int) -> bool:
    found = board.engine(place.store)
    state = board.health_of(place.store, place.site.id)
    untold = place.store.one("SELECT count(*) FROM notice WHERE told_at IS NULL")
    return found is not None and found.pid == pid and state == "waiting" and untold == 0


def test_a_killed_service_is_told_once_at_the_next_start(place: Place, box: Mailbox, service: Service) -> None:
    service(signal.SIGTERM)
    service(signal.SIGKILL)
    killed = board.engine(place.store)
    assert killed is not None and killed.stopped_at is None
    assert box.texts == []
    service(signal.SIGTERM)
    service(signal.SIGTERM)
    (text,) = box.texts
    assert text.startswith("webupdate, Northwind Traders: crashed\n")
    assert f"The sync ended without a word: process {killed.pid} on {killed.host} (service)" in text
    assert "Nothing is lost" in text
    query = "SELECT kind, told_at IS NOT NULL FROM notice"
    assert place.store.rows(query) == [("crashed", 1)]
