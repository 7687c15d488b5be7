"""What no Vendure says of a customer, and a plugin or another server might."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from webupdate.errors import Retryable
from webupdate.sync.shops.vendure import accounts
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.places import Places

GOOD = {"id": "1", "updatedAt": "2026-11-25T10:00:00.000Z", "emailAddress": "a@example.com", "user": {"id": "9"}}
NOTE = {"id": "5", "isPublic": False, "data": {"note": "EBMS id: ALFKI\n" + "[" * 100_000}}


class Answering:
    """A server that has these customers."""

    def __init__(self, *customers: dict[str, Any]) -> None:
        self._body = msgspec.json.encode({"rows": {"items": customers}})

    def ask(self, _query: str, _variables: dict[str, Any], kind: Any, *, write: bool) -> Any:
        return msgspec.json.decode(self._body, type=kind)


def told(*customers: dict[str, Any]) -> list[str]:
    client = cast(Client, Answering(*customers))
    return [account.key for account, _ in accounts.page(client, Places(client), "").accounts]


def test_a_note_that_is_no_json_of_ours_is_a_persons() -> None:
    assert told(GOOD | {"history": {"items": [NOTE]}}) == ["ALFKI"]


@pytest.mark.parametrize("damage", [{"firstName": None}, {"updatedAt": "yesterday"}, {"history": 7}])
def test_a_customer_that_can_not_be_read_is_a_sentence_and_no_crash(damage: dict[str, Any]) -> None:
    with pytest.raises(Retryable) as caught:
        told(GOOD | damage)
    assert "can't be read" in caught.value.message
