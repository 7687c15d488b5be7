"""Hostile orders, placed in a real shop with Oscar's own order classes, as a plugin or a stranger could place them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.webshop.running import run_in_shop
from webupdate.webshop.server import RunningShop

ESCAPE, BELL, NUL, CSI, OVERRIDE, MARK = "\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u200f"
PHONE = "+1 (555) 010-99 x12"
NOTE_SIZE, LINES = 1_000_000, 10_000
PLACED = "2026-03-01T12:00:00+00:00"
BEFORE = "2026-02-28"

# Oscar's forms would refuse some of this; its classes do not, and plugins use those.
_PLACE = """
import datetime, json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from oscar.apps.order.utils import OrderCreator
from oscar.core.loading import get_model
from oscar.core.prices import Price
from webupdate.webshop.erp.models import CustomerInfo

def model(name, app="order"):
    return get_model(app, name)

def address(name, values):
    return model(name).objects.create(country_id="DE", **values)

def price(text):
    return Price("USD", excl_tax=Decimal(text), tax=Decimal(0))

def line(order, sku, title, amount):
    names = ("unit_price", "line_price", "line_price_before_discounts")
    prices = {f"{name}_{tax}_tax": Decimal(amount) for name in names for tax in ("excl", "incl")}
    return model("Line")(order=order, partner_sku=sku, title=title, quantity=1, num_allocated=0, **prices)

user = CustomerInfo.objects.get(key="ALFKI").user
for spec in json.loads(Path(PATH).read_text()):
    order = OrderCreator().create_order_model(
        user, None, address("ShippingAddress", spec["ship"]),
        SimpleNamespace(name=spec["ship_name"], code=spec["ship_code"]), price(spec["freight"]),
        address("BillingAddress", spec["bill"]), price(spec["total"]), spec["number"], "Pending",
        date_placed=datetime.datetime.fromisoformat(PLACED),
    )
    model("Line").objects.bulk_create([line(order, *one) for one in spec["lines"]])
    for name, code, amount in spec["charges"]:
        amounts = dict(excl_tax=Decimal(amount), incl_tax=Decimal(amount))
        model("Surcharge").objects.create(order=order, name=name, code=code, **amounts)
    kind, _ = model("SourceType", "payment").objects.get_or_create(code=spec["pay_code"])
    model("Source", "payment").objects.create(
        order=order, source_type=kind, currency="USD", amount_allocated=Decimal(spec["total"]),
        label=spec["pay_name"], reference=spec["reference"],
    )
"""


def _address(**values: str) -> dict[str, str]:
    names = {"first_name": "Maria", "last_name": "Anders", "line1": "Obere Str. 57", "line4": "Berlin"}
    return names | {"postcode": "12209"} | values


def _order(number: str, *, note: str = "", **values: Any) -> dict[str, Any]:
    """An order of ALFKI that nothing is wrong with but for the values. A line is SKU, title, amount."""
    usual: dict[str, Any] = {
        "number": number,
        "bill": _address(),
        "ship": _address(),
        "ship_name": "Federal Shipping",
        "ship_code": "Federal Shipping",
        "freight": "9.75",
        "lines": [("CHAI-01", "Chai", "18.00")],
        "charges": [],
        "total": "27.75",
        "pay_code": "N30",
        "pay_name": "Net 30",
        "reference": "",
    }
    order = usual | values
    order["ship"] = {"phone_number": PHONE, "notes": note} | order["ship"]
    return order


# By what is hostile about them.
ORDERS: dict[str, dict[str, Any]] = {
    "escape codes": _order(
        f"7001{ESCAPE}[2J",
        bill=_address(first_name=f"{ESCAPE}[31mMaria", last_name=f"{ESCAPE}]0;x{BELL}Anders", line4=f"Ber{CSI}lin"),
        note=f"{ESCAPE}[31mred{BELL}\r\nbell{CSI}2J",
        lines=[(f"CHAI{ESCAPE}[31m", f"Chai{ESCAPE}[0m", "18.00")],
        ship_name=f"{ESCAPE}[1mUPS",
        ship_code="ups",
        pay_name=f"{ESCAPE}[7mNet 30",
        reference=f"{ESCAPE}[8m4111 1111 1111 1111",
    ),
    "markup": _order(
        "7002[red]",
        bill=_address(first_name="[red]Maria[/red]", line1="[@click=app.quit]x[/]", line2="[/]"),
        note="[link=file:///etc/passwd]y[/link]\n[bold",
        lines=[("[b]CHAI", "[reverse]Chai", "18.00")],
        ship_name="[blink]UPS",
        ship_code="[ups]",
        pay_code="[b]N30",
        pay_name="[b]Net 30",
    ),
    "formulas": _order(
        "=7003+1",
        bill=_address(first_name='=HYPERLINK("http://x")', line1="+1+cmd|' /C calc'!A0", line2="-2+3"),
        ship=_address(first_name="＝1+1", line4="@SUM(A1)", phone_number="=1+1"),
        note="=1+1\n=2+2",
        lines=[("=CHAI", "=1+1", "18.00")],
        charges=[("=Coupon", "+a", "-3.50")],
        total="24.25",
        reference="=4111111111111111",
    ),
    "right to left": _order(
        f"7005{OVERRIDE}",
        bill=_address(first_name=f"{OVERRIDE}airaM", line4=f"Berlin{MARK}"),
        note=f"{OVERRIDE}exe.gnp",
        lines=[(f"CHAI-01{MARK}", f"Chai{OVERRIDE}", "18.00")],
    ),
    "NUL": _order(
        f"70{NUL}06",
        bill=_address(first_name=f"Ma{NUL}ria", line1=f"Obere{NUL} Str. 57", line4=NUL),
        note=f"{NUL}a{NUL}{NUL}",
        lines=[(f"CHAI-01{NUL}", f"{NUL}Chai", "18.00")],
        ship_name=f"Federal{NUL} Shipping",
        ship_code=NUL,
    ),
    "a note of 1 MB": _order("7007", note=f"{ESCAPE}[31m[red]=" + "ab\u202ec " * (NOTE_SIZE // 5) + "end"),
    "10,000 lines": _order(
        "7008",
        lines=[(f"CHAI-01{ESCAPE}" if place == LINES // 2 else "CHAI-01", f"[red]Chai {place}", "0.10")
               for place in range(LINES)],
        total="1009.75",
    ),
    "phones and amounts": _order(
        "-7009", bill=_address(postcode="-5"), note="-3.50", charges=[("Coupon", "", "-3.50")], total="24.25"
    ),
}  # fmt: skip


def place(shop: RunningShop, folder: Path) -> None:
    """Place them all in a shop; `folder` takes a file on the way there."""
    path = folder / "hostile.json"
    path.write_text(json.dumps(list(ORDERS.values())))
    run_in_shop(shop, f"PATH, PLACED = {str(path)!r}, {PLACED!r}\n{_PLACE}")
