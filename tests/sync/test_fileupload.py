"""The lane's upload against a shop that does what a test wants: what is put off, what is counted, what goes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.shops.contract import a_picture
from tests.store.simulation import ModelShop
from tests.sync.folders import Exports
from webupdate.errors import ContentChanged, OutcomeUnknown
from webupdate.store import outbox, queue, reloads
from webupdate.store.db import open_store
from webupdate.sync import fileupload, reload
from webupdate.sync.filescan import Scanner
from webupdate.sync.fileupload import FileUpload
from webupdate.sync.folder import SETTLE
from webupdate.sync.shops.base import RECORD_TYPES, Abilities, Bundle, Content, Result
from webupdate.sync.upload import TRIES_ALONE


class FileShop(ModelShop):
    """Takes every file; a test may put something in between."""

    def __init__(self) -> None:
        super().__init__(compares_rev=True)
        self.abilities = Abilities(
            entities=frozenset(RECORD_TYPES), compares_rev=True, reserves_until_ack=True, order_statuses=(), max_batch=9
        )
        self.got: list[str] = []
        self.sent: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.error: Exception | None = None

    def send_content(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        if self.error is not None:
            raise self.error
        self.got.append(content.name)
        return not stopping()

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        self.meanwhile()
        parts = [part for bundle in bundles for part in bundle.parts]
        self.sent += [part.key for part in parts]
        return [Result(entity=part.entity, key=part.key, status="created", rev=part.rev) for part in parts]


class Scene(Exports):
    """An item with a picture, both in the queue, the item in the shop."""

    def ready(self) -> FileShop:
        (self.folder / "images").mkdir()
        (self.folder / "images" / "a.png").write_bytes(a_picture("a"))
        self.save("inventory.csv", "ID,TREE_ID,DESCR_1,SHOW_WEB,IMAGES\r\nTEA,0,x,T,a.png\r\n")
        self.look(10)
        self.upload()
        Scanner(self.store, once=True).look(self.company, self.now)
        return FileShop()

    def go(self, shop: FileShop, *, stopping: bool = False) -> FileUpload:
        upload = FileUpload(self.store, self.company, self.company.sites[0], shop, lambda: self.now, lambda: stopping)
        upload.run()
        return upload


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    store = open_store(tmp_path / "store.sqlite3")
    yield Scene(store, tmp_path)
    store.close()


def test_bytes_go_before_the_record(scene: Scene) -> None:
    shop = scene.ready()
    assert scene.go(shop).board.sent == {"images": 1}
    assert (shop.got, shop.sent) == (["a.png"], ["TEA\ta.png"])
    assert scene.dirty() == []


def test_an_item_made_anew_meanwhile_gets_its_files_again(scene: Scene) -> None:
    shop = scene.ready()
    site = scene.company.sites[0].id

    def other_lane() -> None:
        shop.meanwhile = lambda: None
        scene.store.sql("UPDATE queue SET sent = '?', payload = x'7b7d' WHERE entity = 'items'")
        (item,) = outbox.sendable(scene.store, site, "items", scene.now, 9, puts=True)
        queue.ack(scene.store, item, created=True, remote_id=None, now=scene.now + 1)

    shop.meanwhile = other_lane
    scene.go(shop)
    assert shop.sent == ["TEA\ta.png"] * 2
    assert scene.dirty() == []


def test_files_of_an_item_that_is_not_in_the_shop_wait(scene: Scene) -> None:
    shop = scene.ready()
    scene.store.sql("UPDATE queue SET sent = NULL WHERE entity = 'items'")
    scene.go(shop)
    assert (shop.got, shop.sent) == ([], [])
    assert ("images", "TEA\ta.png") in scene.dirty()


def test_a_file_that_is_another_by_now_is_put_off(scene: Scene) -> None:
    shop = scene.ready()
    (scene.folder / "images" / "a.png").write_bytes(a_picture("other"))
    upload = scene.go(shop)
    assert upload.wait == SETTLE
    assert (shop.got, shop.sent) == ([], [])
    scene.now += SETTLE
    Scanner(scene.store, once=True).look(scene.company, scene.now)
    scene.go(shop)
    assert shop.got == ["a.png"]


def test_a_stop_between_two_chunks_sends_no_record(scene: Scene) -> None:
    shop = scene.ready()
    upload = FileUpload(scene.store, scene.company, scene.company.sites[0], shop, lambda: scene.now, lambda: shop.got)  # type: ignore[arg-type,return-value]
    upload.run()
    assert (shop.got, shop.sent) == (["a.png"], [])
    assert scene.dirty() == [("images", "TEA\ta.png")]


def test_a_file_on_which_the_shop_breaks_ever_again_needs_a_person(scene: Scene) -> None:
    shop = scene.ready()
    shop.error = OutcomeUnknown("The shop did not answer.")
    for _ in range(TRIES_ALONE):
        with pytest.raises(OutcomeUnknown):
            scene.go(shop)
    scene.go(shop)
    (row,) = outbox.errors(scene.store, scene.company.sites[0].id, 9)
    assert f"its file was sent {TRIES_ALONE} times without an answer" in (row.error or "")


@pytest.mark.parametrize("name", ["", "images"])
def test_a_reload_ends_though_a_named_picture_is_missing(scene: Scene, name: str) -> None:
    shop = scene.ready()
    scene.go(shop)
    scene.upload()
    site = scene.company.sites[0]
    scanner = Scanner(scene.store, once=False)
    scanner.look(scene.company, scene.now)
    (scene.folder / "images" / "a.png").unlink()
    reload.start(scene.store, scene.company, site, name, scene.now)
    scene.look(60)
    scene.store.sql("UPDATE queue SET sent = seen WHERE entity = 'items'")  # the record lane
    scanner.look(scene.company, scene.now)
    assert scene.go(shop).wait is None
    reload.end(scene.store, scene.company, site, frozenset(RECORD_TYPES), scene.now)
    assert reloads.running(scene.store) == []
    assert [row.key for row in outbox.errors(scene.store, site.id, 9)] == ["TEA\ta.png"]


def test_a_file_that_goes_again_with_its_item_and_is_missing_lets_the_lane_rest(scene: Scene) -> None:
    """Nothing in the folder changes then, so it is the file put off that makes the scanner look."""
    shop = scene.ready()
    scene.go(shop)
    site = scene.company.sites[0].id
    (scene.folder / "images" / "a.png").unlink()
    scanner = Scanner(scene.store, once=False)
    scanner.look(scene.company, scene.now)
    scene.store.sql("UPDATE queue SET sent = '?', payload = x'7b7d' WHERE entity = 'items'")
    (item,) = outbox.sendable(scene.store, site, "items", scene.now, 9, puts=True)
    queue.ack(scene.store, item, created=False, remote_id=None, now=scene.now)
    assert scene.go(shop).wait == SETTLE
    scene.now += SETTLE
    scanner.look(scene.company, scene.now)
    assert scene.go(shop).wait is None
    assert "is not there" in (outbox.errors(scene.store, site, 9)[0].error or "")


def test_a_file_that_nobody_may_open_is_put_off_ever_longer_and_then_needs_a_person(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = scene.ready()

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(fileupload, "open_as", forbidden)
    waits = []
    for _ in range(TRIES_ALONE):
        upload = scene.go(shop)
        waits.append(upload.wait)
        scene.now += upload.wait or 0.0
    assert waits == [*(SETTLE * 2**tries for tries in range(TRIES_ALONE - 1)), None]
    (row,) = outbox.errors(scene.store, scene.company.sites[0].id, 9)
    assert "its file can't be read: Permission denied" in (row.error or "")


@pytest.mark.parametrize("holds", [True, False])
def test_a_file_whose_item_left_the_export_needs_no_bytes_that_the_shop_holds(scene: Scene, holds: bool) -> None:
    """What is known of a file goes with its name in the export, and the shop keeps both."""
    shop = scene.ready()
    scene.go(shop)
    queue.mark_gone(scene.store, scene.company.sites[0].id, [("images", "TEA\ta.png")])
    scene.store.sql("DELETE FROM content")
    queue.mark_complete(scene.store, scene.company.sites[0].id, "images")
    queue.recover_payloads(scene.store, scene.company.sites[0].id)
    shop.error = None if holds else ContentChanged("a.png has become shorter.")
    assert scene.go(shop).wait is None
    if holds:
        assert (len(shop.sent), scene.dirty()) == (2, [])
    else:
        (row,) = outbox.errors(scene.store, scene.company.sites[0].id, 9)
        assert "the shop has lost this file" in (row.error or "")
