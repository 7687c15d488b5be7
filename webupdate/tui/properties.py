"""Properties: one form for a company and its site, checked while it is filled in; also for a new company."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from webupdate.errors import WebUpdateError
from webupdate.store import commands, companies
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.properties import BY_NAME, PROPERTIES
from webupdate.store.secrets import Vault
from webupdate.tui import actionkinds, actions, folders, session, view
from webupdate.tui.bars import Lines
from webupdate.tui.dialogs import confirm
from webupdate.tui.fields import Choice, Field, Tick, editor_for
from webupdate.tui.form import Form, grouped
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

UPLOAD = "complete_upload"
_SECRETS = [entry.name for entry in PROPERTIES if entry.kind == "secret" and entry.scope == "site"]
_UPLOAD_HELP = "Send everything to the shop again after OK. Unticked: what is marked goes as ordinary changes."


class _Fields(VerticalScroll, inherit_bindings=False, can_focus=False):
    """The form's fields. The arrows go from field to field; the list follows, it does not scroll by itself."""


class Properties(Page):
    """The form."""

    place = actionkinds.FORM
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.FORM)]

    def __init__(self, app: WebUpdateApp, info: CompanyInfo, site_id: int | None = None) -> None:
        super().__init__(app, site_id)
        site = next((site for site in info.sites if site.id == site_id), None)
        spot = self.spot()
        self.form = Form(info, site, upload=spot is not None and spot.site.complete_upload)
        self._verdict: Line = ()

    def body(self) -> Iterable[Widget]:
        with _Fields(id="form"):
            for group, entries in grouped(self.form.entries):
                for place, entry in enumerate(entries):
                    value, kept = self.form.values[entry.name], self.form.kept(entry)
                    editor = editor_for(self.ours.painter, entry, value, kept=kept)
                    yield self._field(entry.name, "" if place else group, entry.label, editor)
            if not self.form.is_new:
                yield self._field(UPLOAD, "", "Complete Upload", Tick(self.ours.painter, self.form.complete_upload))
        yield Lines(self.ours.painter, id="message")

    def _field(self, name: str, group: str, label: str, editor: Input | Choice) -> Field:
        return Field(self.ours.painter, name, group, label, editor)

    def on_mount(self) -> None:
        self._show_what_applies()
        for field in self.query(Field):
            self._mark(field)
        self.query(Field).first().editor.focus()

    def _show_what_applies(self) -> None:
        """Each shop has settings of its own."""
        for field in self.query(Field):
            entry = BY_NAME.get(field.property_name)
            field.display = entry is None or self.form.applies(entry)

    def crumbs(self) -> list[str]:
        assert self.form.company is not None  # a new company has the wizard
        return [self.form.company.name, "New web site" if self.form.is_new else "Properties"]

    def header_note(self) -> tuple[str, ...]:
        changes = self.form.changes()
        return (f"{changes} changed",) if changes and not self.form.is_new else ()

    def on_field_edited(self, message: Field.Edited) -> None:
        field = message.field
        if field.property_name == UPLOAD:
            self.form.complete_upload = field.value == "yes"
        else:
            self.form.values[field.property_name] = field.value.strip()
        if field.property_name == "shop":
            self._show_what_applies()
        self._verdict = ()
        self._mark(field)
        self._say(field)
        self.draw_lines()

    def on_field_entered(self, message: Field.Entered) -> None:
        self._verdict = ()
        self._say(message.field)

    def _problem(self, field: Field) -> str:
        return "" if field.property_name == UPLOAD else self.form.problem(BY_NAME[field.property_name])

    def _mark(self, field: Field) -> None:
        """✖ where something is wrong; an empty field of a new company is only told when OK is pressed."""
        if self._problem(field) and (field.value or not self.form.is_new):
            field.mark("✖", "bad")
            return
        field.mark("", "")
        if field.property_name in ("export_folder", "order_folder") and field.value:
            self.run_worker(self._look_at_folder(field), group=field.property_name, exclusive=True)

    async def _look_at_folder(self, field: Field) -> None:
        """A folder on a share may take its time, so it is looked at beside the screen."""
        found = await away(self.ours.session.store, folders.told, field.property_name, field.value)
        field.mark(found.text, found.tone)

    def _say(self, field: Field) -> None:
        """The line at the bottom: what is wrong with the field, else its help."""
        problem = self._problem(field) if field.value or not self.form.is_new else ""
        entry = BY_NAME.get(field.property_name)
        told: Line = (Cell(entry.help if entry else _UPLOAD_HELP, "dim"),)
        if problem:
            told = (Cell("✖ ", "bad"), Cell(f"{field.label}: "), Cell(view.clean(problem)))
        self.query_one("#message", Lines).put([self._verdict or told])

    def _tell(self, glyph: str, tone: str, text: str) -> None:
        self._verdict = (Cell(f"{glyph} ", tone), Cell(view.clean(text)))
        self.query_one("#message", Lines).put([self._verdict])

    def _current(self) -> Field | None:
        """The field that has the focus."""
        return next((field for field in self.query(Field) if field.editor.has_focus), None)

    def on_input_submitted(self) -> None:
        self.focus_next()

    def do_next_field(self) -> None:
        self.focus_next()

    def do_previous_field(self) -> None:
        self.focus_previous()

    def do_undo(self) -> None:
        field = self._current()
        if field is not None:
            upload = "yes" if self.form.upload_before else "no"
            field.value = upload if field.property_name == UPLOAD else self.form.original(field.property_name)

    def do_form_help(self) -> None:
        self.do_help()

    async def do_test(self) -> None:
        if not self._refuse_wrong("address", *_SECRETS, "certificate", "request_life"):
            await self._test("Testing the connection …", self._try)

    async def do_test_support(self) -> None:
        if not self._refuse_wrong("support"):
            await self._test("Sending a test message …", self._try_support)

    async def _test(self, doing: str, work: Callable[[], str]) -> None:
        self._tell("⟳", "busy", doing)
        try:
            found = await away(self.ours.session.store, work)
        except WebUpdateError as error:
            self._tell("✖", "bad", f"{error.message} {error.hint}")
        else:
            self._tell("✔", "ok", found)

    def _try(self) -> str:
        kept = self.ours.session.secrets(self.form.site) if self.form.site else {}
        typed = {name: self.form.values[name] for name in _SECRETS if self.form.values[name]}
        return session.try_connection(self.form.values, {**kept, **typed})

    def _try_support(self) -> str:
        value = self.form.values["support"]
        if not value and self.form.company:
            value = self.ours.session.support(self.form.company)
        return session.try_support(value, self.form.values["name"])

    def _refuse_wrong(self, *names: str) -> bool:
        """Go to the first of these fields (or of all) that is wrong, and say why."""
        for field in self.query(Field):
            problem = self._problem(field)
            if problem and (not names or field.property_name in names):
                field.mark("✖", "bad")
                field.editor.focus()
                self.call_after_refresh(self._tell, "✖", "bad", f"{field.label}: {problem}")
                return True
        return False

    async def do_save(self) -> None:
        if self._refuse_wrong():
            return
        vault = self.ours.session.vault
        made = await away(self.ours.session.store, save, self.ours.session.store, vault, self.form)
        self.ours.look(again=True)
        if self.form.is_new:
            self.ours.notify(f"{made.name} is set up. Look at its Preview (w), then let it begin.", markup=False)
        self.dismiss(made.sites[-1].id if self.form.is_new else None)

    async def do_cancel(self) -> None:
        if self.form.changes() and not await self._gives_up():
            return
        self.dismiss()

    async def _gives_up(self) -> bool:
        changes = view.counted(self.form.changes(), "change")
        question = confirm(
            self.ours.painter, "Leave without saving?", (f"{changes} would be lost.",), "Leave without saving"
        )
        return await self.ours.push_screen_wait(question) == "yes"


def save(store: Store, vault: Vault, form: Form) -> CompanyInfo:
    """Write what was entered. Raises UsageError when the store does not take it."""
    if form.company is None:
        return companies.add(store, vault, form.to_save())
    if form.site is None:
        return companies.add_site(store, vault, form.company, form.to_save())
    made = companies.change(store, vault, form.company, form.to_save(), form.site.name)
    if wish := form.upload_wish():
        commands.leave(store, wish, company_id=made.id, site=form.values["site"])
    return made
