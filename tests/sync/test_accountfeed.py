"""The accounts feed of a shop that knows our customers already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from tests.store.simulation import open_fast_store
from tests.sync.folders import Exports
from webupdate.store import drift
from webupdate.sync.accountfeed import download_accounts
from webupdate.sync.customers import CustomerDesk
from webupdate.sync.shops.base import Account, AccountPage, Customer

PHONE = "+49 731 5550199"
HELD = Customer(login="joe@example.org", email="joe@example.org", first_name="Joe", last_name="Smith", phone=PHONE)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Exports]:
    store = open_fast_store(tmp_path / "store.sqlite3")
    (tmp_path / "orders").mkdir()
    yield Exports(store, tmp_path)
    store.close()


@pytest.mark.parametrize("learnt", [False, True])
def test_what_a_first_contact_learnt_is_no_agreement_of_both_sides(folder: Exports, learnt: bool) -> None:
    """A phone that only the shop has follows to EBMS; it is not taken for one that EBMS has removed."""
    folder.save("customers.csv", "ID,F_NAME,L_NAME,EMAIL,PHONE\r\nSMIJOE,Joe,Smith,joe@example.org,\r\n")
    folder.look(10)
    (site,) = folder.company.sites
    if learnt:
        drift.remember_held(folder.store, site.id, "customers", [("SMIJOE", msgspec.json.encode(HELD))], folder.now)
    at = "2026-01-01T00:00:00+00:00"
    account = Account(id="7", key="SMIJOE", made_at=at, updated_at=at, customer=HELD)
    page = AccountPage(((account, msgspec.json.encode(account)),), "c1", False)
    shop: Any = SimpleNamespace(accounts=lambda _cursor, to_merge: page)
    download_accounts(folder.store, site, shop, folder.now)
    desk = CustomerDesk(folder.store, folder.company, site, folder.now)
    desk.look(again=True)
    assert desk.write_ready() == 1
    assert msgspec.json.decode(folder.payload("customers", "SMIJOE"))["phone"] == PHONE
