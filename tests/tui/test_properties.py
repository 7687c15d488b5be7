"""The Properties form."""

from __future__ import annotations

import pytest

from tests.tui import seeds
from tests.tui.conftest import Opener, Window
from webupdate.errors import Stopped
from webupdate.store import commands, companies
from webupdate.tui import session as session_module
from webupdate.tui.fields import Field
from webupdate.tui.form import Form
from webupdate.tui.session import Session


def field(open_window: Window, name: str) -> Field:
    return open_window.app.screen.query_one(f"#field-{name}", Field)


async def fill_in(open_window: Window, **values: str) -> str:
    for name, value in values.items():
        field(open_window, name).editor.focus()
        field(open_window, name).value = value
    await open_window.pilot.pause()
    return open_window.text


async def test_a_bad_address_is_told_while_typing(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        text = await fill_in(open_window, address="http://shop.example")
        assert "✖ Address: the connection must be encrypted. Use https://shop.example" in text
        assert "1 changed" in text
        await open_window.press("f2")
        assert (
            companies.company(filled.store, "Blue Ridge Feed").sites[0].values["address"] == "https://blueridge.example"
        )


async def test_the_secret_is_never_shown(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p", "f3")
        text = await open_window.press(*"token", "enter")
        assert "••••••••  kept" in text
        text = await fill_in(open_window, token="another-token-1")
        for shown in (text, open_window.app.export_screenshot()):
            assert seeds.SECRET not in shown
            assert "another-token-1" not in shown


async def test_ok_saves_only_what_was_changed(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        await fill_in(open_window, name="Blue Ridge Feed Co", price_level="Wholesale", complete_upload="yes")
        await open_window.press("f2")
        await open_window.until("Blue Ridge Feed Co")
        info = companies.company(filled.store, "Blue Ridge Feed Co")
        assert info.sites[0].values["price_level"] == "Wholesale"
        assert filled.secrets(info.sites[0]) == {"token": seeds.SECRET}
        assert [wish.verb for wish in commands.waiting(filled.store, info.id)] == ["complete_upload"]


async def test_a_refusal_of_the_store_is_told(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        await fill_in(open_window, name="Acme")
        seeds.add_company(filled, "Acme", "https://acme.example")  # meanwhile
        await open_window.press("f2")
        text = await open_window.until("There is a company 'Acme' already.")
        assert "Give this one another name." in text
        assert "Properties" in await open_window.press("enter")


async def test_escape_asks_only_when_something_was_changed(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        assert "Web Update Administrator" in await open_window.press("escape")
        await open_window.press("p")
        await fill_in(open_window, price_level="Wholesale")
        await open_window.press("escape")
        text = await open_window.until("Leave without saving?")
        assert "1 change would be lost." in text
        await open_window.press("escape")
        assert "Properties" in open_window.text
        await open_window.press("escape")
        await open_window.until("Leave without saving?")
        await open_window.press("y")
        await open_window.until("Web Update Administrator")


async def test_undo_goes_back_step_by_step_wherever_the_focus_is(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        assert "Nothing was changed yet." in await open_window.press("f4")
        for name, value in (("gone", "delete"), ("price_level", "Wholesale"), ("token", "another-token-1")):
            await fill_in(open_window, **{name: value})
        await open_window.press("f4", "f4")
        text = await open_window.until("Taken back: Price level.")
        assert field(open_window, "price_level").value == "Retail"
        assert field(open_window, "price_level").editor.has_focus
        assert "1 changed" in text
        await open_window.press("f4")
        assert "hide on the web" in await open_window.until("Taken back: Gone from export.")
        assert "changed" not in open_window.text
        await open_window.press("f7", "f7", "f7")
        text = await open_window.until("Done again: Sync token.")
        assert field(open_window, "token").value == "another-token-1"
        assert "another-token-1" not in text
        assert "3 changed" in text


async def test_what_is_looked_for_is_all_that_is_shown(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        text = await open_window.press("f3", *"brake")
        assert "  2 of " in text
        assert "Sync        Brake at" in text
        assert "Name" not in text
        assert "▸ Brake at" in await open_window.press("enter")
        assert "▸ Name" not in await open_window.press("escape")
        assert field(open_window, "name").display
        assert "▸ Brake at" in open_window.text
        assert "Web Update Administrator" in await open_window.press("escape")


async def test_test_connection_tells_what_was_found(
    filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[str, dict[str, str]]] = []

    def connect(values: dict[str, str], secrets: dict[str, str]) -> str:
        tried.append((values["address"], secrets))
        if len(tried) > 1:
            raise Stopped("Login refused.", "Enter another token.")
        return "Connected to Blue Ridge, version 4.2."

    monkeypatch.setattr(session_module, "try_connection", connect)
    async with window(filled) as open_window:
        await open_window.press("p", "f5")
        await open_window.until("✔ Connected to Blue Ridge, version 4.2.")
        await open_window.press("f5")
        await open_window.until("✖ Login refused. Enter another token.")
        assert tried[0] == ("https://blueridge.example", {"token": seeds.SECRET})


async def test_each_shop_has_settings_of_its_own(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        assert field(open_window, "token").display
        assert not field(open_window, "consumer_key").display
        await fill_in(open_window, shop="woocommerce")
        assert not field(open_window, "token").display
        assert field(open_window, "consumer_key").display
        # What the new shop needs is asked for before anything is saved.
        assert "Consumer key: is needed" in await open_window.press("f2")


async def test_a_test_message_goes_to_what_stands_in_the_form_or_is_kept(
    filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[str, str]] = []

    def send(value: str, company: str) -> str:
        tried.append((value, company))
        if len(tried) > 1:
            raise Stopped("Address 1 (jsons): hook.example refused the login.", "Check it.")
        return "The test message was taken by address 1 (jsons)."

    monkeypatch.setattr(session_module, "try_support", send)
    async with window(filled) as open_window:
        await open_window.press("p")
        text = await fill_in(open_window, support="jsons://hook.example/secret-path")
        assert "secret-path" not in text
        await open_window.press("f6")
        await open_window.until("✔ The test message was taken by address 1 (jsons).")
        await open_window.press("f2")
        await open_window.until("Web Update Administrator")
        await open_window.press("p", "f6")
        await open_window.until("✖ Address 1 (jsons): hook.example refused the login. Check it.")
    assert tried == [("jsons://hook.example/secret-path", "Blue Ridge Feed")] * 2


async def test_a_wrong_address_of_support_is_told_without_it(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        await fill_in(open_window, support="somebody@firm.example")
        await open_window.press("f6")
        text = await open_window.until("✖ Addresses: address 1 lacks the server that takes the mail.")
        assert "somebody" not in text


async def test_none_forgets_the_addresses(filled: Session, window: Opener) -> None:
    blue = companies.company(filled.store, "Blue Ridge Feed")
    companies.change(filled.store, filled.vault, blue, {"support": "jsons://hook.example/secret-path"})
    async with window(filled) as open_window:
        await open_window.press("p")
        await fill_in(open_window, support="none")
        await open_window.press("f2")
        await open_window.until("Web Update Administrator")
    assert companies.company(filled.store, "Blue Ridge Feed").secrets is None


async def test_folders_are_looked_at_beside_the_screen(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("p")
        await open_window.until("✔ 4 files")
        await open_window.until("✔ writable")
        await fill_in(open_window, export_folder="/nowhere/at/all")
        await open_window.until("not there now")


async def test_arrows_go_from_field_to_field(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        assert "▸ Name" in await open_window.press("p")
        assert "▸ Time zone" in await open_window.press("down")
        assert "▸ Name" in await open_window.press("up")


def test_a_kept_secret_needs_no_value(filled: Session) -> None:
    info = companies.company(filled.store, "Blue Ridge Feed")
    assert Form(info, info.sites[0]).first_wrong() is None
    first = Form().first_wrong()
    assert first is not None
    assert first.name == "name"


async def test_a_company_gets_another_web_site(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("a")
        assert "Blue Ridge Feed › New web site" in text
        assert "Export folder" not in text
        await fill_in(open_window, site="outlet", address="https://outlet.example", token="t" * 20, items="MFG = ACME")
        await open_window.press("f2")
        await open_window.until("outlet.example")
        one, two = companies.company(filled.store, "Blue Ridge Feed").sites
        assert (one.name, two.name, two.values["items"]) == ("shop", "outlet", "MFG = ACME")
        assert filled.secrets(one) == {"token": seeds.SECRET}
