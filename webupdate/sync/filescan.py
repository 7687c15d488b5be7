"""Looks at a company's folders of pictures and documents: is there anything to compare?

The files may change while inventory.csv does not; so the folders are walked, and nothing more is done as long as they,
the inventory and the properties are as they were.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from webupdate.store import contents, exports
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.sync.filenames import Tree, look_below
from webupdate.sync.files import SECONDS_READ, Comparison, Memory, Scan
from webupdate.sync.namedfiles import folder_of
from webupdate.sync.shops.base import FILES, Entity


class Scanner:
    """Looks at one company's two folders. Remembers between looks what it has seen of each file."""

    def __init__(
        self,
        store: Store,
        *,
        once: bool,
        stopping: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._stopping = stopping
        self._clock = clock
        self._once = once
        self._memory = Memory({}, {})
        self._moment = 0.0
        self._folders: dict[Entity, Path] = {}
        self._trees: dict[Entity, Tree] = {}  # what the folders held when they were walked last
        self._marks: tuple[int, ...] = ()
        self._done: object = None  # the state of everything when it was last looked at to the end

    def look(self, company: CompanyInfo, now: float, *, walk: bool = True) -> Scan:
        """Compare what the items name and the folders hold with the queue; one slice of reading at most.

        Not to `walk` the folders, as nothing happened in them, is for looks that come often: it takes half a second
        for 20,000 files. They are walked all the same if something was asked for or is not through.
        """
        forced = any(exports.file_state(self._store, company.id, entity).forced for entity in FILES)
        forced |= any(contents.unfilled(self._store, site.id) for site in company.sites)
        inventory = exports.file_state(self._store, company.id, "inventory")
        folders = {entity: folder_of(company, entity) for entity in FILES}
        if walk or forced or self._done is None or self._folders != folders:
            self._folders = folders
            self._trees = {entity: look_below(folder) for entity, folder in folders.items()}
            self._marks = tuple(tree.mark for tree in self._trees.values())
        sites = tuple(site.id for site in company.sites)
        state = (inventory.read_at, inventory.digest, tuple(company.values.items()), sites, self._marks)
        if not inventory.read_at or (state == self._done and not forced):
            return Scan()
        if now != self._moment:
            self._moment = now
            self._memory.tried.clear()
        end = self._clock() + SECONDS_READ
        one = Comparison(
            self._store, company, self._trees, inventory, now, once=self._once, memory=self._memory,
            enough=lambda: self._stopping() or self._clock() >= end,
        )  # fmt: skip
        scan = one.run(forced=forced)
        self._done = None if scan.more or scan.again_in is not None else state
        return scan
