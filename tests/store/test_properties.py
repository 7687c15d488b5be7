"""The settings schema: every property explains itself, and refuses what makes no sense."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from webupdate.store.properties import BY_NAME, PROPERTIES, Property, problem_with

# What nobody can mean, by property. Those that are not here take any text.
NONSENSE: dict[str, tuple[str, ...]] = {
    "customer_category": ("folder 24", "123456", "-1", "2\n4", "٢٤"),
    "name": ("x" * 61, "two\nlines", " ", "Northwind ", "\x1b[2J"),
    "time_zone": ("Mars/Olympus", "../../etc/passwd", "America", "+02:00", "a\0b"),
    "export_folder": ("export", "./export", "~no-such-user-here/export", "/srv/\0", "/srv/two\nlines"),
    "order_folder": ("orders", "~no-such-user-here", "/srv/\x1b[2J"),
    "interval": ("4", "3601", "20.5", "-20", "twenty", "٣٠", " 20"),
    "quiet": ("0", "3601", "1e3", "soon"),
    "gone": ("burn", "Hide", "hide "),
    "brake": ("0", "101", "30%", "half"),
    "brake_changes": ("0", "101", "half"),
    "items": ("everything", "COLOUR = red", "MFG below 11", "MFG =", "TREE_ID in 11"),
    "site": ("Shop", "-shop", "a" * 21, "two words", "../up", "a/b", "büro"),
    "shop": ("magento", "Oscar"),
    "address": (
        *("shop.example", "ftp://shop.example", "https://", "https:///x", "https://[::1", "https://a:99999"),
        *("https://exa mple", "https://...", "https://" + "a" * 64 + ".example", "https://shop.example?x=1"),
        *("https://shop.example#top", "https://a\nb", "file:///etc/passwd", "https://user:word@shop.example"),
    ),
    "language": ("Deutsch", "de-DE", "d", "de_"),
    "certificate": ("/no/such/file.pem", "~no-such-user-here/ca.pem", "/tmp"),
    "approval": ("maybe", "Wait"),
    "order_done": ("refunded", "Completed"),
    "order_note": ("maybe", "Yes"),
    "make_accounts": ("maybe", "Yes"),
    "tax_classes": ("FOOD", "FOOD = Reduced rate", "FOOD = a; food = b"),
    "gateways": ("COD", "COD = cash on delivery", "A=cod; B=cod"),
    "customers": ("down", "Both", "yes"),
    "orders_from": ("yesterday", "2026-13-01", "2026-02-30", "23.11.2026", "20261123", "2026-W47-1", "2026-1-1"),
    "images_folder": ("images", "~no-such-user-here", "/srv/\0"),
    "documents_folder": ("./documents", "/srv/two\nlines"),
    "image_limit": ("0", "101", "10 MB"),
    "pixel_limit": ("0", "81", "1.5"),
    "document_limit": ("0", "1001", "all"),
    "largest_workbook": ("0", "201", "20 MB", "1.5"),
    "charge_account": ("4100 0", "1234567890", "€"),
    "tolerance": ("-1", "0,05", "0.001", "a cent"),
    "first_day": ("01/01/2026", "2026-1-1"),
    "last_day": ("31.12.2026", "2026-02-30"),
    "kinds": ("30 warn", "0 off", "5", "5 stop", "block 5", "5 block; 6 warn"),
    "rejected_folder": ("../rejected", "a/b", "a\\b", ".webupdate", " x", "x."),
    "history_days": ("6", "3651", "a year"),
    "support": (
        *("support@firm.example", "mailto:support@firm.example", "mail.example", "mailtos://a@b.example support"),
        *("mailtos://u:p@mail.example\x1b[2J", "json:/x"),
    ),
    "support_after": ("0", "721", "a day"),
    "support_away": ("0", "721", "a day"),
    "request_life": ("29", "3601", "2 min"),
}
ANY_TEXT = {
    "may_accept",
    *("guest_customer", "token", "price_level", "order_statuses"),
    *("consumer_key", "consumer_secret", "media_user", "media_password", "ship_zone", "sale_level"),
    *("api_key", "channel"),
}


def test_every_property_explains_itself() -> None:
    assert len(BY_NAME) == len(PROPERTIES)
    for entry in PROPERTIES:
        assert entry.label and entry.group, entry.name
        assert len(entry.help) > 10 and entry.help[0].isupper(), entry.name
        assert "\n" not in entry.help, entry.name
        # The form has two lines for it on a terminal of 80 columns.
        assert len(textwrap.wrap(entry.help, 74)) <= 2, entry.name


def test_every_property_is_tried_here() -> None:
    assert NONSENSE.keys() | ANY_TEXT == BY_NAME.keys()


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NONSENSE.items() for value in values])
def test_nonsense_is_refused_with_a_sentence(name: str, value: str) -> None:
    complaint = problem_with(BY_NAME[name], value)
    assert complaint is not None
    assert complaint.rstrip()[-1] in ".)e/", complaint
    assert all(letter.isprintable() for letter in complaint)


def test_an_address_without_https_is_shown_with_it() -> None:
    told = problem_with(BY_NAME["address"], "shop.example:8443/shop")
    assert told == "lacks the https:// at its beginning. Write https://shop.example:8443/shop"


def test_a_certificate_is_one(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(b"\x30\x82\x01")  # DER, which is not read
    told = problem_with(BY_NAME["certificate"], str(file))
    assert told is not None and "It must be PEM" in told
    file.write_bytes(b"the firm's own\n-----BEGIN CERTIFICATE-----\nMII=\n")
    assert problem_with(BY_NAME["certificate"], str(file)) is None


@pytest.mark.parametrize("entry", PROPERTIES, ids=lambda entry: entry.name)
def test_defaults_are_fine_and_empty_is_the_default(entry: Property) -> None:
    assert entry.default == "" or problem_with(entry, entry.default) is None
    needed = entry.required and not entry.default
    assert (problem_with(entry, "") is not None) == needed


@pytest.mark.parametrize(
    "value",
    [
        *("https://shop.example", "https://shop.example:8443/sub/", "https://müller.example", "https://192.0.2.7"),
        *("http://localhost:8000", "http://127.0.0.1", "http://[::1]:8443/", "HTTP://LOCALHOST"),
    ],
)
def test_addresses(value: str) -> None:
    assert problem_with(BY_NAME["address"], value) is None


@pytest.mark.parametrize(
    "host", ["shop.example", "localhost.example", "127.0.0.1.example", "192.168.1.5", "0.0.0.0", "[::2]"]
)
def test_plain_http_is_for_this_machine_only(host: str) -> None:
    complaint = problem_with(BY_NAME["address"], f"http://{host}/shop")
    assert complaint == f"the connection must be encrypted. Use https://{host}/shop"


def test_a_login_in_the_address_is_not_repeated() -> None:
    complaint = problem_with(BY_NAME["address"], "https://user:hush@shop.example")
    assert complaint is not None
    assert "hush" not in complaint


def test_values_that_are_meant() -> None:
    fine = {
        "name": "Müller & Söhne",
        "time_zone": "America/New_York",
        "export_folder": "~/export",
        "interval": "5",
        "gone": "keep",
        "brake": "100",
        "site": "b2b-shop",
        "orders_from": "2026-11-23",
        "request_life": "3600",
    }
    assert [problem_with(BY_NAME[name], value) for name, value in fine.items()] == [None] * len(fine)


def test_a_certificate_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("-----BEGIN CERTIFICATE-----")
    assert problem_with(BY_NAME["certificate"], str(file)) is None
