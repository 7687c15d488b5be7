"""Start and find the demo's web shop from another program, without importing Django there."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

import webupdate
from webupdate.errors import UsageError, WebUpdateError
from webupdate.webshop.folder import ShopFolder, make_folder, read_demo_login

HOST = "127.0.0.1"
START_WITHIN = 60.0  # seconds; 3 on a quiet machine
STOP_WITHIN = 10.0
ASK_EVERY = 0.05
EXTRA = ("oscar", "rest_framework", "granian", "nh3")


@dataclass(frozen=True)
class RunningShop:
    """A shop that answers. `token` and `demo_password` are secrets: never log them."""

    url: str
    ca_file: Path
    token: str = field(repr=False)
    demo_login: str
    demo_password: str = field(repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)

    def stop(self) -> None:
        """End a shop that this process started; one that another process started is left alone."""
        if self.process is None or self.process.stdin is None:
            return
        self.process.stdin.close()
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(directory: Path, port: int, *, name: str, demo_login: str) -> RunningShop:
    """Start the shop of `directory` on 127.0.0.1:`port` and wait until it answers.

    It ends with this process, also after kill -9. Raises WebUpdateError with a hint if it cannot start.
    """
    _check_installed()
    _check_port(port)
    folder = _folder(directory)
    process = _spawn(folder, port, name, demo_login)
    deadline = time.monotonic() + START_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if shop := _answering(folder, port, process):
            return shop
        time.sleep(ASK_EVERY)
    took_too_long = process.poll() is None
    process.kill()
    process.communicate()
    reason = f"no answer after {START_WITHIN:.0f} seconds" if took_too_long else "it ended at once"
    raise WebUpdateError(
        f"The demo shop in {folder.path} did not start: {reason}. {_last_lines(folder)}",
        f"See {folder.log}.",
    )


def place_orders(shop: RunningShop, file: Path) -> str:
    """Place the orders of a JSON file in a shop that runs, with Oscar's own classes; what was done, in words.

    Raises WebUpdateError when it can't be done.
    """
    environment = os.environ | {
        "WEBUPDATE_SHOP_DIR": str(shop.ca_file.parent),
        "DJANGO_SETTINGS_MODULE": "webupdate.webshop.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "load_orders", str(file)],
        env=environment, cwd=Path(webupdate.__file__).parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise WebUpdateError(f"The orders of {file} can't be placed: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.strip()


def find(directory: Path) -> RunningShop | None:
    """The shop of `directory` that runs already, None if none answers with its certificate and token."""
    folder = ShopFolder(directory.resolve())
    try:
        port = int(json.loads(folder.state.read_bytes())["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return _answering(folder, port, None)


def _spawn(folder: ShopFolder, port: int, name: str, demo_login: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "webupdate.webshop", "--dir", str(folder.path), "--port", str(port)]
    command += ["--name", name, "--demo-login", demo_login]
    with folder.log.open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            # The child shall run this very copy of webupdate, wherever the caller was started.
            cwd=Path(webupdate.__file__).parents[1],
            # Ctrl-C in the terminal is for the caller, which may still need the shop to finish.
            start_new_session=True,
        )


def _answering(folder: ShopFolder, port: int, process: subprocess.Popen[bytes] | None) -> RunningShop | None:
    url = f"https://{HOST}:{port}"
    try:
        token = folder.token.read_text(encoding="utf-8").strip()
        context = ssl.create_default_context(cafile=folder.ca)
        with httpx.Client(verify=context, trust_env=False, timeout=5) as client:
            answer = client.get(f"{url}/api/sync/v1/check/", headers={"Authorization": f"Token {token}"})
    except (OSError, httpx.HTTPError):
        return None
    if answer.status_code != httpx.codes.OK:
        return None
    login, password = read_demo_login(folder)
    return RunningShop(url, folder.ca, token, login, password, process)


def _folder(directory: Path) -> ShopFolder:
    try:
        return make_folder(directory)
    except OSError as error:
        raise UsageError(
            f"The folder {directory} of the demo shop cannot be made: {error.strerror}.",
            "Give another folder.",
        ) from error


def _check_installed() -> None:
    missing = [package for package in EXTRA if importlib.util.find_spec(package) is None]
    if missing:
        raise UsageError(
            f"The demo shop needs packages that are not installed: {', '.join(missing)}.",
            "Install them: pip install 'webupdate[demo]'",
        )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex((HOST, port)) == 0:
            raise UsageError(f"Port {port} of {HOST} is taken by another program.", "Give another one with --port.")


def _last_lines(folder: ShopFolder) -> str:
    lines = folder.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "Its last lines: " + " / ".join(lines[-5:]) if lines else "It wrote nothing."
