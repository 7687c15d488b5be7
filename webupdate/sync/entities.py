"""The tables of an EBMS export as data: columns, keys, lengths, and what each file feeds.

Column names and lengths are those of EBMS's own tables; the source tag of each table names the page that
says so. Columns marked "own" are not public in EBMS: their names are ours.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from webupdate.sync.shops.base import Entity

# The name under which the facts of a record of several rows are kept; no column can be called so.
ROWS = "(rows)"

Kind = Literal["text", "code", "flag", "decimal", "integer", "date"]


class Column(Struct, frozen=True):
    """One column. `length` is EBMS's maximum in characters, None where there is none or it is not known.

    A `code` tells things apart: a number in it must have kept its digits.
    """

    name: str
    kind: Kind = "text"
    length: int | None = None


class ExportFile(Struct, frozen=True, kw_only=True):
    """One export file, saved as `<name>.csv`, `.txt`, `.xlsx` or `.jsonl`.

    `key` names the columns that tell records apart; of those only the `required` ones must have a value.
    `facts` are the columns that judging of orders and stock needs later. `several_rows`: the rows that
    share a key make one record together; then `row_facts` are kept of each of them, as JSON under ROWS.
    """

    name: str
    columns: tuple[Column, ...]
    required: tuple[str, ...]
    key: tuple[str, ...]
    entities: tuple[Entity, ...]
    facts: tuple[str, ...]
    several_rows: bool = False
    row_facts: tuple[str, ...] = ()


def _text(**lengths: int | None) -> tuple[Column, ...]:
    return tuple(Column(name, "text", length) for name, length in lengths.items())


def _code(**lengths: int | None) -> tuple[Column, ...]:
    return tuple(Column(name, "code", length) for name, length in lengths.items())


def _of(kind: Kind, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names)


# source: INVENTRE
_CATEGORIES = ExportFile(
    name="categories",
    columns=(
        *_text(TREE_ID=5, PARENT_ID=5, TREE_DESCR=35, TREE_PATH=60),
        *_of("flag", "SHOW_WEB", "SUB_ONLY"),
        *_text(WEB_DESCR1=80, WEB_DESCR2=None, WEB_DESCR3=None, TEMPLATE=32),
    ),
    required=("TREE_ID", "PARENT_ID", "TREE_DESCR"),
    key=("TREE_ID",),
    entities=("categories",),
    facts=("TREE_DESCR", "PARENT_ID", "SHOW_WEB"),
)

# source: INVENTRY; IMAGES, DOCUMENTS and RELATED are own: names or ids joined by ";"
_INVENTORY = ExportFile(
    name="inventory",
    columns=(
        *_text(ID=24),
        *_code(AUTOID=16),
        *_text(TREE_ID=5, DESCR_1=80, DESCR_2=80),
        *_text(WEB_DESCR1=80, WEB_DESCR2=None, WEB_DESCR3=None),
        *_of("flag", "SHOW_WEB", "INACTIVE", "PRE_SALE", "NOTQTYSELL"),
        *_text(OSTK_MSG=250, SHOW_STOCK=25),
        *_of("integer", "C_TYPE"),
        *_of("decimal", "BASE", "WEIGHT", "T_ON_HAND", "T_AVAIL"),
        *_text(EACH_UNIT=10, DEF_UNIT=10, TAX_GROUP=20),
        *_code(UPC=25, MFG_PART=24, EXTERNALID=50),
        *_text(MFG=10, WAREHOUSE=10, IMAGES=None, DOCUMENTS=None, RELATED=None),
    ),
    required=("ID", "TREE_ID", "DESCR_1", "SHOW_WEB"),
    key=("ID",),
    entities=("items", "stock"),
    # IMAGES and DOCUMENTS are looked after by sync/files.py: the files may change while this one does not.
    facts=(
        *("DESCR_1", "EACH_UNIT", "DEF_UNIT", "T_AVAIL", "T_ON_HAND", "INACTIVE", "NOTQTYSELL", "SHOW_WEB", "C_TYPE"),
        *("ID", "AUTOID", "TREE_ID", "MFG", "WAREHOUSE", "TAX_GROUP", "IMAGES", "DOCUMENTS", "WEIGHT", "UPC"),
    ),
)

# source: INVPRICE; without a UNIT column every price is for the item's own unit
_PRICES = ExportFile(
    name="prices",
    columns=(*_text(ID=24, LEVEL=15, UNIT=10), *_of("decimal", "PRICE")),
    required=("ID", "LEVEL", "PRICE"),
    key=("ID", "LEVEL", "UNIT"),
    entities=("prices",),
    facts=("PRICE", "UNIT"),
)

# source: ARCUST; WEB_USER, WEB_APPRVD and WEB_GROUP are own
_CUSTOMERS = ExportFile(
    name="customers",
    columns=(
        *_text(ID=10),
        *_code(AUTOID=16),
        *_text(TREE_ID=5, F_NAME=35, L_NAME=50, ADDRESS1=35, ADDRESS2=35, CITY=30),
        *_text(STATE=3, ZIP=11, COUNTRY=25, PHONE=40, EMAIL=40, CONTACT_1=40, IN_LEVEL=15),
        *_of("flag", "CASH", "CHECK", "CREDITCARD", "CHARGEPYMT", "CHARGEDFLT"),
        *_text(IDCHARGE=10, CHARGE=60, IDDISCOUNT=10, DISCOUNT=60),
        *_of("decimal", "CRED_LIM", "BALANCE"),
        *_text(DEL_REASON=50, DEF_FOB=25, FRGHT_TYPE=10, FRGHT_AMT=90, SHIP_TO=10, SALESMAN=20),
        *_of("flag", "MAIL_LIST", "EMAIL_LIST", "INACTIVE"),
        *_of("date", "E_DATE"),
        *_code(EXTERNALID=50),
        *_text(WEB_USER=None),
        *_of("flag", "WEB_APPRVD"),
        *_text(WEB_GROUP=None),
    ),
    required=("ID", "L_NAME"),
    key=("ID",),
    entities=("customers",),
    facts=(
        *("AUTOID", "F_NAME", "L_NAME", "EMAIL", "WEB_USER", "PHONE", "IN_LEVEL", "CHARGEPYMT", "CREDITCARD"),
        *("IDCHARGE", "CHARGE", "CHARGEDFLT", "WEB_GROUP", "CRED_LIM", "BALANCE", "DEL_REASON", "INACTIVE", "DEF_FOB"),
        *("ADDRESS1", "ADDRESS2", "CITY", "STATE", "ZIP", "COUNTRY", "CONTACT_1", "EXTERNALID", "WEB_APPRVD"),
    ),
)

# source: ARSHVIA for SHIP_VIA (length: ARINV.SHIP_VIA), the rest is own
_SHIPPING = ExportFile(
    name="shipping",
    columns=(
        *_text(SHIP_VIA=25, DESCR=None, RATE_TYPE=None),
        *_of("decimal", "MIN_VALUE", "MAX_VALUE", "RATE", "HANDLING"),
        *_text(COUNTRY=None, STATE=None, WEB_GROUP=None),
        *_of("flag", "SHOW_WEB"),
    ),
    required=("SHIP_VIA",),
    key=("SHIP_VIA",),
    entities=("shipping",),
    facts=("DESCR", "SHOW_WEB"),
    several_rows=True,
    row_facts=(
        *("RATE_TYPE", "MIN_VALUE", "MAX_VALUE", "RATE", "HANDLING", "COUNTRY", "STATE", "WEB_GROUP", "SHOW_WEB"),
    ),
)

# source: APTERM for IDCHARGE and CHARGE (lengths: ARCUST), TERMS as in ARINV, the rest is own
_PAYMENTS = ExportFile(
    name="payments",
    columns=(
        *_text(IDCHARGE=10, CHARGE=60, METHOD=None, TERMS=None),
        *_of("integer", "DUE_DAYS"),
        *_text(GATEWAY=None, CASH_ACNT=None),
        *_of("flag", "SHOW_WEB"),
    ),
    required=("IDCHARGE", "METHOD"),
    key=("IDCHARGE",),
    entities=("payments",),
    facts=("CHARGE", "METHOD", "TERMS", "SHOW_WEB", "CASH_ACNT"),
)

# In the order in which they are read: what others refer to comes first.
FILES: dict[str, ExportFile] = {
    file.name: file for file in (_CATEGORIES, _INVENTORY, _PRICES, _CUSTOMERS, _SHIPPING, _PAYMENTS)
}
