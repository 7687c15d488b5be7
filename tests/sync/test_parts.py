"""Whether a shop holds what was sent, where it can't compare revisions."""

from __future__ import annotations

import msgspec
import pytest

from webupdate.store.queue import HIDDEN
from webupdate.store.rows import Row
from webupdate.sync.parts import holds_as_sent, refusal
from webupdate.sync.shops.base import Held, Item, Result, Stock, sent_hash
from webupdate.sync.shops.oscar import OSCAR

SENT = msgspec.json.encode(Item(category=None, title="Chai", long="<p>Süß</p>"))
CLEANED = msgspec.json.encode(Item(category=None, title="Chai", long="Süß"))
OTHER = msgspec.json.encode(Item(category=None, title="Tea"))
OFF = msgspec.json.encode(Item(category=None, title="Chai", shown=False))


def row(entity: str = "items", seen: str | None = "hash") -> Row:
    names = Row.__struct_fields__
    values = dict.fromkeys(names) | {"id": 1, "site_id": 1, "entity": entity, "key": "CHAI-01", "seen": seen}
    return msgspec.convert(values | {"rev": 1, "op": "put", "hidden": False, "stales": 0, "tries": 0, "was": ""}, Row)


def held(data: bytes | None, entity: str = "items", sent: str = "") -> Held:
    return Held(entity=entity, key="CHAI-01", data=data, sent=sent)


@pytest.mark.parametrize(
    ("seen", "found", "same"),
    [
        (None, held(None), True),
        (None, held(SENT), False),
        (HIDDEN, held(None), True),
        (HIDDEN, held(OFF), True),  # a shop that keeps what it hides
        (HIDDEN, held(SENT), False),
        ("hash", held(None), False),
        ("hash", held(SENT), True),
        ("hash", held(CLEANED), True),
        ("hash", held(OTHER), False),
        # Where the shop keeps the hash of what was sent, that decides.
        ("hash", held(OTHER, sent=sent_hash(SENT)), True),
        ("hash", held(SENT, sent=sent_hash(OTHER)), False),
    ],
)
def test_what_is_held_is_what_was_sent(seen: str | None, found: Held, same: bool) -> None:
    assert holds_as_sent(row(seen=seen), found, SENT, OSCAR) is same


def test_a_shop_of_whole_pieces_holds_what_it_can() -> None:
    sent, kept = (msgspec.json.encode(Stock(item="CHAI-01", quantity=quantity)) for quantity in ("7.9", "7"))
    for pieces in (True, False):
        assert (
            holds_as_sent(row("stock"), held(kept, "stock"), sent, msgspec.structs.replace(OSCAR, whole_pieces=pieces))
            is pieces
        )


def test_a_refusal_names_the_column_that_ebms_knows() -> None:
    said = Result(
        entity="items", key="CHAI-01", status="refused", message="No.", field="weight", seen="x", expected="1"
    )
    assert refusal(row(), said) == "items CHAI-01: No. Field WEIGHT. Seen: x. Expected: 1."
