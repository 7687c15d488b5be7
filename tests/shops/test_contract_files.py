"""The contract of every connector: bytes of pictures and documents go up once, and never another's."""

from __future__ import annotations

import io

import msgspec
import pytest

from tests.shops.contract import (
    Connect,
    Records,
    Sending,
    ShopUnderTest,
    a_pdf,
    a_picture,
    alone,
    content_of,
    held,
    record,
    send,
)
from tests.shops.wire import Cutter
from webupdate.errors import ContentChanged, NeedsPerson, OutcomeUnknown, Retryable, Stopped
from webupdate.sync.shops.base import KEY_SEPARATOR, Document, Entity, Part, Picture, Shop

MANY = 3_500_000  # bytes: several chunks of any connector


@pytest.fixture(autouse=True)
def carries_files(shop: Shop) -> None:
    if not shop.abilities.entities >= {"images", "documents"}:
        pytest.skip("this shop carries no files")


@pytest.fixture
def resumes(shop_under_test: ShopUnderTest) -> None:
    if not shop_under_test.resumes:
        pytest.skip("this shop takes a file in one request")


def file_of(records: Records, data: bytes, name: str, *, position: int = 0) -> Part:
    """The record of a file of the test's item."""
    entity: Entity = "documents" if data.startswith(b"%PDF") else "images"
    content = content_of(data, name)
    fields = {"item": records.tag, "name": name, "content": content.digest, "size": content.size, "position": position}
    kind = Document if entity == "documents" else Picture
    return records.put(entity, KEY_SEPARATOR.join((records.tag, name)), msgspec.convert(fields, kind))


def test_bytes_go_once(shop: Shop, records: Records) -> None:
    data = a_pdf(records.tag, MANY)
    first = Sending(shop, data)
    assert first.whole
    assert first.told[0] == 0
    assert first.told == sorted(set(first.told))
    assert len(first.told) > 2, "no progress was told between beginning and end"
    again = Sending(shop, data)
    assert again.whole
    assert again.told == []


@pytest.mark.usefixtures("resumes")
def test_what_was_interrupted_goes_on_where_it_ended(shop: Shop, connect: Connect, records: Records) -> None:
    data = a_pdf(records.tag, MANY)
    first = Sending(shop, data, stop_at=1)
    assert not first.whole
    there = first.told[-1]
    assert 0 < there < len(data)
    rest = Sending(connect(), data)  # another process, after a crash of the first
    assert rest.whole
    assert rest.told[0] == there
    send(shop, records.item(records.tag), file_of(records, data, "a.pdf"))
    found = record(shop, "documents", f"{records.tag}\ta.pdf")
    assert isinstance(found, Document)
    assert (found.content, found.size) == (first.content.digest, len(data))


@pytest.mark.usefixtures("resumes")
def test_a_lost_answer_costs_no_more_than_a_chunk(
    cutter: Cutter, connect: Connect, shop: Shop, records: Records
) -> None:
    data = a_pdf(records.tag, MANY)
    behind = connect(address=f"https://127.0.0.1:{cutter.port}")
    assert not Sending(behind, data, stop_at=1).whole
    cutter.cut_next("request")
    with pytest.raises((OutcomeUnknown, Retryable)):
        Sending(behind, data)
    rest = Sending(behind, data)
    assert rest.whole
    assert rest.told[0] > 0


def test_a_file_that_changed_while_it_was_sent_is_kept_by_no_shop(shop: Shop, records: Records) -> None:
    data = a_pdf(records.tag, MANY)
    assert not Sending(shop, data, stop_at=1).whole
    half = len(data) // 2
    other = data[:half] + b"x" * (len(data) - half)
    content = content_of(data, "a.pdf")
    with pytest.raises(ContentChanged):
        shop.send_content(content, io.BytesIO(other), lambda _: None, lambda: False)
    # From the beginning: of the mixture nothing was kept.
    sending = Sending(shop, data)
    assert sending.told[0] == 0
    assert sending.whole


def test_a_file_that_became_shorter_is_noticed(shop: Shop, records: Records) -> None:
    data = a_pdf(records.tag, MANY)
    with pytest.raises(ContentChanged):
        shop.send_content(content_of(data, "a.pdf"), io.BytesIO(data[:-5]), lambda _: None, lambda: False)


@pytest.mark.parametrize("data", [b"neither one nor the other", a_picture("cut", 64)[:60]])
def test_what_is_no_picture_is_refused(shop: Shop, data: bytes) -> None:
    with pytest.raises(NeedsPerson) as caught:
        Sending(shop, data)
    assert "this file" in caught.value.message
    assert caught.value.expected


def test_a_record_of_bytes_that_never_came_is_refused(shop: Shop, records: Records) -> None:
    send(shop, records.item(records.tag))
    (result,) = shop.upsert(alone(file_of(records, a_picture(records.tag), "a.png")))
    assert (result.status, result.field) == ("refused", "content")
    assert held(shop, "images", f"{records.tag}\ta.png").data is None


@pytest.mark.parametrize("entity", ["images", "documents"])
def test_one_is_not_taken_for_the_other(shop: Shop, records: Records, entity: Entity) -> None:
    data = a_pdf(records.tag) if entity == "images" else a_picture(records.tag)
    assert Sending(shop, data).whole
    part = file_of(records, data, "a")
    wrong = records.part(entity, part.key, "put", part.data)
    good, result = shop.upsert(alone(records.item(records.tag), wrong))
    assert (good.status, result.status, result.field) == ("created", "refused", "content")


def test_pictures_are_kept_in_their_order_and_can_leave(shop: Shop, records: Records) -> None:
    names = ["b.png", "a.png", "c.png"]
    data = {name: a_picture(f"{records.tag} {name}") for name in names}
    assert [Sending(shop, one).whole for one in data.values()] == [True] * 3
    parts = [file_of(records, data[name], name, position=place) for place, name in enumerate(names)]
    send(shop, records.item(records.tag), *parts)
    assert order(shop, records) == names
    moved = [file_of(records, data[name], name, position=place) for place, name in enumerate(["c.png", "b.png"])]
    send(shop, *moved, records.part("images", f"{records.tag}\ta.png", "delete"))
    assert order(shop, records) == ["c.png", "b.png"]
    # Under another name and with another item the bytes are the same: they are there.
    assert Sending(shop, data["a.png"]).told == []


def test_one_content_serves_two_items(shop: Shop, records: Records) -> None:
    data = a_picture(records.tag)
    assert Sending(shop, data).whole
    other = Records(f"{records.tag}-2")
    send(shop, records.item(records.tag), other.item(other.tag))
    send(shop, file_of(records, data, "a.png"), file_of(other, data, "a.png"))
    send(shop, records.part("images", f"{records.tag}\ta.png", "delete"))
    assert record(shop, "images", f"{other.tag}\ta.png") is not None


def test_a_revived_item_has_no_files_until_they_come_again(shop: Shop, records: Records) -> None:
    data = a_picture(records.tag)
    assert Sending(shop, data).whole
    part = file_of(records, data, "a.png")
    send(shop, records.item(records.tag), part)
    send(shop, records.part("items", records.tag, "delete"))
    assert held(shop, "images", part.key).data is None
    send(shop, records.item(records.tag))
    assert held(shop, "images", part.key).data is None
    send(shop, file_of(records, data, "a.png"))
    assert held(shop, "images", part.key).data is not None


def test_a_renamed_item_keeps_its_files(shop: Shop, records: Records) -> None:
    data = {"a.png": a_picture(records.tag), "a.pdf": a_pdf(records.tag)}
    assert [Sending(shop, one).whole for one in data.values()] == [True, True]
    old = Records(f"{records.tag}-OLD")
    send(shop, old.item(old.tag), *(file_of(old, one, name) for name, one in data.items()))
    renamed = msgspec.structs.replace(old.item(records.tag), was=old.tag)
    (result,) = shop.upsert(alone(renamed))
    assert result.status == "updated"
    for entity, name in (("images", "a.png"), ("documents", "a.pdf")):
        found = record(shop, entity, f"{records.tag}\t{name}")
        assert isinstance(found, (Picture, Document))
        assert (found.item, found.name) == (records.tag, name)
        assert record(shop, entity, f"{old.tag}\t{name}") is None


def test_without_the_right_no_byte_is_taken(shop_under_test: ShopUnderTest, connect: Connect, records: Records) -> None:
    data = a_picture(records.tag)
    for secret in shop_under_test.powerless:
        with pytest.raises(Stopped):
            Sending(connect(secret=secret), data)
    assert Sending(shop_under_test.shop, data).told[0] == 0


def order(shop: Shop, records: Records) -> list[str]:
    """Names of the test's pictures as the shop lists them, by their positions."""
    found = [
        msgspec.json.decode(entry.data or b"", type=Picture)
        for entry in shop.listing("images", f"{records.tag}\t", 500).records
        if entry.key.startswith(f"{records.tag}\t")
    ]
    return [entry.name for entry in sorted(found, key=lambda entry: entry.position)]
