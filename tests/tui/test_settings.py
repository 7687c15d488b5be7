"""Settings: what is read, what is kept, what holds at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from tests.tui.conftest import Opener
from webupdate import settings
from webupdate.cli import _parser
from webupdate.errors import UsageError
from webupdate.settings import Settings
from webupdate.tui.session import Session

NAMES = st.text(max_size=8)


def test_no_file_is_the_usual_settings(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "settings.toml") == (Settings(), ())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('theme = "pink"\ncalm = true', "there is no theme pink, only auto, dark, light, terminal"),
        ("theme = [1]\ncalm = true", "there is no theme [1]"),
        ('bell = "loud"\ncalm = true', "bell is true or false, not loud"),
        ("screens = 7\ncalm = true", "there is no setting screens"),
        ('"\\u001b[31m" = 7\ncalm = true', "there is no setting"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_holds(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    found, complaints = settings.load(path)
    assert found == Settings(calm=True)
    assert len(complaints) == 1
    assert complaint in complaints[0]
    assert complaints[0].isprintable()


@pytest.mark.parametrize("content", [b"calm = ", b"\xff\xfe", b"a = 1\na = 2", b"#" * 200_000])
def test_a_broken_file_is_told_and_kept_under_another_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    found, complaints = settings.load(path)
    assert found == Settings()
    assert "can't be read, the usual settings stay" in complaints[0]
    settings.keep(path, {"bell": False})
    assert settings.load(path) == (Settings(bell=False), ())
    assert path.with_suffix(".wrong").read_bytes() == content


def test_what_another_window_has_changed_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    settings.keep(path, {"theme": "light", "screens": {"progress": {"sort": "status"}}})
    settings.keep(path, {"calm": True, "screens": {"progress": {"find": "x"}, "log": {"level": "2"}}})
    found, _ = settings.load(path)
    screens = {"progress": {"sort": "status", "find": "x"}, "log": {"level": "2"}}
    assert found == Settings(theme="light", calm=True, screens=screens)
    assert found.of("progress")["sort"] == "status"
    assert found.of("queue") == {}
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.toml"]


@given(screens=st.dictionaries(NAMES, st.dictionaries(NAMES, st.text(max_size=30), max_size=3), max_size=3))
def test_whatever_a_screen_remembers_comes_back(screens: dict[str, dict[str, str]]) -> None:
    text = settings._toml(Settings(screens=screens))
    assert tomllib.loads(text).get("screens", {}) == screens


def test_where_nothing_can_be_written_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="The settings can't be kept in"):
        settings.keep(tmp_path / "file" / "settings.toml", {"calm": True})


def test_the_command_line_comes_before_the_file() -> None:
    given = settings.from_flags(_parser().parse_args(["--calm", "--no-mouse", "--theme", "light"]))
    assert Settings(theme="dark").changed(given) == Settings(theme="light", calm=True, mouse=False)
    assert settings.from_flags(_parser().parse_args(["demo"])) == {}


async def test_a_setting_holds_at_once_and_is_kept(filled: Session, window: Opener, settings_file: Path) -> None:
    async with window(filled) as open_window:
        app = open_window.app
        text = await open_window.press("comma")
        assert "▸ Theme      by itself: dark" in text
        assert "Theme      dark" in await open_window.press("enter")
        assert "Theme      light" in await open_window.press("enter")
        assert app.theme == "webupdate-light"
        text = await open_window.press("down", "enter", "down", "space", "down", "space")
        assert "Bell       off" in text
        assert "as of" in text
        assert app.animation_level == "none"
        await app.workers.wait_for_complete()
    assert settings.load(settings_file)[0] == Settings(theme="light", calm=True, mouse=False, bell=False)


async def test_what_can_not_be_kept_holds_for_this_window(filled: Session, window: Opener, settings_file: Path) -> None:
    settings_file.parent.write_text("")
    async with window(filled) as open_window:
        await open_window.press("l", "ctrl+p", *"settings", "enter")
        assert "Settings" in await open_window.until("Kept in")
        await open_window.press("down", "enter")
        await open_window.until("The settings can't be kept in")
        assert open_window.app.settings.calm


async def test_the_place_to_type_does_not_blink(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("slash")
        assert not open_window.app.screen.query_one(Input).cursor_blink
