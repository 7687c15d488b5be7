"""What the headings of a file that EBMS did not name probably mean: by name, by usual other names, by likeness."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from webupdate.store.columnmaps import OWN_NAMES, ColumnMap
from webupdate.sync.entities import ExportFile

# Below that, likeness is chance: "PRICE" and "PIECE" have 0.8.
LIKE = 0.86
# Short names are too easily alike.
SHORTEST = 5

# Usual other names, as people and other programs write them; case, blanks and punctuation do not matter.
_ANY = {
    "COUNTRY": "country name",
    "STATE": "state/province, province, region",
    "SHOW_WEB": "show on web, show on website, on web, web, online, visible, published, publish, e-commerce",
    "INACTIVE": "is inactive, disabled, discontinued, blocked",
    "AUTOID": "auto id, record id, internal id, guid",
    "EXTERNALID": "external id, foreign id",
    "WEB_GROUP": "web group, customer group, shop group",
}
_WEB_TEXTS = {
    "WEB_DESCR1": "web title, web name, web description 1, title on web",
    "WEB_DESCR2": "short description, web description 2, summary, teaser",
    "WEB_DESCR3": "long description, web description 3, web text, html description, full description, body",
}
_CATEGORIES = {
    "TREE_ID": "id, category id, category code, category no, category number, folder id, group id, node id",
    "PARENT_ID": "parent, parent category, parent category id, parent folder, parent node",
    "TREE_DESCR": "name, description, title, category, category name, folder name, group name",
    "TREE_PATH": "path, category path, full path, breadcrumb",
    "SUB_ONLY": "subfolders only, sub only",
    "TEMPLATE": "layout, page template",
    **_WEB_TEXTS,
}
_INVENTORY = {
    "ID": "sku, item, item id, item no, item no., item number, item code, product id, product no, product number, "
    "product code, article, article no, article number, part no, part number, part id, stock code, code, number",
    "TREE_ID": "category, category id, category code, folder, folder id, group, product group, item group, "
    "inventory folder, department",
    "DESCR_1": "description, description 1, name, title, item name, product name, product, item description, "
    "product description, article name",
    "DESCR_2": "description 2, second description, subtitle, additional description",
    "PRE_SALE": "presale, coming soon, pre order",
    "NOTQTYSELL": "no backorder, not sold below stock, sell only in stock",
    "OSTK_MSG": "out of stock message, out of stock text, backorder message",
    "SHOW_STOCK": "show stock, display stock",
    "C_TYPE": "item type, product type, classification, type",
    "BASE": "base price, list price",
    "WEIGHT": "weight kg, weight lb, weight lbs, net weight, shipping weight, unit weight, item weight",
    "T_ON_HAND": "on hand, qty on hand, quantity on hand, in stock, stock on hand",
    "T_AVAIL": "qty, quantity, available, stock, qty available, quantity available, available stock, "
    "available qty, stock qty, stock level, inventory, net available",
    "EACH_UNIT": "unit, uom, unit of measure, selling unit, sales unit, base unit",
    "DEF_UNIT": "default unit, default uom",
    "TAX_GROUP": "tax, tax class, tax code, tax category",
    "UPC": "barcode, bar code, ean, gtin, upc code, ean code, upc/ean",
    "MFG": "manufacturer, brand, vendor, make, supplier, maker, producer",
    "MFG_PART": "manufacturer part, manufacturer part no, manufacturer part number, mfg part no, mfg part number, "
    "mpn, vendor part number",
    "WAREHOUSE": "location, stock location, depot, store",
    "IMAGES": "image, picture, pictures, photo, photos, image file, image files, image name",
    "DOCUMENTS": "document, files, attachments, downloads, data sheet, data sheets, pdf, pdfs",
    "RELATED": "related items, related products, cross sell, cross sells, accessories, see also",
    **_WEB_TEXTS,
}
_PRICES = {
    "ID": _INVENTORY["ID"],
    "LEVEL": "price level, price list, price group, pricelevel, list, customer level, tier, price type, price class",
    "UNIT": "uom, unit of measure, selling unit, sales unit, price unit, each unit",
    "PRICE": "amount, unit price, sales price, selling price, net price, sell price, price each, price usd, rate",
}
_CUSTOMERS = {
    "ID": "customer, customer id, customer no, customer no., customer number, customer code, account, account id, "
    "account no, account number, client id, debtor, debtor no, code, number",
    "TREE_ID": "customer folder, folder id, category id",
    "F_NAME": "first name, firstname, given name, forename, first",
    "L_NAME": "last name, lastname, surname, family name, name, company, company name, customer name, last, "
    "last name / company, business name",
    "ADDRESS1": "address, address 1, address line 1, street, street address, street 1, street name",
    "ADDRESS2": "address 2, address line 2, street 2, suite, additional address",
    "CITY": "town, place, locality, city name",
    "ZIP": "zip code, postcode, post code, postal code, zip/postal code, plz",
    "PHONE": "telephone, phone number, phone no, tel, tel no, mobile, phone 1, telephone number",
    "EMAIL": "e-mail, mail, email address, e-mail address, mail address",
    "CONTACT_1": "contact, contact name, contact person, attention, attn",
    "IN_LEVEL": "price level, level, price list, price group, pricing level",
    "IDCHARGE": "terms id, terms code, payment terms id, charge id",
    "CHARGE": "terms, payment terms, terms description",
    "CREDITCARD": "credit card, card, accepts card, credit card allowed",
    "CHARGEPYMT": "on account, charge payment, may charge, charge allowed",
    "CHARGEDFLT": "charge default, charge by default",
    "CRED_LIM": "credit limit, limit, credit",
    "BALANCE": "account balance, open balance, balance due, amount due",
    "DEL_REASON": "hold reason, block reason, delete reason, inactive reason",
    "DEF_FOB": "default ship via, ship via, default shipping method",
    "SALESMAN": "sales person, salesperson, sales rep, representative, sales representative",
    "MAIL_LIST": "mailing list, on mailing list",
    "EMAIL_LIST": "newsletter, e-mail list, on email list",
    "E_DATE": "entry date, created, created at, date created, date entered, customer since",
    "WEB_USER": "web user, web login, login, user, user name, username, web username, shop login",
    "WEB_APPRVD": "web approved, approved, approved for web, web approval",
}
_SHIPPING = {
    "SHIP_VIA": "id, code, ship method, shipping method, method, carrier, ship via id, shipping code, service, via",
    "DESCR": "description, name, title, method name, method description",
    "RATE_TYPE": "type, rate type, calculation, rate kind, charge type",
    "MIN_VALUE": "minimum, min, from, minimum value, min weight, from weight, min amount",
    "MAX_VALUE": "maximum, max, to, maximum value, max weight, to weight, up to, max amount",
    "RATE": "price, amount, cost, charge, fee, shipping cost, shipping rate, percent",
    "HANDLING": "handling fee, handling charge, surcharge",
}
_PAYMENTS = {
    "IDCHARGE": "id, code, terms id, terms code, payment id, payment code, charge id, payment terms id",
    "CHARGE": "name, description, title, payment, payment name, payment option, terms name",
    "METHOD": "payment method, type, payment type, kind, pay method, method of payment",
    "TERMS": "payment terms, terms text, conditions",
    "DUE_DAYS": "days, due, net days, days due, due in days, due after days",
    "GATEWAY": "payment gateway, processor, payment processor",
    "CASH_ACNT": "cash account, bank account, gl account, ledger account",
}
SYNONYMS: dict[str, dict[str, str]] = {
    "categories": _CATEGORIES,
    "inventory": _INVENTORY,
    "prices": _PRICES,
    "customers": _CUSTOMERS,
    "shipping": _SHIPPING,
    "payments": _PAYMENTS,
}


def propose(headings: Sequence[str], spec: ExportFile, mapping: ColumnMap = OWN_NAMES) -> dict[str, str]:
    """The columns that headings without a meaning probably feed, by heading; no column is proposed twice.

    A heading that is EBMS's own name, or to which a person gave a meaning, needs none and keeps its column.
    """
    known = {column.name for column in spec.columns}
    taken = {mapping.column_of(heading) or heading.strip().upper() for heading in headings} & known
    open_ = [
        heading
        for heading in dict.fromkeys(headings)
        if heading.strip() and mapping.column_of(heading) is None and heading.strip().upper() not in known
    ]
    found: dict[str, str] = {}
    names = _names(spec)
    for choose in (_same, _alike):
        for heading in open_:
            column = choose(_plain(heading), {n: c for n, c in names.items() if c not in taken})
            if heading not in found and column is not None:
                found[heading] = column
                taken.add(column)
    return found


def _names(spec: ExportFile) -> dict[str, str]:
    """Every name that a column goes by, in its plainest form; a column's own name wins."""
    usual = SYNONYMS.get(spec.name, {})
    names: dict[str, str] = {}
    for column in spec.columns:
        names[_plain(column.name)] = column.name
    for column in spec.columns:
        for name in (*usual.get(column.name, "").split(","), *_ANY.get(column.name, "").split(",")):
            if name.strip():
                names.setdefault(_plain(name), column.name)
    return names


def _plain(name: str) -> str:
    """Letters and digits only, in small letters: `Item-No.` and `ITEM_NO` are one name."""
    return "".join(char for char in name.casefold()[:100] if char.isalnum())


def _same(name: str, names: dict[str, str]) -> str | None:
    return names.get(name)


def _alike(name: str, names: dict[str, str]) -> str | None:
    if len(name) < SHORTEST:
        return None
    close = difflib.get_close_matches(name, names, n=1, cutoff=LIKE)
    return names[close[0]] if close else None
