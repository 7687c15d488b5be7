"""Pictures of the screens, as SVG and PNG: python -m tests.tui.screenshots [FOLDER]"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.tui import seeds
from webupdate.store import companies
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.session import Session

SIZES = ((80, 24), (120, 40))
STEPPER = ("r", "enter", "u", "u", "up")
# By picture: the keys that lead there from the home screen, whose first line is Blue Ridge Feed.
SCENES: dict[str, tuple[str, ...]] = {
    "home": (),
    "home-times": ("down", "T"),
    "reload-what": ("down", "down", "down", "R"),
    "wizard": ("n",),
    "progress": ("down", "down", "down", "enter", "down", "down"),
    "progress-needs": ("enter", *(["down"] * 6)),
    "progress-upload": ("down", "enter", "down", "down"),
    "progress-worst": ("enter", "S", "n"),
    "records": ("enter", "enter"),
    "records-waiting": ("down", "enter", "enter", "down"),
    "records-history": ("down", "down", "down", "enter", "down", "down", "enter"),
    "record": ("down", "down", "down", "enter", "down", "down", "enter", "enter"),
    "status": ("i",),
    "properties": ("p", *(["down"] * 10)),
    "conflicts": ("r",),
    # What is answered is kept for the next scene, which begins with taking it back.
    "resolve": STEPPER,
    "resolve-item": (*STEPPER, "1"),
    "resolve-type": (*STEPPER, "1", "t", *"grit"),
    "resolve-finished": (*STEPPER, "1", "1"),
    "conflicts-drafts": ("r", "down"),
    "history": ("r", "h"),
    "log": ("l",),
    "log-warnings": ("l", "l", "up"),
    "orders": ("o",),
    "orders-none": ("down", "o"),
    "queue": ("down", "Q", "down"),
    "queue-needs": ("Q",),
    "queue-none": ("down", "down", "down", "Q"),
    "explain": ("down", "down", "down", "e", *"chai"),
    "explain-record": ("down", "down", "down", "e", *"chai-01"),
    "reload": ("down", "down", "down", "enter", "down", "down", "R"),
    "doctor": ("d",),
    "doctor-problems": ("d", "f"),
    "commands": ("colon", *"sync"),
    "help": ("question_mark",),
    "settings": ("comma",),
    "complete-upload": ("down", "down", "down", "c"),
    "quit": ("q",),
}
# After a look back at the shops: Northwind differs, Yoder Supply is new.
LATER_SCENES: dict[str, tuple[str, ...]] = {
    "home-new": ("G",),
    "verify": ("down", "down", "down", "v", "down"),
    "verify-repair": ("down", "down", "down", "v", "F"),
    "preview-new": ("G", "w"),
    "preview-begin": ("G", "w", "b"),
}
# With files of another program and two web customers that wait.
LAST_SCENES: dict[str, tuple[str, ...]] = {
    "columns": ("m", "a"),
    "customers": ("down", "down", "down", "u"),
}
NOTICE = "Shop https://127.0.0.1:8443 · log in as alfki@example.com / alfki-1997"
# The SVG asks for a font from the web, which a converter does not load; this one is a little narrower
# and has another arrow.
_HERE = {"Fira Code": "DejaVu Sans Mono", "font-size: 20px": "font-size: 20.26px", "⟳": "↻"}


def save(svg: str, folder: Path, name: str) -> None:
    """One picture, twice."""
    import cairosvg

    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    for wanted, here in _HERE.items():
        svg = svg.replace(wanted, here)
    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(folder / f"{name}.png"))


async def take(app: WebUpdateApp, keys: tuple[str, ...], size: tuple[int, int]) -> str:
    """A screen as SVG."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            while busy := [worker for worker in app.workers if _is_awaited(worker.group) and worker.is_running]:
                await app.workers.wait_for_complete(busy)
        await pilot.pause()
        return app.export_screenshot(title="webupdate")


def _is_awaited(group: str) -> bool:
    """Whether a worker fills the screen; one that asks something (`complete_upload`) waits for a person."""
    return group in ("load", "save") or group.endswith(("_folder", "preview", "search", "explain", "look_round"))


async def main(folder: Path) -> None:
    """All scenes in all sizes, from a seeded store."""
    with tempfile.TemporaryDirectory() as data:
        session = seeds.new_session(Path(data))
        seeds.fill(session)
        session.mode = "hosted"
        await take_all(session, SCENES, folder)
        seeds.read_back(session)
        await take_all(session, LATER_SCENES, folder)
        seeds.foreign_inventory(session)
        northwind = companies.company(session.store, "Northwind Traders")
        seeds.ask_about_customers(session.store, northwind, time.time())
        await take_all(session, LAST_SCENES, folder)
        session.store.close()


async def take_all(session: Session, scenes: dict[str, tuple[str, ...]], folder: Path) -> None:
    """Scenes in all sizes."""
    for name, keys in scenes.items():
        for size in SIZES:
            app = WebUpdateApp(session, NOTICE, twins=False)
            save(await take(app, keys, size), folder, f"{name}-{size[0]}x{size[1]}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")))
