"""The wizard for a new company: folders, shop, connection, preview, first upload. One screen, five steps."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from webupdate.errors import WebUpdateError
from webupdate.store import commands, inspections
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inspections import Inspection
from webupdate.store.secrets import Vault
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, folders, preview, trying, view, wizardsteps
from webupdate.tui.bars import Lines
from webupdate.tui.dialogs import confirm
from webupdate.tui.form import Form
from webupdate.tui.form import save as save_form
from webupdate.tui.preview import Found, PreviewPage
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line
from webupdate.tui.wizardfields import WizardFields, new_form
from webupdate.tui.wizardsteps import CONNECTION, FOLDERS, PREVIEW, SHOP, UPLOAD, Verdict

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

# The actions that belong to one step; all others are offered in every step.
_STEPS_OF = {"test": (CONNECTION,), "every_record": (PREVIEW,), "later": (PREVIEW,)}


class Wizard(WizardFields):
    """The wizard. Its result is the site that was made, None if none was."""

    place = actionkinds.WIZARD
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.WIZARD)]
    AUTO_FOCUS = ""  # a step without fields has nothing that could have the focus

    def __init__(self, app: WebUpdateApp) -> None:
        super().__init__(app)
        self._saving = False  # a second key must not begin it again
        self._found: Found | None = None
        self._read_for: tuple[object, ...] = ()

    def on_mount(self) -> None:
        self._go(FOLDERS)

    def crumbs(self) -> list[str]:
        name = self.form.values["name"]
        return ["New company", *([name] if name else [])]

    def context(self) -> actionkinds.Context:
        cannot = {"test": "" if self.steps.at == CONNECTION else "The connection is tested in step 3."}
        cannot["every_record"] = "" if self.steps.at == PREVIEW else "The Preview comes in step 4."
        cannot["later"] = "" if self.site_id else "Nothing is saved yet. Press {back} to go back."
        cannot["next"] = self._why_not_next()
        return actionkinds.Context(mode=self.ours.session.mode, cannot=cannot)

    def _why_not_next(self) -> str:
        if self._saving or self.steps.at == UPLOAD:
            return "The company is being written down."
        if self.steps.at == CONNECTION and self.steps.verdict.state == wizardsteps.RUNNING:
            return "The connection is still being tested."
        if self.steps.at == PREVIEW:
            return wizardsteps.holds_up(self.spot(), self._contact(), self.ours.session.mode)
        return ""

    def hints(self) -> list[view.Hint]:
        return [hint for hint in super().hints() if self.steps.at in _STEPS_OF.get(hint.action, (self.steps.at,))]

    def word(self, action: actionkinds.Action) -> str:
        if action.id == "next" and self.steps.at == PREVIEW:
            return "First upload"
        return super().word(action)

    def _contact(self) -> Inspection | None:
        """What is known of the new site's shop."""
        return inspections.latest(self.ours.session.store, self.site_id, "contact") if self.site_id else None

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if self.site_id and (spot is None or spot.site.begun) and self.steps.at != UPLOAD:
            self.dismiss(self.site_id)  # it was removed, or let begin, elsewhere
            return
        if self.steps.at == PREVIEW:
            self._read_if_news()
        title = wizardsteps.title(self.steps.at)
        self.query_one("#steps", Lines).put([self.steps.line(), (), (Cell(title, "bold"),)])
        self.query_one("#told", Lines).put([self.keyed_line(line) for line in self._told(snapshot.at)])

    def _told(self, now: float) -> list[Line]:
        """The pane below the fields."""
        width, spot = self.size.width - 10, self.spot()
        if self.steps.at == FOLDERS:
            return wizardsteps.files(self.files, now)
        if self.steps.at == CONNECTION:
            return wizardsteps.connection(self.steps.verdict, self.form.values["address"], width)
        if self.steps.at == SHOP or spot is None:
            return [(Cell("All else has a usual value; Properties on the first screen changes it.", "dim"),)]
        contact, found = self._contact(), self._found
        reading = found is None or contact is None or contact.state == "running"
        return wizardsteps.preview(
            spot, found.preview if found else None, found.summary if found else [], reading, width
        )

    def _read_if_news(self) -> None:
        """Reading the queue takes longer than a key may: it is done beside, and only when something has changed."""
        spot, contact = self.spot(), self._contact()
        news = (spot and (spot.site.waiting, spot.site.failed), contact and (contact.id, contact.state))
        if spot is not None and news != self._read_for:
            self._read_for = news
            self.run_worker(self._finish(self._read(spot.site.id)), group="preview", exclusive=True)

    async def _read(self, site_id: int) -> None:
        store = self.ours.session.store
        self._found = await away(store, preview.read, store, site_id, "", "")
        self.draw()

    def _go(self, step: int) -> None:
        self.steps.at = step
        self.workers.cancel_group(self, "test")
        self.show_fields()
        if step == CONNECTION:
            self.action_act("test")
        self.draw()

    def do_go_on(self) -> Awaitable[None] | None:
        fields = self.fields()
        if fields and not fields[-1].editor.has_focus:
            self.focus_next()
            return None
        return self.do_next()

    async def do_next(self) -> None:
        step = self.steps.at
        if self.refuses() or (step == FOLDERS and not await self._folders_will_do()):
            return
        if step == CONNECTION and not await self._saved():
            return
        if step == PREVIEW:
            await self._upload()
        else:
            self._go(step + 1)

    async def _folders_will_do(self) -> bool:
        """A folder that is not fit is most often a slip; but a share may be away just now."""
        store, values = self.ours.session.store, self.form.values
        wrong = await away(store, folders_trouble, values["export_folder"], values["order_folder"])
        return not wrong or await self._yes("Go on with these folders?", wrong, "Go on all the same")

    async def _yes(self, title: str, text: Iterable[str], yes: str) -> bool:
        return await self.ours.push_screen_wait(confirm(self.ours.painter, title, tuple(text), yes)) == "yes"

    async def do_test(self) -> None:
        self.steps.verdict = Verdict(wizardsteps.RUNNING)
        self.draw()
        try:
            found = await away(self.ours.session.store, self._try)
        except WebUpdateError as error:
            self.steps.verdict = Verdict(wizardsteps.FAILED, error.message, error.hint)
        else:
            self.steps.verdict = Verdict(wizardsteps.PASSED, found)
        self.draw()

    def _try(self) -> str:
        return trying.connection(self.ours.session, self.form)

    async def _saved(self) -> bool:
        """From here on the company is there: the engine needs it to know what the first upload would do."""
        if self.steps.verdict.state == wizardsteps.FAILED:
            text = (self.steps.verdict.text, "", "There is no Preview before the shop lets this program in.")
            if not await self._yes("Go on without a connection?", text, "Go on all the same"):
                return False
        store, self._saving = self.ours.session.store, True
        try:
            info = await away(store, save, store, self.ours.session.vault, self.form)
        finally:
            self._saving = False
        self.site_id, self._read_for, self._found = info.sites[-1].id, (), None
        self.form = new_form(self.ours.session, info)
        self.hide_secrets()
        self.ours.look(again=True)
        return True

    async def _upload(self) -> None:
        """The last step: the question, and behind it Synchronization Progress."""
        spot = self.spot()
        if spot is None or self._found is None:
            return
        self.steps.at = UPLOAD
        self.draw()
        if await preview.begin(self.ours, spot, self._found):
            self.ours.look(again=True)
            self.dismiss(spot.site.id)
        else:
            self._go(PREVIEW)

    def do_every_record(self) -> None:
        self.ours.push_screen(PreviewPage(self.ours, self.chosen().site.id))

    def do_form_help(self) -> None:
        self.do_help()

    async def do_later(self) -> None:
        await self._leave()

    async def do_back(self) -> None:
        if self.steps.at > FOLDERS:
            self._go(self.steps.at - 1)
        else:
            await self._leave()

    async def _leave(self) -> None:
        """Escape of the first step, or Later: nothing that was typed is lost without a question."""
        text = "Nothing of it is saved: that happens when the connection has been tested."
        if self.site_id:
            text = "What you changed is lost; the company stays as it was saved, and nothing is sent."
        if not self.form.changes() or await self._yes("Leave the new company?", (text,), "Leave"):
            self.dismiss(self.site_id)


def folders_trouble(export_folder: str, order_folder: str) -> list[str]:
    """Why these folders are not fit, in sentences; none if they are. Blocks as long as a share does."""
    found: list[str] = []
    try:
        if missing := wizardsteps.missing_files(folders.export_files(export_folder)):
            found.append(missing)
    except WebUpdateError as error:
        found.append(error.message)
    fit = folders.told("order_folder", order_folder)
    if fit.tone != "ok":
        found.append(f"The order folder {order_folder} is {fit.text[2:]}: no web order could be laid down there.")
    return found


def save(store: Store, vault: Vault, form: Form) -> CompanyInfo:
    """Make the company, or change it; then have its shop read, since it may be another one now."""
    info = save_form(store, vault, form)
    commands.leave(store, "preview", company_id=info.id, site=info.sites[-1].name)
    return info
