"""The scanner: what changed in the folders comes to the queue, what is wrong is told, nothing is read twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.shops.contract import a_pdf, a_picture
from tests.sync.folders import Exports
from webupdate.store import board, queue
from webupdate.store.db import Store, open_store
from webupdate.sync import content, files
from webupdate.sync.files import Scan
from webupdate.sync.filescan import Scanner
from webupdate.sync.folder import SETTLE
from webupdate.sync.shops.base import Picture

HEAD = "ID,TREE_ID,DESCR_1,SHOW_WEB,IMAGES,DOCUMENTS\r\n"


class Shelf(Exports):
    """An export folder with pictures and documents. Files are old unless a test says otherwise."""

    def __init__(self, store: Store, root: Path, **values: str) -> None:
        super().__init__(store, root, **values)
        self.scanner = Scanner(store, once=False)
        self.reads: list[str] = []
        for entity in ("images", "documents"):
            (self.folder / entity).mkdir()

    def items(self, *rows: str) -> None:
        """Save and read an inventory whose rows are SKU, IMAGES and DOCUMENTS."""
        lines = [",1,x,T,".join(row.split(",", 1)) for row in rows]
        self.save("inventory.csv", HEAD + "".join(f"{line}\r\n" for line in lines))
        self.look(10)

    def put(self, name: str, data: bytes, *, age: float = 1000.0, entity: str = "images") -> Path:
        path = self.folder / entity / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (self.now - age,) * 2)
        return path

    def scan(self, after: float = 10.0) -> Scan:
        self.now += after
        return self.scanner.look(self.company, self.now)

    def pictures(self) -> list[Picture]:
        """What the site should hold, in the order of keys."""
        rows = self.store.rows("SELECT payload FROM queue WHERE entity = 'images' AND seen IS NOT NULL ORDER BY key")
        return [msgspec.json.decode(payload, type=Picture) for (payload,) in rows if payload]

    def changed(self) -> list[tuple[str, str]]:
        """What would be sent now of files; then as if it had been."""
        found = [(entity, key) for entity, key in self.dirty() if entity in ("images", "documents")]
        self.upload()
        return found


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    store = open_store(tmp_path / "store.sqlite3")
    shelf = Shelf(store, tmp_path)
    real = content.examine

    def counted(entity, path, figures, limits):  # type: ignore[no-untyped-def]
        shelf.reads.append(path.name)
        return real(entity, path, figures, limits)

    monkeypatch.setattr(files, "examine", counted)
    yield shelf
    store.close()


def test_named_files_come_to_the_queue_in_their_order(shelf: Shelf) -> None:
    shelf.put("b.png", a_picture("b"))
    shelf.put("a.png", a_picture("a"))
    shelf.put("t.pdf", a_pdf("t"), entity="documents")
    shelf.items("TEA,B.PNG;a.png,t.pdf")
    assert shelf.scan().changed == 3
    assert [(entry.name, entry.position) for entry in shelf.pictures()] == [("B.PNG", 0), ("a.png", 1)]
    assert shelf.complaints() == []
    assert shelf.changed() == [("documents", "TEA\tt.pdf"), ("images", "TEA\tB.PNG"), ("images", "TEA\ta.png")]


def test_nothing_changed_is_nothing_read(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    assert shelf.reads == ["a.png"]
    assert shelf.scan() == Scan()
    shelf.scanner = Scanner(shelf.store, once=False)  # after a restart
    shelf.scan()
    assert shelf.reads == ["a.png"]


def test_a_touched_file_is_read_but_not_sent(shelf: Shelf) -> None:
    path = shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.changed()
    os.utime(path, (shelf.now - 500,) * 2)
    shelf.scan()
    assert shelf.reads == ["a.png", "a.png"]
    assert shelf.changed() == []


def test_another_content_with_size_and_time_of_the_old_is_noticed(shelf: Shelf) -> None:
    path = shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.changed()
    before = path.stat()
    path.write_bytes(a_picture("b"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    shelf.scan()
    assert shelf.changed() == [("images", "TEA\ta.png")]


def test_a_name_that_left_the_cell_leaves_the_shop_and_a_move_changes_positions(shelf: Shelf) -> None:
    for name in "abc":
        shelf.put(f"{name}.png", a_picture(name))
    shelf.items("TEA,a.png;b.png;c.png,")
    shelf.scan()
    shelf.changed()
    shelf.items("TEA,c.png;b.png,")
    shelf.scan()
    assert shelf.record("images", "TEA\ta.png")[0] is None
    assert shelf.changed() == [("images", "TEA\ta.png"), ("images", "TEA\tc.png")]
    assert shelf.reads == ["a.png", "b.png", "c.png"]


@pytest.mark.parametrize(("policy", "stays"), [("hide", True), ("delete", False), ("keep", True)])
def test_files_of_an_item_that_left_the_export_follow_the_policy(shelf: Shelf, policy: str, stays: bool) -> None:
    shelf.set(gone=policy)
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,", "MILK,,")
    shelf.scan()
    shelf.changed()
    shelf.items("MILK,,")
    shelf.scan()
    assert (shelf.record("images", "TEA\ta.png")[0] is not None) == stays
    shelf.changed()
    shelf.items("TEA,a.png,", "MILK,,")
    shelf.scan()
    assert shelf.record("images", "TEA\ta.png")[0] is not None
    assert shelf.store.one("SELECT gone FROM queue WHERE entity = 'images'") == 0


def test_what_is_wrong_names_all_of_it_keeps_the_shop_as_it_is_and_clears_itself(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a"))
    shelf.put("b.png", a_picture("b"))
    shelf.items("TEA,a.png;b.png,")
    shelf.scan()
    shelf.changed()
    shelf.put("a.png", a_picture("a", 64)[:70], age=500)
    (shelf.folder / "images" / "b.png").unlink()
    shelf.scan()
    assert shelf.changed() == []
    broken, missing = shelf.complaints("images")
    assert broken.message.startswith('inventory.csv, line 2, TEA: the picture "a.png" in IMAGES is a broken picture')
    assert (broken.line, broken.key, broken.field, broken.seen) == (2, "TEA", "IMAGES", "a.png")
    assert 'the picture "b.png" in IMAGES is not there' in missing.message
    assert str(shelf.folder / "images") in missing.hint
    shelf.put("a.png", a_picture("mended"), age=400)
    shelf.put("b.png", a_picture("b"))
    shelf.scan()
    assert shelf.complaints() == []
    assert shelf.changed() == [("images", "TEA\ta.png")]


def test_what_a_wrong_name_replaces_stays_in_the_shop(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.changed()
    for wrong in ("missing.png", "../secret.png", "a.png;missing.png"):
        shelf.items(f"TEA,{wrong},")
        shelf.scan()
        assert shelf.changed() == [], wrong
        assert shelf.complaints("images")
    shelf.put("b.png", a_picture("b"))
    shelf.items("TEA,b.png,")
    shelf.scan()
    assert sorted(shelf.changed()) == [("images", "TEA\ta.png"), ("images", "TEA\tb.png")]


def test_a_refused_name_is_told_and_the_rest_goes_on(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(a_picture("secret"))
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,..\\..\\secret.png;C:\\x.png;nul.png;a.png,")
    shelf.scan()
    assert [entry.name for entry in shelf.pictures()] == ["a.png"]
    said = [complaint.message for complaint in shelf.complaints("images")]
    assert [text.partition(" in IMAGES ")[2] for text in said] == [
        "leaves the folder.",
        "is an absolute path or names a drive.",
        "is a device of Windows, not a file.",
    ]


@pytest.mark.skipif(os.name == "nt", reason="making links needs a right there")
def test_a_link_out_of_the_folder_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(a_picture("secret"))
    (shelf.folder / "images" / "a.png").symlink_to(tmp_path / "secret.png")
    shelf.items("TEA,a.png,")
    shelf.scan()
    assert shelf.pictures() == []
    assert "a link out of the folder" in shelf.complaints("images")[0].message


def test_a_file_being_saved_waits_until_it_stands_still(shelf: Shelf) -> None:
    shelf.items("TEA,a.png,")
    whole = a_picture("a", 64)
    shelf.put("a.png", whole[:50], age=0)
    assert shelf.scan(0.5).again_in == SETTLE
    shelf.put("a.png", whole, age=0)
    assert shelf.scan(1.0).again_in == SETTLE
    assert shelf.reads == []
    assert shelf.scan(SETTLE).changed == 1
    assert shelf.complaints() == []


def test_a_half_that_stands_still_is_blamed_only_after_the_quiet_time(shelf: Shelf) -> None:
    shelf.items("TEA,a.png,")
    shelf.put("a.png", a_picture("a", 64)[:70], age=0)
    shelf.scan(0.5)
    scan = shelf.scan(SETTLE)
    assert (scan.changed, shelf.complaints()) == (0, [])
    assert scan.again_in is not None
    shelf.scan(scan.again_in)
    assert len(shelf.complaints()) == 1


def test_limits_are_properties(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a", 1100))
    shelf.items("TEA,a.png,")
    shelf.set(pixel_limit="1")
    shelf.scan()
    assert "has 1100 x 1100 pixels, more than 1 million" in shelf.complaints()[0].message
    shelf.set(pixel_limit="2")
    shelf.scan()
    assert shelf.complaints() == []
    assert [entry.name for entry in shelf.pictures()] == ["a.png"]


def test_folders_are_properties(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.png").write_bytes(a_picture("a"))
    os.utime(tmp_path / "elsewhere" / "a.png", (shelf.now - 1000,) * 2)
    shelf.items("TEA,a.png,")
    shelf.scan()
    assert len(shelf.complaints()) == 1
    shelf.set(images_folder=str(tmp_path / "elsewhere"))
    shelf.scan()
    assert shelf.complaints() == []
    assert len(shelf.pictures()) == 1


def test_a_lost_folder_takes_nothing_from_the_web(shelf: Shelf) -> None:
    for number in range(9):
        shelf.put(f"{number}.png", a_picture(str(number)))
    shelf.items("TEA," + ";".join(f"{number}.png" for number in range(9)) + ",")
    shelf.scan()
    shelf.changed()
    (shelf.folder / "images").rename(shelf.folder / "away")
    shelf.scan()
    assert shelf.changed() == []
    (complaint,) = shelf.complaints()
    assert "can't be read" in complaint.message
    (shelf.folder / "away").rename(shelf.folder / "images")
    shelf.scan()
    assert (shelf.changed(), shelf.complaints()) == ([], [])


def test_many_files_are_read_in_slices_that_all_come_to_an_end(shelf: Shelf) -> None:
    names = [f"{number}.png" for number in range(10)]
    for name in names:
        shelf.put(name, a_picture(name), age=0.0)  # just saved: such files are read again by a later look
    # Every file takes two of the five seconds of a slice, so that three are in it.
    shelf.scanner = Scanner(shelf.store, once=True, clock=lambda: 2.0 * len(shelf.reads))
    shelf.items("TEA," + ";".join(names) + ",")
    slices = 0
    scan = shelf.scan()
    while scan.more:
        slices += 1
        assert slices < 10, "this never ends"
        scan = shelf.scan(0.0)
    assert slices == 3
    assert sorted(shelf.reads) == names
    assert len(shelf.pictures()) == 10


def test_a_stop_ends_a_slice_and_what_is_read_is_kept(shelf: Shelf) -> None:
    names = [f"{number}.png" for number in range(10)]
    for name in names:
        shelf.put(name, a_picture(name))
    shelf.scanner = Scanner(shelf.store, once=False, stopping=lambda: len(shelf.reads) == 4)
    shelf.items("TEA," + ";".join(names) + ",")
    assert shelf.scan().more
    assert (len(shelf.reads), len(shelf.pictures())) == (4, 4)


def test_a_file_that_two_items_name_is_read_once(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,", "MILK,a.png,")
    shelf.scan()
    assert shelf.reads == ["a.png"]
    assert [entry.item for entry in shelf.pictures()] == ["MILK", "TEA"]


def test_complete_upload_gets_its_payloads_back(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.changed()
    shelf.store.sql("UPDATE queue SET sent = '?' WHERE entity = 'images'")
    shelf.store.sql("UPDATE export SET forced = 1")
    shelf.scan()
    assert len(shelf.pictures()) == 1


def test_complete_upload_in_slices_gets_all_its_payloads_back(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first slice ends what was forced; the files of the later ones are not read yet by then."""
    names = [f"{number}.png" for number in range(9)]
    for name in names:
        shelf.put(name, a_picture(name))
    shelf.items("TEA," + ";".join(names) + ",")
    shelf.scan()
    shelf.changed()
    for name in names:
        shelf.put(name, a_picture(name), age=500)  # a folder that was restored: the same bytes, another time
    monkeypatch.setattr(files, "BYTES_READ", 1)
    shelf.store.sql("UPDATE queue SET sent = '?' WHERE entity = 'images'")
    shelf.store.sql("UPDATE export SET forced = 1")
    scan = shelf.scan()
    while scan.more:
        scan = shelf.scan(0.0)
    assert len(shelf.pictures()) == 9


def again(shelf: Shelf) -> None:
    """As a Complete Upload marks it."""
    shelf.store.sql("UPDATE queue SET sent = '?', error = NULL WHERE entity IN ('images', 'documents')")
    shelf.store.sql("UPDATE export SET forced = 1")


def error(shelf: Shelf) -> str | None:
    found: str | None = shelf.store.one("SELECT error FROM queue WHERE entity = 'images'")
    return found


def test_what_is_to_go_and_has_no_sound_file_needs_a_person_until_it_has(shelf: Shelf) -> None:
    path = shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.changed()
    path.unlink()
    shelf.scan()
    assert (error(shelf), len(shelf.complaints())) == (None, 1)
    again(shelf)
    shelf.scan()
    assert 'the picture "a.png" in IMAGES is not there' in (error(shelf) or "")
    assert shelf.complaints() == []  # the record says it itself
    assert board.log_lines(shelf.store)[-1].key == "TEA\ta.png"
    shelf.put("a.png", a_picture("a", 64)[:70])
    shelf.scan()
    assert "is a broken picture" in (error(shelf) or "")
    shelf.put("a.png", a_picture("a"))
    shelf.scan()
    assert error(shelf) is None
    assert [entry.name for entry in shelf.pictures()] == ["a.png"]


def test_retry_of_what_has_no_sound_file_says_so_again(shelf: Shelf) -> None:
    path = shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.changed()
    path.unlink()
    again(shelf)
    shelf.scan()
    queue.retry(shelf.store, shelf.company.sites[0].id)
    assert error(shelf) is None
    shelf.scan()
    assert "is not there" in (error(shelf) or "")


def test_a_lost_folder_lets_fail_what_is_to_go_and_takes_it_back(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.changed()
    again(shelf)
    (shelf.folder / "images").rename(shelf.folder / "away")
    shelf.scan()
    assert "can't be read" in (error(shelf) or "")
    (shelf.folder / "away").rename(shelf.folder / "images")
    shelf.scan()
    assert (error(shelf), len(shelf.pictures())) == (None, 1)


def test_what_the_shop_refused_is_not_forgiven_for_a_sound_file(shelf: Shelf) -> None:
    shelf.put("a.png", a_picture("a"))
    shelf.items("TEA,a.png,")
    shelf.scan()
    shelf.store.sql("UPDATE queue SET error = 'The shop can''t show this file.' WHERE entity = 'images'")
    shelf.store.sql("UPDATE export SET forced = 1")
    shelf.scan()
    assert error(shelf) == "The shop can't show this file."
