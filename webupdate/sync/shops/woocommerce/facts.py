"""What a WooCommerce store can do, and under which names it keeps what EBMS knows."""

from __future__ import annotations

import re
import sys
from urllib.parse import quote, unquote

from webupdate.store.carried import NOT_CARRIED
from webupdate.sync.shops.base import KEY_SEPARATOR, RECORD_TYPES, Abilities

WOOCOMMERCE = Abilities(
    entities=frozenset(RECORD_TYPES) - NOT_CARRIED["woocommerce"],
    compares_rev=False,
    reserves_until_ack=False,  # a sale takes the pieces off at once
    order_statuses=("processing", "on-hold", "completed"),  # paid, or accepted and to be paid later
    cancelled_statuses=("cancelled", "refunded", "failed"),
    max_batch=400,  # records; of them a hundred products travel in one request
    whole_pieces=True,
    as_lines=frozenset(("categories",)),
    mails_new_accounts=True,
    names_gateways=True,
    has_tax_classes=True,
)

# Meta data of a product. The names are part of what is documented: other plugins may read them.
EBMS_ID = "_ebms_id"
ITEM = "_webupdate_item"  # what the store has no field for, and the hash of what was sent last
PRICE = "_ebms_price"
STOCK = "_ebms_stock"  # of a product that has no stock of its own
IMAGE = "_ebms_image"
DOCUMENT = "_ebms_document"

STANDARD = "standard"  # the tax class that a product calls ""

# Meta data of a customer: names that begin with _ are not shown there.
CUSTOMER_ID = "ebms_id"
CUSTOMER = "webupdate_customer"  # what the store has no field for, and the record as it was sent last

# Meta data of an order.
DOWNLOADED = "_webupdate_downloaded"

_MARK = "-ebms-"
_HIDDEN = "-hidden"
_CODE = " · "
_PLAIN = re.compile(r"[0-9a-z]")
_TEXT_MARK = re.compile(r"\s*<!--ebms:([0-9a-z_]*)-->")
_SLUG_LETTERS, _MOST_OF_KEY = 60, 120


def meta_name(prefix: str, key: str) -> str:
    """The name of the meta data of a record that lives inside of an item: its key without the SKU."""
    return "/".join([prefix, *(quote(part, safe="") for part in key.split(KEY_SEPARATOR)[1:])])


def key_of_meta(sku: str, name: str) -> str:
    """The key again."""
    return KEY_SEPARATOR.join([sku, *(unquote(part) for part in name.split("/")[1:])])


def slug_of(title: str, key: str) -> str:
    """The address of a category; its end is the only place where a category can carry a key."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:_SLUG_LETTERS].strip("-")
    return f"{words or 'category'}{_MARK}{_encoded(key)}"


def mark_of(key: str) -> str:
    """What a category that was there before carries in its text, where nobody sees it: its address stays."""
    return f"<!--ebms:{_encoded(key)}-->"


def key_of_text(text: str) -> str | None:
    """The key that such a text carries."""
    found = _TEXT_MARK.search(text)
    return _decoded(found[1]) if found else None


def without_mark(text: str) -> str:
    """The text that people wrote."""
    return _TEXT_MARK.sub("", text)


def key_of_slug(slug: str) -> str | None:
    """The key that a category carries, None for one that EBMS does not know."""
    _, mark, end = slug.removesuffix(_HIDDEN).rpartition(_MARK)
    return _decoded(end) if mark else None


def hidden(slug: str, *, hide: bool) -> str:
    """The slug with or without the mark of what is not to be shown."""
    bare = slug.removesuffix(_HIDDEN)
    return bare + _HIDDEN if hide else bare


def is_hidden(slug: str) -> bool:
    """Whether the category is marked so."""
    return slug.endswith(_HIDDEN)


def fits(key: str) -> bool:
    """Whether a slug can hold the key: that has 200 letters at most, and no empty part."""
    return 0 < len(_encoded(key)) <= _MOST_OF_KEY


def ship_title(name: str, key: str) -> str:
    """The title of a ship via's method: its name, and its code if that is another word."""
    return name if name == key else f"{name}{_CODE}{key}"


def titled(title: str) -> tuple[str, str]:
    """Name and code that a method's title tells."""
    name, mark, key = title.rpartition(_CODE)
    return (name, key) if mark else (title, title)


def _encoded(key: str) -> str:
    """WordPress makes small letters of a slug and drops most signs."""
    return "".join(char if _PLAIN.fullmatch(char) else f"_{ord(char):x}_" for char in key)


def _decoded(text: str) -> str:
    return re.sub(r"_([0-9a-f]{1,6})_", _sign, text)


def _sign(found: re.Match[str]) -> str:
    """The sign of a number; what is none, as a person may have written it, stays as it is."""
    number = int(found[1], 16)
    return found[0] if 0xD800 <= number < 0xE000 or number > sys.maxunicode else chr(number)
