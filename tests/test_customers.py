"""Customers both ways: a real shop over TLS, accounts made and changed through its pages, files for EBMS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.firm import Firm
from tests.webshop.running import BERLIN, DEMO_LOGIN, Api, Checkout, running_shop
from webupdate.errors import Retryable, Stopped, UsageError, WebUpdateError
from webupdate.store import accounts, commands, inbox, rows
from webupdate.store.accounts import WebCustomer
from webupdate.store.db import Store
from webupdate.sync.accountfeed import download_accounts
from webupdate.sync.customerfile import NEW_COLUMNS
from webupdate.sync.shops import open_shop
from webupdate.sync.shops.base import AccountPage, Bundle, Part
from webupdate.sync.shops.oscar import OscarShop

HEADING = (
    "ID,TREE_ID,F_NAME,L_NAME,ADDRESS1,ADDRESS2,CITY,STATE,ZIP,COUNTRY,PHONE,EMAIL,CONTACT_1,IN_LEVEL,E_DATE,"
    "EXTERNALID,WEB_USER,WEB_APPRVD,MEMO\r\n"
)
PRAGUE = {
    "first_name": "Jan",
    "last_name": "Šimůnek",
    "line1": "Dlouhá 12",
    "line2": "",
    "line4": "Praha",
    "state": "",
    "postcode": "11000",
    "country": "CZ",
    "phone_number": "+420 222 333 444",
}


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        firm.cycle()
        yield firm
        firm.close()


def visitor(firm: Firm, email: str, address: dict[str, str] | None = None) -> Checkout:
    """Somebody makes an account, perhaps with an address."""
    found = Checkout(firm.shop)
    found.register(email)
    if address:
        found.save_address(address)
    return found


def files(firm: Firm) -> list[str]:
    return [name for name in firm.order_files() if name.startswith("CU-")]


def content(firm: Firm, name: str) -> str:
    return (firm.orders / name).read_bytes().decode("cp1252")


def cells(firm: Firm, name: str) -> dict[str, str]:
    heading, row = firm.order_rows(name)
    return dict(zip(heading, row, strict=True))


def import_all(firm: Firm, *, id: str = "NEW", marks: bool = False) -> None:
    """EBMS takes the customer files and saves the customers export with what they say."""
    path = firm.export / "customers.csv"
    head, *lines = path.read_bytes().decode("cp1252").splitlines()
    columns = head.split(",")
    for name in files(firm):
        row = cells(firm, name)
        (firm.orders / name).unlink()
        row["CREDITCARD"] = "T"  # as the defaults of EBMS's folder say
        if row["ID"]:
            del row["CREDITCARD"]
            lines = [changed(line, columns, row) if line.startswith(row["ID"] + ",") else line for line in lines]
        else:
            lines.append(",".join(f'"{row.get(column, "")}"' if column != "ID" else id for column in columns))
    path.with_suffix(".tmp").write_bytes("\r\n".join([head, *lines, ""]).encode("cp1252"))
    path.with_suffix(".tmp").replace(path)


def changed(line: str, columns: list[str], row: dict[str, str]) -> str:
    values = dict(zip(columns, line.split(","), strict=True)) | row
    return ",".join(values[column] for column in columns)


def only(firm: Firm) -> WebCustomer:
    ((number,),) = firm.store.rows("SELECT id FROM account")
    found = accounts.by_number(firm.store, number)
    assert found is not None
    return found


def question(firm: Firm) -> accounts.Question:
    (asked,) = accounts.needing(firm.store, firm.company.sites[0].id)
    assert asked.question is not None
    return asked.question


def held(firm: Firm, key: str) -> dict[str, Any]:
    (found,) = Api(firm.shop).read("customers", key)
    return dict(found)


def answer(store: Store, firm: Firm, **wish: object) -> str:
    number = commands.leave(store, "customer", company_id=firm.company.id, number=only(firm).id, **wish)
    firm.cycle()
    found = commands.answer(store, number)
    assert found is not None
    if found.error:
        raise UsageError(found.error)
    return found.result


def test_an_account_becomes_one_file_byte_for_byte_and_then_a_customer(firm: Firm) -> None:
    buyer = visitor(firm, "jan@example.cz", PRAGUE)
    firm.cycle()
    (name,) = files(firm)
    shop_id = only(firm).shop_id
    assert name == f"CU-shop-{shop_id}.csv"
    day = firm.store.one("SELECT strftime('%m/%d/%Y', received_at, 'unixepoch', 'localtime') FROM account")
    assert content(firm, name) == HEADING + (
        f",,Jan,Šimunek,Dlouhá 12,,Praha,,11000,Czechia,+420 222 333 444,jan@example.cz,,Retail,{day},"
        f"shop-{shop_id},jan@example.cz,T,L_NAME as the web sent it: Šim\\u016fnek\r\n"
    )
    assert tuple(HEADING.strip().split(",")) == NEW_COLUMNS
    number = buyer.buy([("CHAI-01", 1)], address=PRAGUE)
    firm.cycle()
    assert files(firm) == [name]
    (waiting,) = inbox.in_states(firm.store, firm.company.sites[0].id, "conflict")
    assert waiting.number == number
    assert f"{name} was written: import it in EBMS" in waiting.problems[0].hint

    import_all(firm, id="SIMJAN")
    firm.cycle()
    account = only(firm)
    assert (account.state, account.key) == ("linked", "SIMJAN")
    assert firm.order_rows(f"SO-shop-{number}.csv")[0][3] == "SIMJAN"
    assert held(firm, "SIMJAN")["last_name"] == "Šimůnek"
    assert firm.cycle() == {}
    assert files(firm) == []
    assert firm.site().conflicts == firm.site().customers == 0
    assert Api(firm.shop).order(buyer.buy([("CHAI-01", 1)], address=PRAGUE, pay="CC"))["customer"] == "SIMJAN"


def test_no_file_for_customers_that_ebms_made(firm: Firm) -> None:
    Checkout(firm.shop, DEMO_LOGIN, firm.shop.demo_password).get("/accounts/addresses/")
    assert firm.cycle() == {}
    assert files(firm) == []


def test_an_account_with_the_e_mail_of_a_customer_is_linked(firm: Firm) -> None:
    visitor(firm, "New.Buyer@example.com")
    firm.change(
        "customers",
        "\r\nANATR,",
        "\r\nNEWBUY,Nell,Buyer,,,,,,,,new.buyer@EXAMPLE.com,,Retail,F,F,,,0.00,,F,T\r\nANATR,",
    )
    firm.cycle()
    assert files(firm) == []
    assert only(firm).key == "NEWBUY"
    assert Api(firm.shop).read("customers", "NEWBUY")[0]["last_name"] == "Buyer"
    assert firm.cycle() == {}
    assert firm.failed() == []


def test_a_customer_without_e_mail_is_known_by_phone_and_name_and_takes_over_that_account(firm: Firm) -> None:
    firm.change(
        "customers",
        "\r\nANATR,",
        "\r\nSIMJAN,Jan,Simunek,Dlouhá 12,,Praha,,11000,Czechia,222-333-444,,,Retail,T,F,,,0.00,,F,T\r\nANATR,",
    )
    buyer = visitor(firm, "jan@example.cz", PRAGUE)
    firm.cycle()
    assert only(firm).key == "SIMJAN"
    assert held(firm, "SIMJAN")["email"] == "jan@example.cz"
    assert Api(firm.shop).order(buyer.buy([("CHAI-01", 1)], address=PRAGUE))["customer"] == "SIMJAN"
    firm.cycle()
    assert cells(firm, files(firm)[0]) == {"ID": "SIMJAN", "EMAIL": "jan@example.cz"}
    import_all(firm)
    firm.cycle()
    assert (files(firm), only(firm).state) == ([], "linked")
    assert held(firm, "SIMJAN")["email"] == "jan@example.cz"


def test_two_candidates_are_a_question_and_a_link_answers_it(firm: Firm) -> None:
    twins = "".join(f"\r\nTWIN{n},Jan,Simunek,,,,,,,222 333 444,,,Retail,F,F,,,0.00,,F,T" for n in (1, 2))
    firm.change("customers", "\r\nANATR,", f"{twins}\r\nANATR,")
    visitor(firm, "jan@example.cz", PRAGUE)
    firm.cycle()
    assert files(firm) == []
    assert firm.site().customers == 1
    assert [candidate.id for candidate in question(firm).candidates] == ["TWIN1", "TWIN2"]
    with pytest.raises(UsageError, match="no customer NOBODY"):
        answer(firm.store, firm, link="NOBODY")
    with pytest.raises(UsageError, match="another account in the shop"):
        answer(firm.store, firm, link="ALFKI")
    assert answer(firm.store, firm, link="TWIN2") == "linked to customer TWIN2"
    account = only(firm)
    assert (account.key, bool(account.answered_by), firm.site().customers) == ("TWIN2", True, 0)
    assert held(firm, "TWIN2")["email"] == "jan@example.cz"


def test_two_candidates_may_both_be_wrong(firm: Firm) -> None:
    twins = "".join(f"\r\nTWIN{n},Jan,Simunek,,,,,,,222 333 444,,,Retail,F,F,,,0.00,,F,T" for n in (1, 2))
    firm.change("customers", "\r\nANATR,", f"{twins}\r\nANATR,")
    visitor(firm, "jan@example.cz", PRAGUE)
    firm.cycle()
    answer(firm.store, firm, new=True)
    assert len(files(firm)) == 1
    import_all(firm, id="SIMJAN")
    firm.cycle()
    assert only(firm).key == "SIMJAN"
    assert firm.site().customers == 0


def test_an_account_whose_file_was_written_gets_no_second_one(firm: Firm) -> None:
    """EBMS makes the customer twice, and its export has no EXTERNALID: a question, whatever is answered."""
    visitor(firm, "jan@example.cz", PRAGUE)
    firm.cycle()
    (name,) = files(firm)
    (firm.orders / name).unlink()
    twins = "".join(f"\r\nTWIN{n},Jan,Simunek,,,,,,,,jan@example.cz,,Retail,F,F,,,0.00,,F,T" for n in (1, 2))
    firm.change("customers", "\r\nANATR,", f"{twins}\r\nANATR,")
    firm.cycle_all()  # the shop refuses the second of one login
    assert [candidate.id for candidate in question(firm).candidates] == ["TWIN1", "TWIN2"]
    assert answer(firm.store, firm, new=True) == "waits for the customer of its file"
    firm.cycle()
    assert (files(firm), only(firm).state, firm.site().customers) == ([], "written", 0)


LONG = "a" * 29 + "@example.com"  # 41 characters


def test_an_e_mail_that_ebms_cannot_hold_is_a_question(firm: Firm) -> None:
    visitor(firm, LONG)
    firm.cycle()
    assert files(firm) == []
    assert "has 41 characters" in question(firm).message
    answer(firm.store, firm, new=True)
    (name,) = files(firm)
    row = cells(firm, name)
    assert (row["EMAIL"], row["WEB_USER"]) == ("", LONG)
    assert LONG in row["MEMO"]


def test_hostile_names_are_only_text(firm: Firm) -> None:
    hostile = BERLIN | {
        "first_name": "=cmd|' /C calc'!A0",
        "last_name": '"; DROP [red]\u202e',
        "line1": "@SUM(A1),\x07x",
    }
    visitor(firm, "evil@example.com", hostile)
    firm.cycle()
    (name,) = files(firm)
    row = cells(firm, name)
    assert row["F_NAME"] == " =cmd|' /C calc'!A0"
    assert row["ADDRESS1"].startswith(" @SUM(A1)")
    assert "\u202e" not in content(firm, name)
    assert '"""; DROP [red]"' in content(firm, name)


def alfki(firm: Firm, address: dict[str, str]) -> None:
    """Alfreds Futterkiste changes the address in the shop."""
    Checkout(firm.shop, DEMO_LOGIN, firm.shop.demo_password).save_address(address)


MOVED = {
    "first_name": "Maria",
    "last_name": "Alfreds Futterkiste",
    "line1": "Neue Straße 1",
    "line2": "",
    "line4": "Berlin",
    "state": "",
    "postcode": "12209",
    "country": "DE",
    "phone_number": "030-0074321",
}


def test_what_the_shop_changed_comes_to_ebms_and_only_that(firm: Firm) -> None:
    alfki(firm, MOVED)
    assert firm.cycle() == {}
    (name,) = files(firm)
    assert name == f"CU-shop-{only(firm).shop_id}.csv"
    assert content(firm, name) == "ID,ADDRESS1\r\nALFKI,Neue Straße 1\r\n"
    firm.change("customers", "030-0074321", "030-999999")
    assert firm.cycle() == {"customers": 1}
    assert (held(firm, "ALFKI")["phone"], held(firm, "ALFKI")["address1"]) == ("030-999999", "Neue Straße 1")
    import_all(firm)
    assert firm.cycle() == {}
    account = only(firm)
    assert (account.state, account.told, account.base) == ("linked", {}, account.web)
    assert firm.site().customers == 0


def test_what_ebms_changed_goes_to_the_shop(firm: Firm) -> None:
    firm.change("customers", "Obere Str. 57", "Untere Str. 1")
    assert firm.cycle() == {"customers": 1}
    assert held(firm, "ALFKI")["address1"] == "Untere Str. 1"
    assert files(firm) == []


def clash(firm: Firm) -> None:
    alfki(firm, MOVED)
    firm.change("customers", "Obere Str. 57", "Untere Str. 1")
    firm.cycle()
    assert files(firm) == []
    (found,) = question(firm).clashes
    assert (found.column, found.base, found.ebms, found.web) == (
        "ADDRESS1", "Obere Str. 57", "Untere Str. 1", "Neue Straße 1",
    )  # fmt: skip
    assert firm.site().customers == 1


def test_both_changed_and_ebms_is_taken(firm: Firm) -> None:
    clash(firm)
    assert held(firm, "ALFKI")["address1"] != "Untere Str. 1"
    assert answer(firm.store, firm, take="ebms") == "takes ADDRESS1 from EBMS"
    assert held(firm, "ALFKI")["address1"] == "Untere Str. 1"
    assert (files(firm), firm.site().customers, firm.cycle()) == ([], 0, {})


def test_both_changed_and_the_web_is_taken(firm: Firm) -> None:
    clash(firm)
    assert answer(firm.store, firm, take={"ADDRESS1": "web"}) == "takes ADDRESS1 from the web"
    (name,) = files(firm)
    assert content(firm, name) == "ID,ADDRESS1\r\nALFKI,Neue Straße 1\r\n"
    import_all(firm)
    assert firm.cycle() == {}
    assert (only(firm).state, firm.site().customers) == ("linked", 0)
    assert Checkout(firm.shop, DEMO_LOGIN, firm.shop.demo_password).get("/accounts/addresses/").count("Neue Straße 1")


@pytest.mark.parametrize(
    ("to_merge", "status", "phone"),
    [
        # The shop compares: what it changed in between is merged before the customer is sent again.
        (True, "changed", "030-0074321"),
        # Read by the first contact of a site whose customers go up only: nobody would ever merge it.
        (False, "updated", "1"),
    ],
)
def test_a_change_after_the_feed_was_read_to_be_merged_is_not_overwritten(
    firm: Firm, to_merge: bool, status: str, phone: str
) -> None:
    outlet = firm.company.sites[0]
    shop = open_shop(outlet.values, firm.vault.unlock(outlet.secrets))
    shop.accounts("", to_merge=to_merge)
    alfki(firm, MOVED)
    (row,) = rows.rows_of(firm.store, outlet.id, "customers", ["ALFKI"])
    data = msgspec.json.encode(held(firm, "ALFKI") | {"phone": "1"})
    (result,) = shop.upsert([Bundle((Part("customers", "ALFKI", row.rev + 10**9, "put", data),))])
    shop.close()
    assert (result.status, held(firm, "ALFKI").get("phone")) == (status, phone)


def test_a_customer_that_the_shop_changed_meanwhile_is_merged_and_goes_then(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = download_accounts

    def read_then_change(*arguments: Any) -> int:
        found = real(*arguments)
        alfki(firm, MOVED)
        return found

    firm.change("customers", "030-0074321", "030-999999")
    with monkeypatch.context() as patch:
        patch.setattr("webupdate.sync.site.download_accounts", read_then_change)
        assert firm.cycle() == {}
    assert held(firm, "ALFKI")["phone"] == "030-0074321"
    assert firm.failed() == []
    firm.store.sql("UPDATE queue SET next_try = 0")  # a few seconds later
    assert firm.cycle() == {"customers": 1}
    assert (held(firm, "ALFKI")["phone"], held(firm, "ALFKI")["address1"]) == ("030-999999", "Neue Straße 1")
    assert content(firm, files(firm)[0]) == "ID,ADDRESS1\r\nALFKI,Neue Straße 1\r\n"


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (Stopped("The shop answered 404: there is no sync API.", "Update it."), "stopped"),
        (Retryable("It answered 500."), "waiting"),
    ],
)
def test_an_accounts_feed_that_breaks_holds_customers_and_nothing_else(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, trouble: WebUpdateError, state: str
) -> None:
    def broken(*_: Any, **__: Any) -> AccountPage:
        raise trouble

    alfki(firm, MOVED)
    firm.change("customers", "Obere Str. 57", "Untere Str. 1")
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50")
    Checkout(firm.shop).buy([("CHAI-01", 1)])
    with monkeypatch.context() as patch:
        patch.setattr(OscarShop, "accounts", broken)
        sent = firm.cycle()
    assert "customers" not in sent
    assert sent["prices"] == 1
    assert [name[:3] for name in firm.order_files()] == ["SO-"]
    assert held(firm, "ALFKI")["address1"] == "Obere Str. 57"
    (row,) = [row for row in firm.site().rows if row.action == "accounts"]
    assert (row.state, row.hint) == (state, trouble.hint)
    assert row.message == f"{trouble.message} No customer is sent before it can be read."
    firm.cycle()
    assert len(question(firm).clashes) == 1  # merged now, and asked as ever


def test_a_lost_store_finds_the_accounts_again(firm: Firm) -> None:
    visitor(firm, "jan@example.cz", PRAGUE)
    firm.cycle()
    import_all(firm, id="SIMJAN")
    firm.cycle()
    firm.lose_store()
    firm.cycle()
    firm.cycle()
    assert files(firm) == []
    assert only(firm).key == "SIMJAN"
    assert firm.site().customers == 0
