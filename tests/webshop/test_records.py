"""Records: revisions, tombstones, refusals, and what read/ gives back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
import pytest

from tests.shops.contract import a_pdf, a_picture, content_of
from tests.webshop.running import Api
from webupdate.sync.shops.base import RECORD_TYPES

PICTURE, PDF = a_picture("FULL"), a_pdf("FULL")
FULL: dict[str, dict[str, Any]] = {
    "categories": {"parent": None, "title": "Tee & Kaffee", "short": "kurz", "long": "<p>lang</p>", "shown": True},
    "items": {
        "category": "FULL",
        "title": "Chai <b>20</b>",
        "short": "<i>10 boxes</i>",
        "long": "<p>Süß</p>",
        "oversell": False,
        "coming_soon": True,
        "out_of_stock_message": "back in May",
        "unit": "EA",
        "weight": "1.25",
        "upc": "0123456789012",
        "manufacturer": "EXO",
        "manufacturer_part": "X-1",
        "tax_group": "FOOD",
        "default_unit": "BOX",
        "related": ["CHAI-01", "NOT-YET"],
    },
    "prices": {"item": "FULL", "level": "Retail", "unit": "BOX", "price": "18.00", "public": True},
    "stock": {"item": "FULL", "quantity": "39"},
    "images": {
        "item": "FULL",
        "name": "full.png",
        "content": content_of(PICTURE, "").digest,
        "size": len(PICTURE),
        "position": 3,
    },
    "documents": {
        "item": "FULL",
        "name": "full.pdf",
        "content": content_of(PDF, "").digest,
        "size": len(PDF),
        "position": 3,
    },
    "customers": {
        "login": "Full@example.com",
        "email": "full@example.com",
        "first_name": "Jürgen",
        "last_name": "Šimůnek",
        "address1": "Obere Str. 57",
        "address2": "Hof",
        "city": "Berlin",
        "state": "BE",
        "zip": "12209",
        "country": "Germany",
        "phone": "030-0074321",
        "contact": "Maria Anders",
        "level": "Wholesale",
        "card": True,
        "charge_terms": "N30",
        "charge_first": True,
        "ship_via": "Speedy Express",
        "group": "Dealers",
        "approved": False,
    },
    "shipping": {
        "name": "By weight",
        "bands": [
            {"rate_type": "WEIGHT", "rate": "5.00", "min_value": "10", "max_value": "20", "handling": "1.00"},
            {"rate_type": "FLAT", "rate": "7.00", "country": "USA", "state": "NY", "group": "Dealers"},
        ],
    },
    "payments": {"name": "Net 30", "method": "CHARGE", "terms": "2", "due_days": "30"},
}
KEYS = dict.fromkeys(FULL, "FULL") | {
    "prices": "FULL\tRetail\tBOX",
    "images": "FULL\tfull.png",
    "documents": "FULL\tfull.pdf",
}


@pytest.fixture(autouse=True, scope="module")
def contents_are_there(api: Api) -> None:
    """The bytes that the records of pictures and documents speak of."""
    assert [api.content(data)["complete"] for data in (PICTURE, PDF)] == [True, True]


def test_every_field_of_every_kind_comes_back(api: Api) -> None:
    assert FULL.keys() == RECORD_TYPES.keys()
    results = api.send(*[api.record(kind, KEYS[kind], data) for kind, data in FULL.items()])
    assert [result["status"] for result in results] == ["created"] * 9, results
    assert all(result["id"] for result in results)
    for kind, data in FULL.items():
        # fields at their default are left out
        expected = json.loads(msgspec.json.encode(msgspec.convert(data, type=RECORD_TYPES[kind])))
        assert api.read(kind, KEYS[kind]) == [expected]
    # nothing of it shall be offered to the other tests
    api.send(*[api.record(kind, KEYS[kind], op="delete") for kind in ("shipping", "payments")])


@pytest.mark.parametrize("kind", list(FULL))
def test_delete_leaves_a_tombstone_and_a_later_put_revives(api: Api, kind: str) -> None:
    key = KEYS[kind].replace("FULL", "GRAVE")
    data = {name: "GRAVE" if value == "FULL" else value for name, value in FULL[kind].items()}
    data |= {"login": "grave@example.com"} if kind == "customers" else {}
    api.put("categories", "GRAVE", parent=None, title="x")
    api.put("items", "GRAVE", category=None, title="x")
    assert api.send(api.record(kind, key, data))[0]["status"] in ("created", "updated")
    gone = api.record(kind, key, op="delete")
    assert api.send(gone)[0]["status"] == "deleted"
    assert api.read(kind, key) == [None]
    older = api.record(kind, key, data) | {"rev": gone["rev"] - 1}
    assert api.send(older)[0] | {"id": None} == {
        "kind": kind,
        "key": key,
        "rev": gone["rev"],
        "id": None,
        "status": "stale",
    }
    assert api.read(kind, key) == [None]
    assert api.send(api.record(kind, key, data))[0]["status"] == "created"
    assert api.read(kind, key) != [None]
    api.send(api.record(kind, key, op="delete"))


def test_a_key_deleted_before_it_was_ever_seen_stays_deleted(api: Api) -> None:
    early = api.record("items", "LATE-1", {"category": None, "title": "x"})
    assert api.send(api.record("items", "LATE-1", op="delete"))[0]["status"] == "deleted"
    assert api.send(early)[0]["status"] == "stale"
    assert api.read("items", "LATE-1") == [None]


def test_an_equal_revision_is_carried_out_again(api: Api) -> None:
    record = api.record("items", "SAME-1", {"category": None, "title": "x"})
    first, second = api.send(record)[0], api.send(record)[0]
    assert (first["status"], second["status"]) == ("created", "updated")
    assert first["id"] == second["id"]


def test_an_older_revision_changes_nothing(api: Api) -> None:
    older = api.record("items", "OLD-1", {"category": None, "title": "older"})
    newer = api.record("items", "OLD-1", {"category": None, "title": "newer"})
    assert [api.send(record)[0]["status"] for record in (newer, older)] == ["created", "stale"]
    assert api.read("items", "OLD-1")[0]["title"] == "newer"


def test_a_refused_record_leaves_the_revision_and_stops_no_other(api: Api) -> None:
    good = api.record("items", "PART-1", {"category": None, "title": "first"})
    api.send(good)
    bad = api.record("items", "PART-1", {"category": None, "title": ""})
    other = api.record("items", "PART-2", {"category": None, "title": "other"})
    refused, created = api.send(bad, other)
    assert (refused["status"], refused["rev"]) == ("refused", good["rev"])
    assert created["status"] == "created"
    assert api.read("items", "PART-1")[0]["title"] == "first"


@pytest.mark.parametrize(
    ("kind", "key", "change", "code", "field", "seen"),
    [
        ("items", "BAD", {"title": 5}, "invalid", "title", "5"),
        ("items", "BAD", {"title": "x" * 256}, "invalid", "title", "x" * 200),
        ("items", "BAD", {"title": "a\0b"}, "invalid", "title", "a\0b"),
        ("items", "BAD", {"related": ["x" * 65]}, "invalid", "related", "x" * 65),
        ("items", "BAD", {"related": ["x"] * 101}, "invalid", "related", "101 items"),
        ("items", "BAD", {"weight": "heavy"}, "invalid", "weight", "heavy"),
        ("items", "BAD", {"category": "NOWHERE"}, "unknown_parent", "category", "NOWHERE"),
        ("categories", "BAD", {"parent": "NOWHERE"}, "unknown_parent", "parent", "NOWHERE"),
        ("categories", "BAD", {"parent": "BAD"}, "loop", "parent", "BAD"),
        ("prices", "FULL\tRetail\tBOX", {"price": "18,00"}, "invalid", "price", "18,00"),
        ("prices", "FULL\tRetail\tBOX", {"price": "-1.00"}, "invalid", "price", "-1.00"),
        ("prices", "FULL\tRetail\tBOX", {"price": "0.005"}, "invalid", "price", "0.005"),
        ("prices", "FULL\tRetail\tBOX", {"price": "NaN"}, "invalid", "price", "NaN"),
        ("prices", "BAD\tRetail\tBOX", {"item": "BAD"}, "unknown_parent", "item", "BAD"),
        ("prices", "FULL\tRetail\tEA", {}, "invalid", "key", "FULL\tRetail\tEA"),
        ("prices", "FULL", {}, "invalid", "key", "FULL"),
        ("stock", "BAD", {"item": "BAD"}, "unknown_parent", "item", "BAD"),
        ("stock", "FULL", {"quantity": "many"}, "invalid", "quantity", "many"),
        ("customers", "BAD", {"login": "SYNC"}, "taken", "login", "SYNC"),
        ("shipping", "BAD", {"bands": [{"rate_type": "SERVICE"}]}, "invalid", "rate_type", "SERVICE"),
        ("shipping", "BAD", {"bands": [{"rate_type": "FLAT", "rate": "x"}]}, "invalid", "rate", "x"),
        (
            "shipping",
            "BAD",
            {"bands": [{"rate_type": "FLAT", "country": "Atlantis"}]},
            "invalid",
            "country",
            "Atlantis",
        ),
        ("payments", "BAD", {"method": "GOLD"}, "invalid", "method", "GOLD"),
        ("movies", "BAD", {}, "invalid", "kind", "movies"),
        ("images", "FULL\tx.png", {}, "invalid", "key", "FULL\tx.png"),
        ("images", "FULL\tfull.png", {"content": "../x"}, "invalid", "content", "../x"),
        ("images", "FULL\tfull.png", {"content": "0" * 64}, "unknown_content", "content", "0" * 64),
        ("images", "FULL\tfull.png", {"position": -1}, "invalid", "position", "-1"),
        ("documents", "BAD\tfull.pdf", {"item": "BAD"}, "unknown_parent", "item", "BAD"),
        ("items", "", {}, "invalid", "key", ""),
        ("items", "A\tB", {}, "invalid", "key", "A\tB"),
        ("items", "K" * 65, {}, "invalid", "key", "K" * 65),
    ],
)
def test_a_refusal_names_field_value_and_expectation(
    api: Api, kind: str, key: str, change: dict[str, object], code: str, field: str, seen: str
) -> None:
    api.send(api.record("categories", "FULL", FULL["categories"]))
    api.send(api.record("items", "FULL", FULL["items"]))
    result = api.send(api.record(kind, key, FULL.get(kind, {}) | change))[0]
    assert result["status"] == "refused"
    error = result["error"]
    assert (error["code"], error["field"], error["seen"]) == (code, field, seen)
    assert error["message"]
    assert error["expected"]


@pytest.mark.parametrize(
    ("part", "value"),
    [("was", "A\tB"), ("was", "ENVELOPE"), ("rev", -1), ("rev", 2**63), ("op", "upsert"), ("data", None)],
)
def test_a_wrong_envelope_is_refused(api: Api, part: str, value: object) -> None:
    record = api.record("items", "ENVELOPE", {"category": None, "title": "x"}) | {part: value}
    assert api.send(record)[0]["status"] == "refused"


def test_a_key_that_stands_in_a_batch_twice_is_carried_out_once(api: Api) -> None:
    records = [api.record("items", "TWIN-1", {"category": None, "title": title}) for title in ("one", "two")]
    assert [result["status"] for result in api.send(*records)] == ["created", "refused"]
    assert api.read("items", "TWIN-1")[0]["title"] == "one"


def test_one_batch_may_hold_children_before_their_parents(api: Api) -> None:
    results = api.send(
        api.record("stock", "KIND-1", {"item": "KIND-1", "quantity": "7.9"}),
        api.record("prices", "KIND-1\tRetail\t", {"item": "KIND-1", "level": "Retail", "unit": "", "price": "1"}),
        api.record("items", "KIND-1", {"category": "KIND-B", "title": "x"}),
        api.record("categories", "KIND-B", {"parent": "KIND-A", "title": "b"}),
        api.record("categories", "KIND-A", {"parent": None, "title": "a"}),
    )
    assert [result["status"] for result in results] == ["created"] * 5
    assert api.read("stock", "KIND-1") == [{"item": "KIND-1", "quantity": "7"}]


def test_a_revived_item_starts_without_prices_and_stock(api: Api) -> None:
    api.item("REVIVE-1")
    api.send(api.record("items", "REVIVE-1", op="delete"))
    assert api.read("prices", "REVIVE-1\tRetail\tEA") == [None]
    assert api.read("stock", "REVIVE-1") == [None]
    refused = api.price("REVIVE-1", "Retail", "EA", "1.00")
    assert refused["error"]["code"] == "unknown_parent"
    assert api.put("items", "REVIVE-1", category=None, title="again")["status"] == "created"
    assert api.read("prices", "REVIVE-1\tRetail\tEA") == [None]
    assert api.read("stock", "REVIVE-1") == [{"item": "REVIVE-1", "quantity": "0"}]


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [("items", {"shown": False}), ("categories", {"shown": False}), ("customers", {"active": False})],
)
def test_hide_keeps_the_record_invisible(api: Api, kind: str, hidden: dict[str, bool]) -> None:
    data = FULL[kind] | ({"login": "hide@example.com"} if kind == "customers" else {})
    data |= {"category": None} if kind == "items" else {}
    api.send(api.record(kind, "HIDE-1", data))
    before = api.read(kind, "HIDE-1")[0]
    assert api.send(api.record(kind, "HIDE-1", op="hide"))[0]["status"] == "hidden"
    assert api.read(kind, "HIDE-1")[0] == before | hidden
    api.send(api.record(kind, "HIDE-1", data))
    assert api.read(kind, "HIDE-1")[0] == before
    api.send(api.record(kind, "HIDE-1", op="delete"))


def test_hidden_ship_methods_and_payment_options_say_so(api: Api) -> None:
    api.put("payments", "HIDE-P", name="x", method="COD")
    api.send(api.record("payments", "HIDE-P", op="hide"))
    assert api.read("payments", "HIDE-P") == [{"name": "x", "method": "COD", "shown": False}]


@pytest.mark.parametrize(("kind", "key"), [("prices", "FULL\tRetail\tBOX"), ("stock", "FULL")])
def test_prices_and_stock_cannot_be_hidden(api: Api, kind: str, key: str) -> None:
    error = api.send(api.record(kind, key, op="hide"))[0]["error"]
    assert (error["code"], error["field"]) == ("invalid", "op")


def test_the_list_goes_page_by_page_in_key_order_without_deleted_ones(api: Api) -> None:
    for number in range(5):
        api.put("payments", f"ZLIST-{number}", name="x", method="CASH")
    api.send(api.record("payments", "ZLIST-2", op="delete"))
    keys, after, more = [], "ZLIST", True
    while more:
        page = api.call("GET", "records/", params={"kind": "payments", "after": after, "limit": 2}).json()
        keys += [record["key"] for record in page["records"]]
        after, more = keys[-1], page["more"]
    assert keys == ["ZLIST-0", "ZLIST-1", "ZLIST-3", "ZLIST-4"]


def test_read_keeps_the_order_asked_and_gives_nothing_for_unknown_keys(api: Api) -> None:
    api.put("payments", "ORDER-A", name="a", method="CASH")
    answer = api.call("POST", "read/", json={"kind": "payments", "keys": ["NEVER", "ORDER-A"]}).json()
    never, known = answer["records"]
    assert never == {"key": "NEVER", "rev": 0, "id": None, "data": None}
    assert (known["key"], known["data"]["name"]) == ("ORDER-A", "a")


def test_a_request_that_died_empty_costs_nothing_of_what_is_there(api: Api) -> None:
    data = a_pdf("cut", 300)
    digest = hashlib.sha256(data).hexdigest()
    assert api.content(data[:100], digest, size=len(data)) == {"held": 100, "complete": False}
    assert api.content(b"", digest, offset=100, size=len(data))["error"]["code"] == "invalid"
    assert api.call("GET", f"contents/{digest}/").json() == {"held": 100, "complete": False}
    assert api.content(data[100:], digest, offset=100, size=len(data))["complete"] is True
