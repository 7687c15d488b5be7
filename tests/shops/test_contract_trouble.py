"""The contract of every connector: what it makes of a network, a server and rights that are not as they should be."""

from __future__ import annotations

import socket
import traceback
from typing import Literal

import pytest

from tests.shops.contract import (
    CALLS,
    READS,
    WRITES,
    Connect,
    Records,
    ShopUnderTest,
    alone,
    every_call,
    held,
    price_key,
    price_of,
    record,
    send,
)
from tests.shops.wire import Cutter, answering
from tests.webshop.running import free_port
from webupdate.errors import (
    BatchTooLarge,
    NeedsPerson,
    OutcomeUnknown,
    Retryable,
    Stopped,
    UsageError,
    WebUpdateError,
)
from webupdate.sync.shops import http
from webupdate.sync.shops.base import Item, Shop, Stock


@pytest.fixture
def behind(cutter: Cutter, connect: Connect) -> Shop:
    """A connector that reaches the shop by way of the cutter, with a connection that is open already."""
    shop = connect(address=f"https://127.0.0.1:{cutter.port}")
    shop.check()
    return shop


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_after_an_unknown_outcome_sending_again_puts_it_right(
    shop_under_test: ShopUnderTest, cutter: Cutter, behind: Shop, records: Records, lost: Literal["answer", "request"]
) -> None:
    shop, sku, bundle = shop_under_test.shop, records.tag, records.sellable(records.tag, "18.00")
    cutter.cut_next(lost, skip=shop_under_test.makes_after)
    with pytest.raises(OutcomeUnknown):
        behind.upsert([bundle])
    before = held(shop, "items", sku)
    assert (before.data is not None) == (lost == "answer")
    results = behind.upsert([bundle])
    assert {result.status for result in results} <= {"created", "updated"}
    # Nothing twice: what the first request made was found again.
    assert results[0].status == ("updated" if lost == "answer" else "created")
    assert before.remote_id in (None, held(shop, "items", sku).remote_id)
    assert record(shop, "items", sku) == Item(category=None, title=f"Title of {sku}", unit="EA")
    assert record(shop, "prices", price_key(sku)) == price_of(sku, "18.00")
    assert record(shop, "stock", sku) == Stock(item=sku, quantity="39")


@pytest.mark.parametrize("op", ["hide", "delete"])
def test_hiding_and_deleting_may_be_said_again_too(
    shop_under_test: ShopUnderTest, cutter: Cutter, behind: Shop, records: Records, op: Literal["hide", "delete"]
) -> None:
    send(behind, records.item(records.tag))
    part = records.part("items", records.tag, op)
    cutter.cut_next("answer", skip=shop_under_test.looks_first)
    with pytest.raises(OutcomeUnknown):
        behind.upsert(alone(part))
    (result,) = behind.upsert(alone(part))
    assert result.status in ("hidden", "deleted", "lost")


def test_a_newer_revision_wins_over_one_that_was_lost_on_the_way(
    cutter: Cutter, behind: Shop, records: Records
) -> None:
    sku = records.tag
    lost, newer = records.item(sku, title="lost"), records.item(sku, title="newer")
    cutter.cut_next("answer")
    with pytest.raises(OutcomeUnknown):
        behind.upsert(alone(lost))
    send(behind, newer)
    assert record(behind, "items", sku) == Item(category=None, title="newer")


@pytest.mark.parametrize("call", READS)
def test_a_read_that_broke_off_is_simply_read_again(cutter: Cutter, behind: Shop, records: Records, call: str) -> None:
    cutter.cut_next("answer")
    with pytest.raises(Retryable):
        every_call(records)[call](behind)
    every_call(records)[call](behind)


@pytest.mark.parametrize("call", CALLS)
def test_without_the_right_nothing_can_be_done(
    shop_under_test: ShopUnderTest, connect: Connect, records: Records, call: str
) -> None:
    for secret in shop_under_test.powerless:
        with pytest.raises(Stopped) as caught:
            every_call(records)[call](connect(secret=secret))
        assert_clear(caught.value, secret)
    assert held(shop_under_test.shop, "items", records.tag).data is None


@pytest.mark.parametrize("call", CALLS)
def test_an_unknown_host_is_tried_again(
    connect: Connect, records: Records, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    # What the resolver says; the real one may take long to say it on a machine without a network.
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Retryable, match="can't be reached"):
        every_call(records)[call](connect(address="https://shop.invalid"))


@pytest.mark.parametrize("call", CALLS)
def test_a_port_where_nobody_listens_is_tried_again(connect: Connect, records: Records, call: str) -> None:
    with pytest.raises(Retryable, match="can't be reached"):
        every_call(records)[call](connect(address=f"https://127.0.0.1:{free_port()}"))


@pytest.mark.parametrize("call", CALLS)
def test_a_certificate_of_another_authority_stops(
    connect: Connect, records: Records, strange_authority: str, call: str
) -> None:
    with pytest.raises(Stopped, match="certificate is not trusted"):
        every_call(records)[call](connect(certificate=strange_authority))


def test_a_server_that_speaks_no_tls_is_no_shop(connect: Connect) -> None:
    with answering(lambda _: (200, {}, b"{}")) as address, pytest.raises(Retryable):
        connect(address=address.replace("http://", "https://")).check()


def test_nothing_goes_over_an_unencrypted_line(connect: Connect) -> None:
    with pytest.raises(UsageError, match="must be encrypted"):
        connect(address="http://shop.example")


@pytest.mark.parametrize("secret", ["geheim-{}\n", "geheim-{} ", "geheim-{}é", "geheim-\0{}"])
def test_a_secret_that_no_header_can_hold_is_refused_unseen(connect: Connect, secret: str) -> None:
    secret = secret.format("0123456789")
    with answering(lambda _: (200, {}, b"{}")) as address, pytest.raises(UsageError) as caught:
        connect(address=address, secret=secret).check()
    assert_clear(caught.value, "0123456789")


@pytest.mark.parametrize("call", ["read", "orders"])
def test_an_answer_without_end_is_not_read_to_its_end(
    shop: Shop, records: Records, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1)
    with pytest.raises(Retryable, match="larger than 1 bytes"):
        every_call(records)[call](shop)


def test_too_long_an_answer_to_a_write_says_nothing_of_the_write(
    shop_under_test: ShopUnderTest, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_under_test.shop
    with monkeypatch.context() as patch, pytest.raises(OutcomeUnknown, match="larger than 10 bytes"):
        patch.setattr(http, "LARGEST_ANSWER", 10)
        shop.upsert(alone(records.item(records.tag)))
    assert (held(shop, "items", records.tag).data is not None) == (shop_under_test.makes_after == 0)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("call", CALLS)
def test_a_shop_that_is_busy_says_when_to_come_again(
    connect: Connect, records: Records, call: str, status: int
) -> None:
    with (
        answering(lambda _: (status, {"Retry-After": "17"}, b"")) as address,
        pytest.raises(Retryable) as caught,
    ):
        every_call(records)[call](connect(address=address))
    assert caught.value.after == 17


MAINTENANCE = b"<!DOCTYPE html><title>Wartung</title><p>Gleich zur\xfcck"
GARBAGE = [b"", MAINTENANCE, b"null", b"[]", b"{}", b'{"results": [1]', b"\xff\xfe", b'{"orders": [' + b"[" * 5000]


@pytest.mark.parametrize("body", GARBAGE)
@pytest.mark.parametrize("call", READS)
def test_a_read_that_makes_no_sense_is_tried_again(connect: Connect, records: Records, call: str, body: bytes) -> None:
    with answering(lambda _: (200, {}, body)) as address, pytest.raises(Retryable):
        every_call(records)[call](connect(address=address))


@pytest.mark.parametrize("body", GARBAGE)
@pytest.mark.parametrize("call", WRITES)
def test_an_answer_to_a_write_that_makes_no_sense_leaves_its_outcome_unknown(
    connect: Connect, records: Records, call: str, body: bytes
) -> None:
    with answering(lambda _: (200, {}, body)) as address, pytest.raises(OutcomeUnknown):
        every_call(records)[call](connect(address=address))


@pytest.mark.parametrize("call", CALLS)
def test_an_encoding_that_breaks_off_is_no_crash(connect: Connect, records: Records, call: str) -> None:
    garbled = (200, {"Content-Encoding": "gzip"}, b"no gzip at all")
    with answering(lambda _: garbled) as address, pytest.raises(OutcomeUnknown if call in WRITES else Retryable):
        every_call(records)[call](connect(address=address))


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize("call", CALLS)
def test_a_shop_that_failed_may_have_carried_out_a_write(
    connect: Connect, records: Records, call: str, status: int
) -> None:
    with answering(lambda _: (status, {}, b"")) as address, pytest.raises(WebUpdateError) as caught:
        every_call(records)[call](connect(address=address))
    assert type(caught.value) is (OutcomeUnknown if call in WRITES else Retryable)


def test_a_request_that_is_too_large_is_sent_in_parts(connect: Connect, records: Records) -> None:
    with answering(lambda _: (413, {}, b"")) as address, pytest.raises(BatchTooLarge):
        every_call(records)["upsert"](connect(address=address))


@pytest.mark.parametrize("call", CALLS)
def test_a_redirection_is_not_followed_with_the_secret(connect: Connect, records: Records, call: str) -> None:
    moved = (301, {"Location": "https://shop.example/new"}, b"")
    with answering(lambda _: moved) as address, pytest.raises(Stopped, match=r"moved to https://shop\.example/new"):
        every_call(records)[call](connect(address=address))


def test_an_address_without_our_api_stops(connect: Connect) -> None:
    with answering(lambda _: (404, {}, MAINTENANCE)) as address, pytest.raises(Stopped):
        connect(address=address).check()


def test_another_client_error_needs_a_person(connect: Connect, records: Records) -> None:
    with answering(lambda _: (422, {}, "Ungültig".encode())) as address, pytest.raises(NeedsPerson, match="Ungültig"):
        every_call(records)["upsert"](connect(address=address))


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 413, 429, 500, 503])
def test_no_message_ever_holds_the_secret(
    shop_under_test: ShopUnderTest, connect: Connect, records: Records, status: int
) -> None:
    """Some servers say back what they were told."""
    with answering(lambda heard: (status, {}, heard[_login_in(heard) :].encode())) as address:
        shop = connect(address=address)
        for call in every_call(records).values():
            with pytest.raises(WebUpdateError) as caught:
                call(shop)
            assert_clear(caught.value, shop_under_test.secret)


def _login_in(headers: str) -> int:
    """Where the header begins that logs in."""
    return max(headers.lower().find("authorization:"), headers.lower().find("api-key:"))


def assert_clear(error: WebUpdateError, secret: str) -> None:
    """The error says something, and neither it nor its causes say the secret."""
    assert error.message
    assert error.hint or isinstance(error, (NeedsPerson, BatchTooLarge))
    text = "".join(traceback.format_exception(error)) + str(error)
    assert secret not in text
