"""What can be done with the selected site, the same from every screen that shows one.

The screens are imported when they are opened: with all of them, and the parts of the engine that some need, the
first one would be painted half a second later (tui/warmup.py brings them in behind it).
"""

from __future__ import annotations

from webupdate.errors import UsageError
from webupdate.store import commands, companies, exports, holds, outbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.holds import Hold
from webupdate.tui import stages, view
from webupdate.tui.dialogs import TypeToConfirm, confirm
from webupdate.tui.glance import Place
from webupdate.tui.page import Page
from webupdate.tui.threads import away

_COUNTED = (
    (("items",), "item", "items"),
    (("prices",), "price", "prices"),
    (("images", "documents"), "file", "files"),
    (("customers",), "customer", "customers"),
)


class SiteDeeds(Page):
    """A page that shows one site or lets one be selected."""

    def chosen(self) -> Place:
        """The site; the action table has made sure that there is one."""
        spot = self.spot()
        assert spot is not None
        return spot

    async def do_sync_now(self) -> None:
        spot = self.chosen()
        await away(self.ours.session.store, leave, self.ours.session.store, spot.company.id, "sync_now")
        self.ours.notify(f"{spot.company.name} looks at folder and shop now.", markup=False)

    async def do_retry(self) -> None:
        spot = self.chosen()
        await away(self.ours.session.store, leave, self.ours.session.store, spot.company.id, "retry")
        self.ours.notify("The failed records get another try.", markup=False)

    async def do_complete_upload(self) -> None:
        spot, store = self.chosen(), self.ours.session.store
        numbers = await away(store, _numbers, store, spot.site.id)
        text = (
            f"It sends everything to {spot.site.address} again, whatever the shop holds: {numbers}.",
            "",
            "Use it when the shop was restored or emptied; else changes go by themselves.",
        )
        title = f"Complete Upload of {spot.company.name}?"
        if await self.ours.push_screen_wait(confirm(self.ours.painter, title, text, "Send everything again")) == "yes":
            await away(store, leave, store, spot.company.id, "complete_upload", site=spot.site.name)
            self.ours.notify("The Complete Upload begins.", markup=False)

    async def do_reload(self) -> None:
        """Ask what is to go again, then whether it may."""
        from webupdate.tui.choose import Choose

        spot, store = self.chosen(), self.ours.session.store
        there = await away(store, _in_shop, store, spot.site.id)
        if not there:
            raise UsageError("There is nothing to send again.", "No export file of this company was read yet.")
        options = [view.Option(entity, entity.capitalize(), view.counted(count, "record")) for entity, count in there]
        title = f"Reload: which records of {spot.company.name} go again?"
        entity = await self.ours.push_screen_wait(Choose(self.ours.painter, title, options, options[0].id))
        if entity:
            await self.reload(entity)

    async def reload(self, entity: str) -> None:
        """Send all records of one kind again, if the person says so."""
        spot, store = self.chosen(), self.ours.session.store
        count = await away(store, outbox.in_all, store, spot.site.id, entity)
        text = (
            f"It sends {view.counted(count, 'record')} to {spot.site.address} again, whatever the shop holds.",
            "",
            "Use it when the shop lost or changed them; else changes go by themselves.",
        )
        question = confirm(self.ours.painter, f"Reload {entity} of {spot.company.name}?", text, "Send them again")
        if await self.ours.push_screen_wait(question) == "yes":
            await away(store, leave, store, spot.company.id, "reload", entity=entity, site=spot.site.name)
            self.ours.notify(f"The Reload of {entity} begins.", markup=False)

    async def do_release(self) -> None:
        """One after the other what holds the selected site: its company's files, then its own entities."""
        spot, store = self.chosen(), self.ours.session.store
        count = len(spot.company.brakes) + len(spot.site.holds)
        numbers = (f" ({place} of {count})" if count > 1 else "" for place in range(1, count + 1))
        for file in spot.company.brakes:
            message = await away(store, _why_held, store, spot.company.id, file)
            if not await self._lets_pass(f"Release {file}?{next(numbers)}", message):
                return
            await away(store, _release, store, spot.company.id, file)
        for hold in spot.site.holds:
            title = f"Release {hold.entity} of the site {spot.site.name}?{next(numbers)}"
            if not await self._lets_pass(title, view.sentences(hold.message)):
                return
            await away(store, _release_hold, store, spot.company.id, hold)

    async def _lets_pass(self, title: str, message: tuple[str, ...]) -> bool:
        text = (*message, "", "Release it only if EBMS means it so.")
        return await self.ours.push_screen_wait(confirm(self.ours.painter, title, text, "Let it pass")) == "yes"

    async def do_pause(self) -> None:
        spot, store = self.chosen(), self.ours.session.store
        await away(store, _pause, store, spot.company.id, not spot.company.paused)

    async def do_remove(self) -> None:
        spot, store = self.chosen(), self.ours.session.store
        text = (
            "Its settings, its queue and the history of its orders are forgotten here.",
            "The export files, the order files and the shop stay as they are.",
        )
        title = f"Remove {spot.company.name}?"
        if await self.ours.push_screen_wait(TypeToConfirm(self.ours.painter, title, text, spot.company.name)):
            await away(store, _remove, store, spot.company.id)

    async def do_host(self) -> None:
        if not self.ours.session.host():
            raise UsageError("Another process runs the sync by now.", "This window shows what it does.")
        self.ours.notify("The sync runs in this window.", markup=False)

    def do_properties(self) -> None:
        from webupdate.tui.properties import Properties

        spot = self.chosen()
        info = companies.company_by_id(self.ours.session.store, spot.company.id)
        if info is not None:
            self.ours.push_screen(Properties(self.ours, info, spot.site.id))

    def do_columns(self) -> None:
        from webupdate.tui.columns import open_columns

        open_columns(self)

    def do_mappings(self) -> None:
        from webupdate.tui.mappings import Mappings

        self.ours.push_screen(Mappings(self.ours, self.chosen().site.id))

    def do_resolve(self) -> None:
        from webupdate.tui.conflicts import Conflicts

        self.ours.push_screen(Conflicts(self.ours, self.chosen().site.id))

    def do_customers(self) -> None:
        from webupdate.tui.webcustomers import WebCustomers

        self.ours.push_screen(WebCustomers(self.ours, self.chosen().site.id))

    def do_explain(self) -> None:
        from webupdate.tui.explain import Explain

        self.ours.push_screen(Explain(self.ours, self.chosen().site.id))

    def do_verify(self) -> None:
        from webupdate.tui.verify import Verify

        self.ours.push_screen(Verify(self.ours, self.chosen().site.id))

    def do_preview(self) -> None:
        from webupdate.tui.preview import PreviewPage

        self.ours.push_screen(PreviewPage(self.ours, self.chosen().site.id))

    def do_orders(self) -> None:
        from webupdate.tui.orders import Orders

        self.ours.push_screen(Orders(self.ours, self.chosen().site.id))

    def do_queue(self) -> None:
        from webupdate.tui.queue import Queue

        self.ours.push_screen(Queue(self.ours, self.chosen().site.id))

    def do_sync_status(self) -> None:
        self.ours.show_status()

    def do_doctor(self) -> None:
        from webupdate.tui.doctor import Doctor

        self.ours.push_screen(Doctor(self.ours))

    def do_log(self) -> None:
        from webupdate.tui.log import Log

        self.ours.push_screen(Log(self.ours))


def leave(store: Store, company_id: int, verb: str, **arguments: object) -> int:
    """Leave a command for the engine."""
    return commands.leave(store, verb, company_id=company_id, **arguments)


def _numbers(store: Store, site_id: int) -> str:
    """What the site has or is to have, in words."""
    counts = [
        (sum(outbox.in_all(store, site_id, entity) for entity in entities), one, many)
        for entities, one, many in _COUNTED
    ]
    return ", ".join(view.counted(*count) for count in counts if count[0]) or "nothing read yet"


def _in_shop(store: Store, site_id: int) -> list[tuple[str, int]]:
    """The kinds of records that a site has or is to have, with how many."""
    counted = [(entity, outbox.in_all(store, site_id, entity)) for entity in stages.UPLOADS]
    return [(entity, count) for entity, count in counted if count]


def _why_held(store: Store, company_id: int, file: str) -> tuple[str, ...]:
    """What the brake said, one sentence a line."""
    found = [complaint.message for _, complaint in exports.complaints(store, company_id, file)]
    return view.sentences(found[0]) if found else ()


def _release(store: Store, company_id: int, file: str) -> None:
    if exports.release(store, company_id, file):
        commands.leave(store, "sync_now", company_id=company_id)


def _release_hold(store: Store, company_id: int, hold: Hold) -> None:
    if holds.release(store, hold.site_id, hold.entity):
        commands.leave(store, "sync_now", company_id=company_id)


def _known(store: Store, company_id: int) -> CompanyInfo:
    info = companies.company_by_id(store, company_id)
    if info is None:
        raise UsageError("The company is not here any more.", "Somebody else has removed it.")
    return info


def _pause(store: Store, company_id: int, paused: bool) -> None:
    companies.set_paused(store, _known(store, company_id), paused)


def _remove(store: Store, company_id: int) -> None:
    companies.remove(store, _known(store, company_id))
