"""Every exchange that was recorded with a live store, asked of the stand-in again, in the order of the recordings.

The stand-in begins with what the live stores held before (`_before`); then each request goes to it with the login
that it had, and status, code and body must be those that the live store gave. What no store can know of another
(clock times, meta ids, random keys, texts of settings pages) is left out of the comparison: `VOLATILE`.
"""

from __future__ import annotations

import base64
import copy
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.shops.woo.asking import Answer, Refusal, Request, decode
from tests.shops.woo.routes import answer
from tests.shops.woo.world import Login, World, blank_product, recorded, recorded_body, zone

FIRST, SECOND = range(1, 50), range(50, 89)  # two stores, one after the other
VOLATILE = {
    *("_links", "related_ids", "price_html", "avatar_url", "order_key", "payment_url", "date_completed", "date_paid"),
    *("permalink_template", "class_list", "guid", "media_details", "cart_hash", "description_rendered"),
    *("srcset", "sizes", "thumbnail"),
}
# Dates of the recordings' own moments; those of lists that were cut to a few fields are compared.
DATES = {f"{name}{zone}" for name in ("date", "modified", "date_created", "date_modified") for zone in ("", "_gmt")}
IN_LINES = {"id"}  # of lines and meta data
LOGINS = {4: ("ck_unknown", "cs"), 5: ("", ""), 6: ("ck_read", "cs")}


def replay(world: World, number: int) -> Answer:
    """The stand-in's answer to the request of a recording."""
    asked = recorded(number)["request"]
    parts = urlsplit(asked["path"])
    headers = {name.lower(): value for name, value in asked["headers"].items()}
    user = LOGINS.get(number, ("manager", "pw") if "/wp/v2/" in parts.path and number != 23 else ("ck_all", "cs"))
    headers["authorization"] = f"Basic {base64.b64encode(':'.join(user).encode()).decode()}"
    body = asked["body"]
    if number == 46:
        try:
            decode(b"{not json", headers["content-type"])
        except Refusal as refusal:
            return Answer(status=refusal.status, body=refusal.body)
    if isinstance(body, str):
        body = b"x" * int(body.strip("<> bytes"))
    return answer(
        world,
        Request(
            method=asked["method"], path=parts.path, query=dict(parse_qsl(parts.query)), body=body, headers=headers
        ),
    )


def opened(now: float = 1_795_455_000) -> World:
    """A store with the logins of the recordings."""
    world = World(now)
    world.ticking = False
    world.keys |= {"ck_all": Login("cs"), "ck_read": Login("cs", "read")}
    world.passwords["manager"] = Login("pw")
    return world


def before_first() -> World:
    """What the first store held: products, customers and orders of earlier work."""
    world = opened()
    world.taxes = recorded_body(34)
    world.zones[1] = zone(1, "Deutschland", 1)
    world.methods[0] = []
    for row in recorded_body(20):
        world.products[row["id"]] = blank_product() | row | {"date_created_gmt": "2026-11-23T16:27:24"}
    world.customers[6] = recorded_body(28)[1]
    for number in range(1, 6):
        world.customers[number] = {**recorded_body(28)[1], "id": number, "date_created_gmt": "2026-01-01", "email": "a"}
    world.orders |= {row["id"]: row for row in recorded_body(37)}
    return world


def before_second() -> World:
    """The seed of the second store, of which five orders and four products show."""
    world = opened()
    world.orders |= {row["id"]: row for row in recorded_body(50)}
    world.refunds |= {row["id"]: row for row in recorded_body(53)}
    for row in [*recorded_body(54), {"id": 14, "sku": "BUCH-1"}, {"id": 13, "sku": "H-300"}]:
        world.products[row["id"]] = blank_product() | {"type": "simple", "date_created_gmt": "2026-11-23"} | row
    for row in recorded_body(55):
        world.products[row["id"]] = blank_product() | {"type": "variation"} | row
    for row in recorded_body(83):
        world.customers[row["id"]] = {**recorded_body(28)[1], **row}
    world.zones[1] = zone(1, "Deutschland", 1)
    world.methods[1] = [recorded_body(31), recorded_body(31)]
    world.gateways = {row["id"]: row for row in recorded_body(32)}
    return world


# Which kind of number a new thing got, by the path it was sent to.
KINDS = {
    "products/categories": "terms",
    "products": "posts",
    "products/batch": "posts",
    "media": "posts",
    "customers": "users",
    "orders": "posts",
    "notes": "notes",
    "refunds": "posts",
    "zones": "zones",
    "methods": "instances",
}


def force_ids(world: World, number: int) -> None:
    """Let what this request makes have the numbers that it got in the live store."""
    exchange = recorded(number)
    path = urlsplit(exchange["request"]["path"]).path
    kind = next((kind for end, kind in KINDS.items() if path.endswith(f"/{end}")), None)
    body = exchange["response"]["body"]
    if number == 59:
        body = {"id": 29}  # made, and not shown
    if exchange["request"]["method"] != "POST" or kind is None:
        return
    for row in [*body.get("create", ()), body]:
        if row.get("id"):
            world.force(kind, row["id"])


@pytest.fixture(scope="module")
def answers() -> dict[int, Answer]:
    """All answers of the stand-in, by the number of the recording."""
    found: dict[int, Answer] = {}
    for world, numbers in ((before_first(), FIRST), (before_second(), SECOND)):
        for number in numbers:
            if number == 47:  # came from a browser's checkout in between
                world.orders[9455] = recorded_body(47)
            world.maintenance = number == 87
            force_ids(world, number)
            found[number] = copy.deepcopy(replay(world, number))  # later ones change what is in it
    return found


@pytest.mark.parametrize("number", [*FIRST, *SECOND])
def test_the_stand_in_answers_as_the_live_store_did(answers: dict[int, Answer], number: int) -> None:
    live, ours = recorded(number)["response"], answers[number]
    assert ours.status == live["status"]
    if isinstance(live["body"], dict) and "code" in live["body"]:
        assert ours.body["code"] == live["body"]["code"]
    assert comparable(ours.body) == comparable(live["body"])
    for name in ("x-wp-total", "x-wp-totalpages"):
        if number not in (20, 37, 88):  # those lists held more than is known of them
            assert ours.headers.get(name) == live["headers"].get(name)


def comparable(value: Any, *, inside: bool = False) -> Any:
    """A body without what no store can know of another."""
    if isinstance(value, list):
        return [comparable(row, inside=inside) for row in value]
    if not isinstance(value, dict):
        return value
    left_out = VOLATILE | (DATES if len(value) > 5 else set()) | (IN_LINES if inside else set())
    kept = {name: entry for name, entry in value.items() if name not in left_out}
    return {name: comparable(entry, inside=inside or name in INNER) for name, entry in kept.items()}


INNER = {
    *("meta_data", "line_items", "shipping_lines", "tax_lines", "fee_lines", "coupon_lines", "taxes", "settings"),
    *("details", "downloads", "data"),
}
