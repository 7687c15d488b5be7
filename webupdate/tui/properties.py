"""Properties: one form for a company and its site, checked while it is filled in; also for a new company."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from webupdate.errors import WebUpdateError
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo
from webupdate.store.properties import PROPERTIES, Property
from webupdate.tui import actionkinds, actions, folders, trying, view
from webupdate.tui.actionkinds import Action, Context
from webupdate.tui.bars import Lines
from webupdate.tui.dialogs import confirm
from webupdate.tui.fields import Field, Fields, about, editor_for
from webupdate.tui.finder import Finder
from webupdate.tui.form import FIELDS, Form, grouped, save
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.undo import Step
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_SECRETS = [entry.name for entry in PROPERTIES if entry.kind == "secret" and entry.scope == "site"]


class Properties(Page):
    """The form."""

    place = actionkinds.FORM
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.FORM)]

    def __init__(self, app: WebUpdateApp, info: CompanyInfo, site_id: int | None = None) -> None:
        super().__init__(app, site_id)
        site = next((site for site in info.sites if site.id == site_id), None)
        spot = self.spot()
        upload = spot is not None and spot.site.complete_upload
        known = companies.companies(app.session.store)
        self.form = Form(info, site, upload=upload, known=known, keyless=bool(app.session.keyless))
        self._find = ""
        self._verdict: Line = ()
        self._going = ""  # the field that is gone to because of the verdict
        self._saving = False  # a second key must not begin it again

    def body(self) -> Iterable[Widget]:
        with Fields(id="form"):
            for _, entries in grouped(self.form.fields):
                for entry in entries:
                    yield self._field(entry)
        yield Lines(self.ours.painter, id="message")
        yield Finder(self.ours.painter, back=self._leave_finder)

    def _field(self, entry: Property) -> Field:
        locked = self.form.locked(entry) or bool(self.ours.session.only_looks)
        value, kept = self.form.values[entry.name], self.form.kept(entry)
        editor = editor_for(self.ours.painter, entry, value, kept=kept, locked=locked)
        return Field(self.ours.painter, entry.name, "", entry.label, editor, entry.unit)

    def on_mount(self) -> None:
        self._show_fields()
        for field in self.query(Field):
            self._mark(field)
        self.query(Field).first().editor.focus()

    def _show_fields(self) -> None:
        """Each shop has settings of its own, and those that are looked for are fewer; a group begins with its name."""
        group = ""
        for field in self.query(Field):
            entry = FIELDS[field.property_name]
            field.display = self.form.applies(entry) and self.form.matches(entry, self._find)
            if field.display:
                field.head(entry.group if entry.group != group else "")
                field.set_class(not group, "-top")
                group = entry.group

    def crumbs(self) -> list[str]:
        assert self.form.company is not None  # a new company has the wizard
        return [self.form.company.name, "New web site" if self.form.is_new else "Properties"]

    def word(self, action: Action) -> str:
        return "Show all" if action.id == "cancel" and self._find else super().word(action)

    def header_note(self) -> tuple[str, ...]:
        changes = self.form.changes()
        return (f"{changes} changed",) if changes and not self.form.is_new else ()

    def context(self) -> Context:
        cannot = {
            "save": "It is being saved." if self._saving else "",
            "undo": "" if self.form.can_undo else "Nothing was changed yet.",
            "redo": "" if self.form.can_redo else "Nothing was taken back.",
        }
        return msgspec.structs.replace(super().context(), cannot=cannot)

    def on_field_edited(self, message: Field.Edited) -> None:
        field = message.field
        if field.value.strip() == self.form.values[field.property_name]:
            return  # undo has put it there
        self.form.put(field.property_name, field.value.strip())
        self._verdict = ()
        self._after_change(field)
        self._say(field)

    def _after_change(self, field: Field) -> None:
        if field.property_name == "shop":
            self._show_fields()
        self._mark(field)
        self.draw_lines()

    def on_field_entered(self, message: Field.Entered) -> None:
        self.form.visit()
        if self._going in ("", message.field.property_name):
            self._verdict = self._verdict if self._going else ()
            self._going = ""
        self._say(message.field)

    def _problem(self, field: Field) -> str:
        return self.form.problem(FIELDS[field.property_name])

    def _mark(self, field: Field) -> None:
        """✖ where something is wrong; an empty field of a new company is only told when OK is pressed."""
        entry = FIELDS[field.property_name]
        field.show_changed(entry.name in self.form.changed() and not self.form.is_new)
        if self.form.problem(entry) and (field.value or not self.form.is_new):
            field.mark("✖", "bad")
            return
        field.mark(*(("⚠", "warn") if self.form.doubt(entry) else ("", "")))
        if entry.name in ("export_folder", "order_folder") and field.value:
            self.run_worker(self._look_at_folder(field), group=entry.name, exclusive=True)

    async def _look_at_folder(self, field: Field) -> None:
        """A folder on a share may take its time, so it is looked at beside the screen."""
        found = await away(self.ours.session.store, folders.told, field.property_name, field.value)
        if found.tone == "bad" and self.ours.session.mode == actionkinds.ATTACHED:
            found = Cell(f"⚠{found.text[1:]} by you", "warn")  # the service is another user, who may
        field.mark(found.text, found.tone)

    def _say(self, field: Field) -> None:
        """The lines at the bottom: which field it is, and what is wrong with it, else its help."""
        entry = FIELDS[field.property_name]
        problem = self._problem(field) if field.value or not self.form.is_new else ""
        barred = self.ours.session.barred if self.form.locked(entry) or self.ours.session.only_looks else ""
        told = about(entry, barred=barred, problem=problem, doubt=self.form.doubt(entry))
        self._put([self._verdict] if self._verdict else told)

    def _put(self, lines: list[Line]) -> None:
        self.query_one("#message", Lines).put(lines)

    def _tell(self, glyph: str, tone: str, text: str) -> None:
        self._verdict = (Cell(f"{glyph} ", tone), Cell(view.clean(text)))
        self._put([self._verdict])

    def is_typed(self, action: Action) -> bool:
        """Enter leaves a line of the form; in the line to find, and on a choice, it has another meaning."""
        if action.id == "enter_field":
            return not (isinstance(self.focused, Input) and isinstance(self.focused.parent, Field))
        return super().is_typed(action)

    def do_enter_field(self) -> None:
        self.focus_next()

    def do_next_field(self) -> None:
        self.focus_next()

    def do_previous_field(self) -> None:
        self.focus_previous()

    def do_next_group(self) -> None:
        self.query_one(Fields).to_group(1)

    def do_previous_group(self) -> None:
        self.query_one(Fields).to_group(-1)

    def do_undo(self) -> None:
        self._show_step(self.form.undo(), "Taken back")

    def do_redo(self) -> None:
        self._show_step(self.form.redo(), "Done again")

    def _show_step(self, step: Step | None, word: str) -> None:
        """Go to the field that was changed by it."""
        if step is None:
            return
        field = self.query_one(f"#field-{step.name}", Field)
        field.value = self.form.values[step.name]
        self._after_change(field)
        if not field.display:
            self._show_all()
        self._go_to(field, "·", "", f"{word}: {FIELDS[step.name].label}.")

    def _go_to(self, field: Field, glyph: str, tone: str, text: str) -> None:
        """The focus to a field, with a sentence of its own in the place of its help."""
        self._going = "" if field.editor.has_focus else field.property_name
        self._tell(glyph, tone, text)
        field.editor.focus()

    def do_form_help(self) -> None:
        self.do_help()

    def do_find_field(self) -> None:
        self.query_one(Finder).open()
        self._count()

    def on_finder_changed(self, message: Finder.Changed) -> None:
        if message.text == self._find:
            return
        self._find = message.text
        self._show_fields()
        self._count()
        self.draw_lines()

    def _show_all(self) -> None:
        """No text is looked for any more; the focus stays where it is."""
        self.query_one(Finder).close()
        self._find = ""
        self._show_fields()
        self.draw_lines()

    def _count(self) -> None:
        """What was found, while the text is typed."""
        found, of = len(self.query_one(Fields).shown), sum(self.form.applies(entry) for entry in self.form.fields)
        all_of: Line = (Cell(f"{of} properties. Type a part of a name, help or value; Esc shows all again.", "dim"),)
        some: Line = (Cell(f"{found} of {of} properties. Enter goes to the first, Esc shows all again.", "dim"),)
        none: Line = (Cell("No property has this text. Esc shows all again."),)
        self._put([all_of if not self._find else some if found else none])

    def _leave_finder(self) -> None:
        """To the first of the fields that are shown by then."""
        self.call_after_refresh(lambda: [field.editor.focus() for field in self.query_one(Fields).shown[:1]])

    async def do_test(self) -> None:
        if not self._refuse_wrong("address", *_SECRETS, "certificate", "request_life"):
            await self._test("Testing the connection …", trying.connection)

    async def do_test_support(self) -> None:
        if not self._refuse_wrong("support"):
            await self._test("Sending a test message …", trying.support)

    async def _test(self, doing: str, work: Callable[..., str]) -> None:
        self._tell("⟳", "busy", doing)
        try:
            found = await away(self.ours.session.store, work, self.ours.session, self.form)
        except WebUpdateError as error:
            self._tell("✖", "bad", f"{error.message} {error.hint}")
        else:
            self._tell("✔", "ok", found)

    def _refuse_wrong(self, *names: str) -> bool:
        """Go to the first of these fields (or of all) that is wrong, and say why."""
        for field in self.query(Field):
            problem = self._problem(field)
            if problem and (not names or field.property_name in names):
                self._show_all()
                field.mark("✖", "bad")
                self._go_to(field, "✖", "bad", f"{field.label}: {problem}")
                return True
        return False

    async def do_save(self) -> None:
        if self._refuse_wrong():
            return
        store, self._saving = self.ours.session.store, True
        try:
            made = await away(store, save, store, self.ours.session.vault, self.form)
        finally:
            self._saving = False
        self.ours.look(again=True)
        if self.form.is_new:
            self.ours.notify(f"{made.name} is set up. Look at its Preview (w), then let it begin.", markup=False)
        self.dismiss(made.sites[-1].id if self.form.is_new else None)

    async def do_cancel(self) -> None:
        if self._find:
            self._show_all()
            return
        if self.form.changes() and not await self._gives_up():
            return
        self.dismiss()

    async def _gives_up(self) -> bool:
        changes = view.counted(self.form.changes(), "change")
        question = confirm(
            self.ours.painter, "Leave without saving?", (f"{changes} would be lost.",), "Leave without saving"
        )
        return await self.ours.push_screen_wait(question) == "yes"
