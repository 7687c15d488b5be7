"""What EBMS refused: read, moved out of its reach, and back as a question."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.sync.desks import Desk
from tests.sync.test_decisions import FILE, SECOND, TWO, header, later, sold, tell, turn, written
from webupdate.store import history, inbox
from webupdate.store.inbox import Order
from webupdate.sync import delivered, place
from webupdate.sync.refusals import LIMIT, SHOWN

REASON = "INVEN: item not found"


def refuse(desk: Desk, how: str = "err", text: bytes = REASON.encode()) -> None:
    """EBMS's import refuses the file."""
    rejected = desk.orders / "rejected"
    rejected.mkdir(exist_ok=True)
    path = desk.orders / FILE
    if how == "err":
        (desk.orders / f"{FILE}.err").write_bytes(text)
    elif how == "ERR":
        path.unlink()
        (desk.orders / f"{FILE}.ERR").write_bytes(text)
    elif how == "moved":
        path.rename(rejected / FILE)
        (rejected / f"{FILE}.err").write_bytes(text)
    elif how == "copied":
        (rejected / FILE).write_bytes(path.read_bytes() + text)
    else:
        (rejected / FILE).write_bytes(path.read_bytes())


def kept(desk: Desk) -> list[str]:
    return sorted(path.name for path in (desk.orders / ".webupdate" / "refused").iterdir())


@pytest.mark.parametrize(
    ("how", "files"),
    [
        ("err", [FILE, f"{FILE}.err"]),
        ("ERR", [f"{FILE}.ERR"]),
        ("moved", [FILE, f"{FILE}.err"]),
        ("copied", [FILE, f"{FILE}.2"]),
        ("silent", [FILE, f"{FILE}.2"]),
    ],
)
def test_a_refused_order_comes_back_once_with_the_text(desk: Desk, how: str, files: list[str]) -> None:
    order = written(desk)
    refuse(desk, how)
    for _ in range(2):
        assert turn(desk) == {}
    back = desk.order(order)
    text = "" if how == "silent" else REASON
    assert (back.state, back.attempt, back.refusal and back.refusal.text) == ("conflict", 2, text)
    assert any(text in problem.message for problem in back.problems if problem.blocks)
    assert kept(desk) == files
    assert [what for what, _ in desk.story(order)].count("refused") == 1
    assert history.last_data(desk.store, order.id, "refused") == text.encode()
    assert any("came back: EBMS refused" in line for line in desk.log())


def test_it_is_written_again_when_it_is_answered(desk: Desk) -> None:
    order = written(desk)
    refuse(desk)
    turn(desk)
    (finding,) = [problem for problem in desk.order(order).problems if problem.blocks]
    assert desk.answer(order, ("decision", str(finding.kind), "again")) == "order #100012: it is written now"
    files = turn(desk)
    assert list(files) == [SECOND]
    assert header(files[SECOND])["INTERNALNT"] == ""
    assert desk.order(order).refusal is None
    assert tell(desk) == [("12", SECOND)]


def test_a_refusal_is_never_written_again_by_itself(desk: Desk) -> None:
    """Not even if the company lets every kind of problem pass."""
    kinds = ", ".join(f"{number} off" for number in range(1, 30))
    desk.exports.set(kinds=kinds)
    order = written(desk)
    refuse(desk)
    for _ in range(3):
        assert turn(desk) == {}
    assert desk.order(order).state == "conflict"


def test_what_was_sold_stays_sold_once(desk: Desk) -> None:
    """Of an order that EBMS had taken and counted already, and whose file is refused then."""
    order = written(desk)
    content = (desk.orders / FILE).read_bytes()
    (desk.orders / FILE).unlink()
    turn(desk)
    inbox.count_taken(desk.store, desk.exports.company.id, desk.exports.now + 1, desk.exports.now + 2)
    assert sold(desk) == 0
    (desk.orders / "rejected").mkdir()
    (desk.orders / "rejected" / FILE).write_bytes(content)
    turn(desk)
    assert (sold(desk), desk.order(order).taken_at) == (1, None)


def test_a_shop_that_was_not_told_yet_still_reserves_it(desk: Desk) -> None:
    desk.give(later())
    desk.judge()
    desk.write()
    assert sold(desk) == 1
    refuse(desk)
    turn(desk)
    assert sold(desk) == 0


def test_a_newer_version_of_what_was_refused_simply_counts(desk: Desk) -> None:
    order = written(desk)
    desk.give(TWO)
    refuse(desk)
    turn(desk)
    back = desk.order(order)
    assert (back.newer, back.total) == (None, "45.75")
    assert [problem.kind for problem in back.problems if problem.kind == 24] == []


def test_a_refused_order_that_was_cancelled_is_closed(desk: Desk) -> None:
    order = written(desk)
    desk.give(later(status="Cancelled"))
    refuse(desk)
    turn(desk)
    assert desk.order(order).state == "closed"


def test_a_refused_replacement_still_says_what_it_replaces(desk: Desk) -> None:
    order = written(desk)
    (desk.orders / FILE).unlink()
    turn(desk)
    desk.give(TWO)
    desk.answer(order, ("decision", "24", "replace"))
    turn(desk)
    (desk.orders / f"{SECOND}.err").write_bytes(b"no")
    turn(desk)
    desk.answer(order, ("decision", "29", "again"))
    third = turn(desk)["SO-shop-100012-3.csv"]
    assert header(third)["INTERNALNT"].startswith(f"Replaces {FILE}: line 1")


@pytest.mark.parametrize("dies_at", range(4))
def test_a_crash_between_the_moves_and_the_commit_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    order = written(desk)
    refuse(desk, "copied")
    refuse(desk)
    moves = 0
    rename = place.rename_new

    def dying(source: Path, target: Path) -> None:
        nonlocal moves
        rename(source, target)
        moves += not source.exists()
        if moves == dies_at:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, "rename_new", dying)
        if dies_at == 0:
            patch.setattr(delivered, "_refused", _die)
        with pytest.raises(KeyboardInterrupt):
            turn(desk)
    assert desk.order(order).state == "acked"
    turn(desk)
    back = desk.order(order)
    assert (back.state, back.attempt, back.refusal and back.refusal.text) == ("conflict", 2, REASON)
    assert kept(desk) == [FILE, f"{FILE}.2", f"{FILE}.err"]


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_is_kept_is_never_overwritten(desk: Desk) -> None:
    written(desk)
    (desk.orders / ".webupdate" / "refused").mkdir()
    for name in (f"{FILE}.err", f"{FILE}.err.2"):
        (desk.orders / ".webupdate" / "refused" / name).write_bytes(b"older")
    refuse(desk)
    turn(desk)
    assert kept(desk) == [FILE, f"{FILE}.err", f"{FILE}.err.2", f"{FILE}.err.3"]
    assert (desk.orders / ".webupdate" / "refused" / f"{FILE}.err").read_bytes() == b"older"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Größe".encode("cp1252"), "Größe"),
        ("Größe ů".encode(), "Größe ů"),
        ("Größe".encode("utf-16"), "Größe"),
        (b"\xef\xbb\xbfred", "red"),
        (b"a\r\nb\x00\x1b[31mc\x81", "a\nb[31mc\ufffd"),
        (b"x" * (LIMIT + 9), "x" * SHOWN),
        (("ů" * LIMIT).encode(), "ů" * SHOWN),
        (b"", ""),
    ],
)
def test_texts_of_every_kind_are_read_and_bounded(desk: Desk, data: bytes, text: str) -> None:
    order = written(desk)
    refuse(desk, text=data)
    turn(desk)
    assert _text(desk.order(order)) == text


def _text(order: Order) -> str:
    assert order.refusal is not None
    return order.refusal.text


def test_what_can_not_be_read_is_tried_again(desk: Desk) -> None:
    order = written(desk)
    (desk.orders / f"{FILE}.err").mkdir()
    turn(desk)
    assert (desk.order(order).state, (desk.orders / FILE).exists()) == ("acked", True)
    (desk.orders / f"{FILE}.err").rmdir()
    refuse(desk)
    turn(desk)
    assert desk.order(order).state == "conflict"


def test_strange_files_are_left_alone(desk: Desk) -> None:
    order = written(desk)
    (desk.orders / "rejected").mkdir()
    for name in ("other.csv", "SO-shop-999.csv", f"{SECOND}.err", f"{FILE}.bak"):
        (desk.orders / "rejected" / name).write_bytes(b"x")
    turn(desk)
    assert desk.order(order).state == "acked"
    assert len(list((desk.orders / "rejected").iterdir())) == 4


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither pipes in folders nor links for everybody")
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_no_plain_file_is_never_read_and_refuses_nothing(desk: Desk, tmp_path: Path, kind: str) -> None:
    order = written(desk)
    secret = tmp_path / "secret"
    secret.write_text("s3cret", encoding="utf-8")
    reason = desk.orders / f"{FILE}.err"
    reason.symlink_to(secret) if kind == "link" else os.mkfifo(reason)
    delivered.notice(desk.desk)
    assert (desk.order(order).state, (desk.orders / FILE).exists()) == ("acked", True)
    assert "s3cret" not in str(history.of_order(desk.store, order.id))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_a_pipe_of_an_orders_name_is_in_the_way_and_holds_up_nothing(desk: Desk) -> None:
    order = desk.receive()
    os.mkfifo(desk.orders / "SO-shop-100013.csv")
    desk.desk.write_ready()
    assert [problem.kind for problem in desk.order(order).problems] == [28]
    assert not place.holds(desk.orders / "SO-shop-100013.csv", b"")
