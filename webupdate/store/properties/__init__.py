"""The settings schema: it gives the Properties form, its help and checks, and `companies set`. A module per group."""

from __future__ import annotations

from webupdate.store.properties.company import COMPANY
from webupdate.store.properties.ebms import EBMS
from webupdate.store.properties.entry import Property as Property
from webupdate.store.properties.files import FILES
from webupdate.store.properties.orders import ORDERS
from webupdate.store.properties.support import SUPPORT
from webupdate.store.properties.sync import SYNC
from webupdate.store.properties.website import WEBSITE

FLAG = (("no", "No"), ("yes", "Yes"))

# The groups of the form, in its order.
PROPERTIES: tuple[Property, ...] = (*COMPANY, *EBMS, *SYNC, *WEBSITE, *FILES, *ORDERS, *SUPPORT)

BY_NAME: dict[str, Property] = {entry.name: entry for entry in PROPERTIES}


def applies(entry: Property, shop: str) -> bool:
    """Whether a site of that shop ("" = the default one) has such a setting."""
    return not entry.shops or (shop or BY_NAME["shop"].default) in entry.shops


def problem_with(entry: Property, value: str) -> str | None:
    """What is wrong with a value, as a sentence without the label; None if it is fine."""
    if not value:
        return "is needed." if entry.required and not entry.default else None
    if entry.choices and value not in dict(entry.choices):
        return f"{value!r} is none of {', '.join(key for key, _ in entry.choices)}."
    return entry.check(value) if entry.check else None
