"""Pictures of the screens, as SVG and PNG: python -m tests.tui.screenshots [FOLDER]

First of the running demo; then of what it does not have at hand, from the seeded store of the snapshots.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.tui.demofirm import running_demo
from tests.tui.effects import steps
from tests.tui.pages import Person
from tests.tui.scenes import SCENES
from tests.tui.walk import walk
from tests.tui.world import opened
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.session import Session

SMALL, WIDE = (80, 24), (120, 40)


class Shot(NamedTuple):
    """A picture of the demo: the way there, and what stands on the screen when all has come."""

    name: str
    way: str
    words: str
    main: bool = False


DEMO = (
    Shot("demo-home", "", "Northwind Traders", main=True),
    Shot("progress", "progress; @Upload documents", "Synchronization Progress", main=True),
    Shot("records", "progress; @Upload documents; records", "is no PDF"),
    Shot("conflicts", "resolve", "Ship via", main=True),
    Shot("resolve", "resolve; step", "Sales order as EBMS will get it", main=True),
    Shot("order", "resolve; order", "as received"),
    Shot("orders", "orders; last", "Northwind Traders › Orders"),
    Shot("history", "orders; last; history", "History"),
    Shot("log", "log", "following", main=True),
    Shot("explain-record", "explain; 'chang-02; ask_shop", "the shop shows"),
    Shot("verify", "verify", "records differ"),
    Shot("properties", "properties; next_field*10", "Properties", main=True),
    Shot("columns", "columns", "has all that it needs"),
    Shot("doctor", "doctor", "Program"),
    Shot("queue-none", "queue", "Nothing waits"),
)
# The SVG asks for a font from the web, which a converter does not load; this one is a little narrower
# and has another arrow.
_HERE = {"Fira Code": "DejaVu Sans Mono", "font-size: 20px": "font-size: 20.26px", "⟳": "↻"}


def save(person: Person, folder: Path, name: str) -> None:
    """What is on the screen, twice."""
    import cairosvg

    width, height = person.screen.size
    file = folder / f"{name}-{width}x{height}"
    svg = person.app.export_screenshot(title="webupdate")
    file.with_suffix(".svg").write_text(svg, encoding="utf-8")
    for wanted, here in _HERE.items():
        svg = svg.replace(wanted, here)
    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(file.with_suffix(".png")))


async def of_the_demo(session: Session, notice: str, folder: Path) -> None:
    """The demo's pictures, one window for all of a size."""
    for size in (SMALL, WIDE):
        app = WebUpdateApp(session, notice, twins=False)
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            person = Person(app, pilot)
            for shot in DEMO:
                if size == SMALL or shot.main:
                    await person.home()
                    await walk(person, steps(shot.way))
                    await person.sees(shot.words)
                    save(person, folder, shot.name)


async def of_the_seeds(data: Path, folder: Path) -> None:
    """All other scenes; only the companies of the first screen are worth a second picture."""
    taken = {shot.name for shot in DEMO}
    for size in (SMALL, WIDE):
        async with opened(data / str(size[0]), size=size) as world:
            for scene in SCENES:
                if scene.name not in taken and (size == SMALL or scene.main):
                    await world.begin(scene.way, early=scene.begins)
                    save(world.person, folder, scene.name)


def main(folder: Path) -> None:
    """All pictures anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.svg"), *folder.glob("*.png")):
        old.unlink()
    with tempfile.TemporaryDirectory() as data:
        with running_demo(Path(data) / "demo") as (session, notice):
            asyncio.run(of_the_demo(session, notice, folder))
        asyncio.run(of_the_seeds(Path(data), folder))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
