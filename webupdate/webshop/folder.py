"""The folder of one shop: where each file lies, and the secrets that are made once and kept."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PARTS_KEPT = 30 * 24 * 3600  # seconds
PICTURES = "pictures"  # below `media`
TOKEN_BYTES = 20  # DRF keeps a token key in 40 characters


@dataclass(frozen=True)
class ShopFolder:
    """Paths below the folder of a shop; only its owner can read it."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "shop.sqlite3"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def documents(self) -> Path:
        """PDFs: handed out by a view, which looks whether their item may be seen."""
        return self.path / "documents"

    @property
    def incoming(self) -> Path:
        """Files of which a part is here."""
        return self.path / "incoming"

    @property
    def secret_key(self) -> Path:
        return self.path / "secret_key"

    @property
    def token(self) -> Path:
        return self.path / "sync-token"

    @property
    def demo_login(self) -> Path:
        return self.path / "demo-login.json"

    @property
    def ca(self) -> Path:
        return self.path / "ca.pem"

    @property
    def ca_key(self) -> Path:
        return self.path / "ca-key.pem"

    @property
    def certificate(self) -> Path:
        return self.path / "server.pem"

    @property
    def certificate_key(self) -> Path:
        return self.path / "server-key.pem"

    @property
    def state(self) -> Path:
        return self.path / "server.json"

    @property
    def log(self) -> Path:
        return self.path / "server.log"


def make_folder(directory: Path) -> ShopFolder:
    """Make the folder (mode 0700) and those below it if they are not there; raises OSError."""
    folder = ShopFolder(directory.resolve())
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.path.chmod(0o700)
    for below in (folder.media, folder.media / PICTURES, folder.documents, folder.incoming):
        below.mkdir(exist_ok=True)
    return folder


def forget_old_parts(folder: ShopFolder) -> None:
    """Remove parts of files of which nothing more came for long: they changed before they were whole."""
    for part in folder.incoming.iterdir():
        if time.time() - part.stat().st_mtime > PARTS_KEPT:
            part.unlink()


def make_secrets(folder: ShopFolder, demo_login: str) -> None:
    """Make what is random once: Django's secret key, the sync token, the demo login's password."""
    keep_once(folder.secret_key, lambda: secrets.token_urlsafe(50))
    keep_once(folder.token, lambda: secrets.token_hex(TOKEN_BYTES))
    if demo_login and read_demo_login(folder)[0] != demo_login:
        login = {"login": demo_login, "password": secrets.token_urlsafe(9)}
        write_private(folder.demo_login, json.dumps(login).encode())


def read_demo_login(folder: ShopFolder) -> tuple[str, str]:
    """Login and password of the demo customer, two empty strings if the shop has none."""
    if not folder.demo_login.exists():
        return "", ""
    kept = json.loads(folder.demo_login.read_bytes())
    return kept["login"], kept["password"]


def keep_once(path: Path, make: Callable[[], str]) -> str:
    """The text kept in `path`, made and written (mode 0600) the first time."""
    if not path.exists():
        write_private(path, make().encode())
    return path.read_text(encoding="utf-8").strip()


def write_private(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step, readable by its owner only."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.replace(path)
