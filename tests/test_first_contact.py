"""A new site over the real shop: it is only read until somebody has seen the Preview and lets it begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.firm import NAME, Firm, Run, run_command
from tests.webshop.running import Api, Checkout, flat, run_in_shop, running_shop
from webupdate.report import Exit
from webupdate.store import commands, companies, inspections
from webupdate.sync.preview import Preview, preview
from webupdate.sync.shops import http, oscar
from webupdate.webshop.server import RunningShop


class NewFirm(Firm):
    """A firm whose site nobody has let begin, with a shop that sold before."""

    def begin_site(self) -> None:
        """Nobody does."""


# An account that a buyer made, with the e-mail of a customer that EBMS knows, and one of a stranger; the order was
# placed long before the site is made here, for a site made in the second of its first order takes that one.
BEFORE = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.db.models import F
from oscar.core.loading import get_model
get_model("order", "Order").objects.update(date_placed=F("date_placed") - timedelta(days=1))
User.objects.create_user(username="ana", email="anatr@example.com", password="x")
User.objects.create_user(username="jim", email="jim@example.com", password="x")
"""


@contextmanager
def live_shop(folder: Path) -> Iterator[RunningShop]:
    """A shop that sold before: items, ways to ship, accounts and an order of its own, some of which EBMS knows."""
    with running_shop(folder) as shop:
        api = Api(shop)
        api.item("CHAI-01", price="17.00", stock="39")
        api.item("BY-HAND")
        api.put("shipping", "Pickup", name="Customer pickup", bands=[{"rate_type": "PICKUP", "rate": "0.00"}])
        api.put("shipping", "Own", name="Own truck", bands=[flat("1.00")])
        api.put("payments", "CC", name="Credit card", method="CREDITCARD", terms="1", due_days="0")
        api.put("customers", "ALFKI", login="alfki@example.com", email="alfki@example.com", level="Retail")
        Checkout(shop).buy([("CHAI-01", 1)], ship="Own")
        run_in_shop(shop, BEFORE)
        yield shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """For tests that let nothing begin: all of them share it."""
    with live_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def firm(tmp_path: Path, shop: RunningShop) -> Iterator[NewFirm]:
    firm = NewFirm(tmp_path, shop)
    yield firm
    firm.close()


@pytest.fixture
def own_firm(tmp_path: Path) -> Iterator[NewFirm]:
    """One with a shop of its own, that may begin."""
    with live_shop(tmp_path / "shop") as shop:
        firm = NewFirm(tmp_path, shop)
        yield firm
        firm.close()


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every request that leaves for a shop."""
    made: list[str] = []
    real = http.exchange

    def counted(client: Any, method: str, path: str, **options: Any) -> Any:
        made.append(f"{method} {path.removeprefix(oscar.BASE).partition('?')[0]}")
        return real(client, method, path, **options)

    monkeypatch.setattr(oscar, "exchange", counted)
    return made


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command on a firm's data folder: its exit code, and all that it printed."""
    return partial(run_command, capsys)


def previewed(firm: Firm) -> Preview:
    (info,) = companies.companies(firm.store)
    return preview(firm.store, info.sites[0])


def test_before_it_begins_a_site_is_only_read(firm: NewFirm, requests: list[str]) -> None:
    assert firm.cycle() == {}
    assert firm.cycle() == {}
    reading = {"GET check/", "GET records/", "GET accounts/", "GET orders/", "POST read/"}
    assert set(requests) <= reading
    assert requests.count("GET check/") == 2
    assert firm.order_files() == []
    assert Api(firm.shop).read("items", "CHAI-01")[0]["title"] == "Title of CHAI-01"
    site = firm.site()
    assert (site.state, site.begun, site.synced_at, site.waiting) == ("needs", False, None, 415)


def test_the_summary_tells_what_is_there_and_what_would_become_of_it(firm: NewFirm, run: Run) -> None:
    code, text = run(firm, "preview", NAME, "--find", "chai-01")
    assert code == Exit.FINE
    assert "~ items      CHAI-01  changed\n" in text
    assert "    title      Title of CHAI-01 → Chai\n" in text
    assert "~ prices     CHAI-01 Retail EA  changed\n    price      17.00 → 18.00\n" in text
    assert "= stock      CHAI-01  same\n" in text
    assert "The shop has 6 of these records already" in text
    assert "3 records only in the shop" in text
    assert "89 customer accounts would be made in the shop; the shop mails nobody because of it." in text
    assert "1 account of the shop with the e-mail of a customer: taken over." in text
    assert "1 account of the shop that EBMS does not know." in text
    assert "are taken; 1 older left where they are." in text
    assert f"webupdate begin '{NAME}' --site shop" in text


def test_a_preview_is_what_is_sent_then(own_firm: NewFirm, run: Run) -> None:
    own_firm.cycle()
    before = previewed(own_firm)
    ops = {change.op for change in before.changes}
    assert ops == {"new", "changed", "same"}
    assert (before.total("same"), before.matching) == (3, 415)
    code, text = run(own_firm, "begin", NAME, "--yes", "--customers", "both")
    assert (code, "shop begins." in text) == (Exit.FINE, True)
    sent = own_firm.cycle()
    assert sent == {entity: sum(of.values()) for entity, of in before.counts.items()}
    assert previewed(own_firm).counts == {}
    # The order is older than the site; the account that EBMS does not know has come down.
    assert own_firm.order_files() == ["CU-shop-4.csv"]
    commands.leave(own_firm.store, "verify", company_id=1)
    own_firm.cycle()
    found = inspections.latest(own_firm.store, 1, "verify")
    assert found is not None
    assert (found.numbers.differing, found.numbers.foreign) == (0, 3)


def test_accounts_that_exist_stay_off_until_they_are_switched_on(own_firm: NewFirm, run: Run) -> None:
    assert run(own_firm, "begin", NAME, "--yes")[0] == Exit.FINE
    sent = own_firm.cycle()
    assert "customers" not in sent
    assert sent["items"] == 77
    assert (own_firm.site().state, own_firm.site().waiting) == ("ok", 0)
    assert "customers" not in previewed(own_firm).counts
    assert run(own_firm, "companies", "set", NAME, "customers=up")[0] == Exit.FINE
    assert own_firm.cycle() == {"customers": 91}


def test_nothing_begins_without_a_yes(firm: NewFirm, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "")  # type: ignore[func-returns-value]
    code, text = run(firm, "begin", NAME)
    assert (code, "Nothing has begun." in text) == (Exit.USAGE, True)
    assert asked[-1] == "Begin to send and take? [y/N] "
    assert firm.cycle() == {}
    code, text = run(firm, "verify", NAME, "--fix")
    assert (code, "has not begun" in text) == (Exit.USAGE, True)


def test_a_shop_that_can_not_be_read_does_not_begin(firm: NewFirm, run: Run) -> None:
    companies.change(firm.store, firm.vault, firm.company, {"address": "https://127.0.0.1:1"})
    code, text = run(firm, "begin", NAME, "--yes")
    assert (code, "its shop could not be read" in text) == (Exit.UNREACHABLE, True)
    code, text = run(firm, "preview", NAME)
    assert (code, "The shop could not be read: The shop can't be reached" in text) == (Exit.UNREACHABLE, True)
