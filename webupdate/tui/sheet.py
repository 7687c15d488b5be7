"""The sales order as the stepper draws it: a window of its rows, with what is wrong marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from webupdate.store.inbox import Finding, Order
from webupdate.sync.changes import Change
from webupdate.sync.salesorder import Row
from webupdate.tui import view
from webupdate.tui.view import Cell, Line

_LABEL, _ITEM, _QUANTITY, _UNIT, _PRICE, _AMOUNT, _MARK = 10, 14, 6, 5, 10, 10, 4
_FIELD = 22  # columns of the name of what changed
_SUMS = _QUANTITY + _UNIT + _PRICE + _AMOUNT
_FINE = ("✔", "ok")
_BLOCKS = ("✖", "bad")
_WARNS = ("⚠", "warn")


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Text in exactly `width` columns with a blank at its end, cut with an ellipsis."""
    room = max(1, width - 1)
    shown = text if cell_len(text) <= room else f"{set_cell_size(text, room - 1)}…"
    gap = " " * (room - cell_len(shown))
    return f"{gap}{shown} " if right else f"{shown}{gap} "


def place_of(finding: Finding, rows: Sequence[Row]) -> int | None:
    """The row that a problem belongs to: by line and field, by line, by field; None for one that has no row."""
    field = finding.field.partition(",")[0].strip()
    mine = [place for place, row in enumerate(rows) if row.line == finding.line]
    exact = [place for place in mine if field in rows[place].fields]
    if finding.line:
        return exact[0] if exact else mine[0] if mine else None
    named = [place for place in exact if finding.web and rows[place].web == finding.web]
    return named[0] if named else exact[0] if exact else None


def title(order: Order, width: int) -> Line:
    """What stands below, and whose it is."""
    late = f"Changed in the shop after {order.file_name or 'it was closed'}" if order.newer is not None else ""
    words = view.clean(late) or "Sales order as EBMS will get it"
    return (Cell(f"{words}  ", "dim"), Cell(fit(view.clean(order.buyer), width - len(words) - 2, right=True), "dim"))


def first_row(rows: Sequence[Row], current: Finding | None, height: int) -> int:
    """The first row to be shown, so that the current problem can be seen."""
    here = place_of(current, rows) if current is not None else None
    return max(0, min((here or 0) - height // 2, len(rows) - height))


def order_lines(
    rows: Sequence[Row], problems: Sequence[Finding], current: Finding | None, width: int, height: int, first: int
) -> list[Line]:
    """At most `height` lines of the order, from the row `first` on."""
    here = place_of(current, rows) if current is not None else None
    shown = range(first, min(first + height, len(rows)))
    marks = _marks(problems, rows, shown)
    lines = [_line(rows[place], marks.get(place, _FINE), place == here, width) for place in shown]
    if first > 0:
        lines[0] = _more(first + 1, "above  ", "{rows_up}")
    if (below := len(rows) - shown.stop) > 0:
        lines[-1] = _more(below + 1, "below  ", "{rows_down}")
    return lines


def _marks(problems: Sequence[Finding], rows: Sequence[Row], shown: range) -> dict[int, tuple[str, str]]:
    """The worst mark of each row that is shown; problems come worst first. Only rows that are shown are looked at."""
    window = rows[shown.start : shown.stop]
    lines = {row.line for row in window}
    found: dict[int, tuple[str, str]] = {}
    for problem in problems:
        if problem.line in lines and (place := place_of(problem, window)) is not None:
            found.setdefault(shown.start + place, _BLOCKS if problem.blocks else _WARNS)
    return found


def _more(count: int, where: str, key: str = "") -> Line:
    return (Cell(f"… {view.counted(count, 'more row')} {where}", "dim"), Cell(key, "key"))


def _line(row: Row, mark: tuple[str, str], current: bool, width: int) -> Line:
    glyph, tone = mark
    end = (Cell(f"{glyph} ", tone), Cell("◂" if current else " ", "key"))
    label = Cell(fit(view.clean(row.label), _LABEL), "bold" if current else "dim")
    if row.left_out:
        about = Cell(fit(view.clean(f"{row.web} {row.about}"), width - _LABEL - _ITEM - _MARK), "dim")
        return (label, Cell(fit("left out", _ITEM), "warn"), about, *end)
    if row.amount:
        return (label, *_counted(row, width), *end)
    return (label, *_plain(row, width - _LABEL - _MARK), *end)


def _plain(row: Row, width: int) -> Line:
    """A row without amounts: its value, and what tells it."""
    if not row.value:
        return (Cell(fit("?", 3), "bad"), Cell(fit(f"web says “{view.clean(row.web)}”", width - 3)))
    value = view.clean(row.value)
    if not row.about:
        return (Cell(fit(value, width)),)
    room = max(_ITEM, cell_len(value) + 2)
    return (Cell(fit(value, room)), Cell(fit(view.clean(row.about), max(1, width - room)), "dim"))


def _counted(row: Row, width: int) -> Line:
    """A line with its amount. What is no product has no quantity, and that room for its words."""
    amount = Cell(fit(view.clean(row.amount), _AMOUNT, right=True))
    if not row.quantity:
        return (Cell(fit(_extra_words(row), width - _LABEL - _AMOUNT - _MARK), "dim"), amount)
    room = width - _LABEL - _SUMS - _MARK
    return (
        *_item(row, room),
        Cell(fit(view.clean(row.quantity), _QUANTITY, right=True)),
        Cell(fit(view.clean(row.unit), _UNIT)),
        Cell(fit(view.clean(row.price), _PRICE, right=True)),
        amount,
    )


def _item(row: Row, room: int) -> Line:
    if not row.value:
        return (Cell(fit("?", 3), "bad"), Cell(fit(f"web SKU “{view.clean(row.web)}”", room - 3)))
    item = max(_ITEM, room // 2)
    return (Cell(fit(view.clean(row.value), item)), Cell(fit(view.clean(row.about), room - item), "dim"))


def _extra_words(row: Row) -> str:
    parts = (row.about, row.value, f"the web says {row.web}" if row.label and row.web else "")
    return view.clean("   ".join(part for part in parts if part))


def change_lines(found: Sequence[Change], width: int, height: int) -> list[Line]:
    """What the shop changed: before and now beside each other, at most `height` lines."""
    room = (width - _FIELD) // 2
    titles = fit("", _FIELD) + fit("in EBMS's file", room) + fit("in the shop now", room)
    shown = found if len(found) < height else found[: max(1, height - 2)]
    lines = [_change(change, room) for change in shown]
    more = [_more(len(found) - len(shown), "changed")] if len(shown) < len(found) else []
    return [(Cell(titles, "dim"),), *lines, *more]


def _change(change: Change, room: int) -> Line:
    field, before, now = change
    return (Cell(fit(view.clean(field), _FIELD), "bold"), _side(before, room), _side(now, room))


def _side(value: str, room: int) -> Cell:
    return Cell(fit(view.clean(value) or "–", room), "" if value else "dim")
