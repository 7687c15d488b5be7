"""One look at the export folder: reads what was saved, holds what is not ended, says what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from webupdate.errors import NeedsPerson, Retryable, WebUpdateError
from webupdate.store import board, exports, inbox, queue
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.exports import Complaint, FileState
from webupdate.sync import references
from webupdate.sync.brakes import BrakeOn
from webupdate.sync.detect import Change
from webupdate.sync.entities import FILES
from webupdate.sync.folder import SETTLE, Found, find, saved, take_copy
from webupdate.sync.intake import read_export
from webupdate.sync.orders import restock, sold_at
from webupdate.sync.reader import NotEnded

NAMES = tuple(FILES)
OLD = 60.0  # a file untouched for this long has settled, whatever was noticed of it
COUNTING_FILE = "inventory"
# Problems of pictures and documents are told in the rows of those.
TOLD_HERE = frozenset((*NAMES, references.NAME))


class Outcome(Struct, frozen=True, kw_only=True):
    """What a look found. `again_in`: seconds until a file that has not settled should be looked at again."""

    files: int
    read: tuple[str, ...]
    stopped: tuple[str, ...]
    again_in: float | None


class Looker:
    """Looks at one company's folder. Remembers between looks what it has seen of each file."""

    def __init__(self, store: Store, spool: Path, *, once: bool) -> None:
        self._store = store
        self._spool = spool
        self._once = once
        self._first_seen: dict[str, tuple[Found, float]] = {}
        # The files that can't be used, as they were then; True: until they are saved again.
        self._bad: dict[str, tuple[Found, bool]] = {}
        self._unfinished: set[str] = set()  # files that may still be on their way
        # Files of one save come one after the other: what they say of each other is checked when all is quiet.
        self._check_at: float | None = 0.0

    def look(self, company: CompanyInfo, now: float, ended: Callable[[Path], bool]) -> Outcome:
        """Read every file that changed and has settled. Raises NeedsPerson when the folder can't be read."""
        folder = Path(company.values["export_folder"]).expanduser()
        found = find(folder, NAMES)
        read: list[str] = []
        waits: list[float] = []
        self._unfinished.clear()
        for name in NAMES:
            if name not in found or not self._changed(company, name, found[name]):
                continue
            wait = self._unsettled(name, found[name], now, ended)
            if wait is None:
                wait = self._read(company, name, found[name], now, read)
            if wait is not None:
                waits.append(wait)
        self._forget_missing(company, found)
        waits += self._check_references(company, now, read)
        self._tell(company, found, now)
        stopped = tuple(name for name in self._bad if name in found)
        return Outcome(files=len(found), read=tuple(read), stopped=stopped, again_in=min(waits, default=None))

    def _check_references(self, company: CompanyInfo, now: float, read: list[str]) -> list[float]:
        """Once the quiet time has passed without another file; returns how long that still is."""
        if references.ASKED.intersection(read):
            self._check_at = now + (0.0 if self._once else float(company.values["quiet"]))
            if exports.complaints(self._store, company.id, references.NAME):
                references.check(self._store, company, now, quiet=False)
        if self._check_at is None:
            return []
        if now < self._check_at:
            return [self._check_at - now]
        self._check_at = None
        references.check(self._store, company, now, quiet=True)
        return []

    def _changed(self, company: CompanyInfo, name: str, found: Found) -> bool:
        state = exports.file_state(self._store, company.id, name)
        if self._bad.get(name) == (found, True) and not state.forced:
            return False
        same = (state.path, state.size, state.mtime_ns) == (str(found.path), found.size, found.mtime_ns)
        # A file saved in the very moment of reading may change again without a new time stamp.
        return state.forced or not same or abs(state.read_at - found.mtime) < SETTLE

    def _unsettled(self, name: str, found: Found, now: float, ended: Callable[[Path], bool]) -> float | None:
        """Seconds to wait before the file may be read, None if it may be now."""
        seen, since = self._first_seen.get(name, (None, now))
        if seen != found or since > now:  # or the clock was set back
            since = now
            self._first_seen[name] = (found, now)
        if self._once or ended(found.path) or now - found.mtime > OLD:
            return None
        rest = SETTLE - (now - since)
        return rest if rest > 0 else None

    def _read(self, company: CompanyInfo, name: str, found: Found, now: float, read: list[str]) -> float | None:
        copy = self._spool / f"{company.id}-{name}"
        digest = ""
        try:
            digest = take_copy(found, copy)
            self._take(company, name, found, copy, digest, now, read)
        except (Retryable, NotEnded) as error:
            rest = self._patience(company, name, now)
            if rest > 0:
                self._unfinished.add(name)
                return SETTLE if isinstance(error, Retryable) else rest
            self._stop(company, name, found, error, now, held=digest if isinstance(error, NotEnded) else "")
        except NeedsPerson as error:
            self._stop(company, name, found, error, now, held=digest if isinstance(error, BrakeOn) else "")
        finally:
            copy.unlink(missing_ok=True)
        return None

    def _patience(self, company: CompanyInfo, name: str, now: float) -> float:
        """Seconds for which a file that can't be used may still be on its way."""
        return 0.0 if self._once else float(company.values["quiet"]) - (now - self._first_seen[name][1])

    def _take(
        self, company: CompanyInfo, name: str, found: Found, copy: Path, digest: str, now: float, read: list[str]
    ) -> None:
        started = time.perf_counter()
        with self._store.writing():
            old = exports.file_state(self._store, company.id, name)
            fresh = FileState(
                path=str(found.path),
                size=found.size,
                mtime_ns=found.mtime_ns,
                digest=digest,
                read_at=now,
                records=old.records,
                tallies=old.tallies,
                forced=False,
            )
            # Stock saved after EBMS took an order counts that order: its pieces are no longer taken off.
            # Only at its first reading: were EBMS's clock ahead, a later one would count orders taken since.
            news = (old.digest, old.mtime_ns) != (digest, found.mtime_ns)
            counting = news and name == COUNTING_FILE
            counted = inbox.count_taken(self._store, company.id, found.mtime, now) if counting else []
            if digest == old.digest and not old.forced:
                exports.set_file_state(self._store, company.id, name, fresh)
            else:
                change = self._detect(company, found, copy, fresh, now, forced=old.forced)
                self._log_change(company, found, change, time.perf_counter() - started, now)
                read.append(name)
            restock(self._store, company, counted, now)
        self._bad.pop(name, None)

    def _detect(
        self, company: CompanyInfo, found: Found, copy: Path, fresh: FileState, now: float, *, forced: bool
    ) -> Change:
        change = read_export(self._store, company, found, copy, fresh, self._sold(company), now)
        if forced:
            for site in company.sites:
                queue.recover_payloads(self._store, site.id)
        return change

    def _sold(self, company: CompanyInfo) -> dict[int, dict[str, Decimal]]:
        return {site.id: sold_at(self._store, company, site) for site in company.sites}

    def _stop(
        self, company: CompanyInfo, name: str, found: Found, error: WebUpdateError, now: float, held: str = ""
    ) -> None:
        """This file's entities stop; what was known of them stays."""
        trouble = (found, isinstance(error, NeedsPerson))
        if self._bad.get(name) == trouble:
            return
        self._bad[name] = trouble
        message, hint = error.message, error.hint
        if isinstance(error, NotEnded):
            message += self._missing(company, name, error.records)
            hint += f" To take it as it is, release it: webupdate release {company.name!r} {name}"
        complaint = Complaint(
            line=getattr(error, "line", 0),
            message=message,
            field=getattr(error, "field", ""),
            seen=getattr(error, "seen", ""),
            hint=hint,
        )
        with self._store.writing():
            exports.set_aside(self._store, company.id, name, held)
            exports.set_complaints(self._store, company.id, name, [complaint], now)
            board.log(self._store, message, level="error", hint=hint, company_id=company.id, entity=name, now=now)

    def _missing(self, company: CompanyInfo, name: str, there: int) -> str:
        """How much a cut-off file lacks, as far as the last good version tells."""
        known = exports.known_count(self._store, company.id, name)
        if known <= there:
            return ""
        return f" {known - there:,} of {known:,} are missing, counted by the last good version."

    def _forget_missing(self, company: CompanyInfo, found: dict[str, Found]) -> None:
        for name in [name for name in self._bad if name not in found]:
            del self._bad[name]
            with self._store.writing():
                exports.set_complaints(self._store, company.id, name, [], 0)

    def _log_change(self, company: CompanyInfo, found: Found, change: Change, took: float, now: float) -> None:
        parts = [f"{change.records:,} records", f"{change.changed:,} changed"]
        parts += [f"{change.gone:,} gone"] * bool(change.gone) + [
            f"{change.bad:,} bad row{'s' * (change.bad != 1)}"
        ] * bool(change.bad)
        board.log(
            self._store,
            f"{found.name} read: {', '.join(parts)}, {took:.1f} s",
            level="warning" if change.bad else "info",
            company_id=company.id,
            entity=found.path.stem.lower(),
            now=now,
        )
        for note in change.notes:
            board.log(self._store, note, company_id=company.id, now=now)

    def _tell(self, company: CompanyInfo, found: dict[str, Found], now: float) -> None:
        missing = [name for name in NAMES if name not in found]
        newest = max(found.values(), key=lambda file: file.mtime_ns, default=None)
        message = "no export files yet" if newest is None else saved(newest, company.values["time_zone"])
        told = [
            complaint.message for file, complaint in exports.complaints(self._store, company.id) if file in TOLD_HERE
        ]
        problems = len(told)
        if self._bad:
            message = f"{', '.join(sorted(self._bad))} stopped"
        elif self._unfinished:
            message = f"{', '.join(sorted(self._unfinished))} not ended yet: held if it stays so"
        elif problems:
            message = f"{problems:,} problem{'s' * (problems != 1)}"
        elif missing and newest is not None:
            message = f"no {', '.join(missing)} yet"
        state = "failed" if self._bad or problems else "waiting" if newest is None or self._unfinished else "done"
        board.set_status(
            self._store,
            company.id,
            0,
            "read",
            state,
            done=len(found) - len(self._bad),
            total=len(NAMES),
            message=message,
            hint=told[0] if told else "",
            now=now,
        )
