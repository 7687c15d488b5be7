"""`webupdate columns`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import NAME, Shell
from webupdate.report import Exit
from webupdate.store import columnmaps, commands, companies

FOREIGN = "Item no.,Group,Name,On web,Colour\r\nCHAI-01,1,Ch\x1bai,yes,red\r\n"


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    (tmp_path / "export").mkdir()
    (tmp_path / "orders").mkdir()
    (tmp_path / "export" / "inventory.csv").write_bytes(FOREIGN.encode())
    (tmp_path / "export" / "prices.csv").write_bytes(b"SKU,a=b,Amount\r\nCHAI-01,EA,18\r\n")
    shell = Shell(tmp_path, capsys)
    shell.add()
    return shell


def test_headings_are_shown_with_what_they_seem_to_mean(shell: Shell) -> None:
    ran = shell("columns", NAME, "inventory")
    assert ran.code == Exit.NEEDS_PERSON
    assert "Item no.  → ID           ? proposed      CHAI-01" in ran.out
    assert "→ SHOW_WEB     ✖ required" in ran.out and "--accept" in ran.out
    assert "\x1b" not in ran.out


def test_accept_takes_all_and_wakes_the_engine(shell: Shell) -> None:
    ran = shell("columns", NAME, "inventory", "--accept", "--set", "Colour=-")
    assert ran.code == Exit.FINE
    assert "ID CHAI-01, TREE_ID 1, DESCR_1 Ch\\x1bai, SHOW_WEB T" in ran.out
    with shell.opened() as store:
        company = companies.company(store, NAME)
        assert [wish.verb for wish in commands.waiting(store, company.id)] == ["sync_now"]
        assert columnmaps.column_map(store, company.id, "inventory").columns["Colour"] == ""
    assert shell("columns", NAME, "inventory", "--reset").code == Exit.NEEDS_PERSON
    with shell.opened() as store:
        assert not columnmaps.column_map(store, companies.company(store, NAME).id, "inventory")


def test_set_and_constant_and_json(shell: Shell) -> None:
    ran = shell("columns", NAME, "prices", "--accept", "-s", "a=b=UNIT", "-c", "LEVEL=Retail", "--json")
    assert ran.code == Exit.FINE
    (told,) = ran.json
    assert [(one["heading"], one["column"], one["state"]) for one in told["headings"]] == [
        ("SKU", "ID", "mapped"), ("a=b", "UNIT", "mapped"), ("Amount", "PRICE", "mapped"),
    ]  # fmt: skip
    assert (told["constants"], told["missing"], told["rows"]) == (
        {"LEVEL": "Retail"},
        [],
        [["CHAI-01", "EA", "18", "Retail"]],
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["orders"], "There is no export file 'orders'."),
        (["prices", "--set", "SKU=DESCR_1"], "'DESCR_1' is no column of prices"),
        (["prices", "--set", "SKU"], "'SKU' is not HEADING=COLUMN."),
        (["prices", "-c", "COLOUR=red"], "'COLOUR' is no column of prices"),
        (["--set", "SKU=ID"], "Which file?"),
    ],
)
def test_nonsense_is_refused(shell: Shell, arguments: list[str], words: str) -> None:
    ran = shell("columns", NAME, *arguments)
    assert ran.code == Exit.USAGE and words in ran.err
    with shell.opened() as store:
        assert not columnmaps.column_map(store, companies.company(store, NAME).id, "prices")


def test_an_unreadable_file_is_told_and_the_others_are_shown(shell: Shell) -> None:
    (shell.root / "export" / "inventory.xlsx").write_bytes(b"no workbook")
    ran = shell("columns", NAME)
    assert ran.code == Exit.NEEDS_PERSON
    assert "inventory.xlsx is no Excel workbook" in ran.out and "SKU" in ran.out
    assert "customers: no file in the export folder" in ran.out
