"""Connections to a WooCommerce store that break at random places, while EBMS goes on changing things.

Whatever breaks: in the end each thing stands in the store once, and is as EBMS says. Each history is a seed.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.firm import NORTHWIND
from tests.shops.woo.server import Cut, StandIn
from tests.shops.woo_adapter import woo_under_test
from tests.test_woo_end_to_end import WooFirm, meta, verified
from webupdate.store import companies

ITEMS, CUSTOMERS = 12, 6
CUTS: tuple[Cut, ...] = ("unread", "midway", "unheard", "half", "late")
ROUNDS, SETTLED_AFTER = 6, 8  # cycles in which things break, and the most that may be needed then


def small_exports(folder: Path) -> Path:
    """Northwind with the first few of its items and customers."""
    folder.mkdir()
    items = [row["ID"] for row in rows_of(NORTHWIND / "inventory.csv") if row["SHOW_WEB"] == "T"][:ITEMS]
    customers = [row["ID"] for row in rows_of(NORTHWIND / "customers.csv")][: CUSTOMERS + 1]
    kept = {"inventory": items, "prices": items, "customers": customers}
    for file in NORTHWIND.glob("*.csv"):
        wanted = kept.get(file.stem)
        write(folder / file.name, [row for row in rows_of(file) if wanted is None or row["ID"] in wanted])
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="cp1252", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """As EBMS saves: written aside, renamed into place."""
    aside = path.with_suffix(".tmp")
    with aside.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    aside.replace(path)


class Breaker:
    """Breaks a share of all requests, and more of the writes, at random places."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.breaks: Counter[Cut] = Counter()

    def __call__(self, method: str, path: str) -> Cut:
        if self._chance.random() > (0.1 if method == "GET" else 0.4):
            return ""
        cut = self._chance.choice(("unread", "half") if method == "GET" else CUTS)
        if cut == "late" and "/media" in path:
            cut = "unheard"  # then it is there twice, and nobody can say who uses the other
        self.breaks[cut] += 1
        return cut


def change_something(firm: WooFirm, chance: random.Random, number: int) -> None:
    """A price or a title of an item, or the city of a customer."""
    file, column = chance.choice((("prices", "PRICE"), ("inventory", "WEB_DESCR1"), ("customers", "CITY")))
    path = firm.export / f"{file}.csv"
    rows = rows_of(path)
    row = chance.choice(rows[1:])
    row[column] = f"{10 + number}.50" if column == "PRICE" else f"{row[column]} {number}"
    write(path, rows)


def settle(firm: WooFirm, stand_in: StandIn) -> None:
    """Nothing breaks any more; all is sent once more, then what was under way comes in over it, and is looked at."""
    stand_in.cut = lambda _method, _path: ""
    firm.store.sql("UPDATE queue SET next_try = 0")
    firm.cycle_all()
    stand_in.catch_up()
    for _ in range(SETTLED_AFTER):
        firm.store.sql("UPDATE queue SET doubt_until = 1 WHERE doubt_until IS NOT NULL")
        firm.store.sql("UPDATE queue SET next_try = 0")
        firm.cycle_all()
        if not firm.site().waiting and not firm.store.one("SELECT count(*) FROM queue WHERE doubt_until IS NOT NULL"):
            return
    print(firm.store.rows("SELECT entity, count(*) FROM queue WHERE seen IS NOT sent GROUP BY entity"))
    print(*firm.store.rows("SELECT level, text FROM event WHERE level<>'info'"), sep="\n")
    raise AssertionError(f"{firm.site().waiting} records still wait: {firm.failed()}")


def once(values: Iterable[object]) -> bool:
    """Whether there are values, and none twice."""
    return set(Counter(values).values()) == {1}


def history(folder: Path, seed: int, *, files: bool = False) -> Counter[Cut]:
    chance = random.Random(seed)
    breaker = Breaker(chance)
    with woo_under_test(folder / "woo") as under_test:
        WooFirm.under_test = under_test
        firm = WooFirm(folder, None, small_exports(folder / "exports"), files=files)  # type: ignore[arg-type]
        companies.change(firm.store, firm.vault, firm.company, {"make_accounts": "yes"})
        stand_in = under_test.stand_in
        stand_in.cut = breaker
        for number in range(ROUNDS):
            firm.cycle_all()
            for _ in range(3):
                change_something(firm, chance, number)
            if chance.random() < 0.2:
                stand_in.catch_up()
        settle(firm, stand_in)
        world = stand_in.world
        assert once(row["sku"] for row in world.products.values())
        assert len(world.products) == ITEMS
        assert len(world.categories) == 1 + 9
        assert once(row["email"].lower() for row in world.customers.values())
        assert once(meta(row, "ebms_id") for row in world.customers.values())
        assert once(row["settings"]["title"]["value"] for row in world.methods[0])
        assert once(row["slug"].partition("-")[0] for row in world.media.values()) == files
        assert (firm.failed(), verified(firm)) == ([], [])
        firm.asked()
        assert firm.cycle() == {}
        assert [line for line in firm.asked() if not line.startswith("GET")] == []
        firm.close()
    return breaker.breaks


@pytest.mark.parametrize("seed", (0, 1, 4, 17))
def test_whatever_breaks_each_thing_is_there_once_and_right(tmp_path: Path, seed: int) -> None:
    assert sum(history(tmp_path, seed).values()) > 3


def test_pictures_and_documents_too(tmp_path: Path) -> None:
    assert sum(history(tmp_path, 2, files=True).values()) > 3
