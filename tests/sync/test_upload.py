"""What becomes of a row when the shop's answer does not say what it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.simulation import World, open_fast_store
from webupdate.errors import OutcomeUnknown, Retryable, Stopped, WebUpdateError
from webupdate.store import queue
from webupdate.sync.shops.base import Bundle, Result
from webupdate.sync.upload import Upload


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = open_fast_store(tmp_path / "store.sqlite3")
    world = World(store, compares_rev=False)
    world.observe()
    world.upload("fine")
    world.edit("items", "a", 2)
    yield world
    store.close()


def sent(world: World) -> str:
    return str(world.store.one("SELECT sent FROM queue WHERE entity = 'items' AND key = 'a'"))


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (Retryable("no connection"), True),
        (Retryable("busy", certain=False), False),
        (OutcomeUnknown("no answer"), False),
        (Stopped("login refused"), True),
    ],
)
def test_only_what_was_surely_not_done_is_put_back(
    world: World, monkeypatch: pytest.MonkeyPatch, error: WebUpdateError, known: bool
) -> None:
    before = sent(world)

    def fail(_: list[Bundle]) -> list[Result]:
        raise error

    monkeypatch.setattr(world.shop, "upsert", fail)
    with pytest.raises(type(error)):
        Upload(world.store, world.company, world.company.sites[0], world.shop, lambda: world.now, lambda: False).run()
    assert sent(world) == (before if known else queue.AGAIN)


def test_a_store_that_is_busy_after_the_shop_has_done_it_calls_nothing_undone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Retryable("the store is busy")

    monkeypatch.setattr(queue, "ack", busy)
    upload = Upload(world.store, world.company, world.company.sites[0], world.shop, lambda: world.now, lambda: False)
    with pytest.raises(Retryable):
        upload.run()
    assert sent(world) == queue.AGAIN
    monkeypatch.undo()
    world.finish()
    assert world.differences() == []


def test_items_with_what_is_inside_of_them_fill_a_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A half full one costs the shop as much to begin with as a full one."""
    world = World(open_fast_store(tmp_path / "store.sqlite3"), compares_rev=False)
    world.observe()
    upload = Upload(world.store, world.company, world.company.sites[0], world.shop, lambda: world.now, lambda: False)
    upload.largest, sizes, genuine = 4, [], world.shop.upsert

    def counted(bundles: list[Bundle]) -> list[Result]:
        sizes.append([len(bundle.parts) for bundle in bundles])
        return genuine(bundles)

    monkeypatch.setattr(world.shop, "upsert", counted)
    upload.run()
    assert sizes == [[1, 2]]
    world.store.close()
