"""Which customer of EBMS a web account is."""

from __future__ import annotations

import pytest

from webupdate.sync.matching import Customers, digits, plain_name
from webupdate.sync.shops.base import Customer

KNOWN = Customers(
    [
        ("WEBSITE", {"EMAIL": "web@example.com"}),
        ("ALFKI", {"L_NAME": "Alfreds Futterkiste", "CONTACT_1": "Maria Anders", "PHONE": "030-0074321"}),
        ("ANTON", {"L_NAME": "Moreno", "EMAIL": "Anton@Example.com", "EXTERNALID": "shop-17"}),
        ("ANTON2", {"L_NAME": "Moreno", "WEB_USER": "anton@example.com"}),
        ("BERGS", {"F_NAME": "Jan", "L_NAME": "Simunek", "PHONE": "+420 222 333 444", "EMAIL": "jan@firma.cz"}),
    ],
    guest="website",
)


def account(email: str = "", **values: str) -> Customer:
    return Customer(login=email, email=email, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (account("nobody@example.com"), []),
        (account("web@example.com"), []),  # the customer for guests is nobody's
        (account("ANTON@example.com"), ["ANTON", "ANTON2"]),
        (account("JAN@FIRMA.CZ", phone="0300074321", contact="Maria Anders"), ["BERGS"]),  # the e-mail comes first
        (account("x@example.com", first_name="Jan", last_name="Šimůnek", phone="222-333-444"), ["BERGS"]),
        (account("x@example.com", first_name="Jan", last_name="Šimůnek", phone="222-333-445"), []),
        (account("x@example.com", first_name="Ján", last_name="Nobody", phone="222-333-444"), []),
        (account("x@example.com", first_name="Maria", last_name="Anders", phone="+49 30 0074321"), ["ALFKI"]),
        (account("", first_name="Jan", last_name="Simunek"), []),
    ],
)
def test_the_first_sign_that_finds_any_decides(given: Customer, keys: list[str]) -> None:
    assert KNOWN.find(given) == keys


def test_our_own_mark_finds_the_customer_that_was_made_of_the_file() -> None:
    assert KNOWN.by_mark("shop-17") == ["ANTON"]
    assert KNOWN.by_mark("shop-1") == []


def test_phones_and_names_are_compared_bare() -> None:
    assert digits("12-34") == ""
    assert digits("+49 (30) 0074321") == digits("030/007 43 21") == "0074321"
    assert plain_name("  Šimůnek,  JÁN-P. ") == "simunek jan p"
