"""What left an export file: renamed in EBMS (the same AUTOID under another ID), or gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webupdate.store import departed, exports, renames
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.sync.entities import ExportFile
from webupdate.sync.reader import Row
from webupdate.sync.sieve import Sieve

CHUNK = 400  # below SQLite's smallest limit of parameters


class Departures:
    """Collects what is new in a walk, and then says what became of the records that are no longer there."""

    def __init__(
        self, store: Store, company: CompanyInfo, spec: ExportFile, sieves: tuple[Sieve, ...], now: float
    ) -> None:
        self._store = store
        self._company = company
        self._spec = spec
        self._sieves = sieves
        self._now = now
        self._fresh: dict[str, str | None] = {}  # by AUTOID, the ID of a record that was not there before

    def note_fresh(self, rows: Sequence[Row]) -> None:
        """Records that were not there before may be known ones under a new ID. Two of one AUTOID tell nothing."""
        for row in rows:
            if autoid := row.values.get("AUTOID"):
                self._fresh[autoid] = None if autoid in self._fresh else row.key

    def renamed(self, keys: Sequence[str]) -> dict[str, str]:
        """Of the keys that left the file, by old ID the new one."""
        found: dict[str, str] = {}
        for chunk in _chunks(keys) if self._fresh else ():
            for key, facts in exports.facts_of(self._store, self._company.id, self._spec.name, chunk).items():
                new = self._fresh.pop(facts.get("AUTOID", ""), None)
                if new is not None:
                    found[key] = new
        return found

    def take_leave(self, gone: Sequence[str], renamed: dict[str, str]) -> None:
        """Do what the policy says with what has gone; let the shop's records go on under their new names."""
        left = [*renamed.items(), *((key, "") for key in gone)]
        departed.note(self._store, self._company.id, self._spec.name, left, self._now)
        for old, new in renamed.items():
            for sieve in self._sieves:
                if not renames.rename(self._store, sieve.site_id, self._spec.entities[0], old, new):
                    self._leave(sieve, [old])
        exports.forget(self._store, self._company.id, self._spec.name, list(renamed))
        for chunk in _chunks(gone):
            for sieve in self._sieves:
                self._leave(sieve, chunk)
            exports.forget(self._store, self._company.id, self._spec.name, chunk)

    def _leave(self, sieve: Sieve, keys: Sequence[str]) -> None:
        sieve.leave([(entity, key) for key in keys for entity in self._spec.entities], self._now)


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
