"""Defects that were found by review, each with the smallest story that shows it."""

from __future__ import annotations

import ctypes
import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import pytest
from watchdog.events import FileClosedEvent, FileCreatedEvent, FileModifiedEvent

from tests.store.making import Place, company_values, make_place, put
from tests.store.simulation import ModelShop
from webupdate import demo, headless
from webupdate.clock import SystemClock
from webupdate.config import Paths, open_data_dir
from webupdate.errors import BatchTooLarge, OutcomeUnknown, Retryable, Stopped, UsageError
from webupdate.store import board, commands, companies, exports, holds, inbox, outbox, queue
from webupdate.store.db import Store, open_store
from webupdate.store.secrets import Vault, open_vault
from webupdate.sync import download, folder, look, place, site, supervisor
from webupdate.sync.loop import CompanyLoop
from webupdate.sync.shops import http
from webupdate.sync.shops.base import Address, Bundle, OrderLine, OrderPage, Result, ShopInfo, Stock, WebOrder
from webupdate.sync.sieve import less_sold
from webupdate.sync.site import SiteRunner
from webupdate.sync.supervisor import Supervisor
from webupdate.sync.upload import Upload
from webupdate.sync.watch import FolderWatch

INVENTORY = "ID,TREE_ID,DESCR_1,SHOW_WEB,T_AVAIL\r\n"
CATEGORIES = "TREE_ID,PARENT_ID,TREE_DESCR\r\n"


def web_order(
    number: str, *, quantity: str = "1", sku: str = "A", placed_at: str = "2026-01-02T03:04:05+00:00"
) -> WebOrder:
    total = f"{quantity}.00" if quantity.isdecimal() else "1.00"
    return WebOrder(
        id=f"id-{number}",
        number=number,
        status="paid",
        placed_at=placed_at,
        updated_at=placed_at,
        currency="EUR",
        bill_to=Address(name="Ann"),
        ship_to=None,
        lines=(OrderLine(sku=sku, title=sku, quantity=quantity, unit_price="1.00", total=total),),
        total=total,
    )


class FakeShop(ModelShop):
    """The model shop, with orders and every answer as a test wants it."""

    def __init__(self) -> None:
        super().__init__(compares_rev=True)
        self.pages: list[OrderPage] = []
        self.told: list[str] = []
        self.requests = 0
        self.error: Exception | None = None
        self.asked = 0

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        self.requests += 1
        assert self.requests < 200, "this never ends"
        if self.error is not None:
            raise self.error
        return [self.carry_out(part) for bundle in bundles for part in bundle.parts]

    def orders(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        self.asked += 1
        assert self.asked < 100, "this never ends"
        return self.pages.pop(0) if self.pages else OrderPage((), cursor, False)

    def acknowledge(self, order_id: str, written_as: str) -> None:
        self.told.append(order_id)

    def close(self) -> None:
        pass


class Scene:
    """A company with real folders, a real store, and a shop that does what it is told."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = place
        self.paths: Paths = open_data_dir(str(place / "data"))
        self.store: Store = open_store(self.paths.store)
        self.vault: Vault = open_vault(self.paths.key)
        self.place: Place = make_place(self.store, self.vault, place)
        self.company = self.place.company
        self.export, self.orders = place / "export", place / "orders"
        self.export.mkdir()
        self.orders.mkdir()
        self.shop = FakeShop()
        monkeypatch.setattr(site, "open_shop", lambda *_: self.shop)
        self.runner = SiteRunner(self.store, self.vault, SystemClock())

    def save(self, name: str, text: str) -> None:
        (self.export / f"{name}.csv").write_text(text, newline="")

    def loop(self, *, once: bool = True) -> CompanyLoop:
        return CompanyLoop(self.store, self.vault, self.company.id, self.paths.spool, SystemClock(), once=once)

    def step(self) -> None:
        loop = self.loop()
        loop.step(SystemClock().now())
        loop.close()

    def turn(self) -> None:
        self.runner.turn(
            self.company, self.company.sites[0], rejudge=False, interrupted=lambda: False, stopping=lambda: False
        )

    def upload(self) -> None:
        Upload(self.store, self.company, self.place.site, self.shop, SystemClock().now, lambda: False).run()

    def receive(self, *found: WebOrder) -> None:
        self.shop.pages.append(OrderPage(tuple((order, b"{}") for order in found), "1-1", False))

    def states(self) -> dict[str, str]:
        return dict(self.store.rows("SELECT number, state FROM inbox"))

    def files(self) -> list[str]:
        return sorted(path.name for path in self.orders.glob("*.csv"))

    def log(self) -> list[str]:
        return [line.text for line in board.log_lines(self.store, limit=1000)]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("WEBUPDATE_KEY", raising=False)
    found = Scene(tmp_path, monkeypatch)
    yield found
    found.runner.close()
    found.store.close()


class _Killed(BaseException):
    pass


def _stage(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order whose temporary file is written; the process dies before the rename."""

    def die(*_: object) -> None:
        raise _Killed

    scene.receive(web_order("7"))
    with monkeypatch.context() as patch:
        patch.setattr(place, "rename_new", die)
        with pytest.raises(_Killed):
            scene.turn()
    assert scene.states() == {"7": "staged"}


def test_a_staged_order_is_not_taken_for_written_while_its_share_is_not_mounted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stage(scene, monkeypatch)
    scene.orders.rename(scene.folder / "away")
    scene.orders.mkdir()  # what is left of a share that is not mounted: an empty folder
    scene.turn()
    assert scene.states() == {"7": "staged"}
    assert scene.shop.told == []
    scene.orders.rmdir()
    (scene.folder / "away").rename(scene.orders)
    scene.turn()
    assert scene.files() == ["SO-shop-7.csv"]


def test_no_order_is_written_beside_a_share_that_is_not_mounted(scene: Scene) -> None:
    scene.receive(web_order("1"))
    scene.turn()
    scene.orders.rename(scene.folder / "away")
    scene.orders.mkdir()
    scene.receive(web_order("2"))
    scene.turn()
    assert scene.files() == []
    assert scene.states()["2"] == "ready"
    assert "order folder" in str(scene.runner.trouble)
    scene.orders.rmdir()
    (scene.folder / "away").rename(scene.orders)
    scene.turn()
    assert scene.files() == ["SO-shop-1.csv", "SO-shop-2.csv"]


def test_a_share_that_is_not_mounted_is_no_sign_that_ebms_took_its_files(scene: Scene) -> None:
    scene.receive(web_order("1"))
    scene.turn()
    scene.orders.rename(scene.folder / "away")
    scene.orders.mkdir()
    scene.turn()
    assert scene.store.one("SELECT taken_at FROM inbox") is None


def test_a_share_that_answers_with_errors_stops_no_upload(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.receive(web_order("1"))
    scene.turn()
    scene.place.observe(put("x"))
    scandir, stat = os.scandir, os.stat

    def down(real: Any) -> Any:
        def call(path: Any, *arguments: Any, **named: Any) -> Any:
            if str(path).startswith(str(scene.orders)):
                raise OSError(112, "Host is down")
            return real(path, *arguments, **named)

        return call

    monkeypatch.setattr(os, "scandir", down(scandir))
    monkeypatch.setattr(os, "stat", down(stat))
    scene.turn()
    assert ("items", "x") in scene.shop.data


def test_a_lost_order_folder_is_not_told_as_recovered_in_every_turn(scene: Scene) -> None:
    scene.orders.rmdir()
    scene.receive(web_order("1"))
    for _ in range(4):
        scene.runner.try_now()
        scene.turn()
    assert [text for text in scene.log() if "recovered" in text] == []


def test_orders_that_can_not_be_written_do_not_hold_the_others(scene: Scene) -> None:
    scene.receive(*(web_order(f"{number}", quantity="none") for number in range(210)), web_order("good"))
    scene.turn()
    scene.turn()
    assert "SO-shop-good" in "".join(scene.files())


def test_an_order_changed_in_the_shop_before_its_file_was_staged_is_written_as_it_is_now(scene: Scene) -> None:
    scene.receive(web_order("1"))
    scene.turn()
    scene.store.sql("UPDATE inbox SET state = 'writing', written_at = NULL")
    for file in scene.orders.glob("*.csv"):
        file.unlink()
    newer = msgspec.structs.replace(web_order("1", quantity="5"), updated_at="2026-02-02T00:00:00+00:00")
    download.download_orders(scene.store, scene.company, scene.place.site, _with(scene.shop, newer), 1.0)
    scene.turn()
    assert b"A,A,5," in (scene.orders / "SO-shop-1.csv").read_bytes()


def _with(shop: FakeShop, order: WebOrder) -> FakeShop:
    shop.pages.append(OrderPage(((order, b"{}"),), "2-2", False))
    return shop


def test_orders_from_an_earlier_day_are_asked_for_when_the_property_says_so(scene: Scene) -> None:
    scene.store.sql("UPDATE site SET cursor = '9-9'")
    companies.change(scene.store, scene.vault, scene.company, {"order_statuses": "paid,pending"})
    assert inbox.cursor(scene.store, scene.place.site.id) == ""
    scene.store.sql("UPDATE site SET cursor = '9-9'")
    companies.change(scene.store, scene.vault, scene.company, {"order_statuses": "paid,pending", "price_level": "Web"})
    assert inbox.cursor(scene.store, scene.place.site.id) == "9-9"


@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_orders_are_taken_from_when_the_site_was_made_by_the_shops_clock(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """A shop that is hours behind gives its first orders earlier times than ours."""
    asked: list[str] = []
    clock = SystemClock().now() + hours * 3600
    info = ShopInfo(name="", version="", currency="", clock=clock)
    monkeypatch.setattr(scene.shop, "check", lambda: info)

    def orders(cursor: str, since: str, _: tuple[str, ...]) -> OrderPage:
        asked.append(since)
        return OrderPage((), cursor, False)

    monkeypatch.setattr(scene.shop, "orders", orders)
    scene.turn()
    since = datetime.fromisoformat(asked[0]).timestamp()
    assert abs(since - (scene.place.site.created_at + hours * 3600)) < 60


def test_a_feed_that_never_ends_is_left(scene: Scene) -> None:
    scene.shop.pages = [OrderPage((), "1-1", True) for _ in range(100)]
    scene.turn()
    assert scene.shop.asked < 5


@pytest.mark.parametrize("quantity", ["9e999999", "-5", "1e30", "NaN", "", "Infinity"])
def test_an_absurd_quantity_changes_no_stock(scene: Scene, quantity: str) -> None:
    scene.save("inventory", INVENTORY + "A,0,x,T,10\r\n")
    scene.receive(web_order("1", quantity=quantity), web_order("2", quantity=quantity))
    scene.turn()
    scene.step()
    assert inbox.pending(scene.store, scene.company.id, scene.place.site.id, reserved_in_shop=False) == {}


def test_an_item_that_left_its_category_waits_for_it_no_more(scene: Scene) -> None:
    scene.save("categories", CATEGORIES + "C,0,Teas\r\n")
    scene.save("inventory", INVENTORY + "A,C,x,T,10\r\n")
    loop = scene.loop()
    loop.step(1.0)
    scene.save("inventory", INVENTORY + "A,0,x,T,10\r\n")
    loop.step(2.0)
    row = scene.place.row("A")
    loop.close()
    assert (row.parent_entity, row.parent_key) == (None, None)


def test_a_complete_upload_ends_though_a_refused_parent_holds_its_children(scene: Scene) -> None:
    scene.place.observe(put("x"), put("x1", entity="prices", parent="x"))
    scene.place.upload("x")
    scene.place.upload("x1", entity="prices")
    queue.mark_complete(scene.store, scene.place.site.id)
    mark = scene.store.one("SELECT rev FROM company")
    queue.refuse(scene.store, scene.place.row("x"), "no")
    assert not outbox.still_to_go(scene.store, scene.place.site.id, "items", mark)
    assert not outbox.still_to_go(scene.store, scene.place.site.id, "prices", mark)


def test_a_record_that_the_shop_loses_again_and_again_needs_a_person(scene: Scene) -> None:
    scene.place.observe(put("x"))
    scene.shop.carry_out = lambda part: Result(entity=part.entity, key=part.key, status="lost")  # type: ignore[method-assign]
    scene.upload()
    assert scene.place.row("x").error


def test_a_revision_beyond_all_measure_does_not_end_the_company(scene: Scene) -> None:
    scene.place.observe(put("x"), put("y"))
    scene.shop.revs["items", "x"] = 2**63 - 1
    scene.upload()
    scene.place.observe(put("y", "2"))
    assert scene.place.row("x").error
    assert scene.place.row("y").error is None


def test_a_record_on_which_the_shop_breaks_does_not_hold_the_orders(scene: Scene) -> None:
    scene.place.observe(put("x"))
    scene.shop.error = OutcomeUnknown("The shop answered 500")
    scene.receive(web_order("1"))
    scene.turn()
    assert scene.files() == ["SO-shop-1.csv"]
    assert isinstance(scene.runner.trouble, OutcomeUnknown)


def test_fresh_records_do_not_travel_with_those_that_failed(scene: Scene) -> None:
    scene.place.observe(put("bad"))
    scene.store.sql("UPDATE queue SET tries = 3")
    scene.place.observe(*(put(f"good{number}") for number in range(2)))
    scene.shop.abilities = msgspec.structs.replace(scene.shop.abilities, max_batch=200)
    batches: list[set[str]] = []
    upsert = scene.shop.upsert

    def noted(bundles: list[Bundle]) -> list[Result]:
        batches.append({part.key for bundle in bundles for part in bundle.parts})
        return upsert(bundles)

    scene.shop.upsert = noted  # type: ignore[method-assign]
    scene.upload()
    assert batches == [{"good0", "good1"}, {"bad"}]


def test_a_file_from_the_far_future_is_read_like_any_other(scene: Scene) -> None:
    scene.save("inventory", INVENTORY + "A,0,x,T,10\r\n")
    moment = 15_000_000_000 * 10**9  # the year 2445, which file systems can hold
    os.utime(scene.export / "inventory.csv", ns=(moment, moment))
    scene.step()
    assert exports.has_file(scene.store, scene.company.id, "inventory")
    scene.step()


def test_a_file_with_a_time_ahead_of_ours_is_not_copied_in_every_look(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[str] = []
    take = folder.take_copy

    def counted(found: folder.Found, spool: Path) -> str:
        copies.append(found.name)
        return take(found, spool)

    monkeypatch.setattr(look, "take_copy", counted)
    scene.save("inventory", INVENTORY + "A,0,x,T,10\r\n")
    ahead = SystemClock().now() + 3600
    os.utime(scene.export / "inventory.csv", (ahead, ahead))
    for _ in range(3):
        scene.step()
    assert copies == ["inventory.csv"]


def test_a_clock_that_is_set_back_does_not_hold_a_file(scene: Scene) -> None:
    scene.save("inventory", INVENTORY + "A,0,x,T,10\r\n")
    looker = look.Looker(scene.store, scene.paths.spool, once=False)
    now = SystemClock().now()
    looker.look(scene.company, now, lambda _: False)
    waits = looker.look(scene.company, now - 7200, lambda _: False).again_in
    assert waits is not None
    assert waits <= 2.0


def test_a_file_that_can_not_be_read_is_left_until_the_next_look(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> str:
        raise Retryable("inventory.csv can't be read now: Permission denied.")

    monkeypatch.setattr(look, "take_copy", unreadable)
    scene.save("inventory", INVENTORY)
    looker = look.Looker(scene.store, scene.paths.spool, once=False)
    waits = [looker.look(scene.company, now, lambda _: True).again_in for now in (100.0, 102.0, 131.0, 133.0)]
    assert waits == [2.0, 2.0, None, None]


def test_stock_of_the_same_export_does_not_count_an_order_that_was_taken_after_it(scene: Scene) -> None:
    """The file server's clock is ahead, and somebody presses Complete Upload."""
    scene.save("inventory", INVENTORY + "A,0,x,T,10\r\n")
    ahead = SystemClock().now() + 300
    os.utime(scene.export / "inventory.csv", (ahead, ahead))
    scene.step()
    scene.receive(web_order("1", quantity="3"))
    scene.step()
    (scene.orders / "SO-shop-1.csv").unlink()
    scene.step()
    exports.force(scene.store, scene.company.id)
    scene.step()
    assert scene.store.one("SELECT counted_at FROM inbox") is None


def test_a_stop_between_two_cycles_is_not_slept_through(scene: Scene) -> None:
    loop = scene.loop(once=False)

    class Late(threading.Event):
        """Set in the very moment after it was looked at."""

        asked = False

        def is_set(self) -> bool:
            if not self.asked:
                self.asked = True
                loop.ask_to_stop()
                return False
            return super().is_set()

    loop.stop = Late()
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    thread.join(3)
    assert not thread.is_alive()


def test_a_store_that_is_busy_for_long_does_not_end_the_engine(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []

    def beat(_: Store, now: float) -> None:
        calls.append(now)
        if len(calls) == 1:
            raise Stopped("The store is busy.")

    monkeypatch.setattr(supervisor, "BEAT", 0.0)
    monkeypatch.setattr(supervisor, "TICK", 0.01)
    monkeypatch.setattr(board, "engine_beat", beat)
    engine = Supervisor(scene.store, scene.vault, scene.paths, mode="test")
    engine.start()
    for _ in range(300):
        if len(calls) > 2:
            break
        threading.Event().wait(0.01)
    alive = engine.alive
    engine.stop(5)
    assert alive
    assert len(calls) > 2


def test_once_goes_on_with_the_next_company(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    second = companies.add(scene.store, scene.vault, company_values(scene.folder, name="Second", site="second"))
    step = CompanyLoop.step
    stepped: list[int] = []

    def failing(loop: CompanyLoop, now: float) -> float | None:
        stepped.append(loop._company_id)
        if loop._company_id == scene.company.id:
            raise RuntimeError("a defect")
        return step(loop, now)

    monkeypatch.setattr(CompanyLoop, "step", failing)
    headless.one_cycle(scene.store, scene.vault, scene.paths)
    assert set(stepped) == {scene.company.id, second.id}
    assert any("failed: RuntimeError" in text for text in scene.log())


def test_once_leaves_a_paused_company_alone(scene: Scene) -> None:
    companies.set_paused(scene.store, scene.company, True)
    scene.place.observe(put("x"))
    headless.one_cycle(scene.store, scene.vault, scene.paths)
    assert scene.shop.data == {}


def test_the_service_outlives_the_terminal_that_it_logs_to(scene: Scene) -> None:
    class Gone:
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

        def flush(self) -> None:
            pass

    log = headless.LogTail(scene.store, Gone(), as_json=False)  # type: ignore[arg-type]
    board.log(scene.store, "something")
    log.write_new()


def test_a_wish_that_makes_no_sense_does_not_end_the_loop(scene: Scene) -> None:
    number = commands.leave(scene.store, "complete_upload", company_id=scene.company.id, site=7)
    scene.step()
    answer = commands.answer(scene.store, number)
    assert answer is not None
    assert answer.error


def test_one_batch_that_is_too_large_does_not_make_all_others_small(scene: Scene) -> None:
    scene.shop.abilities = msgspec.structs.replace(scene.shop.abilities, max_batch=8)
    scene.place.observe(*(put(f"{number}") for number in range(60)))
    upsert = scene.shop.upsert

    def picky(bundles: list[Bundle]) -> list[Result]:
        if any(part.key == "30" for bundle in bundles for part in bundle.parts):
            scene.shop.requests += 1
            raise BatchTooLarge("too much")
        return upsert(bundles)

    scene.shop.upsert = picky  # type: ignore[method-assign]
    scene.upload()
    assert len(scene.shop.data) == 59
    assert scene.shop.requests < 40


def test_an_answer_that_drips_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(100):
            threading.Event().wait(0.02)
            yield b"x"

    monkeypatch.setattr(http, "LONGEST_ANSWER", 0.1)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=drip()))
    with httpx.Client(transport=transport, base_url="https://shop.example") as client, pytest.raises(Retryable):
        http.exchange(client, "GET", "/")


def test_a_folder_that_can_not_be_watched_costs_no_file_descriptors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inotify = pytest.importorskip("watchdog.observers.inotify_c", reason="Linux only")

    def exhausted(*_: object) -> int:
        ctypes.set_errno(errno.ENOSPC)  # fs.inotify.max_user_watches
        return -1

    watch = FolderWatch(tmp_path, ("inventory",), lambda: None)
    monkeypatch.setattr(inotify, "inotify_add_watch", exhausted)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert not any(watch.ensure() for _ in range(10))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_record_of_more_keys_than_a_statement_takes_parameters(scene: Scene) -> None:
    limit = scene.store.db.connection().getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    scene.store.db.connection().setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    assert scene.place.observe(*(put(f"{number}") for number in range(1200))) == 1200
    scene.store.db.connection().setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, limit)


def test_a_full_disk_is_said_in_words(scene: Scene) -> None:
    pages = scene.store.one("PRAGMA page_count")
    scene.store.sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Stopped, match="full"):
        scene.place.observe(*(put(f"{number}", "x" * 5000) for number in range(100)))


def test_a_store_that_is_locked_is_said_in_words(scene: Scene) -> None:
    scene.store.sql("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(scene.paths.store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Retryable, match="busy"):
        scene.place.observe(put("x"))
    other.close()


def test_a_number_of_a_removed_company_is_not_given_again(scene: Scene) -> None:
    """Its loop may still run, and the log still speaks of it."""
    site_id = scene.place.site.id
    companies.remove(scene.store, scene.company)
    second = companies.add(scene.store, scene.vault, company_values(scene.folder, name="Second"))
    assert second.id != scene.company.id
    assert second.sites[0].id != site_id


def test_a_file_that_is_being_written_pokes_once_not_with_every_block(tmp_path: Path) -> None:
    """Else the loop spins, and uploads and orders do not come to their turn as long as it is written."""
    pokes: list[int] = []
    watch = FolderWatch(tmp_path, ("inventory",), lambda: pokes.append(1))
    name = str(tmp_path / "inventory.csv")
    Path(name).write_text("half")
    watch.on_any_event(FileCreatedEvent(name))
    for _ in range(1000):
        watch.on_any_event(FileModifiedEvent(name))
    assert len(pokes) == 1
    assert not watch.ended(Path(name))
    watch.on_any_event(FileClosedEvent(name))
    assert len(pokes) == 2
    assert watch.ended(Path(name))


def test_an_export_without_any_record_is_held_however_few_there_were(scene: Scene) -> None:
    scene.save("inventory", INVENTORY + "A,0,x,T,10\r\n")
    scene.step()
    scene.save("inventory", INVENTORY)
    scene.step()
    assert ("items", "A") in scene.shop.data
    assert exports.file_state(scene.store, scene.company.id, "inventory").held


def test_stock_is_never_written_with_an_exponent() -> None:
    stock = Stock(item="A", quantity="5.0000000")
    assert less_sold(stock, {"A": Decimal(5)}).quantity == "0.0000000"


def test_the_demo_of_a_paused_company_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    companies.change(scene.store, scene.vault, scene.company, {"name": demo.NAME})
    companies.set_paused(scene.store, scene.company, True)
    place = demo.Demo(scene.folder)
    shop: Any = SimpleNamespace(url="https://shop.example")
    with pytest.raises(Stopped, match="paused"):
        demo._once(place, shop, scene.company, as_json=True)


def test_a_folder_of_nobody_is_said_in_words() -> None:
    with pytest.raises(UsageError, match="names a user"):
        open_data_dir("~no-such-user-here/data")


def test_copies_that_a_killed_engine_left_are_removed(scene: Scene) -> None:
    scene.paths.spool.mkdir()
    (scene.paths.spool / "9-customers").write_text("somebody's address")
    headless.one_cycle(scene.store, scene.vault, scene.paths)
    assert not (scene.paths.spool / "9-customers").exists()


def test_the_history_of_orders_is_purged_once_a_day(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    purged: list[float] = []
    monkeypatch.setattr("webupdate.sync.loop.history.purge", lambda _store, _company, before: purged.append(before))
    loop, days = scene.loop(), 86_400.0
    start = 1_800_000_000.0
    for now in (start, start + 60, start + days - 1, start + days, start + days + 1):
        loop.step(now)
    loop.close()
    assert purged == [start - 365 * days, start - 364 * days]


def test_an_order_is_not_told_while_a_brake_holds_the_stock_that_it_lowers(scene: Scene) -> None:
    """The shop gives back what it reserved when it is told: the pieces would be on sale again."""
    items = "ABCDEFGHIJKL"
    scene.shop.abilities = msgspec.structs.replace(
        scene.shop.abilities, entities=frozenset(("items", "stock")), reserves_until_ack=True
    )
    scene.save("inventory", INVENTORY + "".join(f"{item},0,x,T,10\r\n" for item in items))
    scene.step()
    scene.turn()
    scene.save("inventory", INVENTORY + "".join(f"{item},0,x,T,0\r\n" for item in items))
    scene.step()
    assert [hold.entity for hold in holds.holds(scene.store)] == ["stock"]
    scene.receive(web_order("1", quantity="3"))
    scene.turn()
    scene.turn()
    assert (scene.states(), scene.shop.told) == ({"1": "written"}, [])
    scene.save("inventory", INVENTORY + "".join(f"{item},0,x,T,10\r\n" for item in items))
    scene.step()
    scene.turn()
    assert scene.states() == {"1": "acked"}
    assert b'"quantity":"7"' in scene.shop.data["stock", "A"]
