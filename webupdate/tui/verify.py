"""Verify: where the shop differs from what it should hold, and the key that repairs it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.store import commands, inspections
from webupdate.store.inspections import EXTRA, FOREIGN, MISSING, Difference, Inspection
from webupdate.store.snapshot import Snapshot
from webupdate.sync.shops.base import KEY_SEPARATOR
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.dialogs import confirm
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line
from webupdate.tui.wholerecord import WholeRecord

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

MOST = 500
_COLUMNS = (
    Column("", 0),
    Column("Kind", 10),
    Column("Record", 16, grow=3),
    Column("Field", 9, grow=1),
    Column("Shop has", 12, grow=4),
    Column("Should be", 12, grow=4),
)
# Glyph, colour and words of what is wrong, by kind.
_KINDS = {
    MISSING: ("✖", "bad", "missing"),
    EXTRA: ("⚠", "warn", "too much"),
    FOREIGN: ("·", "dim", "only there"),
}
_STATES = {"mended": ("✔", "ok"), "waiting": ("⟳", "busy"), "failed": ("✖", "bad")}


class Verify(Page):
    """The differences of one site."""

    place = actionkinds.VERIFY
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.VERIFY)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        self._find = ""
        self._listed: dict[str, Difference] = {}

    def body(self) -> Iterable[Widget]:
        yield Lines(self.ours.painter, id="verdict")
        yield Grid(self.ours.painter, _COLUMNS, id="differences")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name, spot.site.name] if spot else []), "Verify"]

    async def on_mount(self) -> None:
        """Whoever comes here for the first time wants to know: the shop is read at once."""
        if self._found() is None and not actions.named("verify_now").why_not(self.context()):
            await self.do_verify_now()

    def _found(self) -> Inspection | None:
        return inspections.latest(self.ours.session.store, self.site_id or 0, "verify")

    def show(self, snapshot: Snapshot) -> None:
        if self.spot() is None:
            self.dismiss()
            return
        found = self._found()
        listed = inspections.differences(self.ours.session.store, found, self._find, MOST) if found else []
        self._listed = {f"{one.entity} {one.key}": one for one in listed}
        grid = self.query_one(Grid)
        grid.put([Row(key, _cells(one)) for key, one in self._listed.items()])
        grid.reveal(bool(listed))
        self.query_one("#verdict", Lines).put(self._verdict(found, snapshot.at))
        self.query_one("#detail", Lines).put(self._detail())

    def _verdict(self, found: Inspection | None, now: float) -> list[Line]:
        if found is None:
            return [
                (
                    Cell("· ", "dim"),
                    Cell(self.keyed("The shop has not been compared yet. Press {verify_now}.")),
                )
            ]
        if found.state == "failed":
            return [
                (Cell("✖ ", "bad"), Cell(view.clean(found.message))),
                (Cell(f"  {view.clean(found.hint)}", "dim"),),
            ]
        if found.state == "running":
            return [(Cell("⟳ ", "busy"), Cell(f"Reading the shop: {found.numbers.read:,} records so far"))]
        width = self.size.width - 6
        waits = inspections.waits_for(self.ours.session.store, found)
        reasons = [f"{view.number(count)} still wait{'s' * (count == 1)}: {why}" for why, count in waits.items() if why]
        lines = [line for reason in reasons for line in view.wrapped(reason, width, "  ", "warn")]
        return [self._outcome(found, waits), *lines, *view.wrapped(_besides(found, now), width, "  ", "dim")]

    def _outcome(self, found: Inspection, waits: dict[str, int]) -> Line:
        differing = found.numbers.differing
        if not differing:
            return (
                Cell("✔ ", "ok"),
                Cell(f"The shop holds all as it should: {found.numbers.read:,} records read."),
            )
        left, going = inspections.open_count(self.ours.session.store, found), waits.get("", 0)
        words = f"{view.counted(differing, 'record differs', 'records differ')} of {found.numbers.read:,}"
        if going:
            return (Cell("⟳ ", "busy"), Cell(f"{words}; {going:,} on the way to the shop"))
        if not left and waits:
            return (Cell("⚠ ", "warn"), Cell(f"{words}; not all of them were repaired yet"))
        if not left:
            return (Cell("✔ ", "ok"), Cell(f"{words}; all of them were repaired"))
        return (Cell("⚠ ", "warn"), Cell(f"{words}; "), Cell("F", "key"), Cell(f" repairs {left:,}"))

    def _detail(self) -> list[Line]:
        one = self._selected()
        if one is None:
            return []
        width = self.size.width - 6
        title: Line = (Cell(_name(one), "bold"), Cell(f"  {_sentence(one)}", "dim"))
        return [title, *(line for field in one.fields[:2] for line in _field(field, width))]

    def _selected(self) -> Difference | None:
        key = self.query_one(Grid).key
        return self._listed.get(key) if key else None

    def on_resize(self) -> None:
        if self.is_mounted:
            self.draw()

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_fields(self) -> None:
        one = self._selected()
        if one is not None:
            what = f"{_name(one)}: {_sentence(one)}"
            self.ours.push_screen(WholeRecord(self.ours, ["Verify", _name(one)], what, one.fields))

    async def do_verify_now(self) -> None:
        await self._leave(fix=False)

    async def do_repair(self) -> None:
        found = self._found()
        left = inspections.open_count(self.ours.session.store, found) if found else 0
        text = (
            "The shop is read once more, and exactly what differs then is sent again.",
            "Records that are only in the shop stay as they are.",
        )
        question = confirm(
            self.ours.painter, f"Repair {view.counted(left, 'record')} in the shop?", text, "Send them again"
        )
        if await self.ours.push_screen_wait(question) == "yes":
            await self._leave(fix=True)

    async def _leave(self, *, fix: bool) -> None:
        spot, store = self.spot(), self.ours.session.store
        if spot is not None:
            await away(store, commands.leave, store, "verify", company_id=spot.company.id, site=spot.site.name, fix=fix)


def _besides(found: Inspection, now: float) -> str:
    numbers = found.numbers
    ended = view.age(now, found.ended_at)
    parts = [f"read {ended} ago" if ended else "just read"]
    parts += [f"{numbers.waiting:,} wait to be sent and were not compared"] * bool(numbers.waiting)
    parts += [f"{numbers.foreign:,} only in the shop, left alone"] * bool(numbers.foreign)
    return " · ".join(parts)


def _cells(one: Difference) -> Line:
    glyph, tone, words = _KINDS.get(one.kind, ("⚠", "warn", ""))
    if one.kind != FOREIGN:
        glyph, tone = _STATES.get(one.state, (glyph, tone))
    name, held, wanted = one.fields[0] if one.fields else ("", words, "")
    more = f" (+{len(one.fields) - 1})" if len(one.fields) > 1 else ""
    return (
        Cell(glyph, tone),
        Cell(one.entity),
        Cell(_key(one)),
        Cell(view.clean(name) + more, "dim"),
        Cell(view.clean(held), "dim" if one.kind == FOREIGN else ""),
        Cell(view.clean(wanted)),
    )


def _key(one: Difference) -> str:
    return view.clean(one.key.replace(KEY_SEPARATOR, " "))


def _name(one: Difference) -> str:
    return f"{one.entity} {_key(one)}"


def _sentence(one: Difference) -> str:
    if one.state == "failed":
        return view.clean(one.error)
    if one.state != "open":
        return "repaired" if one.state == "mended" else "on the way to the shop"
    return {
        MISSING: "the shop does not have it",
        EXTRA: "it should not be seen in the shop",
        FOREIGN: "only in the shop and never sent from here: it is left alone",
    }.get(one.kind, "differs")


def _field(field: tuple[str, str, str], width: int) -> list[Line]:
    name, held, wanted = (view.clean(part) for part in field)
    room = max(10, (width - 16) // 2)
    return [(Cell(f"  {name:<12}", "dim"), Cell(_short(held, room)), Cell("  →  ", "dim"), Cell(_short(wanted, room)))]


def _short(text: str, room: int) -> str:
    if not text:
        return "–"
    return text if len(text) <= room else text[: room - 1] + "…"
