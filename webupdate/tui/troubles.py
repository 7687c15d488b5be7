"""What is wrong at which site, as plain values: a line for each trouble, one for each site that is well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webupdate.store import exports, inbox, outbox
from webupdate.store.db import Store
from webupdate.store.snapshot import SiteView, Snapshot
from webupdate.tui import glance, view
from webupdate.tui.glance import Need, Place
from webupdate.tui.stages import FILES_OF_ITEMS, with_complaints
from webupdate.tui.view import Cell, Line

_EXAMPLES = 3  # records that are named below a trouble
# What Enter leads to, in the words of the list; what is not here is called as its action is.
_WORDS = {"records": "Errors", "progress": "Progress", "customers": "Customers"}
_ADVICE = {
    "resolve": "What EBMS can't take as it is, is asked step by step; until then nothing of it is in EBMS.",
    "customers": "EBMS needs to know which customer it is, or whose values count.",
    "release": "What it holds is not sent. A good export lifts it by itself; release it only if EBMS means it so.",
    "preview": "See what would be sent and which records of the shop are adopted, then let it begin.",
    "verify": "Another program changed them, or the shop was restored. See each, or repair all.",
}


class Trouble(NamedTuple):
    """One thing that is wrong at a site; `need` None: the site is well. `told`: what is known of it beyond."""

    place: Place
    need: Need | None
    number: int
    told: tuple[str, ...] = ()
    stage: str = ""  # whose records Enter leads to, "" = those of all uploads

    @property
    def key(self) -> str:
        return f"{self.place.site.id} {self.number}"

    @property
    def action(self) -> str:
        """The id of the action that leads on."""
        return self.need.action if self.need else "progress"


def troubles(store: Store, snapshot: Snapshot, find: str = "") -> list[Trouble]:
    """All that is wrong, site by site, then the sites that are well; those that hold the text."""
    found = [_of_site(store, place, snapshot.at) for place in glance.places(snapshot)]
    wrong = [trouble for of_site in found for trouble in of_site if trouble.need]
    well = [trouble for of_site in found for trouble in of_site if not trouble.need]
    wanted = find.strip().casefold()
    return [trouble for trouble in wrong + well if wanted in _searched(trouble)]


def _searched(trouble: Trouble) -> str:
    site = trouble.place.site
    said = trouble.need.text if trouble.need else glance.sentence(trouble.place)
    return " ".join((trouble.place.company.name, site.name, site.address, said, *trouble.told)).casefold()


def _of_site(store: Store, place: Place, now: float) -> list[Trouble]:
    needs = glance.needs(place, view.age(now, _oldest(store, place.site)))
    found = [
        Trouble(place, need, number, _told(store, place, need), _stage(store, place, need))
        for number, need in enumerate(needs)
    ]
    return found or [Trouble(place, None, 0)]


def _stage(store: Store, place: Place, need: Need) -> str:
    """Problems of pictures and documents are told with those."""
    only = with_complaints({}, exports.complaint_counts(store, place.company.id)).keys() <= {*FILES_OF_ITEMS}
    return "" if need.stage == "read" and only else need.stage


def _oldest(store: Store, site: SiteView) -> float | None:
    return inbox.waiting_since(store, site.id) if site.conflicts else None


def _told(store: Store, place: Place, need: Need) -> tuple[str, ...]:
    """The first records concerned, in their own words."""
    if need.action != "records":
        advice = need.hint or _ADVICE.get(need.action, "")
        return (*_numbers(place, need), advice) if advice else _numbers(place, need)
    if need.stage == "read":
        complaints = exports.complaints(store, place.company.id)
        words = [f"{file}: {found.message} {found.hint}".strip() for file, found in complaints]
    else:
        words = [row.error or "" for row in outbox.errors(store, place.site.id, _EXAMPLES + 1)]
    more = ("…",) if len(words) > _EXAMPLES else ()
    return (*words[:_EXAMPLES], *more)


def _numbers(place: Place, need: Need) -> tuple[str, ...]:
    """The whole message of a brake, of which the line has the beginning."""
    if need.action != "release":
        return ()
    said = (*place.company.brake_texts, *(hold.message for hold in place.site.holds))
    return tuple(text for text in said if text.startswith(need.text))[:1]


def row(trouble: Trouble, *, named: bool, running: bool) -> Line:
    """The cells of a line: glyph, company, site, what is wrong, what Enter leads to. `named`: with company and site;
    `running`: somebody runs the sync."""
    place, need = trouble.place, trouble.need
    rests = not running and glance.state_of(place) in glance.RESTING
    shown = view.state("stopped" if rests else glance.state_of(place))
    names = (_name(place), glance.host(place.site)) if named else ("", "")
    said = view.clean(need.text if need else glance.NOT_RUNNING if rests else glance.sentence(place))
    return (
        Cell(need.glyph if need else shown.glyph, need.tone if need else shown.tone),
        Cell(view.clean(names[0])),
        Cell(view.clean(names[1]), "dim"),
        Cell(said, "" if need else "dim"),
        Cell(lead(trouble), "busy" if need else "dim"),
    )


def _name(place: Place) -> str:
    """The company, and its site where there are several."""
    several = len(place.company.sites) > 1
    return f"{place.company.name} · {place.site.name}" if several else place.company.name


def lead(trouble: Trouble) -> str:
    """What Enter leads to, in a word."""
    if trouble.action in _WORDS:
        return _WORDS[trouble.action]
    return trouble.need.label if trouble.need and trouble.need.label else trouble.action.capitalize()


def summary(snapshot: Snapshot, found: Sequence[Trouble]) -> Line:
    """How many sites there are, how many need somebody, and how many are well."""
    wrong = {trouble.place.site.id for trouble in found if trouble.need}
    total = len(glance.places(snapshot))
    if not wrong:
        return (Cell("✔ ", "ok"), Cell(f"All is well at {view.counted(total, 'site')}.", "bold"))
    verb = "needs" if len(wrong) == 1 else "need"
    return (
        Cell("⚠ ", "warn"),
        Cell(f"{len(wrong)} of {view.counted(total, 'site')} {verb} a look", "bold"),
    )


def detail(trouble: Trouble, width: int, *, running: bool) -> list[Line]:
    """All that is known of the selected trouble, and what leads on."""
    place, need = trouble.place, trouble.need
    title: Line = (Cell(view.clean(place.company.name), "bold"), Cell(f" · {glance.host(place.site)}", "dim"))
    said = need.text if need else glance.sentence(place) if running else glance.IDLE
    lines = [line for text in trouble.told for line in view.wrapped(text, width, "  ", "dim")[:3]]
    return [title, *view.wrapped(said, width), *lines]
