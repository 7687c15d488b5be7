"""The fields of the wizard for a new company: those of its first two steps, checked while they are filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from webupdate.errors import WebUpdateError
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo
from webupdate.store.properties import BY_NAME, Property
from webupdate.tui import folders, view, wizardsteps
from webupdate.tui.bars import Lines
from webupdate.tui.deeds import SiteDeeds
from webupdate.tui.fields import Field, editor_for
from webupdate.tui.folders import ExportFile
from webupdate.tui.form import KEPT, Form
from webupdate.tui.session import Session
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line
from webupdate.tui.wizardsteps import FOLDERS, SHOP, Steps

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_ASKED = [*wizardsteps.entries(FOLDERS), *wizardsteps.entries(SHOP)]
_SECRETS = [entry.name for entry in _ASKED if entry.kind == "secret"]


class WizardFields(SiteDeeds):
    """A screen with those fields, of which it shows the ones of its step."""

    def __init__(self, app: WebUpdateApp) -> None:
        super().__init__(app)
        self.form, self.steps = new_form(app.session), Steps()
        self.files: list[ExportFile] = []  # of the export folder, as it was looked at last

    def body(self) -> Iterable[Widget]:
        painter = self.ours.painter
        yield Lines(painter, id="steps")
        with VerticalScroll(id="form", can_focus=False):
            for entry in _ASKED:
                value, locked = self.form.values[entry.name], self.form.locked(entry)
                editor = editor_for(painter, entry, value, kept=False, locked=locked)
                yield Field(painter, entry.name, "", entry.label, editor)
        with VerticalScroll(id="pane", can_focus=False):
            yield Lines(painter, id="told")
        yield Lines(painter, id="message")

    def on_field_edited(self, message: Field.Edited) -> None:
        self.form.values[message.field.property_name] = message.field.value.strip()
        if message.field.property_name == "shop":
            self.show_fields()
        self._mark(message.field)
        if message.field.editor.has_focus:
            self._say(message.field)
        self.draw_lines()

    def on_field_entered(self, message: Field.Entered) -> None:
        self._say(message.field)

    def _problem(self, entry: Property) -> str:
        return self.form.problem(entry)

    def _mark(self, field: Field) -> None:
        """✖ where something is wrong; an empty field is only told when it is to be passed."""
        if field.value and self._problem(BY_NAME[field.property_name]):
            field.mark("✖", "bad")
            return
        field.mark("", "")
        if BY_NAME[field.property_name].kind == "folder":
            self.run_worker(self._look_at_folder(field), group=f"{field.property_name}_folder", exclusive=True)

    async def _look_at_folder(self, field: Field) -> None:
        """A folder on a share may take its time, so it is looked at beside the screen."""
        store = self.ours.session.store
        if field.value:
            told = await away(store, folders.told, field.property_name, field.value)
            field.mark(told.text, told.tone)
        if field.property_name == "export_folder":
            self.files = await away(store, _export_files, field.value)
            self.draw()

    def _say(self, field: Field) -> None:
        """The line at the bottom: what is wrong with the field, else its help."""
        entry = BY_NAME[field.property_name]
        problem = self._problem(entry) if field.value else ""
        help = self.ours.session.barred if self.form.locked(entry) else self.form.doubt(entry) or entry.help
        self._tell(f"{field.label}: {problem}" if problem else "", view.clean(help))

    def _tell(self, problem: str, help: str = "") -> None:
        told: Line = (Cell("✖ ", "bad"), Cell(view.clean(problem))) if problem else (Cell(help, "dim"),)
        self.query_one("#message", Lines).put([told])

    def fields(self) -> list[Field]:
        """Those of the step."""
        return [field for field in self.query(Field) if field.display]

    def show_fields(self) -> None:
        """Those of the step and of the chosen shop; the first of them gets the focus, if none of them has it."""
        shown = {entry.name for entry in wizardsteps.entries(self.steps.at) if self.form.applies(entry)}
        for field in self.query(Field):
            field.display = field.property_name in shown
        self.query_one("#form").display = bool(shown)
        fields = self.fields()
        if not fields:
            self.set_focus(None)
            self._tell("")
        elif not any(field.editor.has_focus for field in fields):
            fields[0].editor.focus()

    def do_next_field(self) -> None:
        if self.fields():
            self.focus_next()
        else:
            self.query_one("#pane").scroll_down(animate=False)

    def do_previous_field(self) -> None:
        if self.fields():
            self.focus_previous()
        else:
            self.query_one("#pane").scroll_up(animate=False)

    def refuses(self) -> bool:
        """Go to the first field of the step that is wrong, and say why."""
        for field in self.fields():
            problem = self._problem(BY_NAME[field.property_name])
            if problem:
                field.mark("✖", "bad")
                field.editor.focus()
                self.call_after_refresh(self._tell, f"{field.label}: {problem}")
                return True
        return False

    def hide_secrets(self) -> None:
        """They are kept now, and never shown again."""
        for name in _SECRETS:
            field = self.query_one(f"#field-{name}", Field)
            field.value = ""
            if isinstance(field.editor, Input) and self.form.kept(BY_NAME[name]):
                field.editor.placeholder = KEPT


def new_form(session: Session, made: CompanyInfo | None = None) -> Form:
    """A new company, or the one that was `made` here, beside all others."""
    known, keyless = companies.companies(session.store), bool(session.keyless)
    return Form(made, made.sites[-1] if made else None, known=known, keyless=keyless)


def _export_files(value: str) -> list[ExportFile]:
    try:
        return folders.export_files(value) if value else []
    except WebUpdateError:
        return []  # the field's mark says it
