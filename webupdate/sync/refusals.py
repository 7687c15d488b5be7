"""What EBMS's import leaves of a file that it refused: `<name>.err` beside it, or a copy in the rejected folder.

That convention is ours (property `rejected_folder`). Text that the import appended to its copy is the reason, too.
All of it is moved into our own folder, the reasons last: so after a crash the rest is found again, and what lies there
under the name of an order's file says that this file was refused.
"""

from __future__ import annotations

import codecs
import errno
import os
from pathlib import Path

from webupdate.sync import place
from webupdate.sync.text import ENCODING, many_lines

REASON = ".err"
LIMIT = 65_536  # bytes of a reason; what is longer is no sentence for a person
SHOWN = 4_000  # characters of it that are kept
_KEPT = "refused"


class Refusals:
    """What was refused of the files of one order folder."""

    def __init__(self, folder: Path, rejected: str) -> None:
        self._folder = folder
        self._kept = folder / place.WORK_FOLDER / _KEPT
        self._rejected = folder / rejected
        self._names = {at: place.names_in(at) for at in (self._rejected, folder, self._kept)}

    def names(self) -> frozenset[str]:
        """The names of the files that were refused; some may be no files of ours."""
        reasons = (name for names in self._names.values() for name in names if name.lower().endswith(REASON))
        moved = self._names[self._rejected] | self._names[self._kept]
        return moved | frozenset(name[: -len(REASON)] for name in reasons)

    def reason(self, name: str, written: bytes) -> str:
        """What was said against a file; `written` is what we wrote into it. "" = nothing. Raises OSError."""
        copies = (self._rejected, self._kept) if written else ()
        found = [_text(_head(at / name, len(written)), written) for at in copies]
        found += [_text(_head(path, 0), b"") for path in self._reasons(name)]
        return "\n".join(dict.fromkeys(filter(None, found)))[:SHOWN]

    def set_aside(self, name: str) -> None:
        """Move the file and its copy out of EBMS's reach, then the reasons. Raises OSError."""
        copies = [at / name for at in (self._rejected, self._folder) if name in self._names[at]]
        reasons = [path for path in self._reasons(name) if path.parent != self._kept]
        for path in (*copies, *reasons):
            if path.exists():
                place.set_aside(self._folder, path, _KEPT)

    def _reasons(self, name: str) -> list[Path]:
        wanted = (name + REASON).lower()
        return [at / found for at, names in self._names.items() for found in sorted(names) if found.lower() == wanted]


def _head(path: Path, more: int) -> bytes:
    """The beginning of a file, b"" if there is none. Raises OSError, for what is no plain file, too."""
    if not os.path.lexists(path):
        return b""
    if not place.is_plain(path):
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    with path.open("rb") as stream:
        return stream.read(LIMIT + more)


def _text(data: bytes, written: bytes) -> str:
    """What stands behind our own bytes, in whatever encoding the import writes."""
    said = data[len(written) :] if data.startswith(written) else b""
    if said.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return many_lines(said.decode("utf-16", "replace"))
    try:
        # Cut at the limit, its last character may be a part of one.
        return many_lines(codecs.getincrementaldecoder("utf-8-sig")().decode(said))
    except UnicodeDecodeError:
        return many_lines(said.decode(ENCODING, "replace"))
