"""`webupdate progress`, `problems --only` and `companies get --json`: the twins of three screens."""

from __future__ import annotations

import pytest

from tests.test_cli import NAME, Shell, firm, refused, shell
from webupdate.report import Exit
from webupdate.store import board, exports
from webupdate.store.properties import BY_NAME

__all__ = ["firm", "shell"]  # fixtures


@pytest.fixture
def busy(firm: Shell) -> Shell:
    """A company with an action that is done, one that works and one that failed."""
    with firm.opened() as store:
        board.set_status(store, 1, 0, "read", "done", done=6, total=6, message="prices.csv \x1b[2J", now=1e9)
        board.set_status(store, 1, 1, "items", "working", done=908, total=2112, rate=24, now=1e9)
        board.set_status(
            store, 1, 1, "documents", "failed", done=4, total=5, message="1 failed", hint="Mend it.", now=1e9
        )
        wrong = exports.Complaint(
            line=4, key="CHAI-01", message="prices.csv, row 4: PRICE is empty.", hint="Give it one."
        )
        exports.set_complaints(store, 1, "prices", [wrong], 0.0)
    return firm


def test_each_action_has_its_line(busy: Shell) -> None:
    ran = busy("progress", NAME)
    assert ran.code == Exit.NEEDS_PERSON
    lines = ran.out.splitlines()
    assert lines[0].startswith("shop  https://")
    assert any(line.startswith("  ✔ Read export files  6 ") and "prices.csv \\x1b[2J" in line for line in lines)
    assert any(line.startswith("  ⟳ Upload items") and "908 of 2,112" in line and "24/s" in line for line in lines)
    assert lines[lines.index("      → Mend it.") - 1].startswith("  ⚠ Upload documents")
    assert "  · Upload prices      has not run yet" in lines
    assert "Verify" not in ran.out
    (site,) = busy("progress", "--json").json
    assert {row["action"]: row["state"] for row in site["rows"]} == {
        "read": "done",
        "items": "working",
        "documents": "failed",
    }


def test_an_unknown_site_is_refused(busy: Shell) -> None:
    assert refused(busy("progress", "--site", "b2b"), "b2b")


def test_problems_of_one_kind(busy: Shell) -> None:
    assert busy("problems", NAME, "--only", "inventory").code == Exit.FINE
    (entry,) = busy("problems", NAME, "--only", "prices", "--json").json
    assert (entry["of"], entry["key"]) == ("prices", "CHAI-01")


def test_properties_for_a_script_hold_no_secret(busy: Shell) -> None:
    found = busy("companies", "get", NAME, "--json").json
    assert found["name"] == NAME and found["interval"]
    assert not found.keys() & {name for name, entry in BY_NAME.items() if entry.kind == "secret"}
    assert busy("companies", "get", NAME, "name", "--json").json == {"name": NAME}
    assert refused(busy("companies", "get", NAME, "token", "--json"), "never shown")
