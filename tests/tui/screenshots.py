"""Pictures of the screens, as SVG and PNG: python -m tests.tui.screenshots [FOLDER]"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.tui import seeds
from webupdate.tui.app import WebUpdateApp

SIZES = ((80, 24), (120, 40))
# By picture: the keys that lead there from the home screen, whose first line is Blue Ridge Feed.
SCENES: dict[str, tuple[str, ...]] = {
    "home": (),
    "progress": ("down", "down", "down", "enter", "down", "down"),
    "progress-needs": ("enter", *(["down"] * 6)),
    "progress-upload": ("down", "enter", "down", "down"),
    "properties": ("p", *(["down"] * 10)),
    "conflicts": ("r",),
    "log": ("l",),
    "explain": ("down", "down", "down", "e", *"chai"),
    "explain-record": ("down", "down", "down", "e", *"chai-01"),
    "reload": ("down", "down", "down", "enter", "down", "down", "R"),
    "help": ("question_mark",),
    "complete-upload": ("down", "down", "down", "c"),
    "quit": ("q",),
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
        await pilot.press(*keys)
        for group in ("search", "explain"):
            if found := [worker for worker in app.workers if worker.group == group and not worker.is_cancelled]:
                await app.workers.wait_for_complete(found)
        if folders := [worker for worker in app.workers if worker.group.endswith("_folder")]:
            await app.workers.wait_for_complete(folders)
        await pilot.pause()
        return app.export_screenshot(title="webupdate")


async def main(folder: Path) -> None:
    """All scenes in all sizes, from a seeded store."""
    with tempfile.TemporaryDirectory() as data:
        session = seeds.new_session(Path(data))
        seeds.fill(session)
        session.mode = "hosted"
        for name, keys in SCENES.items():
            for size in SIZES:
                app = WebUpdateApp(session, NOTICE, twins=False)
                save(await take(app, keys, size), folder, f"{name}-{size[0]}x{size[1]}")
        session.store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")))
