"""What the screens look like, held against files that are kept in looks/.

To keep what they look like now: pytest tests/tui/test_snapshots.py --update-snapshots
"""

from __future__ import annotations

import getpass
import time
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import msgspec
import pytest
import pytest_asyncio

from tests.tui import looks
from tests.tui.pages import PAGES
from tests.tui.pages.person import page_of
from tests.tui.scenes import DIALOG, SCENES, Scene
from tests.tui.tidy import untidy
from tests.tui.world import World, opened
from webupdate.store.properties import BY_NAME
from webupdate.tui import actions
from webupdate.tui.actionkinds import HELP, HOME

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = 1795599690.0  # 2026-11-25, 09:41:30 UTC


class Terminal(NamedTuple):
    """What a person looks through."""

    size: tuple[int, int]
    no_color: bool = False
    few_colours: bool = False


SMALL, WIDE = Terminal((80, 24)), Terminal((120, 40))
FEW, NONE = Terminal((80, 24), few_colours=True), Terminal((80, 24), no_color=True)
MAIN = [scene for scene in SCENES if scene.main]
NAMES = {
    *(f"{scene.name}.80x24" for scene in SCENES),
    *(f"{scene.name}.{kind}" for scene in MAIN for kind in ("120x40", "16-colours", "no-color")),
}


@pytest.fixture(scope="module")
def stands_still() -> Iterator[None]:
    """Nothing of this machine or of this moment is on a screen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: NOW)
        patch.setenv("TZ", "UTC")
        time.tzset()
        patch.setattr(getpass, "getuser", lambda: "anna")
        zone = BY_NAME["time_zone"].default
        msgspec.structs.force_setattr(BY_NAME["time_zone"], "default", "America/New_York")
        yield
        msgspec.structs.force_setattr(BY_NAME["time_zone"], "default", zone)
    time.tzset()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(
    request: pytest.FixtureRequest, stands_still: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    terminal: Terminal = request.param
    with pytest.MonkeyPatch.context() as patch:
        if terminal.no_color:
            patch.setenv("NO_COLOR", "1")
        async with opened(
            tmp_path_factory.mktemp("home"), size=terminal.size, few_colours=terminal.few_colours
        ) as found:
            yield found


@pytest.fixture(autouse=True)
def settings_file() -> None:
    """The world has its own, which has the same name everywhere."""


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether what is seen is kept from now on."""
    return bool(request.config.getoption("--update-snapshots", default=False))


async def go(world: World, scene: Scene) -> None:
    await world.begin(scene.way, early=scene.begins)
    if scene.place != DIALOG:
        assert page_of(world.person).place == scene.place


def of(terminal: Terminal, scenes: list[Scene] | tuple[Scene, ...]) -> pytest.MarkDecorator:
    """Scenes through a terminal."""
    cases = [pytest.param(terminal, scene, id=scene.name) for scene in scenes]
    return pytest.mark.parametrize(("world", "scene"), cases, indirect=["world"])


@of(SMALL, SCENES)
async def test_every_screen_is_whole_and_looks_as_it_did(world: World, scene: Scene, update: bool) -> None:
    await go(world, scene)
    assert untidy(world.person) == []
    looks.compare(f"{scene.name}.80x24", looks.look(world.person), update=update)


@of(WIDE, MAIN)
async def test_the_main_screens_use_a_wide_window(world: World, scene: Scene, update: bool) -> None:
    await go(world, scene)
    looks.compare(f"{scene.name}.120x40", looks.look(world.person), update=update)


@of(FEW, MAIN)
async def test_the_main_screens_can_do_with_16_colours(world: World, scene: Scene, update: bool) -> None:
    await go(world, scene)
    looks.compare(f"{scene.name}.16-colours", looks.look(world.person, looks.by_number), update=update)


@of(NONE, MAIN)
async def test_the_main_screens_can_do_without_colours(world: World, scene: Scene, update: bool) -> None:
    await go(world, scene)
    looks.compare(f"{scene.name}.no-color", looks.look(world.person, looks.by_number), update=update)


async def test_every_page_has_a_snapshot() -> None:
    assert {page.kind.place for page in PAGES} - {scene.place for scene in SCENES} == set()


async def test_every_page_has_help_and_a_way_back() -> None:
    for place in {page.kind.place for page in PAGES} - {HOME, HELP}:
        ids, keys = zip(*((action.id, action.keys) for action in actions.at(place)), strict=True)
        assert {"help", "form_help"} & set(ids), place
        assert ("escape",) in keys, place


async def test_no_snapshot_is_left_over(update: bool) -> None:
    for file in looks.FOLDER.glob("*.txt"):
        if update and file.stem not in NAMES:
            file.unlink()
    assert {file.stem for file in looks.FOLDER.glob("*.txt")} == NAMES
