"""EBMS rows become the neutral records that shops are sent. Pure: the same rows give the same records."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec import Struct

from webupdate.sync.reader import BadRow, Row
from webupdate.sync.shops.base import (
    Category,
    Customer,
    Entity,
    Item,
    PayOption,
    Price,
    Record,
    ShipBand,
    ShipMethod,
    Stock,
)
from webupdate.sync.text import many_lines, one_line, visible

# Raised whenever the same rows give other records or other facts (entities.py), so that every file is read and
# compared anew. 4: zeros in rate tables of ship vias.
MAPPING_VERSION = 4

# C_TYPE of items that have no count: service, no count, % price, % discount (source: INVENTRY).
UNCOUNTED = frozenset(("0", "1", "6", "10"))

RATE_TYPES = ("FLAT", "PERCENT", "WEIGHT", "QUANTITY", "CUSTOMER", "PICKUP", "SERVICE")
PAY_METHODS = ("CASH", "CHECK", "CREDITCARD", "CHARGE", "COD", "PAYPAL", "GIFTCARD")

# These cost what the row's RATE says; the others are free or priced elsewhere.
_RATED = frozenset(("FLAT", "PERCENT", "WEIGHT", "QUANTITY"))

# Only tags that people write into descriptions: "size <L>" is text.
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s"
    r"|script|small|span|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)


class SiteRules(Struct, frozen=True, kw_only=True):
    """What the mapping reads of a site's settings.

    `guest_customer`: the id of orders without login; `price_level`: the one that guests see;
    `tax_classes`: TAX_GROUP, in small letters, and the shop's class.
    """

    guest_customer: str = "WEBSITE"
    price_level: str = "Retail"
    tax_classes: tuple[tuple[str, str], ...] = ()


class Mapped(Struct, frozen=True, kw_only=True):
    """What a site should hold for one key.

    `record` None: nothing, because it is `left` (the reason: not for this site) or has a `problem`.
    `parent` is the record inside of which the shop keeps it; `hidden`: the shop holds it invisible.
    """

    entity: Entity
    key: str
    parent: tuple[Entity, str] | None = None
    record: Record | None = None
    hidden: bool = False
    left: str = ""
    problem: BadRow | None = None


def map_rows(file: str, rows: Sequence[Row], rules: SiteRules) -> tuple[Mapped, ...]:
    """The records that `rows` make: all rows of one key of the export `file` (one row, but for shipping)."""
    return _MAPPERS[file](rows, rules)


def _category(rows: Sequence[Row], _rules: SiteRules) -> tuple[Mapped, ...]:
    row = rows[0]
    get = row.values.get
    parent = _tree(get("PARENT_ID", ""))
    shown = get("SHOW_WEB", "T") == "T"
    record = Category(
        parent=parent,
        title=_title(get("WEB_DESCR1"), get("TREE_DESCR")) or row.key,
        short=_rich(get("WEB_DESCR2")),
        long=_rich(get("WEB_DESCR3")),
        shown=shown,
    )
    return (Mapped(entity="categories", key=row.key, parent=_in_category(parent), record=record, hidden=not shown),)


def _inventory(rows: Sequence[Row], rules: SiteRules) -> tuple[Mapped, ...]:
    return (_item(rows[0], rules), map_stock(rows[0]))


def _item(row: Row, rules: SiteRules) -> Mapped:
    get = row.values.get
    tax_group = one_line(get("TAX_GROUP", ""))
    category = _tree(get("TREE_ID", ""))
    shown = get("SHOW_WEB") == "T" and get("INACTIVE") != "T"
    record = Item(
        category=category,
        title=_title(get("WEB_DESCR1"), get("DESCR_1")) or row.key,
        short=_rich(get("WEB_DESCR2") or get("DESCR_2")),
        long=_rich(get("WEB_DESCR3")),
        shown=shown,
        oversell=get("NOTQTYSELL", "F") == "F" or get("C_TYPE") in UNCOUNTED,
        coming_soon=get("PRE_SALE") == "T",
        out_of_stock_message=one_line(get("OSTK_MSG", "")),
        unit=one_line(get("EACH_UNIT", "")),
        weight=get("WEIGHT", ""),
        upc=one_line(get("UPC", "")),
        manufacturer=one_line(get("MFG", "")),
        manufacturer_part=one_line(get("MFG_PART", "")),
        tax_group=tax_group,
        tax_class=next((slug for group, slug in rules.tax_classes if group == tax_group.casefold()), ""),
        default_unit=one_line(get("DEF_UNIT", "")),
        related=tuple(filter(None, map(one_line, get("RELATED", "").split(";")))),
    )
    return Mapped(entity="items", key=row.key, parent=_in_category(category), record=record, hidden=not shown)


def map_stock(row: Row) -> Mapped:
    """What the web may sell of an item; the row needs T_AVAIL, T_ON_HAND and C_TYPE only."""
    get = row.values.get
    parent: tuple[Entity, str] = ("items", row.key)
    quantity = get("T_AVAIL") or get("T_ON_HAND") or ""
    kind = get("C_TYPE", "")
    if kind in UNCOUNTED:
        reason = f"EBMS does not count this kind of item (C_TYPE {kind})"
        return Mapped(entity="stock", key=row.key, parent=parent, left=reason)
    if not quantity:
        return Mapped(entity="stock", key=row.key, parent=parent, left="no T_AVAIL or T_ON_HAND")
    return Mapped(entity="stock", key=row.key, parent=parent, record=Stock(item=row.key, quantity=quantity))


def _price(rows: Sequence[Row], rules: SiteRules) -> tuple[Mapped, ...]:
    row = rows[0]
    item = row.values["ID"]
    parent: tuple[Entity, str] = ("items", item)
    price = row.values["PRICE"]
    if not price or price.startswith("-"):
        hint = "Give the item a price for this level in EBMS, or leave the row out of the export."
        problem = _problem(row, "PRICE", "a price of 0.00 or more", hint)
        return (Mapped(entity="prices", key=row.key, parent=parent, problem=problem),)
    level = row.values["LEVEL"]
    record = Price(
        item=item,
        level=level,
        unit=row.values.get("UNIT", ""),
        price=price,
        public=level == rules.price_level,
    )
    return (Mapped(entity="prices", key=row.key, parent=parent, record=record),)


def _customer(rows: Sequence[Row], rules: SiteRules) -> tuple[Mapped, ...]:
    row = rows[0]
    email = one_line(row.values.get("EMAIL", ""))
    login = one_line(row.values.get("WEB_USER", "")) or email.lower()
    if row.key.upper() == rules.guest_customer.upper():
        return (Mapped(entity="customers", key=row.key, left="the customer of orders without login"),)
    if not login:
        return (Mapped(entity="customers", key=row.key, left="neither WEB_USER nor EMAIL"),)
    record = account_of(row, login, email)
    return (Mapped(entity="customers", key=row.key, record=record, hidden=not record.active),)


def account_of(row: Row, login: str, email: str) -> Customer:
    """The account of a customer with this login; of the row the facts that are kept are enough."""
    get = row.values.get

    def line(column: str) -> str:
        return one_line(get(column, ""))

    return Customer(
        login=login,
        email=email,
        first_name=line("F_NAME"),
        last_name=line("L_NAME"),
        address1=line("ADDRESS1"),
        address2=line("ADDRESS2"),
        city=line("CITY"),
        state=line("STATE"),
        zip=line("ZIP"),
        country=line("COUNTRY"),
        phone=line("PHONE"),
        contact=line("CONTACT_1"),
        level=line("IN_LEVEL"),
        card=get("CREDITCARD") == "T",
        charge_terms=line("IDCHARGE") if get("CHARGEPYMT") == "T" else "",
        charge_first=get("CHARGEDFLT") == "T",
        ship_via=line("DEF_FOB"),
        group=line("WEB_GROUP"),
        approved=get("WEB_APPRVD", "T") == "T",
        active=get("INACTIVE") != "T",
    )


def _shipping(rows: Sequence[Row], _rules: SiteRules) -> tuple[Mapped, ...]:
    key = rows[0].key
    shown = [row for row in rows if row.values.get("SHOW_WEB", "T") == "T"]
    if not shown:
        return (Mapped(entity="shipping", key=key, left="SHOW_WEB is F"),)
    if problem := next(filter(None, map(_rate_problem, shown)), None):
        return (Mapped(entity="shipping", key=key, problem=problem),)
    name = next(filter(None, (one_line(row.values.get("DESCR", "")) for row in shown)), key)
    return (Mapped(entity="shipping", key=key, record=ShipMethod(name=name, bands=tuple(map(_ship_band, shown)))),)


def _rate_problem(row: Row) -> BadRow | None:
    """A way to ship whose cost is not known must not be offered: it would be free."""
    hint = "Correct the shipping method in EBMS or the export's column mapping."
    kind = _rate_type(row)
    if kind not in RATE_TYPES:
        return _problem(row, "RATE_TYPE", f"one of {', '.join(RATE_TYPES)}", hint)
    if kind in _RATED and not row.values.get("RATE"):
        return _problem(row, "RATE", f"an amount, since RATE_TYPE is {kind}", hint)
    return None


def _rate_type(row: Row) -> str:
    return row.values.get("RATE_TYPE", "").upper() or "FLAT"


def _ship_band(row: Row) -> ShipBand:
    get = row.values.get
    return ShipBand(
        rate_type=_rate_type(row),
        rate=get("RATE") or "0",
        min_value=_above_zero(get("MIN_VALUE", "")),
        max_value=_above_zero(get("MAX_VALUE", "")),
        handling=_above_zero(get("HANDLING", "")),
        country=one_line(get("COUNTRY", "")),
        state=one_line(get("STATE", "")),
        group=one_line(get("WEB_GROUP", "")),
    )


def _above_zero(amount: str) -> str:
    """Number columns are never empty in most exports: 0.00 is no limit, and no handling."""
    return amount if amount and Decimal(amount) else ""


def _payment(rows: Sequence[Row], _rules: SiteRules) -> tuple[Mapped, ...]:
    row = rows[0]
    get = row.values.get
    method = get("METHOD", "").upper()
    if get("SHOW_WEB", "T") != "T":
        return (Mapped(entity="payments", key=row.key, left="SHOW_WEB is F"),)
    if method not in PAY_METHODS:
        hint = "Correct the payment option in EBMS or the export's column mapping."
        problem = _problem(row, "METHOD", f"one of {', '.join(PAY_METHODS)}", hint)
        return (Mapped(entity="payments", key=row.key, problem=problem),)
    record = PayOption(
        name=one_line(get("CHARGE", "")) or row.key,
        method=method,
        terms=one_line(get("TERMS", "")),
        due_days=get("DUE_DAYS", ""),
    )
    return (Mapped(entity="payments", key=row.key, record=record),)


_MAPPERS: dict[str, Callable[[Sequence[Row], SiteRules], tuple[Mapped, ...]]] = {
    "categories": _category,
    "inventory": _inventory,
    "prices": _price,
    "customers": _customer,
    "shipping": _shipping,
    "payments": _payment,
}


def _problem(row: Row, column: str, expected: str, hint: str) -> BadRow:
    seen = visible(row.values.get(column, ""))
    what = f'is "{seen}"' if seen else "is empty"
    message = f"row {row.line}, {visible(row.key)}: {column} {what}, expected {expected}."
    return BadRow(row.line, row.key, column, seen, message, hint)


def _tree(raw: str) -> str | None:
    """A category id; "0" and "" are the root (source: INVENTRE)."""
    return raw if raw.strip("0") else None


def _in_category(key: str | None) -> tuple[Entity, str] | None:
    return ("categories", key) if key else None


def _title(*candidates: str | None) -> str:
    """The first candidate that has text. A title is plain text: `<` in it is no markup."""
    return next(filter(None, (one_line(text or "") for text in candidates)), "")


def _rich(raw: str | None) -> str:
    """HTML stays as it is, for the shop cleans it; plain text is escaped and keeps its line breaks."""
    text = many_lines(raw or "")
    if _TAG.search(text):
        return text
    return html.escape(text, quote=False).replace("\n", "<br>")
