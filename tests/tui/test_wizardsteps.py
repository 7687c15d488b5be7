"""The wizard for a new company without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui import seeds
from webupdate.errors import NeedsPerson
from webupdate.store import companies, inspections
from webupdate.store.inspections import Inspection
from webupdate.store.snapshot import snapshot
from webupdate.sync.preview import Preview
from webupdate.tui import folders, glance, wizardsteps
from webupdate.tui.folders import ExportFile
from webupdate.tui.glance import Place
from webupdate.tui.session import Session
from webupdate.tui.view import Line
from webupdate.tui.wizardsteps import CONNECTION, FOLDERS, SHOP, Steps, Verdict

READ = Preview(counts={"items": {"new": 77}, "prices": {"new": 150, "changed": 4}}, changes=(), matching=0)


def plain(*lines: Line) -> str:
    return "\n".join("".join(cell.text for cell in line) for line in lines)


@pytest.fixture
def place(empty: Session) -> Place:
    """A company that has not begun."""
    info = seeds.add_company(empty, "Acme", "https://acme.example")
    with empty.store.writing():
        empty.store.sql("UPDATE site SET begun_at = NULL")
    found = glance.place_of(snapshot(empty.store, 1.0), companies.company(empty.store, info.name).sites[0].id)
    assert found is not None
    return found


def contact(session: Session, place: Place, *, failed: str = "", ended: bool = True) -> Inspection | None:
    number = inspections.begin(session.store, place.site.id, "contact", 1.0)
    if ended:
        inspections.end(session.store, number, 2.0, failed)
    return inspections.latest(session.store, place.site.id, "contact")


def test_the_first_steps_ask_for_what_a_company_cannot_do_without() -> None:
    assert [entry.name for entry in wizardsteps.entries(FOLDERS)] == ["name", "export_folder", "order_folder"]
    shop = {entry.name for entry in wizardsteps.entries(SHOP)}
    assert {"site", "shop", "address", "token", "consumer_key", "consumer_secret", "certificate"} <= shop
    assert not shop & {"price_level", "customers", "items"}
    assert wizardsteps.entries(CONNECTION) == []


def test_the_line_of_steps_marks_where_one_is() -> None:
    steps = Steps()
    steps.at = CONNECTION
    assert plain(steps.line()).split("   ")[:4] == ["✔ 1 Folders", "✔ 2 Shop", "▸ 3 Connection", "· 4 Preview"]
    assert len(plain(steps.line())) <= 76


def test_a_connection_that_was_passed_with_a_warning_stays_one() -> None:
    steps = Steps()
    steps.at, steps.verdict = wizardsteps.PREVIEW, Verdict(wizardsteps.FAILED, "Login refused.")
    assert "⚠ 3 Connection" in plain(steps.line())


def test_the_six_files_are_told_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "Inventory.CSV").write_text("ID\n")
    (tmp_path / "prices.jsonl").write_text("")
    (tmp_path / "notes.csv").write_text("")
    found = folders.export_files(str(tmp_path))
    assert [entry.label for entry in found if entry.saved_at] == ["Inventory.CSV", "prices.jsonl"]
    assert len(found) == 6
    assert wizardsteps.missing_files(found) == ""
    told = plain(*wizardsteps.files(found, found[1].saved_at or 0.0)).splitlines()
    assert told[:2] == ["· categories       not there", "✔ Inventory.CSV    saved < 1 min ago"]


def test_a_file_that_this_user_may_not_read_is_named() -> None:
    found = [ExportFile("prices.csv", 1.0, "can't be read: Permission denied"), ExportFile("payments")]
    assert "✖ prices.csv" in plain(*wizardsteps.files(found, 2.0))
    assert "This user can't read prices.csv" in wizardsteps.missing_files(found)


def test_a_folder_without_any_export_is_asked_about(tmp_path: Path) -> None:
    assert "None of the six" in wizardsteps.missing_files(folders.export_files(str(tmp_path)))
    with pytest.raises(NeedsPerson):
        folders.export_files(str(tmp_path / "away"))


def test_a_connection_is_told_in_words_with_what_to_do() -> None:
    address = "https://acme.example"
    assert f"Reaching {address}" in plain(*wizardsteps.connection(Verdict(wizardsteps.RUNNING), address, 70))
    failed = Verdict(wizardsteps.FAILED, "acme.example can't be found.", "Is the address spelled right?")
    told = plain(*wizardsteps.connection(failed, address, 70))
    assert "✖ acme.example can't be found.\n  Is the address spelled right?" in told
    assert "{test} tests again" in told
    assert "{test}" not in plain(*wizardsteps.connection(Verdict(wizardsteps.PASSED, "Connected."), address, 70))


def test_the_first_upload_waits_until_the_shop_was_read(empty: Session, place: Place) -> None:
    def reason(found: Inspection | None, mode: str = "hosted") -> str:
        return wizardsteps.holds_up(place, found, mode)

    assert "still being read" in reason(None)
    assert "still being read" in reason(contact(empty, place, ended=False))
    assert "could not be read" in reason(contact(empty, place, failed="Login refused."))
    assert reason(contact(empty, place)) == ""
    assert "{host}" in reason(contact(empty, place), "orphaned")
    assert "removed" in wizardsteps.holds_up(None, None, "hosted")


def test_the_preview_counts_in_two_columns_that_fit(place: Place) -> None:
    nine = Preview(counts={f"kind {n}": {"new": 120_000, "same": n} for n in range(9)}, changes=(), matching=0)
    lines = wizardsteps.preview(place, nine, [], False, 70)
    assert len(lines) == 1 + 5 + 1
    assert max(map(len, plain(*lines).splitlines())) <= 74
    assert "kind 0      120,000       0       0   kind 5      120,000       0       5" in plain(*lines)


def test_the_preview_says_what_is_not_known_yet(place: Place) -> None:
    assert "Reading the export files" in plain(*wizardsteps.preview(place, None, [], True, 70))
    told = plain(*wizardsteps.preview(place, READ, ["Not known."], True, 70))
    assert "items            77       0       0" in told
    assert "Not known." not in told
    nothing = Preview(counts={}, changes=(), matching=0)
    assert "No export file was read yet" in plain(*wizardsteps.preview(place, nothing, [], False, 70))
