"""What a Vendure server can do, and under which names it keeps what EBMS knows."""

from __future__ import annotations

from webupdate.store.carried import NOT_CARRIED
from webupdate.sync.shops.base import RECORD_TYPES, Abilities

VENDURE = Abilities(
    entities=frozenset(RECORD_TYPES) - NOT_CARRIED["vendure"],
    compares_rev=False,
    reserves_until_ack=False,  # a sale allocates the pieces at once
    order_statuses=(
        "PaymentAuthorized", "PaymentSettled", "PartiallyShipped", "Shipped", "PartiallyDelivered", "Delivered",
    ),
    cancelled_statuses=("Cancelled",),
    max_batch=100,  # records
    whole_pieces=True,
    mails_new_accounts=True,
    names_gateways=True,
)  # fmt: skip

# Products per request: look-ups and arrays of mutations.
BATCH = 100
# New products per request: with Vendure's own hashing of keys each takes half a second and more.
CREATES = 25
# Rows of a list per request; a server gives out 1,000 at most unless it is told otherwise.
PAGE = 500

# Two facets that only the Admin API shows. A value of the first belongs to one product: its code is the SKU, its name
# what Vendure has no field for. A value of the second belongs to one category: its code is the key, its name the title.
ITEM_FACET, CATEGORY_FACET = "webupdate-item", "webupdate-category"
FACET_NAMES = {ITEM_FACET: "Web Update: items", CATEGORY_FACET: "Web Update: categories"}

# Private notes, which people may write too.
CUSTOMER_NOTE = "EBMS id: "
ORDER_NOTE = "Web Update: written as "

# Both texts go into the one description; an HTML comment stands between them.
MORE = "<!--more-->"

OVERSOLD = -1_000_000  # pieces below nothing that may still be sold
LARGEST_MONEY = 2**31 - 1  # minor units: the column of a price
