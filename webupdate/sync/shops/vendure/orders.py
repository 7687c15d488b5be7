"""The feed of orders. A basket is an order too, as long as it is active."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import DecimalException
from typing import Any

import msgspec

from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import OrderPage, WebOrder
from webupdate.sync.shops.vendure import orderscan
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client, Refusal, meaning
from webupdate.sync.shops.vendure.facts import ORDER_NOTE
from webupdate.sync.shops.vendure.lists import rows
from webupdate.sync.shops.vendure.neworder import FIELDS, Order, neutral, unreadable
from webupdate.sync.text import visible

PAGE = 100
_QUERY = f"query($options: OrderListOptions) {{ rows: orders(options: $options) {{ items {{ {FIELDS} }} }} }}"
_NOTES = """query($id: ID!) { order(id: $id) { id
  history(options: {filter: {type: {eq: "ORDER_NOTE"}}, take: 100}) { items { data } }
} }"""
_MARK = "mutation($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }"
# Made by staff and not finished yet.
_UNFINISHED = ("Draft", "Created")


class _Numbered(msgspec.Struct):
    id: str


class _Note(msgspec.Struct):
    data: Any = None


class _Notes(msgspec.Struct):
    items: list[_Note]


class _Noted(msgspec.Struct):
    id: str
    history: _Notes


class _Answer(msgspec.Struct):
    order: _Noted | None


def page(
    client: Client,
    channel: Channel,
    cursor: str,
    since: str,
    statuses: tuple[str, ...],
    terms: Mapping[str, str] | None = None,
) -> OrderPage:
    """The next orders behind the cursor, oldest change first. `terms`: EBMS's codes of payment methods."""
    conditions: dict[str, Any] = {
        "active": {"eq": False},
        "state": {"in": list(statuses)} if statuses else {"notIn": list(_UNFINISHED)},
    }
    if since:
        # The filter leaves out the moment itself.
        after = datetime.fromisoformat(since) - timedelta(milliseconds=1)
        conditions["orderPlacedAt"] = {"after": after.isoformat()}
    channel.learn()
    at = _read(cursor)
    news = orderscan.unseen(client, conditions, at)
    given = news[:PAGE]
    if not given:
        return OrderPage((), cursor, more=False)  # an empty page keeps its place
    pairs = tuple((_order(channel, raw, terms or {}), raw) for raw in _whole(client, [order.id for order in given]))
    text = msgspec.json.encode(orderscan.behind(at, given)).decode()
    return OrderPage(pairs, text, len(news) > PAGE)


def _whole(client: Client, numbers: list[str]) -> list[bytes]:
    """These orders with all that is kept of them, in this order."""
    options = {"take": len(numbers), "filter": {"id": {"in": numbers}}}
    raws = [bytes(raw) for raw in rows(client, _QUERY, options, msgspec.Raw)]
    by_id = {msgspec.json.decode(raw, type=_Numbered).id: raw for raw in raws}
    return [by_id[number] for number in numbers if number in by_id]


def _read(cursor: str) -> orderscan.Cursor:
    try:
        return msgspec.json.decode(cursor, type=orderscan.Cursor) if cursor else orderscan.Cursor()
    except msgspec.DecodeError:
        return orderscan.Cursor()  # of another shop: what was taken is known by its id


def _order(channel: Channel, raw: bytes, terms: Mapping[str, str]) -> WebOrder:
    try:
        return neutral(msgspec.json.decode(raw, type=Order), channel.major, terms)
    except (msgspec.DecodeError, ValueError, DecimalException):
        return unreadable(raw)


def acknowledge(client: Client, number: str, written_as: str) -> None:
    """Put a private note to an order, once; one without a file (`written_as` "") gets none.

    An unmodified Vendure has no other place for it that is not shown to the buyer.
    """
    found: _Answer = client.ask(_NOTES, {"id": number}, _Answer, write=True)
    if found.order is None:
        raise NeedsPerson(
            f"The shop does not know order {visible(number)} any more.", "Was it deleted there? Its file is written."
        )
    note = f"{ORDER_NOTE}{written_as}"
    there = [entry.data.get("note") for entry in found.order.history.items if isinstance(entry.data, dict)]
    if not written_as or note in there:
        return
    try:
        fields = {"id": number, "note": note, "isPublic": False}
        client.change(_MARK, {"input": fields}, dict[str, Any])
    except Refusal as refusal:
        raise meaning(refusal.trouble, write=True) from refusal
