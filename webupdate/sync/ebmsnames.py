"""What EBMS calls the fields of the neutral records: a person looks for them there, by these names."""

from __future__ import annotations

from collections.abc import Mapping

# A title comes from the one of two columns that is filled, so it is called so.
_TEXTS = {"short": "WEB_DESCR2", "long": "WEB_DESCR3", "shown": "SHOW_WEB"}

# By entity the column of a field; `key` is what shops call the record's own id.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "categories": {**_TEXTS, "key": "TREE_ID", "parent": "PARENT_ID"},
    "items": {
        **_TEXTS,
        "key": "ID",
        "category": "TREE_ID",
        "unit": "EACH_UNIT",
        "default_unit": "DEF_UNIT",
        "weight": "WEIGHT",
        "upc": "UPC",
        "manufacturer": "MFG",
        "manufacturer_part": "MFG_PART",
        "tax_group": "TAX_GROUP",
        "oversell": "NOTQTYSELL",
        "related": "RELATED",
    },
    "prices": {"key": "ID", "level": "LEVEL", "unit": "UNIT", "price": "PRICE"},
    "stock": {"key": "ID", "quantity": "T_AVAIL"},
    "images": {"content": "IMAGES", "name": "IMAGES"},
    "documents": {"content": "DOCUMENTS", "name": "DOCUMENTS"},
    "customers": {
        "key": "ID",
        "email": "EMAIL",
        "login": "WEB_USER",
        "first_name": "F_NAME",
        "last_name": "L_NAME",
        "contact": "CONTACT_1",
        "country": "COUNTRY",
        "level": "IN_LEVEL",
        "group": "WEB_GROUP",
        **{name: name.upper() for name in ("address1", "address2", "city", "state", "zip", "phone")},
    },
    "shipping": {
        "key": "SHIP_VIA",
        "name": "DESCR",
        "group": "WEB_GROUP",
        "shown": "SHOW_WEB",
        **{
            name: name.upper()
            for name in ("rate_type", "rate", "min_value", "max_value", "handling", "country", "state")
        },
    },
    "payments": {"key": "IDCHARGE", "name": "CHARGE", "method": "METHOD", "shown": "SHOW_WEB"},
}


def column(entity: str, field: str) -> str:
    """EBMS's name of a field; a shop's own field that EBMS does not have keeps its name."""
    return COLUMNS.get(entity, {}).get(field, field)
