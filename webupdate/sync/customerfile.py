"""A web customer becomes the file that EBMS imports: one heading line, one row, Windows-1252, CR LF.

A new customer's file has all columns, always the same. The file of a change has ID and the changed columns only:
an empty cell under a heading empties the field.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from webupdate.sync import place
from webupdate.sync.merge import COLUMNS, fits, length_of
from webupdate.sync.ordercells import Cells, as_bytes
from webupdate.sync.shops.base import Account
from webupdate.sync.text import one_line, starts_formula, to_code_page, visible

# source: ARCUST; WEB_USER and WEB_APPRVD are own. ID stays empty, since EBMS makes it from the name (SMIJOE).
NEW_COLUMNS: tuple[str, ...] = (
    *("ID", "TREE_ID", *COLUMNS.values(), "IN_LEVEL", "E_DATE", "EXTERNALID"),
    *("WEB_USER", "WEB_APPRVD", "MEMO"),
)
_MARK_LENGTH = 50  # source: ARCUST, EXTERNALID
_TREE_LENGTH, _LEVEL_LENGTH = 5, 15


class CustomerRules(Struct, frozen=True, kw_only=True):
    """What customer files depend on in a site's settings.

    `category` is the TREE_ID for new customers, whose defaults EBMS copies; without one `level` is the price
    level that the account saw. `approved`: whether it may order before a person has looked at it.
    """

    site: str
    time_zone: str = "UTC"
    category: str = ""
    level: str = ""
    approved: bool = False


class CustomerFile(Struct, frozen=True):
    """A file to write, and what a person should know of it."""

    name: str
    content: bytes
    warnings: tuple[str, ...]


def mark_of(site: str, shop_id: str) -> str:
    """EXTERNALID of an account: by it EBMS's export is recognised when it comes back."""
    mark = f"{site}-{shop_id}"
    if mark == to_code_page(one_line(mark)) and len(mark) <= _MARK_LENGTH and not starts_formula(mark):
        return mark
    return f"{site}-{place.short_hash(shop_id)}"


def file_name(site: str, shop_id: str, nth: int) -> str:
    """`CU-<site>-<shop id>.csv`, the files after the first with their number behind."""
    return place.file_name("CU", site, shop_id, nth)


def build_new(account: Account, nth: int, rules: CustomerRules) -> CustomerFile:
    """The file of a customer that EBMS does not have. Raises NeedsPerson for what no file can be made of.

    An e-mail that is too long stays out of EMAIL; it is the WEB_USER all the same and stands in MEMO.
    """
    customer = account.customer
    cells = Cells(customer.email or account.id, "web customer")
    row = {name: _cell(cells, name, getattr(customer, name)) for name in COLUMNS}
    if not fits("email", customer.email):
        cells.note("EMAIL as the web sent it", customer.email)
        cells.warnings.append(f'EMAIL "{visible(customer.email)}" does not fit and is left out; it stands in MEMO.')
        row["email"] = ""
    if not row["last_name"]:
        # EBMS makes the ID from the name, so it needs one.
        named = row["first_name"] or row["contact"] or customer.email or customer.login or account.id
        row |= {"first_name": "", "last_name": _cell(cells, "last_name", named.strip())}
    values = {COLUMNS[name]: value for name, value in row.items()} | {
        "TREE_ID": cells.text("TREE_ID", rules.category, _TREE_LENGTH),
        "IN_LEVEL": "" if rules.category else cells.text("IN_LEVEL", rules.level, _LEVEL_LENGTH),
        "E_DATE": cells.day("E_DATE", account.made_at, rules.time_zone),
        "EXTERNALID": mark_of(rules.site, account.id),
        "WEB_USER": cells.text("WEB_USER", customer.login or customer.email),
        "WEB_APPRVD": "T" if rules.approved else "F",
    }
    values["MEMO"] = cells.memo("MEMO", "\r\n".join(cells.originals))
    return _file(account.id, nth, rules, NEW_COLUMNS, values, cells)


def build_change(shop_id: str, key: str, changed: Mapping[str, str], nth: int, rules: CustomerRules) -> CustomerFile:
    """The file that brings the fields which the web changed to the customer `key`."""
    cells = Cells(key, "customer")
    values = {COLUMNS[name]: _cell(cells, name, value) for name, value in changed.items()}
    columns = ("ID", *(COLUMNS[name] for name in COLUMNS if name in changed))
    return _file(shop_id, nth, rules, columns, values | {"ID": key}, cells)


def _cell(cells: Cells, name: str, value: str) -> str:
    if not fits(name, value):
        return ""
    return cells.text(COLUMNS[name], value, length_of(name))


def _file(
    shop_id: str, nth: int, rules: CustomerRules, columns: tuple[str, ...], values: Mapping[str, str], cells: Cells
) -> CustomerFile:
    rows = [columns, tuple(values.get(name, "") for name in columns)]
    return CustomerFile(file_name(rules.site, shop_id, nth), as_bytes(rows), tuple(cells.warnings))
