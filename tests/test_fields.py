"""Every field of the export files is looked for in the shop's pages: a feed store that has them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.webshop.fields import AT_HOME, NOT_SHOWN, SHOWN, Pages, quoted, text_on
from tests.webshop.running import Checkout
from tests.webstore import feed_store, find_every_field, open_for_business, seen_again, three_leave_and_one_comes_back
from webupdate.sync.entities import FILES


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The feed store. Tests that change its export change it back."""
    with open_for_business(feed_store, tmp_path_factory.mktemp("store")) as pages:
        yield pages


def test_each_field_is_shown_or_has_a_reason_not_to_be() -> None:
    assert SHOWN.keys() == NOT_SHOWN.keys() == FILES.keys()
    for file in SHOWN:
        named = {column.name for column in FILES[file].columns}
        assert SHOWN[file].keys() | NOT_SHOWN[file].keys() == named
        assert not SHOWN[file].keys() & NOT_SHOWN[file].keys()


def test_the_pages_of_the_feed_store_show_every_field(store: Pages) -> None:
    # The set has every field, so that none is tested by nothing.
    assert all(SHOWN[file].keys() <= store.rows(file)[0].keys() for file in SHOWN)
    find_every_field(store)


def test_three_items_leave_the_feed_store_and_one_comes_back(store: Pages) -> None:
    three_leave_and_one_comes_back(store, ["SENIOR-50", "LAYER-25", "POST-6"])


CHANGES: list[tuple[str, str, str, Callable[[Pages], str]]] = [
    ("inventory", "Sweet Feed 12%,", "Sweet Feed 14%,", lambda pages: pages.item("SWEET-50")),
    ("inventory", "BAG,,50.00,40.00,40.00", "BAG,,48.00,40.00,41.00", lambda pages: pages.item("SWEET-50")),
    ("prices", "SWEET-50,Retail,BAG,14.50", "SWEET-50,Retail,BAG,15.25", lambda pages: pages.item("SWEET-50")),
    ("categories", "Sweet & pelleted feeds", "All feeds for horses", lambda pages: pages.category("10")),
    ("customers", "88 Mill Road", "90 Mill Road", lambda pages: pages.buyer("RIVERD").get("/accounts/addresses/")),
    ("shipping", "WEIGHT,,50.00,8.00", "WEIGHT,,50.00,9.10", lambda pages: shipping_page(pages)),
    ("payments", "Collect on Delivery", "Pay the driver", lambda pages: payment_page(pages)),
]
SEEN = [
    (["Sweet Feed 12%"], ["Sweet Feed 14%"]),
    (["In stock (40 available)", "Weight 50.00"], ["In stock (41 available)", "Weight 48.00"]),
    (["Price per BAG $14.50"], ["Price per BAG $15.25"]),
    (["Sweet & pelleted feeds"], ["All feeds for horses"]),
    (["88 Mill Road"], ["90 Mill Road"]),
    (["$8.00"], ["$9.10"]),
    (["Collect on Delivery"], ["Pay the driver"]),
]


def shipping_page(pages: Pages) -> str:
    guest = Checkout(pages.firm.shop)
    guest.add("POST-6")
    guest.go_to_shipping(AT_HOME, "guest@example.com")
    return guest.page.text


def payment_page(pages: Pages) -> str:
    guest = Checkout(pages.firm.shop)
    guest.add("POST-6")
    guest.go_to_shipping(AT_HOME, "guest@example.com")
    guest.choose_shipping("Pickup")
    return guest.page.text


def test_a_change_of_each_kind_of_record_is_seen(store: Pages) -> None:
    for turn in (0, 1):
        for (file, old, new, look), texts in zip(CHANGES, SEEN, strict=True):
            page = text_on(look(store))
            assert all(text in page for text in texts[turn]), (file, page)
            store.firm.change(file, *((old, new) if turn == 0 else (new, old)))
        seen_again(store)
    page = text_on(CHANGES[0][3](store))
    assert "Sweet Feed 12%" in page


PLACES = {
    "home": {},
    "carolina": {"state": "NC", "postcode": "27601"},
    "toronto": {"country": "CA", "state": "ON", "postcode": "M5V 2T6"},
}
RATES: list[tuple[str, list[tuple[str, int]], str, dict[str, str]]] = [
    # 50 lb: the last weight of the first band
    ("", [("SWEET-50", 1)], "home",
     {"Parcel": "6.00", "Freight": "8.00", "Insured post": "2.34", "Local van": "12.00", "Pickup": "0.00"}),
    ("", [("SWEET-50", 1), ("POST-6", 1)], "home", {"Freight": "50.00", "Parcel": "6.00", "Insured post": "2.65"}),
    ("", [("SWEET-50", 10)], "home", {"Freight": "50.00", "Parcel": "11.50"}),
    ("", [("SWEET-50", 10), ("POST-6", 1)], "home", {"Freight": "", "Parcel": ""}),
    ("", [("POST-6", 3)], "home", {"Parcel": "6.00"}),
    ("", [("POST-6", 4)], "home", {"Parcel": "11.50"}),
    ("", [("POST-6", 10)], "home", {"Parcel": "11.50"}),
    ("", [("POST-6", 11)], "home", {"Parcel": ""}),
    ("", [("POST-6", 1)], "carolina", {"Local van": "", "Insured post": "1.56"}),
    ("", [("POST-6", 1)], "toronto", {"Local van": "", "Insured post": "", "Old carrier": ""}),
    # For the web group only, from 100.00 of goods at the customer's own prices
    ("RIVERD", [("SWEET-50", 8)], "home", {"Co-op truck": ""}),
    ("RIVERD", [("SWEET-50", 9)], "home", {"Co-op truck": "20.00", "Insured post": "9.52"}),
    ("MILJOS", [("SWEET-50", 9)], "home", {"Co-op truck": ""}),
    ("", [("SWEET-50", 9)], "home", {"Co-op truck": ""}),
]  # fmt: skip


def test_the_rates_of_each_kind_and_the_borders_of_their_bands(store: Pages) -> None:
    for customer, lines, place, wanted in RATES:
        quotes = quoted(store, customer, lines, **PLACES[place])
        for code, price in wanted.items():
            got = quotes[code][1] if code in quotes else ""
            assert got == (f"${price}" if price else ""), (customer, lines, place, code)
        assert list(quotes)[-1] == "Pickup"
        assert ("Co-op truck" not in quotes) or next(iter(quotes)) == "Co-op truck"


def test_a_wholesale_customer_sees_and_pays_one_price_everywhere(store: Pages) -> None:
    buyer = store.buyer("RIVERD")
    buyer.empty_basket()
    assert "$12.25" in buyer.get("/search/", q="SWEET-50")
    assert "$12.25" in buyer.get("/catalogue/")
    assert "Price per BAG $12.25" in text_on(buyer.open_item("SWEET-50"))
    buyer.add("SWEET-50", 2)
    buyer.add("SALT-4", 1, "BOX")
    assert all(price in buyer.get("/basket/") for price in ("$12.25", "$24.50", "$30.00", "$54.50"))
    buyer.go_to_shipping(AT_HOME, "")
    buyer.choose_shipping("Pickup")
    assert buyer.payments_offered() == ["N30", "COD"]
    buyer.choose_payment("N30")
    assert "$54.50" in buyer.page.text
    assert "$14.50" not in buyer.page.text
    number = buyer.place()
    assert "$54.50" in buyer.page.text
    order = store.api.order(number)
    assert [(line["unit_price"], line["total"]) for line in order["lines"]] == [("12.25", "24.50"), ("30.00", "30.00")]
    assert (order["customer"], order["total"], order["payments"][0]["code"]) == ("RIVERD", "54.50", "N30")
    assert "$54.50" in buyer.get("/accounts/orders/")


def test_terms_decide_how_each_may_pay(store: Pages) -> None:
    offered = {
        customer: list(store.offered(customer, "POST-6").pays) for customer in ("RIVERD", "MILJOS", "NEWFAR", "")
    }
    assert offered == {
        "RIVERD": ["N30", "COD"],  # on account first: CHARGEDFLT; no card: CREDITCARD is F
        "MILJOS": ["COD", "CARD"],
        "NEWFAR": ["COD", "CARD"],  # not approved: a guest until then, whatever the terms
        "": ["COD", "CARD"],
    }
