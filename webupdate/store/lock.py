"""Only one process runs the engine on a data folder. The operating system's lock is the truth."""

from __future__ import annotations

import os
from pathlib import Path

import filelock

from webupdate.config import as_owner
from webupdate.errors import LockHeld, Stopped


class EngineLock:
    """The lock of one data folder; it dies with the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = False
        # thread_local=False: taken in the main thread, given back in another at hand-over.
        self._lock: filelock.BaseFileLock = filelock.FileLock(str(path), thread_local=False, mode=0o660)
        if isinstance(self._lock, filelock.SoftFileLock):
            raise _no_locks(path)

    def take(self, wait: float = 0) -> bool:
        """Take the lock, waiting up to `wait` seconds (-1: for ever); False if another process holds it.

        Raises Stopped when the folder's file system has no locks.
        """
        try:
            self._lock.acquire(timeout=wait)
        except filelock.Timeout:
            return False
        except PermissionError as error:
            raise Stopped(
                f"The lock file {self.path} can't be opened: {error.strerror}.", as_owner(self.path.parent)
            ) from error
        except (NotImplementedError, OSError) as error:
            raise _no_locks(self.path, error) from error
        if isinstance(self._lock, filelock.SoftFileLock):  # the library's own way out, which dies with no process
            self.release()
            raise _no_locks(self.path)
        return True

    def is_held(self) -> bool:
        """Whether another process has it; also for who may not open it, and so may not run the sync either."""
        try:
            if not self.take():
                return True
        except Stopped:
            return True
        self.release()
        return False

    def still_ours(self) -> bool:
        """False when somebody removed or replaced the lock's file: then the lock protects nothing."""
        handle = self._lock._context.lock_file_fd
        if handle is None:
            return False
        try:
            named, held = self.path.stat(), os.fstat(handle)
        except OSError:
            return False
        return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)

    def keep(self) -> None:
        """Hold the lock until the process ends, whatever else gives it back."""
        self._kept = True

    def release(self) -> None:
        """Give the lock back."""
        if not self._kept:
            self._lock.release(force=True)


def held_by(message: str) -> LockHeld:
    """The refusal for a second engine, naming the holder and the remedy."""
    return LockHeld(
        f"Another webupdate runs the sync on this data folder already: {message}.",
        "Attach to it with: webupdate. Or wait for it to end: webupdate --headless --wait",
    )


def _no_locks(path: Path, error: Exception | None = None) -> Stopped:
    reason = f": {error}" if error else ""
    return Stopped(
        f"The file system of {path.parent} can't lock files{reason}.",
        "Put the data folder on a local disk (--data DIR): without a lock two engines could send everything twice.",
    )
