"""`webupdate companies export` and `import`: what goes out comes back, and nothing wrong comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.store.making import TOKEN
from tests.test_cli import NAME, NOBODY, Shell, firm, refused, shell
from webupdate.report import Exit
from webupdate.store.properties import PROPERTIES

__all__ = ["firm", "shell"]  # fixtures


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Another machine, without a company."""
    (tmp_path / "other").mkdir()
    return Shell(tmp_path / "other", capsys)


def exported(shell: Shell) -> Any:
    return shell("companies", "export", NAME).json


def saved(shell: Shell, text: str | Any) -> str:
    """A file to import."""
    file = shell.root / "firm.txt"
    file.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return str(file)


def test_a_company_goes_to_another_machine(firm: Shell, other: Shell) -> None:
    firm("companies", "set", NAME, "interval=45", "price_level=B2B = “best”")
    firm("companies", "add-site", NAME, "site=b2b", f"address={NOBODY}", f"token={TOKEN}", "quiet=3")
    file = str(other.root / "firm.json")
    ran = firm("companies", "export", NAME, file)
    assert ran.out == f"{NAME} is written to {file}, without its secrets.\n"
    ran = other("companies", "import", file)
    assert ran.code == Exit.FINE, ran.err
    words = f"webupdate --data {other.paths.data} companies set 'Northwind Traders'"
    assert ran.out.splitlines() == [
        f"{NAME} is as the file says.",
        f"Its site shop has no token yet: {words} --site shop token=-",
        f"Its site b2b has no token yet: {words} --site b2b token=-",
        f"Nobody is told when its sync stops: {words} support=-",
    ]
    assert exported(other) == exported(firm) == json.loads(Path(file).read_text())
    assert other("companies", "set", NAME, "--site", "b2b", f"token={TOKEN}").code == Exit.FINE


def test_a_site_whose_token_is_missing_is_told_so(firm: Shell, other: Shell) -> None:
    other("companies", "import", saved(other, exported(firm)))
    ran = other("companies", "test", NAME)
    assert refused(ran, "The token is empty", "enter it in Properties")


def test_what_is_there_is_changed_and_keeps_its_secrets(firm: Shell) -> None:
    described = exported(firm)
    described["company"]["interval"] = 90
    described["sites"].append({"site": "b2b", "address": NOBODY})
    ran = firm("companies", "import", saved(firm, described))
    assert "site b2b has no token" in ran.out and "site shop" not in ran.out
    assert firm("companies", "get", NAME, "interval").out == "90\n"
    assert firm.secret() == TOKEN
    assert [site["name"] for site in firm("companies", "list", "--json").json[0]["sites"]] == ["shop", "b2b"]


def test_toml_is_taken_too(shell: Shell) -> None:
    text = f"""[company]
name = "{NAME}"
export_folder = '{shell.root}'
order_folder = '{shell.root}'
interval = 45
[[sites]]
address = "{NOBODY}"
"""
    assert shell("companies", "import", saved(shell, text)).code == Exit.FINE
    assert shell("companies", "get", NAME, "interval").out == "45\n"
    assert shell("companies", "get", NAME, "site").out == "shop\n"


def test_each_fault_is_told_and_nothing_is_taken(firm: Shell, other: Shell) -> None:
    described = exported(firm)
    described["company"] |= {"interval": "soon", "colour\x1b[31m": "red", "address": NOBODY, "export_folder": ""}
    described["sites"].append({"address": "http://shop.example", "token": TOKEN[:3]})
    ran = other("companies", "import", saved(other, described))
    assert refused(ran, "has 7 faults; nothing was taken.")
    for told in (
        "✖ company: export_folder is missing.",
        "✖ company: interval: 'soon' must be a whole number",
        "✖ company: colour\\x1b[31m: there is no such property.",
        "✖ company: address belongs to the site.",
        "✖ site 2: address: the connection must be encrypted",
        "✖ site 2: token is a secret; take it out of the file",
        "✖ sites: 'shop' is there 2 times.",
    ):
        assert told in ran.err
    assert other("companies", "list", "--json").json == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "no toml", '{"company": [], "sites": []}', '{"company": {"name": null}, "sites": []}',
     '{"company": {"interval": 1.5}, "sites": []}', "[" * 100_000, '{"a":' * 100_000],
)  # fmt: skip
def test_what_is_no_description_is_refused(shell: Shell, text: str) -> None:
    assert refused(shell("companies", "import", saved(shell, text)), "It is no description of a company")


def test_a_file_that_is_not_there(shell: Shell, firm: Shell) -> None:
    assert refused(shell("companies", "import", str(shell.root / "none")), "can't be read")
    assert refused(firm("companies", "export", NAME, str(shell.root / "none" / "f")), "can't be written")
    assert refused(shell("companies", "import", saved(shell, {"company": {}, "sites": []})), "there is none; a company")


def test_no_secret_is_ever_written(firm: Shell) -> None:
    described = exported(firm)
    named = {*described["company"], *(name for site in described["sites"] for name in site)}
    assert named == {entry.name for entry in PROPERTIES if entry.kind != "secret"}
