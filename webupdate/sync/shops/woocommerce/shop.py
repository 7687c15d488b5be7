"""WooCommerce, by its REST API v3 (docs/shops/woocommerce.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

import msgspec

from webupdate.errors import OutcomeUnknown, Retryable, Stopped, WebUpdateError
from webupdate.sync.shops.base import (
    KEY_SEPARATOR,
    OF_ITEMS,
    AccountPage,
    Bundle,
    Content,
    Held,
    Listing,
    OrderPage,
    Part,
    Result,
    ShopInfo,
    ShopSettings,
    Survey,
)
from webupdate.sync.shops.paying import terms
from webupdate.sync.shops.woocommerce import accounts, orders
from webupdate.sync.shops.woocommerce.categories import Categories
from webupdate.sync.shops.woocommerce.client import TOTAL, Client
from webupdate.sync.shops.woocommerce.customers import Customers
from webupdate.sync.shops.woocommerce.facts import WOOCOMMERCE
from webupdate.sync.shops.woocommerce.goods import Goods
from webupdate.sync.shops.woocommerce.known import Known
from webupdate.sync.shops.woocommerce.lookup import Lookup
from webupdate.sync.shops.woocommerce.media import Media
from webupdate.sync.shops.woocommerce.payments import Payments
from webupdate.sync.shops.woocommerce.places import Places
from webupdate.sync.shops.woocommerce.shipping import Shipping
from webupdate.sync.shops.woocommerce.shown import Shown

_STATUS = "environment.version,settings.currency"


class _Environment(msgspec.Struct):
    version: str


class _Settings(msgspec.Struct):
    currency: str


class _Status(msgspec.Struct):
    environment: _Environment
    settings: _Settings


class WooShop:
    """One WooCommerce store; kept-alive connections, so one object per site."""

    abilities = WOOCOMMERCE

    def __init__(
        self,
        address: str,
        secrets: Mapping[str, str],
        certificate: str = "",
        taken: orders.Taken | None = None,
        *,
        make_accounts: bool = False,
        sale_level: str = "",
        ship_zone: str = "",
        gateways: Mapping[str, str] | None = None,
    ) -> None:
        self._client = Client(address, secrets, certificate)
        self._categories = Categories(self._client)
        self._media = Media(self._client)
        self._lookup = Lookup(self._client)
        self._goods = Goods(self._client, self._categories, self._media, self._lookup, sale_level)
        self._places = Places(self._client)
        self._accounts = accounts.Feed(self._client, self._places)
        self._known = Known(self._client)
        self._customers = Customers(self._client, self._known, self._places, make=make_accounts)
        self._shipping = Shipping(self._client, self._places, ship_zone)
        self._payments = Payments(self._client, gateways or {})
        if not gateways:
            entities = WOOCOMMERCE.entities - {"payments"}
            self.abilities = msgspec.structs.replace(WOOCOMMERCE, entities=entities)
        self._orders = orders.Orders(self._client, taken or orders.Taken(), terms(gateways or {}))
        self._listed: tuple[str, str, list[Held]] | None = None  # entity, key given last, what comes behind it

    def check(self) -> ShopInfo:
        """Reach, log in with all logins; the currency and the version are what only the key's owner may see."""
        found = self._status()
        if self._client.has_media:
            self._media.check()
        return found

    def survey(self) -> Survey:
        """An empty batch changes nothing, and needs the right to write."""
        answer = self._client.get("products", {"per_page": 1, "_fields": "id"})
        self._client.write("POST", "products/batch", {})
        media = ", pictures and documents too" if self._client.has_media else ", no pictures (Media user is empty)"
        count = answer.headers.get(TOTAL, "")
        return Survey(items=int(count) if count.isdecimal() else None, rights=f"may read and write{media}")

    def _status(self) -> ShopInfo:
        answer = self._client.get("system_status", {"_fields": _STATUS})
        found: _Status = answer.decode(_Status)
        return ShopInfo(
            name="WooCommerce",
            version=found.environment.version,
            currency=found.settings.currency,
            clock=_clock(answer.headers),
        )

    def configure(self, settings: ShopSettings) -> None:
        self._status()
        if settings.approval:
            raise Stopped(
                "WooCommerce has no accounts that wait for approval.", "Set New accounts to «may order at once»."
            )

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        """Several requests make up one: once something was written, no error may say that nothing was."""
        parts = [part for bundle in bundles for part in bundle.parts]
        strange = [part for part in parts if part.entity not in self.abilities.entities]
        self._client.written = False
        try:
            results = self._carry_out([part for part in parts if part not in strange])
        except WebUpdateError as error:
            raise _uncertain(error) if self._client.written else error from error
        results |= {id(part): _not_carried(part) for part in strange}
        return [results[id(part)] for part in parts]

    def _carry_out(self, parts: list[Part]) -> dict[int, Result]:
        """Categories before goods; where a category goes, its goods go before."""
        results: dict[int, Result] = {}
        for wanted, send in (
            (lambda part: part.entity == "categories" and part.op == "put", self._categories.upsert),
            (lambda part: part.entity in OF_ITEMS, self._goods.upsert),
            (lambda part: part.entity == "categories" and part.op != "put", self._categories.upsert),
            (lambda part: part.entity == "customers", self._customers.upsert),
            (lambda part: part.entity == "shipping", self._shipping.upsert),
            (lambda part: part.entity == "payments", self._payments.upsert),
        ):
            if group := [part for part in parts if wanted(part)]:
                results |= {id(part): result for part, result in zip(group, send(group), strict=True)}
        return results

    def send_content(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        return self._media.send(content, stream, progress, stopping)

    def read(self, entity: str, keys: list[str]) -> list[Held]:
        self._categories.forget()
        if entity == "categories":
            return [self._categories.held(key) for key in keys]
        if entity == "customers":
            return self._known.held(keys)
        if entity == "shipping":
            return self._shipping.held(keys)
        if entity == "payments":
            return self._payments.held(keys)
        products = self._lookup.by_sku(key.split(KEY_SEPARATOR)[0] for key in keys)
        held = {sku: Shown(product, self._categories).held(entity) for sku, product in products.items()}
        return [_one(entity, key, held.get(key.split(KEY_SEPARATOR)[0], [])) for key in keys]

    def listing(self, entity: str, after: str, limit: int) -> Listing:
        """The store lists in no order of keys: it is read once whole, and given out page by page."""
        if self._listed is None or self._listed[:2] != (entity, after):
            self._listed = (entity, after, self._all_behind(entity, after))
        rows = self._listed[2]
        page, rest = rows[:limit], rows[limit:]
        self._listed = (entity, page[-1].key, rest) if page and rest else None
        return Listing(tuple(page), bool(rest))

    def _all_behind(self, entity: str, after: str) -> list[Held]:
        self._categories.forget()
        if entity == "categories":
            found = [self._categories.held(key) for key in self._categories.by_key()]
        elif entity == "customers":
            found = [held for account in self._known.every() if (held := account.held()).data is not None]
        elif entity == "shipping":
            found = self._shipping.every()
        elif entity == "payments":
            found = self._payments.every()
        else:
            products = self._lookup.every()
            found = [held for product in products for held in Shown(product, self._categories).held(entity)]
        return sorted((held for held in found if held.key > after), key=lambda held: held.key)

    def accounts(self, cursor: str, *, to_merge: bool = False) -> AccountPage:
        return self._accounts.page(cursor)

    def orders(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        return self._orders.page(cursor, since, statuses)

    def acknowledge(self, order_id: str, written_as: str) -> None:
        orders.acknowledge(self._orders, order_id, written_as)

    def close(self) -> None:
        self._client.close()


def _one(entity: str, key: str, found: list[Held]) -> Held:
    """The record of a key. A product that a person made may write its SKU in other letters."""
    for held in found:
        if held.key == key or (entity in ("items", "stock") and held.key.casefold() == key.casefold()):
            return msgspec.structs.replace(held, key=key)
    return Held(entity=entity, key=key, data=None)


def _not_carried(part: Part) -> Result:
    text = f"Records of {part.entity} are not carried to WooCommerce."
    return Result(entity=part.entity, key=part.key, status="refused", message=text)


def _uncertain(error: WebUpdateError) -> WebUpdateError:
    """The same error where a part of the request was carried out already."""
    if isinstance(error, OutcomeUnknown):
        return error
    if isinstance(error, Retryable):
        return Retryable(error.message, error.hint, error.after, certain=False)
    return OutcomeUnknown(error.message, error.hint)


def _clock(headers: Mapping[str, str]) -> float:
    """The shop's time, of the answer's head. Raises Retryable for a head without one."""
    try:
        moment: datetime = parsedate_to_datetime(headers.get("date", ""))
    except ValueError as error:
        raise Retryable("The shop's answer has no date.", "Is a proxy in front of it?") from error
    return moment.timestamp()
