"""Which tests share a worker: those of a file, as `--dist loadfile` has it, and all that need a real Vendure; and what
begins first, so that no worker has a long file to do when the others are through. And how a new store is made."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest

from webupdate.store import db

VENDURE = "vendure"
# Files that take long for their few tests: they start shops and processes, or open a screen for each test.
LONG = (
    *("crash/test_orders", "crash/test_kill", "tui/test_every_action", "tui/test_snapshots", "test_hostile_orders"),
    *("test_northwind_orders", "tests/test_customers", "test_end_to_end", "tests/test_f", "tui/test_kinds_by_keys"),
    *("shops/test_contract", "tui/test_properties", "tui/test_resolve", "test_verify", "tests/webshop", "tests/crash"),
    *("tests/tui",),
)


_make_private = db._make_private


@functools.cache
def _new_store() -> bytes:
    """What every new store holds. All its tables take 10 ms, and most tests make one."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "_make_private", _make_private)
        path = Path(folder) / "new.sqlite3"
        db.open_store(path).close()
        return path.read_bytes()


def _make_filled(path: Path) -> None:
    _make_private(path)
    path.write_bytes(_new_store())


@pytest.fixture(autouse=True)
def stores_from_a_copy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new store is a copy, but for the tests of how one is made."""
    if request.path.name != "test_db.py":
        monkeypatch.setattr(db, "_make_private", _make_filled)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; `--no-loadscope-reorder` keeps that order."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    if VENDURE in nodeid:
        return -1
    return next((place for place, name in enumerate(LONG) if name in nodeid), len(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """One Vendure for the whole run: it takes longer to start than any other shop."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class OneVendure(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return VENDURE if VENDURE in nodeid else str(super()._split_scope(nodeid))

    return OneVendure(config, log)
