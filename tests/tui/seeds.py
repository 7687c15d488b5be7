"""A store with five companies, one in each state, filled through the store's own functions."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from tests.tui import orderseeds
from webupdate.config import Paths
from webupdate.errors import Stopped
from webupdate.store import accounts, board, companies, drift, exports, inspections, outbox, queue, reloads
from webupdate.store.accounts import Arrival, Candidate, Clash, Question
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store, open_store
from webupdate.store.exports import Complaint, FileState, Seen
from webupdate.store.inspections import Difference, Numbers
from webupdate.store.lock import EngineLock
from webupdate.store.queue import Wanted
from webupdate.store.secrets import open_vault
from webupdate.sync.shops.base import Customer, Item, Price, Record, Stock
from webupdate.tui.session import Session

SECRET = "tok-4711-very-secret"
HOURLY = (3, 0, 12, 0, 4, 60, 110, 42, 0, 0, 8, 18, 0, 5, 0, 0, 7, 21, 9, 13)


class FakeEngine:
    """Stands in for the supervisor: screens must not care what it does."""

    failure: Stopped | None = None

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.alive = True

    def start(self) -> None:
        self.calls.append("start")

    def stop(self, timeout: float) -> bool:
        self.calls.append("stop")
        return True


def new_session(folder: Path, *, ties: bool = False) -> Session:
    """A session on a store below `folder` that does not run the sync yet."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = Paths(folder)
    return Session(paths, open_store(paths.store), open_vault(paths.key), EngineLock(paths.lock), ties=ties)


def _as_typed(folder: Path) -> str:
    """A folder below the home folder as people write it: then screens look the same wherever that is."""
    return f"~/{folder.relative_to(Path.home())}" if folder.is_relative_to(Path.home()) else str(folder)


def add_company(session: Session, name: str, address: str, **values: str) -> CompanyInfo:
    folder = session.paths.data
    plain = name.replace("/", " ")
    export = folder / "export" if name == "Blue Ridge Feed" else folder / "export" / plain
    orders = folder / "orders" / plain
    orders.mkdir(parents=True, exist_ok=True)
    fixed = {
        "name": name,
        "address": address,
        "token": SECRET,
        "export_folder": _as_typed(export),
        "order_folder": _as_typed(orders),
    }
    info = companies.add(session.store, session.vault, fixed | values)
    companies.begin(session.store, info.sites[0].id, time.time())
    return companies.company(session.store, name)


def fill(session: Session) -> None:
    """The five companies of the sketches."""
    now = time.time()
    northwind = add_company(session, "Northwind Traders", "https://shop.northwind.example")
    blue = add_company(session, "Blue Ridge Feed", "https://blueridge.example")
    lapp = add_company(session, "Lapp Hardware", "https://lapp.example")
    weaver = add_company(session, "Weaver Metals", "https://weaver.example")
    miller = add_company(session, "Miller Fuel", "https://miller.example")
    store = session.store
    for info in (northwind, blue, lapp, weaver, miller):
        site = info.sites[0].id
        board.set_health(store, info.id, site, "ok", now=now)
        board.set_synced(store, info.id, site, now - 21)
        exports_folder(session)
    _work(store, northwind, now)
    _conflicts(store, blue, now)
    _complete_upload(store, lapp, now)
    _stop(store, weaver, now)
    companies.set_paused(store, miller, True)
    board.set_synced(store, miller.id, miller.sites[0].id, now - 2 * 86400)


def exports_folder(session: Session) -> None:
    """An export folder with four of the six files."""
    folder = session.paths.data / "export"
    folder.mkdir(exist_ok=True)
    for name in ("categories", "inventory", "prices", "customers"):
        (folder / f"{name}.csv").touch()


def _work(store: Store, info: CompanyInfo, now: float) -> None:
    """A site on which all went well."""
    site = info.sites[0].id
    messages = {
        "read": (6, "prices.csv saved 09:40"),
        "items": (77, "77 sent"),
        "prices": (154, "154 sent"),
        "stock": (77, "77 sent"),
        "customers": (91, "91 sent"),
        "orders": (2, "#100012, #100013"),
        "write": (2, "in orders/"),
    }
    for action, _ in board.ACTIONS:
        done, message = messages.get(action, (0, "nothing changed"))
        own = 0 if action == "read" else site
        board.set_status(store, info.id, own, action, "done", done=done, total=done, message=message, now=now - 21)
    for age, count in enumerate(reversed(HOURLY)):
        board.tally(store, site, "items", count, now - age * 3600)
    board.tally(store, site, "prices", 41, now)
    board.tally(store, site, "images", 6, now)
    board.tally(store, site, "orders", 9, now)
    for entity, key, text in (
        ("prices", "CHAI-01", "↑ prices     CHAI-01 Retail  price 18.00 → 18.50"),
        ("stock", "CHANG-02", "↑ stock      CHANG-02  quantity 17 → 16"),
        ("", "", "cycle done in 0.4 s"),
    ):
        board.log(store, text, company_id=info.id, site_id=site, entity=entity, key=key)
    seen = [Seen(f"ITEM-{number}", b"x", number, "{}") for number in range(75)]
    exports.remember(store, info.id, "inventory", seen)
    _chai(store, info, now)


CHAI: dict[str, tuple[str, Record]] = {
    "items": ("CHAI-01", Item(category="11", title="Chai", short="10 boxes x 20 bags", unit="EA")),
    "prices": ("CHAI-01\tRetail\tEA", Price(item="CHAI-01", level="Retail", unit="EA", price="18.50", public=True)),
    "stock": ("CHAI-01", Stock(item="CHAI-01", quantity="39")),
}


def _chai(store: Store, info: CompanyInfo, now: float) -> None:
    """An item that the shop acknowledged, with its price and stock, and two others of that name."""
    facts = {"DESCR_1": "Chai", "EACH_UNIT": "EA", "T_AVAIL": "39.00", "SHOW_WEB": "T", "TREE_ID": "11"}
    chai = Seen("CHAI-01", b"x", 12, msgspec.json.encode(facts).decode())
    hidden = {"DESCR_1": "Chai for two", "SHOW_WEB": "F", "TREE_ID": "11"}
    buyer = {"F_NAME": "Ann", "L_NAME": "Chaise", "EMAIL": "chaise@example.com", "INACTIVE": "F"}
    exports.remember(
        store, info.id, "inventory", [chai, Seen("CHAI-02", b"x", 13, msgspec.json.encode(hidden).decode())]
    )
    exports.remember(store, info.id, "customers", [Seen("CHAIAN", b"x", 4, msgspec.json.encode(buyer).decode())])
    path = str(store.path.parent / "export" / "inventory.csv")
    state = FileState(path=path, mtime_ns=int((now - 80) * 1e9), read_at=now - 79, forced=False)
    exports.set_file_state(store, info.id, "inventory", state)
    site = info.sites[0].id
    for entity, (key, record) in CHAI.items():
        parent = None if entity == "items" else ("items", "CHAI-01")
        wanted = Wanted(entity=entity, key=key, parent=parent, payload=msgspec.json.encode(record))
        queue.observe(store, info.id, site, [wanted], now - 79)
        (row,) = outbox.sendable(store, site, entity, now, 1, puts=True)
        queue.begin(store, [row], now, None)
        queue.ack(store, row, created=False, remote_id="77", now=now - 78)


def _conflicts(store: Store, info: CompanyInfo, now: float) -> None:
    site = info.sites[0].id
    orderseeds.save_exports(store, info)
    orderseeds.receive(store, info, "100014", now - 38 * 60)
    orderseeds.receive(store, info, "100015", now - 12 * 60)
    refuse(store, info, "documents", "chai.pdf", "chai.pdf is no PDF: it begins with “PK”. Save it as PDF again.", now)
    complaint = Complaint(
        line=17,
        key="CHAI-01",
        field="PRICE",
        message="Item CHAI-01 has no price for level Retail (prices.csv has Wholesale only).",
        hint="Add it in EBMS and save.",
    )
    with store.writing():
        exports.set_complaints(store, info.id, "prices", [complaint], now)
    text = "Ship via “UPS® Ground (3-5 days)” of order 100014 is not known to EBMS."
    board.log(store, text, level="warning", company_id=info.id, site_id=site, entity="orders", key="100014")


def refuse(store: Store, info: CompanyInfo, entity: str, key: str, error: str, now: float) -> None:
    """A record that the shop does not take."""
    site = info.sites[0].id
    wanted = [Wanted(entity=entity, key=key, payload=msgspec.json.encode({"name": key}))]
    queue.observe(store, info.id, site, wanted, now)
    row = outbox.sendable(store, site, entity, now, 1, puts=True)[0]
    queue.begin(store, [row], now, None)
    queue.refuse(store, row, error)
    board.set_status(store, info.id, site, entity, "failed", done=4, total=5, message=error, now=now - 130)


def _complete_upload(store: Store, info: CompanyInfo, now: float) -> None:
    site = info.sites[0].id
    bolt = msgspec.json.encode(_bolt("Hex bolt"))
    wanted = [Wanted(entity="items", key=f"BOLT-{number}", payload=bolt) for number in range(1204)]
    for start in range(0, len(wanted), 400):
        queue.observe(store, info.id, site, wanted[start : start + 400], now)
    reloads.begin(store, info.id, site, (), now)
    with store.writing():
        store.sql("UPDATE reload SET total = 2112, done = 908, rate = 24.0 WHERE site_id = ?", site)
    board.set_status(store, info.id, 0, "read", "done", done=6, total=6, message="all six files", now=now - 30)
    board.set_status(store, info.id, site, "items", "working", done=908, total=2112, rate=24.0, now=now)


def _stop(store: Store, info: CompanyInfo, now: float) -> None:
    message = "Login refused: the shop does not know the sync token."
    hint = "Make a new token in the shop's administration and enter it in Properties."
    board.set_health(store, info.id, info.sites[0].id, "stopped", message, hint, now=now)
    board.set_synced(store, info.id, info.sites[0].id, now - 3 * 3600)
    board.log(store, message, level="error", hint=hint, company_id=info.id, site_id=info.sites[0].id)


def service_beats(store: Store, started_at: float) -> None:
    """As if a service had said that it runs."""
    now = time.time()
    board.engine_started(store, "service", started_at)
    with store.writing():
        store.sql("UPDATE engine SET pid = 4123, host = 'SRV1', beat_at = ?", now)


def read_back(session: Session) -> None:
    """Northwind was verified and differs; a sixth company is new, and its shop was looked at."""
    store = session.store
    northwind = companies.company(store, "Northwind Traders")
    now = time.time()
    found = inspections.begin(store, northwind.sites[0].id, "verify", now)
    listed = [
        Difference(entity="categories", key="11", kind="changed", fields=(("title", "Drinks", "Beverages"),)),
        Difference(
            entity="items", key="CHAI-01", kind="changed", fields=(("title", "Tea [red]by hand[/red]", "Chai"),)
        ),
        Difference(entity="items", key="TOFU-14", kind="missing"),
        Difference(entity="items", key="OLD-CHAI", kind="extra", fields=(("shown", "yes", "no"),)),
        Difference(entity="prices", key="PAVLOVA-16\tRetail\tEA", kind="changed", fields=(("price", "0.01", "17.45"),)),
        Difference(entity="items", key="GIFT-CARD", kind="foreign"),
    ]
    numbers = Numbers(read=415, differing=5, waiting=2, foreign=1)
    inspections.progress(store, found, numbers, listed)
    inspections.end(store, found, now)
    folder = _as_typed(session.paths.data)
    fresh = companies.add(session.store, session.vault, {
        "name": "Yoder Supply", "address": "https://yoder.example", "token": SECRET,
        "export_folder": f"{folder}/yoder", "order_folder": f"{folder}/yoder-orders",
    })  # fmt: skip
    site = fresh.sites[0].id
    board.set_health(store, fresh.id, site, "ok", now=now)
    for entity, records in _FRESH.items():
        wanted = [
            Wanted(entity=entity, key=key, payload=msgspec.json.encode(record)) for key, record in records.items()
        ]
        queue.observe(store, fresh.id, site, wanted, now)
    drift.remember_held(store, site, "items", [("BOLT-8", msgspec.json.encode(_bolt("Bolt, old text")))], now)
    contact = inspections.begin(store, site, "contact", now)
    inspections.progress(store, contact, Numbers(read=40, foreign=12, accounts=9, matched=4, old_orders=31), ())
    inspections.end(store, contact, now)


def _bolt(title: str) -> Item:
    return Item(category="1", title=title, unit="EA", weight="0.02")


_FRESH: dict[str, dict[str, Record]] = {
    "items": {f"BOLT-{size}": _bolt(f"Hex bolt M{size}") for size in range(4, 17)},
    "prices": {
        f"BOLT-{size}\tRetail\tEA": Price(item=f"BOLT-{size}", level="Retail", unit="EA", price=f"0.{size + 20}")
        for size in range(4, 17)
    },
    "customers": {f"C{n}": Customer(login=f"c{n}@example.com", email=f"c{n}@example.com") for n in range(20)},
}


def ask_about_customers(store: Store, info: CompanyInfo, now: float) -> list[int]:
    """Two web customers that wait: one with two candidates, one that changed on both sides. Returns their numbers."""
    site = info.sites[0].id
    names = {"17": "Jan Šimůnek", "18": "[red]Alfreds\x1b[31m Futterkiste"}
    web = {"address1": "Neue Straße 1", "phone": "+49 30 123456"}
    arrivals = [
        Arrival(
            shop_id=shop_id,
            key="ALFKI" if shop_id == "18" else "",
            updated_at="2026-11-23T08:15:00+00:00",
            name=name,
            email=f"account-{shop_id}@example.com",
            web=web,
            base={"address1": "Obere Str. 57", "phone": "030-0074321"},
            content=b"{}",
            received=b"{}",
        )
        for shop_id, name in names.items()
    ]
    accounts.receive(store, site, arrivals, "c", now - 25 * 60)
    candidates = (
        Candidate(id="SIMJAN", name="Jan Simunek", phone="222 333 444", city="Praha"),
        Candidate(id="SIMJAN1", name="Jan Simunek", email="jan@firma.cz", phone="222 333 444", city="Brno"),
    )
    clashes = (
        Clash(field="address1", column="ADDRESS1", base="Obere Str. 57", ebms="Untere Str. 1", web=web["address1"]),
        Clash(field="phone", column="PHONE", base="030-0074321", ebms="030-999999", web=web["phone"]),
    )
    questions = {
        "17": Question(
            message="2 customers of EBMS fit this account: SIMJAN, SIMJAN1.",
            hint="Link it to the right one, or make a new customer.",
            answers=("link", "new"),
            candidates=candidates,
        ),
        "18": Question(
            message="ADDRESS1, PHONE of customer ALFKI changed in EBMS and in the shop.",
            hint="Choose whose value counts; the other side gets it then.",
            answers=("ebms", "web"),
            clashes=clashes,
        ),
    }
    found = []
    for shop_id, question in questions.items():
        account = accounts.of_shop_id(store, site, shop_id)
        assert account is not None
        accounts.change(store, account, state="conflict", question=question, due=False)
        found.append(account.id)
    return found


def foreign_inventory(session: Session) -> None:
    """Blue Ridge's inventory has the headings of another program."""
    folder = session.paths.data / "export"
    rows = ("Item no.,Group,Name,On web,Colour", "CHAI-01,1,Chai,yes,red", "CHANG-02,1,Chang,no,blue")
    (folder / "inventory.csv").write_text("\r\n".join((*rows, "")), encoding="cp1252", newline="")
