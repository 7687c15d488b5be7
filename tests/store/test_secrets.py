"""Shop logins are encrypted with a key that is not in the store, and never lie there readable."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.store.making import TOKEN, Place, at_once, company_values
from webupdate.config import Paths
from webupdate.errors import Stopped
from webupdate.store import companies
from webupdate.store.db import Store
from webupdate.store.secrets import CREDENTIAL, KEY_VARIABLE, Vault, open_vault

SECRETS = {"token": TOKEN}


def test_the_key_file_is_made_once(paths: Paths) -> None:
    locked = open_vault(paths.key).lock(SECRETS)
    made = paths.key.read_bytes()
    assert open_vault(paths.key).unlock(locked) == SECRETS
    assert paths.key.read_bytes() == made


def test_several_processes_at_once_make_one_key(paths: Paths) -> None:
    code = """
from pathlib import Path
from webupdate.store.secrets import open_vault
ready()
print(open_vault(Path(sys.argv[1])).lock({"token": "x"}).decode())
"""
    locked = at_once(3, code, paths.key)
    assert [open_vault(paths.key).unlock(entry.encode()) for entry in locked] == [{"token": "x"}] * 3
    assert list(paths.data.iterdir()) == [paths.key]


def test_the_variable_comes_first(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, Fernet.generate_key().decode() + "\n")
    assert open_vault(paths.key).unlock(open_vault(paths.key).lock(SECRETS)) == SECRETS
    assert not paths.key.exists()


def test_a_credential_of_systemd_comes_before_the_file(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / CREDENTIAL).write_bytes(Fernet.generate_key() + b"\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    locked = open_vault(paths.key).lock(SECRETS)
    assert not paths.key.exists()
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(Stopped, match="another one"):
        open_vault(paths.key).unlock(locked)


def test_a_credentials_folder_without_ours_leaves_the_file(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    open_vault(paths.key)
    assert paths.key.is_file()


@pytest.mark.parametrize("key", ["", "short", "ü" * 44, "A" * 43])
def test_a_key_that_is_none_is_refused_without_showing_it(paths: Paths, key: str) -> None:
    paths.key.write_text(key, encoding="utf-8")
    with pytest.raises(Stopped, match=r"secret\.key is no key") as refused:
        open_vault(paths.key)
    assert not key or key not in str(refused.value)
    assert paths.key.read_text(encoding="utf-8") == key  # never replaced: the right one may be restored


def test_a_wrong_variable_is_refused_by_name(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "nonsense")
    with pytest.raises(Stopped, match=KEY_VARIABLE):
        open_vault(paths.key)


def test_a_key_that_can_not_be_read_is_said(paths: Paths) -> None:
    paths.key.mkdir()
    with pytest.raises(Stopped, match="can't be read"):
        open_vault(paths.key)


def test_a_key_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="can't be made"):
        open_vault(tmp_path / "missing" / "secret.key")


@pytest.mark.parametrize("stored", [b'{"token":"plain"}', b"plain", b"gAAAAA"])
def test_what_this_key_did_not_lock_is_never_taken_for_plain_text(vault: Vault, stored: bytes) -> None:
    with pytest.raises(Stopped, match="can't be decrypted") as refused:
        vault.unlock(stored)
    assert "enter the login again" in refused.value.hint
    assert "plain" not in str(refused.value)


def test_a_lost_key_stops_and_a_new_login_heals(place: Place, paths: Paths) -> None:
    paths.key.unlink()
    fresh = open_vault(paths.key)
    with pytest.raises(Stopped, match="another one"):
        fresh.unlock(place.site.secrets)
    healed = companies.change(place.store, fresh, place.company, {"token": "new"})
    assert fresh.unlock(healed.sites[0].secrets) == {"token": "new"}


def test_no_secret_is_no_lock(vault: Vault) -> None:
    assert vault.unlock(None) == {}


def test_the_token_is_nowhere_in_the_files(place: Place, paths: Paths) -> None:
    companies.change(place.store, place.vault, place.company, {"token": TOKEN + "-2", "interval": "30"})
    companies.add(place.store, place.vault, company_values(paths.data, name="Second"))
    written = {file.name: file.read_bytes() for file in paths.data.iterdir()}
    assert {paths.store.name, paths.store.name + "-wal"} <= written.keys()
    for form in (TOKEN.encode(), TOKEN.encode("utf-16-le"), base64.b64encode(TOKEN.encode())[:20]):
        assert [name for name, content in written.items() if form in content] == []


def test_the_token_is_in_nothing_that_is_shown(place: Place, opened: Store) -> None:
    assert TOKEN not in repr(companies.companies(opened))
    assert "token" not in place.site.values
