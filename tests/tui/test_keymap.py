"""Keys that a person has changed in keys.toml, and the table that shows all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.conftest import Opener
from webupdate import config
from webupdate.cli import main
from webupdate.tui import actions, keymap, keytable
from webupdate.tui.keymap import Keymap
from webupdate.tui.session import Session

DOCS = Path(__file__).parents[2] / "docs" / "keys.md"


def loaded(folder: Path, text: str) -> Keymap:
    path = folder / "keys.toml"
    path.write_text(text, encoding="utf-8")
    return keymap.load(path)


def test_no_file_is_no_change(tmp_path: Path) -> None:
    assert keymap.load(tmp_path / "keys.toml") == Keymap()


def test_keys_are_changed_by_the_id_of_the_action(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'sync_now = "Y"\nretry = ["?", "F8"]\nhelp = "f1"\n')
    assert found.complaints == ()
    assert found.keys(actions.named("sync_now")) == ("Y",)
    assert found.keys(actions.named("retry")) == ("question_mark", "f8")
    assert found.keys(actions.named("log")) == ("l",)
    assert found.filled("Press {sync_now} or {retry}.") == "Press Y or ?."


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('fly = "f9"', "there is no action 'fly'"),
        ("sync_now = 7", "sync_now needs a key"),
        ("sync_now = []", "sync_now needs a key"),
        ('sync_now = ""', "sync_now needs a key"),
        ('sync_now = "ctrl+s"', "'ctrl+s' for sync_now is no key that arrives here"),
        ('sync_now = "any key"', "is no key that arrives here"),
        ('sync_now = "p"', "p would mean"),
        ('sync_now = "g"', "g would mean"),
        ('sync_now = "down"', "↓ would mean"),
        ("sync_now = ", "can't be read, the usual keys stay"),
        ("[sync_now]", "sync_now needs a key"),
    ],
)
def test_what_can_not_be_taken_is_told_and_the_usual_key_stays(tmp_path: Path, text: str, complaint: str) -> None:
    found = loaded(tmp_path, text)
    assert complaint in " ".join(found.complaints)
    assert found.keys(actions.named("sync_now")) == ("s",)


def test_two_actions_may_change_places(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'sync_now = "p"\nproperties = "s"\n')
    assert found.complaints == ()
    assert found.keys(actions.named("properties")) == ("s",)


@given(st.dictionaries(st.sampled_from([action.id for action in actions.ACTIONS]), st.characters(), max_size=6))
def test_whatever_is_asked_for_no_key_has_two_meanings(
    tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, str]
) -> None:
    text = "".join(f"{id} = {json.dumps(key)}\n" for id, key in wanted.items())
    found = loaded(tmp_path_factory.mktemp("keys"), text)
    for place in keytable.PLACES:
        keys = [key for action in actions.at(place) for key in found.keys(action)]
        assert len(keys) == len(set(keys)), (place, found)


async def test_a_changed_key_works_and_stands_at_the_bottom(filled: Session, window: Opener, tmp_path: Path) -> None:
    async with window(filled, keys=loaded(tmp_path, 'log = "f9"\nhelp = "f10"\n')) as open_window:
        assert "F10 Help" in await open_window.press()
        assert "Follow" not in await open_window.press("l")
        assert "Follow" in await open_window.press("f9")


async def test_complaints_are_told_at_the_start(filled: Session, window: Opener, tmp_path: Path) -> None:
    async with window(filled, keys=loaded(tmp_path, 'log = "ctrl+s"\n')) as open_window:
        assert "no key that arrives here" in await open_window.press()


def test_the_docs_show_the_keys_as_they_are() -> None:
    assert DOCS.read_text(encoding="utf-8").splitlines() == list(keytable.markdown())


def test_all_places_are_in_the_table() -> None:
    assert {place for action in actions.ACTIONS for place in action.places} == keytable.PLACES.keys()


def test_the_command_prints_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(config, "keys_file", lambda: tmp_path / "keys.toml")
    (tmp_path / "keys.toml").write_text('log = "f9"\nfly = "x"\n', encoding="utf-8")
    assert main(["keys", "--json"]) == 2
    out, err = capsys.readouterr()
    assert {"place": "home", "id": "log", "keys": ["f9"], "label": "Log", "help": "The event log."} in json.loads(out)
    assert "no action 'fly'" in err
    assert main(["keys"]) == 2
    assert str(tmp_path / "keys.toml") in capsys.readouterr().out
