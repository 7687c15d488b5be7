"""A data folder, its store and key, and a company in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.making import Place, make_place
from webupdate.config import Paths, open_data_dir
from webupdate.store.db import Store, open_store
from webupdate.store.secrets import KEY_VARIABLE, Vault, open_vault


@pytest.fixture(autouse=True)
def no_foreign_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of whoever runs the tests must not decide them."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return open_data_dir(str(tmp_path / "data"))


@pytest.fixture
def opened(paths: Paths) -> Iterator[Store]:
    store = open_store(paths.store)
    yield store
    store.close()


@pytest.fixture
def vault(paths: Paths) -> Vault:
    return open_vault(paths.key)


@pytest.fixture
def place(opened: Store, vault: Vault, tmp_path: Path) -> Place:
    return make_place(opened, vault, tmp_path)
