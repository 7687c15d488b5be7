"""A shop with the export of a firm in it, and what must be true of any such one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.firm import BLUERIDGE, NORTHWIND, Firm
from tests.webshop.fields import SHOWN, Pages, text_on
from tests.webshop.running import PASSWORD, Checkout, Refusal, running_shop
from webupdate.webshop.server import RunningShop

LOGINS = {
    "RIVERD": "riverdale@example.com",
    "MILJOS": "jose.miller@example.com",
    "NEWFAR": "anna@newfarm.example",
    "CLOSED": "closed@dairy.example",
}


def feed_store(folder: Path, shop: RunningShop) -> Pages:
    """Its customers had accounts in the shop before EBMS knew of them, so they can log in."""
    for email in LOGINS.values():
        Checkout(shop).register(email)
    return Pages(Firm(folder, shop, BLUERIDGE), dict.fromkeys(LOGINS, PASSWORD))


def northwind(folder: Path, shop: RunningShop) -> Pages:
    return Pages(Firm(folder, shop, NORTHWIND), {"ALFKI": shop.demo_password})


@contextmanager
def open_for_business(make: Callable[[Path, RunningShop], Pages], folder: Path) -> Iterator[Pages]:
    with running_shop(folder / "shop", name="Blue Ridge Feed & Supply") as shop:
        pages = make(folder, shop)
        pages.firm.cycle()
        assert pages.firm.failed() == []
        yield pages
        pages.firm.close()


def find_every_field(pages: Pages) -> None:
    """Look for all fields of all rows; fails with all that the pages lack."""
    found = []
    for file, checks in SHOWN.items():
        for row in pages.rows(file):
            for check in {checks[column] for column in row.keys() & checks.keys()}:
                try:
                    check(pages, row)
                except AssertionError as error:
                    columns = [column for column in checks if checks[column] is check]
                    found.append(f"{file} {' '.join(columns)}: {error}")
    assert not found, "\n".join(found)


def three_leave_and_one_comes_back(pages: Pages, skus: list[str]) -> None:
    path = pages.firm.export / "inventory.csv"
    whole = path.read_bytes()
    prices = {sku: price_on(pages, sku) for sku in skus}
    path.write_bytes(without(whole, skus))
    seen_again(pages)
    for sku in skus:
        assert pages.item(sku) == ""
        with pytest.raises(Refusal, match="does not find"):
            Checkout(pages.firm.shop).open_item(sku)
    path.write_bytes(without(whole, skus[1:]))
    seen_again(pages)
    assert price_on(pages, skus[0]) == prices[skus[0]]
    assert pages.item(skus[1]) == pages.item(skus[2]) == ""
    path.write_bytes(whole)
    seen_again(pages)
    assert {sku: price_on(pages, sku) for sku in skus} == prices


def without(export: bytes, skus: list[str]) -> bytes:
    """The export less the records of these items."""
    records = csv.reader(io.StringIO(export.decode("cp1252"), newline=""))
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\r\n").writerows(record for record in records if record[0] not in skus)
    return kept.getvalue().encode("cp1252")


def seen_again(pages: Pages) -> None:
    pages.firm.cycle()
    assert pages.firm.failed() == []
    pages.forget()


def price_on(pages: Pages, sku: str) -> str:
    return text_on(pages.item(sku)).split("Price per")[1].split()[1]
