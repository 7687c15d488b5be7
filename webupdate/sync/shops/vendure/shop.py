"""Vendure, by its Admin API (docs/shops/vendure.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from webupdate.sync.shops.records import refused
from webupdate.sync.shops.vendure import accounts, orders
from webupdate.sync.shops.vendure.assets import Assets
from webupdate.sync.shops.vendure.categories import Tree
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.customers import Customers
from webupdate.sync.shops.vendure.facts import VENDURE
from webupdate.sync.shops.vendure.goods import Goods
from webupdate.sync.shops.vendure.known import Known
from webupdate.sync.shops.vendure.lookup import Lookup
from webupdate.sync.shops.vendure.payments import Payments
from webupdate.sync.shops.vendure.places import Places
from webupdate.sync.shops.vendure.shipping import Shipping


class VendureShop:
    """One channel of a Vendure server; kept-alive connections, so one object per site."""

    abilities = VENDURE

    def __init__(
        self,
        address: str,
        key: str,
        certificate: str = "",
        channel: str = "",
        language: str = "",
        *,
        customers: bool = True,
        make_accounts: bool = False,
        gateways: Mapping[str, str] | None = None,
    ) -> None:
        self._client = Client(address, key, certificate, channel, language)
        self._channel = Channel(self._client, channel, language)
        self._tree = Tree(self._client, self._channel)
        self._assets = Assets(self._client)
        self._lookup = Lookup(self._client, self._channel, self._tree)
        self._goods = Goods(self._client, self._channel, self._tree, self._assets, self._lookup)
        self._places = Places(self._client)
        self._known = Known(self._client)
        self._customers = Customers(
            self._client, self._known, self._places, self._channel.probe, make=make_accounts
        )  # fmt: skip
        self._shipping = Shipping(self._client, self._channel)
        self._payments = Payments(self._client, self._channel, gateways or {})
        self._terms = terms(gateways or {})
        if not gateways:
            self.abilities = msgspec.structs.replace(VENDURE, entities=VENDURE.entities - {"payments"})
        self._carried = self.abilities.entities - (frozenset() if customers else {"customers"})
        self._listed: tuple[str, str, list[Held]] | None = None  # entity, key given last, what comes behind it

    def check(self) -> ShopInfo:
        """Reach, log in, see that the key's role may read all. The API does not tell its version."""
        found = self._channel.learn(again=True)
        self._channel.check_reads(self._carried)
        return ShopInfo(
            name="Vendure",
            version="3",
            currency=found.active_channel.default_currency_code,
            clock=_moment(self._client.clock()),
        )

    def survey(self) -> Survey:
        """A key can't be asked for its rights: what changes nothing is tried."""
        self._channel.learn()
        count = self._channel.check_reads(self._carried)
        self._channel.check_writes(self._carried)
        return Survey(items=count, rights="may read and write")

    def configure(self, settings: ShopSettings) -> None:
        self._channel.learn(again=True)
        self._places.forget()
        if settings.approval:
            raise Stopped("Vendure has no accounts that wait for approval.", "Set New accounts to «may order at once».")

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        """Several requests make up one: once something was written, no error may say that nothing was."""
        parts = [part for bundle in bundles for part in bundle.parts]
        self._client.written = False
        try:
            self._channel.learn(write=True)
            results = self._carry_out([part for part in parts if part.entity in self.abilities.entities])
        except WebUpdateError as error:
            raise _uncertain(error) if self._client.written else error from error
        strange = [part for part in parts if part.entity not in self.abilities.entities]
        results |= {id(part): _not_carried(part) for part in strange}
        return [results[id(part)] for part in parts]

    def _carry_out(self, parts: list[Part]) -> dict[int, Result]:
        """Categories before goods; where a category goes, its goods go before."""
        put = [part for part in parts if part.entity == "categories" and part.op == "put"]
        goods = [part for part in parts if part.entity in OF_ITEMS]
        people = [part for part in parts if part.entity == "customers"]
        gone = [part for part in parts if part.entity == "categories" and part.op != "put"]
        shipping = [part for part in parts if part.entity == "shipping"]
        payments = [part for part in parts if part.entity == "payments"]
        results: dict[int, Result] = {}
        for group, send in (
            (put, self._tree.upsert),
            (goods, self._goods.upsert),
            (gone, self._tree.upsert),
            (people, self._customers.upsert),
            (shipping, self._shipping.upsert),
            (payments, self._payments.upsert),
        ):
            if group:
                results |= {id(part): result for part, result in zip(group, send(group), strict=True)}
        return results

    def send_content(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        return self._assets.send(content, stream, progress, stopping)

    def read(self, entity: str, keys: list[str]) -> list[Held]:
        self._channel.learn()
        self._tree.forget()
        if entity == "categories":
            return [self._tree.held(key) for key in keys]
        if entity == "customers":
            return self._known.held(keys)
        if entity in ("shipping", "payments"):
            return (self._shipping if entity == "shipping" else self._payments).held(keys)
        shown = self._lookup.by_sku((key.split(KEY_SEPARATOR)[0] for key in keys), entity)
        held = {(row.entity, row.key): row for each in shown.values() for row in each.held(entity)}
        return [held.get((entity, key), Held(entity=entity, key=key, data=None)) for key in keys]

    def listing(self, entity: str, after: str, limit: int) -> Listing:
        """The shop lists in no order of keys: it is read once whole, and given out page by page."""
        if self._listed is None or self._listed[:2] != (entity, after):
            self._listed = (entity, after, self._all_behind(entity, after))
        rows = self._listed[2]
        page, rest = rows[:limit], rows[limit:]
        self._listed = (entity, page[-1].key, rest) if page and rest else None
        return Listing(tuple(page), bool(rest))

    def _all_behind(self, entity: str, after: str) -> list[Held]:
        self._channel.learn()
        self._tree.forget()
        if entity == "categories":
            found = [self._tree.held(key) for key in self._tree.by_key()]
        elif entity == "customers":
            found = [held for account in self._known.every() if (held := account.held()).data is not None]
        elif entity in ("shipping", "payments"):
            found = (self._shipping if entity == "shipping" else self._payments).every()
        else:
            found = [held for shown in self._lookup.all(entity) for held in shown.held(entity)]
        return sorted((held for held in found if held.key > after), key=lambda held: held.key)

    def accounts(self, cursor: str, *, to_merge: bool = False) -> AccountPage:
        return accounts.page(self._client, self._places, cursor)

    def orders(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        return orders.page(self._client, self._channel, cursor, since, statuses, self._terms)

    def acknowledge(self, order_id: str, written_as: str) -> None:
        orders.acknowledge(self._client, order_id, written_as)

    def close(self) -> None:
        self._client.close()


def _not_carried(part: Part) -> Result:
    return refused(part, f"Records of {part.entity} are not carried to Vendure.")


def _uncertain(error: WebUpdateError) -> WebUpdateError:
    """The same error where a part of the request was carried out already."""
    if isinstance(error, OutcomeUnknown):
        return error
    if isinstance(error, Retryable):
        return Retryable(error.message, error.hint, error.after, certain=False)
    return OutcomeUnknown(error.message, error.hint)


def _moment(date: str) -> float:
    """The shop's time, of the answer's head. Raises Retryable for a head without one."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError as error:
        raise Retryable("The shop's answer has no date.", "Is a proxy in front of it?") from error
