"""What has to be so in EBMS, in the Properties or in the inbox before an order comes, for one kind of problem."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tests.sync.desks import FINE, Desk
from tests.sync.folders import NORTHWIND
from tests.sync.judging import changed, line
from webupdate.store import accounts
from webupdate.store.accounts import Arrival
from webupdate.sync import delivered
from webupdate.sync.merge import fields_of
from webupdate.sync.shops.base import Account, Customer

Scene = Callable[[Desk], None]
FILE, SECOND = f"SO-shop-{FINE.number}.csv", f"SO-shop-{FINE.number}-2.csv"
OTHER = b"another's"
LATER = 60.0  # seconds between two saves of an export


def nothing(_: Desk) -> None:
    """Northwind as it is."""


def properties(**values: str) -> Scene:
    """Properties of the company or its site."""
    return lambda desk: desk.exports.set(**values)


def export(file: str, *changes: tuple[str, str]) -> Scene:
    """Northwind's export saved anew, each old text replaced by another."""
    return lambda desk: _save(desk, file, _changed(file, *changes))


def alfki(old: str, new: str) -> Scene:
    """The row of the order's customer, with a part of it replaced."""
    row = next(row for row in _changed("customers").splitlines() if row.startswith("ALFKI,"))
    assert row.count(old) == 1
    return export("customers", (row, row.replace(old, new)))


def in_turn(*scenes: Scene) -> Scene:
    """One scene after the other."""

    def play(desk: Desk) -> None:
        for scene in scenes:
            scene(desk)

    return play


def customer_deleted(desk: Desk) -> None:
    """EBMS had the customer ALFKO, and merged it with ALFKI."""
    _save(desk, "customers", _changed("customers", ("ALFKI,", "ALFKO,,Alfred's Food,,,,,,,,,,,,,,,,,F,T\r\nALFKI,")))
    _save(desk, "customers", _changed("customers"))


def customer_renamed(desk: Desk) -> None:
    """EBMS has given ALFKI the ID ALFRED: the same AUTOID."""
    for id in ("ALFKI", "ALFRED"):
        heading, *rows = _changed("customers", ("\nALFKI,", f"\n{id},")).splitlines()
        numbered = [f"{row},A{number:05}" for number, row in enumerate(rows)]
        _save(desk, "customers", "\r\n".join((f"{heading},AUTOID", *numbered, "")))


def account_on_its_way(desk: Desk) -> None:
    """A customer file was written for the buyer's account, which has another e-mail than the order, and EBMS has not
    imported it yet."""
    made = "2026-11-23T09:00:00+00:00"
    buyer = Customer(login="maria", email="maria@home.example", first_name="Maria", last_name="Anders")
    content = msgspec.json.encode(Account(id=FINE.account, key="", made_at=made, updated_at=made, customer=buyer))
    arrival = Arrival(
        shop_id=FINE.account, key="", updated_at=made, name="Maria Anders", email=buyer.email, web=fields_of(buyer),
        base=None, content=content, received=content,
    )  # fmt: skip
    accounts.receive(desk.store, desk.site.id, [arrival], "c", desk.exports.now)
    found = accounts.of_shop_id(desk.store, desk.site.id, FINE.account)
    assert found is not None
    with desk.store.writing():
        accounts.change(desk.store, found, state="written", file_name="CU-shop-5.csv", files=1)


def number_used_before(desk: Desk) -> None:
    """Before the shop was built anew it had an order of the same number, which EBMS has taken."""
    desk.give(msgspec.structs.replace(FINE, id="3", placed_at="2026-02-01T10:00:00+00:00"))
    desk.judge()
    desk.write()
    _taken(desk)


def changed_later(desk: Desk) -> None:
    """EBMS has taken the order; then the buyer orders two of it."""
    desk.write()
    _taken(desk)
    lines = (line("CHAI-01", quantity="2", total="36.00"),)
    paid = (msgspec.structs.replace(FINE.payments[0], amount="45.75"),)
    desk.give(changed(FINE, lines=lines, payments=paid, updated_at="2026-11-23T12:00:00+00:00"))


def refused(text: str) -> Scene:
    """EBMS refuses the order's file with this text."""

    def refuse(desk: Desk) -> None:
        desk.write()
        (desk.orders / f"{FILE}.err").write_bytes(text.encode("cp1252"))
        delivered.notice(desk.desk)

    return refuse


def another_in_the_way(desk: Desk) -> None:
    """A file of the order's name lies in the folder, and nobody knows whose it is."""
    (desk.orders / FILE).write_bytes(OTHER)
    desk.write()


def _taken(desk: Desk) -> None:
    (desk.orders / FILE).unlink()
    delivered.notice(desk.desk)


def _changed(file: str, *changes: tuple[str, str]) -> str:
    text = (NORTHWIND / f"{file}.csv").read_bytes().decode("cp1252")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def _save(desk: Desk, file: str, text: str) -> None:
    desk.exports.now += LATER
    desk.exports.save(f"{file}.csv", text)
    desk.exports.restart()
    desk.exports.look()
