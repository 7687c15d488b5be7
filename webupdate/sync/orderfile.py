"""A judged web order becomes the file that EBMS imports as a sales order.

Rows of the kinds `H` (one), `D` (one for each line, discount and fee) and `P` (payments), Windows-1252,
CR LF, quotes only where needed, no heading line. The amounts of the `D` rows (M_QUAN_VIS times UNIT_VIS,
rounded to cents) sum up to the shop's line totals and charges.

`P` rows are written for every payment, so that the file holds how the order is paid: TYPE "Charge" and
"COD" (and TERMS 2 and 3) state what is still owed, all other types what the shop has taken.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from webupdate.sync import place, written
from webupdate.sync.ordercells import LENGTHS, Cells, as_bytes, cents, plain, without_card_numbers
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.settle import DIFFERENCE, DISCOUNT, METHODS, Settled, address_fields, charge_name, terms_code
from webupdate.sync.shops.base import Address, OrderLine, WebOrder
from webupdate.sync.text import one_line, starts_formula, to_code_page, visible

_ADDRESS = ("NAME", "ADDRESS1", "ADDRESS2", "CITY", "STATE", "ZIP", "COUNTRY", "PHONE", "EMAIL")

# The cells after the letter, in order (source: ARINV; TAX_WEB and TOTAL_WEB are own).
HEADER_COLUMNS: tuple[str, ...] = (
    *("EXTERNALID", "WEB_SALE", "ID", "C_ID", "INV_DATE", "SHIP_DATE", "PO_NO", "DESCR"),
    *_ADDRESS,
    *(f"C_{name}" for name in _ADDRESS),
    *("SHIP_VIA", "MAN_FREIGH", "FREIGHT", "HANDLING", "TERMS", "IDCHARGE", "IN_LEVEL", "MAN_TAX"),
    *("TAX_WEB", "TOTAL_WEB", "SALESMAN", "WAREHOUSE", "ORD_STAT", "MEMO", "INTERNALNT"),
)
# source: ARINVDET; LINE is own
LINE_COLUMNS: tuple[str, ...] = (
    *("EXTERNALID", "LINE", "INVEN", "DESCR", "M_QUAN_VIS", "UNIT_MEAS", "UNIT_VIS", "TAXED"),
    *("WAREHOUSE", "ACCOUNT"),
)
# source: API-ARINV (ARINVPMT)
PAYMENT_COLUMNS: tuple[str, ...] = (
    *("EXTERNALID", "TYPE", "AMOUNT", "DATE", "CC_TYPE", "CC_4DIGIT", "CHECK_NO", "CASH_ACNT"),
)


class OrderFile(Struct, frozen=True):
    """A file to write, and what a person should know of it."""

    name: str
    content: bytes
    warnings: tuple[str, ...]


class Edition(Struct, frozen=True):
    """Which file of the order it is. `replaces`: the names of the files that EBMS may hold, `changed`: since then."""

    attempt: int = 1
    replaces: str = ""
    changed: str = ""


FIRST = Edition()


def build(order: WebOrder, settled: Settled, rules: OrderRules, edition: Edition = FIRST) -> OrderFile:
    """The import file of `order`. Raises NeedsPerson for what no file can be made of."""
    cells = Cells(order.number)
    day = settled.day or cells.day("INV_DATE", order.placed_at, rules.time_zone)
    key = _external_id(cells, order.number)
    lines = _line_rows(cells, key, order, settled, rules)
    payments = [_payment_row(cells, key, day, place, order, settled) for place in range(len(order.payments))]
    header = {"EXTERNALID": key, "INV_DATE": day} | _header_row(cells, order, settled, rules, edition)
    rows = [
        ("H", *(header.get(name, "") for name in HEADER_COLUMNS)),
        *(("D", *(row.get(name, "") for name in LINE_COLUMNS)) for row in lines),
        *(("P", *(row.get(name, "") for name in PAYMENT_COLUMNS)) for row in payments),
    ]
    return OrderFile(file_name(rules.site, order.number, edition.attempt), as_bytes(rows), tuple(cells.warnings))


def file_name(site: str, number: str, attempt: int = 1) -> str:
    """`SO-<site>-<number>.csv`, then `…-2.csv`; safe on every file system, different for different numbers."""
    return place.file_name("SO", site, number, attempt)


def _edition_cells(cells: Cells, order: WebOrder, edition: Edition) -> dict[str, str]:
    """The document's name, and what a file says that stands for one which EBMS may hold."""
    if not edition.replaces:
        return {"DESCR": _named(cells, "DESCR", f"Web order {order.number}")}
    changed = f": {edition.changed}" if edition.changed else ""
    return {
        "DESCR": _named(cells, "DESCR", f"Web order {order.number} (replacement)"),
        "INTERNALNT": cells.memo("INTERNALNT", f"Replaces {edition.replaces}{changed}"),
    }


def _external_id(cells: Cells, number: str) -> str:
    """The shop's order number; one that has to change gets a hash, so that no two become the same."""
    limit = LENGTHS["EXTERNALID"]
    fit = to_code_page(one_line(number))
    if not fit or fit != number or len(fit) > limit:
        cells.note("ORDER NUMBER as the web sent it", number)
        # One character less than there is room for, since a blank may have to go before it.
        fit = f"{fit[: limit - place.HASH_LENGTH - 2]}-{place.short_hash(number)}"
    return cells.text("EXTERNALID", fit, limit)


def _header_row(cells: Cells, order: WebOrder, settled: Settled, rules: OrderRules, edition: Edition) -> dict[str, str]:
    customer = _named(cells, "ID", settled.customer_id or rules.guest_customer)
    header = {
        "WEB_SALE": "T",
        "ID": customer,
        "C_ID": customer,
        "PO_NO": _named(cells, "PO_NO", order.number),
        **_edition_cells(cells, order, edition),
        **_address_cells(cells, "", order.bill_to, order.email, settled),
        **(_address_cells(cells, "C_", order.ship_to, "", settled) if order.ship_to else {}),
        "SHIP_VIA": _named(cells, "SHIP_VIA", settled.ship_via),
        "MAN_FREIGH": "T",
        "FREIGHT": _money(cells, "FREIGHT", order.shipping),
        "TERMS": cells.text("TERMS", terms_code(order, settled)),
        "IDCHARGE": _named(cells, "IDCHARGE", settled.terms_id),
        "IN_LEVEL": _named(cells, "IN_LEVEL", settled.level or rules.level),
        "MAN_TAX": "T",
        "TAX_WEB": _money(cells, "TAX_WEB", written.tax(order, settled)),
        "TOTAL_WEB": _money(cells, "TOTAL_WEB", written.total(order, settled)),
    }
    if header["TOTAL_WEB"] != _money(cells, "TOTAL_WEB", order.total):
        cells.note("TOTAL_WEB as the web sent it", order.total)
    header["MEMO"] = _memo(cells, order)
    return header


def _named(cells: Cells, field: str, value: str) -> str:
    return cells.text(field, value, LENGTHS[field])


def _address_cells(cells: Cells, prefix: str, address: Address, email: str, settled: Settled) -> dict[str, str]:
    """An address. A company beside a person has no field of its own and goes to the MEMO."""
    if address.name and address.company and address.company != address.name:
        cells.note(f"{prefix}COMPANY", address.company)
    found: dict[str, str] = {}
    for name, value in address_fields(address, email).items():
        text = settled.text(name, value)
        if value and text != value:
            cells.note(f"{prefix}{name} as the web sent it", value)
        found[f"{prefix}{name}"] = cells.text(f"{prefix}{name}", text, LENGTHS[name])
    return found


def _memo(cells: Cells, order: WebOrder) -> str:
    """The buyer's note, then what the fields could not hold. Made last, when all of that is known."""
    note = cells.memo("MEMO", order.note)
    memo = "\r\n".join(filter(None, (note, *cells.originals)))
    # A note that was a harmless number, as -5, is none any more with text behind it.
    return f" {memo}" if starts_formula(memo) else memo


def _line_rows(cells: Cells, key: str, order: WebOrder, settled: Settled, rules: OrderRules) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for number, line in enumerate(order.lines, 1):
        if number in settled.skipped:
            cells.warnings.append(f"line {number} ({visible(line.sku)}, {visible(line.total)}) was left out.")
        else:
            rows += _product_rows(cells, number, line, settled, rules)
    for charge in order.charges:
        amount = cells.number("UNIT_VIS", charge.amount)
        rows.append(_extra_row(cells, charge_name(charge.name, charge.code), amount, "F", settled, rules))
    for number, row in enumerate(rows, 1):
        row |= {"EXTERNALID": key, "LINE": str(number)}
    return rows


def _product_rows(
    cells: Cells, number: int, line: OrderLine, settled: Settled, rules: OrderRules
) -> list[dict[str, str]]:
    """A line at its full price, and the difference to what the shop took as a row of its own."""
    where = f"line {number} "
    item = settled.item(line)
    if not item:
        raise cells.refused(f"{where}INVEN", line.sku, "an SKU that is settled as an item of EBMS")
    quantity = cells.number(f"{where}M_QUAN_VIS", settled.quantity(number, line))
    price = _unit_price(cells, f"{where}UNIT_VIS", settled.price(number, line))
    taxed = "T" if cells.number(f"{where}tax", line.tax) else "F"
    row = {
        "INVEN": cells.text(f"{where}INVEN", item, LENGTHS["INVEN"]),
        "DESCR": cells.memo(f"{where}DESCR", settled.title(line)),
        "M_QUAN_VIS": plain(quantity),
        "UNIT_MEAS": cells.text(f"{where}UNIT_MEAS", settled.unit(line), LENGTHS["UNIT_MEAS"]),
        "UNIT_VIS": plain(price, 2),
        "TAXED": taxed,
    }
    rest = cents(cells.number(f"{where}total", line.total)) - cents(quantity * price)
    if not rest or number in settled.quantities or number in settled.prices:
        return [row]  # what a person has set is the price, and there is no difference to it
    return [row, _extra_row(cells, DISCOUNT if rest < 0 else DIFFERENCE, rest, taxed, settled, rules)]


def _unit_price(cells: Cells, field: str, value: str) -> Decimal:
    """UNIT_VIS holds two places; a finer price is rounded and the line's total set right after it."""
    price = cells.number(field, value)
    rounded = cents(price)
    if rounded != price:
        cells.warnings.append(f"{field} is {plain(price)}, written as {rounded}: EBMS keeps two places.")
    return rounded


def _extra_row(
    cells: Cells, name: str, amount: Decimal, taxed: str, settled: Settled, rules: OrderRules
) -> dict[str, str]:
    """A discount, fee or rounding: a row without product, booked to an account."""
    return {
        "DESCR": cells.memo("charge DESCR", name),
        "M_QUAN_VIS": "1",
        "UNIT_VIS": plain(cents(amount), 2),
        "TAXED": taxed,
        "ACCOUNT": _named(cells, "ACCOUNT", settled.accounts.get(name, rules.charge_account)),
    }


def _payment_row(cells: Cells, key: str, day: str, place: int, order: WebOrder, settled: Settled) -> dict[str, str]:
    payment = order.payments[place]
    method = settled.methods.get(payment.code, "")
    kind = METHODS.get(method, (payment.name or payment.code, ""))[0]
    if payment.reference:
        cells.note("PAYMENT REFERENCE", without_card_numbers(payment.reference))
    return {
        "EXTERNALID": key,
        "TYPE": cells.text("TYPE", kind),
        "AMOUNT": _money(cells, "AMOUNT", written.payment(place, order, settled)),
        "DATE": day,
        "CASH_ACNT": cells.text("CASH_ACNT", settled.cash_accounts.get(payment.code, "")),
    }


def _money(cells: Cells, field: str, value: str) -> str:
    return plain(cells.number(field, value), 2)
