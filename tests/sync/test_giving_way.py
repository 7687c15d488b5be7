"""A long upload gives way: to orders, to what was saved just now, and to the stages behind its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from tests.store.making import NOW, Place, make_place, put
from tests.store.simulation import open_fast_store
from tests.sync.test_regressions import FakeShop
from webupdate.store import board, orderversions, outbox, reloads
from webupdate.store.queue import Wanted
from webupdate.store.secrets import open_vault
from webupdate.sync import site as site_module
from webupdate.sync.shops.base import Bundle, Result
from webupdate.sync.site import SiteRunner

ITEMS = 400
BATCH = 8  # two items of a bundle each: 200 requests for all
SECONDS = 1.0  # that a request takes
INTERVAL = 20.0


def price(item: str, amount: str) -> Wanted:
    payload = f'{{"price": "{amount}"}}'.encode()
    return Wanted(entity="prices", key=item, parent=("items", item), payload=payload)


class Clock:
    """Stands still but for requests."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> float:
        return self.time


class SlowShop(FakeShop):
    """Every request takes a second; what was sent is kept in its order."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.abilities = msgspec.structs.replace(
            self.abilities, max_batch=BATCH, entities=frozenset(("items", "prices", "payments"))
        )
        self.clock = clock
        self.sent: list[str] = []
        self.asked_at: list[float] = []

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        self.clock.time += SECONDS
        self.sent += [part.key for bundle in bundles for part in bundle.parts]
        return [self.carry_out(part) for bundle in bundles for part in bundle.parts]

    def orders(self, *asked: object) -> object:  # type: ignore[override]
        self.asked_at.append(self.clock.time)
        return super().orders(*asked)  # type: ignore[arg-type]


class Scene:
    """A site whose items all go again."""

    def __init__(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.clock = place, Clock()
        self.shop = SlowShop(self.clock)
        monkeypatch.setattr(site_module, "open_shop", lambda *_: self.shop)
        self.runner = SiteRunner(place.store, place.vault, SimpleNamespace(now=self.clock.now))
        self.interrupt = False

    def fill(self) -> None:
        """All is in the shop; then a Complete Upload marks it, and the export is read again."""
        keys = [f"{number}" for number in range(ITEMS)]
        wanted = [put("ann", entity="payments"), *(put(key) for key in keys)]
        wanted += [price(key, "1") for key in keys]
        self.place.observe(*wanted, now=NOW - 60)
        self.shop.data = {(entry.entity, entry.key): entry.payload or b"" for entry in wanted}
        self.place.store.sql("UPDATE queue SET sent = seen, payload = NULL")
        reloads.begin(self.place.store, 1, 1, (), NOW)
        self.place.observe(*wanted)

    def turn(self) -> None:
        self.runner.turn(
            self.place.company,
            self.place.site,
            rejudge=False,
            interrupted=lambda: self.interrupt,
            stopping=lambda: False,
        )


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    store = open_fast_store(tmp_path / "store.sqlite3")
    (tmp_path / "export").mkdir()
    (tmp_path / "orders").mkdir()
    place = make_place(store, open_vault(tmp_path / "key"), tmp_path)
    yield Scene(place, monkeypatch)
    store.close()


def test_orders_are_fetched_within_the_interval_during_a_complete_upload(scene: Scene) -> None:
    scene.fill()
    turns = 0
    while reloads.running(scene.place.store):
        scene.turn()
        assert scene.runner.trouble is None
        turns += 1
    assert turns > 3
    gaps = [after - before for before, after in zip(scene.shop.asked_at, scene.shop.asked_at[1:], strict=False)]
    assert max(gaps) <= INTERVAL + 5 * SECONDS  # and one round of the stages
    texts = [line.text for line in board.log_lines(scene.place.store, limit=5000)]
    assert f"Complete Upload of {scene.place.site.name} done: 801 of 801 sent" in texts


def test_a_price_saved_meanwhile_overtakes_although_its_item_is_marked(scene: Scene) -> None:
    scene.fill()
    scene.turn()
    assert scene.runner.gave_way
    assert "0" not in scene.shop.sent  # the oldest comes last
    before = len(scene.shop.sent)
    scene.place.observe(price("0", "2"), now=scene.clock.time)
    scene.turn()
    assert scene.shop.sent[before : before + 2] == ["0", "0"]


def test_what_is_saved_all_the_time_starves_no_stage(scene: Scene) -> None:
    scene.fill()
    scene.interrupt = True
    for number in range(4):
        scene.place.observe(price("1", f"{number}"), now=scene.clock.time)
        scene.turn()
    assert "ann" in scene.shop.sent


def test_what_is_saved_all_the_time_holds_up_no_orders(scene: Scene) -> None:
    scene.fill()
    scene.interrupt = True
    while scene.clock.time < NOW + 3 * INTERVAL:
        scene.turn()
    gaps = [after - before for before, after in zip(scene.shop.asked_at, scene.shop.asked_at[1:], strict=False)]
    assert len(gaps) >= 2
    assert max(gaps) <= INTERVAL + 2 * SECONDS


def test_stock_goes_before_the_shop_is_told_of_the_order_though_all_else_waits(scene: Scene) -> None:
    scene.shop.abilities = msgspec.structs.replace(scene.shop.abilities, entities=frozenset(("items", "stock")))
    scene.place.observe(*(put(f"{number}") for number in range(60)))
    scene.place.observe(*(put(f"{number}", entity="stock", parent=f"{number}") for number in range(60)))
    scene.place.upload(*(f"{number}" for number in range(60)))
    scene.place.observe(put("7", "sold", entity="stock", parent="7"), now=NOW + 5)
    rows = outbox.sendable(scene.place.store, 1, "stock", NOW + 9, 100, puts=True, since=int((NOW + 5) * 1e6))
    assert [row.key for row in rows] == ["7"]
    assert orderversions.oldest_untold(scene.place.store, 1) is None
