"""Pictures and documents on their whole way: the demo's files, a real shop over TLS, the shop's own pages."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.firm import Firm
from tests.shops.contract import a_pdf, a_picture
from tests.webshop.running import Api, Checkout, running_shop, wait_until
from webupdate.store import exports
from webupdate.store.companies import change
from webupdate.sync.shops import http, oscar
from webupdate.sync.supervisor import Supervisor

PICTURES, DOCUMENTS = 90, 34


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """The demo in step with its shop; each test changes another item."""
    folder = tmp_path_factory.mktemp("firm")
    with running_shop(folder / "shop") as shop:
        firm = Firm(folder, shop, files=True)
        sent = firm.cycle()
        assert (sent["images"], sent["documents"]) == (PICTURES, DOCUMENTS)
        yield firm
        firm.close()


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Firm]:
    """A firm whose only files are those of a test."""
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        for name in ("images", "documents"):
            (firm.export / name).mkdir()
        firm.cycle()
        yield firm
        firm.close()


def shown(firm: Firm, sku: str) -> list[bytes]:
    """Digests of the pictures on an item's page, in their order, as the shop hands them out."""
    page = Checkout(firm.shop)
    html = page.open_item(sku)
    gallery = html[html.index("product_gallery") : html.index("carousel-indicators")]
    thumbs = re.findall(r'<img src="(/media/[^"]+)"', gallery)
    return [page.client.get(address).content for address in thumbs]


def named(firm: Firm, sku: str, kind: str = "images") -> list[str]:
    """Names of an item's files as the shop holds them, in their order."""
    api = Api(firm.shop)
    page = api.call("GET", "records/", params={"kind": kind, "after": f"{sku}\t", "limit": 20}).json()["records"]
    own = [record["data"] for record in page if record["key"].startswith(f"{sku}\t")]
    return [data["name"] for data in sorted(own, key=lambda data: data.get("position", 0))]


def rename_cell(firm: Firm, old: str, new: str) -> None:
    firm.change("inventory", old, new)


def test_the_demos_files_are_seen_in_the_shops_pages(firm: Firm) -> None:
    assert firm.cycle() == {}
    assert (firm.site().state, firm.failed()) == ("ok", [])
    first, second = shown(firm, "CHAI-01")
    assert first != second
    assert first[:3] == second[:3] == b"\xff\xd8\xff"
    buyer = Checkout(firm.shop)
    html = buyer.open_item("CHAI-01")
    (address,) = re.findall(r'href="(/documents/[^"]+)"', html)
    sheet = buyer.client.get(address)
    assert sheet.content == (firm.export / "documents" / "chai-01-data-sheet.pdf").read_bytes()
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.headers["x-content-type-options"] == "nosniff"
    assert 'filename="chai-01-data-sheet.pdf"' in sheet.headers["content-disposition"]
    listed = buyer.get("/catalogue/")
    assert len(re.findall(r'<img src="/media/cache/[^"]+" alt=', listed)) == 20


def test_a_hidden_items_document_is_not_handed_out(firm: Firm) -> None:
    buyer = Checkout(firm.shop)
    (address,) = re.findall(r'href="(/documents/[^"]+)"', buyer.open_item("PAVLOVA-16"))
    firm.change("inventory", 'Supplied by Pavlova Ltd..",T,', 'Supplied by Pavlova Ltd..",F,')
    firm.cycle()
    assert Api(firm.shop).read("items", "PAVLOVA-16")[0]["shown"] is False
    assert buyer.client.get(address).status_code == 404


def test_another_content_of_the_same_name_goes_up_and_a_touched_one_does_not(firm: Firm) -> None:
    path = firm.export / "images" / "chang-02.jpg"
    before = path.stat()
    os.utime(path)
    assert firm.cycle() == {}
    fresh = bytearray(path.read_bytes())
    fresh[-3] ^= 1
    path.write_bytes(fresh)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert firm.cycle() == {"images": 1}
    (data,) = Api(firm.shop).read("images", "CHANG-02\tchang-02.jpg")
    assert data["content"] == hashlib.sha256(fresh).hexdigest()


def test_order_removal_and_a_new_name_cost_no_byte(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = "konbu-13.jpg;konbu-13-packed.jpg"
    before = shown(firm, "KONBU-13")
    sent = count_bytes(monkeypatch)
    rename_cell(firm, cell, "konbu-13-packed.jpg;konbu-13.jpg")
    assert firm.cycle() == {"images": 2}
    assert named(firm, "KONBU-13") == ["konbu-13-packed.jpg", "konbu-13.jpg"]
    assert shown(firm, "KONBU-13") == before[::-1]
    folder = firm.export / "images"
    (folder / "konbu-13.jpg").rename(folder / "seaweed.jpg")
    rename_cell(firm, "konbu-13-packed.jpg;konbu-13.jpg", "seaweed.jpg")
    assert firm.cycle() == {"images": 3}
    assert named(firm, "KONBU-13") == ["seaweed.jpg"]
    assert sent == []


def test_a_broken_picture_is_one_records_error_and_the_rest_goes_on(firm: Firm) -> None:
    path = firm.export / "images" / "ikura-10.jpg"
    whole = path.read_bytes()
    path.write_bytes(whole[:2000])
    firm.change("prices", "IKURA-10,Retail,EA,31.00", "IKURA-10,Retail,EA,32.00")
    other = firm.export / "images" / "tofu-14.jpg"
    other.write_bytes(a_picture("tofu"))
    assert firm.cycle() == {"prices": 1, "images": 1}
    ((file, complaint),) = exports.complaints(firm.store, firm.company.id)
    assert (file, complaint.key, complaint.seen) == ("images", "IKURA-10", "ikura-10.jpg")
    assert "is a broken picture" in complaint.message
    assert named(firm, "IKURA-10") == ["ikura-10.jpg"]  # the shop keeps what it has
    path.write_bytes(whole)
    assert firm.cycle() == {}
    assert exports.complaints(firm.store, firm.company.id) == []


def test_files_of_an_item_that_left_and_came_back(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (firm.export / "inventory.csv").read_bytes()
    lines = whole.split(b"GEITOST-33,")
    end = lines[1].index(b'.",') + lines[1][lines[1].index(b'.",') :].index(b"\r\n") + 2
    (firm.export / "inventory.csv").write_bytes(lines[0] + lines[1][end:])
    firm.cycle()
    assert Api(firm.shop).read("items", "GEITOST-33")[0]["shown"] is False
    sent = count_bytes(monkeypatch)
    (firm.export / "inventory.csv").write_bytes(whole)
    firm.cycle()
    assert named(firm, "GEITOST-33") == ["geitost-33.jpg"]
    assert named(firm, "GEITOST-33", "documents") == ["cold-chain.pdf"]
    assert sent == []


def count_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the chunks that leave from now on."""
    sent: list[int] = []
    real = http.exchange

    def counted(client, method, path, *, block=None, **named):  # type: ignore[no-untyped-def]
        if block is not None:
            sent.append(len(block))
        return real(client, method, path, block=block, **named)

    monkeypatch.setattr(oscar, "exchange", counted)
    return sent


def put_document(firm: Firm, data: bytes) -> None:
    """A PDF of the item Chai, named in the next inventory."""
    (firm.export / "documents" / "large.pdf").write_bytes(data)
    os.utime(firm.export / "documents" / "large.pdf", (time.time() - 100,) * 2)
    firm.change("inventory", "EXOTIC-LIQ,MAIN,,", "EXOTIC-LIQ,MAIN,,large.pdf")


def test_a_large_pdf_delays_no_price(lonely: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDF goes on only when the price has come: were one in the way of the other, this would hang."""
    data = a_pdf("large", 50_000_000)
    digest = hashlib.sha256(data).hexdigest()
    api = Api(lonely.shop)
    real = oscar.OscarShop.send_content
    priced: list[dict[str, Any]] = []

    def price() -> bool:
        return bool(api.read("prices", "CHAI-01\tRetail\tEA")[0]["price"] == "21.00")

    def watched(shop, content, stream, progress, stopping):  # type: ignore[no-untyped-def]
        def told(held: int) -> None:
            progress(held)
            if held > 5_000_000 and not priced:
                lonely.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,21.00")
                wait_until(price, "the price in the shop, while the PDF is on its way")
                priced.append(api.call("GET", f"contents/{digest}/").json())

        return real(shop, content, stream, told, stopping)

    monkeypatch.setattr(oscar.OscarShop, "send_content", watched)
    put_document(lonely, data)
    engine = Supervisor(lonely.store, lonely.vault, lonely.paths, mode="test")
    engine.start()
    try:
        wait_until(lambda: named(lonely, "CHAI-01", "documents") == ["large.pdf"], "the PDF in the shop")
        # The lane tells what it did once it is done; by then a cycle may have found nothing new.
        told = ("1 sent", "nothing changed")
        wait_until(lambda: any(row.message in told for row in lonely.site().rows if row.action == "documents"), "told")
    finally:
        assert engine.stop(10)
    (there,) = priced
    assert not there["complete"]
    assert 0 < there["held"] < len(data)


def test_a_file_that_changes_while_it_is_sent_is_never_mixed(lonely: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    first = a_pdf("large", 4_000_000)
    second = first[:500_000] + b"y" * 3_000_000 + first[3_500_000:]
    put_document(lonely, first)
    path = lonely.export / "documents" / "large.pdf"
    real = oscar.OscarShop.send_content
    told: list[int] = []

    def meddled(shop, content, stream, progress, stopping):  # type: ignore[no-untyped-def]
        def meddle(held: int) -> None:
            if held > 0 and not told:
                told.append(held)
                path.write_bytes(second)  # in place: the open file changes too
            progress(held)

        return real(shop, content, stream, meddle, stopping)

    monkeypatch.setattr(oscar.OscarShop, "send_content", meddled)
    lonely.cycle()
    assert told
    assert Api(lonely.shop).read("documents", "CHAI-01\tlarge.pdf") == [None]
    wait_until(lambda: bool(lonely.cycle()), "the file sent anew")
    (data,) = Api(lonely.shop).read("documents", "CHAI-01\tlarge.pdf")
    assert data["content"] == hashlib.sha256(second).hexdigest()


def test_progress_is_told_in_bytes(lonely: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    real = oscar.OscarShop.send_content

    def watched(shop, content, stream, progress, stopping):  # type: ignore[no-untyped-def]
        def told(held: int) -> None:
            progress(held)
            said.extend(row.message for row in lonely.site().rows if row.action == "documents")

        return real(shop, content, stream, told, stopping)

    monkeypatch.setattr(oscar.OscarShop, "send_content", watched)
    put_document(lonely, a_pdf("large", 3_000_000))
    lonely.cycle()
    assert said[0] == "0.0 of 3.0 MB, large.pdf"
    rows = {row.action: row.message for row in lonely.site().rows}
    assert rows["documents"] == "1 sent"


def test_what_the_shop_refuses_is_that_files_error(lonely: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a picture to pass here and not there: the record says so, the others go."""
    bad = lonely.export / "images" / "bad.png"
    bad.write_bytes(a_picture("bad", 64)[:70])
    (lonely.export / "images" / "good.png").write_bytes(a_picture("good"))
    lonely.change("inventory", "EXOTIC-LIQ,MAIN,,", "EXOTIC-LIQ,MAIN,bad.png;good.png,")
    from webupdate.sync import content, files

    monkeypatch.setattr(files, "examine", lambda *a: content.Examined(hashlib.sha256(a[1].read_bytes()).hexdigest()))
    lonely.cycle()
    (failed,) = lonely.failed()
    assert "bad.png" in failed
    assert "The shop can't show this file" in failed
    assert named(lonely, "CHAI-01") == ["good.png"]


def test_where_the_files_lie_may_be_said(lonely: Firm, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(a_picture("a"))
    lonely.company = change(lonely.store, lonely.vault, lonely.company, {"images_folder": str(tmp_path / "pictures")})
    lonely.change("inventory", "EXOTIC-LIQ,MAIN,,", "EXOTIC-LIQ,MAIN,A.PNG,")
    lonely.cycle()
    assert named(lonely, "CHAI-01") == ["A.PNG"]
