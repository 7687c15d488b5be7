"""Compares the pictures and documents that items name with the queue, and writes to it what changed.

Only files are read of which the folder tells something new. Reading goes on in slices, outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from webupdate.errors import ContentChanged
from webupdate.store import board, contents, exports, queue
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.contents import UNSOUND, Figures, Known
from webupdate.store.db import Store
from webupdate.store.exports import Complaint, FileState, Tally
from webupdate.store.gone import leave
from webupdate.store.queue import Wanted
from webupdate.sync import brakes
from webupdate.sync.content import Limits, examine
from webupdate.sync.departures import CHUNK
from webupdate.sync.detect import COMPLAINTS_KEPT
from webupdate.sync.filenames import FoundFile, Tree, refusal_of, split_cell
from webupdate.sync.folder import SETTLE
from webupdate.sync.look import OLD
from webupdate.sync.namedfiles import COLUMN, Named, complaint_of
from webupdate.sync.shops.base import FILES, KEY_SEPARATOR, Document, Entity, Picture
from webupdate.sync.sieve import item_of

# One slice of reading: then what was read goes up before the rest is read.
SECONDS_READ = 5.0
BYTES_READ = 200_000_000
LOGGED = 20  # troubles of one look


class Scan(Struct, frozen=True):
    """What a look found. `more`: files are left to read; `again_in`: seconds until one may have settled."""

    changed: int = 0
    more: bool = False
    again_in: float | None = None


class Memory(Struct):
    """What is remembered between two slices, and longer: since when a file is as it is.

    `tried`: what became of the files that this look has read already, so that the next slice goes on behind them.
    """

    first_seen: dict[tuple[str, str], tuple[Figures, float]]
    tried: dict[tuple[str, str], Known | None]


class Comparison:
    """What the items name and the folders hold, compared with the queue once; reads one slice of files at most.

    `enough` ends the slice early.
    """

    def __init__(
        self,
        store: Store,
        company: CompanyInfo,
        trees: dict[Entity, Tree],
        inventory: FileState,
        now: float,
        *,
        once: bool,
        memory: Memory,
        enough: Callable[[], bool],
    ) -> None:
        self.store = store
        self.company = company
        self.trees = trees
        self.now = now
        self.once = once
        self.first_seen = memory.first_seen
        self.tried = memory.tried
        self.limits = Limits.of(company.values)
        self.known = contents.known(store, company.id)
        self.complaints: dict[str, list[Complaint]] = {entity: [] for entity in FILES}
        self.waits: list[float] = []
        self.enough = enough
        self.read_bytes = 0
        self.more = False
        # Entity and item of names that stand for no sound file yet: what these names replace stays in the shop.
        self.unsure: set[tuple[str, str]] = set()
        self.export = Path(inventory.path).name

    def run(self, *, forced: bool) -> Scan:
        """Compare; `forced`: it was asked for, and that is through with this."""
        named = list(self._named())
        judged = {file: self._judge(file) for file in dict.fromkeys(entry.file for entry in named)}
        self._remember(judged)
        wanted = [(entry, known) for entry in named if (known := judged[entry.file]) and _sound(known)]
        self.unsure |= {(entry.entity, entry.sku) for entry in named if not _sound(judged[entry.file])}
        changed = sum(self._observe(site, named, wanted) for site in self.company.sites)
        failed = {key for site in self.company.sites for key in self._blame(site, named, judged)}
        for entry in named:
            known = judged[entry.file]
            # A record that can't go says so itself: one trouble is told once.
            if known is not None and known.problem and (entry.entity, entry.key) not in failed:
                self._complain(entry, known.problem)
        if forced or named or changed or self._told():
            with self.store.writing():
                brakes.hold_masses(self.store, self.company, FILES, self.export, self.now, released=False)
                self._tell(named, changed)
        return Scan(changed, self.more, min(self.waits, default=None))

    def _named(self) -> Iterator[Named]:
        """All that the items name, but what is refused."""
        for sku, line, facts in contents.naming(self.store, self.company.id):
            for entity in FILES:
                for position, name in enumerate(split_cell(facts.get(COLUMN[entity], ""))):
                    entry = Named(entity, sku, line, position, name)
                    if why := self._refusal(entry):
                        self.unsure.add((entity, sku))
                        self._complain(entry, why)
                    else:
                        yield entry

    def _refusal(self, entry: Named) -> str:
        if why := refusal_of(entry.name):
            return why
        if self.trees[entry.entity].linked(entry.name):
            return "is, or goes through, a link out of the folder"
        return ""

    def _judge(self, file: tuple[str, str]) -> Known | None:
        """What is known of a file now, None while it can't be told."""
        entity, name = file
        tree = self.trees[entity]  # type: ignore[index]
        if tree.trouble is not None:
            return None
        found = tree.files.get(name)
        if found is None:
            return _unread(file, "is not there")
        if file in self.tried:
            return self.tried[file]
        known = self.known.get(file)
        if known is not None and _same(known, found) and known.judged == self.limits.text:
            return known
        rest = self._unsettled(file, found)
        if rest > 0:
            self.waits.append(rest)
            return None
        if self.read_bytes and (self.read_bytes >= BYTES_READ or self.enough()):
            self.more = True
            return None
        self.tried[file] = self._read(file, found)
        return self.tried[file]

    def _unsettled(self, file: tuple[str, str], found: FoundFile) -> float:
        """Seconds that a file must still stand as it is before it may be read."""
        seen, since = self.first_seen.get(file, (None, self.now))
        if seen != found.figures or since > self.now:  # or the clock was set back
            since = self.now
            self.first_seen[file] = (found.figures, since)
        if self.once or self.now - found.figures.mtime_ns / 1e9 > OLD:
            return 0.0
        return SETTLE - (self.now - since)

    def _read(self, file: tuple[str, str], found: FoundFile) -> Known | None:
        self.read_bytes += found.figures.size
        try:
            examined = examine(file[0], found.path, found.figures, self.limits)
        except ContentChanged:
            self.waits.append(SETTLE)
            return None
        except OSError as error:
            self.waits.append(SETTLE)
            return _unread(file, f"can't be read: {error.strerror or error}")
        age = self.now - found.figures.mtime_ns / 1e9
        if examined.problem and not self.once and 0 <= age < (quiet := float(self.company.values["quiet"])):
            self.waits.append(quiet - age)  # perhaps its second half is still on its way
            return None
        return Known(
            entity=file[0],
            name=file[1],
            figures=found.figures,
            digest=examined.digest,
            media_type=examined.media_type,
            problem=examined.problem,
            judged=self.limits.text,
            read_at=self.now,
        )

    def _remember(self, judged: dict[tuple[str, str], Known | None]) -> None:
        fresh = [entry for file, entry in judged.items() if entry and entry.read_at and entry != self.known.get(file)]
        unnamed = [file for file in self.known if file not in judged]
        if fresh or unnamed:
            with self.store.writing():
                contents.remember(self.store, self.company.id, fresh)
                contents.forget(self.store, self.company.id, unnamed)
        for file in [file for file in self.first_seen if file not in judged]:
            del self.first_seen[file]

    def _observe(self, site: SiteInfo, named: list[Named], wanted: list[tuple[Named, Known]]) -> int:
        """Write what a site should hold; what can't be sent now stays in the shop as it was."""
        rows = contents.rows(self.store, site.id)
        items = contents.items_of(self.store, site.id)
        puts = [_put(entry, known) for entry, known in wanted if entry.sku in items]
        puts = [entry for entry in puts if rows.get((entry.entity, entry.key)) != entry.hash]
        here = {(entry.entity, entry.key) for entry in named if entry.sku in items}
        unnamed, gone = self._left(rows.keys() - here)
        unnamed = [(entity, key) for entity, key in unnamed if (entity, item_of(key)) not in self.unsure]
        changes = [*puts, *(Wanted(entity=entity, key=key, op="delete") for entity, key in unnamed)]
        changed = sum(
            queue.observe(self.store, self.company.id, site.id, changes[start : start + CHUNK], self.now)
            for start in range(0, len(changes), CHUNK)
        )
        policy = self.company.values["gone"]
        return changed + (leave(self.store, self.company.id, site.id, policy, gone, self.now) if gone else 0)

    def _blame(
        self, site: SiteInfo, named: list[Named], judged: dict[tuple[str, str], Known | None]
    ) -> set[tuple[str, str]]:
        """Let what is to go to a site fail for its file, and take that back; returns what fails for it.

        So it waits for a person and not for a file that never comes, and a Complete Upload has an end.
        """
        unsent = contents.unsent(self.store, site.id)
        news: dict[tuple[str, str], str | None] = {}
        failed: set[tuple[str, str]] = set()
        for entry in named:
            row = entry.entity, entry.key
            before = unsent.get(row)
            # What failed for another reason keeps that.
            if row in unsent and (before or UNSOUND).startswith(UNSOUND):
                error = self._error(entry, judged[entry.file], before)
                failed |= {row} if error else set()
                news |= {row: error} if error != before else {}
        if news:
            with self.store.writing():
                contents.blame(self.store, site.id, news)
                self._log_blamed(site, {row: error for row, error in news.items() if error})
        return failed

    def _log_blamed(self, site: SiteInfo, news: dict[tuple[str, str], str]) -> None:
        """Log what can't go; a folder that can't be read is told once, as a complaint."""
        lost = {entity for entity, tree in self.trees.items() if tree.trouble is not None}
        told = [(*row, error) for row, error in news.items() if row[0] not in lost]
        for entity, key, error in told[:LOGGED]:
            board.log(
                self.store, error, level="error", company_id=self.company.id, site_id=site.id,
                entity=entity, key=key, now=self.now,
            )  # fmt: skip

    def _error(self, entry: Named, known: Known | None, before: str | None) -> str | None:
        """Why a record can't go for its file, None if it can; as `before` while that can't be told."""
        trouble = self.trees[entry.entity].trouble
        if trouble is not None:
            return f"{UNSOUND}{trouble.message} {trouble.hint}"
        if known is None:
            return before
        if not known.problem:
            return None
        complaint = complaint_of(self.company, self.export, entry, known.problem)
        return f"{UNSOUND}{complaint.message} {complaint.hint}"

    def _left(self, left: set[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Of the rows that nobody names: those whose item names them no more, and those whose item has gone itself."""
        items = contents.items_in_export(self.store, self.company.id) if left else set()
        unnamed = sorted((entity, key) for entity, key in left if key.split(KEY_SEPARATOR)[0] in items)
        return unnamed, sorted(left.difference(unnamed))

    def _complain(self, entry: Named, why: str) -> None:
        complaints = self.complaints[entry.entity]
        if len(complaints) < COMPLAINTS_KEPT:
            complaints.append(complaint_of(self.company, self.export, entry, why))

    def _told(self) -> bool:
        """Whether something is said of files still; many companies have none, and nothing is written for those."""
        return any(exports.complaints(self.store, self.company.id, entity) for entity in FILES)

    def _tell(self, named: list[Named], changed: int) -> None:
        problems = 0
        for entity in FILES:
            trouble = self.trees[entity].trouble
            count = sum(entry.entity == entity for entry in named)
            complaints = self.complaints[entity]
            if trouble is not None and count:
                complaints.append(Complaint(line=0, message=trouble.message, hint=trouble.hint))
            problems += len(complaints)
            self._set_complaints(entity, complaints)
            state = FileState(records=count, tallies={entity: Tally(count)}, read_at=self.now, forced=False)
            exports.set_file_state(self.store, self.company.id, entity, state)
        if changed:
            text = f"pictures and documents: {len(named):,} named, {changed:,} changed"
            text += f", {problems:,} with problems" if problems else ""
            level = "warning" if problems else "info"
            board.log(self.store, text, level=level, company_id=self.company.id, now=self.now)

    def _set_complaints(self, entity: str, found: list[Complaint]) -> None:
        before = {complaint for _, complaint in exports.complaints(self.store, self.company.id, entity)}
        if before == set(found):
            return
        exports.set_complaints(self.store, self.company.id, entity, found, self.now)
        for complaint in [one for one in found if one not in before][:LOGGED]:
            board.log(
                self.store, complaint.message, level="error", hint=complaint.hint, company_id=self.company.id,
                entity=entity, key=complaint.key, now=self.now,
            )  # fmt: skip


def _sound(known: Known | None) -> bool:
    """Whether it is known that a file can go to the shop."""
    return known is not None and not known.problem


def _same(known: Known, found: FoundFile) -> bool:
    # A file saved in the very moment of reading may change again without new figures.
    return known.figures == found.figures and abs(known.read_at - found.figures.mtime_ns / 1e9) >= SETTLE


def _unread(file: tuple[str, str], problem: str) -> Known:
    """A file that could not be read at all: nothing of it is worth to be remembered."""
    return Known(
        entity=file[0], name=file[1], figures=Figures(0, 0, 0, ""), digest="", problem=problem, judged="", read_at=0.0
    )


def _put(entry: Named, known: Known) -> Wanted:
    kind = Picture if entry.entity == "images" else Document
    record = kind(
        item=entry.sku, name=entry.name, content=known.digest, size=known.figures.size, position=entry.position
    )
    payload = msgspec.json.encode(record)
    return Wanted(entity=entry.entity, key=entry.key, parent=("items", entry.sku), payload=payload)
