"""A process that outlives the window that starts it."""

from __future__ import annotations

import os
import subprocess
import sys

from webupdate.config import Paths


def detached(command: list[str], paths: Paths) -> subprocess.Popen[bytes]:
    """Start a process that outlives this window and its terminal."""
    log = os.open(paths.log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=paths.data,
            start_new_session=True,
            creationflags=flags,
        )
    finally:
        os.close(log)
