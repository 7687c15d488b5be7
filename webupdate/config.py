"""Where things are: the data folder and what lies in it."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import msgspec
import platformdirs

from webupdate.errors import UsageError

APP_NAME = "webupdate"
PRIVATE_DIR = 0o700
SHARED_DIR = 0o2770  # setgid: what is made in it belongs to the administrators' group too
PRIVATE_FILE = 0o600
SHARED_FILE = 0o660


class Paths(msgspec.Struct, frozen=True):
    """The data folder and the names of what lies in it."""

    data: Path

    @property
    def store(self) -> Path:
        return self.data / "webupdate.sqlite3"

    @property
    def lock(self) -> Path:
        return self.data / "engine.lock"

    @property
    def key(self) -> Path:
        return self.data / "secret.key"

    @property
    def spool(self) -> Path:
        return self.data / "spool"

    @property
    def log(self) -> Path:
        return self.data / "service.log"


def platform_data_dir() -> Path:
    """The platform's folder for this program's data."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False)


def keys_file() -> Path:
    """Where a person's own keys are: several administrators may share one data folder."""
    return platformdirs.user_config_path(APP_NAME, appauthor=False) / "keys.toml"


def open_data_dir(option: str | None) -> Paths:
    """Return the data folder (`--data`, else the platform's), made with mode 0700 if it is not there.

    Raises UsageError when it can't be made or is not a folder.
    """
    try:
        folder = Path(option).expanduser().absolute() if option else platform_data_dir()
    except RuntimeError as error:
        raise UsageError(f"The data folder {option} names a user that is not here.", "Give the whole path.") from error
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    except OSError as error:
        raise UsageError(
            f"The data folder {folder} can't be made: {error.strerror}.",
            f"Name another with --data. {as_owner(folder.parent, folder)}",
        ) from error
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UsageError(
            f"You may not read the data folder {folder}.",
            f"{as_owner(folder)} Or let its owner share it with a group of yours: webupdate group --help",
        )
    return Paths(folder)


def opened_with(folder: Path) -> str:
    """The command that opens the screens on this data folder."""
    if folder == platform_data_dir():
        return "webupdate"
    words = ("webupdate", "--data", str(folder))
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def as_owner(path: Path, data: Path | None = None) -> str:
    """A sentence with the command that has the rights of who owns `path`; `data` is its data folder, if another."""
    folder = str(data or path)
    if os.name == "nt":
        command = subprocess.list2cmdline(["webupdate", "--data", folder])
        return f"Run it as the user who owns {path} (Properties, Security, Advanced): runas /user:OWNER {command!r}"
    try:
        owner = path.owner()
    except KeyError:  # a user whom nobody knows here has a number
        owner = f"#{path.stat().st_uid}"
    except OSError:
        owner = "root"
    return f"Run it as its owner: {shlex.join(('sudo', '-u', owner, 'webupdate', '--data', folder))}"


def share_with_group(paths: Paths, group: str) -> None:
    """Give the data folder (2770), the store and the lock (0660) to a group of administrators; "" takes it back.

    Raises UsageError when there is no such group or this system has no groups of that kind.
    """
    if os.name == "nt":
        raise UsageError("On Windows the group property does nothing.", "Give the folder's rights in its Security tab.")
    import grp  # not on Windows

    try:
        gid = grp.getgrnam(group).gr_gid if group else os.getgid()
    except KeyError:
        raise UsageError(f"There is no group {group!r} on this machine.", f"Make it: groupadd {group}") from None
    _give(paths, gid, SHARED_DIR if group else PRIVATE_DIR, SHARED_FILE if group else PRIVATE_FILE)


def _give(paths: Paths, gid: int, folder_mode: int, file_mode: int) -> None:
    try:
        os.chown(paths.data, -1, gid)
        paths.data.chmod(folder_mode)
        for file in (*paths.data.glob(paths.store.name + "*"), *paths.data.glob(paths.lock.name)):
            os.chown(file, -1, gid)
            file.chmod(file_mode)
    except PermissionError as error:
        raise UsageError(
            f"You may not change the rights of {paths.data}.", "Run this as its owner or as root."
        ) from error
