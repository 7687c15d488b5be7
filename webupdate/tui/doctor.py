"""Doctor: this program, this machine, the folders, files and shops, and what is off; the same as `webupdate doctor`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.store.companies import companies
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, clipboard, view
from webupdate.tui.actionkinds import Action, Context
from webupdate.tui.bars import Lines
from webupdate.tui.dialogs import Tell
from webupdate.tui.page import Page
from webupdate.tui.paint import Painter
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line, State

if TYPE_CHECKING:
    from webupdate.sync.checkup import Found
    from webupdate.tui.app import WebUpdateApp

# By what was found: glyph, word, tone.
_STATES: dict[str, State] = {
    "bad": State("✖", "Wrong", "bad"),
    "warn": State("⚠", "Check", "warn"),
    "off": State("·", "Off", "dim"),
    "ok": State("✔", "Fine", "ok"),
}
_BUNDLE_HINT = "Read it before you send it: no password and no token is in it, but names of companies and records are."
_PROBLEMS = ("bad", "warn")
_WHAT = (19, 32)  # columns of what was looked at, at least and at most
_WORD = max(len(state.word) for state in _STATES.values())


class Doctor(Page):
    """All that was found so far; `_asking`: the shop that is asked now, or what else is done."""

    place = actionkinds.DOCTOR
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.DOCTOR)]

    def __init__(self, app: WebUpdateApp) -> None:
        super().__init__(app)
        self._found: list[Found] = []
        self._asking = ""
        self._only = False

    def body(self) -> Iterable[Widget]:
        yield Lines(self.ours.painter, id="summary")
        with VerticalScroll(id="body"):
            yield Lines(self.ours.painter, id="found")

    def crumbs(self) -> list[str]:
        return ["Doctor"]

    def on_mount(self) -> None:
        self.query_one("#body").focus()
        self.action_act("look_round")

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def show(self, snapshot: Snapshot) -> None:
        wanted = [one for one in self._found if one.state in _PROBLEMS or not self._only]
        lines = list(drawn(wanted, self.size.width - 6, self.ours.painter))
        if self._only and not wanted and not self._asking:
            lines = [(Cell("✔ ", "ok"), Cell("All is as it should be."))]
        self.query_one("#summary", Lines).put([summary(self._found, self._asking), ()])
        self.query_one("#found", Lines).put(lines)

    def word(self, action: Action) -> str:
        return "Show all" if action.id == "problems_only" and self._only else super().word(action)

    def context(self) -> Context:
        busy = "One moment: it is still being looked at." if self._asking else ""
        cannot = dict.fromkeys(("look_round", "bundle"), busy)
        return msgspec.structs.replace(super().context(), cannot=cannot, list_empty=not self._found)

    async def do_look_round(self) -> None:
        """This machine first; then one shop after the other, which may take a while each."""
        # Imported only when it is needed: the screens start without what reads certificates.
        from webupdate.sync.checkup import ordered

        session = self.ours.session
        try:
            self._now_asking("looking at this machine")
            self._found = await away(session.store, session.examine, self.size, time.time())
            for company in await away(session.store, companies, session.store):
                for site in company.sites:
                    self._now_asking(f"asking the shop of {company.name}, {site.name}")
                    more = await away(session.store, session.examine_shop, company, site, time.time())
                    self._found = ordered([*self._found, *more])
        finally:
            self._asking = ""

    def _now_asking(self, what: str) -> None:
        self._asking = what
        self.draw()

    def do_problems_only(self) -> None:
        self._only = not self._only
        self.draw()

    def do_copy(self) -> None:
        clipboard.copy(self.ours, "What doctor found", "\n".join(self._text()))

    async def do_bundle(self) -> None:
        session = self.ours.session
        path = await away(session.store, session.write_bundle, self._found, time.time())
        text = f"The file for support is written:\n{path}"
        self.ours.push_screen(Tell(self.ours.painter, text, _BUNDLE_HINT))

    def _text(self) -> Iterator[str]:
        from webupdate.sync import checkup

        return checkup.as_text(self._found)


def summary(found: Sequence[Found], asking: str) -> Line:
    """How much is how, the worst first; and what goes on."""
    counts = Counter[str](one.state for one in found)
    told = [
        Cell(f"{state.glyph} {view.number(counts[name])} {state.word.lower()}", state.tone)
        for name, state in _STATES.items()
        if counts[name]
    ]
    goes_on = [Cell(f"⟳ {view.clean(asking)} …", "busy")] if asking else []
    return (Cell("  "), *view.spaced((*told, *goes_on), 3))


def drawn(found: Sequence[Found], width: int, painter: Painter) -> Iterator[Line]:
    """All of it under the names of companies and groups, each problem with what to do."""
    place: tuple[str, str] | None = None
    for one in found:
        if (one.company, one.group) != place:
            if place is not None:
                yield ()
            place = (one.company, one.group)
            yield (Cell(" · ".join(view.clean(part) for part in place if part), "bold"),)
        yield from _entry(one, width, painter)


def _entry(one: Found, width: int, painter: Painter) -> Iterator[Line]:
    state, what = _STATES.get(one.state, _STATES["warn"]), view.clean(one.what)
    glyph = f"{painter.text(state.glyph):<{3 if painter.twins else 2}}"  # one twin has two columns
    mark = Cell(f"  {glyph}{state.word:<{_WORD}} ", state.tone)
    taken = max(_WHAT[0], min(_WHAT[1], width - 60))
    what_at, detail_at = len(mark.text), len(mark.text) + taken + 1
    details = view.wrapped(one.detail, width - detail_at, tone="dim" if one.state == "off" else "")
    if len(what) > taken:  # its detail begins on a line of its own
        yield (mark, Cell(what))
    else:
        first, *details = details
        yield (mark, Cell(f"{what:<{taken}} "), *first)
    yield from ((Cell(" " * detail_at), *line) for line in details)
    if one.do:
        first, *others = view.wrapped(one.do, width - what_at - 3)
        yield (Cell(" " * what_at), Cell(f"{painter.text('→')} ", "key"), *first)
        yield from ((Cell(" " * (what_at + 2 + painter.twins)), *line) for line in others)
