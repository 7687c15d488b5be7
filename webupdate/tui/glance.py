"""The home screen as plain values: a row for each site, and what stands below for the selected one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from webupdate.store.snapshot import CompanyView, SiteView, Snapshot
from webupdate.tui import synctimes, view
from webupdate.tui.synctimes import Clock
from webupdate.tui.view import Cell, Line

# From the worst to the best: a row shows the worst that is true of company and site.
_WORST = ("paused", "stopped", "needs", "waiting", "working", "new", "ok")
_SENT = (
    ("items", "item"),
    ("prices", "price"),
    ("files", "file"),
    ("customers", "customer"),
    ("stock", "stock level"),
    ("categories", "category"),
    ("shipping", "ship via"),
    ("payments", "payment"),
)
Keyed = Callable[[str], str]  # fills in the keys of the actions that a text names in braces
_PLURALS = {"category": "categories", "ship via": "ship vias"}


class Place(NamedTuple):
    """A site with its company."""

    company: CompanyView
    site: SiteView

    @property
    def key(self) -> str:
        return str(self.site.id)


def places(snapshot: Snapshot) -> list[Place]:
    """Every site, company by company."""
    return [Place(company, site) for company in snapshot.companies for site in company.sites]


def place_of(snapshot: Snapshot, site_id: int) -> Place | None:
    """The site of that id, None if it was removed."""
    return next((place for place in places(snapshot) if place.site.id == site_id), None)


def state_of(place: Place) -> str:
    """The one state of a row."""
    if place.site.state == "paused":
        return "paused"
    own = "needs" if place.company.complaints else "ok"
    return min((place.site.state, _known(place.company.state), own), key=_rank)


def _known(state: str) -> str:
    return "ok" if state == "new" else state  # a company's own health is "new" as long as nothing ailed it


def _rank(state: str) -> int:
    return _WORST.index(state) if state in _WORST else len(_WORST)


# What is true only while somebody runs the sync, and what is said of it else.
RESTING, NOT_RUNNING = ("ok", "working"), "Sync not running"


def rows(found: Sequence[Place], clock: Clock) -> list[Line]:
    """A row for each site; the sites of one company stand together below its name."""
    before = [None, *(place.company.id for place in found)]
    return [row(place, clock, named=place.company.id != above) for place, above in zip(found, before, strict=False)]


def row(place: Place, clock: Clock, *, named: bool = True) -> Line:
    """The cells of a row: glyph, company, site, state, waiting, sent in a day, conflicts, last, next."""
    name = state_of(place)
    rests = not clock.running and name in RESTING
    shown = view.state("stopped" if rests else name)
    busy = name == "working" and not rests
    told = NOT_RUNNING if rests else view.clean(sentence(place))
    return (
        Cell(shown.glyph, shown.tone),
        Cell(view.clean(place.company.name) if named else ""),
        Cell(host(place.site), "dim"),
        Cell(told, shown.tone if rests or name in ("needs", "stopped", "working") else ""),
        Cell(view.number(place.site.waiting), "" if place.site.waiting else "dim"),
        Cell(view.number(sum(place.site.sent_today.values())), "dim"),
        Cell(view.number(place.site.conflicts), "warn" if place.site.conflicts else "dim"),
        Cell("now" if busy else clock.told(place.site.synced_at), "dim"),
        Cell(synctimes.upcoming(*place, clock), "dim"),
    )


def host(site: SiteView) -> str:
    """A site's address without what all addresses have in common."""
    return view.clean(site.address.removeprefix("https://").removeprefix("http://").rstrip("/"))


def sentence(place: Place) -> str:
    """The one line that says how a company's site is."""
    name = state_of(place)
    if name == "needs":
        return _needs(place)
    if name == "working":
        return _working(place.site)
    if name in ("stopped", "waiting"):
        said, _, _ = _message(place, name).partition(": ")  # the whole stands below the list
        return said or view.state(name).word
    return view.state(name).word


def _needs(place: Place) -> str:
    site, company = place.site, place.company
    if company.brakes:
        return f"Brake on {', '.join(company.brakes)}"
    if site.holds:
        return f"Brake on {', '.join(hold.entity for hold in site.holds)}"
    if not site.begun:
        return "New: see Preview"
    if site.conflicts:
        return view.counted(site.conflicts, "order needs", "orders need") + " you"
    if site.customers:
        return view.counted(site.customers, "customer needs", "customers need") + " you"
    if site.failed:
        return view.counted(site.failed, "record needs", "records need") + " you"
    if company.complaints:
        return view.counted(company.complaints, "problem") + " in files"
    if site.differing:
        return view.counted(site.differing, "record differs", "records differ")
    return _message(place, "needs") or view.state("needs").word


def _message(place: Place, state: str) -> str:
    if place.company.state == state and place.company.message:
        return place.company.message
    return place.site.message if place.site.state == state else ""


def _working(site: SiteView) -> str:
    done = sum(row.done for row in site.rows if row.action != "read")
    total = sum(row.total for row in site.rows if row.action != "read")
    name = "Uploading"
    if site.reloads:
        first = site.reloads[0]
        done, total = first.done, first.total
        name = f"Reload {first.entity}" if first.entity else "Complete Upload"
    share = f" {min(99, done * 100 // total)} %" if total and done < total else ""
    return name + share


class Need(NamedTuple):
    """Something that waits for a person. `key`: the action of the first screen that leads there, in braces."""

    glyph: str
    tone: str
    text: str
    key: str
    label: str
    hint: str = ""
    stage: str = ""  # whose records it is about, "" = those of all uploads

    @property
    def action(self) -> str:
        """The id of the action that leads on; what ails a site as a whole is put right in its Properties."""
        return _LEADS.get(self.label) or ("log" if self.tone == "dim" else "properties")


IDLE = "Nobody runs the sync: nothing is sent or fetched."
# By the words for what leads on, its action; to Progress, where the records with errors are.
_LEADS = {
    "Preview": "preview",
    "Verify": "verify",
    "Release brake": "release",
    "Resolve Error": "resolve",
    "Customers": "customers",
    "Progress": "records",
}


def needs(place: Place, oldest_order: str) -> list[Need]:
    """What needs the person at this site."""
    company, site = place.company, place.site
    found = [_ailing(state, text, hint) for state, text, hint in _ailments(company, site)]
    if not site.begun:
        text = "New: nothing is sent or taken before you let it begin"
        found.append(Need("⚠", "warn", text, "{preview}", "Preview"))
    if site.differing:
        text = view.counted(site.differing, "record of the shop is", "records of the shop are") + " not as EBMS has it"
        found.append(Need("⚠", "warn", text, "{verify}", "Verify"))
    for file, text in zip(company.brakes, company.brake_texts, strict=True):
        numbers = view.clean(text.partition(": ")[0]) or f"{file} is held"
        found.append(Need("⚠", "warn", numbers, "{release}", "Release brake"))
    for hold in site.holds:
        text = view.clean(hold.message.partition(": ")[0])
        found.append(Need("⚠", "warn", text, "{release}", "Release brake"))
    if site.conflicts:
        since = f", the oldest for {oldest_order}" if oldest_order else ""
        text = view.counted(site.conflicts, "order waits", "orders wait") + f" for an answer{since}"
        found.append(Need("⚠", "warn", text, "{resolve}", "Resolve Error"))
    if site.customers:
        text = view.counted(site.customers, "web customer waits", "web customers wait") + " for an answer"
        found.append(Need("⚠", "warn", text, "{customers}", "Customers"))
    if site.failed:
        text = (
            view.counted(site.failed, "record")
            + " can't go to the shop as "
            + ("it is" if site.failed == 1 else "they are")
        )
        found.append(Need("⚠", "warn", text, "{progress}", "Progress"))
    if company.complaints > len(company.brakes):
        text = view.counted(company.complaints - len(company.brakes), "problem") + " in the export files"
        found.append(Need("⚠", "warn", text, "{progress}", "Progress", stage="read"))
    return found


_PAUSED = Need("‖", "dim", "Paused: nothing is sent or fetched", "{pause}", "Resume")


def _ailments(company: CompanyView, site: SiteView) -> list[tuple[str, str, str]]:
    own = (company.state, company.message, company.hint), (site.state, site.message, site.hint)
    return [ail for ail in own if ail[0] in ("stopped", "needs", "waiting") and ail[1]]


def _ailing(state: str, text: str, hint: str) -> Need:
    shown = view.state(state)
    return Need(shown.glyph, shown.tone, view.clean(text), "", "", view.clean(hint))


def support(place: Place | None, key: str) -> list[Line]:
    """Whether anybody is told when the sync stops; nothing where all is well. `key` leads to Properties."""
    if place is None:
        return []
    if place.company.untold:
        return [(Cell("⚠ ", "warn"), Cell(f"Support could not be told: {view.clean(place.company.untold)}"))]
    hint = f"Nobody is told when the sync stops: set Support in Properties ({key})"
    return [] if place.company.supported else [(Cell(hint, "dim"),)]


def detail(place: Place, oldest_order: str, clock: Clock, width: int, keyed: Keyed) -> list[Line]:
    """The pane below the list: what needs the person, then what was done and when."""
    title: Line = (Cell(view.clean(place.company.name), "bold"), Cell(f" · {host(place.site)}", "dim"))
    return [
        title,
        *_standing(place, oldest_order, clock, width, keyed),
        (),
        synctimes.line(*place, clock),
        *_done(place.site),
    ]


def _standing(place: Place, oldest_order: str, clock: Clock, width: int, keyed: Keyed) -> list[Line]:
    found = [
        line for need in needs(place, oldest_order) for line in need_lines(need._replace(key=keyed(need.key)), width)
    ]
    if place.company.paused:
        found = [*need_lines(_PAUSED._replace(key=keyed(_PAUSED.key)), width), *found]
    if not clock.running:
        found.insert(0, (Cell("✖ ", "bad"), Cell(IDLE)))
    return found or [_calm(place)]


def _calm(place: Place) -> Line:
    name = state_of(place)
    if name == "working":
        waiting = view.counted(place.site.waiting, "record") + " on the way to the shop"
        return (Cell("⟳ ", "busy"), Cell(waiting))
    if name == "ok":
        return (Cell("✔ ", "ok"), Cell("Shop and export files are in step. Nothing needs you."))
    return (Cell("· The first synchronization has not run yet.", "dim"),)


def need_lines(need: Need, width: int) -> list[Line]:
    """A need, with its key at the right end of its line."""
    glyph = Cell(f"{need.glyph} ", need.tone)
    first, *others = view.wrapped(need.text, width - 2)
    if need.key:
        *before, last = [(glyph, *first), *((Cell("  "), *line) for line in others)]
        room = width - view.length(last) - len(need.key) - len(need.label) - 1
        if room < 2:
            before, last, room = [*before, last], (), width - len(need.key) - len(need.label) - 1
        return [*before, (*last, Cell(" " * room), Cell(need.key, "key"), Cell(f" {need.label}"))]
    hint = view.wrapped(need.hint, width, "  ", "dim") if need.hint else []
    return [(glyph, *first), *((Cell("  "), *line) for line in others), *hint]


def _done(site: SiteView) -> list[Line]:
    sent = dict(site.sent_today)
    sent["files"] = sent.pop("images", 0) + sent.pop("documents", 0)
    parts = [view.counted(sent[name], one, _PLURALS.get(one, "")) for name, one in _SENT if sent.get(name)]
    orders = view.counted(sent.get("orders", 0), "order")
    if sent.get("accounts"):
        orders += f"  {view.counted(sent['accounts'], 'customer')}"
    parts = parts[: 3 if sent.get("accounts") else 4]  # so that all stands in one line
    today: Line = (
        Cell("Today  ", "dim"),
        Cell("↑ ", "busy" if parts else "dim"),
        Cell("  ".join(parts) or "nothing sent", "" if parts else "dim"),
        Cell("    ↓ ", "busy" if sent.get("orders") else "dim"),
        Cell(orders, "" if sent.get("orders") else "dim"),
    )
    hours: Line = (Cell("Hours  ", "dim"), Cell(view.spark(site.hourly), "busy"), Cell("  sent", "dim"))
    return [today, hours]
