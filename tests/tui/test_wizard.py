"""The wizard that leads through the first company, by keys."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.firm import NORTHWIND
from tests.tui.conftest import Opener, Window
from tests.webshop.running import running_shop
from webupdate.clock import SystemClock
from webupdate.errors import Stopped
from webupdate.store import commands, companies, inspections
from webupdate.sync.loop import CompanyLoop
from webupdate.tui import session as session_module
from webupdate.tui.fields import Field
from webupdate.tui.session import Session

TOKEN = "tok-wizard-very-secret"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export folder with two files, beside an order folder."""
    (tmp_path / "orders").mkdir()
    folder = tmp_path / "export"
    folder.mkdir()
    for name in ("categories.csv", "inventory.csv"):
        (folder / name).write_bytes((NORTHWIND / name).read_bytes())
    return folder


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The logins that connections were tested with; every one but TOKEN is refused."""
    found: list[dict[str, str]] = []

    def connect(values: dict[str, str], secrets: dict[str, str]) -> str:
        found.append(secrets)
        if secrets.get("token") != TOKEN:
            raise Stopped("The shop answered 401: the login was refused.", "Enter the right token.")
        return "Connected to Acme, version 4.2."

    monkeypatch.setattr(session_module, "try_connection", connect)
    return found


async def fill(home: Window, **values: str) -> str:
    for name, value in values.items():
        field = home.app.screen.query_one(f"#field-{name}", Field)
        field.editor.focus()
        field.value = value
        await home.pilot.pause()
    return home.text


async def folders(home: Window, export: Path) -> str:
    """The first step."""
    await home.press("enter")
    await fill(home, name="Acme", export_folder=str(export), order_folder=str(export.parent / "orders"))
    await home.until("✔ writable")
    await home.press("f2")
    return await home.until("▸ 2 Shop")


async def shop(home: Window, token: str = TOKEN, address: str = "https://acme.example", **values: str) -> None:
    """The second step; the test of the connection follows by itself."""
    await fill(home, address=address, token=token, **values)
    await home.press("f2")
    await home.until("▸ 3 Connection")


def read_by_engine(session: Session) -> None:
    """As if the engine had read the new site's shop."""
    site = companies.company(session.store, "Acme").sites[0].id
    inspections.end(session.store, inspections.begin(session.store, site, "contact", 1.0), 2.0)


async def test_enter_on_the_empty_screen_leads_to_the_first_upload(
    empty: Session, window: Opener, export: Path, tried: list[dict[str, str]]
) -> None:
    async with window(empty) as home:
        text = await folders(home, export)
        assert "Sync token" in text
        assert "Consumer key" not in text
        await shop(home)
        await home.until("✔ Connected to Acme, version 4.2.")
        assert companies.companies(empty.store) == []
        await home.press("enter")
        text = await home.until("▸ 4 Preview")
        assert "Reading the export files" in text
        assert "still being read" in await home.press("enter")
        assert [wish.verb for wish in commands.waiting(empty.store, 1)] == ["preview"]
        read_by_engine(empty)
        await home.look()
        await home.until("The shop has none of these records yet")
        await home.press("enter")
        text = await home.until("Begin with Acme, shop?")
        assert "▸ n  No" in text
        await home.press("enter")
        await home.until("▸ 4 Preview")
        await home.press("f2")
        await home.until("Begin with Acme, shop?")
        await home.press("y")
        text = await home.until("Acme › Synchronization Progress")
        assert companies.company(empty.store, "Acme").sites[0].begun_at is not None
        assert "▸ ⟳ Acme" in await home.press("escape") or "▸ · Acme" in home.text
    assert tried == [{"token": TOKEN}]


async def test_folders_are_looked_at_while_they_are_typed(empty: Session, window: Opener, export: Path) -> None:
    async with window(empty) as home:
        await home.press("n", *"Acme", "enter")
        text = await fill(home, export_folder="export")
        assert "✖ Export folder: 'export' is not a whole path." in text
        await fill(home, export_folder=str(export))
        await home.until("✔ 2 files")
        await home.until("✔ inventory.csv")
        assert "· shipping         not there" in home.text
        await home.press("enter")
        await fill(home, order_folder=str(export / "nowhere"))
        await home.press("enter")
        text = await home.until("Go on with these folders?")
        assert "▸ n  No" in text
        await home.press("enter")
        await home.until("▸ 1 Folders")
        await home.press("f2")
        await home.until("Go on with these folders?")
        await home.press("y")
        assert "▸ Site" in await home.until("▸ 2 Shop")


async def test_what_is_missing_is_asked_for_before_the_next_step(filled: Session, window: Opener) -> None:
    async with window(filled) as home:
        text = await home.press("n")
        assert "✖" not in text
        await home.press("f2")
        await home.until("✖ Name: is needed.")
        await fill(home, name="miller fuel")
        assert "There is a company 'Miller Fuel' already." in home.text
        await home.press("f2")
        assert "▸ 1 Folders" in home.text


async def test_a_wrong_token_is_named_and_mended_on_the_way_back(
    empty: Session, window: Opener, export: Path, tried: list[dict[str, str]]
) -> None:
    async with window(empty) as home:
        await folders(home, export)
        await shop(home, "wrong")
        text = await home.until("✖ The shop answered 401: the login was refused.")
        assert "Enter the right token." in text
        await home.press("f5")
        await home.wait_for(lambda: len(tried) == 2)
        await home.until("✖ The shop answered 401")
        assert "https://acme.example" in await home.press("escape")
        await shop(home)
        await home.until("✔ Connected to Acme")
    assert companies.companies(empty.store) == []


async def test_a_shop_that_is_away_can_be_passed_and_left_for_later(
    empty: Session, window: Opener, export: Path, tried: list[dict[str, str]]
) -> None:
    async with window(empty) as home:
        await folders(home, export)
        await shop(home, "away")
        await home.until("✖ The shop answered 401")
        await home.press("f2")
        await home.until("Go on without a connection?")
        await home.press("y")
        text = await home.until("⚠ 3 Connection")
        assert "▸ 4 Preview" in text
        await home.press("q")
        assert "⚠ Acme" in await home.until("New: see Preview")
    info = companies.company(empty.store, "Acme")
    assert info.sites[0].begun_at is None
    assert empty.secrets(info.sites[0]) == {"token": "away"}


async def test_what_was_typed_is_never_lost_without_a_question(empty: Session, window: Opener) -> None:
    async with window(empty) as home:
        await home.press("enter")
        assert "No company yet." in await home.press("escape")
        await home.press("enter", *"Acme", "escape")
        text = await home.until("Leave the new company?")
        assert "▸ n  No" in text
        assert "Acme" in await home.press("enter")
        await home.press("escape")
        await home.until("Leave the new company?")
        await home.press("y")
        await home.until("No company yet.")
    assert companies.companies(empty.store) == []


async def test_going_back_behind_the_saving_changes_the_company(
    empty: Session, window: Opener, export: Path, tried: list[dict[str, str]]
) -> None:
    async with window(empty) as home:
        await folders(home, export)
        await shop(home)
        await home.until("✔ Connected to Acme")
        await home.press("f2")
        await home.until("▸ 4 Preview")
        await home.press("escape")
        await home.until("✔ Connected to Acme")
        text = await home.press("escape")
        assert "••••••••  kept" in text
        await fill(home, address="https://other.example")
        await home.press("f2")
        await home.until("✔ Connected to Acme")
        await home.press("f2")
        await home.until("▸ 4 Preview")
        (info,) = companies.companies(empty.store)
        assert info.sites[0].values["address"] == "https://other.example"
        assert empty.secrets(info.sites[0]) == {"token": TOKEN}
        companies.remove(empty.store, info)
        await home.look()
        await home.until("No company yet.")


def cycle(session: Session) -> None:
    """One turn of the engine's crank."""
    number = companies.company(session.store, "Acme").id
    loop = CompanyLoop(session.store, session.vault, number, session.paths.spool, SystemClock(), once=True)
    loop.step(time.time())
    loop.close()


async def test_the_whole_way_to_a_real_shop(empty: Session, window: Opener, export: Path, tmp_path: Path) -> None:
    with running_shop(tmp_path / "shop") as real:
        async with window(empty) as home:
            await folders(home, export)
            await shop(home, "wrong", real.url, certificate=str(real.ca_file))
            await home.until("✖ The shop answered 401")
            await home.press("escape")
            await shop(home, real.token, real.url)
            await home.until("✔ Connected to")
            await home.press("f2")
            await home.until("▸ 4 Preview")
            await asyncio.to_thread(cycle, empty)
            await home.look()
            text = await home.until("The shop has none of these records yet")
            assert "items            77" in text
            await home.press("f2")
            assert "would be sent to" in await home.until("Begin with Acme, shop?")
            await home.press("y")
            await home.until("Synchronization Progress")
            await asyncio.to_thread(cycle, empty)
            assert "77 sent" in await home.look()
