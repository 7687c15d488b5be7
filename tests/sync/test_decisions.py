"""What becomes of orders after they were received: closed, changed or cancelled in the shop, kept out by a file."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec
import pytest

from tests.sync.desks import FINE, Desk
from tests.sync.judging import line
from webupdate.errors import UsageError
from webupdate.store import board, history, inbox
from webupdate.store.inbox import Order
from webupdate.sync import delivered
from webupdate.sync.judge import choices
from webupdate.sync.orderfile import HEADER_COLUMNS
from webupdate.sync.orders import sold_at
from webupdate.sync.shops.base import WebOrder
from webupdate.sync.shops.oscar import OSCAR

FILE = "SO-shop-100012.csv"
SECOND = "SO-shop-100012-2.csv"


class Shop:
    """Hears what it is told."""

    abilities = OSCAR

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def acknowledge(self, order_id: str, written_as: str) -> None:
        self.told.append((order_id, written_as))


def later(**values: Any) -> WebOrder:
    """A later version of the order."""
    return msgspec.structs.replace(FINE, **({"updated_at": "2026-11-23T12:00:00+00:00"} | values))


TWO = later(lines=(line("CHAI-01", quantity="2", total="36.00"),), total="45.75")


def came(desk: Desk, **values: Any) -> Order:
    """The order, judged."""
    desk.give(msgspec.structs.replace(FINE, **values))
    return desk.judge()


def tell(desk: Desk) -> list[tuple[str, str]]:
    shop = Shop()
    desk.desk.tell_shop(shop)  # type: ignore[arg-type]
    return shop.told


def written(desk: Desk, order: WebOrder = FINE) -> Order:
    """An order whose file lies in the folder, and of which the shop knows."""
    desk.give(order)
    desk.judge()
    assert FILE in desk.write()
    assert tell(desk) == [("12", FILE)]
    return desk.judge()


def header(content: bytes) -> dict[str, str]:
    (cells, *_) = csv.reader(io.StringIO(content.decode("cp1252"), newline=""))
    return dict(zip(("KIND", *HEADER_COLUMNS), cells, strict=True))


def turn(desk: Desk) -> dict[str, bytes]:
    """What the engine does in each turn with what has come down."""
    desk.desk.withdraw_replaced()
    delivered.notice(desk.desk)
    desk.desk.judge_waiting(again=True)
    return desk.write()


def sold(desk: Desk) -> int:
    return int(sold_at(desk.store, desk.exports.company, desk.site).get("CHAI-01", 0))


# --- closed by hand -------------------------------------------------------------------------------------------------


def test_a_closed_order_is_neither_judged_nor_written_and_told_once(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"),))
    assert desk.answer(order, ("decision", "1", "close")) == "order #100013: it is closed, no file is written"
    assert desk.order(order).state == "closed"
    assert tell(desk) == [("13", "")]
    assert tell(desk) == []
    assert turn(desk) == {}
    assert desk.order(order).state == "closed"
    assert desk.story(order)[2:] == [("answered", "anna"), ("closed", "anna"), ("told", "")]
    assert inbox.waiting(desk.store, desk.exports.company.id) == []


def test_what_was_closed_is_sold_until_an_export_counts_it(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI-01"), line("CHAI")))
    assert sold(desk) == 0  # the shop reserves it
    desk.answer(order, ("decision", "1", "close"))
    assert sold(desk) == 1
    inbox.count_taken(desk.store, desk.exports.company.id, desk.exports.now + 1, desk.exports.now + 2)
    assert sold(desk) == 0


@pytest.mark.parametrize("value", ["again", "replace", "leave", "burn"])
def test_a_decision_that_does_not_fit_changes_nothing(desk: Desk, value: str) -> None:
    order = desk.receive(lines=(line("CHAI"),))
    with pytest.raises(UsageError):
        desk.answer(order, ("decision", "1", value))
    assert desk.order(order) == order


# --- changed in the shop later --------------------------------------------------------------------------------------


def test_a_mere_status_is_only_noted(desk: Desk) -> None:
    order = written(desk)
    desk.give(later(status="Shipped"))
    desk.give(later(status="Shipped"))
    after = desk.order(order)
    assert (after.web_status, after.newer, after.state) == ("Shipped", None, "acked")
    assert not inbox.needs_person(after)
    assert [what for what, _ in desk.story(order)].count("changed") == 1


def test_a_real_change_is_a_question_that_says_what_changed(desk: Desk) -> None:
    order = written(desk)
    desk.give(TWO)
    desk.give(TWO)
    waiting = desk.order(order)
    (finding,) = [problem for problem in waiting.problems if problem.kind == 24]
    assert (finding.topic, finding.web, finding.blocks) == ("decision", "24", True)
    assert "line 1 quantity from 1 to 2; line 1 total from 18.00 to 36.00" in finding.message
    assert inbox.conflicts(desk.store, desk.site.id) == 1
    assert [text for text in desk.log() if "was changed in the shop later" in text] == [
        f"Order #100012 needs you: {finding.message}"
    ]
    assert turn(desk) == {FILE: (desk.orders / FILE).read_bytes()}


def test_a_second_change_takes_the_place_of_the_first_question(desk: Desk) -> None:
    order = written(desk)
    desk.give(TWO)
    desk.give(later(note="Ring twice", updated_at="2026-11-23T13:00:00+00:00"))
    (finding,) = [problem for problem in desk.order(order).problems if problem.kind == 24]
    assert "note from nothing to Ring twice" in finding.message
    assert "quantity" not in finding.message


def test_an_order_that_is_again_as_it_was_written_asks_nothing(desk: Desk) -> None:
    order = written(desk)
    desk.give(TWO)
    desk.give(later(updated_at="2026-11-23T13:00:00+00:00", total="27.750"))
    after = desk.order(order)
    assert (after.newer, [p.kind for p in after.problems if p.kind == 24]) == (None, [])
    assert inbox.conflicts(desk.store, desk.site.id) == 0


@pytest.mark.parametrize("value", ["leave", "close"])
def test_what_was_left_is_not_asked_again_when_only_the_status_moves_on(desk: Desk, value: str) -> None:
    order = written(desk)
    desk.give(TWO)
    assert desk.answer(order, ("decision", "24", value)) == "order #100012: its file stays as it is"
    desk.give(msgspec.structs.replace(TWO, status="Shipped", updated_at="2026-11-24T13:00:00+00:00"))
    after = desk.order(order)
    assert (after.state, after.newer, after.content) == ("acked", None, order.content)
    desk.give(msgspec.structs.replace(TWO, note="more", updated_at="2026-11-25T13:00:00+00:00"))
    assert desk.order(order).newer is not None


def test_a_corrected_file_says_which_one_it_replaces(desk: Desk) -> None:
    order = written(desk)
    first = header((desk.orders / FILE).read_bytes())
    (desk.orders / FILE).unlink()  # EBMS took it
    turn(desk)
    desk.give(TWO)
    assert desk.answer(order, ("decision", "24", "replace")) == "order #100012: it is written now"
    files = turn(desk)
    assert list(files) == [SECOND]
    cells = header(files[SECOND])
    assert cells["EXTERNALID"] == first["EXTERNALID"] == "100012"
    assert cells["DESCR"] == "Web order 100012 (replacement)"
    assert cells["INTERNALNT"].startswith(f"Replaces {FILE}: line 1 quantity from 1 to 2; ")
    assert cells["TOTAL_WEB"] == "45.75"
    assert tell(desk) == [("12", SECOND)]
    assert sold(desk) == 2
    assert [what for what, _ in desk.story(order)][-5:] == ["answered", "replaced", "judged", "written", "told"]


def test_a_file_that_ebms_has_not_taken_is_withdrawn_and_nothing_is_replaced(desk: Desk) -> None:
    order = written(desk)
    old = (desk.orders / FILE).read_bytes()
    desk.give(TWO)
    desk.answer(order, ("decision", "24", "replace"))
    files = turn(desk)
    assert list(files) == [SECOND]
    assert (desk.orders / ".webupdate" / "withdrawn" / FILE).read_bytes() == old
    assert header(files[SECOND])["INTERNALNT"] == ""
    assert ("withdrawn", "") in desk.story(order)
    assert desk.order(order).taken_at is None


def test_a_replacement_with_problems_waits_and_the_old_file_is_away(desk: Desk) -> None:
    order = written(desk)
    desk.give(later(lines=(line("CHAI"),)))
    assert desk.answer(order, ("decision", "24", "replace")) == "order #100012: 1 problem left"
    assert turn(desk) == {}
    desk.answer(order, ("item", "CHAI", "CHAI-01"))
    assert list(turn(desk)) == [SECOND]


def test_all_files_that_ebms_may_have_are_named(desk: Desk) -> None:
    order = written(desk)
    for nth, quantity in enumerate(("2", "3"), 1):
        for file in desk.orders.glob("*.csv"):
            file.unlink()
        turn(desk)
        amount = 18 * int(quantity)
        lines = (line("CHAI-01", quantity=quantity, total=f"{amount}.00"),)
        at = f"2026-11-24T1{nth}:00:00+00:00"
        desk.give(later(lines=lines, total=f"{amount + 9}.75", updated_at=at))
        desk.answer(order, ("decision", "24", "replace"))
        files = turn(desk)
    assert list(files) == ["SO-shop-100012-3.csv"]
    assert header(files["SO-shop-100012-3.csv"])["INTERNALNT"].startswith(
        f"Replaces {FILE}, {SECOND}: line 1 quantity from 2 to 3"
    )


# --- cancelled in the shop ------------------------------------------------------------------------------------------


def test_an_order_cancelled_before_it_was_written_is_closed(desk: Desk) -> None:
    order = came(desk, lines=(line("CHAI"),))
    desk.give(later(status="Cancelled"))
    assert turn(desk) == {}
    assert desk.order(order).state == "closed"
    assert ("closed", "") in desk.story(order)
    assert sold(desk) == 0
    assert tell(desk) == [("12", "")]
    desk.give(later(status="Cancelled", updated_at="2026-11-24T12:00:00+00:00"))
    assert not inbox.needs_person(desk.order(order))


def test_a_cancelled_order_that_was_never_here_is_not_taken(desk: Desk) -> None:
    desk.give(later(status="Cancelled"))
    assert inbox.recent(desk.store, desk.exports.company.id, 5) == []


def test_an_order_cancelled_after_it_was_written_is_asked_about(desk: Desk) -> None:
    order = written(desk)
    desk.give(later(status="Cancelled"))
    (finding,) = [problem for problem in desk.order(order).problems if problem.kind == 24]
    assert "is Cancelled in the shop now" in finding.message
    with pytest.raises(UsageError, match="no corrected file"):
        desk.answer(order, ("decision", "24", "replace"))
    desk.answer(order, ("decision", "24", "close"), by="bob")
    assert desk.order(order).state == "acked"
    assert ("closed", "bob") in desk.story(order)
    assert list(turn(desk)) == [FILE]


def test_an_order_that_comes_to_life_again_can_be_written(desk: Desk) -> None:
    order = came(desk)
    desk.give(later(status="Cancelled"))
    turn(desk)
    desk.give(later(status="Processing", updated_at="2026-11-24T12:00:00+00:00"))
    assert "status from Cancelled to Processing" in desk.order(order).problems[0].message
    desk.answer(order, ("decision", "24", "replace"))
    assert list(turn(desk)) == [FILE]
    assert header(desk.write()[FILE])["INTERNALNT"] == ""


def test_a_replacement_whose_order_was_cancelled_meanwhile_is_asked_about(desk: Desk) -> None:
    """EBMS has the order by the first file: it must not be closed in silence."""
    order = written(desk)
    (desk.orders / FILE).unlink()
    turn(desk)
    desk.give(later(lines=(line("CHAI"),)))
    desk.answer(order, ("decision", "24", "replace"))
    desk.give(later(status="Cancelled", updated_at="2026-11-24T12:00:00+00:00"))
    assert turn(desk) == {}
    assert (desk.order(order).state, desk.order(order).problems[0].kind) == ("conflict", 24)
    desk.answer(order, ("decision", "24", "close"))
    assert desk.order(order).state == "closed"


# --- another file of its name (kind 28) -----------------------------------------------------------------------------


def kept_out(desk: Desk) -> Order:
    (desk.orders / FILE).write_bytes(b"somebody's")
    order = came(desk)
    desk.write()
    return desk.order(order)


def test_another_file_of_its_name_makes_it_wait(desk: Desk) -> None:
    order = kept_out(desk)
    assert (order.state, [p.kind for p in order.problems]) == ("conflict", [28])
    turn(desk)
    assert desk.order(order) == order
    assert (desk.orders / FILE).read_bytes() == b"somebody's"
    assert [what for what, _ in desk.story(order)].count("failed") == 1
    (desk.orders / FILE).unlink()
    assert list(turn(desk)) == [FILE]


def test_it_is_written_under_another_name(desk: Desk) -> None:
    order = kept_out(desk)
    assert desk.answer(order, ("decision", "28", "again")) == "order #100012: it is written now"
    assert sorted(turn(desk)) == [SECOND, FILE]
    assert header(desk.write()[SECOND])["INTERNALNT"] == ""


def test_or_ebms_has_it(desk: Desk) -> None:
    order = kept_out(desk)
    desk.answer(order, ("decision", "28", "close"))
    assert desk.order(order).state == "closed"
    assert list(turn(desk)) == [FILE]


def test_a_file_that_came_between_staging_and_renaming_costs_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = came(desk)
    (desk.orders / FILE).write_bytes(b"somebody's")
    with monkeypatch.context() as patch:
        patch.setattr("webupdate.sync.orders.OrderDesk._is_taken", lambda *_: False)
        desk.write()
    assert (desk.order(order).state, [p.kind for p in desk.order(order).problems]) == ("conflict", [28])
    assert list((desk.orders / ".webupdate").iterdir()) == []
    desk.answer(order, ("decision", "28", "again"))
    assert SECOND in turn(desk)


def test_what_can_be_decided_is_offered(desk: Desk) -> None:
    order = written(desk)
    for version, offered in ((TWO, ["replace", "leave", "close"]), (later(status="Cancelled"), ["close", "leave"])):
        desk.give(version)
        now = desk.order(order)
        (finding,) = [problem for problem in now.problems if problem.kind == 24]
        assert [choice.value for choice in choices.likely(finding, desk.desk.case(now))] == offered
    (desk.orders / "SO-shop-100099.csv").write_bytes(b"somebody's")
    kept = came(desk, id="99", number="100099")
    desk.write()
    (finding,) = desk.order(kept).problems
    assert [choice.value for choice in choices.likely(finding, desk.desk.case(kept))] == ["again", "close"]


def test_the_same_order_once_more_is_not_sold_twice(desk: Desk) -> None:
    written(desk)
    twin = came(desk, id="77")
    assert [problem.kind for problem in twin.problems if problem.blocks] == [23]
    desk.answer(twin, ("decision", "23", "close"))
    assert (desk.order(twin).state, sold(desk)) == ("closed", 1)


# --- history --------------------------------------------------------------------------------------------------------


def test_history_is_forgotten_when_it_is_old_but_not_of_what_waits(desk: Desk) -> None:
    done, waits = written(desk), desk.receive(lines=(line("CHAI"),))
    for before, left in ((desk.exports.now, True), (desk.exports.now + 1, False)):
        history.purge(desk.store, desk.exports.company.id + 1, before + 10)
        history.purge(desk.store, desk.exports.company.id, before)
        assert bool(desk.story(done)) is left
    assert [what for what, _ in desk.story(waits)] == ["received", "judged"]


def test_what_was_written_is_kept_byte_for_byte(desk: Desk) -> None:
    order = written(desk)
    assert history.last_data(desk.store, order.id, "written") == (desk.orders / FILE).read_bytes()


def test_many_orders_that_need_somebody_are_one_warning(desk: Desk) -> None:
    """A first run may bring hundreds; each has its line all the same."""
    for number, ship in enumerate(("Sled", "Sled", FINE.ship_code)):
        desk.give(later(id=f"90{number}", number=f"10090{number}", ship_code=ship, ship_name=ship))
    desk.judge()
    lines = board.log_lines(desk.store)
    assert [(line.level, line.key) for line in lines if "needs you" in line.text] == [
        ("info", "100900"),
        ("info", "100901"),
    ]
    (total,) = [line for line in lines if line.level == "warning"]
    assert total.text == "2 orders need you: ship via unknown (2)"
    assert "webupdate conflicts" in total.hint
    desk.judge(again=True)
    assert len(board.log_lines(desk.store)) == len(lines), "what is known already is not told again"
