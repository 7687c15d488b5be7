"""The Columns screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import Opener, Window
from webupdate.store import columnmaps, commands, companies
from webupdate.store.columnmaps import ColumnMap
from webupdate.tui.session import Session

FOREIGN = "Item no.,Group,[red]Name[/],On web,Colour\r\nCHAI-01,1,Ch\x1bai,yes,red\r\nCHANG-02,1,Chang,maybe,blue\r\n"
PRICES = "SKU,Unit price\r\nCHAI-01,18.00\r\n"


@pytest.fixture
def foreign(filled: Session) -> Session:
    """Blue Ridge, the first company of the list, has files with headings of another program."""
    folder = Path(companies.company(filled.store, "Blue Ridge Feed").values["export_folder"])
    (folder / "inventory.csv").write_bytes(FOREIGN.encode())
    (folder / "prices.csv").write_bytes(PRICES.encode())
    (folder / "categories.csv").unlink()
    (folder / "customers.csv").unlink()
    return filled


def kept(session: Session, file: str) -> ColumnMap:
    return columnmaps.column_map(session.store, companies.company(session.store, "Blue Ridge Feed").id, file)


async def opened(open_window: Window) -> str:
    await open_window.press("m")
    return await open_window.until("must be fed")


async def test_proposals_are_shown_with_examples_and_taken_with_one_key(foreign: Session, window: Opener) -> None:
    async with window(foreign) as open_window:
        text = await opened(open_window)
        assert "? Item no." in text and "proposed" in text and "CHAI-01 · CHANG-02" in text
        assert "[red]Name[/]" in text and "\x1b" not in text  # markup and escape codes are text
        await open_window.press("down", "down", "down", "enter")
        await open_window.until("What does “[red]Name[/]” mean?")
        await open_window.press(*"descr_1", "enter")
        assert "1 changed" in await open_window.until("mapped")
        await open_window.press("a")
        text = await open_window.until("✔ inventory.csv has all that it needs.")
        assert "4 changed" in text
        text = await open_window.until('SHOW_WEB (On web) is "maybe"')
        await open_window.press("f2")
        await open_window.until("Web Update Administrator")
        assert kept(foreign, "inventory").columns == {
            "Item no.": "ID", "Group": "TREE_ID", "[red]Name[/]": "DESCR_1", "On web": "SHOW_WEB",
        }  # fmt: skip
        company = companies.company(foreign.store, "Blue Ridge Feed").id
        assert [wish.verb for wish in commands.waiting(foreign.store, company)] == ["sync_now"]


async def test_a_column_that_no_heading_feeds_takes_one_value(foreign: Session, window: Opener) -> None:
    async with window(foreign) as open_window:
        await opened(open_window)
        await open_window.press("right")
        text = await open_window.until("Unit price")
        assert "✖" in text and "missing" in text
        await open_window.press("enter")
        await open_window.until("What feeds LEVEL?")
        await open_window.press("enter")
        await open_window.until("The value of LEVEL for all rows of prices.csv")
        await open_window.press(*"Retail", "enter", "a")
        text = await open_window.until("✔ prices.csv has all that it needs.")
        assert "always" in text
        await open_window.until("18.00")
        await open_window.press("f2")
        await open_window.until("Web Update Administrator")
        assert kept(foreign, "prices").constants == {"LEVEL": "Retail"}


async def test_undo_and_leaving_without_saving(foreign: Session, window: Opener) -> None:
    async with window(foreign) as open_window:
        await opened(open_window)
        await open_window.press("end", "enter")
        await open_window.until("What does “Colour” mean?")
        await open_window.press(*"ignore", "enter")
        assert "1 changed" in await open_window.until("ignored")
        assert "changed" not in await open_window.press("f4")
        await open_window.press("a", "escape")
        await open_window.until("changes would be lost.")
        await open_window.press("escape", "escape")
        await open_window.until("changes would be lost.")
        await open_window.press("y")
        await open_window.until("Web Update Administrator")
        assert not kept(foreign, "inventory")


async def test_a_folder_that_is_away_is_told(foreign: Session, window: Opener) -> None:
    company = companies.company(foreign.store, "Blue Ridge Feed")
    companies.change(foreign.store, foreign.vault, company, {"export_folder": "/nowhere/at/all"})
    async with window(foreign) as open_window:
        await open_window.press("m")
        text = await open_window.until("The export folder /nowhere/at/all can't be read")
        assert "This file has no headings to change." in await open_window.press("a")
        assert "▸" in text


async def test_a_files_fault_leads_to_its_headings(foreign: Session, window: Opener) -> None:
    async with window(foreign) as open_window:
        await open_window.press("enter", "enter")
        await open_window.until("Records")
        await open_window.press("m")
        await open_window.until("must be fed")
