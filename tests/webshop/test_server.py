"""The server process: start, find, stop, its end with its parent, its secrets and certificates."""

from __future__ import annotations

import datetime
import importlib.util
import json
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest
from cryptography import x509

from tests.webshop.running import DEMO_LOGIN, Api, browser, free_port, started_shop, wait_until
from webupdate.errors import WebUpdateError
from webupdate.webshop import certificates, server
from webupdate.webshop.folder import ShopFolder, make_folder
from webupdate.webshop.server import RunningShop

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop that is stopped and started again here."""
    with started_shop(tmp_path_factory.mktemp("own")) as shop:
        yield shop


def test_find_finds_the_shop_that_runs(shop_server: RunningShop) -> None:
    found = server.find(shop_server.ca_file.parent)
    assert found is not None
    assert (found.url, found.token) == (shop_server.url, shop_server.token)
    found.stop()  # not ours: it goes on
    assert server.find(shop_server.ca_file.parent) == found


@pytest.mark.parametrize("state", [None, b"rubbish", b"{}", b'{"port": 1}'])
def test_find_finds_nothing_where_nothing_runs(tmp_path: Path, state: bytes | None) -> None:
    if state is not None:
        (tmp_path / "server.json").write_bytes(state)
    assert server.find(tmp_path) is None


def test_another_program_at_the_port_is_not_taken_for_the_shop(shop_server: RunningShop, tmp_path: Path) -> None:
    """A shop of another folder answers there: other certificate, other token."""
    folder = make_folder(tmp_path)
    certificates.ensure_certificates(folder)
    folder.token.write_text("x" * 40)
    folder.state.write_text(json.dumps({"port": httpx.URL(shop_server.url).port}))
    assert server.find(tmp_path) is None


def test_a_second_start_keeps_records_secrets_and_certificate(tmp_path: Path) -> None:
    with started_shop(tmp_path) as shop:
        Api(shop).put("payments", "CC", name="Card", method="CREDITCARD")
        first = (shop.token, shop.demo_password, shop.ca_file.read_bytes())
    assert server.find(tmp_path) is None
    with started_shop(tmp_path) as shop:
        assert (shop.token, shop.demo_password, shop.ca_file.read_bytes()) == first
        assert Api(shop).read("payments", "CC") == [{"name": "Card", "method": "CREDITCARD"}]


def test_a_database_of_another_version_is_migrated(tmp_path: Path) -> None:
    with started_shop(tmp_path) as shop:
        Api(shop).put("payments", "CC", name="Card", method="CREDITCARD")
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        database.execute("PRAGMA user_version = 1")
    with started_shop(tmp_path) as shop:
        assert Api(shop).read("payments", "CC") == [{"name": "Card", "method": "CREDITCARD"}]
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (version,)


def test_the_shop_has_the_name_it_was_given(tmp_path: Path) -> None:
    with started_shop(tmp_path, name="Käse & Co") as shop:
        assert "Käse &amp; Co" in browser(shop).get("/catalogue/").text


def test_stop_ends_every_process(tmp_path: Path) -> None:
    with started_shop(tmp_path) as shop:
        processes = family(shop)
        assert len(processes) >= 2
    # Python's resource tracker goes a moment after the process that it serves
    wait_until(lambda: not any(_lives(process) for process in processes), "all processes end")


def test_the_shop_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from webupdate.webshop import server\n"
        f"server.start(Path({str(tmp_path)!r}), {free_port()}, name='x', demo_login='')\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"ready\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 2
        parent.kill()
    wait_until(lambda: not any(_lives(child) for child in children), "the server's processes end")
    assert server.find(tmp_path) is None


def test_the_worker_ends_when_the_server_is_killed(own_shop: RunningShop) -> None:
    main, *workers = family(own_shop)
    main.kill()
    wait_until(lambda: not any(_lives(worker) for worker in workers), "the worker ends")


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def family(shop: RunningShop) -> list[psutil.Process]:
    """The server's process and all below it."""
    assert shop.process is not None
    main = psutil.Process(shop.process.pid)
    return [main, *main.children(recursive=True)]


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(WebUpdateError, match=f"Port {port} .* is taken"):
            server.start(tmp_path, port, name="x", demo_login="")


def test_a_missing_extra_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WebUpdateError, match=r"pip install 'webupdate\[demo\]'"):
        server.start(tmp_path, free_port(), name="x", demo_login="")


def test_a_server_that_fails_gives_its_last_lines(tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(WebUpdateError, match="file is not a database"):
        server.start(tmp_path, free_port(), name="x", demo_login="")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WebUpdateError, match="cannot be made"):
        server.start(tmp_path / "file", free_port(), name="x", demo_login="")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_secrets_are_for_their_owner_only(shop_server: RunningShop) -> None:
    folder = ShopFolder(shop_server.ca_file.parent)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    for path in (folder.secret_key, folder.token, folder.demo_login, folder.ca_key, folder.certificate_key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_secret_is_shown_or_logged(shop_server: RunningShop) -> None:
    folder = ShopFolder(shop_server.ca_file.parent)
    assert shop_server.demo_login == DEMO_LOGIN
    shown = repr(shop_server) + folder.log.read_text() + folder.state.read_text()
    for secret in (shop_server.token, shop_server.demo_password, folder.secret_key.read_text()):
        assert secret
        assert secret not in shown


def test_the_certificate_is_good_for_this_machine_only(shop_server: RunningShop) -> None:
    context = ssl.create_default_context(cafile=shop_server.ca_file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    port = httpx.URL(shop_server.url).port
    assert port
    for name in ("localhost", "127.0.0.1"):
        with socket.create_connection(("127.0.0.1", port)) as plain:
            context.wrap_socket(plain, server_hostname=name).close()
    with socket.create_connection(("127.0.0.1", port)) as plain, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(plain, server_hostname="shop.example")


def test_certificates_are_renewed_before_they_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder(tmp_path)
    monkeypatch.setattr(certificates, "CERTIFICATE_LIFETIME", datetime.timedelta(days=29))
    certificates.ensure_certificates(folder)
    ca, short = folder.ca.read_bytes(), serial(folder.certificate)
    monkeypatch.undo()
    certificates.ensure_certificates(folder)
    renewed = serial(folder.certificate)
    assert renewed != short
    assert folder.ca.read_bytes() == ca
    certificates.ensure_certificates(folder)
    assert serial(folder.certificate) == renewed


def test_a_new_authority_signs_a_new_certificate(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    certificates.ensure_certificates(folder)
    old = serial(folder.certificate)
    folder.ca_key.unlink()
    certificates.ensure_certificates(folder)
    assert serial(folder.certificate) != old


def serial(path: Path) -> int:
    return x509.load_pem_x509_certificate(path.read_bytes()).serial_number


def test_the_caller_does_not_load_django() -> None:
    program = "import sys, webupdate.webshop.server; sys.exit('django' in sys.modules or 'oscar' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
