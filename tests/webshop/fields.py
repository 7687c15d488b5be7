"""Where each field of EBMS's export files is seen in the shop's pages, and why the others are not."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from tests.firm import Firm
from tests.webshop.running import PASSWORD, Api, Checkout

Row = dict[str, str]

UNCOUNTED = ("0", "1", "6", "10")  # C_TYPE of what EBMS keeps no stock of


class Offer(NamedTuple):
    """Ship vias by code, each with name and price, and payment options by code, each with its text; as on the page."""

    ships: dict[str, tuple[str, str]]
    pays: dict[str, str]


class Pages:
    """The pages of a shop that has a firm's export; `logins`: passwords by EBMS id."""

    def __init__(self, firm: Firm, logins: dict[str, str]) -> None:
        self.firm = firm
        self.logins = logins
        self.api = Api(firm.shop)
        self.guest = Checkout(firm.shop)
        self._buyers: dict[str, Checkout] = {}
        self._seen: dict[tuple[Checkout, str, str], str] = {}
        self._offers: dict[tuple[str, str], Offer] = {}

    def rows(self, file: str) -> list[Row]:
        """The rows of an export, cells without padding; EBMS's rows of defaults are none."""
        text = (self.firm.export / f"{file}.csv").read_bytes().decode("cp1252")
        table = csv.DictReader(io.StringIO(text, newline=""))
        rows = [{name: cell.strip() for name, cell in row.items()} for row in table]
        return [row for row in rows if not next(iter(row.values())).startswith("($)")]

    def row(self, file: str, column: str, value: str) -> Row:
        return next(row for row in self.rows(file) if row[column] == value)

    @property
    def customers(self) -> list[str]:
        """The EBMS ids of those who can log in."""
        return [key for key in self.logins if self.row("customers", "ID", key)["INACTIVE"] == "F"]

    @property
    def something(self) -> str:
        """An item that anybody can buy."""
        items = (row for row in self.rows("inventory") if on_the_web(self, row))
        return next(row["ID"] for row in items if Decimal(row["T_AVAIL"] or 0) > 1)

    def buyer(self, customer: str) -> Checkout:
        """The customer, logged in."""
        if customer not in self._buyers:
            row = self.row("customers", "ID", customer)
            self._buyers[customer] = Checkout(self.firm.shop, login_of(row), self.logins[customer])
        return self._buyers[customer]

    def item(self, sku: str, visitor: Checkout | None = None) -> str:
        """The page of an item; "" if there is none."""
        return self._page("items", sku, visitor or self.guest)

    def category(self, key: str) -> str:
        """The page of a category with its first twenty items; "" if there is none."""
        return self._page("categories", key, self.guest)

    def forget(self) -> None:
        """Look at everything anew."""
        self._seen.clear()
        self._offers.clear()

    def offered(self, customer: str, sku: str) -> Offer:
        """What a customer ("" = a guest) is offered for one piece."""
        if (customer, sku) not in self._offers:
            quotes = quoted(self, customer, [(sku, 1)])
            buyer = self.buyer(customer) if customer else self.guest
            buyer.choose_shipping("Pickup")
            labels = re.findall(r'<label class="form-check-label"[^>]*>(.*?)</label>', buyer.page.text, re.DOTALL)
            pays = dict(zip(buyer.payments_offered(), map(text_on, labels), strict=True))
            self._offers[customer, sku] = Offer(quotes, pays)
        return self._offers[customer, sku]

    def _page(self, kind: str, key: str, visitor: Checkout) -> str:
        if (visitor, kind, key) not in self._seen:
            self._seen[visitor, kind, key] = self._fetch(kind, key, visitor)
        return self._seen[visitor, kind, key]

    def _fetch(self, kind: str, key: str, visitor: Checkout) -> str:
        (held,) = self.api.call("POST", "read/", json={"kind": kind, "keys": [key]}).json()["records"]
        path = "/catalogue/x" if kind == "items" else "/catalogue/category/x"
        page = visitor.get(f"{path}_{held['id']}/")
        return page if visitor.page.status_code == 200 else ""


AT_HOME = {
    "first_name": "Ruth",
    "last_name": "Weaver",
    "line1": "88 Mill Road",
    "line2": "",
    "line4": "Staunton",
    "state": "VA",
    "postcode": "24401",
    "country": "US",
    "phone_number": "+1 540 555 0142",
}

Check = Callable[[Pages, Row], None]


def login_of(row: Row) -> str:
    return row.get("WEB_USER") or row["EMAIL"]


def on_the_web(pages: Pages, item: Row) -> bool:
    """Whether buyers may see the item: it, its category and all above must be shown."""
    shown = item["SHOW_WEB"] == "T" and item.get("INACTIVE") != "T"
    category = item["TREE_ID"]
    while shown and category.strip("0"):
        row = pages.row("categories", "TREE_ID", category)
        shown, category = row["SHOW_WEB"] == "T", row["PARENT_ID"]
    return shown


def text_on(page: str) -> str:
    """The words of a page, as a reader sees them."""
    return words(html.unescape(re.sub(r"<[^>]*>", " ", page)))


def words(text: str) -> str:
    return " ".join(text.split())


def price_of(pages: Pages, sku: str, level: str, unit: str) -> str:
    """The price of the level, else the public one (Retail), as pages write it."""
    rows = [row for row in pages.rows("prices") if (row["ID"], row["UNIT"]) == (sku, unit)]
    prices = {row["LEVEL"]: row["PRICE"] for row in rows}
    return f"${Decimal(prices.get(level) or prices['Retail']):,.2f}"


def _of_item(check: Callable[[Row, str, Pages], bool]) -> Check:
    """The check holds on the page of an item that is on the web; one that is not has no page."""

    def run(pages: Pages, row: Row) -> None:
        page = pages.item(row["ID"])
        assert bool(page) == on_the_web(pages, row), row["ID"]
        assert not page or check(row, page, pages), (row["ID"], text_on(page))

    return run


def _says(column: str) -> Check:
    return _of_item(lambda row, page, pages: words(re.sub(r"<[^>]*>", " ", row[column])) in text_on(page))


def _says_unless(column: str, better: str) -> Check:
    """The field is the web's text only while the better one is empty."""
    return _of_item(lambda row, page, pages: bool(row[better]) or words(row[column]) in text_on(page))


def _availability(row: Row, page: str, pages: Pages) -> bool:
    left = int(Decimal(row["T_AVAIL"] or row["T_ON_HAND"] or 0))
    if row.get("PRE_SALE") == "T":
        return "Coming soon" in page and "Add to basket" not in page.split("product_page")[1]
    if row["C_TYPE"] in UNCOUNTED or row["NOTQTYSELL"] == "F":
        says = row.get("OSTK_MSG") or "Available"
        return (says if left <= 0 and row["C_TYPE"] not in UNCOUNTED else "Available") in text_on(page)
    return (f"In stock ({left} available)" if left > 0 else row.get("OSTK_MSG") or "Out of stock") in text_on(page)


def _in_category(row: Row, page: str, pages: Pages) -> bool:
    category = pages.row("categories", "TREE_ID", row["TREE_ID"])
    link = re.search(r'href="(/catalogue/category/[^"]*)">' + re.escape(html.escape(title_of(category))), page)
    return link is not None and html.escape(row_title(row)) in pages.category(row["TREE_ID"])


def _default_unit(row: Row, page: str, pages: Pages) -> bool:
    return not row["DEF_UNIT"] or f'<option value="{row["DEF_UNIT"]}" selected>' in page


def _related(row: Row, page: str, pages: Pages) -> bool:
    wanted = [sku.strip() for sku in row["RELATED"].split(";") if sku.strip()]
    rows = [other for other in pages.rows("inventory") if other["ID"] in wanted and on_the_web(pages, other)]
    shown = page.split('id="related"')[1] if rows else ""
    return all(html.escape(row_title(other)) in shown for other in rows)


def row_title(row: Row) -> str:
    return words(row["WEB_DESCR1"] or row["DESCR_1"])


def title_of(category: Row) -> str:
    return category["WEB_DESCR1"] or category["TREE_DESCR"]


def _category(check: Callable[[Row, str, Pages], bool]) -> Check:
    def run(pages: Pages, row: Row) -> None:
        page = pages.category(row["TREE_ID"])
        assert bool(page) == on_the_web(pages, {"SHOW_WEB": "T", "TREE_ID": row["TREE_ID"]}), row
        assert not page or check(row, page, pages), text_on(page)

    return run


def _category_says(column: str) -> Check:
    return _category(lambda row, page, pages: words(re.sub(r"<[^>]*>", " ", row[column])) in text_on(page))


def _below_parent(row: Row, page: str, pages: Pages) -> bool:
    above = [category for category in pages.rows("categories") if category["TREE_ID"] == row["PARENT_ID"]]
    crumbs = text_on(page.split('class="breadcrumb"')[1].split("</nav>")[0])
    return all(title_of(category) in crumbs for category in above)


def _priced(pages: Pages, row: Row) -> None:
    """A public price is what guests see, that of another level what a customer of the level sees."""
    item = pages.row("inventory", "ID", row["ID"])
    if row["LEVEL"] == "Retail":
        _sees_price(pages, row, item, pages.guest)
    for customer in pages.customers:
        if row["LEVEL"] == level_of(pages, customer) != "Retail":
            _sees_price(pages, row, item, pages.buyer(customer))


def _sees_price(pages: Pages, row: Row, item: Row, visitor: Checkout) -> None:
    page = pages.item(row["ID"], visitor)
    price = f"${Decimal(row['PRICE']):,.2f}"
    assert bool(page) == on_the_web(pages, item), row
    if page and row["UNIT"] in ("", item["EACH_UNIT"]):
        assert f"Price per {item['EACH_UNIT']} {price}" in text_on(page), (row, text_on(page))
    elif page:
        assert f"{row['UNIT']} ({price})" in page, (row, text_on(page))


def level_of(pages: Pages, customer: str) -> str:
    """The level whose prices a customer sees."""
    row = pages.row("customers", "ID", customer)
    return row["IN_LEVEL"] if row["WEB_APPRVD"] == "T" else "Retail"


def _of_account(check: Callable[[Row, Checkout, Pages], bool]) -> Check:
    """The check holds for a customer who can log in."""

    def run(pages: Pages, row: Row) -> None:
        if row["ID"] in pages.customers:
            buyer = pages.buyer(row["ID"])
            assert check(row, buyer, pages), (row["ID"], text_on(buyer.page.text))

    return run


def _profile_says(column: str) -> Check:
    return _of_account(lambda row, buyer, pages: words(row[column]) in text_on(buyer.get("/accounts/profile/")))


def _address_says(column: str) -> Check:
    def check(row: Row, buyer: Checkout, pages: Pages) -> bool:
        book = text_on(buyer.get("/accounts/addresses/"))
        wanted = {"USA": "United States"}.get(row[column], row[column])
        return not row["ADDRESS1"] or wanted in book

    return _of_account(check)


def _sees_level(row: Row, buyer: Checkout, pages: Pages) -> bool:
    sku = next(price["ID"] for price in pages.rows("prices") if price["LEVEL"] == "Wholesale")
    item = pages.row("inventory", "ID", sku)
    return price_of(pages, sku, level_of(pages, row["ID"]), item["EACH_UNIT"]) in pages.item(sku, buyer)


def _offers(row: Row, buyer: Checkout, pages: Pages) -> bool:
    """The terms of an approved customer; one who is not is offered what guests are."""
    ships, offered = pages.offered(row["ID"], pages.something)
    approved = row["WEB_APPRVD"] == "T"
    may = {
        "CREDITCARD": row["CREDITCARD"] == "T" or not approved,
        "COD": True,
        "CHARGE": approved and row["CHARGEPYMT"] == "T",
        "PAYPAL": not approved,
    }
    for option in pages.rows("payments"):
        own = option["METHOD"] != "CHARGE" or option["IDCHARGE"] == row["IDCHARGE"]
        wanted = option["SHOW_WEB"] == "T" and own and may.get(option["METHOD"], False)
        assert (option["IDCHARGE"] in offered) == wanted, (row["ID"], option, offered)
    preferred = row.get("DEF_FOB") if approved and row.get("DEF_FOB") in ships else ""
    first_term = row["IDCHARGE"] if row.get("CHARGEDFLT") == "T" else ""
    return (not preferred or next(iter(ships)) == preferred) and (not first_term or next(iter(offered)) == first_term)


def _is_closed(pages: Pages, row: Row) -> None:
    if row["ID"] in pages.logins:
        visitor = Checkout(pages.firm.shop)
        visitor.get("/accounts/login/")
        data = {"login-username": login_of(row), "login-password": PASSWORD, "login_submit": "Log In"}
        visitor.post("/accounts/login/", data)
        assert ("/accounts/logout/" in visitor.page.text) == (row["INACTIVE"] == "F") or row["ID"] == "ALFKI"


def _ships(pages: Pages, row: Row) -> None:
    """A row that is for everybody and for every order has its name and its price among the ways to ship."""
    for_all = not any(row.get(name) for name in ("MIN_VALUE", "MAX_VALUE", "COUNTRY", "STATE", "WEB_GROUP"))
    quotes = pages.offered("", pages.something).ships
    assert (row["SHIP_VIA"] in quotes) or not for_all or row["SHOW_WEB"] == "F"
    assert row["SHOW_WEB"] == "T" or row["SHIP_VIA"] not in quotes
    if for_all and row["SHOW_WEB"] == "T" and row["RATE_TYPE"] in ("FLAT", "PICKUP"):
        assert quotes[row["SHIP_VIA"]] == (row["DESCR"], f"${Decimal(row['RATE'] or 0):.2f}")


def quoted(pages: Pages, customer: str, lines: list[tuple[str, int]], **address: str) -> dict[str, tuple[str, str]]:
    """Name and price of each ship via, by code and in the order of the page, for a basket ("" = of a guest)."""
    buyer = pages.buyer(customer) if customer else pages.guest
    buyer.empty_basket()
    for sku, quantity in lines:
        buyer.add(sku, quantity)
    buyer.go_to_shipping(AT_HOME | address, "guest@example.com")
    names = [words(html.unescape(name)) for name in re.findall(r"<h4>(.*?)</h4>", buyer.page.text)]
    prices = re.findall(r'<div class="col-sm-1">\s*(\$[\d.,]+)', buyer.page.text)
    return dict(zip(buyer.shipping_offered(), zip(names, prices, strict=True), strict=True))


def _pays(pages: Pages, row: Row) -> None:
    """The option stands on the payment page of somebody who may use it, with its text."""
    customers = [key for key in pages.customers if pages.row("customers", "ID", key)["IDCHARGE"] == row["IDCHARGE"]]
    pays = pages.offered(customers[0] if customers else "", pages.something).pays
    usable = row["METHOD"] in ("CREDITCARD", "COD", "PAYPAL") or bool(customers)
    assert (row["IDCHARGE"] in pays) == (usable and row["SHOW_WEB"] == "T"), (row, pays)
    assert row["IDCHARGE"] not in pays or pays[row["IDCHARGE"]] == text_of_option(row)


def text_of_option(row: Row) -> str:
    """A payment option as the payment page writes it."""
    days = row.get("DUE_DAYS", "")
    return f"{row['CHARGE']} (due in {days} days)" if days.strip("0") else row["CHARGE"]


# Fields that are seen together have one check, so that it is made once.
IS_THERE = _of_item(lambda row, page, pages: True)
AVAILABILITY = _of_item(_availability)
CATEGORY_IS_THERE = _category(lambda row, page, pages: True)
LEVEL = _of_account(_sees_level)
TERMS = _of_account(_offers)

SHOWN: dict[str, dict[str, Check]] = {
    "inventory": {
        "ID": _of_item(lambda row, page, pages: f"<td>{html.escape(row['ID'])}</td>" in page),
        "TREE_ID": _of_item(_in_category),
        "DESCR_1": _says_unless("DESCR_1", "WEB_DESCR1"),
        "DESCR_2": _says_unless("DESCR_2", "WEB_DESCR2"),
        "WEB_DESCR1": _says("WEB_DESCR1"),
        "WEB_DESCR2": _says("WEB_DESCR2"),
        "WEB_DESCR3": _says("WEB_DESCR3"),
        "SHOW_WEB": IS_THERE,
        "INACTIVE": IS_THERE,
        "PRE_SALE": AVAILABILITY,
        "NOTQTYSELL": AVAILABILITY,
        "OSTK_MSG": AVAILABILITY,
        "C_TYPE": AVAILABILITY,
        "T_ON_HAND": AVAILABILITY,
        "T_AVAIL": AVAILABILITY,
        "EACH_UNIT": _of_item(lambda row, page, pages: f"Price per {row['EACH_UNIT']}" in text_on(page)),
        "DEF_UNIT": _of_item(_default_unit),
        "WEIGHT": _says("WEIGHT"),
        "UPC": _says("UPC"),
        "MFG": _says("MFG"),
        "MFG_PART": _says("MFG_PART"),
        "RELATED": _of_item(_related),
    },
    "prices": dict.fromkeys(("ID", "LEVEL", "UNIT", "PRICE"), _priced),
    "categories": {
        "TREE_ID": CATEGORY_IS_THERE,
        "PARENT_ID": _category(_below_parent),
        "TREE_DESCR": _category(lambda row, page, pages: title_of(row) in text_on(page)),
        "SHOW_WEB": CATEGORY_IS_THERE,
        "WEB_DESCR1": _category_says("WEB_DESCR1"),
        "WEB_DESCR2": _category_says("WEB_DESCR2"),
        "WEB_DESCR3": _category_says("WEB_DESCR3"),
    },
    "customers": {
        "ID": _of_account(lambda row, buyer, pages: True),
        "F_NAME": _profile_says("F_NAME"),
        "L_NAME": _profile_says("L_NAME"),
        "EMAIL": _profile_says("EMAIL"),
        **{name: _address_says(name) for name in ("ADDRESS1", "ADDRESS2", "CITY", "STATE", "ZIP", "COUNTRY")},
        "IN_LEVEL": LEVEL,
        "CREDITCARD": TERMS,
        "CHARGEPYMT": TERMS,
        "CHARGEDFLT": TERMS,
        "IDCHARGE": TERMS,
        "DEF_FOB": TERMS,
        "INACTIVE": _is_closed,
        "WEB_USER": _is_closed,
        "WEB_APPRVD": LEVEL,
    },
    "shipping": dict.fromkeys(
        (
            *("SHIP_VIA", "DESCR", "RATE_TYPE", "MIN_VALUE", "MAX_VALUE"),
            *("RATE", "HANDLING", "COUNTRY", "STATE", "SHOW_WEB"),
        ),
        _ships,
    ),
    "payments": dict.fromkeys(("IDCHARGE", "CHARGE", "METHOD", "DUE_DAYS", "SHOW_WEB"), _pays),
}

# Fields that no page shows by themselves, each with the reason.
NOT_SHOWN: dict[str, dict[str, str]] = {
    "inventory": {
        "AUTOID": "EBMS's own row number: it tells a renamed item",
        "BASE": "not a price that is charged",
        "SHOW_STOCK": "what its 25 characters may hold is not public",
        "TAX_GROUP": "sent, kept and read back; EBMS computes the tax",
        "WAREHOUSE": "of EBMS's side",
        "EXTERNALID": "free for integrations: no meaning of its own",
        "IMAGES": "tests of files",
        "DOCUMENTS": "tests of files",
    },
    "prices": {},
    "categories": {
        "TREE_PATH": "the same as the chain of PARENT_ID, which the breadcrumb shows",
        "SUB_ONLY": "a rule for EBMS's own tree: such a category has no items",
        "TEMPLATE": "a page template of EBMS's own web shop",
    },
    "customers": {
        "AUTOID": "EBMS's own row number: it tells a renamed customer",
        "TREE_ID": "a folder of EBMS's side",
        "PHONE": "in the address book entry only as far as it is a number that can be dialled",
        "CONTACT_1": "sent, kept and read back; Oscar's address has one name, which is the firm's",
        "CASH": "EBMS ignores it on the web",
        "CHECK": "EBMS ignores it on the web",
        "CHARGE": "the text stands at the payment option",
        "IDDISCOUNT": "early payment discounts are settled on the invoice",
        "DISCOUNT": "early payment discounts are settled on the invoice",
        "CRED_LIM": "never sent to the web",
        "BALANCE": "never sent to the web",
        "DEL_REASON": "of EBMS's side: blocks the order there",
        "FRGHT_TYPE": "a rate of one customer: no table in the export says what it means",
        "FRGHT_AMT": "as FRGHT_TYPE",
        "SHIP_TO": "the id of another customer",
        "SALESMAN": "of EBMS's side",
        "MAIL_LIST": "the shop mails nobody",
        "EMAIL_LIST": "the shop mails nobody",
        "E_DATE": "of EBMS's side",
        "EXTERNALID": "free for integrations: no meaning of its own",
        "WEB_GROUP": "decides which ship vias are offered: as all of shipping",
    },
    "shipping": {
        "WEB_GROUP": "never said in words: who belongs to the group is offered the row",
    },
    "payments": {
        "TERMS": "EBMS's code of the kind of terms: METHOD says the same",
        "GATEWAY": "the ERP's side takes the payment",
        "CASH_ACNT": "of EBMS's side",
    },
}
