"""A company with an empty export folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.simulation import open_fast_store
from tests.sync.desks import Desk
from tests.sync.folders import Exports


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Exports]:
    store = open_fast_store(tmp_path / "store.sqlite3")
    yield Exports(store, tmp_path)
    store.close()


@pytest.fixture
def desk(folder: Exports) -> Desk:
    """A desk of orders of a firm whose exports are Northwind's."""
    folder.save_northwind()
    folder.look()
    return Desk(folder)
