"""What `webupdate doctor` looks at: this machine, the data folder, the engine, and each company's folders and rules.

Each is a small function that returns what it found; nothing is changed, and nothing is left behind.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from cryptography import x509
from msgspec import Struct
from msgspec.structs import replace

from webupdate import __version__
from webupdate.config import Paths, keys_file
from webupdate.orderkinds import KINDS, Kind, Severity
from webupdate.store import board, companies, exports
from webupdate.store.board import EngineInfo
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.properties import BY_NAME
from webupdate.store.secrets import key_place
from webupdate.sync.entities import FILES
from webupdate.sync.orderrules import rules_of
from webupdate.sync.text import visible

State = Literal["ok", "off", "warn", "bad"]
GROUPS = ("Program", "Places", "Sync", "Folders and files", "Shops", "Kinds of problems")
GLYPHS: dict[State, str] = {"ok": "✔", "off": "·", "warn": "⚠", "bad": "✖"}

_LEAST_FREE = 500_000_000  # bytes; the store, the pictures' digests and the order files have room in it
_BEAT_LATE = 60.0  # seconds; an engine says every few that it is there
CERTIFICATE_WARNS = 30  # days before its end
_WORDS: dict[Severity, str] = {"block": "stops an order", "warn": "warns", "off": "off"}


class Found(Struct, frozen=True, kw_only=True):
    """One thing that was looked at: `what` it is, the `detail` that was seen, and what to `do` if anything.

    "off": it is not there and need not be. `company` "" = it concerns the machine; `group`: what it belongs to there.
    """

    state: State
    what: str
    detail: str
    do: str = ""
    company: str = ""
    group: str = ""


def look(store: Store, paths: Paths, terminal: Found, *, held: bool, now: float) -> Iterator[Found]:
    """All that can be found out without asking a shop; `held`: a process has the engine's lock."""
    yield from versions()
    yield terminal
    yield from places(paths)
    yield engine(board.engine(store), held=held, now=now)
    for info in companies.companies(store):
        yield from company(store, info, now)


def versions() -> Iterator[Found]:
    """What this program is made of, and what it runs on."""
    made_of = {
        "webupdate": __version__,
        "Python": f"{platform.python_version()} ({sys.executable})",
        "Textual": version("textual"),
        "SQLite": sqlite3.sqlite_version,
        "Platform": platform.platform(),
    }
    for what, detail in made_of.items():
        yield Found(state="ok", what=what, detail=detail, group="Program")


def terminal(environ: Mapping[str, str], size: tuple[int, int], encoding: str | None) -> Found:
    """What the screens can show here; `size` in columns and lines."""
    kind = environ.get("TERM") or "TERM is not set"
    inside = [name for variable, name in _INSIDE.items() if environ.get(variable)]
    parts = [kind, _colours(environ), f"{size[0]} x {size[1]}", encoding or "no encoding", *inside]
    return Found(state="ok", what="Terminal", detail=", ".join(visible(part) for part in parts), group="Program")


_INSIDE = {"TMUX": "inside tmux", "STY": "inside screen", "SSH_CONNECTION": "over SSH"}


def _colours(environ: Mapping[str, str]) -> str:
    """How many colours, by the rules that the screens' library has."""
    if environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million colours"
    if environ.get("TERM", "") == "dumb":
        return "no colours"
    return "256 colours" if "256color" in environ.get("TERM", "") else "16 colours"


def places(paths: Paths) -> Iterator[Found]:
    """Where things are, the data folder's rights, and the room that its disk has."""
    yield data_folder(paths)
    yield free(shutil.disk_usage(paths.data).free)
    lying = (("Store", paths.store), ("Service log", paths.log), ("Keys", keys_file()))
    yield from (_lying(what, path) for what, path in lying)
    yield Found(state="ok", what="Secrets' key", detail=key_place(paths.key), group="Places")


def _lying(what: str, path: Path) -> Found:
    """A file that need not be there."""
    try:
        return Found(state="ok", what=what, detail=f"{path}, {path.stat().st_size:,} bytes", group="Places")
    except FileNotFoundError:
        return Found(state="off", what=what, detail=f"{path}, not there", group="Places")


def data_folder(paths: Paths) -> Found:
    """Whether others than the owner and the group may get at the data."""
    detail = f"{paths.data}, rights {_rights(paths.data)}"
    exposed = [path.name for path in (paths.data, paths.store, paths.key) if _is_open(path)]
    if exposed and os.name != "nt":
        do = f"Take the rights of all others away: chmod -R o= {paths.data}"
        detail = f"{detail}; everybody may get at {exposed[0]}"
        return Found(state="bad", what="Data folder", detail=detail, do=do, group="Places")
    return Found(state="ok", what="Data folder", detail=detail, group="Places")


def _rights(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


def _is_open(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & 0o007)


def free(count: int) -> Found:
    """The room that is left on the data folder's disk, in bytes."""
    detail = f"{count / 1e9:,.1f} GB"
    if count >= _LEAST_FREE:
        return Found(state="ok", what="Disk free", detail=detail, group="Places")
    do = "Make room: without it nothing can be kept."
    return Found(state="bad", what="Disk free", detail=detail, do=do, group="Places")


def engine(info: EngineInfo | None, *, held: bool, now: float) -> Found:
    """Who runs the sync. `held`: a process has the lock, which is the truth."""
    state, detail, do = _engine(info, held=held, now=now)
    return Found(state=state, what="Sync", detail=detail, do=do, group="Sync")


def _engine(info: EngineInfo | None, *, held: bool, now: float) -> tuple[State, str, str]:
    if not held:
        do = "Start it: webupdate --headless, or make it a service (README, Set up a company, step 4)."
        return "warn", "nobody runs it", do
    if info is None:
        return "warn", "a process has the lock and has not said who it is", ""
    detail = f"pid {info.pid} on {visible(info.host)} as {visible(info.user)} ({visible(info.mode)})"
    if now - info.beat_at > _BEAT_LATE:
        do = "It may be at a long file. If it stays so: end that process and start it again."
        return "warn", f"{detail}, silent for {now - info.beat_at:,.0f} s", do
    return "ok", detail, ""


def company(store: Store, info: CompanyInfo, now: float) -> Iterator[Found]:
    """All that is to be said of a company."""
    known = {name: exports.file_state(store, info.id, name).read_at for name in FILES}
    found = [folder(info, "export_folder", _listed), folder(info, "order_folder", _probed)]
    found += [file(name, read_at) for name, read_at in known.items()]
    found += [certificate(site, now) for site in info.sites if site.values["certificate"]]
    yield from (replace(one, company=info.name, group="Folders and files") for one in found)
    read = {name: read_at > 0 for name, read_at in known.items()}
    severities = rules_of(info, info.sites[0]).severities
    kinds = (kind_of_problem(kind, read, info.values, severities.get(kind.number)) for kind in KINDS.values())
    yield from (replace(one, company=info.name, group="Kinds of problems") for one in kinds)


def folder(info: CompanyInfo, name: str, probe: Callable[[Path], None]) -> Found:
    """Whether a folder can be used as it must be."""
    path, label = Path(info.values[name]), BY_NAME[name].label
    try:
        path = path.expanduser()
        probe(path)
    except (OSError, RuntimeError) as error:  # ~user names a user that is not here
        return Found(
            state="bad", what=label, detail=f"{path}: {getattr(error, 'strerror', None) or error}",
            do="Is the share connected, the right given to the user who runs the sync? Else change it in Properties.",
        )  # fmt: skip
    return Found(state="ok", what=label, detail=f"{path}, {_CAN[probe]}")


def _listed(path: Path) -> None:
    next(path.iterdir(), None)


def _probed(path: Path) -> None:
    """A file that is gone as soon as it is closed, and on most systems has no name at all."""
    with tempfile.TemporaryFile(dir=path) as stream:
        stream.write(b"webupdate")


_CAN: dict[Callable[[Path], None], str] = {_listed: "readable", _probed: "writable"}


def file(name: str, read_at: float) -> Found:
    """An export file; `read_at` 0 = it was never read well."""
    if read_at:
        at = datetime.fromtimestamp(read_at, UTC).astimezone()
        return Found(state="ok", what=f"{name}.csv", detail=f"read {at:%Y-%m-%d %H:%M}")
    do = f"Let EBMS save it into the export folder; if it lies there: webupdate columns COMPANY {name}"
    return Found(state="warn", what=f"{name}.csv", detail="was never read", do=do)


def certificate(site: SiteInfo, now: float) -> Found:
    """Until when the authority is valid that a site's shop is checked with."""
    what, path = f"Authority of {site.name}", Path(site.values["certificate"]).expanduser()
    do = "Name a valid one (PEM) in Properties, or none for the system's authorities."
    try:
        ends = min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        return Found(state="bad", what=what, detail=f"{path} can't be read: {visible(str(error), 200)}", do=do)
    days = (ends.timestamp() - now) / 86400
    if days < CERTIFICATE_WARNS:
        state: State = "bad" if days < 0 else "warn"
        return Found(state=state, what=what, detail=f"{path}, valid until {ends:%Y-%m-%d}", do=do)
    return Found(state="ok", what=what, detail=f"{path}, valid until {ends:%Y-%m-%d}")


def kind_of_problem(
    kind: Kind, read: Mapping[str, bool], values: Mapping[str, str], severity: Severity | None
) -> Found:
    """Whether a kind of problem is looked for, what it does then, and if not, what it lacks."""
    what = f"Kind {kind.number}, {kind.name}"
    if severity == "off":
        return Found(
            state="off", what=what, detail=f"off: the property {BY_NAME['kinds'].label} says so ({values['kinds']})"
        )
    lacks, do = _lacks(kind, read, values)
    if lacks:
        return Found(state="off", what=what, detail=f"off: {lacks}", do=do)
    word = _WORDS[severity or ("block" if kind.blocks else "warn")]
    by_property = f" (property {BY_NAME['kinds'].label})" if severity else ""
    told = f"; {kind.told}" if kind.told else ""
    return Found(state="ok", what=what, detail=f"on, {word}{by_property}{told}")


def _lacks(kind: Kind, read: Mapping[str, bool], values: Mapping[str, str]) -> tuple[str, str]:
    """What a kind can't be looked for without, and what to do about it; "" if it has all."""
    if unread := [f"{name}.csv" for name in kind.files if not read[name]]:
        were = "were" if len(unread) > 1 else "was"
        return f"{' and '.join(unread)} {were} never read", "Let EBMS save them into the export folder."
    if kind.properties and not any(values[name] for name in kind.properties):
        labels = " and ".join(BY_NAME[name].label for name in kind.properties)
        given = f"webupdate companies set COMPANY {kind.properties[0]}=…"
        are = "are" if len(kind.properties) > 1 else "is"
        return f"{labels} {are} not set", f"Set it in Properties, or: {given}"
    return "", ""


def ordered(found: Sequence[Found]) -> list[Found]:
    """What was found, company by company in their order, the machine first; in each group after group."""
    names = list(dict.fromkeys(one.company for one in found))
    return sorted(found, key=lambda one: (names.index(one.company), GROUPS.index(one.group)))


def as_text(found: Sequence[Found]) -> Iterator[str]:
    """All of it in lines: the machine first, then each company under its name."""
    width = max((len(one.what) for one in found), default=0)
    company = ""
    for one in found:
        if one.company != company:
            company = one.company
            yield from ("", visible(company))
        indent = "  " if company else ""
        yield f"{indent}{GLYPHS[one.state]} {one.what:<{width}}  {visible(one.detail, 500)}"
        if one.do:
            yield f"{indent}  {'':<{width}}  → {visible(one.do, 500)}"
