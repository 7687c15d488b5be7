"""The Properties form without a screen: values, what was changed, what is wrong, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from webupdate.store import commands, companies, logins, overlaps
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.overlaps import Own, Remark
from webupdate.store.properties import BY_NAME, FLAG, PROPERTIES, Property, applies, problem_with
from webupdate.store.secrets import Vault
from webupdate.tui.undo import Step, Steps

KEPT = "••••••••  kept"  # what a secret that is kept looks like: the program never shows one again
UPLOAD = Property(
    name="complete_upload",
    group="Sync",
    label="Complete Upload",
    scope="site",
    kind="flag",
    help="Send everything to the shop again after OK. Unticked: what is marked goes as ordinary changes.",
)
FIELDS: dict[str, Property] = {**BY_NAME, UPLOAD.name: UPLOAD}


class Form:
    """The values of a company and one of its sites while they are edited.

    Without a site it is a new one of that company; without a company both are new. `known`: all companies, beside
    which the settings are checked. `keyless`: secrets can't be entered here.
    """

    def __init__(
        self,
        company: CompanyInfo | None = None,
        site: SiteInfo | None = None,
        *,
        upload: bool = False,
        known: Sequence[CompanyInfo] = (),
        keyless: bool = False,
    ) -> None:
        self.company, self.site = company, site
        self.keyless = keyless
        self._known = known
        self._original = {entry.name: _original(entry, company, site) for entry in PROPERTIES}
        self._original[UPLOAD.name] = "yes" if upload else "no"  # whether one is under way
        self.values = dict(self._original)
        self._steps = Steps()

    @property
    def is_new(self) -> bool:
        """Whether a company or a site is made here."""
        return self.site is None

    @property
    def entries(self) -> list[Property]:
        """What can be edited: a new site of a known company has only its own properties."""
        return [entry for entry in PROPERTIES if entry.scope == "site" or self.company is None or self.site]

    @property
    def fields(self) -> list[Property]:
        """The entries, and what else the form has: a Complete Upload of what is known, behind its group."""
        entries = self.entries
        if self.is_new:
            return entries
        place = max(number for number, entry in enumerate(entries) if entry.group == UPLOAD.group)
        return [*entries[: place + 1], UPLOAD, *entries[place + 1 :]]

    def put(self, name: str, value: str) -> None:
        """A field has this value now."""
        if value != self.values[name]:
            self._steps.note(name, self.values[name], value)
            self.values[name] = value

    def visit(self) -> None:
        """Another field was gone to."""
        self._steps.visit()

    @property
    def can_undo(self) -> bool:
        return self._steps.any_done

    @property
    def can_redo(self) -> bool:
        return self._steps.any_undone

    def undo(self) -> Step | None:
        """Take the last change back, wherever it was; None if there is none."""
        step = self._steps.back()
        if step is not None:
            self.values[step.name] = step.before
        return step

    def redo(self) -> Step | None:
        """Do again what was taken back last; None if there is nothing."""
        step = self._steps.again()
        if step is not None:
            self.values[step.name] = step.after
        return step

    def kept(self, entry: Property) -> bool:
        """Whether this is a secret that the store has."""
        owner = self.company if entry.scope == "company" else self.site
        if self.site is not None and not applies(entry, self.site.values["shop"]):
            return False  # it was another shop's
        return entry.kind == "secret" and bool(owner and owner.secrets)

    def locked(self, entry: Property) -> bool:
        """Whether it can't be entered here: a secret, and where a kept one goes."""
        goes_there = entry.name in logins.GOES_TO and self.site is not None and bool(self.site.secrets)
        return self.keyless and (entry.kind == "secret" or goes_there)

    def applies(self, entry: Property) -> bool:
        """Whether the chosen shop has such a setting."""
        return applies(entry, self.values["shop"])

    def original(self, name: str) -> str:
        return self._original[name]

    def changed(self) -> dict[str, str]:
        """What was changed, by name."""
        return {name: value for name, value in self.values.items() if value != self._original[name]}

    def changes(self) -> int:
        return len(self.changed())

    def problem(self, entry: Property) -> str:
        """What is wrong with a field as it stands, "" if nothing is."""
        value = self.values[entry.name]
        if not self.applies(entry) or (not value and (self.kept(entry) or self.locked(entry))):
            return ""
        return problem_with(entry, value) or (self._remark(entry, wrong=True) if self._is_news(entry) else "")

    def doubt(self, entry: Property) -> str:
        """What is doubtful about a field, though it can be saved; "" if nothing is."""
        wrong = "" if self._is_news(entry) else self._remark(entry, wrong=True)
        return wrong or self._remark(entry, wrong=False)

    def _is_news(self, entry: Property) -> bool:
        """Whether the value is not kept so already: what is, must not stop that another one is mended."""
        return self.is_new or entry.name in self.changed()

    def _remark(self, entry: Property, *, wrong: bool) -> str:
        return next((one.text for one in self._remarks() if (one.name, one.wrong) == (entry.name, wrong)), "")

    def _remarks(self) -> Iterable[Remark]:
        own = Own(self.company.id if self.company else 0, self.site.id if self.site else 0)
        names = {entry.name for entry in self.entries}
        values = {name: value for name, value in self.values.items() if name in names}
        return overlaps.remarks(values, own, self._known)

    def first_wrong(self) -> Property | None:
        """The first field that can't be saved."""
        return next((entry for entry in self.entries if self.problem(entry)), None)

    def to_save(self) -> dict[str, str]:
        """All for what is new, what was changed for what is known."""
        if not self.is_new:
            return {name: value for name, value in self.changed().items() if name != UPLOAD.name}
        return {entry.name: self.values[entry.name] for entry in self.entries if self.applies(entry)}

    def upload_wish(self) -> str:
        """The command that the Complete Upload box stands for, "" if it was left as it was."""
        if UPLOAD.name not in self.changed():
            return ""
        return "complete_upload" if self.values[UPLOAD.name] == "yes" else "cancel_upload"

    def matches(self, entry: Property, text: str) -> bool:
        """Whether all words of a text stand in a field's group, names, help or value as it is shown."""
        shown = dict(entry.choices or FLAG).get(self.values[entry.name], self.values[entry.name])
        secret = entry.kind == "secret"  # a search must not tell what one is
        about = f"{entry.group} {entry.label} {entry.name} {entry.help} {'' if secret else shown}".lower()
        return all(word in about for word in text.lower().split())


def _original(entry: Property, company: CompanyInfo | None, site: SiteInfo | None) -> str:
    if company is None or site is None:
        return entry.default
    values = company.values if entry.scope == "company" else site.values
    return values.get(entry.name, "")


def grouped(entries: Iterable[Property]) -> list[tuple[str, list[Property]]]:
    """The properties by group, in the order of the schema; every group once."""
    found: dict[str, list[Property]] = {}
    for entry in entries:
        found.setdefault(entry.group, []).append(entry)
    return list(found.items())


def group_begin(entries: Iterable[Property], here: Property, step: int) -> Property:
    """The first property of the next group (`step` 1); back (-1) that of this group, then of the one before."""
    groups = [members for _, members in grouped(entries)]
    own = next(place for place, members in enumerate(groups) if here in members)
    if step < 0 and here is not groups[own][0]:
        return groups[own][0]
    return groups[min(max(own + step, 0), len(groups) - 1)][0]


def save(store: Store, vault: Vault, form: Form) -> CompanyInfo:
    """Write what was entered. Raises UsageError when the store does not take it."""
    if form.company is None:
        return companies.add(store, vault, form.to_save(), secrets_later=form.keyless)
    if form.site is None:
        return companies.add_site(store, vault, form.company, form.to_save(), secrets_later=form.keyless)
    made = companies.change(store, vault, form.company, form.to_save(), form.site.name)
    if wish := form.upload_wish():
        commands.leave(store, wish, company_id=made.id, site=form.values["site"])
    return made
