"""The program in a pseudo terminal, for tests and benches. Not on Windows."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 20.0
SHORT_WAIT = 0.02
# What says how another terminal is: that of the person, or the size that xdist's workers take for their own.
OTHERS = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES")


class Terminal:
    """A program in a pseudo terminal of 80x24, with nobody's own settings; `environment` in addition to our own."""

    def __init__(self, *arguments: str, home: Path, environment: dict[str, str] | None = None) -> None:
        self.master, slave = pty.openpty()
        self.resize(80, 24)
        os.set_blocking(self.master, False)
        self.output = b""
        ours = {name: value for name, value in os.environ.items() if name not in OTHERS}
        ours |= {"TERM": "xterm-256color", "XDG_CONFIG_HOME": str(home), "HOME": str(home)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webupdate", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=ours | (environment or {}),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
        )
        self._slave = slave  # held open: what the window leaves behind can be looked at

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def resize(self, width: int, height: int) -> None:
        """The kernel sends SIGWINCH."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def see(self, text: str, since: int = 0) -> None:
        """Wait until the program has written a text, not counting the first `since` bytes."""
        wait_for(lambda: text.encode() in self.read()[since:], text)

    def ended(self) -> bool:
        self.read()
        return self.process.poll() is not None

    def hang_up(self) -> None:
        """The line is lost: the kernel sends SIGHUP."""
        os.close(self._slave)
        os.close(self.master)

    def close(self) -> None:
        """After the end of the program."""
        self.hang_up()

    def modes(self) -> list[object]:
        """The terminal's own settings now: echo, lines, signals."""
        return termios.tcgetattr(self._slave)

    def usable(self) -> bool:
        """Whether a shell could be used in it: what is typed is seen, and lines are lines."""
        modes: int = termios.tcgetattr(self._slave)[3]
        return bool(modes & termios.ECHO and modes & termios.ICANON)

    def reset(self) -> None:
        """What a person types when a program has left a mess."""
        there, environment = self._slave, {**os.environ, "TERM": "xterm-256color"}
        subprocess.run(["reset"], env=environment, stdin=there, stdout=there, stderr=there, check=True)

    def read(self) -> bytes:
        """All that was written so far."""
        try:
            while part := os.read(self.master, 65536):
                self.output += part
        except OSError:  # nothing more at the moment, or the other end is closed
            pass
        return self.output


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
        time.sleep(SHORT_WAIT)
