"""Customers: logins, countries, and accounts that were made in the shop."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.webshop.running import BERLIN, PASSWORD, Api, Checkout, Refusal, run_in_shop
from webupdate.webshop.countries import code_of, names
from webupdate.webshop.server import RunningShop


def customer(login: str, **fields: Any) -> dict[str, Any]:
    return {"login": login, "email": login, "last_name": "Firma"} | fields


def test_a_login_that_another_customer_has_is_taken(api: Api) -> None:
    api.put("customers", "TAKEN-1", **customer("one@example.com"))
    error = api.put("customers", "TAKEN-2", **customer("ONE@example.com"))["error"]
    assert (error["code"], error["field"], error["seen"]) == ("taken", "login", "ONE@example.com")
    assert api.put("customers", "TAKEN-1", **customer("One@example.com"))["status"] == "updated"


def test_two_customers_may_exchange_logins_by_way_of_a_third(api: Api) -> None:
    api.put("customers", "SWAP-1", **customer("a@example.com"))
    api.put("customers", "SWAP-2", **customer("b@example.com"))
    results = api.send(
        api.record("customers", "SWAP-1", customer("c@example.com")),
        api.record("customers", "SWAP-2", customer("a@example.com")),
        api.record("customers", "SWAP-3", customer("b@example.com")),
    )
    assert [result["status"] for result in results] == ["updated", "updated", "created"]
    logins = [held["login"] for held in api.read("customers", "SWAP-1", "SWAP-2", "SWAP-3")]
    assert logins == ["c@example.com", "a@example.com", "b@example.com"]


def test_a_deleted_customer_frees_the_login(api: Api) -> None:
    api.put("customers", "FREE-1", **customer("free@example.com"))
    results = api.send(
        api.record("customers", "FREE-2", customer("free@example.com")),
        api.record("customers", "FREE-1", op="delete"),
    )
    assert [result["status"] for result in results] == ["created", "deleted"]
    assert api.read("customers", "FREE-1") == [None]


def test_an_unknown_country_does_not_lose_the_account(api: Api, shop_server: RunningShop) -> None:
    data = customer("land@example.com", address1="Weg 1", city="Ort", country="Atlantis")
    assert api.put("customers", "LAND-1", **data)["status"] == "created"
    assert api.read("customers", "LAND-1")[0]["country"] == "Atlantis"
    assert addresses(shop_server, "LAND-1") == "[]"
    api.put("customers", "LAND-1", **data | {"country": "Venezuela"})
    assert addresses(shop_server, "LAND-1") == "[('Weg 1', 'VE')]"
    api.put("customers", "LAND-1", **data)
    assert addresses(shop_server, "LAND-1") == "[]"


def addresses(shop: RunningShop, key: str) -> str:
    program = (
        "from oscar.core.loading import get_model\n"
        "found = get_model('address', 'UserAddress').objects.filter(user__erp__key=" + repr(key) + ")\n"
        "print(list(found.values_list('line1', 'country')))"
    )
    return run_in_shop(shop, program).strip()


def register(shop: RunningShop, email: str) -> Checkout:
    """Somebody makes an account in the shop."""
    visitor = Checkout(shop)
    visitor.register(email)
    return visitor


def test_an_account_made_in_the_shop_becomes_the_customer_of_the_erp(api: Api, shop_server: RunningShop) -> None:
    api.item("OWN-1")
    visitor = register(shop_server, "new@example.com")
    before = api.order(visitor.buy([("OWN-1", 1)]))
    assert (before["customer"], before["email"]) == ("", "new@example.com")
    result = api.put("customers", "NEW-1", **customer("new@example.com"))
    assert result["id"] == before["account"]
    after = api.order(Checkout(shop_server, "new@example.com", PASSWORD).buy([("OWN-1", 1)], pay="COD"))
    assert (after["customer"], after["account"]) == ("NEW-1", before["account"])


def test_a_hidden_customer_cannot_log_in(api: Api, shop_server: RunningShop) -> None:
    register(shop_server, "closed@example.com")
    api.put("customers", "CLOSED-1", **customer("closed@example.com"))
    api.send(api.record("customers", "CLOSED-1", op="hide"))
    with pytest.raises(Refusal):
        Checkout(shop_server, "closed@example.com", PASSWORD)
    api.put("customers", "CLOSED-1", **customer("closed@example.com"))
    Checkout(shop_server, "closed@example.com", PASSWORD)


def test_a_customer_of_the_erp_has_no_password_to_guess(api: Api, shop_server: RunningShop) -> None:
    api.put("customers", "NOPASS-1", **customer("nopass@example.com"))
    for password in ("", "!", "None"):
        with pytest.raises(Refusal):
            Checkout(shop_server, "nopass@example.com", password)


def accounts_behind(api: Api, cursor: str) -> tuple[list[dict[str, Any]], str]:
    answer = api.call("GET", "accounts/", params={"cursor": cursor, "limit": 500})
    assert answer.status_code == 200, answer.text
    return answer.json()["accounts"], answer.json()["cursor"]


def test_to_log_in_and_to_look_around_is_no_change_of_the_account(api: Api, shop_server: RunningShop) -> None:
    register(shop_server, "again@example.com")
    _, cursor = accounts_behind(api, "")
    Checkout(shop_server, "again@example.com", PASSWORD).get("/accounts/addresses/")
    assert accounts_behind(api, cursor) == ([], cursor)


def test_what_a_buyer_removes_changes_the_account_or_ends_it(api: Api, shop_server: RunningShop) -> None:
    buyer = register(shop_server, "remove@example.com")
    buyer.save_address(BERLIN)
    first, cursor = accounts_behind(api, "")
    assert first[-1]["customer"]["city"] == "Berlin"
    address = re.search(r"/accounts/addresses/\d+/delete/", buyer.get("/accounts/addresses/"))
    assert address
    buyer.get(address[0])
    buyer.post(address[0], {})
    (changed,), cursor = accounts_behind(api, cursor)
    assert (changed["id"], changed["customer"].get("city")) == (first[-1]["id"], None)
    buyer.save_address(BERLIN)
    buyer.get("/accounts/profile/delete/")
    buyer.post("/accounts/profile/delete/", {"password": PASSWORD})
    assert "/accounts/login/" in buyer.page.text
    accounts, _ = accounts_behind(api, "")
    assert first[-1]["id"] not in [account["id"] for account in accounts]


def test_a_renamed_customer_keeps_login_orders_and_address(api: Api, shop_server: RunningShop) -> None:
    api.item("RENAMED-1")
    number = register(shop_server, "moved@example.com").buy([("RENAMED-1", 1)])
    data = customer("moved@example.com", address1="Weg 1", city="Ort", country="Germany")
    api.put("customers", "MOVED-1", **data)
    renamed = api.record("customers", "MOVED-2", data) | {"was": "MOVED-1"}
    assert api.send(renamed)[0]["status"] == "updated"
    assert api.order(number)["customer"] == "MOVED-2"
    api.put("customers", "MOVED-2", **data | {"address1": "Weg 2"})
    assert addresses(shop_server, "MOVED-2") == "[('Obere Straße 57', 'DE'), ('Weg 2', 'DE')]"
    Checkout(shop_server, "moved@example.com", PASSWORD)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"),
        ("germany ", "DE"),
        ("DE", "DE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("UK", "GB"),
        ("Venezuela", "VE"),
        ("Côte d’Ivoire", "CI"),
        ("Österreich", "AT"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_countries_are_known_by_name_code_or_alias(text: str, code: str | None) -> None:
    assert code_of(text) == code


def test_all_countries_of_northwind_are_known() -> None:
    assert len(names()) == 249
    countries = (
        "Argentina Austria Belgium Brazil Canada Denmark Finland France Germany Ireland Italy Mexico Norway "
        "Poland Portugal Spain Sweden Switzerland UK USA Venezuela"
    )
    assert all(code_of(country) for country in countries.split())
