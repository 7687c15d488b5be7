"""The SQLite file: migrations, durability, and what is not a store."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import peewee
import pytest

from tests.store.making import Place, at_once
from webupdate.config import Paths
from webupdate.errors import Stopped
from webupdate.store import db
from webupdate.store.db import Store, open_store
from webupdate.store.schema import MIGRATIONS
from webupdate.store.tables import MODELS, Setting


def test_a_fresh_store_has_all_migrations(paths: Paths) -> None:
    applied: list[int] = []
    store = open_store(paths.store, progress=applied.append)
    assert store.one("PRAGMA user_version") == len(MIGRATIONS)
    assert applied == [number + 1 for number in range(len(MIGRATIONS))]
    assert store.one("PRAGMA integrity_check") == "ok"
    store.close()


def test_opening_again_migrates_nothing(place: Place) -> None:
    place.store.close()
    applied: list[int] = []
    again = open_store(place.store.path, progress=applied.append)
    assert applied == []
    assert again.one("SELECT name FROM company") == "Northwind Traders"
    again.close()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_models_match_their_tables(opened: Store, model: type[peewee.Model]) -> None:
    meta = model._meta
    columns = {name: bool(needed) for _, name, _, needed, *_ in opened.rows(f"PRAGMA table_info({meta.table_name})")}
    assert list(meta.columns) == list(columns)
    for name, field in meta.columns.items():
        if not field.primary_key:
            assert columns[name] is not field.null, name


def test_every_foreign_key_leads_somewhere(place: Place) -> None:
    assert place.store.rows("PRAGMA foreign_key_check") == []


def test_each_thread_writes_ahead_and_to_the_disk(opened: Store) -> None:
    found: list[tuple[object, ...]] = []

    def ask() -> None:
        found.append(tuple(opened.one(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")))
        opened.close()

    ask()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [("wal", 2, 1)] * 2  # 2 = FULL


def test_a_store_of_a_newer_program_is_refused_and_left_alone(place: Place) -> None:
    place.store.sql("PRAGMA user_version = 99")
    place.store.close()
    with pytest.raises(Stopped, match=r"newer webupdate \(store version 99, this program knows \d+\)") as refused:
        open_store(place.store.path)
    assert "pip install --upgrade" in refused.value.hint
    with sqlite3.connect(place.store.path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (99,)
    raw.close()


@pytest.mark.parametrize("content", [b"no store at all " * 512, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_refused_and_left_alone(paths: Paths, content: bytes) -> None:
    paths.store.write_bytes(content)
    with pytest.raises(Stopped, match="can't be used") as refused:
        open_store(paths.store)
    assert "may be moved away" in refused.value.hint
    assert paths.store.read_bytes() == content


def test_a_store_cut_short_is_refused(place: Place) -> None:
    place.store.close()
    whole = place.store.path.read_bytes()
    place.store.path.write_bytes(whole[:50])
    with pytest.raises(Stopped, match="can't be used"):
        open_store(place.store.path)


def test_a_folder_in_the_store_s_place_is_refused(paths: Paths) -> None:
    paths.store.mkdir()
    with pytest.raises(Stopped, match="can't be used"):
        open_store(paths.store)


def test_a_store_that_can_not_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match=r"can't be used: .*No such file"):
        open_store(tmp_path / "missing" / "store.sqlite3")


def test_several_processes_at_once_make_one_store(paths: Paths) -> None:
    code = """
from pathlib import Path
from webupdate.store.db import open_store
ready()
store = open_store(Path(sys.argv[1]))
print(store.one("PRAGMA user_version"), store.one("SELECT count(*) FROM sqlite_master WHERE type = 'table'"))
"""
    printed = set(at_once(3, code, paths.store))
    assert len(printed) == 1
    assert printed.pop().startswith(f"{len(MIGRATIONS)} ")


def test_a_migration_is_whole_or_not_there(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE half (x)", "CREATE TABLE setting (twice)")))
    with pytest.raises(Stopped, match="setting already exists"):
        open_store(paths.store)
    monkeypatch.undo()
    store = open_store(paths.store)
    assert store.one("PRAGMA user_version") == len(MIGRATIONS)
    assert store.rows("SELECT 1 FROM sqlite_master WHERE name = 'half'") == []
    store.close()


def test_an_older_store_is_brought_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.store.close()
    monkeypatch.setattr(db, "MIGRATIONS", (*MIGRATIONS, ("ALTER TABLE company ADD COLUMN later TEXT",)))
    newer = open_store(place.store.path)
    assert newer.rows("SELECT name, later FROM company") == [("Northwind Traders", None)]
    newer.close()


def test_what_fails_leaves_nothing_behind(opened: Store) -> None:
    with pytest.raises(ZeroDivisionError), opened.writing():
        Setting.create(name="a", value="1")
        with opened.writing():
            Setting.create(name="b", value="2")
        _ = 1 / 0
    assert opened.rows("SELECT * FROM setting") == []


def test_a_writing_transaction_has_the_lock_before_it_reads(opened: Store) -> None:
    """Else a read followed by a write would fail at once after somebody else's commit."""
    other = sqlite3.connect(opened.path, timeout=0, isolation_level=None)
    with opened.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_data_version_tells_of_others_only(opened: Store) -> None:
    first = opened.data_version()
    Setting.create(name="own", value="1")
    assert opened.data_version() == first
    with sqlite3.connect(opened.path) as other:
        other.execute("INSERT INTO setting VALUES ('other', '1')")
    other.close()
    assert opened.data_version() != first
