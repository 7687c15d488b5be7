"""A real shop for tests: started as a process, reached over TLS, bought from by HTML. For every test folder."""

from __future__ import annotations

import hashlib
import html
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.webshop import forking
from webupdate.webshop import server
from webupdate.webshop.server import RunningShop

DEMO_LOGIN = "alfki@example.com"
FORKS = sys.platform == "linux"
WAIT = 20.0  # seconds, for a condition on a busy machine

# A product as the dashboard's form makes one, with an SKU of the partner and without our tables.
BY_HAND = """
from oscar.core.loading import get_model
product_class = get_model("catalogue", "ProductClass").objects.get()
product = get_model("catalogue", "Product").objects.create(title="By hand", product_class=product_class)
partner = get_model("partner", "Partner").objects.get()
get_model("partner", "StockRecord").objects.create(
    product=product, partner=partner, partner_sku="{sku}", price=5, num_in_stock=3
)
"""

PASSWORD = "correct horse battery"

BERLIN = {
    "first_name": "Jürgen",
    "last_name": "Šimůnek",
    "line1": "Obere Straße 57",
    "line2": "",
    "line4": "Berlin",
    "state": "",
    "postcode": "12209",
    "country": "DE",
    "phone_number": "+49 30 123456",
}


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started_shop(directory: Path, *, name: str = "Northwind Traders") -> Iterator[RunningShop]:
    """A shop in `directory` as `webupdate demo` starts it, ended at the end; its demo login is DEMO_LOGIN."""
    shop = server.start(directory, free_port(), name=name, demo_login=DEMO_LOGIN)
    try:
        yield shop
    finally:
        shop.stop()


@contextmanager
def running_shop(directory: Path, *, name: str = "Northwind Traders") -> Iterator[RunningShop]:
    """The same in a quarter of the time, where processes can be forked."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            if FORKS:
                patch.setattr(server, "_spawn", forking.fork)
            shop = stack.enter_context(started_shop(directory, name=name))
        yield shop


def browser(shop: RunningShop, **options: Any) -> httpx.Client:
    """A client that trusts the shop's own certificate authority and nothing else."""
    context = ssl.create_default_context(cafile=shop.ca_file)
    # No connection outlives its answer, so that no test needs to close its client.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=shop.url, verify=context, trust_env=False, timeout=30, limits=limits, **options)


def run_in_shop(shop: RunningShop, program: str) -> str:
    """Run a Python program with the shop's settings and database, give what it prints."""
    directory = shop.ca_file.parent
    if FORKS:
        return forking.run(directory, program)
    environment = os.environ | {
        "WEBUPDATE_SHOP_DIR": str(directory),
        "DJANGO_SETTINGS_MODULE": "webupdate.webshop.settings",
    }
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", f"import django; django.setup()\n{program}"]
    return subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True, text=True).stdout


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return when the condition holds; fail after WAIT seconds."""
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline, f"not within {WAIT} s: {what}"
        time.sleep(0.02)


class Api:
    """The sync API, with revisions that rise by themselves."""

    def __init__(self, shop: RunningShop, token: str | None = None) -> None:
        headers = {"Authorization": f"Token {token or shop.token}"}
        self.client = browser(shop, headers=headers)
        self.rev = time.time_ns() // 1000

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.client.request(method, f"/api/sync/v1/{path}", **options)

    def record(self, kind: str, key: str, data: Any = None, op: str = "put") -> dict[str, Any]:
        """A record with the next revision."""
        self.rev += 1
        return {"kind": kind, "key": key, "rev": self.rev, "op": op, "data": data}

    def send(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        """The results of a batch."""
        response = self.call("POST", "records/", json={"records": records})
        assert response.status_code == 200, response.text
        return list(response.json()["results"])

    def put(self, kind: str, key: str, **data: Any) -> dict[str, Any]:
        """The result of one put."""
        return self.send(self.record(kind, key, data))[0]

    def read(self, kind: str, *keys: str) -> list[Any]:
        """The data that the shop holds, None where it holds nothing."""
        response = self.call("POST", "read/", json={"kind": kind, "keys": keys})
        assert response.status_code == 200, response.text
        return [record["data"] for record in response.json()["records"]]

    def content(self, data: bytes, digest: str = "", *, offset: int = 0, size: int = 0) -> dict[str, Any]:
        """Send bytes in one chunk; the answer, be it an error."""
        digest = digest or hashlib.sha256(data).hexdigest()
        answer = self.call(
            "PUT",
            f"contents/{digest}/",
            params={"offset": offset, "size": size or len(data)},
            content=data,
            headers={"Content-Type": "application/octet-stream"},
        )
        return dict(answer.json())

    def item(self, sku: str, price: str = "18.00", stock: str = "39", **fields: Any) -> None:
        """An item that can be bought at the Retail level."""
        category = fields.pop("category", None)
        data = {"category": category, "title": f"Title of {sku}", "unit": "EA"} | fields
        results = self.send(
            self.record("items", sku, data),
            self.record("prices", f"{sku}\tRetail\tEA", _price(sku, "Retail", "EA", price)),
            self.record("stock", sku, {"item": sku, "quantity": stock}),
        )
        assert {result["status"] for result in results} <= {"created", "updated"}, results

    def price(self, sku: str, level: str, unit: str, price: str) -> dict[str, Any]:
        """The result of setting one price."""
        return self.put("prices", f"{sku}\t{level}\t{unit}", **_price(sku, level, unit, price))

    def orders(self, cursor: str = "", **query: Any) -> dict[str, Any]:
        """A page of the orders feed."""
        response = self.call("GET", "orders/", params={"cursor": cursor} | query)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def order(self, number: str) -> dict[str, Any]:
        """One order, by its number."""
        return next(order for order in self.all_orders() if order["number"] == number)

    def all_orders(self) -> list[dict[str, Any]]:
        """All orders, page by page."""
        orders: list[dict[str, Any]] = []
        cursor, more = "", True
        while more:
            page = self.orders(cursor)
            orders, cursor, more = orders + page["orders"], page["cursor"], page["more"]
        return orders


def _price(sku: str, level: str, unit: str, price: str) -> dict[str, Any]:
    return {"item": sku, "level": level, "unit": unit, "price": price, "public": level == "Retail"}


def flat(rate: str) -> dict[str, str]:
    """A rate that is the same for every order."""
    return {"rate_type": "FLAT", "rate": rate}


class Refusal(AssertionError):
    """The storefront did not go on; the text says what it answered."""


class Checkout:
    """Somebody at the storefront, a guest or (with login and password) a customer. Goes by HTML only."""

    def __init__(self, shop: RunningShop, login: str = "", password: str = "") -> None:
        self.shop = shop
        self.client = browser(shop, follow_redirects=True)
        self.page: httpx.Response = self.client.get("/")
        if login:
            self.log_in(login, password)

    def buy(
        self,
        lines: Sequence[tuple[Any, ...]],
        *,
        address: dict[str, str] | None = None,
        ship: str = "Federal Shipping",
        pay: str = "CC",
        email: str = "guest@example.com",
        note: str = "",
        reference: str = "",
    ) -> str:
        """The number of the order. A line is (SKU, quantity) or (SKU, quantity, unit)."""
        for line in lines:
            self.add(*line)
        self.go_to_shipping(address or BERLIN, email, note)
        self.choose_shipping(ship)
        self.choose_payment(pay, reference)
        return self.place()

    def log_in(self, login: str, password: str) -> None:
        """Log in as a customer."""
        self.get("/accounts/login/")
        data = {"login-username": login, "login-password": password, "login_submit": "Log In"}
        self.post("/accounts/login/", data)
        self._expect("/accounts/logout/" in self.page.text, "log in")

    def register(self, email: str, password: str = PASSWORD) -> None:
        """Make an account in the shop."""
        self.get("/accounts/login/")
        data = {
            "registration-email": email,
            "registration-password1": password,
            "registration-password2": password,
            "registration_submit": "Register",
        }
        self.post("/accounts/login/", data)
        self._expect("/accounts/logout/" in self.page.text, f"register {email}")

    def save_address(self, address: dict[str, str]) -> None:
        """Change the first address of the address book, or make one."""
        page = self.get("/accounts/addresses/")
        own = re.search(r'href="(/accounts/addresses/\d+/)"', page)
        form = own[1] if own else "/accounts/addresses/add/"
        self.get(form)
        self.post(form, address)
        self._expect(self.page.url.path == "/accounts/addresses/", "save the address")

    def open_item(self, sku: str) -> str:
        """The HTML of the item's page, found by searching for its number."""
        self.get("/search/", q=sku)
        for link in dict.fromkeys(re.findall(r'href="(/catalogue/[\w-]*_\d+/)"', self.page.text)):
            self.get(link)
            if f"<td>{html.escape(sku)}</td>" in self.page.text:
                return self.page.text
        raise Refusal(f"the search does not find {sku}")

    def add(self, sku: str, quantity: int = 1, unit: str = "") -> None:
        """Put an item into the basket."""
        page = self.open_item(sku)
        action = re.search(r'action="(/basket/add/\d+/)"', page)
        if action is None:
            raise Refusal(f"{sku} has no button to buy it")
        self.post(action[1], {"quantity": str(quantity), "unit": unit})
        self._expect(self.page.url.path == "/basket/" and not self.complaints(), f"add {quantity} of {sku}")

    def empty_basket(self) -> None:
        """Take everything out of the basket: a customer's is kept from one visit to the next."""
        page = self.get("/basket/")
        hidden = re.findall(r'<input type="hidden" name="(form-[^"]+)" value="([^"]*)"', page)
        lines = re.findall(r'name="(form-\d+-quantity)"', page)
        if lines:
            self.post("/basket/", dict(hidden) | dict.fromkeys(lines, "0"))
        self._expect("Your cart is empty" in self.page.text, "empty the basket")

    def go_to_shipping(self, address: dict[str, str], email: str, note: str = "") -> None:
        """From the basket to the page after the address."""
        self.get("/checkout/")
        if "shipping-address" not in self.page.url.path:
            self.post("/checkout/", {"username": email, "options": "anonymous"})
        self._expect("shipping-address" in self.page.url.path, "enter the checkout")
        self.post("/checkout/shipping-address/", address | {"notes": note})
        self._expect("shipping-address" not in self.page.url.path, "give the address")

    def ship_to_own_address(self) -> None:
        """From the basket, by the button beside the first entry of the address book."""
        page = self.get("/checkout/shipping-address/")
        entry = re.search(r'name="address_id" value="(\d+)"', page)
        assert entry, page
        self.post("/checkout/shipping-address/", {"action": "ship_to", "address_id": entry[1]})
        self._expect("shipping-address" not in self.page.url.path, "ship to the own address")

    def shipping_offered(self) -> list[str]:
        """Codes of the methods on the page."""
        found = re.findall(r'name="method_code" value="([^"]+)"', self.page.text)
        return [html.unescape(code) for code in found]

    def choose_shipping(self, code: str) -> None:
        """Choose a method; if only one fits, the shop has chosen it already."""
        if "shipping-method" in self.page.url.path:
            self.post("/checkout/shipping-method/", {"method_code": code})
        self._expect("payment-method" in self.page.url.path, f"ship by {code}")

    def payments_offered(self) -> list[str]:
        """Codes of the options on the page."""
        return re.findall(r'name="option" value="([^"]+)"', self.page.text)

    def choose_payment(self, code: str, reference: str = "") -> None:
        """Choose a payment option, and see the preview."""
        self.post("/checkout/payment-method/", {"option": code, "reference": reference})
        self._expect("preview" in self.page.url.path, f"pay by {code}")

    def place(self) -> str:
        """Place the order, give its number."""
        self.post("/checkout/preview/", {"action": "place_order"})
        self._expect("thank-you" in self.page.url.path, "place the order")
        number = re.search(r"order number is <strong>(\d+)</strong>|(\d{6,})", self.page.text)
        assert number, self.page.text
        return number[1] or number[2]

    def get(self, path: str, **query: str) -> str:
        """Open a page, give its HTML."""
        self.page = self.client.get(path, params=query or None)
        return self.page.text

    def post(self, path: str, data: dict[str, str]) -> None:
        """Send a form of the page that is open."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page.text)
        assert token, f"{self.page.url} has no form"
        headers = {"Referer": str(self.page.url)}
        data = data | {"csrfmiddlewaretoken": token[1], "next": "/basket/"}
        self.page = self.client.post(path, data=data, headers=headers)

    def _expect(self, went_on: bool, what: str) -> None:
        if not (went_on and self.page.status_code == 200):
            raise Refusal(f"could not {what}: {self.page.status_code} {self.page.url} {self.complaints()}")

    def complaints(self) -> list[str]:
        """What the page says against it."""
        found = re.findall(
            r'class="(?:error-block|alert[^"]*alert-(?:danger|warning|error)[^"]*)"[^>]*>(.*?)</(?:span|div)',
            self.page.text,
            re.DOTALL,
        )
        return [" ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split()) for text in found]
