"""Sends pictures and documents to one shop: first a file's bytes, then the record that says whose they are."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import msgspec

from webupdate.errors import ContentChanged, NeedsPerson, OutcomeUnknown
from webupdate.store import board, contents, exports, queue
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.contents import Known
from webupdate.store.db import Store
from webupdate.store.rows import Row
from webupdate.sync import retry
from webupdate.sync.content import changed, megabytes, open_as
from webupdate.sync.filenames import folded, look_up
from webupdate.sync.folder import SETTLE
from webupdate.sync.namedfiles import folder_of
from webupdate.sync.parts import name_of
from webupdate.sync.shops.base import FILES, Content, Picture, Result, Shop
from webupdate.sync.text import visible
from webupdate.sync.upload import TRIES_ALONE, Upload

# Few: each batch begins with the bytes of its files, and a buyer sees them only after its end.
MOST_FILES = 10
SHOWN_EVERY = 0.5  # seconds between two writings of the progress in bytes


class FileUpload(Upload):
    """The upload of one site's pictures and documents. `wait`: seconds until a file put off may go again."""

    entities = FILES

    def __init__(
        self,
        store: Store,
        company: CompanyInfo,
        site: SiteInfo,
        shop: Shop,
        now: Callable[[], float],
        stopping: Callable[[], bool],
    ) -> None:
        super().__init__(store, company, site, shop, now, stopping)
        self.full = self.largest = min(MOST_FILES, self.largest)
        self.wait: float | None = None
        self._shown = 0.0
        self._parents: dict[int, tuple[object, ...]] = {}

    def _send(self, batch: list[list[Row]]) -> None:
        there = [[row] for (row,) in batch if row.op != "put" or self._content(row)]
        if there:
            # The other lane may delete an item and make it anew while its files are under way: then nobody knows
            # which came first, and the files go again (their bytes do not).
            self._parents = contents.parents(self.store, [row for (row,) in there])
            super()._send(there)

    def _one(self, row: Row, result: Result) -> bool:
        done = super()._one(row, result)
        if done and row.op == "put" and contents.parents(self.store, [row])[row.id] != self._parents[row.id]:
            contents.again(self.store, row)
        return done

    def _content(self, row: Row) -> bool:
        """Bring the bytes of a row's file to the shop; False when its record can't go now."""
        record = msgspec.json.decode(row.payload or b"", type=Picture)
        try:
            there = self._stream(row, record)
        except ContentChanged:
            self._put_off(row)
            return False
        except OSError as error:
            self._unread(row, error)
            return False
        except NeedsPerson as error:
            self._refuse(row, f"{name_of(row)}: {error}")
            return False
        except OutcomeUnknown as error:
            self._broke_off(row, error)
            raise
        return there

    def _stream(self, row: Row, record: Picture) -> bool:
        content = Content(digest=record.content, size=record.size, name=record.name, media_type="")
        if contents.has_left(self.store, row):
            return self._kept(content)
        known = self._known(row.entity, record)
        content = msgspec.structs.replace(content, media_type=known.media_type)
        path = look_up(folder_of(self.company, row.entity), record.name)
        with open_as(path, known.figures) as stream:
            return self.shop.send_content(content, stream, lambda held: self._show(row, record, held), self.stopping)

    def _kept(self, content: Content) -> bool:
        """Whether the shop holds the bytes still of a file whose item has left the export: nobody has them for it."""
        try:
            return self.shop.send_content(content, BytesIO(), lambda held: None, self.stopping)
        except ContentChanged:
            raise NeedsPerson(
                "the shop has lost this file, and its item is not in the export any more.",
                "Delete the item in the shop, or let EBMS export it again.",
            ) from None

    def _known(self, entity: str, record: Picture) -> Known:
        """What the scanner knows of the file; raises ContentChanged when that is another content by now."""
        known = contents.find(self.store, self.company.id, entity, folded(record.name))
        if known is None or known.digest != record.content:
            raise changed(folder_of(self.company, entity) / record.name)
        return known

    def _put_off(self, row: Row) -> None:
        """The scanner looks at the file again, and lets the record fail if it is not there or not sound."""
        wait = min(retry.LONGEST, SETTLE * 2.0 ** min(row.tries, TRIES_ALONE))
        self.wait = min(wait, self.wait or wait)
        with self.store.writing():
            queue.put_off(self.store, row, self.now() + wait)
            exports.force(self.store, self.company.id, row.entity)

    def _unread(self, row: Row, error: OSError) -> None:
        """One that the scanner calls sound ever again, and that can't be opened, needs a person."""
        if row.tries + 1 < TRIES_ALONE:
            self._put_off(row)
        else:
            reason = error.strerror or str(error)
            self._refuse(row, f"{name_of(row)}: its file can't be read: {reason}. May this user? Then press Retry.")

    def _broke_off(self, row: Row, error: OutcomeUnknown) -> None:
        """The shop breaks in the middle of a file: others go first, and one that never gets through needs a person."""
        queue.put_off(self.store, row, self.now())
        if row.tries + 1 >= TRIES_ALONE:
            self._refuse(row, f"{name_of(row)}: its file was sent {TRIES_ALONE} times without an answer. {error}")

    def _show(self, row: Row, record: Picture, held: int) -> None:
        """Progress in bytes; not of every chunk, since each writing reaches the disk."""
        now = self.now()
        if 0 <= now - self._shown < SHOWN_EVERY:
            return
        self._shown = now
        waiting, _ = board.counts(self.store, self.site.id).get(row.entity, (0, 0))
        done = self.board.sent.get(row.entity, 0)
        board.set_status(
            self.store,
            self.company.id,
            self.site.id,
            row.entity,
            "working",
            done=done,
            total=done + waiting,
            message=f"{megabytes(held)} of {megabytes(record.size)} MB, {visible(record.name)}",
            now=now,
        )
