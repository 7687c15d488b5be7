"""Doctor on the screen: the same as the command says, while the shops are asked; copied, and written for support."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.tui.conftest import Opener
from tests.tui.seeds import SECRET
from webupdate import __version__
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.sync.checkup import Found
from webupdate.tui import doctor
from webupdate.tui.paint import Painter
from webupdate.tui.session import Session

HOSTILE = "[red]\x1b[31m\x00\u202e" + "x" * 300


def text(lines: Any) -> list[str]:
    return ["".join(cell.text for cell in line) for line in lines]


def found(state: Any, what: str, detail: str, do: str = "", company: str = "", group: str = "Program") -> Found:
    return Found(state=state, what=what, detail=detail, do=do, company=company, group=group)


def test_each_problem_stands_with_its_remedy() -> None:
    told = text(
        doctor.drawn(
            [
                found("ok", "SQLite", "3.45"),
                found("bad", "Disk free", "0.1 GB", "Make room.", group="Places"),
                found("warn", "Clock of shop", "121 s ahead", "Set it.", "Northwind", "Shops"),
            ],
            74,
            Painter(twins=False),
        )
    )
    assert told == [
        "Program",
        "  ✔ Fine  SQLite              3.45",
        "",
        "Places",
        "  ✖ Wrong Disk free           0.1 GB",
        "          → Make room.",
        "",
        "Northwind · Shops",
        "  ⚠ Check Clock of shop       121 s ahead",
        "          → Set it.",
    ]


def test_long_and_hostile_texts_are_wrapped_and_harmless() -> None:
    told = text(
        doctor.drawn(
            [found("bad", "Authority of " + HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)], 74, Painter(twins=False)
        )
    )
    assert all(line.isprintable() for line in told)
    assert len(told) > 12
    assert all(len(line) <= 74 for line in told if "Authority" not in line and "·" not in line)


def test_the_sum_names_the_worst_first() -> None:
    ones = [found("ok", "a", ""), found("bad", "b", ""), found("off", "c", ""), found("ok", "d", "")]
    (told,) = text([doctor.summary(ones, "asking the shop of Lapp")])
    assert told == "  ✖ 1 wrong   · 1 off   ✔ 2 fine   ⟳ asking the shop of Lapp …"


def test_twins_stand_below_each_other() -> None:
    ones = [found("ok", "SQLite", "3.45"), found("bad", "Disk free", "0.1 GB", "Make room.")]
    assert text(doctor.drawn(ones, 74, Painter(twins=True)))[1:] == [
        "  OK Fine  SQLite              3.45",
        "  X  Wrong Disk free           0.1 GB",
        "           -> Make room.",
    ]


async def test_the_screen_tells_before_the_shops_have_answered(
    filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()

    def ask(_: Session, company: CompanyInfo, site: SiteInfo, now: float) -> list[Found]:
        answer.wait(20)
        return [found("warn", f"Clock of {site.name}", "121 s ahead", "Set it.", company.name, "Shops")]

    monkeypatch.setattr(Session, "examine_shop", ask)
    async with window(filled, size=(100, 40)) as open_window:
        await open_window.press("d")
        shown = await open_window.until("asking the shop of")
        assert f"✔ Fine webupdate {__version__}" in " ".join(shown.split())
        assert "100 x 40" in shown
        assert "it is still being looked at" in await open_window.press("w")
        answer.set()
        await open_window.wait_for(lambda: "asking" not in open_window.text)
        shown = await open_window.press("f")
        assert "SQLite" not in shown and "f Show all" in shown
        await open_window.press("end")
        assert "121 s ahead" in open_window.text
        await open_window.press("y")
        assert "⚠ Clock of" in open_window.app.clipboard and SECRET not in open_window.app.clipboard
        await open_window.press("w")
        await open_window.until("The file for support is written")
        (file,) = filled.paths.data.glob("support-*.txt")
        written = file.read_text(encoding="utf-8")
        assert "== webupdate log" in written and SECRET not in written
        assert "Companies" not in await open_window.press("enter")
        assert "Sync now" in await open_window.press("escape")
