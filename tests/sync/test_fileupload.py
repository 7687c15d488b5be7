"""The lane's upload against a shop that does what a test wants: what is put off, what is counted, what goes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.shops.contract import a_picture
from tests.store.simulation import ModelShop
from tests.sync.folders import Exports
from webupdate.errors import OutcomeUnknown
from webupdate.store import outbox, queue
from webupdate.store.db import open_store
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
