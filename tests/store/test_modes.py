"""Who may open the data folder: its owner, or a group of administrators."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from tests.store.making import Place
from webupdate.config import Paths, open_data_dir, share_with_group
from webupdate.errors import UsageError
from webupdate.store.lock import EngineLock

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_handed() -> Iterator[None]:
    """A umask that hides nothing: what is private is so by our own doing."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def group() -> str:
    """A group to which this user may give files, other than the usual one."""
    import grp

    mine = {entry.gr_gid for entry in grp.getgrall()} if os.geteuid() == 0 else set(os.getgroups())
    others = sorted(mine - {os.getgid()})
    if not others:
        pytest.skip("this user is in one group only")
    return grp.getgrgid(others[0]).gr_name


@pytest.mark.usefixtures("open_handed")
def test_all_is_private(place: Place, paths: Paths) -> None:
    assert mode(paths.data) == 0o700
    assert mode(paths.key) == 0o600
    files = sorted(paths.data.glob(paths.store.name + "*"))
    assert {file.name.removeprefix(paths.store.name) for file in files} == {"", "-shm", "-wal"}
    assert {mode(file) for file in files} == {0o600}


@pytest.mark.usefixtures("open_handed")
def test_a_group_of_administrators(place: Place, paths: Paths, group: str) -> None:
    lock = EngineLock(paths.lock)
    assert lock.take()
    share_with_group(paths, group)
    assert mode(paths.data) == 0o2770
    shared = [*paths.data.glob(paths.store.name + "*"), paths.lock]
    assert {(mode(file), file.group()) for file in shared} == {(0o660, group)}
    assert mode(paths.key) == 0o600  # the shop's login stays with the owner
    place.store.close()  # removes -wal and -shm; the next ones are made anew
    place.store.sql("INSERT INTO setting VALUES ('x', 'y')")
    assert {(mode(file), file.group()) for file in paths.data.glob(paths.store.name + "*")} == {(0o660, group)}
    share_with_group(paths, "")
    assert mode(paths.data) == 0o700
    assert {mode(file) for file in paths.data.glob(paths.store.name + "*")} == {0o600}
    lock.release()


def test_an_unknown_group_is_refused(paths: Paths) -> None:
    with pytest.raises(UsageError, match="no group 'nobody-knows-it'") as refused:
        share_with_group(paths, "nobody-knows-it")
    assert "groupadd" in refused.value.hint
    assert mode(paths.data) == 0o700


def test_rights_that_are_not_ours_are_said(paths: Paths, monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(UsageError, match="may not change the rights"):
        share_with_group(paths, group)


def test_an_existing_folder_keeps_its_rights(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    assert open_data_dir(str(shared)).data == shared
    assert mode(shared) == 0o2770


def test_a_file_in_the_folder_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(UsageError, match="can't be made: File exists") as refused:
        open_data_dir(str(tmp_path / "data"))
    assert "--data" in refused.value.hint


def test_a_folder_of_somebody_else_is_refused(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UsageError, match="may not read"):
        open_data_dir(str(paths.data))


def test_without_an_option_it_is_the_platform_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "share" / "webupdate")
    assert open_data_dir(None).data == tmp_path / "share" / "webupdate"
    assert mode(tmp_path / "share" / "webupdate") == 0o700
