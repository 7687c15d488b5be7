"""Each kind of order problem, put right on the real screen by the keyboard only: the file is EBMS's, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.orderkinds.cases import CASES
from tests.orderkinds.making import KindCase
from tests.sync.desks import Desk
from tests.sync.folders import Exports
from tests.tui.conftest import Opener
from webupdate.store import commands
from webupdate.sync.resolve import resolve
from webupdate.tui.session import Session


@pytest.fixture
def desk(empty: Session, tmp_path: Path) -> Desk:
    """Northwind, as far as its files are read, with orders to come."""
    exports = Exports(empty.store, tmp_path)
    exports.save_northwind()
    exports.look()
    exports.upload()
    empty.store.sql("UPDATE site SET begun_at = 1")
    return Desk(exports)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_it_is_put_right_by_keys(case: KindCase, empty: Session, desk: Desk, window: Opener) -> None:
    order = case.come(desk)
    async with window(empty) as open_window:
        await open_window.press("r", "enter")
        await open_window.until("problem 1 of 1")
        await open_window.press(*case.keys)
        await open_window.until(" Confirm")
        await open_window.press("enter")
        await open_window.wait_for(lambda: commands.waiting(desk.store, desk.exports.company.id))
        (wish,) = commands.waiting(desk.store, desk.exports.company.id)
        commands.finish(desk.store, wish, resolve(desk.store, desk.exports.company, wish, desk.exports.now))
        await open_window.look()
        await open_window.until("No order waits for an answer.")
    assert desk.write() == case.expected
    assert desk.order(order).state == case.state
