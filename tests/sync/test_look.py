"""One look at the folder: what has settled is read, what is cut off waits and is said, all heals by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.sync.folders import Exports
from webupdate.errors import NeedsPerson, Retryable
from webupdate.store import companies, exports
from webupdate.sync import folder as folder_module
from webupdate.sync import look as look_module
from webupdate.sync.folder import SETTLE, find, take_copy
from webupdate.sync.look import NAMES, OLD

PRICES = "ID,LEVEL,UNIT,PRICE\n"
ONE = PRICES + "A,Retail,EA,1.00\n"
TWO = ONE + "B,Retail,EA,2.00\n"
CUT = ONE + "B,Retail,EA,2"
A = ("prices", "A\tRetail\tEA")
B = ("prices", "B\tRetail\tEA")


def held(folder: Exports) -> list[tuple[str, str]]:
    return sorted(folder.seen())


def test_an_empty_folder_waits(folder: Exports) -> None:
    assert folder.look().files == 0
    assert folder.status() == ("waiting", "no export files yet")


def test_files_that_are_not_there_yet_are_named(folder: Exports) -> None:
    folder.save("prices.csv", ONE)
    folder.look()
    assert folder.status() == ("done", "no categories, inventory, customers, shipping, payments yet")


@pytest.mark.parametrize("name", ["prices.csv", "PRICES.CSV", "Prices.Txt", "prices.txt"])
def test_names_and_forms(folder: Exports, name: str) -> None:
    folder.save(name, ONE.replace(",", "\t") if name.lower().endswith("txt") else ONE)
    assert folder.look().read == ("prices",)
    assert held(folder) == [A]


@pytest.mark.parametrize("name", ["prices.csv.bak", "prices.xls", "old-prices.csv", "prices", "items.csv"])
def test_other_files_are_none(folder: Exports, name: str) -> None:
    folder.save(name, ONE)
    (folder.folder / "inventory.csv").mkdir()
    assert folder.look().files == 0


def test_of_two_forms_the_one_saved_last_counts(folder: Exports) -> None:
    folder.save("prices.csv", ONE, mtime=folder.now - 500)
    folder.save("prices.txt", TWO.replace(",", "\t"), mtime=folder.now - 400)
    folder.look()
    assert held(folder) == [A, B]
    folder.save("prices.csv", ONE, mtime=folder.now - 300)
    folder.look(10)
    assert folder.seen().keys() >= {A}
    assert folder.record(*B)[2] == "delete"


def test_without_an_event_a_file_is_read_when_it_stood_still(folder: Exports) -> None:
    folder.save("prices.csv", ONE)
    assert folder.look(ended=False).again_in == SETTLE
    assert folder.look(SETTLE / 2, ended=False).again_in == SETTLE / 2
    folder.save("prices.csv", TWO)
    assert folder.look(ended=False).again_in == SETTLE  # it changed: from the beginning
    assert held(folder) == []
    assert folder.look(SETTLE, ended=False).read == ("prices",)


def test_an_old_file_has_settled(folder: Exports) -> None:
    folder.save("prices.csv", ONE, mtime=folder.now - OLD - 1)
    assert folder.look(ended=False).read == ("prices",)


def test_what_was_saved_while_it_was_read_is_read_again(folder: Exports) -> None:
    """A coarse clock gives both versions one time; as many bytes, one time: only the content tells."""
    folder.save("prices.csv", ONE)
    folder.look()
    folder.save("prices.csv", ONE.replace("1.00", "9.00"), mtime=folder.now)
    assert folder.look(1).read == ("prices",)
    assert b'"9.00"' in folder.payload(*A)
    assert folder.look(SETTLE).read == ()


def test_a_cut_off_file_waits_while_it_is_young(folder: Exports) -> None:
    folder.save("prices.csv", ONE)
    folder.look()
    folder.look(30)
    folder.save("prices.csv", CUT, mtime=folder.now + 10)
    assert folder.look(10).again_in == 30
    assert folder.look(12).again_in == 18
    assert (held(folder), folder.complaints()) == ([A], [])
    assert folder.status() == ("waiting", "prices not ended yet: held if it stays so")


def test_after_the_quiet_time_it_is_cut_off(folder: Exports) -> None:
    path = folder.save("prices.csv", CUT)
    folder.look()
    outcome = folder.look(30)
    assert (outcome.stopped, outcome.again_in, outcome.read) == (("prices",), None, ())
    (complaint,) = folder.complaints("prices")
    size = path.stat().st_size
    assert complaint.message == (f"prices.csv ends in the middle of a line: {size} bytes, last line 3, 1 records read.")
    assert (complaint.line, folder.status()) == (3, ("failed", "prices stopped"))
    (hint,) = folder.store.rows("SELECT hint FROM status WHERE action = 'read'")
    assert hint == (complaint.message,)  # told where the row is selected
    assert held(folder) == []
    folder.look(100)
    assert folder.store.one("SELECT count(*) FROM event WHERE level = 'error'") == 1  # said once


def test_the_quiet_time_is_a_property_and_starts_again_with_each_save(folder: Exports) -> None:
    folder.set(quiet="5")
    folder.save("prices.csv", CUT)
    folder.look()
    folder.save("prices.csv", CUT + ".", mtime=folder.now + 4)
    assert folder.look(4).again_in == 5
    assert folder.look(4).stopped == ()
    assert folder.look(1).stopped == ("prices",)


def test_once_does_not_wait(folder: Exports) -> None:
    folder.restart(once=True)
    folder.save("prices.csv", CUT)
    folder.save("payments.csv", "IDCHARGE,METHOD\nN30,CHARGE\n")
    outcome = folder.look(ended=False)
    assert (outcome.read, outcome.stopped, outcome.again_in) == (("payments",), ("prices",), None)
    assert len(folder.complaints("prices")) == 1


@pytest.mark.parametrize("again", [TWO, ONE])
def test_it_recovers_when_it_is_saved_again(folder: Exports, again: str) -> None:
    """Also as it was before: then nothing changed, but the complaint has to go."""
    folder.save("prices.csv", ONE)
    folder.look()
    folder.save("prices.csv", CUT, mtime=folder.now + 100)
    folder.look(100)
    folder.look(30)
    assert len(folder.complaints()) == 1
    folder.save("prices.csv", again, mtime=folder.now)
    assert folder.look().stopped == ()
    assert (folder.complaints(), folder.status()[0]) == ([], "done")
    assert held(folder) == ([A, B] if again == TWO else [A])


def test_it_recovers_when_the_good_file_comes_back_with_its_old_time(folder: Exports) -> None:
    saved = folder.now
    folder.save("prices.csv", ONE, mtime=saved)
    folder.look(100)
    folder.save("prices.csv", CUT)
    folder.look()
    assert folder.look(30).stopped == ("prices",)
    folder.save("prices.csv", ONE, mtime=saved)
    assert folder.look(10).stopped == ()
    assert folder.complaints() == []


def test_it_recovers_when_it_is_removed(folder: Exports) -> None:
    path = folder.save("prices.csv", CUT)
    folder.look()
    folder.look(30)
    path.unlink()
    assert folder.look(10).stopped == ()
    assert folder.complaints() == []


def test_a_cut_off_file_survives_a_restart(folder: Exports) -> None:
    folder.save("prices.csv", ONE)
    folder.look()
    folder.save("prices.csv", CUT, mtime=folder.now + 100)
    folder.look(100)
    folder.look(30)
    folder.restart()
    folder.look(10)
    assert folder.look(30).stopped == ("prices",)
    assert held(folder) == [A]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("ID,LEVEL\nA,Retail\n", "PRICE"),
        (b"\xef\xbb\xbf" + ONE.encode(), "UTF-8"),
        (b"", "empty"),
        ("\n\n", "blank lines only"),
        ("ID,ID,LEVEL,PRICE\nA,A,Retail,1.00\n", "ID"),
    ],
)
def test_a_file_that_is_none_stops_itself_alone(folder: Exports, content: str | bytes, named: str) -> None:
    folder.save("prices.csv", ONE)
    folder.look()
    folder.save("prices.csv", content, mtime=folder.now + 100)
    folder.save("payments.csv", "IDCHARGE,METHOD\nN30,CHARGE\n", mtime=folder.now + 100)
    folder.look(100)
    outcome = folder.look(30)
    assert outcome.stopped == ("prices",)
    (complaint,) = folder.complaints()
    assert named in complaint.message + complaint.field
    assert held(folder) == [("payments", "N30"), A]


def test_a_missing_column_stops_at_once(folder: Exports) -> None:
    folder.save("prices.csv", "ID,LEVEL\nA,Retail\n")
    assert folder.look().stopped == ("prices",)


def test_an_export_that_lacks_too_much_is_held(folder: Exports) -> None:
    rows = [f"K{number},Retail,EA,1.00\n" for number in range(20)]
    folder.save("prices.csv", PRICES + "".join(rows))
    folder.look()
    folder.upload()
    new = "".join(f"NEW{number},Retail,EA,1.00\n" for number in range(30))  # new ones make up for nothing
    folder.save("prices.csv", PRICES + "".join(rows[:10]) + new, mtime=folder.now + 10)
    assert folder.look(10).stopped == ("prices",)
    assert folder.dirty() == []
    assert "10 of 20" in folder.complaints()[0].message
    assert exports.release(folder.store, folder.company.id, "prices")
    outcome = folder.look(10)
    assert (outcome.read, outcome.stopped, folder.complaints()) == (("prices",), (), [])
    assert len(folder.dirty()) == 40


def test_a_release_is_for_the_version_that_was_shown(folder: Exports) -> None:
    rows = [f"K{number},Retail,EA,1.00\n" for number in range(20)]
    folder.save("prices.csv", PRICES + "".join(rows))
    folder.look()
    folder.upload()
    folder.save("prices.csv", PRICES + "".join(rows[:10]), mtime=folder.now + 10)
    folder.look(10)
    exports.release(folder.store, folder.company.id, "prices")
    folder.save("prices.csv", PRICES + rows[0], mtime=folder.now + 10)
    assert folder.look(10).stopped == ("prices",)
    assert folder.dirty() == []
    folder.save("prices.csv", PRICES + "".join(rows), mtime=folder.now + 10)
    assert folder.look(10).stopped == ()  # a good file lifts the brake by itself
    assert (folder.dirty(), folder.complaints()) == ([], [])
    assert exports.file_state(folder.store, folder.company.id, "prices").held == ""


def test_a_missing_folder_needs_a_person_and_heals(folder: Exports) -> None:
    folder.save("prices.csv", ONE)
    folder.look()
    folder.upload()
    away = folder.folder.with_name("away")
    folder.folder.rename(away)
    with pytest.raises(NeedsPerson, match="can't be read: No such file") as missing:
        folder.look(10)
    assert missing.value.field == "export_folder"
    away.rename(folder.folder)
    assert folder.look(10).files == 1
    assert folder.dirty() == []


def test_an_emptied_folder_takes_nothing_from_the_web(folder: Exports) -> None:
    folder.save_northwind()
    folder.look()
    folder.upload()
    shutil.rmtree(folder.folder)
    folder.folder.mkdir()
    folder.look(10)
    assert folder.dirty() == []


def test_a_file_in_the_folder_s_place_is_said(folder: Exports) -> None:
    folder.folder.rmdir()
    folder.folder.write_text("")
    with pytest.raises(NeedsPerson, match="Not a directory"):
        folder.look()


def test_a_file_that_goes_while_the_folder_is_listed_is_not_there(
    folder: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.save("prices.csv", ONE)
    folder.save("payments.csv", "IDCHARGE,METHOD\nN30,CHARGE\n")
    known = folder_module._found

    def vanishing(path: Path, format: folder_module.Format) -> folder_module.Found:
        if path.name == "prices.csv":
            path.unlink()
        return known(path, format)

    monkeypatch.setattr(folder_module, "_found", vanishing)
    assert list(find(folder.folder, NAMES)) == ["payments"]


def test_a_file_replaced_while_it_is_copied_is_tried_again(folder: Exports, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.save("prices.csv", ONE)
    saved_meanwhile = [TWO]

    def disturbed(found: folder_module.Found, spool: Path) -> str:
        if saved_meanwhile:
            folder.save("prices.csv", saved_meanwhile.pop())
        return take_copy(found, spool)

    monkeypatch.setattr(look_module, "take_copy", disturbed)
    assert folder.look().again_in == SETTLE
    assert held(folder) == []
    assert folder.look(SETTLE).read == ("prices",)
    assert held(folder) == [A, B]
    assert list(folder.spool.iterdir()) == []


@pytest.fixture
def unreadable(folder: Exports, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """prices.csv can't be read; undo() gives the right to."""

    def refuse(*_: object) -> str:
        raise Retryable("prices.csv can't be read now: Permission denied.", "It is tried again by itself.")

    folder.save("prices.csv", ONE)
    monkeypatch.setattr(look_module, "take_copy", refuse)
    return monkeypatch


def test_a_file_that_stays_unreadable_is_said_and_heals(folder: Exports, unreadable: pytest.MonkeyPatch) -> None:
    assert folder.look().again_in == SETTLE
    assert folder.complaints() == []
    assert folder.look(30).stopped == ("prices",)
    assert [complaint.message for complaint in folder.complaints()] == [
        "prices.csv can't be read now: Permission denied."
    ]
    unreadable.undo()
    assert folder.look(SETTLE).stopped == ()  # the file is the same; only the right to read it came
    assert (folder.complaints(), held(folder)) == ([], [A])


@pytest.mark.usefixtures("unreadable")
def test_once_says_at_once_what_it_could_not_read(folder: Exports) -> None:
    folder.restart(once=True)
    assert folder.look().stopped == ("prices",)


def test_a_real_file_that_can_not_be_opened_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text(ONE)
    found = find(tmp_path, NAMES)["prices"]
    (tmp_path / "prices.csv").unlink()
    with pytest.raises(Retryable, match="can't be read now"):
        take_copy(found, tmp_path / "spool" / "copy")


def test_our_copies_are_private_and_do_not_stay(folder: Exports) -> None:
    folder.save("prices.csv", ONE)
    folder.save("inventory.csv", "ID\nA\n")
    folder.look()
    assert list(folder.spool.iterdir()) == []
    assert folder.spool.stat().st_mode & 0o077 == 0


def test_two_companies_share_a_spool(folder: Exports, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    other = Exports(folder.store, tmp_path / "second", name="Second")
    other.spool = folder.spool
    other.restart()
    folder.save("prices.csv", ONE)
    other.save("prices.csv", TWO)
    folder.look()
    other.look()
    query = "SELECT count(*) FROM queue WHERE site_id = ?"
    sites = [each.company.sites[0].id for each in (folder, other)]
    assert [folder.store.one(query, site) for site in sites] == [1, 2]
    assert [info.name for info in companies.companies(folder.store)] == ["Northwind", "Second"]


def test_an_export_that_has_nothing_left_is_held_however_few_there_were(folder: Exports) -> None:
    folder.set(brake="100")
    folder.save("prices.csv", ONE)
    folder.look()
    folder.upload()
    folder.save("prices.csv", PRICES, mtime=folder.now + 10)
    assert folder.look(10).stopped == ("prices",)
    assert folder.dirty() == []
