"""Bytes of pictures and PDFs: who may send them, what is kept of them, and who gets to see them."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from tests.shops.contract import a_pdf, a_picture
from tests.webshop.running import Api, Checkout, browser
from webupdate.webshop.folder import ShopFolder, forget_old_parts
from webupdate.webshop.server import RunningShop


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def incoming(shop: RunningShop) -> Path:
    return shop.ca_file.parent / "incoming"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_only_staff_may_ask_or_send(shop_server: RunningShop, method: str) -> None:
    with browser(shop_server) as stranger:
        assert stranger.request(method, f"/api/sync/v1/contents/{'0' * 64}/").status_code == 401


@pytest.mark.parametrize("name", ["..%2f..%2fserver.pem", "A" * 64, "0" * 63, "0" * 65])
def test_only_a_digest_can_name_a_content(api: Api, name: str) -> None:
    assert api.call("GET", f"contents/{name}/").status_code in (400, 404)
    assert api.call("PUT", f"contents/{name}/", params={"offset": 0, "size": 1}, content=b"x").status_code in (400, 404)


@pytest.mark.parametrize(("offset", "size"), [("-1", "5"), ("x", "5"), ("0", ""), ("0", "0"), ("0", "2000000000")])
def test_numbers_are_checked(api: Api, offset: str, size: str) -> None:
    where = f"contents/{digest(b'numbers')}/"
    answer = api.call("PUT", where, params={"offset": offset, "size": size}, content=b"numbers")
    assert answer.status_code in (400, 413)
    assert api.call("GET", where).json() == {"held": 0, "complete": False}


def test_a_chunk_fits_only_where_the_last_one_ended(api: Api, shop_server: RunningShop) -> None:
    data = a_pdf("chunks", 1000)
    assert api.content(data[:400], digest(data), size=1000) == {"held": 400, "complete": False}
    for offset in (0, 399, 401):
        error = api.content(data[offset:600], digest(data), offset=offset, size=1000)["error"]
        assert (error["code"], error["expected"]) == ("wrong_offset", "400")
    assert api.content(data[400:], digest(data), offset=400, size=1000) == {"held": 1000, "complete": True}
    assert api.content(data) == {"held": 1000, "complete": True}
    assert not (incoming(shop_server) / f"{digest(data)}.part").exists()


@pytest.mark.parametrize(("extra", "code"), [(b"more", "wrong_digest"), (b"", "wrong_digest")])
def test_what_is_not_the_digests_is_thrown_away(api: Api, shop_server: RunningShop, extra: bytes, code: str) -> None:
    data = a_pdf(f"mixed {len(extra)}", 500)
    api.content(data[:100], digest(data), size=500)
    error = api.content(b"x" * 400 + extra, digest(data), offset=100, size=500)["error"]
    assert error["code"] == code
    assert api.call("GET", f"contents/{digest(data)}/").json()["held"] == 0


def test_a_chunk_has_a_limit(api: Api) -> None:
    data = bytes(2_000_001)
    assert api.content(data, size=3_000_000)["error"]["code"] == "too_large"


def test_what_is_not_whole_is_on_no_page(api: Api, shop_server: RunningShop) -> None:
    data = a_picture("half", 64)
    api.content(data[:-20], digest(data), size=len(data))
    with browser(shop_server) as buyer:
        for suffix in (".part", ".png", ""):
            for folder in ("incoming", "media/pictures", "media/incoming", "media/documents"):
                assert buyer.get(f"/{folder}/{digest(data)}{suffix}").status_code == 404


def test_a_document_is_there_as_long_as_its_item_is(api: Api, shop_server: RunningShop) -> None:
    data = a_pdf("sheet")
    api.content(data)
    api.item("SHEET")
    fields = {"item": "SHEET", "name": "a/Blatt <b>.pdf", "content": digest(data), "size": len(data)}
    assert api.put("documents", "SHEET\ta/Blatt <b>.pdf", **fields)["status"] == "created"
    buyer = Checkout(shop_server)
    page = buyer.open_item("SHEET")
    assert "Blatt &lt;b&gt;.pdf" in page
    assert "Blatt <b>" not in page
    address = page.split('href="/documents/')[1].split('"')[0]
    answer = buyer.client.get(f"/documents/{address}")
    assert (answer.content, answer.headers["content-type"]) == (data, "application/pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"
    api.send(api.record("items", "SHEET", op="hide"))
    assert buyer.client.get(f"/documents/{address}").status_code == 404


def test_parts_that_nobody_goes_on_with_are_forgotten(api: Api, shop_server: RunningShop) -> None:
    old, fresh = a_pdf("old part", 500), a_pdf("fresh part", 500)
    for data in (old, fresh):
        api.content(data[:100], digest(data), size=500)
    os.utime(incoming(shop_server) / f"{digest(old)}.part", (time.time() - 31 * 24 * 3600,) * 2)
    forget_old_parts(ShopFolder(shop_server.ca_file.parent))  # as at each start
    assert [api.call("GET", f"contents/{digest(data)}/").json()["held"] for data in (old, fresh)] == [0, 100]
