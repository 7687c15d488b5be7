"""Secrets (a shop's login, the addresses of support), encrypted at rest with a key that is not in the store."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from webupdate.config import as_owner
from webupdate.errors import Stopped

KEY_VARIABLE = "WEBUPDATE_KEY"
CREDENTIAL = "webupdate-key"  # its name below systemd's $CREDENTIALS_DIRECTORY


class NoRight(Stopped):
    """The key is there, and not for this person."""


class Vault:
    """Encrypts and decrypts with one key."""

    closed: Stopped | None = None  # why it can do neither

    def __init__(self, key: bytes, source: str) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise Stopped(
                f"The key from {source} is no key: it must be 32 bytes, url-safe base64.",
                "Restore the right one; a new one is made by: python -c "
                "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
            ) from error
        self._source = source

    def lock(self, secrets: dict[str, str]) -> bytes:
        """The secrets as an encrypted token."""
        return self._fernet.encrypt(msgspec.json.encode(secrets))

    def unlock(self, token: bytes | None, what: str = "The shop's login") -> dict[str, str]:
        """The secrets back. Raises Stopped, naming `what` they are, when they were encrypted with another key."""
        if not token:
            return {}
        try:
            return msgspec.json.decode(self._fernet.decrypt(bytes(token)), type=dict[str, str])
        except InvalidToken as error:
            raise Stopped(
                f"{what} can't be decrypted with the key from {self._source}: it was kept with another one.",
                "Restore that key, or enter the login again in Properties.",
            ) from error

    def fits(self, token: bytes | None) -> bool:
        """Whether a token was made with this key."""
        try:
            self.unlock(token)
        except Stopped:
            return False
        return True


class NoKey(Vault):
    """Stands for the vault whose key this person has not: all but the secrets can be used."""

    def __init__(self, why: Stopped) -> None:
        self.closed = why

    def lock(self, secrets: dict[str, str]) -> bytes:
        raise self._refusal()

    def unlock(self, token: bytes | None, what: str = "The shop's login") -> dict[str, str]:
        if not token:
            return {}
        raise self._refusal()

    def _refusal(self) -> Stopped:
        assert self.closed is not None
        return Stopped(f"Secrets can't be used here. {self.closed.message}", self.closed.hint)


def persons_vault(key_file: Path, *, engine_runs: Callable[[], bool]) -> Vault:
    """The vault for a person, NoKey where the key is not for them.

    `engine_runs`: whether another process runs the sync. It has a key: where none is to be seen, a new one would be
    another. Asked only then.
    """
    try:
        if not _given() and not key_file.exists() and engine_runs():
            raise NoRight(
                f"The service has its key from elsewhere: there is none at {key_file}.",
                "Start webupdate with the same key as the service.",
            )
        return open_vault(key_file)
    except NoRight as error:
        return NoKey(error)


def _given() -> bool:
    return bool(os.environ.get(KEY_VARIABLE) or os.environ.get("CREDENTIALS_DIRECTORY"))


def open_vault(key_file: Path) -> Vault:
    """The vault, its key from WEBUPDATE_KEY, else $CREDENTIALS_DIRECTORY, else `key_file` (made if not there).

    Raises Stopped when the key can't be read or is none; never falls back to plain text.
    """
    if key := os.environ.get(KEY_VARIABLE):
        return Vault(key.strip().encode(), f"the variable {KEY_VARIABLE}")
    if folder := os.environ.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder) / CREDENTIAL
        if credential.is_file():
            return Vault(_read(credential), str(credential))
    if not key_file.exists():
        _make(key_file)
    return Vault(_read(key_file), str(key_file))


def key_place(key_file: Path) -> str:
    """Where the key comes from, for people."""
    if os.environ.get(KEY_VARIABLE):
        return f"the variable {KEY_VARIABLE}"
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return str(Path(folder) / CREDENTIAL if folder and (Path(folder) / CREDENTIAL).is_file() else key_file)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes().strip()
    except PermissionError as error:
        raise NoRight(f"You may not read the key file {file}.", as_owner(file, file.parent)) from error
    except OSError as error:
        raise Stopped(f"The key file {file} can't be read: {error.strerror}.", "Check the disk.") from error


def _make(file: Path) -> None:
    """Write a new key so that a half-written one is never found, and never over somebody's existing key."""
    try:
        # A name of its own (mode 0600): a process killed here must not stop the next one with the same pid.
        handle, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(Fernet.generate_key())
            stream.flush()
            os.fsync(stream.fileno())
        try:
            temporary.rename(file) if os.name == "nt" else os.link(temporary, file)
        except FileExistsError:
            return  # another process was quicker: its key counts
        finally:
            temporary.unlink(missing_ok=True)
    except PermissionError as error:
        raise NoRight(f"You may not make the key file {file}.", as_owner(file.parent)) from error
    except OSError as error:
        raise Stopped(f"The key file {file} can't be made: {error.strerror}.", "Check the folder's rights.") from error
