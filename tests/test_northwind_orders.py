"""Northwind's 830 orders come down from a real shop: what is true of each is told, and few answers make all of them
files, each once and to the cent."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

import webupdate
from tests.firm import Firm
from tests.webshop.running import running_shop
from webupdate.store import commands, companies, inbox, mappings
from webupdate.store.inbox import Order
from webupdate.sync import topics
from webupdate.sync.orderfile import HEADER_COLUMNS, LINE_COLUMNS
from webupdate.webshop import server

FILE = Path(webupdate.__file__).parent / "northwind" / "orders.json"
PAST: dict[str, dict[str, Any]] = {
    order["number"]: order for order in json.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)
}
CENT = Decimal("0.01")
MOST_ANSWERS = 25
# What is true of the orders, counted from the files: inactive items, another price, more than today's stock, above the
# credit limit, another freight, a state or address that is too long, a discount.
TRUE_OF_THEM = {2: 207, 4: 250, 5: 496, 13: 31, 15: 830, 21: 99, 26: 380}
STATES = {
    ("Ireland", "Co. Cork"): "CK",
    ("Venezuela", "Táchira"): "TAC",
    ("Venezuela", "Lara"): "LAR",
    ("Venezuela", "Nueva Esparta"): "NE",
    ("Canada", "Québec"): "QC",
    ("United Kingdom", "Essex"): "ESS",
    ("United Kingdom", "Isle of Wight"): "IOW",
}
ADDRESSES = {
    "Carrera 22 con Ave. Carlos Soublette #8-35": "Carrera 22, Ave. C. Soublette 8-35",
    "Carrera 52 con Ave. Bolívar #65-98 Llano Largo": "Carrera 52, Ave. Bolívar 65-98",
}


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """The firm, its shop, and the orders, come down once."""
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        firm.cycle()
        assert server.place_orders(shop, FILE) == "830 orders placed"
        firm.company = companies.change(firm.store, firm.vault, firm.company, {"orders_from": "1996-07-01"})
        firm.cycle()
        yield firm
        firm.close()


def orders(firm: Firm) -> list[Order]:
    return inbox.recent(firm.store, firm.company.id, 1000)


def kinds(firm: Firm) -> dict[int, int]:
    return dict(Counter(kind for order in orders(firm) for kind in {problem.kind for problem in order.problems}))


def goods(past: dict[str, Any]) -> Decimal:
    lines = past["lines"]
    return sum(
        (
            (Decimal(line["unit_price"]) * line["quantity"] * (1 - line["discount"])).quantize(CENT, ROUND_HALF_UP)
            for line in lines
        ),
        Decimal(0),
    )


def answers() -> Iterator[tuple[str, str, str, str]]:
    """Topic, the web's word, value and scope: few enough for an administrator."""
    yield "account", "Discount", "41000", "always"
    for (country, state), value in STATES.items():
        yield "state", topics.key(country, state), value, "always"
    for text, value in ADDRESSES.items():
        yield "text", topics.key("ADDRESS1", text), value, "alike"
    # These are let pass, once for all orders that wait with the same.
    yield "accept", "2", "yes", "alike"
    yield "accept", "13", "yes", "alike"


def give(firm: Firm, topic: str, web: str, value: str, scope: str) -> int:
    """Answer the first order that waits with it; the number of the command."""
    order = next(found for found in orders(firm) if any(fits(problem, topic, web) for problem in found.problems))
    if topic == "accept":
        problem = next(found for found in order.problems if found.blocks and str(found.kind) == web)
        web = topics.key(web, problem.subject)
    given = [{"topic": topic, "web": web, "value": value, "scope": scope}]
    return commands.leave(firm.store, "resolve", company_id=firm.company.id, order=order.id, answers=given)


def fits(problem: inbox.Finding, topic: str, web: str) -> bool:
    return problem.blocks and (
        (problem.topic, problem.web) == (topic, web) or (topic == "accept" and str(problem.kind) == web)
    )


def files(firm: Firm) -> dict[str, list[list[str]]]:
    found = {}
    for path in firm.orders.glob("SO-*.csv"):
        found[path.name] = list(csv.reader(io.StringIO(path.read_bytes().decode("cp1252"), newline="")))
    return found


def test_few_answers_make_all_orders_files_each_once_and_to_the_cent(firm: Firm) -> None:
    all_have_a_true_reason(firm)
    given = list(answers())
    assert len(given) <= MOST_ANSWERS
    numbers = [give(firm, *answer) for answer in given]
    firm.cycle()
    made = [commands.answer(firm.store, number) for number in numbers]
    assert [answer for answer in made if answer is None or answer.error] == []
    assert Counter(order.state for order in orders(firm)) == {"acked": 830}
    all_are_files(firm)
    known = {(entry.topic, entry.web): entry for entry in mappings.remembered(firm.store, firm.company.id)}
    assert known["account", "Discount"].used == 379  # the order it was given for has an answer of its own
    assert firm.cycle() == {}
    assert len(files(firm)) == 830


def all_have_a_true_reason(firm: Firm) -> None:
    """Each order is a file, or waits for a reason that is true of it."""
    assert len(orders(firm)) == len(PAST) == 830
    assert kinds(firm) == TRUE_OF_THEM
    for order in orders(firm):
        past, found = PAST[order.number], {problem.kind for problem in order.problems}
        assert (26 in found) == any(line["discount"] for line in past["lines"]), order.number
        assert (13 in found) == (goods(past) > 5000), order.number
        assert (21 in found) == (len(past["ship_to"]["state"]) > 3 or len(past["ship_to"]["address1"]) > 35)
        assert (order.state == "conflict") == bool(found & {2, 13, 21, 26}), order.number


def all_are_files(firm: Firm) -> None:
    """One file for each order, and each says what the order was."""
    written = files(firm)
    assert written.keys() == {f"SO-shop-{number}.csv" for number in PAST}
    for number, past in PAST.items():
        check(written[f"SO-shop-{number}.csv"], past)


def check(rows: list[list[str]], past: dict[str, Any]) -> None:
    """One file against the order as it was."""
    (header,) = [dict(zip(HEADER_COLUMNS, row[1:], strict=True)) for row in rows if row[0] == "H"]
    lines = [dict(zip(LINE_COLUMNS, row[1:], strict=True)) for row in rows if row[0] == "D"]
    assert (header["EXTERNALID"], header["ID"]) == (past["number"], past["customer"])
    assert (header["SHIP_VIA"], header["FREIGHT"]) == (past["ship_via"], past["freight"])
    assert [line["INVEN"] for line in lines if line["INVEN"]] == [line["sku"] for line in past["lines"]]
    assert {line["ACCOUNT"] for line in lines if not line["INVEN"]} <= {"41000"}
    total = sum((Decimal(line["M_QUAN_VIS"]) * Decimal(line["UNIT_VIS"]) for line in lines), Decimal(0))
    assert total == goods(past)
    assert Decimal(header["TOTAL_WEB"]) == total + Decimal(past["freight"])
    state = past["ship_to"]["state"]
    assert header["C_STATE"] == (state if len(state) <= 3 else header["C_STATE"])
    assert len(header["C_STATE"]) <= 3
    assert len(header["C_ADDRESS1"]) <= 35
