"""`--open`: the screen that is named opens at once; a name of nothing is told with what there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tui import seeds
from webupdate import cli
from webupdate.errors import UsageError
from webupdate.report import Exit
from webupdate.store import companies, inbox
from webupdate.tui import opening
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.session import Session


@pytest.fixture
def number(filled: Session) -> int:
    """The second order of Blue Ridge Feed, by its number here."""
    company = companies.company(filled.store, "Blue Ridge Feed")
    return inbox.waiting(filled.store, company.id)[1].id


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("conflicts", None),
        ("conflicts/Blue Ridge Feed", None),
        ("conflicts/Blue Ridge Feed/", None),
        ("conflicts/Blue Ridge Feed/100015", "100015"),
        ("conflicts/Blue Ridge Feed/#100014", "100014"),
    ],
)
def test_a_company_or_an_order_is_named(filled: Session, text: str, order: str | None) -> None:
    found = opening.target(filled.store, text)
    assert found is not None
    assert found.site_id == companies.company(filled.store, "Blue Ridge Feed").sites[0].id
    assert (found.order.number if found.order else None) == order


def test_the_number_here_does_as_well(filled: Session, number: int) -> None:
    found = opening.target(filled.store, f"conflicts/Blue Ridge Feed/{number}")
    assert found is not None and found.order is not None
    assert found.order.number == "100015"


def test_a_name_may_hold_a_slash(filled: Session) -> None:
    company = seeds.add_company(filled, "Blue Ridge Feed/East", "https://east.example")
    found = opening.target(filled.store, "conflicts/Blue Ridge Feed/East")
    assert found == (company.sites[0].id, None)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("orders", "no screen “orders”", "conflicts/COMPANY/ORDER"),
        ("conflicts/Nobody", "no company “Nobody”", "Blue Ridge Feed"),
        ("conflicts/Nobody/1", "no company “Nobody”", "Blue Ridge Feed"),
        ("conflicts/Blue Ridge Feed/77", "No order “77” of Blue Ridge Feed waits", "webupdate --open"),
        ("conflicts/Northwind Traders/100014", "No order “100014” of Northwind Traders", "webupdate --open"),
        ("conflicts/\x1b[31m", r"no company “\\x1b", "Blue Ridge Feed"),
    ],
)
def test_what_names_nothing_is_told(filled: Session, text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        opening.target(filled.store, text)
    assert hint in error.value.hint


def test_without_an_order_that_waits_the_first_screen_opens(empty: Session) -> None:
    assert opening.target(empty.store, "conflicts") is None


async def test_the_screens_stand_on_each_other(filled: Session) -> None:
    target = opening.target(filled.store, "conflicts/Blue Ridge Feed/100015")
    app = WebUpdateApp(filled, twins=False, target=target)
    async with app.run_test() as pilot:
        await pilot.pause()
        names = [type(screen).__name__ for screen in app.screen_stack]
        assert names[-3:] == ["Companies", "Conflicts", "Resolve"]
        assert len(names) == 4


def test_the_command_line_refuses_before_any_screen_opens(
    filled: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal: Callable[..., bool] = lambda *_: True  # noqa: E731
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", terminal, raising=False)
    code = cli.main(["--data", str(filled.paths.data), "--open", "conflicts/Nobody"])
    assert code == Exit.USAGE
    assert "no company “Nobody”" in capsys.readouterr().err
